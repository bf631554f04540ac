//! Adds files to an archive: read → parse → segment → ner → entities on worker
//! threads, one writer, one transaction per batch.
//!
//! No file is processed twice. A file whose path, size and modification time
//! are known is skipped without opening it. A file whose bytes are known only
//! adds a path. So running an interrupted run again resumes it, and a second
//! run does nothing.

mod archive_paths;
mod coordinates;
mod file_worker;
mod learned_lines;
mod ordered_pipeline;
mod outer_file;
mod person_linking;
mod problem_kinds;
mod reannotation;
mod refresh;
mod side_tables;
mod stored_lines;
mod unpacking;

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use chancery_engine::inputs::{Input, collect_and_count, special_file};
use chancery_engine::opening::side_table::SideTable;
use chancery_engine::opening::{DocumentForm, FormCounts, Opener, OpeningSettings};
use chancery_engine::{Engine, LanguageCounts};
use chancery_store::{Archive, ArchiveWriter, FileProblem, StoreError, WorkBudget};

use archive_paths::{ArchivePaths, KEPT_PAGES, PathPlace};
use file_worker::{IngestContext, Place, WorkItem, WorkResult};
use outer_file::OuterFile;
use side_tables::RunTables;

pub use archive_paths::{has_files_of_others, recorded_path};
pub use chancery_engine::opening::Remedies;
pub use learned_lines::apply_learned_lines;
pub use problem_kinds::count_kinds;
pub use reannotation::{annotate_again, resolve_again, stored_user_list};
pub use refresh::{SourceChanges, compare_sources, settle_moves};
pub use stored_lines::{StoredLines, set_line_learning};

/// Maximum size of a batch, in bytes. A batch is committed at this size, at
/// [`IngestSettings::batch_documents`] documents, or when it is an
/// [`ordered_pipeline::IDLE_INTERVAL`] old, because other writers wait for it.
const MAX_BATCH_BYTES: u64 = 8 << 20;

/// The problem of a table of metadata whose file has changed.
const CHANGED_TABLE: &str =
    "a table of metadata that has changed, and was not read (add it with --metadata)";

/// The problem of a file that the user put into the folder of the archive.
const IN_ARCHIVE_FOLDER: &str =
    "is in the folder of the archive, and was not read (move it to another folder)";

/// Settings of a run.
pub struct IngestSettings<'a> {
    /// The files and folders to add.
    pub paths: &'a [PathBuf],
    /// A folder to strip from paths: the temporary folder of an upload.
    pub base_folder: Option<&'a Path>,
    /// Worker threads.
    pub jobs: usize,
    /// Whether the archive keeps the raw bytes.
    pub keep_bytes: bool,
    /// Whether to read files with problems again.
    pub retry: bool,
    /// Maximum number of documents in one transaction.
    pub batch_documents: u64,
    /// How files are opened; a document is at most as large as a member.
    pub opening: OpeningSettings,
    /// Tables of metadata, each with its file.
    pub side_tables: &'a [(PathBuf, SideTable)],
    /// Ends the run after a file, with [`StoreError::Stopped`]. What was read until then
    /// is kept, and the next run goes on.
    pub budget: WorkBudget,
}

/// Counts of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IngestReport {
    /// Files skipped because the archive has them.
    pub known: u64,
    /// Those of them that have problems.
    pub known_with_problems: u64,
    /// Files read, as they lie on disk: what is in containers and tables does not count.
    pub files: u64,
    /// New documents.
    pub documents: u64,
    /// Known documents found under another path.
    pub repeated: u64,
    /// Words in the new documents.
    pub words: u64,
    /// Files with problems: that could not be read completely, or that were read with
    /// a remark.
    pub failed: u64,
    /// Those of them that gave no document.
    pub empty: u64,
    /// Hidden files and folders that were left out.
    pub hidden: u64,
    /// Words of volumes that are in none of their documents.
    pub words_outside: u64,
    /// Documents that were resolved again, because the archive has another list of
    /// names now.
    pub resolved_again: u64,
    /// Documents whose names changed, because the archive has learnt page lines.
    pub with_learned_lines: u64,
    /// Files of the archive itself, which are left out.
    pub own_files: u64,
    /// Known documents whose header has changed by rows of side tables.
    pub replaced: u64,
    /// What the documents are.
    pub forms: FormCounts,
    /// Documents in which no names were marked because they are not in English.
    pub languages: LanguageCounts,
    /// Documents that were read and that no row of a side table describes, if there
    /// are side tables.
    pub without_row: u64,
    /// Documents of which more pages were recognised.
    pub completed: u64,
    /// Remarks on side tables, such as rows that match no document.
    pub side_table_problems: u64,
    /// The programs of others that read PDFs and images, with their versions.
    pub programs: Vec<String>,
}

impl IngestReport {
    /// Counts a file on disk, after its last part.
    fn count_file(&mut self, ended: Option<&OuterFile>) {
        self.failed += u64::from(ended.is_some_and(OuterFile::has_problems));
        self.empty += u64::from(ended.is_some_and(OuterFile::gave_nothing));
    }
}

/// Progress of a run.
pub enum IngestEvent {
    /// The run was planned; the total size of its files, in bytes.
    Planned(u64),
    /// More bytes were processed.
    Advanced {
        /// Bytes since the last event.
        bytes: u64,
        /// Counts since the start.
        report: IngestReport,
    },
    /// A batch was committed.
    Committed {
        /// Bytes since the start.
        bytes: u64,
        /// Counts since the start.
        report: IngestReport,
    },
}

/// Callback for events. After a commit it may use the writer.
pub type IngestObserver<'a> = dyn FnMut(&mut ArchiveWriter, IngestEvent) + 'a;

/// Adds all files under the paths to the archive.
///
/// # Errors
/// If the archive cannot be written, or its list of names cannot be read. Files that
/// cannot be read are recorded as problems and do not end the run.
pub fn ingest_files(
    writer: &mut ArchiveWriter,
    settings: &IngestSettings<'_>,
    engine: &Engine,
    observe: &mut IngestObserver<'_>,
) -> Result<IngestReport, StoreError> {
    let mut report = IngestReport::default();
    let user_list = stored_user_list(writer)?;
    let archive_paths = ArchivePaths::new(writer.folder(), settings.base_folder);
    let tables =
        RunTables::load(writer, settings.side_tables, &archive_paths, settings.keep_bytes)?;
    let known: HashSet<[u8; 32]> = writer.files().fully_read_digests()?.into_iter().collect();
    let kept_pages = writer.folder().join(KEPT_PAGES);
    let opening =
        OpeningSettings { kept_pages: Some(kept_pages.clone()), ..settings.opening.clone() };
    let opener = Opener::new(opening);
    let reads_scans = opener.recognises_scans();
    let items = plan_items(writer, settings, &archive_paths, &tables, reads_scans, &mut report)?;
    record_sources(writer, settings, &archive_paths, &items)?;
    observe(writer, IngestEvent::Planned(items.iter().map(item_weight).sum()));
    let opener = tables.join(opener, writer, &items, &archive_paths)?;
    let context = IngestContext {
        is_known_digest: &|digest| known.contains(digest) && !tables.is_stale(digest),
        is_stale_digest: &|digest| tables.is_stale(digest),
        keep_bytes: settings.keep_bytes,
        max_file_bytes: settings.opening.largest,
        opener: &opener,
        user_list: &user_list,
        archive_paths: &archive_paths,
        fresh_engine: engine,
        remedies: settings.opening.remedies,
    };
    let mut total = 0;
    let mut run = RunState { report, ..RunState::new(settings.batch_documents) };
    let ended = ordered_pipeline::run_pipeline(
        settings.jobs,
        |send| {
            let mut send = |item| {
                let weight = item_weight(&item);
                send(item, weight)
            };
            for item in items {
                if !unpacking::send_unpacked(item, &archive_paths, &opener, &mut send) {
                    return;
                }
            }
        },
        || engine.clone(),
        |engine, item| context.process_item(engine, item),
        |done| match write_and_commit(writer, done, &mut run) {
            Ok(bytes) => {
                total += bytes;
                let report = &run.report;
                if run.open.is_empty_batch() {
                    let report = report.clone();
                    observe(writer, IngestEvent::Committed { bytes: total, report });
                }
                observe(writer, IngestEvent::Advanced { bytes, report: report.clone() });
                match settings.budget.check() {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(stopped) => {
                        ControlFlow::Break(writer.commit_batch().err().unwrap_or(stopped))
                    }
                }
            }
            Err(error) => ControlFlow::Break(error),
        },
    );
    if let ControlFlow::Break(error) = ended {
        return Err(error);
    }
    writer.commit_batch()?;
    let mut report = run.report;
    report.count_file(Some(&run.outer));
    (report.with_learned_lines, report.resolved_again) =
        apply_learned_lines(writer, engine, report.replaced > 0)?;
    coordinates::store_coordinates(writer)?;
    writer.replay_log()?;
    if let Some(joined) = opener.side_tables() {
        report.without_row = joined.documents_without_row();
        report.side_table_problems = side_tables::record_problems(writer, joined)?;
    }
    report.programs = opener.used_programs();
    writer.finish()?;
    if !opener.has_pages_left() {
        // A folder that stays is used, or removed, by the next run.
        let _ = std::fs::remove_dir_all(&kept_pages);
    }
    Ok(report)
}

/// Lists the items to read: all files under the paths that are not known.
fn plan_items(
    archive: &Archive,
    settings: &IngestSettings<'_>,
    names: &ArchivePaths,
    tables: &RunTables,
    reads_scans: bool,
    report: &mut IngestReport,
) -> Result<Vec<WorkItem>, StoreError> {
    let mut items = Vec::new();
    let located: Vec<PathBuf> =
        settings.paths.iter().map(|typed| archive_paths::resolve_typed_path(typed)).collect();
    let (inputs, hidden) = collect_and_count(&located);
    report.hidden = hidden;
    let with_problems = archive.files().outer_paths_with_problems()?;
    for input in inputs {
        let path = match input {
            Ok(Input::File(path)) => path,
            Ok(Input::Stdin) => {
                let message = "standard input has no path (add a file)".to_owned();
                let problem = FileProblem { at: None, message };
                items.push(WorkItem::Failed("-".into(), problem));
                continue;
            }
            Err(failure) => {
                let path = names.recorded_path(Path::new(&failure.input));
                let problem = file_worker::problem_from_error(&failure);
                items.push(WorkItem::Failed(path, problem));
                continue;
            }
        };
        let metadata = std::fs::metadata(&path);
        let stamp = metadata.as_ref().map(file_worker::file_stamp).unwrap_or_default();
        let name = names.recorded_path(&path);
        if metadata.is_ok_and(|metadata| !metadata.is_file()) {
            let problem = file_worker::problem_from_error(&special_file(String::new()));
            items.push(WorkItem::Failed(name, problem));
            continue;
        }
        let seen = archive.files().has_unchanged_path(&name, stamp.size, stamp.modified)?;
        let is_read_again = settings.retry && archive.files().has_problem(&name)?
            || reads_scans && archive.files().needs_recognition(&name)?
            || tables.is_stale_path(&name);
        if tables.is_table(&name) {
            if !seen {
                let message = CHANGED_TABLE.to_owned();
                let problem = FileProblem { at: None, message };
                items.push(WorkItem::Failed(name, problem));
            }
        } else if seen && !is_read_again {
            report.known += 1;
            report.known_with_problems += u64::from(with_problems.contains(&name));
        } else {
            match names.place_of(&path) {
                PathPlace::Outside => items.push(WorkItem::File { path, stamp, bytes: None }),
                PathPlace::ArchiveFile => report.own_files += 1,
                PathPlace::InArchiveFolder => {
                    let message = IN_ARCHIVE_FOLDER.to_owned();
                    let problem = FileProblem { at: None, message };
                    items.push(WorkItem::Failed(name, problem));
                }
            }
        }
    }
    Ok(items)
}

/// Keeps the files and folders that the user named, and marks what is known of files that
/// will be read again as their earlier content. Reading makes what is still there current.
fn record_sources(
    writer: &mut ArchiveWriter,
    settings: &IngestSettings<'_>,
    names: &ArchivePaths,
    items: &[WorkItem],
) -> Result<(), StoreError> {
    if settings.base_folder.is_none() {
        for typed in settings.paths {
            let located = archive_paths::resolve_typed_path(typed);
            if located.exists() && names.place_of(&located) == PathPlace::Outside {
                writer.add_source(&names.recorded_path(&located))?;
            }
        }
    }
    for item in items {
        let WorkItem::File { path, stamp, .. } = item else { continue };
        let name = names.recorded_path(path);
        if writer.files().is_known_path(&name)?
            && !writer.files().has_unchanged_path(&name, stamp.size, stamp.modified)?
        {
            writer.mark_earlier(&name)?;
        }
    }
    Ok(())
}

fn item_weight(item: &WorkItem) -> u64 {
    match item {
        WorkItem::File { stamp, .. } => stamp.size,
        WorkItem::Member(member) => member.bytes.len() as u64,
        WorkItem::Container(..) | WorkItem::Failed(..) => 0,
    }
}

/// What a run has done so far.
struct RunState {
    open: OpenBatch,
    report: IngestReport,
    /// The path of the last table.
    table: String,
    /// What the file on disk gave whose parts are written.
    outer: OuterFile,
}

impl RunState {
    fn new(batch_documents: u64) -> Self {
        Self {
            open: OpenBatch::new(batch_documents),
            report: IngestReport::default(),
            table: String::new(),
            outer: OuterFile::default(),
        }
    }
}

/// The size and age of the open transaction.
struct OpenBatch {
    documents: u64,
    bytes: u64,
    started: Instant,
    /// Maximum number of documents.
    max_documents: u64,
}

impl OpenBatch {
    fn new(max_documents: u64) -> Self {
        Self { documents: 0, bytes: 0, started: Instant::now(), max_documents }
    }

    fn is_full(&self) -> bool {
        self.documents >= self.max_documents
            || self.bytes >= MAX_BATCH_BYTES
            || self.started.elapsed() >= ordered_pipeline::IDLE_INTERVAL
    }

    /// Whether the batch is empty: one was just committed.
    fn is_empty_batch(&self) -> bool {
        self.documents == 0 && self.bytes == 0
    }
}

/// Writes one result, if there is one, and commits the batch if it is full.
/// Returns the number of bytes processed.
fn write_and_commit(
    writer: &mut ArchiveWriter,
    done: Option<WorkResult>,
    run: &mut RunState,
) -> Result<u64, StoreError> {
    let bytes = done.map_or(Ok(0), |done| write_result(writer, done, run))?;
    if run.open.is_full() {
        writer.commit_batch()?;
        run.open = OpenBatch::new(run.open.max_documents);
    }
    Ok(bytes)
}

/// Writes one result and returns the number of bytes processed.
fn write_result(
    writer: &mut ArchiveWriter,
    done: WorkResult,
    run: &mut RunState,
) -> Result<u64, StoreError> {
    let RunState { open, report, table, outer } = run;
    match done {
        WorkResult::Failed(path, problem) => {
            report.count_file(outer.count(&path, 0, 1).as_ref());
            writer.clear_problems(&path)?;
            writer.add_problem(&path, &problem)?;
            open.documents += 1;
            Ok(0)
        }
        WorkResult::File(file, counts, place) => {
            let added = writer.add(&file)?;
            report.files += u64::from(place == Place::OnDisk);
            report.words_outside += counts.words_outside;
            let documents = added.documents + added.repeated;
            let ended = outer.count(&file.path, documents, file.problems.len() as u64);
            report.count_file(ended.as_ref());
            report.forms.add(&counts.forms);
            report.languages.add(&counts.languages);
            if counts.forms.has(DocumentForm::Row) {
                // The rows of a table follow each other.
                let file = file.path.rsplit_once("!/").map_or(&*file.path, |(file, _)| file);
                if file != table {
                    report.forms.tables += 1;
                    file.clone_into(table);
                }
            }
            report.documents += added.documents;
            report.replaced += added.replaced;
            report.completed += added.completed;
            if !file.reread {
                report.repeated += added.repeated;
            }
            report.words += counts.words;
            open.documents += file.documents.len().max(1) as u64;
            open.bytes += file.stamp.size;
            Ok(file.stamp.size)
        }
    }
}
