//! The page lines that an archive has learnt, by folder, and whether it learns any.
//!
//! [`crate::learned_lines`] learns them; the archive keeps them as JSON.

use std::collections::BTreeMap;

use chancery_engine::learned_lines::{LearnedLine, LearnedLines};
use chancery_store::{Archive, ArchiveWriter, StoreError};
use serde::{Deserialize, Serialize};

use crate::person_linking::{from_json, to_json};

/// What an archive has learnt, as it keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredLines {
    /// Whether the user wants no lines to be learnt.
    pub(crate) is_off: bool,
    /// The last document whose names were removed.
    pub(crate) last_document: i64,
    /// By folder; the whole archive is the empty path.
    pub(crate) folders: BTreeMap<String, LinesOfFolder>,
}

/// What the documents of a folder show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LinesOfFolder {
    /// The digest of the ids of the documents that were compared.
    pub(crate) sample: String,
    /// The number of documents in it.
    pub(crate) documents: u64,
    /// The learnt lines.
    pub(crate) lines: Vec<LearnedLine>,
    /// Lines of before, while its documents are changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) former: Vec<LearnedLine>,
}

impl StoredLines {
    /// Reads what an archive has learnt.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn load(archive: &Archive) -> Result<Self, StoreError> {
        let stored = archive.learned_lines()?;
        stored.map_or_else(|| Ok(Self::default()), |json| from_json(&json))
    }

    /// Whether the user wants no lines to be learnt.
    pub fn is_off(&self) -> bool {
        self.is_off
    }

    /// Returns the learnt lines with their folders; the whole archive is the empty path. A
    /// line that a folder above shows too is returned with that one alone.
    pub fn lines(&self) -> impl Iterator<Item = (&str, &LearnedLine)> {
        self.folders.iter().flat_map(move |(path, folder)| {
            let above = move |line: &LearnedLine| {
                let folders = folders_of_path(path).filter(|above| above != path);
                let mut folders = folders.filter_map(|above| self.folders.get(above));
                folders.any(|folder| folder.lines.iter().any(|other| other.form == line.form))
            };
            folder.lines.iter().filter(move |line| !above(line)).map(|line| (path.as_str(), line))
        })
    }

    /// Returns the lines for a document with these paths, and those of before that are
    /// no longer learnt.
    pub(crate) fn lines_of_paths(&self, paths: &[String]) -> (LearnedLines, LearnedLines) {
        let (mut lines, mut former) = (LearnedLines::default(), LearnedLines::default());
        for folder in paths.iter().flat_map(|path| folders_of_path(path)) {
            if let Some(folder) = self.folders.get(folder) {
                lines.add(&LearnedLines::new(&folder.lines));
                former.add(&LearnedLines::new(&folder.former));
            }
        }
        let former = former.without(&lines);
        (lines, former)
    }

    /// Whether no folder has lines, now or before.
    pub(crate) fn is_empty(&self) -> bool {
        self.folders.values().all(|folder| folder.lines.is_empty() && folder.former.is_empty())
    }

    pub(crate) fn store(&self, writer: &mut ArchiveWriter) -> Result<(), StoreError> {
        writer.set_learned_lines(&to_json(self))?;
        writer.commit_batch()
    }
}

/// The folders that a path is in: the whole archive, the folders and containers, and the
/// file itself, which may have many documents.
pub(crate) fn folders_of_path(path: &str) -> impl Iterator<Item = &str> {
    let slashes = path.match_indices('/').map(|(at, _)| &path[..at]);
    std::iter::once("").chain(slashes.filter(|folder| !folder.is_empty())).chain([path])
}

/// Keeps whether page lines are learnt. What was learnt goes when the documents are
/// compared again: at the next addition, or by [`crate::apply_learned_lines`].
///
/// # Errors
/// If the archive cannot be read or written.
pub fn set_line_learning(writer: &mut ArchiveWriter, is_on: bool) -> Result<(), StoreError> {
    let stored = StoredLines::load(writer)?;
    if stored.is_off != is_on {
        return Ok(());
    }
    StoredLines { is_off: !is_on, ..stored }.store(writer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_in_all_its_folders() {
        let folders = |path| folders_of_path(path).collect::<Vec<_>>();
        assert_eq!(folders("a.txt"), ["", "a.txt"]);
        assert_eq!(folders("/in/a.txt"), ["", "/in", "/in/a.txt"]);
        assert_eq!(folders("a/b.zip!/c/d"), ["", "a", "a/b.zip!", "a/b.zip!/c", "a/b.zip!/c/d"]);
    }
}
