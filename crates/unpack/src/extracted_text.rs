//! The text of an office file or a letter, and what of the file is not in it.

use thiserror::Error;

/// The text of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExtractedText {
    /// The text.
    pub text: String,
    /// What is not in the text, or may be wrong in it.
    pub remarks: Vec<ExtractionRemark>,
}

impl ExtractedText {
    /// A text with all that is in its file.
    pub fn whole(text: String) -> Self {
        Self { text, remarks: Vec::new() }
    }

    /// Adds a remark, once.
    pub(crate) fn remark(&mut self, remark: ExtractionRemark) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }
}

/// What of a file is not in its text, or may be wrong in it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ExtractionRemark {
    /// How the text was decoded, where that is uncertain.
    #[error("{0}")]
    Decoded(String),
    /// Text that its authors deleted with tracked changes.
    #[error("{} with tracked changes and left out",
        if *.0 == 1 { "a passage was deleted".to_owned() } else { format!("{} passages were deleted", .0) })]
    DeletedText(usize),
    /// Text that is formatted as hidden.
    #[error("{} hidden and left out",
        if *.0 == 1 { "a passage is".to_owned() } else { format!("{} passages are", .0) })]
    HiddenText(usize),
    /// Files that are embedded in an office file.
    #[error("{} not read: save {} from the program that made the file",
        if *.0 == 1 { "an embedded file was".to_owned() } else { format!("{} embedded files were", .0) },
        if *.0 == 1 { "it" } else { "them" })]
    EmbeddedFiles(usize),
    /// A workbook whose rows are no documents.
    #[error(
        "a workbook without a column of text: it was read as one document, a line for each row"
    )]
    NoTextColumn,
    /// A transfer encoding is damaged.
    #[error("a part of the letter is damaged in its {0}: what could be decoded was read")]
    DamagedEncoding(&'static str),
    /// A character set is not known.
    #[error("its character set {0:?} is not known: it was read as Windows-1252")]
    UnknownCharset(String),
    /// The parts of a letter are nested too deeply.
    #[error("its parts are nested more than {0} deep: the innermost were read as text")]
    NestedParts(usize),
}
