//! `chancery files`: lists the files of an archive, and what each gave.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use chancery_store::FileOnDisk;
use clap::Args;
use serde_json::json;

use super::{CommandOutcome, OutputReader, WRITE_FAILED, standard_output};
use crate::archive_access::open_archive;
use crate::run_counts::format_count;

const EXAMPLES: &str = "\
Examples:
  chancery files archive
  chancery files archive --empty           those without documents
  chancery files archive --json | jq -r 'select(.documents > 1).path'";

/// List the added files with their documents and problems
///
/// Prints one line per file as it lies on disk: the number of its documents, its
/// path, and the first problem with it. Members of a container and rows of a table
/// count for their file.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// List only files without documents
    #[arg(long)]
    empty: bool,
    /// Print JSON lines: one object per file
    #[arg(long)]
    json: bool,
}

/// Lists the files.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let mut files = open_archive(&arguments.archive)?.files().on_disk()?;
    if arguments.empty {
        files.retain(|file| file.documents == 0);
    }
    let mut out = io::BufWriter::new(standard_output(OutputReader::of_data(arguments.json)));
    for file in &files {
        let line = if arguments.json { json_line(file) } else { text_line(file) };
        writeln!(out, "{line}").context(WRITE_FAILED)?;
    }
    out.flush().context(WRITE_FAILED)?;
    Ok(CommandOutcome::Success)
}

fn text_line(file: &FileOnDisk) -> String {
    let mut line = format!("{:>8}  {}", file.documents, file.path);
    if let Some(first) = file.problems.first() {
        let inner =
            if first.inner.is_empty() { String::new() } else { format!("{}: ", first.inner) };
        line += &format!(": {inner}{}", first.message);
        let more = file.problems.len() as u64 - 1;
        if more > 0 {
            line += &format!("; and {}", format_count(more, "more problem"));
        }
    }
    line
}

fn json_line(file: &FileOnDisk) -> String {
    let problems = file
        .problems
        .iter()
        .map(|problem| json!({"inner": problem.inner, "at": problem.at, "what": problem.message}));
    let problems = problems.collect::<Vec<_>>();
    json!({"path": file.path, "documents": file.documents, "problems": problems}).to_string()
}
