//! `chancery problems`: lists the files that could not be read.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::CommandOutcome;
use crate::archive_access::open_archive;

const EXAMPLES: &str = "\
Examples:
  chancery problems archive
  chancery problems archive --json | jq -r .path";

/// List the files that could not be read
///
/// Prints one line per problem: path, byte offset, reason. After a repair,
/// `chancery add --retry ARCHIVE PATH…` reads the file again.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// Print JSON lines: one object per problem
    #[arg(long)]
    json: bool,
}

/// Lists the problems.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let mut out = io::stdout().lock();
    for (path, at, what) in open_archive(&arguments.archive)?.files().problems()? {
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
