//! Splits bytes into records and cells, one byte at a time.
//!
//! The state machine is that of Python's module `csv`.

/// How cells are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    /// Between two cells.
    pub(super) delimiter: u8,
    /// Whether a backslash makes the next character plain. Doubled quotes are
    /// always read as one.
    pub(super) has_escapes: bool,
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
    pub(super) fn forget_cells(&mut self) {
        self.cell.clear();
        self.cells.clear();
    }
}
