//! Errors of the readers, with their position in the file.

use std::error::Error;
use std::fmt;

/// A file is not valid in its format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    /// Line, from 1.
    pub line: usize,
    /// Column in code points, from 1.
    pub column: usize,
    /// The problem at this position.
    pub problem: FormatProblem,
}

/// Why a file is not valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatProblem {
    /// The bytes are not valid UTF-8.
    NotUtf8,
    /// The file is larger than 4 GiB.
    TooLarge,
    /// A closing bracket without an open name.
    UnmatchedBracket,
    /// A name starts inside another name.
    NestedName,
    /// A name without words.
    EmptyName,
    /// The line ends inside a name.
    UnclosedName,
    /// A token without a tag.
    MissingTag,
    /// A tag other than O, B-… and I-… with a known label.
    UnknownTag(String),
    /// Invalid JSON, with the message of the JSON parser.
    Json(String),
    /// A span outside the text.
    SpanOutOfRange {
        /// Start in code points.
        start: u32,
        /// End in code points.
        end: u32,
    },
    /// Two mentions overlap.
    OverlappingMentions,
    /// Footnotes that overlap, or an anchor behind the first of them.
    MisplacedFootnote,
    /// The text does not have the given SHA-256.
    ChecksumMismatch,
    /// An unknown label.
    UnknownLabel(String),
    /// A malformed annotation.
    MalformedAnnotation(String),
    /// XML without a `TEI` element.
    MissingTei,
    /// Invalid XML, with the message of the XML parser.
    Xml(String),
    /// An annotation whose text is not in the file.
    MissingText(String),
    /// Invalid columns, with the reason.
    Columns(String),
}

impl FormatProblem {
    /// Takes the message of the JSON parser without its position, which
    /// [`FormatError`] has.
    pub(crate) fn from_json_error(error: &serde_json::Error) -> Self {
        let said = error.to_string();
        Self::Json(said.rsplit_once(" at line ").map_or(&*said, |(what, _)| what).to_owned())
    }
}

impl FormatError {
    /// Creates the error of a problem at byte `at` of `bytes`.
    pub(crate) fn at_byte(bytes: &[u8], at: usize, problem: FormatProblem) -> Self {
        let before = &bytes[..at.min(bytes.len())];
        let line = before.split(|&b| b == b'\n').count();
        let start = before.iter().rposition(|&b| b == b'\n').map_or(0, |end| end + 1);
        let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
        Self { line, column, problem }
    }
}

/// Decodes `bytes` as UTF-8; the error has the position of the first bad byte.
pub(crate) fn decode_utf8(bytes: &[u8]) -> Result<&str, FormatError> {
    if u32::try_from(bytes.len()).is_err() {
        return Err(FormatError { line: 1, column: 1, problem: FormatProblem::TooLarge });
    }
    std::str::from_utf8(bytes)
        .map_err(|error| FormatError::at_byte(bytes, error.valid_up_to(), FormatProblem::NotUtf8))
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.problem)
    }
}

impl fmt::Display for FormatProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("not valid UTF-8"),
            Self::TooLarge => f.write_str("the file is larger than 4 GiB"),
            Self::UnmatchedBracket => f.write_str("unmatched closing bracket"),
            Self::NestedName => f.write_str("a name starts inside another name"),
            Self::EmptyName => f.write_str("the name has no words"),
            Self::UnclosedName => f.write_str("the line ends inside a name"),
            Self::MissingTag => f.write_str("the token has no tag"),
            Self::UnknownTag(tag) => write!(f, "{tag:?} is not a tag of this format"),
            Self::Json(error) => write!(f, "not valid JSON for this format: {error}"),
            Self::SpanOutOfRange { start, end } => {
                write!(f, "the span {start} to {end} is out of range")
            }
            Self::OverlappingMentions => f.write_str("two names overlap"),
            Self::MisplacedFootnote => {
                f.write_str("a footnote overlaps another, or is anchored behind the first")
            }
            Self::ChecksumMismatch => f.write_str("the SHA-256 does not match the text"),
            Self::UnknownLabel(name) => {
                write!(f, "unknown label {name:?} (labels: PER, LOC, ORG, MISC)")
            }
            Self::MalformedAnnotation(line) => write!(f, "{line:?} is not an annotation"),
            Self::MissingText(source) => write!(f, "the text of {source:?} is not in the file"),
            Self::Xml(error) => write!(f, "the XML is not well formed: {error}"),
            Self::MissingTei => f.write_str("not a TEI file: it has no `TEI` element"),
            Self::Columns(error) => f.write_str(error),
        }
    }
}

impl Error for FormatError {}
