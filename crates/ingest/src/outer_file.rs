//! What a file on disk gave, over all its parts.

use crate::file_worker::Place;

/// Counts of the file on disk whose parts are written. The parts of a container follow
/// each other, and its own item is the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OuterFile {
    documents: u64,
    problems: u64,
}

impl OuterFile {
    /// Counts what a part gave. After the last part, returns the counts of the file.
    pub(crate) fn count(&mut self, documents: u64, problems: u64, place: Place) -> Option<Self> {
        self.documents += documents;
        self.problems += problems;
        (place == Place::OnDisk).then(|| std::mem::take(self))
    }

    /// Whether something is wrong with the file.
    pub(crate) fn has_problems(self) -> bool {
        self.problems > 0
    }

    /// Whether something is wrong with the file, and it gave no document.
    pub(crate) fn gave_nothing(self) -> bool {
        self.problems > 0 && self.documents == 0
    }
}
