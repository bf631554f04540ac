//! What a file on disk gave, over all its parts.

/// Counts of the file on disk whose parts are written. The parts of a file follow each
/// other: a container after what is in it, a letter before its attachments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OuterFile {
    path: String,
    documents: u64,
    problems: u64,
}

impl OuterFile {
    /// Counts what the part at `path` gave. If it is the first part of another file,
    /// returns the counts of the file before.
    pub(crate) fn count(&mut self, path: &str, documents: u64, problems: u64) -> Option<Self> {
        let outer = path.split_once("!/").map_or(path, |(outer, _)| outer);
        let ended = (self.path != outer)
            .then(|| std::mem::replace(self, Self { path: outer.to_owned(), ..Self::default() }));
        self.documents += documents;
        self.problems += problems;
        ended
    }

    /// Whether something is wrong with the file.
    pub(crate) fn has_problems(&self) -> bool {
        self.problems > 0
    }

    /// Whether something is wrong with the file, and it gave no document.
    pub(crate) fn gave_nothing(&self) -> bool {
        self.problems > 0 && self.documents == 0
    }
}
