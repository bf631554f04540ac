//! Views of an archive: what can be asked of its documents, entities, decisions and
//! files. Each is a reference to the archive; their methods stand in the modules of
//! their subjects.

use crate::archive::Archive;

/// The documents of an archive.
#[derive(Clone, Copy)]
pub struct Documents<'a> {
    pub(crate) archive: &'a Archive,
}

/// The entities that documents of an archive mention.
#[derive(Clone, Copy)]
pub struct Entities<'a> {
    pub(crate) archive: &'a Archive,
}

/// The log of decisions of an archive.
#[derive(Clone, Copy)]
pub struct Decisions<'a> {
    pub(crate) archive: &'a Archive,
}

/// The files that were added to an archive, and the problems with them.
#[derive(Clone, Copy)]
pub struct Files<'a> {
    pub(crate) archive: &'a Archive,
}

impl Archive {
    /// The documents.
    pub fn documents(&self) -> Documents<'_> {
        Documents { archive: self }
    }

    /// The entities.
    pub fn entities(&self) -> Entities<'_> {
        Entities { archive: self }
    }

    /// The log of decisions.
    pub fn decisions(&self) -> Decisions<'_> {
        Decisions { archive: self }
    }

    /// The files.
    pub fn files(&self) -> Files<'_> {
        Files { archive: self }
    }
}
