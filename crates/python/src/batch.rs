//! Many files as columns in, their documents as columns out.
//!
//! The columns are those of [`chancery_view::columns`], and after them
//!
//! | column | type |
//! |---|---|
//! | `input` | int64: the number of the file in the batch, from 0 |
//! | `problem` | string, may be null: what of the file could not be read |
//!
//! A file has a row for each of its documents, in order. One that has none, or
//! cannot be read at all, has one row with an empty text, so that no file is
//! missing from the result and `problem` says why.

use std::fmt;
use std::io;
use std::sync::Arc;

use arrow_array::builder::{Int64Builder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use chancery_model::{Annotated, Document, DocumentId, Entities, RawSpan, Text, Words};
use chancery_pipeline::Problem;
use chancery_view::columns::{self, Builder};

use crate::engines::Worker;

/// Columns count their letters in 32 bits: texts of one batch may have so many
/// bytes.
const MOST: usize = 1 << 30;

/// The columns.
pub(crate) fn schema() -> SchemaRef {
    let columns = columns::schema();
    let mut fields = columns.fields().to_vec();
    fields.push(Arc::new(Field::new("input", DataType::Int64, false)));
    fields.push(Arc::new(Field::new("problem", DataType::Utf8, true)));
    Arc::new(Schema::new_with_metadata(fields, columns.metadata().clone()))
}

/// Why there is no batch.
#[derive(Debug)]
pub(crate) enum BatchError {
    /// It is too large.
    TooLarge,
    /// A document does not fit.
    Document(io::Error),
    /// The columns do not agree.
    Columns(ArrowError),
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("more than 1 GiB of text: give it in several batches"),
            Self::Document(error) => error.fmt(f),
            Self::Columns(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for BatchError {}

/// The documents of `files`, a batch of `value` (large binary) and `source`
/// (string), both of which may be null.
///
/// # Errors
/// When the result would be too large for one batch.
///
/// # Panics
/// When the columns are others; only this package calls it.
pub(crate) fn annotate(
    files: &RecordBatch,
    worker: &mut Worker,
) -> Result<RecordBatch, BatchError> {
    let values = files.column(0).as_binary::<i64>();
    let sources = files.column(1).as_string::<i32>();
    let mut rows = Rows::default();
    for number in 0..files.num_rows() {
        let source = if sources.is_null(number) { "" } else { sources.value(number) };
        if values.is_null(number) {
            rows.push_empty(b"", source, number, "there is no text")?;
            continue;
        }
        let raw = values.value(number);
        match worker.identify(raw, source) {
            Ok((documents, problems)) if documents.is_empty() => {
                let what = told(&problems).unwrap_or_else(|| "there is no document".into());
                rows.push_empty(raw, source, number, &what)?;
            }
            Ok((documents, problems)) => {
                let mut what = told(&problems);
                for document in documents {
                    rows.push(&document.annotated, source, number, what.take().as_deref())?;
                }
            }
            Err(problem) => {
                let what = told(&[problem]).unwrap_or_default();
                rows.push_empty(raw, source, number, &what)?;
            }
        }
    }
    rows.finish()
}

/// Problems in one line; they stand in the row of the file's first document.
fn told(problems: &[Problem]) -> Option<String> {
    let told = problems.iter().map(Problem::to_string);
    (!problems.is_empty()).then(|| told.collect::<Vec<_>>().join("; "))
}

/// The rows so far.
#[derive(Default)]
struct Rows {
    documents: Builder,
    inputs: Int64Builder,
    problems: StringBuilder,
    bytes: usize,
}

impl Rows {
    fn push(
        &mut self,
        annotated: &Annotated,
        source: &str,
        input: usize,
        problem: Option<&str>,
    ) -> Result<(), BatchError> {
        self.bytes += annotated.document.text.len() + source.len();
        if self.bytes > MOST {
            return Err(BatchError::TooLarge);
        }
        self.documents.push(annotated, source).map_err(BatchError::Document)?;
        self.inputs.append_value(input as i64);
        self.problems.append_option(problem);
        Ok(())
    }

    /// A row for a file without documents.
    fn push_empty(
        &mut self,
        raw: &[u8],
        source: &str,
        input: usize,
        problem: &str,
    ) -> Result<(), BatchError> {
        let id = DocumentId(blake3::hash(raw).into());
        let extent = RawSpan::from_range(0..raw.len().min(u32::MAX as usize));
        let annotated = Annotated {
            document: Document::plain(id, extent, Text::default(), []),
            words: Words::default(),
            mentions: Vec::new(),
            entities: Entities::default(),
        };
        self.push(&annotated, source, input, Some(problem))
    }

    fn finish(mut self) -> Result<RecordBatch, BatchError> {
        let mut columns = self.documents.finish().columns().to_vec();
        columns.push(Arc::new(self.inputs.finish()));
        columns.push(Arc::new(self.problems.finish()));
        RecordBatch::try_new(schema(), columns).map_err(BatchError::Columns)
    }
}
