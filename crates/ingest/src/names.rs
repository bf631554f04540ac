//! Under which path a file is kept: one for each file, however it was typed.
//!
//! Paths count from the folder in which the archive lies, where the file is
//! below it, and from the root where it is not. So the same file has the same
//! path from every folder, and an archive that is moved together with its files
//! still knows them. Links are followed in what was typed; a link to a file
//! below that is a place of its own.

use std::fs;
use std::path::{Path, PathBuf};

/// The names of the files of an archive.
pub(crate) struct Names {
    archive: PathBuf,
    beside: PathBuf,
}

impl Names {
    /// Those of the archive in `folder`. Files of `inside`, where an upload
    /// lies for a while, are told without it.
    pub(crate) fn new(folder: &Path, inside: Option<&Path>) -> Self {
        let archive = canonical(folder);
        let parent = || archive.parent().unwrap_or(Path::new("/")).to_owned();
        let beside = inside.map_or_else(parent, canonical);
        Self { archive, beside }
    }

    /// The path of a located file, as the archive has it.
    pub(crate) fn of(&self, located: &Path) -> String {
        located.strip_prefix(&self.beside).unwrap_or(located).to_string_lossy().into_owned()
    }

    /// Whether a located file is part of the archive itself: `add archive .`
    /// is no loop.
    pub(crate) fn is_own(&self, located: &Path) -> bool {
        located.starts_with(&self.archive)
    }
}

/// What was typed, as files are found by it.
pub(crate) fn locate(typed: &Path) -> PathBuf {
    match (typed.parent(), typed.file_name()) {
        // Standard input.
        _ if typed.as_os_str() == "-" => typed.to_owned(),
        (Some(folder), Some(name)) if !typed.is_dir() => {
            let here = folder.as_os_str().is_empty();
            canonical(if here { Path::new(".") } else { folder }).join(name)
        }
        _ => canonical(typed),
    }
}

/// A path without links and dots; only absolute where there is no such folder.
fn canonical(path: &Path) -> PathBuf {
    let known = fs::canonicalize(path).or_else(|_| std::path::absolute(path));
    known.unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_name() {
        let root = std::env::temp_dir().join(format!("chancery-names-{}", std::process::id()));
        fs::create_dir_all(root.join("a")).expect("a folder");
        fs::create_dir_all(root.join("in/x")).expect("a folder");
        fs::write(root.join("in/x/one.txt"), "one").expect("a file");
        let names = Names::new(&root.join("in/../a"), None);
        let name = |typed: &str| names.of(&locate(&root.join(typed)));
        for typed in ["in/x/one.txt", "./in//x/./one.txt", "in/x/../x/one.txt", "a/../in/x/one.txt"]
        {
            assert_eq!(name(typed), "in/x/one.txt", "{typed}");
        }
        assert_eq!(name("in/x/"), "in/x");
        assert_eq!(name("in/none.txt"), "in/none.txt");
        let outside = canonical(Path::new("/"));
        assert_eq!(names.of(&locate(&outside)), outside.to_string_lossy());
        assert!(names.is_own(&locate(&root.join("a/lock"))));
        assert!(!names.is_own(&locate(&root.join("ab"))));
        fs::remove_dir_all(&root).expect("removed");
    }
}
