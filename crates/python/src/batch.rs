//! Annotates many files at a time: Arrow columns in, Arrow columns out.
//!
//! The columns are those of [`chancery_formats::columns`], and after them
//!
//! | column | type |
//! |---|---|
//! | `input` | int64: the number of the file in the batch, from 0 |
//! | `problem` | string, may be null: what could not be read |
//!
//! A file has one row for each of its documents, in order. A file without
//! documents, or one that cannot be read, has one row with an empty text and
//! the reason in `problem`. So no file is missing from the result.

use std::fmt;
use std::io;
use std::sync::Arc;

use arrow_array::builder::{Int64Builder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use chancery_engine::{InputError, UserList};
use chancery_formats::columns::{self, ColumnBuilder};
use chancery_model::{Annotated, Document, DocumentEntities, DocumentId, RawSpan, Text, Words};

use crate::engines::{AnnotationWorker, fault_text};

/// Maximum number of bytes of text in a batch. Columns have 32-bit offsets.
const MAX_BATCH_BYTES: usize = 1 << 30;

/// The schema of a batch.
pub(crate) fn batch_schema() -> SchemaRef {
    let columns = columns::column_schema();
    let mut fields = columns.fields().to_vec();
    fields.push(Arc::new(Field::new("input", DataType::Int64, false)));
    fields.push(Arc::new(Field::new("problem", DataType::Utf8, true)));
    Arc::new(Schema::new_with_metadata(fields, columns.metadata().clone()))
}

/// Why a batch cannot be made.
#[derive(Debug)]
pub(crate) enum BatchError {
    /// The batch is too large.
    TooLarge,
    /// A document is too large.
    Document(io::Error),
    /// The columns do not match the schema.
    Columns(ArrowError),
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("more than 1 GiB of text: split it into several batches"),
            Self::Document(error) => error.fmt(f),
            Self::Columns(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for BatchError {}

/// Annotates `files`, a batch of the columns `value` (large binary), `source` and
/// `problem` (strings). All may be null. A file with a problem is not read.
///
/// # Errors
/// Fails if the result would be too large for one batch.
///
/// # Panics
/// Panics if the columns have other types. Only this package calls it.
pub(crate) fn annotate_files(
    files: &RecordBatch,
    worker: &mut AnnotationWorker<'_>,
    names: &UserList,
    statements: bool,
) -> Result<RecordBatch, BatchError> {
    let values = files.column(0).as_binary::<i64>();
    let sources = files.column(1).as_string::<i32>();
    let problems = files.column(2).as_string::<i32>();
    let mut rows = BatchRows::default();
    for number in 0..files.num_rows() {
        let source = if sources.is_null(number) { "" } else { sources.value(number) };
        if problems.is_valid(number) {
            rows.push_empty_document(b"", source, number, problems.value(number))?;
            continue;
        }
        if values.is_null(number) {
            rows.push_empty_document(b"", source, number, "the value is null")?;
            continue;
        }
        let raw = values.value(number);
        match worker.annotate_file(raw, source, names, statements) {
            Ok((documents, problems)) if documents.is_empty() => {
                let what =
                    join_problems(&problems).unwrap_or_else(|| "the file has no document".into());
                rows.push_empty_document(raw, source, number, &what)?;
            }
            Ok((documents, problems)) => {
                let mut what = join_problems(&problems);
                for (path, document) in documents {
                    rows.push_document(&document.annotated, &path, number, what.take().as_deref())?;
                }
            }
            Err(problem) => {
                let what = join_problems(&[problem]).unwrap_or_default();
                rows.push_empty_document(raw, source, number, &what)?;
            }
        }
    }
    rows.finish_batch()
}

/// Joins problems to one line, for the row of the file's first document.
fn join_problems(problems: &[InputError]) -> Option<String> {
    let messages = problems.iter().map(fault_text);
    (!problems.is_empty()).then(|| messages.collect::<Vec<_>>().join("; "))
}

/// The rows of the batch so far.
#[derive(Default)]
struct BatchRows {
    documents: ColumnBuilder,
    inputs: Int64Builder,
    problems: StringBuilder,
    bytes: usize,
}

impl BatchRows {
    fn push_document(
        &mut self,
        annotated: &Annotated,
        source: &str,
        input: usize,
        problem: Option<&str>,
    ) -> Result<(), BatchError> {
        self.bytes += annotated.document.text.len() + source.len();
        if self.bytes > MAX_BATCH_BYTES {
            return Err(BatchError::TooLarge);
        }
        self.documents.push_document(annotated, source).map_err(BatchError::Document)?;
        self.inputs.append_value(input as i64);
        self.problems.append_option(problem);
        Ok(())
    }

    /// Adds the row of a file without documents.
    fn push_empty_document(
        &mut self,
        raw: &[u8],
        source: &str,
        input: usize,
        problem: &str,
    ) -> Result<(), BatchError> {
        let id = DocumentId(blake3::hash(raw).into());
        let extent = RawSpan::from_range(0..raw.len().min(u32::MAX as usize));
        let annotated = Annotated {
            document: Document::from_paragraphs(id, extent, Text::default(), []),
            words: Words::default(),
            mentions: Vec::new(),
            entities: DocumentEntities::default(),
            attribution: chancery_model::Attribution::default(),
        };
        self.push_document(&annotated, source, input, Some(problem))
    }

    fn finish_batch(mut self) -> Result<RecordBatch, BatchError> {
        let mut columns = self.documents.finish_batch().columns().to_vec();
        columns.push(Arc::new(self.inputs.finish()));
        columns.push(Arc::new(self.problems.finish()));
        RecordBatch::try_new(batch_schema(), columns).map_err(BatchError::Columns)
    }
}
