//! The single writer thread: applies decisions and adds uploaded files.
//!
//! - The archive is open for writing only while there is a task, so that
//!   another process can add files at the same time.
//! - Decisions that arrive while an upload is ingested are applied between two
//!   of its batches. A batch takes at most about a second.
//! - Uploads are ingested one after another.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use chancery_connections::lock_ignoring_poison;
use chancery_engine::{Engine, EngineKind};
use chancery_ingest::{IngestEvent, IngestReport, IngestSettings, Remedies, ingest_files};
use chancery_store::{ArchiveWriter, StoreError};
use serde::Serialize;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tracing::{error, warn};
use utoipa::ToSchema;

use super::error::ApiError;
use super::request_log::log_text;
use super::upload_store::{KeptUpload, UploadStore};

/// Maximum time to wait for another process that writes.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// Documents per batch. Waiting decisions are applied between batches.
const BATCH_DOCUMENTS: u64 = 100;

/// Maximum number of waiting decisions.
const MAX_WAITING: usize = 200;

/// Maximum size of an uploaded file, in bytes.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// Maximum number of uploads whose result is kept.
const MAX_UPLOADS: usize = 20;

/// Performs a write and returns a callback that delivers the result to the
/// request. The callback is called once searches show the decision; during an
/// upload it is called after the write, since the index is committed at the end.
type WriteOperation =
    Box<dyn FnOnce(Result<&mut ArchiveWriter, ApiError>) -> ResultCallback + Send>;

type ResultCallback = Box<dyn FnOnce()>;

/// Callbacks that deliver results. They run on drop, so also if the code after
/// the decisions panics.
#[derive(Default)]
struct PendingResults(Vec<ResultCallback>);

impl Drop for PendingResults {
    fn drop(&mut self) {
        self.0.drain(..).for_each(|deliver| deliver());
    }
}

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

enum WriterTask {
    Write(WriteOperation),
    Ingest(u64),
}

/// Handle for sending work to the writer thread.
pub(crate) struct WriteQueue {
    tasks: Mutex<Sender<WriterTask>>,
    uploads: Arc<Mutex<VecDeque<Upload>>>,
    store: Arc<UploadStore>,
    waiting: Arc<Mutex<usize>>,
    author: String,
}

/// Uploaded files and the state of their ingest.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub(crate) struct Upload {
    /// Number of the upload, from 1.
    pub(crate) number: u64,
    /// State of the ingest.
    pub(crate) state: UploadState,
    /// Number of files received.
    pub(crate) files: u64,
    /// Number of bytes received.
    pub(crate) bytes: u64,
    /// Number of bytes read so far.
    pub(crate) read: u64,
    /// Number of new documents.
    pub(crate) documents: u64,
    /// Number of words in the new documents.
    pub(crate) words: u64,
    /// Number of files that could not be read.
    pub(crate) failed: u64,
    /// Why the whole upload failed.
    pub(crate) error: Option<String>,
}

impl Upload {
    fn update_progress(&mut self, bytes: u64, report: &IngestReport) {
        self.read = bytes;
        self.documents = report.documents;
        self.words = report.words;
        self.failed = report.failed;
    }
}

/// How uploaded files are read.
pub(crate) struct UploadSettings {
    /// The command that reads PDFs where poppler is not installed.
    pub(crate) pdf_reader: Option<(PathBuf, &'static str)>,
    /// How to fix a problem, phrased for the command line or the web.
    pub(crate) remedies: Remedies,
}

/// State of an upload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UploadState {
    /// In the queue.
    #[default]
    Waiting,
    /// Its files are being ingested.
    Reading,
    /// Its documents are in the archive.
    Done,
    /// The ingest failed.
    Failed,
}

impl UploadState {
    /// Whether the ingest has ended.
    pub(crate) fn is_finished(self) -> bool {
        matches!(self, Self::Done | Self::Failed)
    }
}

impl WriteQueue {
    /// Starts the thread that writes to the archive in `folder`.
    pub(crate) fn start_thread(folder: &Path, author: &str, ingest: UploadSettings) -> Self {
        let (tasks, waiting) = mpsc::channel();
        let uploads: Arc<Mutex<VecDeque<Upload>>> = Arc::default();
        let store = Arc::new(UploadStore::new(folder));
        let thread = WriterThread {
            folder: folder.to_owned(),
            uploads: Arc::clone(&uploads),
            store: Arc::clone(&store),
            engine: None,
            ingest,
        };
        thread::spawn(move || thread.run_tasks(&waiting));
        let queue = Self {
            tasks: Mutex::new(tasks),
            uploads,
            store,
            waiting: Arc::default(),
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
            Box::new(move || drop(answer.send(written)))
        })));
        answered.await.unwrap_or_else(|_| Err(fault()))
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

/// State of the writer thread.
struct WriterThread {
    folder: PathBuf,
    uploads: Arc<Mutex<VecDeque<Upload>>>,
    store: Arc<UploadStore>,
    engine: Option<Engine>,
    ingest: UploadSettings,
}

impl WriterThread {
    fn run_tasks(mut self, tasks: &Receiver<WriterTask>) {
        let mut later = VecDeque::new();
        while let Some(task) = later.pop_front().or_else(|| tasks.recv().ok()) {
            match task {
                // After a panic the dropped channel reports the error.
                WriterTask::Write(write) => {
                    let work = || self.apply_decisions(write, tasks, &mut later);
                    let _ = catch_unwind(AssertUnwindSafe(work));
                }
                WriterTask::Ingest(number) => {
                    let work = || self.ingest_upload(number, tasks, &mut later);
                    let done = catch_unwind(AssertUnwindSafe(work));
                    let done = done
                        .unwrap_or_else(|_| Err(ApiError::internal_error("the ingest panicked")));
                    // A failed upload is kept, and tried again after a restart.
                    if done.is_ok()
                        && let Err(error) = self.store.remove_upload(number)
                    {
                        let cause = log_text(&error.to_string());
                        warn!(upload = number, %cause, "an ingested upload cannot be removed");
                    }
                    self.update_upload(number, |upload| match done {
                        Ok(()) => upload.state = UploadState::Done,
                        Err(error) => {
                            let cause = log_text(error.cause_for_log());
                            error!(upload = number, %cause, "an upload failed");
                            upload.state = UploadState::Failed;
                            upload.error = Some(error.error);
                        }
                    });
                }
            }
        }
    }

    /// Applies this decision and those that wait behind it.
    fn apply_decisions(
        &self,
        first: WriteOperation,
        tasks: &Receiver<WriterTask>,
        later: &mut VecDeque<WriterTask>,
    ) {
        match open_writer(&self.folder, false) {
            Ok(mut writer) => {
                let mut answers = PendingResults(vec![first(Ok(&mut writer))]);
                apply_waiting_decisions(&mut writer, tasks, later, &mut answers);
                // The decisions are written. The next writer updates the index.
                if let Err(error) = writer.finish() {
                    let cause = log_text(&error.to_string());
                    warn!(%cause, "the index is out of date until the next decision or upload");
                }
            }
            Err(error) => first(Err(error.into()))(),
        }
    }

    fn ingest_upload(
        &mut self,
        number: u64,
        tasks: &Receiver<WriterTask>,
        later: &mut VecDeque<WriterTask>,
    ) -> Result<(), ApiError> {
        self.update_upload(number, |upload| upload.state = UploadState::Reading);
        let kind = EngineKind::Fast;
        let engine = self.engine.take().unwrap_or_else(|| Engine::load_shipped(kind));
        let mut writer = open_writer(&self.folder, true)?;
        let fingerprint = kind.model_fingerprint(None);
        writer.set_engine(&fingerprint.map_err(ApiError::internal_error)?)?;
        let paths = [self.store.upload_folder(number)];
        let settings = IngestSettings {
            paths: &paths,
            base_folder: Some(&paths[0]),
            // Leaves cores to requests that read.
            jobs: thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2)),
            keep_bytes: true,
            retry: true,
            max_file_bytes: MAX_FILE_BYTES,
            batch_documents: BATCH_DOCUMENTS,
            pdf_reader: self.ingest.pdf_reader.clone(),
            remedies: self.ingest.remedies,
        };
        let mut observe = |writer: &mut ArchiveWriter, event: IngestEvent| {
            let IngestEvent::Committed { bytes, report } = event else { return };
            self.update_upload(number, |upload| upload.update_progress(bytes, &report));
            apply_waiting_decisions(writer, tasks, later, &mut PendingResults::default());
        };
        let report = ingest_files(&mut writer, &settings, &engine, &mut observe)?;
        self.update_upload(number, |upload| upload.update_progress(upload.bytes, &report));
        self.engine = Some(engine);
        Ok(())
    }

    fn update_upload(&self, number: u64, change: impl FnOnce(&mut Upload)) {
        let mut uploads = lock_ignoring_poison(&self.uploads);
        if let Some(upload) = uploads.iter_mut().find(|upload| upload.number == number) {
            change(upload);
        }
    }
}

fn apply_waiting_decisions(
    writer: &mut ArchiveWriter,
    tasks: &Receiver<WriterTask>,
    later: &mut VecDeque<WriterTask>,
    answers: &mut PendingResults,
) {
    for task in tasks.try_iter() {
        match task {
            WriterTask::Write(write) => answers.0.push(write(Ok(&mut *writer))),
            task @ WriterTask::Ingest(..) => later.push_back(task),
        }
    }
}

/// Opens the archive for writing. Waits up to [`MAX_WAIT`] for another process
/// that writes.
fn open_writer(folder: &Path, make: bool) -> Result<ArchiveWriter, StoreError> {
    if !make {
        chancery_store::Archive::open(folder)?;
    }
    ArchiveWriter::open_waiting(folder, MAX_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panic_is_reported_to_caller() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(ArchiveWriter::open(folder.path()).expect("an archive"));
        let hints = Remedies { raise_limit: "", retry: "" };
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
        std::fs::remove_dir_all(folder.path()).expect("removed");
        assert!(runtime.block_on(save("nowhere")).is_err());
        assert_eq!(*lock_ignoring_poison(&queue.waiting), 0);
    }
}
