//! Tables of SQLite databases that others made. They are only read, and nothing in
//! them is trusted.

use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, MAIN_DB, OpenFlags};

use super::{EventSink, TableEvent};
use crate::UnpackError;

/// Reads the tables of a file.
pub(super) fn read_file(
    path: &Path,
    largest: u64,
    sink: EventSink<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    // Immutable: no lock and no journal is written beside the file.
    let mut address = "file:".to_owned();
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => address.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => address.push(char::from(byte)),
            byte => address += &format!("%{byte:02X}"),
        }
    }
    address += "?immutable=1";
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(address, flags);
    read_tables(&db.map_err(|error| damaged(&error))?, largest, sink)
}

/// Reads the tables of a database in memory.
pub(super) fn read_bytes(
    bytes: &[u8],
    largest: u64,
    sink: EventSink<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    let mut db = Connection::open_in_memory().map_err(|error| damaged(&error))?;
    db.deserialize_read_exact(MAIN_DB, bytes, bytes.len(), true)
        .map_err(|error| damaged(&error))?;
    read_tables(&db, largest, sink)
}

fn damaged(error: &rusqlite::Error) -> UnpackError {
    UnpackError::DamagedTable(error.to_string())
}

fn read_tables(
    db: &Connection,
    largest: u64,
    sink: EventSink<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    let prepare = || -> rusqlite::Result<Vec<String>> {
        db.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")?;
        let most = i32::try_from(largest).unwrap_or(i32::MAX);
        db.set_limit(Limit::SQLITE_LIMIT_LENGTH, most)?;
        // Virtual tables run code; the texts of full-text tables are in others.
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0
             AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid";
        db.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
    };
    for name in prepare().map_err(|error| damaged(&error))? {
        match read_one_table(db, &name, sink) {
            Ok(ControlFlow::Continue(())) => {}
            Ok(flow) => return Ok(flow),
            // A row that is too large ends its table.
            Err(error) => {
                if sink(TableEvent::BadRow(damaged(&error))).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn read_one_table(
    db: &Connection,
    name: &str,
    sink: EventSink<'_>,
) -> rusqlite::Result<ControlFlow<()>> {
    let mut statement = db.prepare(&format!("SELECT * FROM \"{}\"", name.replace('"', "\"\"")))?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let count = columns.len();
    let table = TableEvent::Table { name: name.to_owned(), columns: Some(columns) };
    if sink(table).is_break() {
        return Ok(ControlFlow::Break(()));
    }
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let cell = |column: usize| {
            Ok(match row.get_ref(column)? {
                ValueRef::Null => Vec::new(),
                ValueRef::Integer(number) => number.to_string().into_bytes(),
                ValueRef::Real(number) => number.to_string().into_bytes(),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.to_vec(),
            })
        };
        let cells = (0..count).map(cell).collect::<rusqlite::Result<_>>()?;
        if sink(TableEvent::Row(cells)).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}
