//! An archive that a program keeps open: a connection, and the index as long as it is
//! current.
//!
//! [`ArchiveReader::with_session`] lends both to one piece of work with a budget. The
//! assistant's tools and Python read this way. The server has a pool of connections
//! instead, because many clients ask it at the same time.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chancery_store::{Archive, Searcher, StoreError, WorkBudget};

use crate::error::ViewError;
use crate::session::ReadSession;

/// SQLite page cache, in MiB.
const CACHE_MEBIBYTES: i32 = 8;

/// An archive that is open for reading. One piece of work uses it at a time.
pub struct ArchiveReader {
    folder: PathBuf,
    archive: Option<Archive>,
    index: RefCell<Option<OpenIndexSnapshot>>,
}

/// The index, and what it was read from.
struct OpenIndexSnapshot {
    searcher: Arc<Searcher>,
    version: Vec<u8>,
}

impl ArchiveReader {
    /// Opens an archive.
    ///
    /// # Errors
    /// If the folder is not an archive of this version, or cannot be read.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let archive = open_connection(folder)?;
        Ok(Self { folder: folder.to_owned(), archive: Some(archive), index: RefCell::default() })
    }

    /// The folder of the archive.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs `read` with the connection and the index. What other programs wrote before
    /// is seen.
    ///
    /// # Errors
    /// Those of `read`, and [`StoreError::Stopped`] if the budget is spent.
    pub fn with_session<T, E: From<ViewError>>(
        &mut self,
        budget: WorkBudget,
        read: impl FnOnce(&ReadSession<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        // After a fault the connection is opened again.
        let mut archive = match self.archive.take() {
            Some(archive) => archive,
            None => open_connection(&self.folder).map_err(ViewError::from)?,
        };
        archive.set_work_budget(budget).map_err(ViewError::from)?;
        let open_index = |_needed| self.current_searcher(&archive);
        let done = read(&ReadSession { archive: &archive, open_index: &open_index });
        if archive.can_be_kept() {
            self.archive = Some(archive);
        }
        done
    }

    /// Returns the index, opened again if it changed.
    fn current_searcher(&self, archive: &Archive) -> Result<Arc<Searcher>, StoreError> {
        let version = archive.index_version()?;
        let mut index = self.index.borrow_mut();
        let searcher = match index.take() {
            Some(open) if open.version == version => open.searcher,
            Some(open) => Arc::new(open.searcher.reopen(archive)?),
            None => Arc::new(Searcher::open(archive)?),
        };
        *index = Some(OpenIndexSnapshot { searcher: Arc::clone(&searcher), version });
        Ok(searcher)
    }
}

fn open_connection(folder: &Path) -> Result<Archive, StoreError> {
    let archive = Archive::open(folder)?;
    archive.set_cache_size(CACHE_MEBIBYTES)?;
    Ok(archive)
}
