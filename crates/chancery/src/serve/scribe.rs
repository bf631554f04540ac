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

use anyhow::bail;
use chancery_store::{StoreError, Writer};
use serde::Serialize;
use tempfile::TempDir;
use tokio::sync::oneshot;
use utoipa::ToSchema;

use super::failure::Failure;
use super::room::locked;
use crate::ingest::{self, Settings};
use crate::pipeline::{Engine, Engines};
use crate::progress::Progress;

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
type Write = Box<dyn FnOnce(Result<&mut Writer, Failure>) -> Told + Send>;

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
    fn take(waiting: &Arc<Mutex<usize>>) -> Result<Self, Failure> {
        let mut count = locked(waiting);
        if *count >= MOST_WAITING {
            return Err(Failure::busy("too many decisions wait to be written"));
        }
        *count += 1;
        Ok(Self(Arc::clone(waiting)))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *locked(&self.0) -= 1;
    }
}

enum Task {
    Write(Write),
    Add(u64, TempDir),
}

/// The thread's letter box.
pub(crate) struct Scribe {
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

impl Scribe {
    /// Starts the thread that writes into the archive in `folder`.
    pub(crate) fn start(folder: &Path, who: &str) -> Self {
        let (tasks, waiting) = mpsc::channel();
        let uploads: Arc<Mutex<VecDeque<Upload>>> = Arc::default();
        let thread =
            Desk { folder: folder.to_owned(), uploads: Arc::clone(&uploads), engines: None };
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
        write: impl FnOnce(&mut Writer) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (answer, answered) = oneshot::channel();
        let turn = Turn::take(&self.waiting)?;
        let fault = || Failure::internal("a fault in the program");
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
        let mut uploads = locked(&self.uploads);
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
        locked(&self.uploads).iter().rev().cloned().collect()
    }

    fn send(&self, task: Task) {
        // The thread ends only with the program.
        let _ = locked(&self.tasks).send(task);
    }
}

/// What the thread has before it.
struct Desk {
    folder: PathBuf,
    uploads: Arc<Mutex<VecDeque<Upload>>>,
    engines: Option<Engines>,
}

impl Desk {
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
                    let done = done.unwrap_or_else(|_| bail!("a fault in the program"));
                    self.note(number, |upload| match done {
                        Ok(()) => upload.state = State::Done,
                        Err(error) => {
                            upload.state = State::Failed;
                            upload.error = Some(format!("{error:#}"));
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
                    eprintln!("chancery: the index lags behind: {error}");
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
    ) -> anyhow::Result<()> {
        self.note(number, |upload| upload.state = State::Reading);
        let engines = match self.engines.take() {
            Some(engines) => engines,
            None => Engines::load(Engine::Fast, None)?,
        };
        let mut writer = open(&self.folder, true)?;
        writer.use_engine(&Engine::Fast.name(None)?)?;
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
        };
        let mut progress = Progress::new(0, false, true);
        let mut between = |writer: &mut Writer, report: &ingest::Report, bytes: u64| {
            self.note(number, |upload| {
                upload.read = bytes;
                upload.documents = report.documents;
                upload.words = report.words;
                upload.failed = report.failed;
            });
            decide_waiting(writer, tasks, later, &mut Answers::default());
        };
        let report = ingest::ingest(&mut writer, &settings, &engines, &mut progress, &mut between)?;
        self.note(number, |upload| {
            upload.read = upload.bytes;
            upload.documents = report.documents;
            upload.words = report.words;
            upload.failed = report.failed;
        });
        self.engines = Some(engines);
        Ok(())
    }

    fn note(&self, number: u64, change: impl FnOnce(&mut Upload)) {
        let mut uploads = locked(&self.uploads);
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
        let scribe = Scribe::start(folder.path(), "ana");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let save = |name: &'static str| {
            scribe.write(move |writer| {
                writer.save_search(name, Some("osei"))?;
                assert_ne!(name, "falls", "a fault, as asked for");
                Ok(name)
            })
        };
        for name in ["first", "falls", "last"] {
            let answer = runtime.block_on(save(name));
            assert_eq!(answer.ok(), Some(name).filter(|name| *name != "falls"));
            assert_eq!(*locked(&scribe.waiting), 0);
        }
        // A folder that is no archive any more: nobody waits for ever.
        std::fs::remove_dir_all(folder.path()).expect("removed");
        assert!(runtime.block_on(save("nowhere")).is_err());
        assert_eq!(*locked(&scribe.waiting), 0);
    }
}
