//! Stands in for the columns (Parquet, Arrow) in a program that is built without
//! them: every use is an error that says so.

use std::convert::Infallible;
use std::io::{self, Write};
use std::marker::PhantomData;

use chancery_model::Annotated;

use crate::error::{FormatError, FormatProblem};
use crate::record::SourcedDocument;

/// Says what is missing and what helps.
const ABSENT: &str = "this program was built without Parquet and Arrow (build it with \
     its default features, or take a released program)";

/// Whether a panic of a reader of columns is being caught: never.
pub fn is_catching_panics() -> bool {
    false
}

fn absent_error() -> FormatError {
    FormatError { line: 1, column: 1, problem: FormatProblem::Columns(ABSENT.to_owned()) }
}

/// Returns an error.
///
/// # Errors
/// Always.
#[allow(clippy::needless_pass_by_value, reason = "as the reader of columns takes it")]
pub fn read_parquet(_: Vec<u8>) -> Result<Vec<SourcedDocument>, FormatError> {
    Err(absent_error())
}

/// Returns an error.
///
/// # Errors
/// Always.
pub fn read_arrow(_: &[u8]) -> Result<Vec<SourcedDocument>, FormatError> {
    Err(absent_error())
}

/// A writer that cannot be created.
pub struct AbsentWriter<W>(Infallible, PhantomData<W>);

/// Stands in for the writer of Parquet.
pub type ParquetWriter<W> = AbsentWriter<W>;

/// Stands in for the writer of Arrow.
pub type IpcWriter<W> = AbsentWriter<W>;

impl<W: Write> AbsentWriter<W> {
    /// Returns an error.
    ///
    /// # Errors
    /// Always.
    pub fn start_file(_: W) -> io::Result<Self> {
        Err(io::Error::new(io::ErrorKind::Unsupported, ABSENT))
    }

    /// Cannot be called.
    pub fn write_document(&mut self, _: &Annotated, _: &str) -> io::Result<()> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn finish_file(self) -> io::Result<W> {
        match self.0 {}
    }
}
