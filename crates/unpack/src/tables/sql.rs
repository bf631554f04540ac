//! Tables in dumps of databases: `INSERT … VALUES` of any of them, and `COPY` of
//! Postgres. Other statements are skipped.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::byte_source::{ByteSource, Line};
use super::sql_values::{SqlReader, TupleEnd};
use super::{EventSink, TableEvent};
use crate::UnpackError;

/// Maximum number of columns that are kept of `CREATE TABLE`, in all tables.
const MAX_COLUMNS: usize = 100_000;

/// Reads the rows of a dump.
pub(crate) fn read_sql(
    source: &mut ByteSource<'_>,
    largest: u64,
    sink: EventSink<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    let has_escapes = has_backslash_escapes(source.sample().0);
    let sql = SqlReader::new(source, has_escapes, largest);
    let mut dump =
        DumpReader { sql, largest, tables: HashMap::new(), kept: 0, current: None, sink };
    dump.read_statements()
}

/// Whether backslashes in strings are escapes: `MySQL` and `MariaDB`, unlike
/// Postgres and SQLite, write them.
fn has_backslash_escapes(sample: &[u8]) -> bool {
    let has = |needle: &[u8]| memchr::memmem::find(sample, needle).is_some();
    has(b"`") || has(b"MySQL") || has(b"MariaDB") || has(b"\\n") || has(b"\\'") || has(b"\\\"")
}

/// Reads the statements of a dump.
struct DumpReader<'s, 'b> {
    sql: SqlReader<'s, 'b>,
    largest: u64,
    /// The columns of tables, from `CREATE TABLE`.
    tables: HashMap<String, Vec<String>>,
    /// Number of columns in `tables`.
    kept: usize,
    /// The table of the last row.
    current: Option<String>,
    sink: EventSink<'s>,
}

impl DumpReader<'_, '_> {
    fn read_statements(&mut self) -> Result<ControlFlow<()>, UnpackError> {
        while let Some(word) = self.sql.next_word()? {
            let flow = match word.to_ascii_uppercase().as_str() {
                "CREATE" => self.read_create()?,
                "INSERT" | "REPLACE" => self.read_insert()?,
                "COPY" => self.read_copy()?,
                _ => {
                    self.sql.skip_statement()?;
                    ControlFlow::Continue(())
                }
            };
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn read_create(&mut self) -> Result<ControlFlow<()>, UnpackError> {
        loop {
            match self.sql.next_word()? {
                Some(word) if word.eq_ignore_ascii_case("TABLE") => break,
                Some(word) if !word.is_empty() => {}
                _ => {
                    self.sql.skip_statement()?;
                    return Ok(ControlFlow::Continue(()));
                }
            }
        }
        let mut name = self.sql.next_name()?;
        if name.eq_ignore_ascii_case("IF") {
            self.sql.next_word()?;
            self.sql.next_word()?;
            name = self.sql.next_name()?;
        }
        let columns = self.sql.column_definitions()?;
        self.sql.skip_statement()?;
        self.kept += columns.len();
        if self.kept <= MAX_COLUMNS {
            self.tables.insert(name, columns);
        }
        Ok(ControlFlow::Continue(()))
    }

    fn read_insert(&mut self) -> Result<ControlFlow<()>, UnpackError> {
        // INSERT [IGNORE | OR REPLACE] INTO name [(columns)] VALUES (…), (…);
        loop {
            match self.sql.next_word()? {
                Some(word) if word.eq_ignore_ascii_case("INTO") => break,
                Some(word) if !word.is_empty() => {}
                _ => {
                    self.sql.skip_statement()?;
                    return Ok(ControlFlow::Continue(()));
                }
            }
        }
        let name = self.sql.next_name()?;
        let columns = self.sql.column_names()?;
        let word = self.sql.next_word()?.unwrap_or_default();
        if !word.eq_ignore_ascii_case("VALUES") && !word.eq_ignore_ascii_case("VALUE") {
            self.sql.skip_statement()?;
            return Ok(ControlFlow::Continue(()));
        }
        if self.start_table(name, columns).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        loop {
            let mut cells = Vec::new();
            let (event, goes_on) = match self.sql.read_tuple(&mut cells)? {
                TupleEnd::Row => (TableEvent::Row(cells), true),
                TupleEnd::TooLarge => {
                    (TableEvent::BadRow(UnpackError::RowTooLarge(self.largest)), true)
                }
                TupleEnd::NoMore => return Ok(ControlFlow::Continue(())),
                TupleEnd::Malformed => {
                    self.sql.skip_statement()?;
                    let what = "the rest of its statement was not read".to_owned();
                    (TableEvent::BadRow(UnpackError::MalformedRow(what)), false)
                }
            };
            if (self.sink)(event).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            if !goes_on {
                return Ok(ControlFlow::Continue(()));
            }
        }
    }

    fn read_copy(&mut self) -> Result<ControlFlow<()>, UnpackError> {
        let name = self.sql.next_name()?;
        let columns = self.sql.column_names()?;
        let from = self.sql.next_word()?.unwrap_or_default();
        let stdin = self.sql.next_word()?.unwrap_or_default();
        self.sql.skip_statement()?;
        if !from.eq_ignore_ascii_case("FROM") || !stdin.eq_ignore_ascii_case("STDIN") {
            return Ok(ControlFlow::Continue(()));
        }
        if self.start_table(name, columns).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        let source = self.sql.source();
        source.read_line(self.largest)?;
        while let Some(line) = source.read_line(self.largest)? {
            let event = match line {
                Line::Whole(line) if line == b"\\." => break,
                Line::Whole(line) => {
                    TableEvent::Row(line.split(|&byte| byte == b'\t').map(copy_cell).collect())
                }
                Line::TooLarge => TableEvent::BadRow(UnpackError::RowTooLarge(self.largest)),
            };
            if (self.sink)(event).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Begins a table, unless the last row was of the same.
    fn start_table(&mut self, name: String, columns: Option<Vec<String>>) -> ControlFlow<()> {
        if self.current.as_ref() == Some(&name) {
            return ControlFlow::Continue(());
        }
        let columns = columns.or_else(|| self.tables.get(&name).cloned()).unwrap_or_default();
        self.current = Some(name.clone());
        (self.sink)(TableEvent::Table { name, columns: Some(columns) })
    }
}

/// A cell of `COPY`, without its escapes.
fn copy_cell(cell: &[u8]) -> Vec<u8> {
    if cell == b"\\N" {
        return Vec::new();
    }
    let mut out = Vec::with_capacity(cell.len());
    let mut bytes = cell.iter().copied();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'\\' => match bytes.next() {
                Some(b'n') => b'\n',
                Some(b'r') => b'\r',
                Some(b't') => b'\t',
                Some(b'b') => 8,
                Some(b'f') => 12,
                Some(b'v') => 11,
                Some(other) => other,
                None => b'\\',
            },
            byte => byte,
        });
    }
    out
}
