//! Errors of an archive.
//!
//! Messages name no command: each program adds its own advice.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Error of an operation on an archive.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The folder does not contain an archive.
    NotAnArchive(PathBuf),
    /// The archive has a schema version that this program does not support.
    OtherVersion {
        /// Version of the archive.
        found: i64,
        /// Version that this program supports.
        supported: i64,
    },
    /// Another program is writing to the archive.
    Busy(PathBuf),
    /// The last writer was interrupted, and the folder is read-only.
    NeedsRecovery(PathBuf),
    /// The folder is not writable.
    ReadOnly(PathBuf),
    /// Permission to read the database was denied.
    Unreadable(PathBuf),
    /// The disk is full.
    DiskFull,
    /// The work took too long, or nobody waits for its result.
    Stopped,
    /// A folder or file of the archive cannot be used.
    Io(PathBuf, io::Error),
    /// SQLite returned an error.
    Database(rusqlite::Error),
    /// tantivy returned an error.
    Index(tantivy::TantivyError),
    /// The changes are written to the tables, but the index does not have them.
    IndexNotUpdated(Box<StoreError>),
    /// The index was made by another version of this program.
    OtherIndexVersion,
    /// The stored data is not valid.
    Damaged(String),
    /// The archive has no document or entity with this name.
    NotFound(String),
    /// The request is not valid.
    InvalidRequest(String),
}

impl StoreError {
    /// Returns whether an I/O error means that the disk is full.
    fn is_disk_full(error: &io::Error) -> bool {
        matches!(
            error.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
        )
    }

    /// Returns a function that converts an I/O error on `path`.
    pub(crate) fn io_error_at(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |error| match error.kind() {
            _ if Self::is_disk_full(&error) => Self::DiskFull,
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                Self::ReadOnly(path)
            }
            _ => Self::Io(path, error),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnArchive(path) => write!(f, "{}: not an archive", path.display()),
            Self::OtherVersion { found, supported } => write!(
                f,
                "the archive has schema version {found}, this program supports version \
                 {supported}: use the program that created it, or add its files to a new archive"
            ),
            Self::Busy(path) => {
                write!(
                    f,
                    "{}: another program is writing to this archive: wait until it finishes, \
                     or stop it",
                    path.display()
                )
            }
            Self::NeedsRecovery(path) => write!(
                f,
                "{}: the last writer was interrupted and the folder is read-only: \
                 open the archive once where it is writable",
                path.display()
            ),
            Self::ReadOnly(path) => {
                write!(f, "{}: cannot be written (check its permissions)", path.display())
            }
            Self::Unreadable(path) => {
                write!(f, "{}: permission denied (check its permissions)", path.display())
            }
            Self::DiskFull => f.write_str(
                "the disk is full: no data is lost; free some space and run the same \
                 command again to continue",
            ),
            Self::Stopped => f.write_str("the work took too long"),
            Self::Io(path, error) if error.kind() == io::ErrorKind::AlreadyExists => write!(
                f,
                "{}: is a file, but an archive is a folder: choose another path",
                path.display()
            ),
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Database(error) => write!(f, "database error: {error}"),
            Self::Index(error) => write!(f, "the index cannot be used: {error}"),
            Self::IndexNotUpdated(fault) => {
                write!(f, "the changes are written, but searches do not find them: {fault}")
            }
            Self::OtherIndexVersion => f.write_str("the index has another version: rebuild it"),
            Self::Damaged(what) => write!(f, "the archive is damaged: {what}"),
            Self::NotFound(name) => write!(f, "{name}: not found in the archive"),
            Self::InvalidRequest(what) => f.write_str(what),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            // The message already includes the error itself.
            Self::Io(_, error) => error.source(),
            Self::Database(error) => error.source(),
            Self::Index(error) => error.source(),
            Self::IndexNotUpdated(fault) => Some(fault),
            _ => None,
        }
    }
}

/// SQLite's extended code `SQLITE_IOERR_SHMSIZE`.
const IOERR_SHMSIZE: i32 = 4874;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        // SQLite could not enlarge the file that readers share.
        if error.sqlite_error().is_some_and(|error| error.extended_code == IOERR_SHMSIZE) {
            return Self::DiskFull;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::OperationInterrupted) => Self::Stopped,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly("the archive".into()),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Database(error),
        }
    }
}

impl From<tantivy::TantivyError> for StoreError {
    fn from(error: tantivy::TantivyError) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(inner) = cause {
            if inner.downcast_ref::<io::Error>().is_some_and(Self::is_disk_full) {
                return Self::DiskFull;
            }
            cause = inner.source();
        }
        // Some of its wrappers of I/O errors do not return a source.
        if error.to_string().contains("StorageFull") || error.to_string().contains("os error 28") {
            return Self::DiskFull;
        }
        Self::Index(error)
    }
}
