//! The module `chancery._native`: what the Python package in this folder is
//! made of.
//!
//! Two functions stand between Python and [`chancery_pipeline`]: one file at a
//! time as JSON, and many as Arrow columns. Both take bytes, let go of the
//! interpreter's lock while they work, and so run beside each other in as many
//! threads as call them. What a programmer sees is written in Python, in the
//! folder `python/chancery`.

mod batch;
mod engines;

use pyo3::pymodule;

#[pymodule]
mod _native {
    use arrow_array::RecordBatch;
    use arrow_pyarrow::PyArrowType;
    use arrow_schema::Schema;
    use chancery_pipeline::Identified;
    use chancery_view::{jsonl, spacy};
    use pyo3::exceptions::PyValueError;
    use pyo3::prelude::*;

    use crate::batch;
    use crate::engines::Engine;

    /// The documents of a file, each as a line of JSON and as a line for
    /// spaCy, and what of the file could not be read: byte and words.
    #[pyfunction]
    #[expect(clippy::type_complexity, reason = "it is unpacked at once, in Python")]
    fn annotate(
        py: Python<'_>,
        raw: &[u8],
        source: &str,
        engine: &str,
    ) -> PyResult<(Vec<(String, String)>, Vec<(u64, String)>)> {
        let engine = Engine::named(engine)?;
        // The borrowed bytes are Python's and never change.
        let found = py.detach(|| engine.with(|worker| worker.identify(raw, source)));
        let (documents, problems) =
            found.map_err(|problem| PyValueError::new_err(problem.to_string()))?;
        let lines = |Identified { annotated, .. }: &Identified| {
            let (mut json, mut tokens) = (Vec::new(), Vec::new());
            jsonl::write(annotated, source, &mut json)?;
            spacy::write(annotated, source, &mut tokens)?;
            Ok((String::from_utf8(json)?, String::from_utf8(tokens)?))
        };
        let documents = py.detach(|| documents.iter().map(lines).collect::<PyResult<_>>())?;
        Ok((documents, problems.into_iter().map(|problem| (problem.at, problem.what)).collect()))
    }

    /// The documents of many files, given as a batch of the columns `value`
    /// (large binary) and `source` (string).
    #[pyfunction]
    #[allow(clippy::needless_pass_by_value, reason = "what Python hands over is owned")]
    fn annotate_batch(
        py: Python<'_>,
        files: PyArrowType<RecordBatch>,
        engine: &str,
    ) -> PyResult<PyArrowType<RecordBatch>> {
        let engine = Engine::named(engine)?;
        let annotated = py.detach(|| engine.with(|worker| batch::annotate(&files.0, worker)));
        annotated.map(PyArrowType).map_err(|error| PyValueError::new_err(error.to_string()))
    }

    /// The columns of what `annotate_batch` gives.
    #[pyfunction]
    fn schema() -> PyArrowType<Schema> {
        PyArrowType(Schema::clone(&batch::schema()))
    }
}
