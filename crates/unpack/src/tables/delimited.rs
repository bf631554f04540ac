//! Tables of lines and cells: CSV, TSV and their relatives.
//!
//! The [parser](super::record_parser) works as Python's module `csv`, so that a table
//! gives the same cells here and there. It is written here because the crate `csv` knows no
//! escapes outside of quotes, and reads a quote that is never closed to the end of
//! the file, into memory. Here such a row is reported, and reading goes on with the
//! next line.

use std::ops::ControlFlow;

use super::byte_source::ByteSource;
use super::columns::{ColumnRole, HeadingRole, role_of_heading};
use super::dialect::{detect_dialect, is_even_table, is_plausible_table};
use super::record_parser::{Dialect, Progress, RecordParser};
use super::{EventSink, TableEvent};
use crate::UnpackError;

/// Reads the rows of a table.
pub(crate) fn read_delimited(
    source: &mut ByteSource<'_>,
    largest: u64,
    sink: EventSink<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    let (sample, is_whole) = source.sample();
    let dialect = detect_dialect(sample, is_whole);
    if sink(TableEvent::Table { name: String::new(), columns: None }).is_break() {
        return Ok(ControlFlow::Break(()));
    }
    let mut raw = Vec::new();
    loop {
        raw.clear();
        let event = match read_record(source, dialect, largest, &mut raw)? {
            Record::End => return Ok(ControlFlow::Continue(())),
            Record::Blank => continue,
            Record::Cells(cells) => TableEvent::Row(cells),
            Record::TooLarge => TableEvent::BadRow(UnpackError::RowTooLarge(largest)),
            Record::Unclosed => {
                let line = raw.iter().position(|&byte| byte == b'\n').unwrap_or(raw.len() - 1);
                source.return_bytes(&raw[line + 1..]);
                TableEvent::BadRow(UnpackError::UnclosedQuote)
            }
        };
        if sink(event).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
}

/// A record of a table.
enum Record {
    Cells(Vec<Vec<u8>>),
    Blank,
    TooLarge,
    /// A quote is open at the end of the file.
    Unclosed,
    End,
}

/// Reads one record; `raw` gets its bytes.
fn read_record(
    source: &mut ByteSource<'_>,
    dialect: Dialect,
    largest: u64,
    raw: &mut Vec<u8>,
) -> Result<Record, UnpackError> {
    let mut parser = RecordParser::new(dialect);
    let mut is_too_large = false;
    while let Some(byte) = source.next_byte()? {
        is_too_large |= raw.len() as u64 >= largest;
        if is_too_large {
            raw.clear();
            parser.forget_cells();
        }
        raw.push(byte);
        if parser.push(byte) == Progress::RecordEnd {
            if byte == b'\r' && source.peek_byte()? == Some(b'\n') {
                source.next_byte()?;
            }
            if is_too_large {
                return Ok(Record::TooLarge);
            }
            let cells = parser.finish();
            return Ok(if cells.is_empty() { Record::Blank } else { Record::Cells(cells) });
        }
    }
    Ok(match () {
        () if raw.is_empty() => Record::End,
        () if is_too_large => Record::TooLarge,
        () if parser.is_inside_quotes() => Record::Unclosed,
        () => match parser.finish() {
            cells if cells.is_empty() => Record::End,
            cells => Record::Cells(cells),
        },
    })
}

/// Whether a text without a telling name is a table: every record begins with a
/// quote and has the same number of cells, at least three.
pub(crate) fn is_quoted_table(head: &[u8]) -> bool {
    head.starts_with(b"\"") && is_plausible_table(head)
}

/// Whether a text without a telling name is a table: its first line has headings that are
/// known, one of them of a text, and its records have as many cells.
pub(crate) fn has_heading(head: &[u8], is_whole: bool) -> bool {
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let is_plain = line.len() < 2000 && !line.contains(&b'<') && !line.contains(&b':');
    if !is_plain {
        return false;
    }
    let dialect = detect_dialect(head, is_whole);
    let mut parser = RecordParser::new(dialect);
    line.trim_ascii_end().iter().for_each(|&byte| {
        parser.push(byte);
    });
    let cells = parser.finish();
    let roles: Vec<HeadingRole> =
        cells.iter().filter_map(|cell| role_of_heading(&String::from_utf8_lossy(cell))).collect();
    let is_text = |role: &HeadingRole| matches!(role, HeadingRole::Role(ColumnRole::Text, _));
    cells.len() >= 3
        && roles.len() * 2 >= cells.len()
        && roles.len() >= 2
        && roles.iter().any(is_text)
        && is_even_table(head, is_whole)
}
