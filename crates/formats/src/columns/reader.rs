//! Reads columns that Chancery wrote, or that Spark, pandas, polars or DuckDB
//! wrote from them. The latter may have other integer and offset widths.
//!
//! The columns `text` and `mentions` are required, and in a mention `start`,
//! `end` and `label`.

use std::cell::Cell;
use std::io::Cursor;
use std::panic::{self, UnwindSafe};

use arrow_array::types::{Float32Type, Float64Type, Int32Type, Int64Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayRef, RecordBatch, StructArray, cast::AsArray};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, DataType};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Map, Value, json};

use crate::error::{FormatError, FormatProblem};
use crate::record::{DocumentRecord, SourcedDocument};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this module catches a panic of the current thread and turns it into
/// an error. A program's panic hook need not print it then.
pub fn is_catching_panics() -> bool {
    GUARDED.get()
}

/// Reads a Parquet file.
///
/// # Errors
/// Fails if the file is not valid Parquet, a column is missing or has another
/// type, or an offset is out of range. The line is the number of the document.
pub fn read_parquet(bytes: Vec<u8>) -> Result<Vec<SourcedDocument>, FormatError> {
    catch_panic("Parquet", || {
        let wrong = |error: &dyn std::fmt::Display| error_in_row(0, invalid_file("Parquet", error));
        let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes));
        let reader = builder
            .and_then(ParquetRecordBatchReaderBuilder::build)
            .map_err(|error| wrong(&error))?;
        read_batches(reader)
    })
}

/// Reads an Arrow IPC file or stream.
///
/// # Errors
/// Fails for the same reasons as [`read_parquet`].
pub fn read_arrow(bytes: &[u8]) -> Result<Vec<SourcedDocument>, FormatError> {
    catch_panic("Arrow", || {
        let wrong = |error: ArrowError| error_in_row(0, invalid_file("Arrow", &error));
        if bytes.starts_with(b"ARROW1") {
            read_batches(FileReader::try_new(Cursor::new(bytes), None).map_err(wrong)?)
        } else {
            read_batches(StreamReader::try_new(Cursor::new(bytes), None).map_err(wrong)?)
        }
    })
}

/// Calls `read` and turns a panic into an error. The crates that read these
/// files trust the offsets in them and panic if an offset points outside.
fn catch_panic(
    format: &str,
    read: impl FnOnce() -> Result<Vec<SourcedDocument>, FormatError> + UnwindSafe,
) -> Result<Vec<SourcedDocument>, FormatError> {
    let outside = || error_in_row(0, invalid_file(format, &"an offset points outside the file"));
    GUARDED.set(true);
    let done = panic::catch_unwind(read);
    GUARDED.set(false);
    done.unwrap_or_else(|_| Err(outside()))
}

fn read_batches(
    batches: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
) -> Result<Vec<SourcedDocument>, FormatError> {
    let mut all = Vec::new();
    for batch in batches {
        let batch = batch
            .map_err(|error| error_in_row(all.len(), FormatProblem::Columns(error.to_string())))?;
        let found = batch_documents(&batch)
            .map_err(|(row, problem)| error_in_row(all.len() + row, problem))?;
        all.extend(found);
    }
    Ok(all)
}

fn invalid_file(format: &str, error: &dyn std::fmt::Display) -> FormatProblem {
    FormatProblem::Columns(format!("not a valid {format} file: {error}"))
}

fn error_in_row(row: usize, problem: FormatProblem) -> FormatError {
    FormatError { line: row + 1, column: 1, problem }
}

/// Reads the documents of a batch.
///
/// # Errors
/// Fails for the same reasons as [`read_parquet`]. The error has the number of
/// the row.
pub fn batch_documents(
    batch: &RecordBatch,
) -> Result<Vec<SourcedDocument>, (usize, FormatProblem)> {
    let rows = StructArray::from(batch.clone());
    let read = |row| {
        let object = struct_to_json(&rows, row);
        row_document(object).map_err(|problem| (row, problem))
    };
    (0..batch.num_rows()).map(read).collect()
}

/// Converts a row to a document. The row is a record of JSON lines, except that
/// `header`, `title` and `sentences` have another form.
fn row_document(mut row: Map<String, Value>) -> Result<SourcedDocument, FormatProblem> {
    for column in ["text", "mentions"] {
        if row.get(column).is_none_or(Value::is_null) {
            return Err(FormatProblem::Columns(format!(
                "the column {column:?} is missing or null"
            )));
        }
    }
    let header = row.get("header").and_then(Value::as_str).unwrap_or("{}");
    let header: Value =
        serde_json::from_str(header).map_err(|error| FormatProblem::from_json_error(&error))?;
    row.insert("header".into(), header);
    for name in row["mentions"].as_array_mut().into_iter().flatten() {
        let start = name["title_start"].take();
        let end = name["title_end"].take();
        if !start.is_null() && !end.is_null() {
            name["title"] = json!([start, end]);
        }
    }
    for sentence in row.get_mut("sentences").and_then(Value::as_array_mut).into_iter().flatten() {
        *sentence = json!([sentence["start"], sentence["end"]]);
    }
    row.retain(|_, value| !value.is_null());
    let record = DocumentRecord::from_json_value(Value::Object(row));
    record.map_err(|error| FormatProblem::Columns(error.to_string()))?.into_document()
}

/// Converts a row of structs to JSON, without nulls.
fn struct_to_json(structs: &StructArray, row: usize) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, column) in structs.column_names().into_iter().zip(structs.columns()) {
        let value = cell_to_json(column, row);
        if !value.is_null() {
            object.insert(name.to_owned(), value);
        }
    }
    object
}

/// Converts a cell to JSON; null if Chancery's columns do not have its type.
fn cell_to_json(column: &ArrayRef, row: usize) -> Value {
    if column.is_null(row) {
        return Value::Null;
    }
    let items = |items: ArrayRef| (0..items.len()).map(|at| cell_to_json(&items, at)).collect();
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).into(),
        DataType::LargeUtf8 => column.as_string::<i64>().value(row).into(),
        DataType::Utf8View => column.as_string_view().value(row).into(),
        DataType::Int32 => column.as_primitive::<Int32Type>().value(row).into(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).into(),
        DataType::UInt32 => column.as_primitive::<UInt32Type>().value(row).into(),
        DataType::UInt64 => column.as_primitive::<UInt64Type>().value(row).into(),
        DataType::Float32 => column.as_primitive::<Float32Type>().value(row).into(),
        DataType::Float64 => column.as_primitive::<Float64Type>().value(row).into(),
        DataType::Struct(_) => Value::Object(struct_to_json(column.as_struct(), row)),
        DataType::List(_) => Value::Array(items(column.as_list::<i32>().value(row))),
        DataType::LargeList(_) => Value::Array(items(column.as_list::<i64>().value(row))),
        DataType::Dictionary(_, _) => {
            let cell = column.slice(row, 1);
            let dictionary = cell.as_any_dictionary();
            dictionary
                .normalized_keys()
                .first()
                .map_or(Value::Null, |&key| cell_to_json(dictionary.values(), key))
        }
        _ => Value::Null,
    }
}
