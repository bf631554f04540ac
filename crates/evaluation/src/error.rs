//! Gold standards and annotated files that cannot be used.

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
    /// The format is written and never read.
    #[error("{0} cannot be read back")]
    NotReadable(Format),
    /// Half of a pair came from standard input.
    #[error("a pair is two files and cannot come from standard input")]
    PairFromStdin,
    /// A path holds no gold standard.
    #[error("{0}: holds no gold standard")]
    NoGold(PathBuf),
    /// The name of a file does not say its format.
    #[error("{0}: its name does not say in which format it is")]
    UnknownFormat(PathBuf),
    /// The predictions are not as many documents as the gold standard.
    #[error("{file}: has {documents} documents, the gold standard {gold}")]
    OtherNumber {
        /// The file of predictions.
        file: PathBuf,
        /// Its documents.
        documents: usize,
        /// Those of the gold standard.
        gold: usize,
    },
    /// The predictions are about another text.
    #[error("{predicted}: is not the text of {gold}: they differ at byte {at} of the text")]
    OtherText {
        /// The document of predictions.
        predicted: String,
        /// The case of the gold standard.
        gold: String,
        /// The first byte that differs.
        at: usize,
    },
}
