//! Extracts the text of a PDF in a separate process.
//!
//! The crate that reads PDFs can loop on broken files. So `add` runs this program
//! again with [`PDF_TEXT_COMMAND`], limits it, and stops it if it takes too long.

use std::io::{self, BufWriter, Read, Write};
use std::path::PathBuf;

use serde_json::json;

use crate::commands::CommandOutcome;

/// The hidden command.
pub(crate) const PDF_TEXT_COMMAND: &str = "pdf-text";

/// This program and the command, for `ingest`.
pub(crate) fn pdf_reader_command() -> Option<(PathBuf, &'static str)> {
    std::env::current_exe().ok().map(|program| (program, PDF_TEXT_COMMAND))
}

/// Writes the pages of the PDF on standard input to standard output, an object of JSON on
/// each line: `text` or `fault`, and `picture`.
pub(crate) fn print_pdf_text() -> anyhow::Result<CommandOutcome> {
    // A page that panics is listed; its message would be lost among those of others.
    std::panic::set_hook(Box::new(|_| {}));
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut written = Ok(());
    chancery_unpack::visit_pdf_pages(&bytes, &mut |page| {
        let line = match page.text {
            Ok(text) => json!({"text": text, "picture": page.has_picture}),
            Err(fault) => json!({"fault": fault, "picture": page.has_picture}),
        };
        written = writeln!(out, "{line}");
        written.is_ok()
    })?;
    written?;
    out.flush()?;
    Ok(CommandOutcome::Success)
}
