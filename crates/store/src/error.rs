//! What can go wrong with an archive, and what then helps.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// An archive could not do what it was asked.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no archive in this folder.
    NotAnArchive(PathBuf),
    /// The archive was written by a program with other tables.
    OtherVersion {
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// Another program is writing to it.
    Busy(PathBuf),
    /// Its last writer was cut off, and the folder may not be written.
    NeedsRecovery(PathBuf),
    /// The folder may not be written.
    ReadOnly(PathBuf),
    /// The database may not be read.
    Unreadable(PathBuf),
    /// The disk is full.
    Full,
    /// A folder or file of the archive cannot be used.
    Io(PathBuf, io::Error),
    /// The database refused.
    Database(rusqlite::Error),
    /// The index refused.
    Index(tantivy::TantivyError),
    /// What was read back is not what was written.
    Damaged(String),
    /// Nothing in the archive has this name.
    Unknown(String),
    /// A request that has no meaning.
    Request(String),
}

impl StoreError {
    /// Whether the disk was full, whoever noticed.
    fn is_full(error: &io::Error) -> bool {
        matches!(
            error.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
        )
    }

    /// An input or output error of a file of the archive.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |error| match error.kind() {
            _ if Self::is_full(&error) => Self::Full,
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
            Self::NotAnArchive(path) => write!(
                f,
                "{}: no archive is here (`chancery add {0} PATH…` makes one)",
                path.display()
            ),
            Self::OtherVersion { found, known } => write!(
                f,
                "the archive has tables of version {found}, and this program knows {known}: \
                 read it with the program that made it, or add its files to a new archive"
            ),
            Self::Busy(path) => {
                write!(
                    f,
                    "{}: another program is writing to this archive: wait until it ends, \
                     or end it",
                    path.display()
                )
            }
            Self::NeedsRecovery(path) => write!(
                f,
                "{}: its last writer was cut off and the folder may not be written: \
                 open it once where it may",
                path.display()
            ),
            Self::ReadOnly(path) => {
                write!(f, "{}: may not be written (check its permissions)", path.display())
            }
            Self::Unreadable(path) => {
                write!(f, "{}: may not be read (check its permissions)", path.display())
            }
            Self::Full => f.write_str(
                "the disk is full: nothing is lost, and the same command goes on \
                 when there is room",
            ),
            Self::Io(path, error) if error.kind() == io::ErrorKind::AlreadyExists => write!(
                f,
                "{}: is a file, and an archive is a folder: name another place",
                path.display()
            ),
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Database(error) => write!(
                f,
                "the database: {error} (`chancery verify ARCHIVE` says whether it is sound)"
            ),
            Self::Index(error) => write!(
                f,
                "the index cannot be used: `chancery rebuild ARCHIVE` makes it anew ({error})"
            ),
            Self::Damaged(what) => write!(
                f,
                "the archive is damaged: {what}: `chancery verify ARCHIVE` says where; what \
                 people decided `chancery curate ARCHIVE export FILE` saves, and `chancery add` \
                 makes the rest anew in another folder"
            ),
            Self::Unknown(name) => write!(
                f,
                "{name}: the archive has nothing of this name (`chancery search` and \
                 `chancery stats --named` find ids)"
            ),
            Self::Request(what) => f.write_str(what),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            // The error itself stands in the message.
            Self::Io(_, error) => error.source(),
            Self::Database(error) => error.source(),
            Self::Index(error) => error.source(),
            _ => None,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
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
            if inner.downcast_ref::<io::Error>().is_some_and(Self::is_full) {
                return Self::Full;
            }
            cause = inner.source();
        }
        // Its I/O errors are wrapped in types that do not all name a source.
        if error.to_string().contains("StorageFull") || error.to_string().contains("os error 28") {
            return Self::Full;
        }
        Self::Index(error)
    }
}
