//! Errors of unpacking and text extraction.

use thiserror::Error;

use crate::skipped_responses::SkippedResponses;

/// The reason why a file, or the rest of it, could not be unpacked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnpackError {
    /// The file has no members.
    #[error("not a container")]
    NotAContainer,
    /// A container is damaged.
    #[error("damaged container: {0}")]
    DamagedContainer(String),
    /// A container ends too early.
    #[error("is cut off after {} (copy it again; the rest is missing)",
        if *.whole == 1 { "1 whole file".to_owned() } else { format!("{whole} whole files") })]
    CutContainer {
        /// Number of files that were read before.
        whole: u64,
    },
    /// A compressed file is damaged after a part that was read.
    #[error("is damaged ({0}): what comes before was read, the rest is missing (copy it again)")]
    CutFile(String),
    /// A container has a password.
    #[error("has a password (unpack it with the password, and add the folder)")]
    HasPassword,
    /// A member of a zip is compressed in a way that is not known.
    #[error(
        "is compressed by method {0}, which is not known (unpack it with 7z x, and add the folder)"
    )]
    UnknownMethod(u16),
    /// The encoding of a text was guessed from its letters.
    #[error(
        "its encoding is not stated: read as {0}, a guess from its letters (save it as UTF-8 if it reads wrong)"
    )]
    GuessedEncoding(&'static str),
    /// Responses of a crawl that are no pages.
    #[error("of this crawl were not read: {0}")]
    SkippedResponses(SkippedResponses),
    /// An office file is damaged.
    #[error("damaged office file: {0}")]
    DamagedOfficeFile(String),
    /// A database is damaged.
    #[error("damaged table: {0}")]
    DamagedTable(String),
    /// A PDF is damaged.
    #[error("damaged PDF: {0}")]
    DamagedPdf(String),
    /// A PDF needs a password.
    #[error("an encrypted PDF: it needs a password")]
    EncryptedPdf,
    /// The groups of an RTF file are nested too deeply at this byte.
    #[error("byte {0}: groups are nested too deeply")]
    NestedGroups(usize),
    /// The file has no header lines of an email.
    #[error("not an email: no header lines")]
    NotAnEmail,
    /// A page is encoded in a way that is not known.
    #[error("its encoding is {0:?}, which is not known")]
    UnknownEncoding(String),
    /// A container has more than this number of members.
    #[error("contains more than {0} files; the rest was skipped")]
    TooManyMembers(u64),
    /// A container unpacks to more than this number of bytes.
    #[error("unpacks to more than {} MB; the rest was skipped", .0 >> 20)]
    ContainerTooLarge(u64),
    /// A member of a container unpacks to more than this number of bytes.
    #[error("unpacks to more than {} MB and was not read", .0 >> 20)]
    MemberTooLarge(u64),
    /// Members of a container have the name of another member.
    #[error("{}, first {first:?}: the others were read under names with numbers, {first} (2)",
        if *.count == 1 { "a file has the name of another".to_owned() }
        else { format!("{count} files have the names of others") })]
    RepeatedNames {
        /// Their number.
        count: u64,
        /// The first of these names.
        first: String,
    },
    /// The name of a member has more than this number of bytes.
    #[error("a name is longer than {} KB; the rest was skipped", .0 >> 10)]
    NameTooLong(u64),
    /// A row of a table has more than this number of bytes.
    #[error("a row of more than {} MB was not read", .0 >> 20)]
    RowTooLarge(u64),
    /// A quote is not closed, so that the row would run to the end of the table.
    #[error("a quote is not closed: its first line was skipped")]
    UnclosedQuote,
    /// A row ends before the column of the text.
    #[error("has {found} of {expected} columns, and no text")]
    TooFewCells {
        /// Its number of cells.
        found: usize,
        /// The number of columns of the table.
        expected: usize,
    },
    /// A value of a JSON array is no object.
    #[error("is no object")]
    NotAnObject,
    /// Values of a JSON array that are no objects.
    #[error("{} no object, the first is value {first}: no text was found there",
        if *.count == 1 { "1 value is".to_owned() } else { format!("{count} values are") })]
    NoObjects {
        /// Their number.
        count: u64,
        /// The number of the first of them.
        first: u64,
    },
    /// Lines above the heading of a table.
    #[error("{}: {first:?}", if *.count == 1 { "a line above the heading, not read as a row".to_owned() }
        else { format!("{count} lines above the heading, not read as rows, the first") })]
    LinesAboveHeading {
        /// Their number.
        count: usize,
        /// The words of the first of them.
        first: String,
    },
    /// A row is malformed.
    #[error("malformed row: {0}")]
    MalformedRow(String),
    /// Rows without text.
    #[error("{} no text, the first is row {first}", if *.count == 1 { "1 row has".to_owned() } else { format!("{count} rows have") })]
    RowsWithoutText {
        /// Their number.
        count: u64,
        /// The number of the first of them.
        first: u64,
    },
    /// No column of a table contains text.
    #[error("a table without a column of text; its columns are {}{}", .columns.join(", "),
        if *.more > 0 { format!(" and {} more", .more) } else { String::new() })]
    NoTextColumn {
        /// Its columns.
        columns: Vec<String>,
        /// The number of columns that are not listed.
        more: usize,
    },
    /// Rows of a side table that name no document.
    #[error("{} no path and no id, the first is row {first}", if *.count == 1 { "1 row has".to_owned() } else { format!("{count} rows have") })]
    RowsWithoutDocument {
        /// Their number.
        count: u64,
        /// The number of the first of them.
        first: u64,
    },
    /// No column of a side table names documents.
    #[error("a side table without a column of paths or ids; its columns are {}{}",
        .columns.join(", "),
        if *.more > 0 { format!(" and {} more", .more) } else { String::new() })]
    NoDocumentColumn {
        /// Its columns.
        columns: Vec<String>,
        /// The number of columns that are not listed.
        more: usize,
    },
    /// A table has a heading and no rows.
    #[error("a table of one row, which was read as its heading: {0}")]
    OnlyHeading(String),
    /// This program was built without Parquet.
    #[error(
        "a Parquet file, which this program was built without (take a released program, build it \
         with its default features, or convert the file to CSV or JSON lines)"
    )]
    ParquetNotSupported,
    /// An error of the member with this name.
    #[error("{0}: {1}")]
    Member(String, Box<UnpackError>),
}
