//! Errors of an archive.
//!
//! An error says what is wrong and where. [`StoreError::hint`] says what helps,
//! apart from it. Neither names a command: each program adds its own.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use thiserror::Error as ThisError;

use crate::numbers::DecisionNumber;

/// Error of an operation on an archive.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum StoreError {
    /// The folder does not contain an archive.
    #[error("{}: not an archive", .0.display())]
    NotAnArchive(PathBuf),
    /// The archive has an earlier version and has to be converted first.
    #[error("the archive has the earlier version {found}, this program has {supported}")]
    OlderVersion {
        /// Schema version of the archive.
        found: i64,
        /// Schema version of this program.
        supported: i64,
    },
    /// The archive has a later version.
    #[error("the archive has the later version {found}, this program has {supported}")]
    NewerVersion {
        /// Schema version of the archive.
        found: i64,
        /// Schema version of this program.
        supported: i64,
    },
    /// Another program is writing to the archive.
    #[error("{}: another program is writing to this archive", .0.display())]
    Busy(PathBuf),
    /// The last writer was interrupted, and the folder is read-only.
    #[error("{}: the last writer was interrupted and the folder is read-only", .0.display())]
    NeedsRecovery(PathBuf),
    /// The folder is not writable.
    #[error("{}: cannot be written", .0.display())]
    ReadOnly(PathBuf),
    /// Permission to read the database was denied.
    #[error("{}: permission denied", .0.display())]
    Unreadable(PathBuf),
    /// A file is where the folder of the archive should be.
    #[error("{}: is a file, but an archive is a folder", .0.display())]
    NotAFolder(PathBuf),
    /// A file or folder that should be created exists already.
    #[error("{}: exists already", .0.display())]
    AlreadyExists(PathBuf),
    /// The file is not a backup of an archive.
    #[error("{}: not a backup of an archive", .0.display())]
    NotABackup(PathBuf),
    /// The disk is full.
    #[error("the disk is full: no data is lost")]
    DiskFull,
    /// The work took too long, or its result is no longer wanted.
    #[error("the work took too long")]
    Stopped,
    /// A folder or file of the archive cannot be used.
    #[error("{}: {}", .0.display(), .1)]
    Io(PathBuf, io::Error),
    /// SQLite returned an error.
    #[error("database error: {0}")]
    Database(#[source] rusqlite::Error),
    /// tantivy returned an error.
    #[error("the index cannot be used: {0}")]
    Index(#[source] tantivy::TantivyError),
    /// The changes are written to the tables, but the index does not have them.
    #[error("the changes are written, but searches do not find them: {0}")]
    IndexNotUpdated(#[source] Box<StoreError>),
    /// The index was made by another version of this program.
    #[error("the index has another version")]
    OtherIndexVersion,
    /// The stored data is not valid.
    #[error("the archive is damaged: {0}")]
    Damaged(String),
    /// The archive has no document or entity with this name.
    #[error("{0}: not found in the archive")]
    NotFound(String),
    /// A decision removed the document with this name.
    #[error("{name}: removed from the archive by decision {decision}")]
    Removed {
        /// The name, as the user gave it.
        name: String,
        /// The decision.
        decision: DecisionNumber,
    },
    /// The request is not valid.
    #[error("{0}")]
    InvalidRequest(String),
}

impl StoreError {
    /// Returns what helps, for users; `None` if that depends on the program.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::OlderVersion { .. } => "convert it first; its decisions are kept",
            Self::NewerVersion { .. } => {
                "use a later version of this program; this one can still export its decisions"
            }
            Self::Busy(_) => "wait until it finishes, or stop it",
            Self::NeedsRecovery(_) => "open the archive once where it is writable",
            Self::ReadOnly(_) | Self::Unreadable(_) => "check its permissions",
            Self::NotAFolder(_) | Self::AlreadyExists(_) => "choose another path",
            Self::DiskFull => "free some space and run the same command again to continue",
            Self::Index(_) | Self::OtherIndexVersion => "rebuild the index",
            Self::Removed { .. } => "undo the decision to see it again",
            _ => return None,
        })
    }

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
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => Self::NotAFolder(path),
            _ => Self::Io(path, error),
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
