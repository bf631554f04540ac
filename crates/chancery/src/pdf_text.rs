//! Extracts the text of a PDF in a separate process.
//!
//! The crate that reads PDFs can loop on broken files. So `add` runs this program
//! again with [`PDF_TEXT_COMMAND`], limits it, and stops it if it takes too long.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use crate::commands::CommandOutcome;

/// The hidden command.
pub(crate) const PDF_TEXT_COMMAND: &str = "pdf-text";

/// This program and the command, for `ingest`.
pub(crate) fn pdf_reader_command() -> Option<(PathBuf, &'static str)> {
    std::env::current_exe().ok().map(|program| (program, PDF_TEXT_COMMAND))
}

/// Writes the text of the PDF on standard input to standard output.
pub(crate) fn print_pdf_text() -> anyhow::Result<CommandOutcome> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    let text = chancery_unpack::pdf_text(&bytes)?;
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(CommandOutcome::Success)
}
