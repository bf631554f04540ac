//! The id of a volume: `xml:id` of its root, `idno type="frus"`, or the name of its file.
//!
//! A document is cited as volume and number: "frus1977-80v21/d87".

use memchr::memmem;

/// Number of bytes at the start of a volume that hold its id.
const HEAD_BYTES: usize = 64 * 1024;

/// The id that the volume `raw` states, or `file_name` if it states none.
pub(super) fn find_volume_id(raw: &[u8], file_name: Option<&str>) -> Option<String> {
    let head = &raw[..raw.len().min(HEAD_BYTES)];
    let root = between(head, b"<TEI", b">").and_then(|tag| between(tag, b"xml:id=\"", b"\""));
    let stated = root.or_else(|| between(head, b"<idno type=\"frus\">", b"<"));
    let stated = stated.and_then(|id| std::str::from_utf8(id).ok()).map(str::trim);
    stated.filter(|id| !id.is_empty()).or(file_name.map(without_document)).map(str::to_owned)
}

/// The volume in the name of a file that has one document of it: "frus1955-57v17-d138".
fn without_document(file_name: &str) -> &str {
    let Some((volume, document)) = file_name.rsplit_once("-d") else { return file_name };
    let is_number = !document.is_empty() && document.bytes().all(|byte| byte.is_ascii_digit());
    if volume.starts_with("frus") && is_number { volume } else { file_name }
}

/// The bytes between `start` and the next `end`.
fn between<'a>(raw: &'a [u8], start: &[u8], end: &[u8]) -> Option<&'a [u8]> {
    let from = memmem::find(raw, start)? + start.len();
    let rest = &raw[from..];
    Some(&rest[..memmem::find(rest, end)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_wins_over_idno_and_file_name() {
        let cases = [
            ("<TEI xml:id=\"frus1\"><idno type=\"frus\">frus2</idno>", Some("frus1")),
            ("<TEI><idno type=\"isbn\">1</idno><idno type=\"frus\"> frus2 </idno>", Some("frus2")),
            ("<TEI><idno type=\"frus\"></idno>", Some("frus3")),
            ("<TEI><div xml:id=\"d1\">", Some("frus3")),
            ("<TEI xml:id=\"", Some("frus3")),
        ];
        for (raw, expected) in cases {
            assert_eq!(find_volume_id(raw.as_bytes(), Some("frus3")).as_deref(), expected, "{raw}");
        }
        assert_eq!(find_volume_id(b"<TEI>", None), None);
    }

    #[test]
    fn a_file_of_one_document_is_named_after_both() {
        for (name, expected) in [
            ("frus1955-57v17-d138", "frus1955-57v17"),
            ("frus1969-76ve04", "frus1969-76ve04"),
            ("frus1969-76v12-draft", "frus1969-76v12-draft"),
            ("letters-d3", "letters-d3"),
        ] {
            assert_eq!(find_volume_id(b"<TEI>", Some(name)).as_deref(), Some(expected), "{name}");
        }
    }
}
