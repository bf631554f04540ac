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

use crate::error::{FormatError, Problem};
use crate::record::{Record, Sourced};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this module catches a panic of the current thread and turns it into
/// an error. A program's panic hook need not print it then.
pub fn is_guarded() -> bool {
    GUARDED.get()
}

/// Reads a Parquet file.
///
/// # Errors
/// Fails if the file is not valid Parquet, a column is missing or has another
/// type, or an offset is out of range. The line is the number of the document.
pub fn read_parquet(bytes: Vec<u8>) -> Result<Vec<Sourced>, FormatError> {
    guarded("Parquet", || {
        let wrong = |error: &dyn std::fmt::Display| wrong(0, damaged("Parquet", error));
        let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes));
        let reader = builder
            .and_then(ParquetRecordBatchReaderBuilder::build)
            .map_err(|error| wrong(&error))?;
        read(reader)
    })
}

/// Reads an Arrow IPC file or stream.
///
/// # Errors
/// Fails for the same reasons as [`read_parquet`].
pub fn read_arrow(bytes: &[u8]) -> Result<Vec<Sourced>, FormatError> {
    guarded("Arrow", || {
        let wrong = |error: ArrowError| wrong(0, damaged("Arrow", &error));
        if bytes.starts_with(b"ARROW1") {
            read(FileReader::try_new(Cursor::new(bytes), None).map_err(wrong)?)
        } else {
            read(StreamReader::try_new(Cursor::new(bytes), None).map_err(wrong)?)
        }
    })
}

/// Calls `read` and turns a panic into an error. The crates that read these
/// files trust the offsets in them and panic if an offset points outside.
fn guarded(
    format: &str,
    read: impl FnOnce() -> Result<Vec<Sourced>, FormatError> + UnwindSafe,
) -> Result<Vec<Sourced>, FormatError> {
    let outside = || wrong(0, damaged(format, &"an offset points outside the file"));
    GUARDED.set(true);
    let done = panic::catch_unwind(read);
    GUARDED.set(false);
    done.unwrap_or_else(|_| Err(outside()))
}

fn read(
    batches: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
) -> Result<Vec<Sourced>, FormatError> {
    let mut all = Vec::new();
    for batch in batches {
        let batch = batch.map_err(|error| wrong(all.len(), Problem::Columns(error.to_string())))?;
        let found = documents(&batch).map_err(|(row, problem)| wrong(all.len() + row, problem))?;
        all.extend(found);
    }
    Ok(all)
}

fn damaged(format: &str, error: &dyn std::fmt::Display) -> Problem {
    Problem::Columns(format!("not a valid {format} file: {error}"))
}

fn wrong(row: usize, problem: Problem) -> FormatError {
    FormatError { line: row + 1, column: 1, problem }
}

/// Reads the documents of a batch.
///
/// # Errors
/// Fails for the same reasons as [`read_parquet`]. The error has the number of
/// the row.
pub fn documents(batch: &RecordBatch) -> Result<Vec<Sourced>, (usize, Problem)> {
    let rows = StructArray::from(batch.clone());
    let read = |row| {
        let object = object(&rows, row);
        document(object).map_err(|problem| (row, problem))
    };
    (0..batch.num_rows()).map(read).collect()
}

/// Converts a row to a document. The row is a record of JSON lines, except that
/// `header`, `office` and `sentences` have another form.
fn document(mut row: Map<String, Value>) -> Result<Sourced, Problem> {
    for column in ["text", "mentions"] {
        if row.get(column).is_none_or(Value::is_null) {
            return Err(Problem::Columns(format!("the column {column:?} is missing or null")));
        }
    }
    let header = row.get("header").and_then(Value::as_str).unwrap_or("{}");
    let header: Value = serde_json::from_str(header).map_err(|error| Problem::json(&error))?;
    row.insert("header".into(), header);
    for name in row["mentions"].as_array_mut().into_iter().flatten() {
        let start = name["office_start"].take();
        let end = name["office_end"].take();
        if !start.is_null() && !end.is_null() {
            name["office"] = json!([start, end]);
        }
    }
    for sentence in row.get_mut("sentences").and_then(Value::as_array_mut).into_iter().flatten() {
        *sentence = json!([sentence["start"], sentence["end"]]);
    }
    row.retain(|_, value| !value.is_null());
    let record = Record::deserialized(Value::Object(row));
    record.map_err(|error| Problem::Columns(error.to_string()))?.document()
}

/// Converts a row of structs to JSON, without nulls.
fn object(structs: &StructArray, row: usize) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, column) in structs.column_names().into_iter().zip(structs.columns()) {
        let value = value(column, row);
        if !value.is_null() {
            object.insert(name.to_owned(), value);
        }
    }
    object
}

/// Converts a cell to JSON; null if Chancery's columns do not have its type.
fn value(column: &ArrayRef, row: usize) -> Value {
    if column.is_null(row) {
        return Value::Null;
    }
    let items = |items: ArrayRef| (0..items.len()).map(|at| value(&items, at)).collect();
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
        DataType::Struct(_) => Value::Object(object(column.as_struct(), row)),
        DataType::List(_) => Value::Array(items(column.as_list::<i32>().value(row))),
        DataType::LargeList(_) => Value::Array(items(column.as_list::<i64>().value(row))),
        DataType::Dictionary(_, _) => {
            let cell = column.slice(row, 1);
            let dictionary = cell.as_any_dictionary();
            dictionary
                .normalized_keys()
                .first()
                .map_or(Value::Null, |&key| value(dictionary.values(), key))
        }
        _ => Value::Null,
    }
}
