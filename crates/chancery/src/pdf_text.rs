//! The text of a PDF, found by a process of its own.
//!
//! On broken files the crate that reads PDFs may loop. `add` runs this program
//! again with [`COMMAND`], bounds it, and stops it when it takes too long.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use crate::commands::Outcome;

/// The hidden command.
pub(crate) const COMMAND: &str = "pdf-text";

/// This program with the command: what `ingest` runs.
pub(crate) fn reader() -> Option<(PathBuf, &'static str)> {
    std::env::current_exe().ok().map(|program| (program, COMMAND))
}

/// Writes the text of the PDF on standard input to standard output.
pub(crate) fn run() -> anyhow::Result<Outcome> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    let text = chancery_unpack::pdf_text(&bytes)?;
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Outcome::Fine)
}
