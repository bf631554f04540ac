//! The path under which the archive records a file: one per file, however the
//! user typed it.
//!
//! Paths are relative to the folder that contains the archive if the file is
//! below it, and absolute otherwise. So a file has the same path from every
//! working directory, and an archive that is moved together with its files
//! still knows them. Symbolic links in the typed path are resolved; a link
//! found below it counts as a separate file.

use std::fs;
use std::path::{Path, PathBuf};

use chancery_model::{path_from_text, path_to_text};
use chancery_store::DATABASE_FILE;

/// The folder, in that of an archive, where recognised pages are kept until a run ends.
pub(crate) const KEPT_PAGES: &str = "recognised";

/// Names in the folder of an archive, beside those of the database's files.
const OWN_NAMES: [&str; 4] = ["index", "lock", "uploads", KEPT_PAGES];

/// Where a file is, as seen from an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathPlace {
    /// Outside of its folder.
    Outside,
    /// In its folder, and part of it.
    ArchiveFile,
    /// In its folder, but put there by a user.
    InArchiveFolder,
}

/// Makes the recorded paths of one archive.
pub(crate) struct ArchivePaths {
    archive: PathBuf,
    base_folder: PathBuf,
}

impl ArchivePaths {
    /// Paths for the archive in `folder`. Paths of files in `inside`, the
    /// temporary folder of an upload, are relative to it.
    pub(crate) fn new(folder: &Path, inside: Option<&Path>) -> Self {
        let archive = canonical_path(folder);
        let parent = || archive.parent().unwrap_or(Path::new("/")).to_owned();
        let base_folder = inside.map_or_else(parent, canonical_path);
        Self { archive, base_folder }
    }

    /// The path to record for a located file.
    pub(crate) fn recorded_path(&self, located: &Path) -> String {
        path_to_text(located.strip_prefix(&self.base_folder).unwrap_or(located))
    }

    /// The path of a recorded path from the root of the file system.
    pub(crate) fn absolute_path(&self, recorded: &str) -> String {
        path_to_text(&self.base_folder.join(path_from_text(recorded)))
    }

    /// Where a located file is, so that `add archive .` does not add the archive to
    /// itself. The files of an upload are in the archive's folder until they are added.
    pub(crate) fn place_of(&self, located: &Path) -> PathPlace {
        let is_upload =
            self.base_folder.starts_with(&self.archive) && located.starts_with(&self.base_folder);
        let Ok(inside) = located.strip_prefix(&self.archive) else { return PathPlace::Outside };
        if is_upload {
            return PathPlace::Outside;
        }
        let name = inside.iter().next().unwrap_or_default().to_string_lossy();
        let is_own = OWN_NAMES.contains(&&*name) || name.starts_with(DATABASE_FILE);
        if is_own { PathPlace::ArchiveFile } else { PathPlace::InArchiveFolder }
    }
}

/// The path under which the archive in `folder` records the file or folder that a user
/// typed, whether it is still there or not.
pub fn recorded_path(folder: &Path, typed: &Path) -> String {
    ArchivePaths::new(folder, None).recorded_path(&resolve_typed_path(typed))
}

/// Whether a folder has files that are not those of an archive. Hidden files, which systems
/// put into folders, do not count.
pub fn has_files_of_others(folder: &Path) -> bool {
    let is_other = |name: &str| {
        !OWN_NAMES.contains(&name) && !name.starts_with(DATABASE_FILE) && !name.starts_with('.')
    };
    fs::read_dir(folder).is_ok_and(|mut entries| {
        entries.any(|entry| entry.is_ok_and(|entry| is_other(&entry.file_name().to_string_lossy())))
    })
}

/// Resolves a typed path, except for a link in its last component.
pub(crate) fn resolve_typed_path(typed: &Path) -> PathBuf {
    match (typed.parent(), typed.file_name()) {
        // Standard input.
        _ if typed.as_os_str() == "-" => typed.to_owned(),
        (Some(folder), Some(name)) if !typed.is_dir() => {
            let here = folder.as_os_str().is_empty();
            canonical_path(if here { Path::new(".") } else { folder }).join(name)
        }
        _ => canonical_path(typed),
    }
}

/// Resolves links and dots; if the path does not exist, makes it absolute.
fn canonical_path(path: &Path) -> PathBuf {
    let known = fs::canonicalize(path).or_else(|_| std::path::absolute(path));
    known.unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_recorded_path() {
        let root = std::env::temp_dir().join(format!("chancery-names-{}", std::process::id()));
        fs::create_dir_all(root.join("a")).expect("a folder");
        fs::create_dir_all(root.join("in/x")).expect("a folder");
        fs::write(root.join("in/x/one.txt"), "one").expect("a file");
        let paths = ArchivePaths::new(&root.join("in/../a"), None);
        let recorded = |typed: &str| paths.recorded_path(&resolve_typed_path(&root.join(typed)));
        for typed in ["in/x/one.txt", "./in//x/./one.txt", "in/x/../x/one.txt", "a/../in/x/one.txt"]
        {
            assert_eq!(recorded(typed), "in/x/one.txt", "{typed}");
        }
        assert_eq!(recorded("in/x/"), "in/x");
        assert_eq!(recorded("in/none.txt"), "in/none.txt");
        let outside = canonical_path(Path::new("/"));
        assert_eq!(paths.recorded_path(&resolve_typed_path(&outside)), outside.to_string_lossy());
        let place = |paths: &ArchivePaths, typed: &str| {
            paths.place_of(&resolve_typed_path(&root.join(typed)))
        };
        for (typed, expected) in [
            ("a/lock", PathPlace::ArchiveFile),
            ("a/archive.sqlite-wal", PathPlace::ArchiveFile),
            ("a/index/meta.json", PathPlace::ArchiveFile),
            ("a/notes.txt", PathPlace::InArchiveFolder),
            ("ab", PathPlace::Outside),
        ] {
            assert_eq!(place(&paths, typed), expected, "{typed}");
        }
        let upload = ArchivePaths::new(&root.join("a"), Some(&root.join("a")));
        assert_eq!(place(&upload, "a/one.txt"), PathPlace::Outside);
        fs::remove_dir_all(&root).expect("removed");
    }
}
