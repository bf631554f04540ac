//! Compares an archive with its sources: which files are new, changed, moved or deleted.
//!
//! The program shows the changes, reads the new and changed files as `add` does, and then
//! settles what is left with [`settle_moves`]. What is deleted stays in the archive until
//! a user removes it.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::path::{Path, PathBuf};

use chancery_engine::inputs::{Input, collect_inputs};
use chancery_model::path_from_text;
use chancery_store::{Archive, ArchiveWriter, FileStamp, KnownFile, StoreError};

use crate::archive_paths::{ArchivePaths, PathPlace, resolve_typed_path};
use crate::file_worker::file_stamp;

/// The difference between an archive and its sources, by recorded path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceChanges {
    /// The files and folders that were compared and can be read.
    pub sources: Vec<PathBuf>,
    /// Sources that are not there, such as a disk that is not mounted. Nothing below them
    /// counts as deleted.
    pub absent_sources: Vec<PathBuf>,
    /// Files that the archive has not read.
    pub new: Vec<String>,
    /// Files with another size or time than when they were read.
    pub changed: Vec<String>,
    /// Files that lie at another path: the one before, and the one now.
    pub moved: Vec<(String, String)>,
    /// Files that are gone.
    pub deleted: Vec<String>,
}

/// Compares an archive with `typed` files and folders; if there are none, with all that
/// users added.
///
/// # Errors
/// If the archive cannot be read.
pub fn compare_sources(archive: &Archive, typed: &[PathBuf]) -> Result<SourceChanges, StoreError> {
    let names = ArchivePaths::new(archive.folder(), None);
    let sources: Vec<PathBuf> = match typed {
        [] => {
            let recorded = archive.files().sources()?;
            recorded.iter().map(|path| path_from_text(&names.absolute_path(path))).collect()
        }
        typed => typed.iter().map(|path| resolve_typed_path(path)).collect(),
    };
    let known = archive.files().known_files()?;
    // A file that is gone is a deleted one, a folder that is gone may be on a disk.
    let is_gone = |path: &PathBuf| {
        let recorded = names.recorded_path(path);
        let was_file = known.iter().any(|file| file.path == recorded);
        let is_deleted = was_file && path.parent().is_some_and(Path::exists);
        !path.exists() && !is_deleted
    };
    let (absent, compared): (Vec<PathBuf>, Vec<PathBuf>) = sources.into_iter().partition(is_gone);
    let present: Vec<PathBuf> = compared.iter().filter(|path| path.exists()).cloned().collect();
    let on_disk = files_on_disk(&names, &present);
    let roots: Vec<String> = compared.iter().map(|path| names.recorded_path(path)).collect();
    let mut changes =
        SourceChanges { sources: present, absent_sources: absent, ..SourceChanges::default() };
    let mut missing = Vec::new();
    let mut current = BTreeMap::new();
    for file in &known {
        match on_disk.get(&file.path) {
            Some((_, stamp)) if *stamp == file.stamp => {}
            Some(_) => changes.changed.push(file.path.clone()),
            None if roots.iter().any(|root| is_below(&file.path, root)) => missing.push(file),
            None => {}
        }
        current.insert(&*file.path, file.digest);
    }
    let new = on_disk.iter().filter(|(path, _)| !current.contains_key(&***path));
    let new: BTreeMap<&str, &(PathBuf, FileStamp)> =
        new.map(|(path, file)| (&**path, file)).collect();
    let mut digests = HashMap::new();
    for file in missing {
        let now = known
            .iter()
            .find(|other| other.digest == file.digest && on_disk.contains_key(&other.path))
            .map(|other| other.path.clone())
            .or_else(|| moved_to(file, &new, &mut digests));
        match now {
            Some(now) => changes.moved.push((file.path.clone(), now)),
            None => changes.deleted.push(file.path.clone()),
        }
    }
    let is_target = |path: &str| changes.moved.iter().any(|(_, now)| now == path);
    changes.new = new.into_keys().filter(|path| !is_target(path)).map(str::to_owned).collect();
    Ok(changes)
}

/// The files below the sources, by recorded path, without those of the archive.
fn files_on_disk(
    names: &ArchivePaths,
    sources: &[PathBuf],
) -> BTreeMap<String, (PathBuf, FileStamp)> {
    let files = collect_inputs(sources).into_iter().filter_map(|input| match input {
        Ok(Input::File(path)) if names.place_of(&path) == PathPlace::Outside => Some(path),
        _ => None,
    });
    let stamped = files.filter_map(|path| {
        let metadata = std::fs::metadata(&path).ok().filter(std::fs::Metadata::is_file)?;
        Some((names.recorded_path(&path), (path, file_stamp(&metadata))))
    });
    stamped.collect()
}

/// Whether a recorded path is that of a source or lies below it. The empty path is the
/// folder that contains the archive.
fn is_below(path: &str, source: &str) -> bool {
    match path.strip_prefix(source) {
        Some(rest) if source.is_empty() => !rest.starts_with('/'),
        Some(rest) => rest.is_empty() || rest.starts_with('/'),
        None => false,
    }
}

/// The new file that has the content of a missing one.
fn moved_to(
    missing: &KnownFile,
    new: &BTreeMap<&str, &(PathBuf, FileStamp)>,
    digests: &mut HashMap<String, Option<[u8; 32]>>,
) -> Option<String> {
    let same_size = new.iter().filter(|(_, (_, stamp))| stamp.size == missing.stamp.size);
    for (path, (located, _)) in same_size {
        let digest = digests.entry((*path).to_owned()).or_insert_with(|| {
            let mut hasher = blake3::Hasher::new();
            hasher.update_reader(File::open(located).ok()?).ok()?;
            Some(*hasher.finalize().as_bytes())
        });
        if *digest == Some(missing.digest) {
            return Some((*path).to_owned());
        }
    }
    None
}

/// Forgets the earlier paths of moved files whose new paths were read.
///
/// # Errors
/// If the archive cannot be written.
pub fn settle_moves(writer: &mut ArchiveWriter, changes: &SourceChanges) -> Result<(), StoreError> {
    for (before, now) in &changes.moved {
        if writer.files().is_known_path(now)? {
            writer.forget_path(before)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_below_a_source() {
        for (path, source, expected) in [
            ("in/a.txt", "in", true),
            ("in/a.txt", "in/a.txt", true),
            ("inner/a.txt", "in", false),
            ("in/a.txt", "", true),
            ("/srv/a.txt", "", false),
            ("/srv/a.txt", "/srv", true),
        ] {
            assert_eq!(is_below(path, source), expected, "{path} {source}");
        }
    }
}
