//! Errors of gold standards and annotated files.

use std::path::PathBuf;

use chancery_engine::InputError;
use chancery_formats::{Format, FormatError};
use thiserror::Error;

/// Why an evaluation cannot run.
#[derive(Debug, Error)]
pub enum EvaluationError {
    /// A file cannot be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A file is not in its format.
    #[error("{file}")]
    Format {
        /// The file.
        file: String,
        /// What is wrong with it.
        source: FormatError,
    },
    /// The format can be written but not read.
    #[error("{0} cannot be read back")]
    NotReadable(Format),
    /// Half of a pair came from standard input.
    #[error("a pair is two files and cannot be read from standard input")]
    PairFromStdin,
    /// A path contains no gold standard.
    #[error("{0}: contains no gold standard")]
    NoGold(PathBuf),
    /// The name of a file does not tell its format.
    #[error("{0}: its name does not show the format")]
    UnknownFormat(PathBuf),
    /// The predictions and the gold standard differ in the number of documents.
    #[error("{file}: does not fit the gold standard: {documents} instead of {gold} documents")]
    OtherNumber {
        /// The file of predictions.
        file: PathBuf,
        /// The number of its documents.
        documents: usize,
        /// The number of documents in the gold standard.
        gold: usize,
    },
    /// The predictions are for another text.
    #[error("{predicted}: its text is not the text of {gold}: they differ at byte {at}")]
    OtherText {
        /// The document with the predictions.
        predicted: String,
        /// The text of the gold standard.
        gold: String,
        /// The first byte that differs.
        at: usize,
    },
}
