//! `chancery mcp`: opens an archive to an assistant.

use std::path::PathBuf;
use std::time::Duration;

use chancery_mcp::McpSettings;
use clap::Args;

use super::CommandOutcome;
use super::curate::user_name;
use crate::archive_access::open_archive;

const EXAMPLES: &str = "\
Examples:
  chancery mcp archive
  chancery mcp archive --write --author 'M. Osei, with an assistant'

The assistant starts this command. Register it with the full path of the
archive; docs/MCP.md shows how. The archive is only read unless --write is given.";

/// Open an archive to an assistant (Model Context Protocol)
///
/// Reads requests from standard input and writes answers to standard output, one
/// per line, until the input ends. Answers quote exactly, with citations.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// Offer tools that write notes and decisions
    #[arg(long)]
    write: bool,
    /// Author recorded in the log of decisions [default: the user's name]
    #[arg(long, value_name = "NAME", requires = "write")]
    author: Option<String>,
    /// Maximum length of an answer, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 48_000, value_parser = clap::value_parser!(u32).range(16_000..=4_000_000))]
    max_answer: u32,
    /// Maximum time for an answer, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=3600))]
    max_time: u32,
}

/// Serves the archive until standard input ends.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    // Converts an archive of an earlier version, as all commands do.
    open_archive(&arguments.archive)?;
    let author = || arguments.author.clone().unwrap_or_else(user_name);
    chancery_mcp::serve_stdio(McpSettings {
        folder: arguments.archive.clone(),
        author: arguments.write.then(author),
        max_answer: arguments.max_answer as usize,
        max_time: Duration::from_secs(arguments.max_time.into()),
    })?;
    Ok(CommandOutcome::Success)
}
