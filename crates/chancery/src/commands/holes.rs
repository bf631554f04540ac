//! `chancery holes`: lists what an archive lacks.

use std::path::PathBuf;
use std::slice;

use chancery_views::holes::{find_holes, write_csv, write_text};
use clap::Args;

use super::CommandOutcome;
use crate::archive_access::read_archive;
use crate::row_output::RowArguments;

const EXAMPLES: &str = "\
Examples:
  chancery holes archive
  chancery holes archive ALGIERS                 of one post
  chancery holes archive --limit 100
  chancery holes archive --excel -o holes.csv    all, as a table
  chancery holes archive --json | jq -r '.absent[].id'

How a post numbers its telegrams is inferred from the dates of its serials: by
calendar years, by fiscal years from July 1, or in one series. Where the dates do
not decide, fiscal years are assumed until June 1973 and calendar years after it,
and the line says \"assumed\". If the archive has less than half of a series, as
with the selections of FRUS, the text shows missing serials only for the post that
you name; tables have them all.";

/// List what an archive lacks
///
/// Lists the serials that are missing from the series of each post, the telegrams that
/// documents cite and the archive lacks, and the share of documents from which words
/// were withheld, by month.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// Only this post
    #[arg(value_name = "POST")]
    post: Option<String>,
    /// Show at most N lines of each kind
    #[arg(short, long, value_name = "N", default_value_t = 15)]
    limit: usize,
    #[command(flatten)]
    rows: RowArguments,
}

/// Lists the holes.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let post = arguments.post.as_deref();
    let holes = read_archive(&arguments.archive, |session| find_holes(session, post))?;
    arguments.rows.print(
        slice::from_ref(&holes),
        |holes, dialect, out| holes.iter().try_for_each(|one| write_csv(one, dialect, &mut *out)),
        |holes, out| {
            holes.iter().try_for_each(|one| write_text(one, post.is_some(), arguments.limit, out))
        },
    )?;
    Ok(CommandOutcome::Success)
}
