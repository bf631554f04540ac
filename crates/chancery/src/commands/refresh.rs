//! `chancery refresh`: brings an archive up to date with the files that were added.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::bail;
use chancery_ingest::{SourceChanges, compare_sources, settle_moves};
use chancery_store::{ArchiveWriter, CurationRequest};
use clap::Args;
use serde_json::json;

use super::add::{ReadingArguments, read_files};
use super::curate::{finish_written, user_name};
use super::{CommandOutcome, OutputReader, standard_output};
use crate::archive_access::{open_archive, open_existing};
use crate::run_counts::format_count;

const EXAMPLES: &str = "\
Examples:
  chancery refresh archive --dry-run             what is new, changed, moved, deleted
  chancery refresh archive                       read what is new and changed
  chancery refresh archive --remove-deleted      remove what is deleted, too
  chancery refresh archive /srv/cables           only this folder

A changed file is read again. Its earlier text stays in the archive, with its
decisions, at a path that ends in \"(earlier)\"; `chancery remove` takes it out.
Documents of deleted files stay until they are removed. --remove-deleted removes
those that no other file has; `chancery curate ARCHIVE undo N` brings them back.
If a whole source is missing, such as a disk, its files do not count as deleted.";

/// Bring an archive up to date with its files
///
/// Compares the archive with the files and folders that `add` was given, and prints
/// one line per file: what changed, and its path. Then reads the new and changed files.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// Compare only these files and folders [default: all that were added]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Print the changes, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Remove the documents of deleted files
    #[arg(long)]
    remove_deleted: bool,
    /// Print JSON lines: one object per file
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reading: ReadingArguments,
}

/// Prints the changes, and brings the archive up to date.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let archive = open_archive(&arguments.archive)?;
    let changes = compare_sources(&archive, &arguments.paths)?;
    let keep_bytes = archive.files().keeps_bytes()?;
    drop(archive);
    if changes.sources.is_empty() && changes.absent_sources.is_empty() {
        bail!(
            "the archive has no record of where its files are (name them: `chancery refresh \
             ARCHIVE PATH…`)"
        );
    }
    write_changes(&changes, arguments.json)?;
    let mut outcome = CommandOutcome::Success;
    for source in &changes.absent_sources {
        let source = source.display();
        eprintln!("{source}: not found; nothing below it was compared");
        outcome = CommandOutcome::SomeFailed;
    }
    if arguments.dry_run {
        return Ok(outcome);
    }
    let settings = (keep_bytes, false);
    let open = || open_existing(&arguments.archive);
    let (mut writer, read) =
        read_files(open, &changes.sources, &arguments.reading, settings, &mut |_| Ok(()))?;
    settle_moves(&mut writer, &changes)?;
    if arguments.remove_deleted {
        remove_deleted(&mut writer, &changes.deleted)?;
    } else if !changes.deleted.is_empty() && !arguments.reading.is_quiet() {
        let files = format_count(changes.deleted.len() as u64, "deleted file");
        eprintln!("{files} still in the archive (--remove-deleted removes their documents)");
    }
    finish_written(&mut writer, "the changes")?;
    Ok(if outcome == CommandOutcome::Success { read } else { outcome })
}

/// Prints one line per changed file.
fn write_changes(changes: &SourceChanges, json: bool) -> io::Result<()> {
    let mut out = io::BufWriter::new(standard_output(OutputReader::of_data(json)));
    let mut write = |change: &str, path: &str, now: Option<&str>| match (json, now) {
        (true, now) => writeln!(out, "{}", json!({"change": change, "path": path, "now": now})),
        (false, Some(now)) => writeln!(out, "{change:<8} {path} -> {now}"),
        (false, None) => writeln!(out, "{change:<8} {path}"),
    };
    let kinds =
        [("new", &changes.new), ("changed", &changes.changed), ("deleted", &changes.deleted)];
    for (change, paths) in kinds {
        paths.iter().try_for_each(|path| write(change, path, None))?;
    }
    changes.moved.iter().try_for_each(|(before, now)| write("moved", before, Some(now)))?;
    out.flush()
}

/// Removes the documents that lie only in deleted files, by one decision.
fn remove_deleted(writer: &mut ArchiveWriter, deleted: &[String]) -> anyhow::Result<()> {
    let mut documents = 0;
    let mut named = Vec::new();
    for path in deleted {
        let only_there = writer.documents().at_path(path)?.documents.len();
        if only_there > 0 {
            documents += only_there as u64;
            named.push(path.clone());
        }
    }
    if !named.is_empty() {
        let request = CurationRequest::Remove { documents: named };
        let outcome = writer.decide_request(&user_name(), "the files were deleted", &request)?;
        eprintln!(
            "removed {} (decision {})",
            format_count(documents, "document"),
            outcome.decision
        );
    }
    for path in deleted {
        writer.mark_earlier(path)?;
    }
    Ok(())
}
