//! Paths in side tables and of documents, made comparable.

/// A path with "/" between all its parts, also between a container and its members, and
/// without "." parts: `C:\a\.\b.zip!/c.txt` becomes `C:/a/b.zip/c.txt`.
pub(super) fn normalise(path: &str) -> String {
    let parts = path.trim().split(['/', '\\']).map(|part| part.strip_suffix('!').unwrap_or(part));
    parts.filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/")
}

/// The ends of a normalised path that begin with a whole part, longest first:
/// "a/b/c.txt", "b/c.txt", "c.txt".
pub(super) fn ends_of(path: &str) -> impl Iterator<Item = &str> {
    let starts = path.match_indices('/').map(|(slash, _)| slash + 1);
    std::iter::once(0).chain(starts).map(|start| &path[start..])
}

/// The file name of a normalised path.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A file name without its extension.
pub(super) fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_comparable() {
        let cases = [
            ("a/b.txt", "a/b.txt"),
            ("./a//b.txt", "a/b.txt"),
            (r"C:\a\.\b.zip!/c.txt", "C:/a/b.zip/c.txt"),
            ("/srv/a.csv!/12", "srv/a.csv/12"),
            (" a!.txt ", "a!.txt"),
            ("", ""),
        ];
        for (path, expected) in cases {
            assert_eq!(normalise(path), expected, "{path}");
        }
        assert_eq!(ends_of("a/b/c.txt").collect::<Vec<_>>(), ["a/b/c.txt", "b/c.txt", "c.txt"]);
        assert_eq!(ends_of("c.txt").collect::<Vec<_>>(), ["c.txt"]);
        let names = ["a/b/c.txt", "c", "a/.c"].map(|path| (file_name(path), stem(file_name(path))));
        assert_eq!(names, [("c.txt", "c"), ("c", "c"), (".c", ".c")]);
    }
}
