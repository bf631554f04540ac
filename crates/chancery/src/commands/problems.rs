//! `chancery problems`: lists what could not be read, and remarks on what was read.

use std::io::Write;
use std::path::PathBuf;

use chancery_ingest::count_kinds;
use clap::Args;

use super::{CommandOutcome, OutputReader, standard_output};
use crate::archive_access::open_archive;

const EXAMPLES: &str = "\
Examples:
  chancery problems archive
  chancery problems archive --kinds          how many of each kind
  chancery problems archive --json | jq -r .path

`chancery files` lists all files, and the number of documents in each.";

/// List what could not be read, and remarks on what was read
///
/// Prints one line per problem: path, byte offset, reason. After a repair,
/// `chancery add --retry ARCHIVE PATH…` reads the file again.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// Count the problems by kind: number, an example, reason
    #[arg(long)]
    kinds: bool,
    /// Print JSON lines: one object per problem
    #[arg(long)]
    json: bool,
}

/// Lists the problems.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let mut out = standard_output(OutputReader::of_data(arguments.json));
    let problems = open_archive(&arguments.archive)?.files().problems()?;
    if arguments.kinds {
        for (kind, (count, path)) in count_kinds(&problems) {
            if arguments.json {
                let kind = serde_json::json!({"what": kind, "count": count, "example": path});
                writeln!(out, "{kind}")?;
            } else {
                writeln!(out, "{count:>8}  {kind}\n          {path}")?;
            }
        }
        return Ok(CommandOutcome::Success);
    }
    for (path, at, what) in problems {
        if arguments.json {
            writeln!(out, "{}", serde_json::json!({"path": path, "at": at, "what": what}))?;
            continue;
        }
        match at {
            Some(at) => writeln!(out, "{path}: byte {at}: {what}")?,
            None => writeln!(out, "{path}: {what}")?,
        }
    }
    Ok(CommandOutcome::Success)
}
