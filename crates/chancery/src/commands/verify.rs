//! `chancery verify`: checks the integrity of an archive.

use std::io::Write;
use std::path::PathBuf;

use chancery_store::Searcher;
use clap::Args;

use super::{CommandOutcome, OutputReader, standard_output};
use crate::archive_access::open_archive;
use crate::run_counts::format_count;

const EXAMPLES: &str = "\
Examples:
  chancery verify archive && echo intact";

/// Check the integrity of an archive
///
/// Checks every digest, offset, name and count of the archive, and compares the
/// index with the tables. Prints the faults.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
}

/// Checks the archive and prints its faults.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let archive = open_archive(&arguments.archive)?;
    let mut checked = 0;
    let faults = archive.verify_archive(|| checked += 1)?;
    let mut out = standard_output(OutputReader::of_data(false));
    for fault in &faults {
        writeln!(out, "{}: {}", fault.location, fault.what)?;
    }
    let (checked, found) =
        (format_count(checked, "document"), format_count(faults.len() as u64, "fault"));
    writeln!(out, "{checked} checked, {found}")?;
    let indexed = Searcher::open(&archive).map(|searcher| searcher.indexed_batch());
    if indexed.is_ok_and(|indexed| archive.last_batch().is_ok_and(|batch| indexed < batch)) {
        eprintln!("the index lacks the last changes; the next command that writes adds them");
    }
    Ok(if faults.is_empty() { CommandOutcome::Success } else { CommandOutcome::SomeFailed })
}
