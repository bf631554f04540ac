//! `chancery show`: prints a document of an archive.

use std::io::{self, Write};
use std::path::PathBuf;

use chancery_formats::{ansi, jsonl};
use clap::{Args, ColorChoice};

use super::CommandOutcome;
use crate::archive_access::open_archive;
use crate::formats::choose_colours;

const EXAMPLES: &str = "\
Examples:
  chancery show archive 09ALGIERS948
  chancery show archive 9f86d081 --json | jq .header";

/// Show a document of an archive
///
/// DOCUMENT is a cable id or the start of a document id (at least eight digits).
/// All sections of a long telegram are shown.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// Its cable id, its id or the start of its id
    document: String,
    /// Print JSON lines: one object per section, as `annotate` does
    #[arg(long)]
    json: bool,
    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

/// Prints the document with all its sections.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let archive = open_archive(&arguments.archive)?;
    let requested = archive.documents().find(&arguments.document)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    for number in archive.documents().telegram_sections(requested)? {
        let mut stored = archive.documents().stored(number)?;
        if arguments.json {
            stored.annotated.entities = archive.entities().of_document(&stored)?;
            let source = stored.paths.first().map_or("", String::as_str);
            jsonl::write_line(&stored.annotated, source, &mut out)?;
            continue;
        }
        writeln!(out, "--- {}", stored.annotated.document.id)?;
        for path in &stored.paths {
            writeln!(out, "--- {path}")?;
        }
        for (other, similarity) in archive.documents().near_duplicates(number)? {
            let other = archive.documents().row(other)?;
            let percent = (similarity * 100.0).round();
            writeln!(out, "--- like {:.12} ({percent} %), {}", other.id.to_string(), other.path)?;
        }
        if let Some(origins) = stored.annotated.document.header.describe_origins() {
            writeln!(out, "--- not in the text: {origins}")?;
        }
        writeln!(out)?;
        ansi::write_text(&stored.annotated, choose_colours(arguments.color, false), &mut out)?;
        writeln!(out)?;
    }
    out.flush()?;
    Ok(CommandOutcome::Success)
}
