//! `chancery saved`: saved searches as watch lists.

use std::path::PathBuf;

use anyhow::bail;
use chancery_views::saved_searches::{counted_searches, write_csv, write_text};
use clap::Args;

use super::CommandOutcome;
use crate::archive_access::{open_archive, open_existing, read_archive};
use crate::row_output::RowArguments;

const EXAMPLES: &str = "\
Examples:
  chancery search archive --save arms 'tag:MARR missile*'
  chancery saved archive                         the number of results, and of new ones
  chancery search archive --saved arms           show the results, and mark them as seen
  chancery saved archive --seen arms             mark them as seen without showing them
  chancery saved archive --forget arms";

/// List saved searches, and what is new in them
///
/// Prints one line per search: the number of documents that it finds, the number of
/// those that were added since it was last looked at, its name and its query. The
/// first page in the browser shows the same numbers.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// Mark the results of this search as seen
    #[arg(long, value_name = "NAME", conflicts_with = "forget")]
    seen: Option<String>,
    /// Delete this search
    #[arg(long, value_name = "NAME")]
    forget: Option<String>,
    #[command(flatten)]
    rows: RowArguments,
}

/// Lists the searches, or changes one.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    if let Some(name) = arguments.seen.as_ref().or(arguments.forget.as_ref()) {
        if open_archive(&arguments.archive)?.saved_search(name)?.is_none() {
            bail!("{name}: no such saved query (`chancery saved ARCHIVE` lists them)");
        }
        let mut writer = open_existing(&arguments.archive)?;
        match arguments.forget {
            Some(_) => writer.save_search(name, None)?,
            None => writer.mark_search_seen(name)?,
        }
        return Ok(CommandOutcome::Success);
    }
    let searches =
        read_archive(&arguments.archive, |session| counted_searches(session, usize::MAX))?;
    arguments.rows.print(
        &searches,
        |searches, dialect, out| write_csv(searches, dialect, out),
        |searches, out| write_text(searches, out),
    )?;
    Ok(CommandOutcome::Success)
}
