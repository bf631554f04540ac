//! Tables of lines and cells: CSV, TSV and their relatives.
//!
//! The state machine is that of Python's module `csv`, so that a table gives the
//! same cells here and there. It is written here because the crate `csv` knows no
//! escapes outside of quotes, and reads a quote that is never closed to the end of
//! the file, into memory. Here such a row is reported, and reading goes on with the
//! next line.

use std::ops::ControlFlow;

use super::byte_source::ByteSource;
use super::dialect::{Dialect, detect_dialect, is_plausible_table};
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

/// Where the parser of a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    RecordStart,
    CellStart,
    InCell,
    Escaped,
    InQuotes,
    EscapedInQuotes,
    /// After a quote inside quotes: it closes them, or is the first of two.
    QuoteInQuotes,
}

/// Whether a record goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    InRecord,
    RecordEnd,
}

/// Parses the bytes of one record.
pub(super) struct RecordParser {
    dialect: Dialect,
    state: State,
    cell: Vec<u8>,
    cells: Vec<Vec<u8>>,
    /// Whether the cell begins with \N, which alone is NULL in databases.
    starts_with_null: bool,
    /// Number of quotes that neither end a cell nor are doubled.
    pub(super) stray_quotes: u32,
}

impl RecordParser {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            state: State::RecordStart,
            cell: Vec::new(),
            cells: Vec::new(),
            starts_with_null: false,
            stray_quotes: 0,
        }
    }

    /// Takes the next byte.
    pub(super) fn push(&mut self, byte: u8) -> Progress {
        let Dialect { delimiter, has_escapes } = self.dialect;
        let is_line_end = matches!(byte, b'\n' | b'\r');
        match self.state {
            State::RecordStart if is_line_end => return Progress::RecordEnd,
            State::RecordStart | State::CellStart => match byte {
                b'"' => self.state = State::InQuotes,
                b'\\' if has_escapes => self.state = State::Escaped,
                _ if byte == delimiter => self.end_cell(),
                _ if is_line_end => return self.end_record(),
                _ => {
                    self.cell.push(byte);
                    self.state = State::InCell;
                }
            },
            State::InCell => match byte {
                b'\\' if has_escapes => self.state = State::Escaped,
                _ if byte == delimiter => self.end_cell(),
                _ if is_line_end => return self.end_record(),
                _ => self.cell.push(byte),
            },
            State::Escaped => {
                self.starts_with_null |= byte == b'N' && self.cell.is_empty();
                self.cell.push(byte);
                self.state = State::InCell;
            }
            State::InQuotes => match byte {
                b'"' => self.state = State::QuoteInQuotes,
                b'\\' if has_escapes => self.state = State::EscapedInQuotes,
                _ => self.cell.push(byte),
            },
            State::EscapedInQuotes => {
                self.cell.push(byte);
                self.state = State::InQuotes;
            }
            State::QuoteInQuotes => match byte {
                b'"' => {
                    self.cell.push(b'"');
                    self.state = State::InQuotes;
                }
                _ if byte == delimiter => self.end_cell(),
                _ if is_line_end => return self.end_record(),
                _ => {
                    self.stray_quotes += 1;
                    self.cell.push(byte);
                    self.state = State::InCell;
                }
            },
        }
        Progress::InRecord
    }

    fn end_cell(&mut self) {
        let cell = std::mem::take(&mut self.cell);
        let is_null = self.starts_with_null && cell.len() == 1;
        self.cells.push(if is_null { Vec::new() } else { cell });
        (self.state, self.starts_with_null) = (State::CellStart, false);
    }

    fn end_record(&mut self) -> Progress {
        self.end_cell();
        self.state = State::RecordStart;
        Progress::RecordEnd
    }

    /// The cells, at the end of the record or of the file. Empty for a blank line.
    pub(super) fn finish(mut self) -> Vec<Vec<u8>> {
        if self.state != State::RecordStart {
            self.end_cell();
        }
        self.cells
    }

    pub(super) fn is_inside_quotes(&self) -> bool {
        matches!(self.state, State::InQuotes | State::EscapedInQuotes)
    }

    /// Drops what was read, and keeps the position in the record.
    fn forget_cells(&mut self) {
        self.cell.clear();
        self.cells.clear();
    }
}

/// Whether a text without a telling name is a table: every record begins with a
/// quote and has the same number of cells, at least three.
pub(crate) fn is_quoted_table(head: &[u8]) -> bool {
    head.starts_with(b"\"") && is_plausible_table(head)
}
