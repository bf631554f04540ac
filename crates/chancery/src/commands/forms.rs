//! `chancery forms`: lists the forms of files that are read.

use std::io::{self, Write};

use anyhow::Context;
use chancery_unpack::{READS_PARQUET, readable_forms};
use clap::Args;

use super::{CommandOutcome, WRITE_FAILED};

const EXAMPLES: &str = "\
Examples:
  chancery forms

`chancery problems` lists other files, says what they are and how to convert them.";

/// List the forms of files that are read
///
/// Prints each form with an example, and says what becomes a document. Files are
/// recognised by their content.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {}

/// Prints the list.
pub(crate) fn run(_: &Arguments) -> anyhow::Result<CommandOutcome> {
    let mut out = io::stdout().lock();
    for form in readable_forms() {
        writeln!(out, "{:46} {:20} {}", form.name, form.example, form.documents)
            .context(WRITE_FAILED)?;
    }
    let with = if READS_PARQUET { "with" } else { "without (released programs have it)" };
    writeln!(out, "\nThis program was built {with} support for Parquet.").context(WRITE_FAILED)?;
    Ok(CommandOutcome::Success)
}
