//! The single writer thread: applies decisions and adds uploaded files.
//!
//! - The archive is open for writing only while there is a task, so that
//!   `chancery add` can run at the same time.
//! - Decisions that arrive while an upload is ingested are applied between two
//!   of its batches. A batch takes at most about a second.
//! - Uploads are ingested one after another.

use std::collections::VecDeque;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use chancery_engine::{Engine, EngineKind};
use chancery_ingest::{Event, Hints, Report, Settings, ingest};
use chancery_store::{StoreError, Writer};
use serde::Serialize;
use tempfile::TempDir;
use tokio::sync::oneshot;
use utoipa::ToSchema;

use super::error::ApiError;
use super::sync::lock;

/// Maximum time to wait for another process that writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Documents per batch. Waiting decisions are applied between batches.
const BATCH: u64 = 100;

/// Maximum number of waiting decisions.
const MOST_WAITING: usize = 200;

/// Maximum size of an uploaded file, in bytes.
const LARGEST: u64 = 64 << 20;

/// Maximum number of uploads whose result is kept.
const MOST_UPLOADS: usize = 20;

/// Performs a write and returns a callback that delivers the result to the
/// request. The callback is called once searches show the decision; during an
/// upload it is called after the write, since the index is committed at the end.
type Write = Box<dyn FnOnce(Result<&mut Writer, ApiError>) -> Told + Send>;

type Told = Box<dyn FnOnce()>;

/// Callbacks that deliver results. They run on drop, so also if the code after
/// the decisions panics.
#[derive(Default)]
struct Answers(Vec<Told>);

impl Drop for Answers {
    fn drop(&mut self) {
        self.0.drain(..).for_each(|tell| tell());
    }
}

/// A place in the queue, released on drop.
struct Turn(Arc<Mutex<usize>>);

impl Turn {
    /// # Errors
    /// If the queue is full.
    fn take(waiting: &Arc<Mutex<usize>>) -> Result<Self, ApiError> {
        let mut count = lock(waiting);
        if *count >= MOST_WAITING {
            return Err(ApiError::busy("too many decisions are waiting"));
        }
        *count += 1;
        Ok(Self(Arc::clone(waiting)))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *lock(&self.0) -= 1;
    }
}

enum Task {
    Write(Write),
    Add(u64, TempDir),
}

/// Handle for sending work to the writer thread.
pub(crate) struct WriteQueue {
    tasks: Mutex<Sender<Task>>,
    uploads: Arc<Mutex<VecDeque<Upload>>>,
    waiting: Arc<Mutex<usize>>,
    who: String,
}

/// Uploaded files and the state of their ingest.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub(crate) struct Upload {
    /// Number of the upload, from 1.
    pub(crate) number: u64,
    /// State of the ingest.
    pub(crate) state: State,
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
    fn show(&mut self, bytes: u64, report: &Report) {
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
    /// Remedies in the words of the calling program.
    pub(crate) hints: Hints,
    /// Called with problems that no response can carry.
    pub(crate) warn: fn(&str),
}

/// State of an upload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
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

impl State {
    /// Whether the ingest has ended.
    pub(crate) fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed)
    }
}

impl WriteQueue {
    /// Starts the thread that writes to the archive in `folder`.
    pub(crate) fn start(folder: &Path, who: &str, ingest: UploadSettings) -> Self {
        let (tasks, waiting) = mpsc::channel();
        let uploads: Arc<Mutex<VecDeque<Upload>>> = Arc::default();
        let thread = WriterThread {
            folder: folder.to_owned(),
            uploads: Arc::clone(&uploads),
            engine: None,
            ingest,
        };
        thread::spawn(move || thread.run(&waiting));
        Self { tasks: Mutex::new(tasks), uploads, waiting: Arc::default(), who: who.to_owned() }
    }

    /// The author recorded in the log of decisions.
    pub(crate) fn who(&self) -> &str {
        &self.who
    }

    /// Runs `write` on the writer thread and returns its result.
    ///
    /// # Errors
    /// If the queue is full, the archive cannot be opened for writing, or `write`
    /// fails or panics.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&mut Writer) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let (answer, answered) = oneshot::channel();
        let turn = Turn::take(&self.waiting)?;
        let fault = || ApiError::internal("internal error");
        self.send(Task::Write(Box::new(move |writer| {
            drop(turn);
            let write = |writer| catch_unwind(AssertUnwindSafe(|| write(writer)));
            let written = writer.and_then(|writer| write(writer).unwrap_or_else(|_| Err(fault())));
            // The request may have been cancelled; the decision stays.
            Box::new(move || drop(answer.send(written)))
        })));
        answered.await.unwrap_or_else(|_| Err(fault()))
    }

    /// Queues the files in a folder for ingest. Returns the number of the upload.
    pub(crate) fn add(&self, folder: TempDir, files: u64, bytes: u64) -> u64 {
        let mut uploads = lock(&self.uploads);
        let number = uploads.back().map_or(1, |last| last.number + 1);
        uploads.push_back(Upload { number, files, bytes, ..Upload::default() });
        while uploads.len() > MOST_UPLOADS && uploads[0].state.is_over() {
            uploads.pop_front();
        }
        drop(uploads);
        self.send(Task::Add(number, folder));
        number
    }

    /// Returns the uploads, latest first.
    pub(crate) fn uploads(&self) -> Vec<Upload> {
        lock(&self.uploads).iter().rev().cloned().collect()
    }

    fn send(&self, task: Task) {
        // The thread runs as long as the process.
        let _ = lock(&self.tasks).send(task);
    }
}

/// State of the writer thread.
struct WriterThread {
    folder: PathBuf,
    uploads: Arc<Mutex<VecDeque<Upload>>>,
    engine: Option<Engine>,
    ingest: UploadSettings,
}

impl WriterThread {
    fn run(mut self, tasks: &Receiver<Task>) {
        let mut later = VecDeque::new();
        while let Some(task) = later.pop_front().or_else(|| tasks.recv().ok()) {
            match task {
                // After a panic the dropped channel reports the error.
                Task::Write(write) => {
                    let work = || self.decide(write, tasks, &mut later);
                    let _ = catch_unwind(AssertUnwindSafe(work));
                }
                Task::Add(number, files) => {
                    let work = || self.add(number, &files, tasks, &mut later);
                    let done = catch_unwind(AssertUnwindSafe(work));
                    let done = done.unwrap_or_else(|_| Err(ApiError::internal("internal error")));
                    self.note(number, |upload| match done {
                        Ok(()) => upload.state = State::Done,
                        Err(error) => {
                            upload.state = State::Failed;
                            upload.error = Some(error.error);
                        }
                    });
                }
            }
        }
    }

    /// Applies this decision and those that wait behind it.
    fn decide(&self, first: Write, tasks: &Receiver<Task>, later: &mut VecDeque<Task>) {
        match open(&self.folder, false) {
            Ok(mut writer) => {
                let mut answers = Answers(vec![first(Ok(&mut writer))]);
                decide_waiting(&mut writer, tasks, later, &mut answers);
                // The decisions are written. The next writer updates the index.
                if let Err(error) = writer.finish() {
                    (self.ingest.warn)(&format!("the index lags behind: {error}"));
                }
            }
            Err(error) => first(Err(error.into()))(),
        }
    }

    fn add(
        &mut self,
        number: u64,
        files: &TempDir,
        tasks: &Receiver<Task>,
        later: &mut VecDeque<Task>,
    ) -> Result<(), ApiError> {
        self.note(number, |upload| upload.state = State::Reading);
        let kind = EngineKind::Fast;
        let engine = self.engine.take().unwrap_or_else(|| Engine::shipped(kind));
        let mut writer = open(&self.folder, true)?;
        let fingerprint = kind.fingerprint(None);
        writer.use_engine(&fingerprint.map_err(|error| ApiError::internal(error.to_string()))?)?;
        let paths = [files.path().to_owned()];
        let settings = Settings {
            paths: &paths,
            inside: Some(files.path()),
            // Leaves cores to requests that read.
            jobs: thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2)),
            keep: true,
            retry: true,
            largest: LARGEST,
            batch: BATCH,
            pdf_reader: self.ingest.pdf_reader.clone(),
            hints: self.ingest.hints,
        };
        let mut observe = |writer: &mut Writer, event: Event| {
            let Event::Committed { bytes, report } = event else { return };
            self.note(number, |upload| upload.show(bytes, &report));
            decide_waiting(writer, tasks, later, &mut Answers::default());
        };
        let report = ingest(&mut writer, &settings, &engine, &mut observe)?;
        self.note(number, |upload| upload.show(upload.bytes, &report));
        self.engine = Some(engine);
        Ok(())
    }

    fn note(&self, number: u64, change: impl FnOnce(&mut Upload)) {
        let mut uploads = lock(&self.uploads);
        if let Some(upload) = uploads.iter_mut().find(|upload| upload.number == number) {
            change(upload);
        }
    }
}

fn decide_waiting(
    writer: &mut Writer,
    tasks: &Receiver<Task>,
    later: &mut VecDeque<Task>,
    answers: &mut Answers,
) {
    for task in tasks.try_iter() {
        match task {
            Task::Write(write) => answers.0.push(write(Ok(&mut *writer))),
            task @ Task::Add(..) => later.push_back(task),
        }
    }
}

/// Opens the archive for writing. Waits up to [`PATIENCE`] for another process
/// that writes.
fn open(folder: &Path, make: bool) -> Result<Writer, StoreError> {
    if !make {
        chancery_store::Archive::open(folder)?;
    }
    fs::create_dir_all(folder).ok();
    let begun = Instant::now();
    loop {
        match Writer::open(folder) {
            Err(StoreError::Busy(_)) if begun.elapsed() < PATIENCE => {
                thread::sleep(Duration::from_millis(100));
            }
            opened => return opened,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_in_a_decision_is_told_and_the_next_is_made() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(Writer::open(folder.path()).expect("an archive"));
        let hints = Hints { raise_limit: "", retry: "" };
        let settings = UploadSettings { pdf_reader: None, hints, warn: |_| () };
        let queue = WriteQueue::start(folder.path(), "ana", settings);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let save = |name: &'static str| {
            queue.write(move |writer| {
                writer.save_search(name, Some("osei"))?;
                assert_ne!(name, "panics", "panic of the test");
                Ok(name)
            })
        };
        for name in ["first", "panics", "last"] {
            let answer = runtime.block_on(save(name));
            assert_eq!(answer.ok(), Some(name).filter(|name| *name != "panics"));
            assert_eq!(*lock(&queue.waiting), 0);
        }
        // If the folder is no longer an archive, the request still ends.
        std::fs::remove_dir_all(folder.path()).expect("removed");
        assert!(runtime.block_on(save("nowhere")).is_err());
        assert_eq!(*lock(&queue.waiting), 0);
    }
}
