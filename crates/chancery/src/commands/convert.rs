//! `chancery convert`: annotated text from one format into another.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::Args;

use super::{Outcome, output};
use crate::formats::{Format, Readable, read, write};
use crate::inputs::Input;

const EXAMPLES: &str = "\
Examples:
  chancery convert --from brackets --to conll telegram.marked
  chancery annotate telegram.txt | chancery convert --from brackets --to jsonl
  chancery convert --from conll --to text test.tsv | less -R";

/// Turn annotated text from one format into another
///
/// Reads text whose names are marked already; no engine runs.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Format of the input
    #[arg(long, value_enum)]
    from: Readable,
    /// Format of the output
    #[arg(long, value_enum)]
    to: Format,
    /// File to read, or "-" for standard input
    #[arg(value_name = "FILE", default_value = "-")]
    input: PathBuf,
    /// Write here and not to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Converts one file.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let input = Input::new(arguments.input.clone());
    let raw = input.read().map_err(|failure| anyhow!("{failure}"))?;
    let documents = read(&raw, arguments.from).with_context(|| input.to_string())?;
    let mut output = output(arguments.output.as_deref())?;
    let source = input.to_string();
    documents
        .iter()
        .try_for_each(|document| write(&mut output, arguments.to, document, &source))
        .and_then(|()| output.flush())
        .context("the results cannot be written")?;
    Ok(Outcome::Fine)
}
