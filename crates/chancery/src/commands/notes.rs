//! `chancery notes`: lists the notes, keywords and highlights of users.

use std::path::PathBuf;

use chancery_views::notes::{list_notes, write_csv, write_text};
use clap::Args;

use super::CommandOutcome;
use crate::archive_access::read_archive;
use crate::row_output::RowArguments;

const EXAMPLES: &str = "\
Examples:
  chancery notes archive
  chancery notes archive --query 'keyword:\"to read\"'
  chancery notes archive --query date:1962 --excel -o notes.csv
  chancery notes archive --json | jq -r 'select(.author == \"ana\") | .passage'

`chancery curate ARCHIVE note` and `keyword` add them; the browser also adds
highlights of passages.";

/// List notes, keywords and highlights
///
/// Prints each with the citation of its document (or with its person, place or
/// organisation), the passage, the author and the time.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// Only notes on documents that match this query (see `chancery search --help`)
    #[arg(long)]
    query: Option<String>,
    #[command(flatten)]
    rows: RowArguments,
}

/// Lists the notes.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let query = arguments.query.as_deref();
    let rows = read_archive(&arguments.archive, |session| list_notes(session, query))?;
    arguments.rows.print(
        &rows,
        |rows, dialect, out| write_csv(rows, dialect, out).map(drop),
        |rows, mut out| write_text(rows, &mut out),
    )?;
    Ok(CommandOutcome::Success)
}
