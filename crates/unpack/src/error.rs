//! Errors of unpacking and text extraction.

use thiserror::Error;

/// The reason why a file, or the rest of it, could not be unpacked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnpackError {
    /// The file is not a zip, tar or gzip.
    #[error("not a container")]
    NotAContainer,
    /// A container is damaged.
    #[error("damaged container: {0}")]
    DamagedContainer(String),
    /// An office file is damaged.
    #[error("damaged office file: {0}")]
    DamagedOfficeFile(String),
    /// A PDF is damaged.
    #[error("damaged PDF: {0}")]
    DamagedPdf(String),
    /// The groups of an RTF file are nested too deeply at this byte.
    #[error("byte {0}: groups are nested too deeply")]
    NestedGroups(usize),
    /// The file has no header lines of an email.
    #[error("not an email: no header lines")]
    NotAnEmail,
    /// A container has more than this number of members.
    #[error("contains more than {0} files; the rest was skipped")]
    TooManyMembers(u64),
    /// A container unpacks to more than this number of bytes.
    #[error("unpacks to more than {} MB; the rest was skipped", .0 >> 20)]
    ContainerTooLarge(u64),
    /// A member of a container unpacks to more than this number of bytes.
    #[error("unpacks to more than {} MB and was not read", .0 >> 20)]
    MemberTooLarge(u64),
    /// The name of a member has more than this number of bytes.
    #[error("a name is longer than {} KB; the rest was skipped", .0 >> 10)]
    NameTooLong(u64),
    /// An error of the member with this name.
    #[error("{0}: {1}")]
    Member(String, Box<UnpackError>),
}
