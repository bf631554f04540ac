//! Reads an archive where nothing can be written: in a read-only folder, or on a
//! full disk.
//!
//! Readers of a WAL database share a file beside it, which SQLite creates. Where
//! that is not possible, SQLite can read the database as immutable. That is
//! complete only if the WAL is empty, which it is after the writer has finished.

use std::fs::{self, OpenOptions};
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::archive::{Archive, DATABASE_FILE, OPEN_FLAGS};
use crate::error::StoreError;

impl Archive {
    /// Opens the archive as immutable.
    pub(crate) fn open_immutable(
        folder: &Path,
        writer_lock: Option<fs::File>,
    ) -> Result<Self, StoreError> {
        if has_wal(folder) {
            return Err(StoreError::NeedsRecovery(folder.to_owned()));
        }
        let file = folder.join(DATABASE_FILE);
        let uri = format!("file:{}?immutable=1", percent_encode_path(&file));
        let flags = OPEN_FLAGS | OpenFlags::SQLITE_OPEN_READ_ONLY;
        Self::from_connection(folder, Connection::open_with_flags(uri, flags)?, writer_lock)
    }

    /// Whether a server may keep this connection. One that keeps writers away
    /// must be closed soon.
    pub fn can_be_kept(&self) -> bool {
        self.writer_lock.is_none()
    }
}

/// Opens an archive on a disk that has no room for the file that readers share.
/// Keeps writers away, since SQLite must see no change to an immutable database.
///
/// # Errors
/// [`StoreError::DiskFull`] if a writer is at work, or was interrupted.
pub(crate) fn open_on_full_disk(folder: &Path) -> Result<Archive, StoreError> {
    let lock = OpenOptions::new().append(true).open(folder.join("lock"));
    let lock = lock.map_err(StoreError::io_error_at(folder))?;
    if has_wal(folder) || lock.try_lock_shared().is_err() {
        return Err(StoreError::DiskFull);
    }
    Archive::open_immutable(folder, Some(lock))
}

/// Whether the WAL has changes that are not in the database file.
fn has_wal(folder: &Path) -> bool {
    let log = folder.join(format!("{DATABASE_FILE}-wal"));
    fs::metadata(&log).is_ok_and(|log| log.len() > 0)
}

/// Percent-encodes a path for use in a URI.
fn percent_encode_path(path: &Path) -> String {
    let mut out = String::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => out.push(char::from(*byte)),
            byte => out += &format!("%{byte:02X}"),
        }
    }
    out
}
