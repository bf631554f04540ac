//! What Python writes: files into an archive, decisions, exports.

#![expect(clippy::needless_pass_by_value, reason = "arguments from Python are owned")]

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use chancery_engine::opening::{NamedColumns, OpeningSettings, Remedies};
use chancery_formats::{ExportOptions, Exporter, FileLayout, Format};
use chancery_ingest::{IngestEvent, IngestReport, IngestSettings, ingest_files};
use chancery_store::{
    ArchiveWriter, DocumentNumber, SearchRequest, StoreError, StoredUserList, WorkBudget,
    parse_query,
};
use chancery_views::coordinates::coordinates_of_entity;
use chancery_views::decisions::DecisionRequest;
use chancery_views::error::ViewError;
use chancery_views::exported_document::exported_document;
use pyo3::exceptions::{PyUserWarning, PyValueError};
use pyo3::prelude::*;
use serde_json::json;

use crate::archive::ArchiveHandle;
use crate::archive_errors::to_python;
use crate::engines::{EnginePool, Names, read_names};

/// Maximum time to wait for another program that writes to the archive.
const WRITER_WAIT: Duration = Duration::from_secs(10);

/// Maximum number of documents in one transaction.
const BATCH_DOCUMENTS: u64 = 1_000;

/// Maximum size of a file, as `chancery add` has it.
const MAX_FILE_BYTES: u64 = 16 << 20;

/// Opens an archive for writing; without `create` it must exist.
fn open_writer(py: Python<'_>, folder: &Path) -> PyResult<ArchiveWriter> {
    let opened = py.detach(|| ArchiveWriter::open_waiting(folder, WRITER_WAIT));
    opened.map_err(|error| to_python(&error.into()))
}

/// Creates an archive where there is none.
#[pyfunction]
pub(crate) fn create_archive(py: Python<'_>, folder: PathBuf) -> PyResult<()> {
    let mut writer = open_writer(py, &folder)?;
    py.detach(|| writer.finish()).map_err(|error| to_python(&error.into()))
}

/// Adds files and folders. `progress` is called with the counts so far, as a tuple:
/// bytes, all bytes, documents, words, files with problems. Returns the counts of the
/// run as JSON.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "Python names them")]
pub(crate) fn add_files(
    py: Python<'_>,
    folder: PathBuf,
    paths: Vec<PathBuf>,
    engine: &str,
    jobs: Option<usize>,
    retry: bool,
    names: Option<Names>,
    progress: Option<Py<PyAny>>,
) -> PyResult<String> {
    let pool = EnginePool::from_name(engine)?;
    // Checks the list first: a wrong one changes nothing.
    read_names(names.clone())?;
    let names = names.map(|(text, file)| StoredUserList { file, text });
    let engine = py.detach(|| pool.engine());
    let fingerprint = pool.model_fingerprint()?;
    let mut writer = open_writer(py, &folder)?;
    let budget = WorkBudget::until_stopped();
    let settings = IngestSettings {
        paths: &paths,
        base_folder: None,
        jobs: jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, NonZero::get)),
        keep_bytes: true,
        retry,
        batch_documents: BATCH_DOCUMENTS,
        opening: opening_settings(),
        side_tables: &[],
        budget: budget.clone(),
    };
    let mut meter = ProgressCalls { progress, budget, done: 0, total: 0, failure: None };
    let report = py.detach(|| -> Result<IngestReport, StoreError> {
        if let Some(names) = &names {
            writer.set_user_list(Some(names))?;
        }
        writer.set_engine(&fingerprint)?;
        ingest_files(&mut writer, &settings, engine, &mut |_, event| meter.observe(event))
    });
    match (meter.failure, report) {
        (Some(failure), _) => Err(failure),
        (None, Ok(report)) => Ok(report_json(&report)),
        (None, Err(error)) => Err(to_python(&error.into())),
    }
}

fn opening_settings() -> OpeningSettings {
    OpeningSettings {
        largest: MAX_FILE_BYTES,
        named_columns: NamedColumns::default(),
        pdf_reader: None,
        kept_pages: None,
        keep_empty: false,
        remedies: Remedies {
            raise_limit: "add it with `chancery add --largest`",
            retry: "add it with retry=True",
            name_columns: "add it with `chancery add --columns text=COLUMN`",
        },
    }
}

fn report_json(report: &IngestReport) -> String {
    json!({
        "documents": report.documents,
        "words": report.words,
        "files": report.files,
        "known": report.known,
        "repeated": report.repeated,
        "failed": report.failed,
        "empty": report.empty,
        "hidden": report.hidden,
    })
    .to_string()
}

/// Calls a function of Python as a run advances. If it raises, or the user interrupts,
/// the run ends after the file.
struct ProgressCalls {
    progress: Option<Py<PyAny>>,
    budget: WorkBudget,
    done: u64,
    total: u64,
    failure: Option<PyErr>,
}

impl ProgressCalls {
    fn observe(&mut self, event: IngestEvent) {
        let report = match event {
            IngestEvent::Planned(total) => {
                self.total = total;
                IngestReport::default()
            }
            IngestEvent::Advanced { bytes, report } => {
                self.done += bytes;
                report
            }
            IngestEvent::Committed { .. } => return,
        };
        if self.failure.is_some() {
            return;
        }
        let counts = (self.done, self.total, report.documents, report.words, report.failed);
        let called = Python::attach(|py| {
            py.check_signals()?;
            self.progress.as_ref().map_or(Ok(()), |call| call.call1(py, counts).map(drop))
        });
        if let Err(failure) = called {
            self.failure = Some(failure);
            self.budget.stop();
        }
    }
}

/// Writes a decision, given as JSON. Returns its number, and the ids of the entity that it
/// created and of the one that remains after a merge.
#[pyfunction]
pub(crate) fn decide(
    py: Python<'_>,
    folder: PathBuf,
    author: &str,
    reason: &str,
    decision: &str,
) -> PyResult<(i64, Option<String>, Option<String>)> {
    let request: DecisionRequest = serde_json::from_str(decision)
        .map_err(|error| PyValueError::new_err(format!("the decision: {error}")))?;
    let mut writer = open_writer(py, &folder)?;
    let written = py.detach(|| {
        let outcome = writer.decide_request(author, reason, &request.request)?;
        Ok((outcome, writer.finish()))
    });
    let (outcome, finished) = written.map_err(|error: StoreError| to_python(&error.into()))?;
    match finished {
        Err(StoreError::IndexNotUpdated(fault)) => {
            let what = format!("the decision is written, but searches do not find it: {fault}");
            let what = std::ffi::CString::new(what).unwrap_or_default();
            PyErr::warn(py, &py.get_type::<PyUserWarning>(), &what, 2)?;
        }
        finished => finished.map_err(|error| to_python(&error.into()))?,
    }
    Ok((outcome.decision.0, outcome.created, outcome.kept))
}

/// Writes the documents that match a query to a file, or to a folder if the format has
/// several files, with statements if the format holds them. Returns the number of
/// documents.
#[pyfunction]
pub(crate) fn export(
    py: Python<'_>,
    archive: &ArchiveHandle,
    path: PathBuf,
    format: &str,
    query: &str,
    statements: bool,
) -> PyResult<usize> {
    let format = Format::ALL.into_iter().find(|known| known.name() == format).ok_or_else(|| {
        let names = Format::ALL.map(|known| format!("'{}'", known.name())).join(", ");
        PyValueError::new_err(format!("format must be one of {names}, not {format:?}"))
    })?;
    if statements && !format.holds_statements() {
        let what = format!("{format} cannot hold statements");
        return Err(PyValueError::new_err(what));
    }
    let query = parse_query(query).map_err(|error| PyValueError::new_err(error.to_string()))?;
    archive.read(py, |session| {
        let is_folder = format.file_layout() != FileLayout::File;
        if is_folder {
            fs::create_dir_all(&path).map_err(|error| at_path(&path, &error))?;
        }
        let open = |name: &str| {
            let path = if is_folder { path.join(name) } else { path.clone() };
            let file = File::create(&path).map_err(|error| at_path(&path, &error))?;
            Ok(BufWriter::with_capacity(1 << 16, file))
        };
        let request = SearchRequest { limit: usize::MAX, ..SearchRequest::new(query) };
        let found = session.current_searcher()?.rank_matches(session.archive, &request)?;
        let wanted: HashSet<DocumentNumber> =
            found.ranked.into_iter().map(|(number, _)| number).collect();
        // The order of `chancery export`.
        let order = session.archive.documents().numbers_by_id()?;
        let options = ExportOptions { offsets: is_folder, ..ExportOptions::default() };
        let mut exporter = Exporter::start_export(format, options, &coordinates_of_entity, open)?;
        let mut written = 0;
        for number in order.into_iter().filter(|number| wanted.contains(number)) {
            let (annotated, source) = exported_document(session.archive, number, statements)?;
            exporter.write_document(&annotated, &source)?;
            written += 1;
        }
        exporter.finish_export()?;
        Ok::<_, ViewError>(written)
    })
}

/// An error with the path that it is about.
fn at_path(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
