//! `chancery export`: the whole archive as JSON lines.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use chancery_store::Archive;
use chancery_view::jsonl;
use clap::{Args, ValueEnum};

use super::{Outcome, UNWRITABLE, output};
use crate::identify;

/// Print a whole archive
///
/// One document a line, in the order of their ids: the same bytes for the same
/// content, however and in how many runs it was added. Lines are those of
/// `annotate`; names and entities are what people decided, where they did.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// How to print
    #[arg(short, long, value_enum, default_value_t = Form::Jsonl)]
    format: Form,
    /// Write here and not to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The forms of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A JSON object a line for every document.
    Jsonl,
}

/// Prints every document.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let archive = Archive::open(&arguments.archive)?;
    let Form::Jsonl = arguments.format;
    let mut output = output(arguments.output.as_deref())?;
    for number in archive.by_id()? {
        let mut held = archive.held(number)?;
        held.annotated.entities = identify::entities(&archive, &held)?;
        let source = held.paths.first().map_or("", String::as_str);
        jsonl::write(&held.annotated, source, &mut output).context(UNWRITABLE)?;
    }
    output.flush().context(UNWRITABLE)?;
    Ok(Outcome::Fine)
}
