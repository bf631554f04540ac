//! Parts of a file that cannot be read: where, what, and what helps.

use chancery_fields::UnreadableField;
use thiserror::Error;

/// A fault and its position in the file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("byte {offset}: {fault}")]
pub struct ParseProblem {
    /// Byte offset in the file.
    pub offset: u64,
    /// What is wrong and how the parser handled it.
    pub fault: ParseFault,
}

/// What is wrong with a file or a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseFault {
    /// The file is larger than 4 GiB.
    #[error("larger than 4 GiB")]
    FileTooLarge,
    /// The file looks like UTF-16.
    #[error("every second byte is zero, as in UTF-16")]
    Utf16,
    /// The file is not text.
    #[error("a binary file: too many control characters to be text")]
    Binary,
    /// Mark-up is malformed.
    #[error("malformed mark-up: skipped")]
    MalformedMarkup,
    /// The mark-up has too many errors.
    #[error("too many errors: the rest was not read")]
    TooManyErrors,
    /// Elements are nested more deeply than this number.
    #[error("elements nested more than {0} deep: tags ignored")]
    NestedElements(usize),
    /// Documents are nested too deeply.
    #[error("documents nested too deep: one was closed")]
    NestedDocuments,
    /// An end tag without a start tag.
    #[error("</{0}> has no start tag: ignored")]
    NoStartTag(String),
    /// An element without an end tag.
    #[error("<{name}> is not closed: it ends at byte {end}")]
    NotClosed {
        /// Name of the element.
        name: String,
        /// Byte offset at which the parser closed it.
        end: usize,
    },
    /// An item of a list has more than this number of names.
    #[error("an item has more than {0} names: the rest were skipped")]
    TooManyNames(usize),
    /// XML whose elements the parser does not know.
    #[error("XML of an unknown kind (root <{0}>): its text was read without mark-up")]
    UnknownXml(String),
    /// METS lists the files of a work and has no text itself.
    #[error("a METS file, which lists the pages of a work and has no text: {}",
        match &files[..] {
            [] => "it names no file".to_owned(),
            [one] => format!("its text is in {one}"),
            [one, .., last] => format!("its texts are in {} files, {one} to {last}", files.len()),
        })]
    NoTextInMets {
        /// The files that it names, those of recognised text if it has any.
        files: Vec<String>,
    },
    /// There are no words in it.
    #[error("has no text")]
    NoText,
    /// An envelope states a field with a value that cannot be read.
    #[error(transparent)]
    UnreadableField(UnreadableField),
    /// A date-time group is damaged.
    #[error("the date-time group {0:?} is damaged: only a part of it was read")]
    DamagedDate(String),
    /// A part of a letter or an office file that is not in its text.
    #[error("{0}")]
    LeftOut(String),
    /// This number of further problems was not listed.
    #[error("{0} more problems")]
    MoreProblems(usize),
}

impl ParseFault {
    /// Returns what the user can do.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::FileTooLarge => Some("split it"),
            Self::Utf16 => Some("save the file as UTF-8"),
            Self::NoTextInMets { .. } => Some("add these files"),
            _ => None,
        }
    }
}
