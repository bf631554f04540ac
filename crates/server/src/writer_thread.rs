//! The single writer thread: applies decisions and ingests uploads.
//!
//! - A decision is answered once the tables have it. The commit of the index takes
//!   ten times as long, so it follows when no decision came for a moment, or when a
//!   search needs it (`WriterTask::Flush`). A search after a decision thus shows it.
//! - The archive is open for writing only while there is a task, and until the index
//!   is committed, so that another process can add files at the same time.
//! - Decisions that arrive while an upload is ingested are applied between two
//!   of its batches. A batch takes at most about a second. The index is committed
//!   at the end.
//! - Uploads are ingested one after another.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use chancery_connections::lock_ignoring_poison;
use chancery_engine::opening::{NamedColumns, OpeningSettings};
use chancery_engine::{Engine, EngineKind};
use chancery_ingest::{IngestEvent, IngestReport, IngestSettings, ingest_files};
use chancery_store::{Archive, ArchiveWriter, Searcher, StoreError, WorkBudget};
use tracing::{debug, error, warn};

use super::error::ApiError;
use super::request_log::log_text;
use super::upload_settings::UploadSettings;
use super::upload_store::UploadStore;
use super::writer_task::{IndexState, WriteOperation, WriterTask};
use chancery_views::upload::{Upload, UploadState};

/// Maximum time to wait for another process that writes.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// Documents per batch. Waiting decisions are applied between batches.
const BATCH_DOCUMENTS: u64 = 100;

/// Maximum size of an uploaded file, in bytes.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// Time without another decision after which the index is committed.
const IDLE_BEFORE_INDEX: Duration = Duration::from_millis(200);

/// Maximum time between a decision and the commit of the index.
const MAX_INDEX_DELAY: Duration = Duration::from_secs(1);

/// State of the writer thread.
pub(crate) struct WriterThread {
    folder: PathBuf,
    uploads: Arc<Mutex<VecDeque<Upload>>>,
    store: Arc<UploadStore>,
    engine: Option<Engine>,
    ingest: UploadSettings,
    /// The writer, if the index lacks decisions.
    unindexed: Option<UnindexedDecisions>,
    index: Arc<IndexState>,
}

/// A writer with decisions that the index lacks.
struct UnindexedDecisions {
    writer: ArchiveWriter,
    first: Instant,
    last: Instant,
}

impl UnindexedDecisions {
    /// Returns the time until the index has to be committed.
    fn time_left(&self) -> Duration {
        let due = (self.last + IDLE_BEFORE_INDEX).min(self.first + MAX_INDEX_DELAY);
        due.saturating_duration_since(Instant::now())
    }
}

impl WriterThread {
    pub(crate) fn new(
        folder: &Path,
        uploads: Arc<Mutex<VecDeque<Upload>>>,
        store: Arc<UploadStore>,
        ingest: UploadSettings,
        index: Arc<IndexState>,
    ) -> Self {
        let folder = folder.to_owned();
        Self { folder, uploads, store, engine: None, ingest, unindexed: None, index }
    }

    /// Runs tasks until the server ends.
    pub(crate) fn run_tasks(mut self, tasks: &Receiver<WriterTask>) {
        self.catch_up_index();
        let mut later = VecDeque::new();
        while let Some(task) = self.next_task(tasks, &mut later) {
            match task {
                WriterTask::Write(write) => {
                    // After a panic the dropped channel reports the error.
                    let work = || self.apply_decision(write);
                    if catch_unwind(AssertUnwindSafe(work)).is_err() {
                        self.commit_index();
                    }
                }
                WriterTask::Flush(flushed) => {
                    self.commit_index();
                    drop(flushed);
                }
                WriterTask::Ingest(number) => {
                    self.commit_index();
                    self.run_upload(number, tasks, &mut later);
                }
            }
        }
    }

    /// Commits the index if an earlier server ended before it did.
    fn catch_up_index(&self) {
        let finish = || -> Result<(), StoreError> {
            let archive = Archive::open(&self.folder)?;
            if Searcher::open(&archive)?.indexed_batch() != archive.last_batch()? {
                open_writer(&self.folder, false)?.finish()?;
            }
            Ok(())
        };
        match catch_unwind(AssertUnwindSafe(finish)) {
            Ok(Ok(()) | Err(StoreError::NotAnArchive(_))) => {}
            // Each request that needs the archive says so too.
            Ok(Err(error)) => {
                let cause = log_text(&error.to_string());
                debug!(%cause, "the index cannot be checked");
            }
            Err(_) => warn!("the check of the index panicked"),
        }
    }

    /// Waits for the next task. Commits the index when it is due. Returns `None` if
    /// the server ends.
    fn next_task(
        &mut self,
        tasks: &Receiver<WriterTask>,
        later: &mut VecDeque<WriterTask>,
    ) -> Option<WriterTask> {
        if let Some(task) = later.pop_front() {
            return Some(task);
        }
        if let Some(unindexed) = &self.unindexed {
            match tasks.recv_timeout(unindexed.time_left()) {
                Ok(task) => return Some(task),
                Err(RecvTimeoutError::Timeout) => self.commit_index(),
                Err(RecvTimeoutError::Disconnected) => {
                    self.commit_index();
                    return None;
                }
            }
        }
        tasks.recv().ok()
    }

    /// Applies a decision. The index is committed later.
    fn apply_decision(&mut self, write: WriteOperation) {
        let now = Instant::now();
        let mut unindexed = match self.unindexed.take() {
            Some(unindexed) => unindexed,
            None => match open_writer(&self.folder, false) {
                Ok(writer) => UnindexedDecisions { writer, first: now, last: now },
                Err(error) => return write(Err(error.into())),
            },
        };
        // Set before the answer: a search after it must find the flag.
        self.index.is_behind.store(true, Ordering::Release);
        unindexed.last = now;
        let unindexed = self.unindexed.insert(unindexed);
        write(Ok(&mut unindexed.writer));
    }

    /// Commits the index if it lacks decisions, and closes the archive.
    fn commit_index(&mut self) {
        if let Some(mut unindexed) = self.unindexed.take() {
            let finish = || unindexed.writer.finish();
            let cause = match catch_unwind(AssertUnwindSafe(finish)) {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(error.to_string()),
                Err(_) => Some("the index panicked".to_owned()),
            };
            // The decisions are written. The next writer updates the index.
            if let Some(cause) = cause {
                let cause = log_text(&cause);
                warn!(%cause, "the index is out of date until the next decision or upload");
            }
        }
        self.index.commits.fetch_add(1, Ordering::AcqRel);
        self.index.is_behind.store(false, Ordering::Release);
    }

    /// Ingests an upload and records how it ended.
    fn run_upload(
        &mut self,
        number: u64,
        tasks: &Receiver<WriterTask>,
        later: &mut VecDeque<WriterTask>,
    ) {
        let work = || self.ingest_upload(number, tasks, later);
        let done = catch_unwind(AssertUnwindSafe(work));
        let done = done.unwrap_or_else(|_| Err(ApiError::internal_error("the ingest panicked")));
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

    fn ingest_upload(
        &mut self,
        number: u64,
        tasks: &Receiver<WriterTask>,
        later: &mut VecDeque<WriterTask>,
    ) -> Result<(), ApiError> {
        self.update_upload(number, |upload| upload.state = UploadState::Reading);
        let kind = EngineKind::default();
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
            batch_documents: BATCH_DOCUMENTS,
            opening: OpeningSettings {
                largest: MAX_FILE_BYTES,
                named_columns: NamedColumns::default(),
                pdf_reader: self.ingest.pdf_reader.clone(),
                kept_pages: None,
                keep_empty: false,
                remedies: self.ingest.remedies,
            },
            side_tables: &[],
            budget: WorkBudget::default(),
        };
        let mut observe = |writer: &mut ArchiveWriter, event: IngestEvent| {
            let IngestEvent::Committed { bytes, report } = event else { return };
            self.update_upload(number, |upload| update_progress(upload, bytes, &report));
            apply_waiting_decisions(writer, tasks, later);
        };
        let report = ingest_files(&mut writer, &settings, &engine, &mut observe)?;
        self.update_upload(number, |upload| update_progress(upload, upload.bytes, &report));
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

/// Applies the decisions that wait, between two batches of an upload.
fn apply_waiting_decisions(
    writer: &mut ArchiveWriter,
    tasks: &Receiver<WriterTask>,
    later: &mut VecDeque<WriterTask>,
) {
    for task in tasks.try_iter() {
        match task {
            WriterTask::Write(write) => write(Ok(&mut *writer)),
            // The index is committed at the end of the upload.
            WriterTask::Flush(flushed) => drop(flushed),
            task @ WriterTask::Ingest(..) => later.push_back(task),
        }
    }
}

/// Opens the archive for writing. Waits up to [`MAX_WAIT`] for another process
/// that writes.
fn open_writer(folder: &Path, make: bool) -> Result<ArchiveWriter, StoreError> {
    if !make {
        Archive::open(folder)?;
    }
    ArchiveWriter::open_waiting(folder, MAX_WAIT)
}

/// Copies the progress of an ingest.
fn update_progress(upload: &mut Upload, bytes: u64, report: &IngestReport) {
    upload.read = bytes;
    upload.documents = report.documents;
    upload.words = report.words;
    upload.failed = report.failed;
}
