//! Tables, whose rows are documents.
//!
//! A reader per form sends [`TableEvent`]s, and [`rows`] makes documents of them:
//! it finds out which column is what ([`columns`], [`guess`]), joins the columns of
//! text, and puts the other columns into an [`Envelope`](chancery_model::Envelope).
//! Rows are read one after another, so the size of a table does not matter. A row
//! that cannot be read is reported by its number, and the others are read.

mod byte_source;
mod columns;
pub(crate) mod delimited;
mod dialect;
mod guess;
mod heading;
mod json;
mod json_layout;
mod open_document;
#[cfg(feature = "columns")]
mod parquet;
mod record_parser;
mod rows;
mod spreadsheet;
mod sql;
mod sql_values;
mod sqlite;

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor};
use std::ops::ControlFlow;
use std::path::Path;

use crate::budget::damaged_container;
use crate::{ExtractedText, ExtractionRemark, UnpackError};

pub use columns::{ColumnRole, NamedColumns};
pub use rows::{RowDocument, RowPurpose, TableItem};

/// The form of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TableForm {
    /// Lines of cells: CSV, TSV.
    Delimited,
    /// A JSON array of objects, or an object per line.
    Json,
    /// A dump of a database as SQL.
    Sql,
    /// A SQLite database.
    Sqlite,
    /// A workbook of Excel or `OpenDocument`.
    Spreadsheet,
    /// Parquet.
    Parquet,
}

impl TableForm {
    /// Whether the table is read in one pass.
    pub(crate) fn is_streamed(self) -> bool {
        matches!(self, Self::Delimited | Self::Json | Self::Sql)
    }
}

/// Maximum ratio of the unpacked size of a workbook or a Parquet file to its size.
const MAX_UNPACK_RATIO: u64 = 100;

/// Where the bytes of a table are.
pub enum TableSource<'a> {
    /// Read in one pass.
    Stream(Box<dyn BufRead + 'a>),
    /// In memory.
    Bytes(Vec<u8>),
    /// On disk.
    File(&'a Path),
}

/// What a reader of tables found.
pub(crate) enum TableEvent {
    /// A table begins. Its columns are `None` if the first row may be a heading.
    Table { name: String, columns: Option<Vec<String>> },
    /// The table has another column, after those that are known.
    Column(String),
    /// The cells of a row, in the order of the columns. It may be shorter.
    Row(Vec<Vec<u8>>),
    /// A row that cannot be read.
    BadRow(UnpackError),
    /// What is uncertain about all tables of the file.
    Remark(UnpackError),
}

/// Takes the events of a reader; breaks to stop it.
pub(crate) type EventSink<'a> = &'a mut dyn FnMut(TableEvent) -> ControlFlow<()>;

/// Calls `visit` for each row of a table, and for each row that cannot be read.
/// `purpose` says what a row is. `largest` limits the size of a row in bytes. Returns
/// false if `visit` stopped the reading.
///
/// # Errors
/// If the rest of the table cannot be read.
pub fn visit_rows(
    purpose: RowPurpose,
    form: TableForm,
    source: TableSource<'_>,
    largest: u64,
    named: &NamedColumns,
    visit: &mut dyn FnMut(TableItem) -> bool,
) -> Result<bool, UnpackError> {
    let mut rows = rows::RowMaker::new(named, purpose, visit);
    let done = {
        let mut sink = |event| rows.take_event(event);
        read_table(form, source, largest, &mut sink)
    };
    // What was read before an error counts.
    if done.as_ref().is_ok_and(ControlFlow::is_break) || rows.finish_table().is_break() {
        return Ok(false);
    }
    done.map(|_| true)
}

/// The text of a workbook that is no table of documents: sheet by sheet, a line for
/// each row, with tabs between its cells.
///
/// # Errors
/// If the workbook is damaged, or larger than `largest` allows.
pub(crate) fn spreadsheet_text(bytes: &[u8], largest: u64) -> Result<ExtractedText, UnpackError> {
    let mut text = String::new();
    let mut sink = |event| {
        match event {
            TableEvent::Table { name, .. } => {
                text.truncate(text.trim_end().len());
                text += &format!("{}{name}\n\n", if text.is_empty() { "" } else { "\n\n" });
            }
            TableEvent::Row(cells) => {
                let cells = cells.iter().map(|cell| {
                    let cell = String::from_utf8_lossy(cell);
                    cell.split_whitespace().collect::<Vec<_>>().join(" ")
                });
                text += cells.collect::<Vec<_>>().join("\t").trim_end();
                text.push('\n');
            }
            TableEvent::Column(_) | TableEvent::BadRow(_) | TableEvent::Remark(_) => {}
        }
        if text.len() as u64 > largest { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let done = spreadsheet::read_spreadsheet(Cursor::new(bytes), largest, &mut sink)?;
    if done.is_break() {
        return Err(UnpackError::MemberTooLarge(largest));
    }
    Ok(ExtractedText { text, remarks: vec![ExtractionRemark::NoTextColumn] })
}

fn read_table(
    form: TableForm,
    source: TableSource<'_>,
    largest: u64,
    sink: EventSink<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    match (form, source) {
        (TableForm::Sqlite, TableSource::File(path)) => sqlite::read_file(path, largest, sink),
        (TableForm::Sqlite, TableSource::Bytes(bytes)) => sqlite::read_bytes(&bytes, largest, sink),
        (TableForm::Spreadsheet, TableSource::File(path)) => {
            spreadsheet::read_spreadsheet(BufReader::new(open(path)?), largest, sink)
        }
        (TableForm::Spreadsheet, TableSource::Bytes(bytes)) => {
            spreadsheet::read_spreadsheet(Cursor::new(bytes), largest, sink)
        }
        #[cfg(feature = "columns")]
        (TableForm::Parquet, TableSource::File(path)) => parquet::read_file(path, largest, sink),
        #[cfg(feature = "columns")]
        (TableForm::Parquet, TableSource::Bytes(bytes)) => {
            parquet::read_bytes(bytes, largest, sink)
        }
        #[cfg(not(feature = "columns"))]
        (TableForm::Parquet, _) => Err(UnpackError::ParquetNotSupported),
        #[cfg(feature = "columns")]
        (TableForm::Parquet, TableSource::Stream(_)) => Err(UnpackError::NotAContainer),
        (TableForm::Sqlite | TableForm::Spreadsheet, TableSource::Stream(_)) => {
            Err(UnpackError::NotAContainer)
        }
        (form, TableSource::File(path)) => {
            read_stream(form, Box::new(BufReader::new(open(path)?)), largest, sink)
        }
        (form, TableSource::Bytes(bytes)) => {
            read_stream(form, Box::new(Cursor::new(bytes)), largest, sink)
        }
        (form, TableSource::Stream(stream)) => read_stream(form, stream, largest, sink),
    }
}

fn read_stream(
    form: TableForm,
    stream: Box<dyn BufRead + '_>,
    largest: u64,
    sink: EventSink<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    let mut source = byte_source::ByteSource::new(stream)?;
    if let Some(name) = source.guessed_encoding()
        && sink(TableEvent::Remark(UnpackError::GuessedEncoding(name))).is_break()
    {
        return Ok(ControlFlow::Break(()));
    }
    match form {
        TableForm::Json => json::read_json(&mut source, largest, sink),
        TableForm::Sql => sql::read_sql(&mut source, largest, sink),
        _ => delimited::read_delimited(&mut source, largest, sink),
    }
}

fn open(path: &Path) -> Result<File, UnpackError> {
    File::open(path).map_err(|error| damaged_container(&error))
}
