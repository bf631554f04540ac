//! Adds files to an archive: read → parse → segment → ner → entities on worker
//! threads, one writer, one transaction per batch.
//!
//! No file is processed twice. A file whose path, size and modification time
//! are known is skipped without opening it. A file whose bytes are known only
//! adds a path. So running an interrupted run again resumes it, and a second
//! run does nothing.

mod flow;
mod layers;
mod names;
mod process;
mod unfold;
mod work;

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use chancery_engine::Engine;
use chancery_engine::inputs::{Input, collect};
use chancery_store::{Archive, Problem, StoreError, Writer};

use names::Names;
use work::{Done, Item, Reading};

/// Maximum size of a batch, in bytes. A batch is committed at this size, at
/// [`Settings::batch`] documents, or when it is a [`flow::PAUSE`] old, because
/// other writers wait for it.
const BATCH: u64 = 8 << 20;

/// Settings of a run.
pub struct Settings<'a> {
    /// The files and folders to add.
    pub paths: &'a [PathBuf],
    /// A folder to strip from paths: the temporary folder of an upload.
    pub inside: Option<&'a Path>,
    /// Worker threads.
    pub jobs: usize,
    /// Whether the archive keeps the raw bytes.
    pub keep: bool,
    /// Whether to read files with problems again.
    pub retry: bool,
    /// Maximum size of a file, in bytes.
    pub largest: u64,
    /// Maximum number of documents in one transaction.
    pub batch: u64,
    /// The command that prints the text of the PDF on its standard input, for
    /// machines without poppler. It is a process because a process can be
    /// stopped.
    pub pdf_reader: Option<(PathBuf, &'static str)>,
    /// Remedies, in the words of the calling program.
    pub hints: Hints,
}

/// Remedies that depend on the calling program: how its user sets an option.
#[derive(Clone, Copy, Debug)]
pub struct Hints {
    /// How to allow larger files.
    pub raise_limit: &'static str,
    /// How to read files with problems again.
    pub retry: &'static str,
}

/// Counts of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Files skipped because the archive has them.
    pub known: u64,
    /// Files read.
    pub files: u64,
    /// New documents.
    pub documents: u64,
    /// Known documents found under another path.
    pub repeated: u64,
    /// Words in the new documents.
    pub words: u64,
    /// Files that could not be read completely.
    pub failed: u64,
}

/// Progress of a run.
pub enum Event {
    /// The run was planned; the total size of its files, in bytes.
    Planned(u64),
    /// More bytes were processed.
    Advanced {
        /// Bytes since the last event.
        bytes: u64,
        /// Counts since the start.
        report: Report,
    },
    /// A batch was committed.
    Committed {
        /// Bytes since the start.
        bytes: u64,
        /// Counts since the start.
        report: Report,
    },
}

/// Callback for events. After a commit it may use the writer.
pub type Observer<'a> = dyn FnMut(&mut Writer, Event) + 'a;

/// Adds all files under the paths to the archive.
///
/// # Errors
/// If the archive cannot be written. Files that cannot be read are recorded as
/// problems and do not end the run.
pub fn ingest(
    writer: &mut Writer,
    settings: &Settings<'_>,
    engine: &Engine,
    observe: &mut Observer<'_>,
) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let names = Names::new(writer.folder(), settings.inside);
    let items = plan(writer, settings, &names, &mut report)?;
    observe(writer, Event::Planned(items.iter().map(weight).sum()));
    let known: HashSet<[u8; 32]> = writer.read_whole()?.into_iter().collect();
    let layers = layers::Layers::new(settings.largest, settings.pdf_reader.clone(), settings.hints);
    let reading = Reading {
        known: &|digest| known.contains(digest),
        keep: settings.keep,
        largest: settings.largest,
        layers: &layers,
        names: &names,
        fresh: engine,
        hints: settings.hints,
    };
    let mut total = 0;
    let mut open = Batch::new(settings.batch);
    let ended = flow::run(
        settings.jobs,
        |send| {
            let mut send = |item| {
                let weight = weight(&item);
                send(item, weight)
            };
            for item in items {
                if !unfold::unfold(item, &names, settings.largest, settings.hints, &mut send) {
                    return;
                }
            }
        },
        || engine.clone(),
        |engine, item| reading.work(engine, item),
        |done| match step(writer, done, &mut open, &mut report) {
            Ok(bytes) => {
                total += bytes;
                if open.is_new() {
                    observe(writer, Event::Committed { bytes: total, report });
                }
                observe(writer, Event::Advanced { bytes, report });
                ControlFlow::Continue(())
            }
            Err(error) => ControlFlow::Break(error),
        },
    );
    if let ControlFlow::Break(error) = ended {
        return Err(error);
    }
    writer.commit()?;
    writer.replay()?;
    writer.finish()?;
    Ok(report)
}

/// Lists the items to read: all files under the paths that are not known.
fn plan(
    archive: &Archive,
    settings: &Settings<'_>,
    names: &Names,
    report: &mut Report,
) -> Result<Vec<Item>, StoreError> {
    let mut items = Vec::new();
    let located: Vec<PathBuf> = settings.paths.iter().map(|typed| names::locate(typed)).collect();
    for input in collect(&located) {
        let path = match input {
            Ok(Input::File(path)) => path,
            Ok(Input::Stdin) => {
                let what = "standard input has no path (add a file)".to_owned();
                items.push(Item::Failed("-".into(), Problem { at: None, what }));
                continue;
            }
            Err(failure) => {
                let path = names.of(Path::new(&failure.input));
                items.push(Item::Failed(path, work::told(&failure)));
                continue;
            }
        };
        let stamp = std::fs::metadata(&path).map(|facts| work::stamp(&facts)).unwrap_or_default();
        let name = names.of(&path);
        let seen = archive.has_path(&name, stamp.size, stamp.modified)?;
        if seen && !(settings.retry && archive.has_problem(&name)?) {
            report.known += 1;
        } else if !names.is_own(&path) {
            items.push(Item::File(path, stamp));
        }
    }
    Ok(items)
}

fn weight(item: &Item) -> u64 {
    match item {
        Item::File(_, stamp) => stamp.size,
        Item::Bytes(_, _, bytes) => bytes.len() as u64,
        Item::Container(..) | Item::Failed(..) => 0,
    }
}

/// The size and age of the open transaction.
struct Batch {
    documents: u64,
    bytes: u64,
    begun: Instant,
    /// Maximum number of documents.
    most: u64,
}

impl Batch {
    fn new(most: u64) -> Self {
        Self { documents: 0, bytes: 0, begun: Instant::now(), most }
    }

    fn is_full(&self) -> bool {
        self.documents >= self.most || self.bytes >= BATCH || self.begun.elapsed() >= flow::PAUSE
    }

    /// Whether the batch is empty: one was just committed.
    fn is_new(&self) -> bool {
        self.documents == 0 && self.bytes == 0
    }
}

/// Writes one result, if there is one, and commits the batch if it is full.
/// Returns the number of bytes processed.
fn step(
    writer: &mut Writer,
    done: Option<Done>,
    open: &mut Batch,
    report: &mut Report,
) -> Result<u64, StoreError> {
    let bytes = done.map_or(Ok(0), |done| take(writer, done, open, report))?;
    if open.is_full() {
        writer.commit()?;
        *open = Batch::new(open.most);
    }
    Ok(bytes)
}

/// Writes one result and returns the number of bytes processed.
fn take(
    writer: &mut Writer,
    done: Done,
    open: &mut Batch,
    report: &mut Report,
) -> Result<u64, StoreError> {
    match done {
        Done::Failed(path, problem) => {
            report.failed += 1;
            writer.clear_problems(&path)?;
            writer.problem(&path, &problem)?;
            open.documents += 1;
            Ok(0)
        }
        Done::File(file, words) => {
            let added = writer.add(&file)?;
            report.files += 1;
            report.documents += added.documents;
            report.repeated += added.repeated;
            report.words += words;
            report.failed += u64::from(!file.problems.is_empty());
            open.documents += file.documents.len().max(1) as u64;
            open.bytes += file.stamp.size;
            Ok(file.stamp.size)
        }
    }
}
