//! The folder of an archive, and its connection to the database.
//!
//! ```text
//! ARCHIVE/archive.sqlite   the source of truth
//! ARCHIVE/index/           full-text index; derived, may be deleted
//! ARCHIVE/lock             locked by the single writer
//! ```
//!
//! Readers take no lock: SQLite shows each of them the last committed batch.
//! An archive in a read-only folder can still be read.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use chancery_model::{Annotated, Classification, DocumentId};
use rusqlite::types::FromSql;
use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;
use crate::numbers::{BatchNumber, DocumentNumber};
use crate::schema;
use crate::stored_mention::StoredMention;

/// File name of the database. `index` checks the version of the text index.
pub(crate) const DATABASE_FILE: &str = "archive.sqlite";

/// An archive, opened for reading.
pub struct Archive {
    pub(crate) folder: PathBuf,
    pub(crate) db: Connection,
}

/// Summary of a document, as shown in lists.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentRow {
    /// Number of the document in this archive.
    pub number: DocumentNumber,
    /// Id of the document, the same in every archive.
    pub id: DocumentId,
    /// Canonical cable id.
    pub cable_id: Option<String>,
    /// Sending post.
    pub post: Option<String>,
    /// Date, ISO 8601.
    pub date: Option<String>,
    /// Classification.
    pub classification: Option<Classification>,
    /// Subject line, or the title if there is none.
    pub subject: Option<String>,
    /// Section n of m.
    pub section: Option<(u8, u8)>,
    /// First of its paths in alphabetical order.
    pub path: String,
}

/// A stored document, with the decisions of users applied.
#[derive(Clone, Debug)]
pub struct StoredDocument {
    /// Number of the document in this archive.
    pub number: DocumentNumber,
    /// All paths where it was found, sorted.
    pub paths: Vec<String>,
    /// The document with its tokens, sentences and mentions.
    pub annotated: Annotated,
    /// The mentions, each with its entity.
    pub mentions: Vec<StoredMention>,
}

/// Returns the classification of a rank; the lowest rank is 0.
pub(crate) fn classification_of_rank(rank: i64) -> Option<Classification> {
    Classification::ALL.get(usize::try_from(rank).ok()?).copied()
}

impl Archive {
    /// Returns whether `folder` contains an archive.
    pub fn exists_in(folder: &Path) -> bool {
        folder.join(DATABASE_FILE).is_file()
    }

    /// Opens the archive in `folder`.
    ///
    /// # Errors
    /// If there is no archive, or if this program cannot read it.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let db = connect_for_reading(folder)?;
        match schema::stored_version(&db)? {
            Some(found) => schema::check_version(found)?,
            // A writer may be creating the tables at this moment.
            None => return Err(StoreError::NotAnArchive(folder.to_owned())),
        }
        Ok(Self { folder: folder.to_owned(), db })
    }

    /// Opens the archive in `folder` for its single writer, and creates it if
    /// there is none. The lock is held until the returned file is dropped.
    pub(crate) fn open_for_writing(folder: &Path) -> Result<(Self, File), StoreError> {
        fs::create_dir_all(folder).map_err(StoreError::io_error_at(folder))?;
        let lock = lock_folder(folder)?;
        let mut db = connect_for_writing(folder)?;
        match schema::stored_version(&db)? {
            Some(found) => schema::check_version(found)?,
            None => schema::create_tables(&mut db)?,
        }
        Ok((Self { folder: folder.to_owned(), db }, lock))
    }

    /// Returns the folder of the archive.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns a number stored for the whole archive (table `meta`).
    pub(crate) fn stored_value(&self, name: &str) -> Result<i64, StoreError> {
        let sql = "SELECT value FROM meta WHERE name = ?1";
        Ok(self.db.prepare_cached(sql)?.query_row([name], |row| row.get(0))?)
    }

    /// Returns the number of the last committed batch.
    pub fn last_batch(&self) -> Result<BatchNumber, StoreError> {
        self.stored_value("batch").map(BatchNumber)
    }

    /// Returns the single number that `sql` yields.
    pub(crate) fn query_single_number(&self, sql: &str) -> Result<i64, StoreError> {
        Ok(self.db.query_row(sql, [], |row| row.get(0))?)
    }

    /// Returns the single column of numbers that `sql` yields.
    pub(crate) fn query_numbers<N: FromSql>(
        &self,
        sql: &str,
        with: impl rusqlite::Params,
    ) -> Result<Vec<N>, StoreError> {
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map(with, |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns the single column of strings that `sql` yields.
    pub(crate) fn query_strings(
        &self,
        sql: &str,
        with: impl rusqlite::Params,
    ) -> Result<Vec<String>, StoreError> {
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map(with, |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Takes the lock of the single writer. It is held until the file is dropped.
pub(crate) fn lock_folder(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join("lock");
    let lock = OpenOptions::new().create(true).append(true).open(&path);
    let lock = lock.map_err(StoreError::io_error_at(folder))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::Busy(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(StoreError::io_error_at(path)(error)),
    }
}

/// Opens the database for reading.
pub(crate) fn connect_for_reading(folder: &Path) -> Result<Connection, StoreError> {
    let file = folder.join(DATABASE_FILE);
    if !Archive::exists_in(folder) {
        return Err(StoreError::NotAnArchive(folder.to_owned()));
    }
    let opened = File::open(&file);
    if opened.is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied) {
        return Err(StoreError::Unreadable(file));
    }
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let db = if is_writable(folder) {
        Connection::open_with_flags(&file, flags | OpenFlags::SQLITE_OPEN_READ_WRITE)?
    } else {
        // Reading a WAL database creates files beside it. In a read-only
        // folder, open it as immutable; that is complete only if the WAL
        // is empty, which it is after the writer has finished.
        let log = folder.join(format!("{DATABASE_FILE}-wal"));
        if fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
            return Err(StoreError::NeedsRecovery(folder.to_owned()));
        }
        let uri = format!("file:{}?immutable=1", percent_encode_path(&file));
        Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_READ_ONLY)?
    };
    configure_connection(&db)?;
    Ok(db)
}

/// Opens the database for its single writer, and creates it if it is missing.
pub(crate) fn connect_for_writing(folder: &Path) -> Result<Connection, StoreError> {
    let db = Connection::open(folder.join(DATABASE_FILE))?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    configure_connection(&db)?;
    Ok(db)
}

fn configure_connection(db: &Connection) -> Result<(), StoreError> {
    db.busy_timeout(std::time::Duration::from_secs(10))?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "cache_size", -65_536)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// Returns whether files can be created in `folder`.
pub(crate) fn is_writable(folder: &Path) -> bool {
    let lock = folder.join("lock");
    OpenOptions::new().create(true).append(true).open(lock).is_ok()
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
