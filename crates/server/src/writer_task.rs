//! What the queue and the writer thread pass to each other.

use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::mpsc::Sender;

use chancery_store::ArchiveWriter;

use super::error::ApiError;

/// Performs a write and delivers its result to the request.
pub(crate) type WriteOperation = Box<dyn FnOnce(Result<&mut ArchiveWriter, ApiError>) + Send>;

/// Work for the writer thread.
pub(crate) enum WriterTask {
    /// Apply a decision.
    Write(WriteOperation),
    /// Ingest the upload with this number.
    Ingest(u64),
    /// Commit the index, then drop the sender.
    Flush(Sender<()>),
}

/// What the writer thread has done with the index.
#[derive(Default)]
pub(crate) struct IndexState {
    /// Whether the index lacks decisions that were answered.
    pub(crate) is_behind: AtomicBool,
    /// Number of commits.
    pub(crate) commits: AtomicU64,
}
