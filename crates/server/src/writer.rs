//! The one who writes: a thread that makes decisions and adds uploaded files.
//!
//! The archive is opened for writing only while there is something to write,
//! so that `chancery add` may run beside the reading room. Decisions that come
//! during an upload's ingest are made between two of its batches, each of which
//! lasts a second at most: none waits for its end, none is lost.

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

/// How long is waited for another program that writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Documents between two chances for a decision.
const BATCH: u64 = 100;

/// Decisions that wait at a time.
const MOST_WAITING: usize = 200;

/// Larger files of an upload are not read.
const LARGEST: u64 = 64 << 20;

/// Uploads that are remembered when they are done.
const MOST_UPLOADS: usize = 20;

/// Writes, and returns what then tells who asked: a decision is told when
/// searches show it, or during an upload, at whose end they do, at once.
type Write = Box<dyn FnOnce(Result<&mut Writer, ApiError>) -> Told + Send>;

type Told = Box<dyn FnOnce()>;

/// Answers to those who asked, given when this is dropped: also when a fault
/// ends what comes after the decisions.
#[derive(Default)]
struct Answers(Vec<Told>);

impl Drop for Answers {
    fn drop(&mut self) {
        self.0.drain(..).for_each(|tell| tell());
    }
}

/// A place among those who wait, given up when this is dropped.
struct Turn(Arc<Mutex<usize>>);

impl Turn {
    /// # Errors
    /// When too many wait.
    fn take(waiting: &Arc<Mutex<usize>>) -> Result<Self, ApiError> {
        let mut count = lock(waiting);
        if *count >= MOST_WAITING {
            return Err(ApiError::busy("too many decisions wait to be written"));
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

/// The thread's letter box.
pub(crate) struct WriteQueue {
    tasks: Mutex<Sender<Task>>,
    uploads: Arc<Mutex<VecDeque<Upload>>>,
    waiting: Arc<Mutex<usize>>,
    who: String,
}

/// Files that came in by the page Add, and what became of them.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub(crate) struct Upload {
    /// Its number, from 1.
    pub(crate) number: u64,
    /// "waiting", "reading", "done" or "failed".
    pub(crate) state: State,
    /// Files that were sent.
    pub(crate) files: u64,
    /// Bytes that were sent.
    pub(crate) bytes: u64,
    /// Bytes that were read.
    pub(crate) read: u64,
    /// Documents that are new.
    pub(crate) documents: u64,
    /// Words in them.
    pub(crate) words: u64,
    /// Files that could not be read.
    pub(crate) failed: u64,
    /// Why it failed as a whole.
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
pub(crate) struct IngestSettings {
    /// The command that reads PDFs where poppler is not installed.
    pub(crate) pdf_reader: Option<(PathBuf, &'static str)>,
    /// What helps, in the words of the program.
    pub(crate) hints: Hints,
    /// Called with problems that no response can carry.
    pub(crate) warn: fn(&str),
}

/// How far an upload is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// Others come first.
    #[default]
    Waiting,
    /// Its files are read.
    Reading,
    /// It is in the archive.
    Done,
    /// It could not be written.
    Failed,
}

impl State {
    /// Whether nothing more will happen.
    pub(crate) fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed)
    }
}

impl WriteQueue {
    /// Starts the thread that writes into the archive in `folder`.
    pub(crate) fn start(folder: &Path, who: &str, ingest: IngestSettings) -> Self {
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

    /// In whose name decisions are made.
    pub(crate) fn who(&self) -> &str {
        &self.who
    }

    /// Runs `write` with the writer, when it is its turn.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&mut Writer) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let (answer, answered) = oneshot::channel();
        let turn = Turn::take(&self.waiting)?;
        let fault = || ApiError::internal("a fault in the program");
        self.send(Task::Write(Box::new(move |writer| {
            drop(turn);
            let write = |writer| catch_unwind(AssertUnwindSafe(|| write(writer)));
            let written = writer.and_then(|writer| write(writer).unwrap_or_else(|_| Err(fault())));
            // Who asked may have gone; the decision is made all the same.
            Box::new(move || drop(answer.send(written)))
        })));
        answered.await.unwrap_or_else(|_| Err(fault()))
    }

    /// Adds the files in a folder; returns the number to ask after them by.
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

    /// The uploads, latest first.
    pub(crate) fn uploads(&self) -> Vec<Upload> {
        lock(&self.uploads).iter().rev().cloned().collect()
    }

    fn send(&self, task: Task) {
        // The thread ends only with the program.
        let _ = lock(&self.tasks).send(task);
    }
}

/// What the thread has before it.
struct WriterThread {
    folder: PathBuf,
    uploads: Arc<Mutex<VecDeque<Upload>>>,
    engine: Option<Engine>,
    ingest: IngestSettings,
}

impl WriterThread {
    fn run(mut self, tasks: &Receiver<Task>) {
        let mut later = VecDeque::new();
        while let Some(task) = later.pop_front().or_else(|| tasks.recv().ok()) {
            match task {
                // Who asked is told of a fault by the answer that is dropped.
                Task::Write(write) => {
                    let work = || self.decide(write, tasks, &mut later);
                    let _ = catch_unwind(AssertUnwindSafe(work));
                }
                Task::Add(number, files) => {
                    let work = || self.add(number, &files, tasks, &mut later);
                    let done = catch_unwind(AssertUnwindSafe(work));
                    let done =
                        done.unwrap_or_else(|_| Err(ApiError::internal("a fault in the program")));
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

    /// Makes this decision and those that wait behind it.
    fn decide(&self, first: Write, tasks: &Receiver<Task>, later: &mut VecDeque<Task>) {
        match open(&self.folder, false) {
            Ok(mut writer) => {
                let mut answers = Answers(vec![first(Ok(&mut writer))]);
                decide_waiting(&mut writer, tasks, later, &mut answers);
                // What is decided is written; an index that lags is mended by
                // the next writer.
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
            // Readers come first.
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

/// The writer; where another program writes, it is waited for a while.
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
        let settings = IngestSettings { pdf_reader: None, hints, warn: |_| () };
        let queue = WriteQueue::start(folder.path(), "ana", settings);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let save = |name: &'static str| {
            queue.write(move |writer| {
                writer.save_search(name, Some("osei"))?;
                assert_ne!(name, "panics", "a fault, as asked for");
                Ok(name)
            })
        };
        for name in ["first", "panics", "last"] {
            let answer = runtime.block_on(save(name));
            assert_eq!(answer.ok(), Some(name).filter(|name| *name != "panics"));
            assert_eq!(*lock(&queue.waiting), 0);
        }
        // A folder that is no archive any more: nobody waits for ever.
        std::fs::remove_dir_all(folder.path()).expect("removed");
        assert!(runtime.block_on(save("nowhere")).is_err());
        assert_eq!(*lock(&queue.waiting), 0);
    }
}
