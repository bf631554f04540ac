//! The queue of the writer thread: requests send decisions and uploads through it.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use chancery_connections::lock_ignoring_poison;
use chancery_store::ArchiveWriter;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tracing::warn;

use super::error::ApiError;
use super::request_log::log_text;
use super::upload_settings::UploadSettings;
use super::upload_store::{KeptUpload, UploadStore};
use super::writer_task::{IndexState, WriterTask};
use super::writer_thread::WriterThread;
use chancery_views::upload::Upload;

/// Maximum number of waiting decisions.
const MAX_WAITING: usize = 200;

/// Maximum number of uploads whose result is kept.
const MAX_UPLOADS: usize = 20;

/// Maximum time that a search waits for the commit of the index.
const MAX_FLUSH_WAIT: Duration = Duration::from_secs(5);

/// A place in the queue, released on drop.
struct QueueSlot(Arc<Mutex<usize>>);

impl QueueSlot {
    /// # Errors
    /// If the queue is full.
    fn acquire(waiting: &Arc<Mutex<usize>>) -> Result<Self, ApiError> {
        let mut count = lock_ignoring_poison(waiting);
        if *count >= MAX_WAITING {
            return Err(ApiError::service_unavailable("too many decisions are waiting"));
        }
        *count += 1;
        Ok(Self(Arc::clone(waiting)))
    }
}

impl Drop for QueueSlot {
    fn drop(&mut self) {
        *lock_ignoring_poison(&self.0) -= 1;
    }
}

/// Handle for sending work to the writer thread.
pub(crate) struct WriteQueue {
    tasks: Mutex<Sender<WriterTask>>,
    uploads: Arc<Mutex<VecDeque<Upload>>>,
    store: Arc<UploadStore>,
    waiting: Arc<Mutex<usize>>,
    index: Arc<IndexState>,
    author: String,
}

impl WriteQueue {
    /// Starts the thread that writes to the archive in `folder`.
    pub(crate) fn start_thread(folder: &Path, author: &str, ingest: UploadSettings) -> Self {
        let (tasks, waiting) = mpsc::channel();
        let uploads: Arc<Mutex<VecDeque<Upload>>> = Arc::default();
        let store = Arc::new(UploadStore::new(folder));
        let index: Arc<IndexState> = Arc::default();
        let shared = (Arc::clone(&uploads), Arc::clone(&store), Arc::clone(&index));
        let thread = WriterThread::new(folder, shared.0, shared.1, ingest, shared.2);
        thread::spawn(move || thread.run_tasks(&waiting));
        let queue = Self {
            tasks: Mutex::new(tasks),
            uploads,
            store,
            waiting: Arc::default(),
            index,
            author: author.to_owned(),
        };
        queue.enqueue_kept_uploads();
        queue
    }

    /// The author recorded in the log of decisions.
    pub(crate) fn author(&self) -> &str {
        &self.author
    }

    /// Runs `write` on the writer thread and returns its result.
    ///
    /// # Errors
    /// If the queue is full, the archive cannot be opened for writing, or `write`
    /// fails or panics.
    pub(crate) async fn submit_write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&mut ArchiveWriter) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let (answer, answered) = oneshot::channel();
        let turn = QueueSlot::acquire(&self.waiting)?;
        let fault = || ApiError::internal_error("the writer panicked or ended");
        self.send_task(WriterTask::Write(Box::new(move |writer| {
            drop(turn);
            let write = |writer| catch_unwind(AssertUnwindSafe(|| write(writer)));
            let written = writer.and_then(|writer| write(writer).unwrap_or_else(|_| Err(fault())));
            // The request may have been cancelled; the decision stays.
            drop(answer.send(written));
        })));
        answered.await.unwrap_or_else(|_| Err(fault()))
    }

    /// Waits until the index has every decision that was answered. Returns after
    /// [`MAX_FLUSH_WAIT`] at the latest; the index is then behind. Blocks.
    pub(crate) fn flush_index(&self) {
        if self.index.is_behind.load(Ordering::Acquire) {
            let (flushed, wait) = mpsc::channel();
            self.send_task(WriterTask::Flush(flushed));
            // The sender is dropped without a message.
            let _ = wait.recv_timeout(MAX_FLUSH_WAIT);
        }
    }

    /// Queues the files in a folder for ingest. Returns the number of the upload.
    ///
    /// # Errors
    /// If the folder cannot be moved to its place.
    pub(crate) fn enqueue_upload(
        &self,
        folder: TempDir,
        files: u64,
        bytes: u64,
    ) -> io::Result<u64> {
        let mut uploads = lock_ignoring_poison(&self.uploads);
        let number = uploads.back().map_or(1, |last| last.number + 1);
        let number = self.store.complete_upload(folder, number)?;
        uploads.push_back(Upload { number, files, bytes, ..Upload::default() });
        while uploads.len() > MAX_UPLOADS && uploads[0].state.is_finished() {
            uploads.pop_front();
        }
        drop(uploads);
        self.send_task(WriterTask::Ingest(number));
        Ok(number)
    }

    /// Returns a number that changes with every commit of the index.
    pub(crate) fn index_commits(&self) -> u64 {
        self.index.commits.load(Ordering::Acquire)
    }

    /// Creates the folder for an upload that is being received.
    pub(crate) fn start_upload(&self) -> io::Result<TempDir> {
        self.store.start_upload()
    }

    /// Queues the uploads that an earlier server has accepted but not ingested.
    fn enqueue_kept_uploads(&self) {
        let kept = self.store.recover_uploads().unwrap_or_else(|error| {
            let cause = log_text(&error.to_string());
            warn!(%cause, "uploads of an earlier run cannot be read");
            Vec::new()
        });
        for KeptUpload { number, files, bytes } in kept {
            let upload = Upload { number, files, bytes, ..Upload::default() };
            lock_ignoring_poison(&self.uploads).push_back(upload);
            self.send_task(WriterTask::Ingest(number));
        }
    }

    /// Returns the uploads, latest first.
    pub(crate) fn recent_uploads(&self) -> Vec<Upload> {
        lock_ignoring_poison(&self.uploads).iter().rev().cloned().collect()
    }

    fn send_task(&self, task: WriterTask) {
        // The thread runs as long as the process.
        let _ = lock_ignoring_poison(&self.tasks).send(task);
    }
}

#[cfg(test)]
mod tests {
    use chancery_ingest::Remedies;

    use super::*;

    #[test]
    fn panic_is_reported_to_caller() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(ArchiveWriter::open(folder.path()).expect("an archive"));
        let hints = Remedies { raise_limit: "", retry: "", name_columns: "" };
        let settings = UploadSettings { pdf_reader: None, remedies: hints };
        let queue = WriteQueue::start_thread(folder.path(), "ana", settings);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let save = |name: &'static str| {
            queue.submit_write(move |writer| {
                writer.save_search(name, Some("osei"))?;
                assert_ne!(name, "panics", "panic of the test");
                Ok(name)
            })
        };
        for name in ["first", "panics", "last"] {
            let answer = runtime.block_on(save(name));
            assert_eq!(answer.ok(), Some(name).filter(|name| *name != "panics"));
            assert_eq!(*lock_ignoring_poison(&queue.waiting), 0);
        }
        // If the folder is no longer an archive, the request still ends.
        queue.flush_index();
        std::fs::remove_dir_all(folder.path()).expect("removed");
        assert!(runtime.block_on(save("nowhere")).is_err());
        assert_eq!(*lock_ignoring_poison(&queue.waiting), 0);
    }
}
