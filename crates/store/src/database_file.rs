//! The database file of an archive, and how it is opened.
//!
//! Readers of a WAL database share a file beside it, which SQLite creates. Where
//! that is not possible, in a read-only folder or on a full disk, SQLite can read
//! the database as immutable. That is complete only if the WAL is empty, which it
//! is after the writer has finished.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;
use crate::schema;
use crate::writer_lock::is_writable;

/// File name of the database.
pub const DATABASE_FILE: &str = "archive.sqlite";

/// Flags of every connection that reads.
const OPEN_FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX.union(OpenFlags::SQLITE_OPEN_URI);

/// Characters that are encoded in the path of a URI.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A connection that reads.
pub(crate) struct ReadConnection {
    pub(crate) db: Connection,
    /// The version of the schema, or `None` if there are no tables.
    pub(crate) version: Option<i64>,
    /// Keeps writers away from an archive on a full disk.
    pub(crate) writer_lock: Option<File>,
}

/// Opens the database for reading.
pub(crate) fn connect_for_reading(folder: &Path) -> Result<ReadConnection, StoreError> {
    let file = folder.join(DATABASE_FILE);
    if !file.is_file() {
        return Err(StoreError::NotAnArchive(folder.to_owned()));
    }
    let opened = File::open(&file);
    if opened.is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied) {
        return Err(StoreError::Unreadable(file));
    }
    if !is_writable(folder) {
        return prepare_for_reading(open_immutable(folder)?, None);
    }
    match prepare_for_reading(open_shared(folder)?, None) {
        // There is no room for the file that readers share.
        Err(StoreError::DiskFull) => {
            let lock = lock_against_writers(folder)?;
            prepare_for_reading(open_immutable(folder)?, Some(lock))
        }
        opened => opened,
    }
}

fn prepare_for_reading(
    db: Connection,
    writer_lock: Option<File>,
) -> Result<ReadConnection, StoreError> {
    configure_connection(&db)?;
    let version = schema::stored_version(&db)?;
    Ok(ReadConnection { db, version, writer_lock })
}

/// Opens the database for its single writer, and creates it if it is missing.
pub(crate) fn connect_for_writing(folder: &Path) -> Result<Connection, StoreError> {
    let db = Connection::open(folder.join(DATABASE_FILE))?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    configure_connection(&db)?;
    Ok(db)
}

fn configure_connection(db: &Connection) -> Result<(), StoreError> {
    db.busy_timeout(Duration::from_secs(10))?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "cache_size", -65_536)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// Opens the database beside other readers and a writer.
fn open_shared(folder: &Path) -> Result<Connection, StoreError> {
    let flags = OPEN_FLAGS | OpenFlags::SQLITE_OPEN_READ_WRITE;
    Ok(Connection::open_with_flags(folder.join(DATABASE_FILE), flags)?)
}

/// Opens the database as immutable.
///
/// # Errors
/// If the last writer was interrupted.
fn open_immutable(folder: &Path) -> Result<Connection, StoreError> {
    if has_wal(folder) {
        return Err(StoreError::NeedsRecovery(folder.to_owned()));
    }
    let file = folder.join(DATABASE_FILE);
    let path = percent_encode(file.as_os_str().as_encoded_bytes(), PATH);
    let uri = format!("file:{path}?immutable=1");
    let flags = OPEN_FLAGS | OpenFlags::SQLITE_OPEN_READ_ONLY;
    Ok(Connection::open_with_flags(uri, flags)?)
}

/// Keeps writers away from an archive on a full disk, as long as the returned
/// file is open: SQLite must see no change to an immutable database.
///
/// # Errors
/// [`StoreError::DiskFull`] if a writer is at work, or was interrupted.
fn lock_against_writers(folder: &Path) -> Result<File, StoreError> {
    let lock = OpenOptions::new().append(true).open(folder.join("lock"));
    let lock = lock.map_err(StoreError::io_error_at(folder))?;
    if has_wal(folder) || lock.try_lock_shared().is_err() {
        return Err(StoreError::DiskFull);
    }
    Ok(lock)
}

/// Whether the WAL has changes that are not in the database file.
fn has_wal(folder: &Path) -> bool {
    let log = folder.join(format!("{DATABASE_FILE}-wal"));
    fs::metadata(&log).is_ok_and(|log| log.len() > 0)
}
