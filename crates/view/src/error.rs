//! What can be wrong with a file in one of the formats, and where.

use std::error::Error;
use std::fmt;

/// A file cannot be read in its format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    /// Line, from 1.
    pub line: usize,
    /// Column in code points, from 1.
    pub column: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The bytes are no UTF-8.
    NotUtf8,
    /// The file is larger than 4 GiB.
    TooLarge,
    /// A closing bracket where no name is open.
    StrayClosing,
    /// A name opens inside another.
    NestedName,
    /// A name without words.
    EmptyName,
    /// The line ends inside a name.
    OpenName,
    /// A token without a tag.
    NoTag,
    /// A tag that is none of O, B-…, I-… with a known class.
    UnknownTag(String),
    /// JSON that cannot be read, in the words of the JSON reader.
    Json(String),
    /// A place that is none of the text.
    NoSuchPlace {
        /// Where it should start, in code points.
        start: u32,
        /// Where it should end.
        end: u32,
    },
    /// Two names share text.
    Overlap,
    /// The text is not the one whose SHA-256 is given.
    OtherText,
    /// A class that none of ours is.
    UnknownClass(String),
    /// A line that is no annotation.
    NoAnnotation(String),
    /// XML without any `TEI`.
    NoTei,
    /// XML that cannot be read, in the words of its reader.
    Xml(String),
    /// An annotation whose text is not in the file.
    NoText(String),
    /// Columns that cannot be read, and why.
    Columns(String),
}

impl Problem {
    /// What the JSON reader says, without the place, which the error has.
    pub(crate) fn json(error: &serde_json::Error) -> Self {
        let said = error.to_string();
        Self::Json(said.rsplit_once(" at line ").map_or(&*said, |(what, _)| what).to_owned())
    }
}

impl FormatError {
    /// A problem at byte `at` of `bytes`.
    pub(crate) fn at(bytes: &[u8], at: usize, problem: Problem) -> Self {
        let before = &bytes[..at.min(bytes.len())];
        let line = before.split(|&b| b == b'\n').count();
        let start = before.iter().rposition(|&b| b == b'\n').map_or(0, |end| end + 1);
        let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
        Self { line, column, problem }
    }
}

/// `bytes` as text, or where they are none.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, FormatError> {
    if u32::try_from(bytes.len()).is_err() {
        return Err(FormatError { line: 1, column: 1, problem: Problem::TooLarge });
    }
    std::str::from_utf8(bytes)
        .map_err(|error| FormatError::at(bytes, error.valid_up_to(), Problem::NotUtf8))
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.problem)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("this is not UTF-8"),
            Self::TooLarge => f.write_str("the file is larger than 4 GiB"),
            Self::StrayClosing => f.write_str("a bracket closes where no name is open"),
            Self::NestedName => f.write_str("a name opens inside a name"),
            Self::EmptyName => f.write_str("the name has no words"),
            Self::OpenName => f.write_str("the line ends inside a name"),
            Self::NoTag => f.write_str("the token has no tag"),
            Self::UnknownTag(tag) => write!(f, "{tag:?} is no tag of this format"),
            Self::Json(error) => write!(f, "this is no JSON of the format: {error}"),
            Self::NoSuchPlace { start, end } => {
                write!(f, "the text has no place {start} to {end}")
            }
            Self::Overlap => f.write_str("two names share text"),
            Self::OtherText => f.write_str("the SHA-256 is that of another text"),
            Self::UnknownClass(name) => {
                write!(f, "{name:?} is no class of names: PER, LOC, ORG, MISC")
            }
            Self::NoAnnotation(line) => write!(f, "{line:?} is no annotation"),
            Self::NoText(source) => write!(f, "the text of {source:?} is not in the file"),
            Self::Xml(error) => write!(f, "the XML is not well formed: {error}"),
            Self::NoTei => f.write_str("this is no TEI: there is no element `TEI` in it"),
            Self::Columns(error) => f.write_str(error),
        }
    }
}

impl Error for FormatError {}
