//! The module `chancery._native`: the Rust part of the Python package in this
//! folder.
//!
//! Two functions stand between Python and [`chancery_engine`]: one file at a
//! time as JSON, and many as Arrow columns. An archive is an [`archive::ArchiveHandle`],
//! which reads; [`archive_writing`] has what writes. All release the interpreter's lock
//! while they work, so several threads can call them at the same time. The public interface is written in Python, in the folder
//! `python/chancery`.

mod archive;
mod archive_errors;
mod archive_writing;
mod batch;
mod engines;
mod hit_columns;

use pyo3::pymodule;

/// Problems with parts of files: source and message.
type Problems = Vec<(String, String)>;

#[pymodule]
mod _native {
    use arrow_array::RecordBatch;
    use arrow_pyarrow::PyArrowType;
    use arrow_schema::Schema;
    use chancery_engine::LinkedDocument;
    use chancery_engine::joined_entities::{EntitiesOfDocument, EntityCollector};
    use chancery_formats::{jsonl, spacy};
    use pyo3::exceptions::PyValueError;
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::archive::{ArchiveHandle, RankedHits};
    #[pymodule_export]
    use crate::archive_writing::{add_files, create_archive, decide, export};
    use crate::batch;
    use crate::engines::{EnginePool, Names, fault_text, read_names};

    /// Checks a list of names: returns the numbers of its persons and of others.
    #[pyfunction]
    fn check_names(text: String, file: String) -> PyResult<(usize, usize)> {
        let list = read_names(Some((text, file)))?;
        Ok((list.count_persons(), list.count_others()))
    }

    /// Annotates a file. Returns each document as a line of JSON and as a line
    /// for spaCy, and the problems with parts of the file: byte and message. With
    /// `statements` also who says what to whom.
    #[pyfunction]
    #[expect(clippy::type_complexity, reason = "Python unpacks the result at once")]
    fn annotate(
        py: Python<'_>,
        raw: &[u8],
        source: &str,
        engine: &str,
        names: Option<Names>,
        statements: bool,
    ) -> PyResult<(Vec<(String, String)>, Vec<(u64, String)>)> {
        let engine = EnginePool::from_name(engine)?;
        let names = read_names(names)?;
        // Python's `bytes` are immutable, so other threads cannot change them.
        let found = py.detach(|| {
            engine.with_worker(|worker| worker.annotate_file(raw, source, &names, statements))
        });
        let (documents, problems) =
            found.map_err(|error| PyValueError::new_err(fault_text(&error)))?;
        let lines = |(path, LinkedDocument { annotated, .. }): &(String, LinkedDocument)| {
            let (mut json, mut tokens) = (Vec::new(), Vec::new());
            jsonl::write_line(annotated, path, &mut json)?;
            spacy::write_line(annotated, path, &mut tokens)?;
            Ok((String::from_utf8(json)?, String::from_utf8(tokens)?))
        };
        let documents = py.detach(|| documents.iter().map(lines).collect::<PyResult<_>>())?;
        Ok((
            documents,
            problems.iter().map(|error| (error.at.unwrap_or(0), error.message())).collect(),
        ))
    }

    /// Annotates many files. `files` is a batch of the columns `value` (large
    /// binary), `source` and `problem` (strings): a file with a problem is not read.
    #[pyfunction]
    #[allow(clippy::needless_pass_by_value, reason = "arguments from Python are owned")]
    fn annotate_batch(
        py: Python<'_>,
        files: PyArrowType<RecordBatch>,
        engine: &str,
        names: Option<Names>,
        statements: bool,
    ) -> PyResult<PyArrowType<RecordBatch>> {
        let engine = EnginePool::from_name(engine)?;
        let names = read_names(names)?;
        let annotated = py.detach(|| {
            engine.with_worker(|worker| batch::annotate_files(&files.0, worker, &names, statements))
        });
        annotated.map(PyArrowType).map_err(|error| PyValueError::new_err(error.to_string()))
    }

    /// Returns the entities of many files as lines of JSON, each entity once, and the
    /// problems with parts of the files: source and message. `files` gives bytes and
    /// source.
    #[pyfunction]
    fn entities(
        py: Python<'_>,
        files: Vec<(Vec<u8>, String)>,
        engine: &str,
        names: Option<Names>,
    ) -> PyResult<(Vec<String>, super::Problems)> {
        let engine = EnginePool::from_name(engine)?;
        let names = read_names(names)?;
        let (mut collector, mut problems) = (EntityCollector::default(), super::Problems::new());
        for (raw, source) in files {
            let found = py.detach(|| {
                engine.with_worker(|worker| worker.annotate_file(&raw, &source, &names, false))
            });
            let (documents, errors) = found.unwrap_or_else(|error| (Vec::new(), vec![error]));
            problems.extend(errors.iter().map(|error| (source.clone(), fault_text(error))));
            for ((_, linked), number) in documents.into_iter().zip(0..) {
                collector.add_document(number, EntitiesOfDocument::from(linked));
            }
        }
        let joined = py.detach(|| collector.join());
        Ok((joined.iter().map(|entity| entity.to_json().to_string()).collect(), problems))
    }

    /// The schema of the columns of hits.
    #[pyfunction]
    fn hit_schema() -> PyArrowType<Schema> {
        PyArrowType(Schema::clone(&crate::hit_columns::hit_schema()))
    }

    /// The schema of the result of `annotate_batch`.
    #[pyfunction]
    fn schema() -> PyArrowType<Schema> {
        PyArrowType(Schema::clone(&batch::batch_schema()))
    }
}
