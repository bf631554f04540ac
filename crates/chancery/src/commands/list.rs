//! `chancery list`: lists the documents of an archive, the last added first.

use std::path::PathBuf;

use chancery_views::document_list::{list_documents, write_csv, write_text};
use clap::Args;

use super::CommandOutcome;
use crate::archive_access::read_archive;
use crate::row_output::RowArguments;

const EXAMPLES: &str = "\
Examples:
  chancery list archive
  chancery list archive --since 7d               added in the last seven days
  chancery list archive --since 2026-11-23 --excel -o new.csv
  chancery list archive 'post:algiers date:2009' --json | jq -r .title

Documents that were added before version 8 of the tables have no time of addition.";

/// List the documents of an archive
///
/// Prints one line per document, the last added first: the day when it was added, its
/// date, post, cable id (or the start of its id) and title.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// Only documents that match this query (see `chancery search --help`)
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Only documents added since a day, or in the last days or weeks: 2026-11-23, 7d, 2w
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    #[command(flatten)]
    rows: RowArguments,
}

/// Lists the documents.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let (query, since) = (arguments.query.join(" "), arguments.since.as_deref());
    let lines = read_archive(&arguments.archive, |session| list_documents(session, &query, since))?;
    arguments.rows.print(
        &lines,
        |lines, dialect, out| write_csv(lines, dialect, out),
        |lines, out| write_text(lines, out),
    )?;
    Ok(CommandOutcome::Success)
}
