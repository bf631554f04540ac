//! `chancery remove`: takes documents out of an archive.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::bail;
use chancery_ingest::recorded_path;
use chancery_store::{Archive, CurationRequest, DocumentNumber, StoreError};
use clap::Args;

use super::curate::{decide, user_name};
use super::{CommandOutcome, OutputReader, standard_output};
use crate::archive_access::{open_archive, open_existing};
use crate::run_counts::format_count;

const EXAMPLES: &str = "\
Examples:
  chancery remove archive 09ALGIERS948           a telegram with its sections and copies
  chancery remove archive 9f86d081               one document
  chancery remove archive box12/ --reason 'not ours'
                                                 all documents of a folder or file
  chancery remove archive letters.zip --dry-run
  chancery curate archive undo 8                 bring back what decision 8 removed
  chancery remove archive --erase                erase all that was removed

When a path is removed, documents that another file also has stay. The folder of
the archive still contains removed documents, and adding the same file again does
not bring them back. --erase deletes them from the archive: text, names, bytes of
the file, and index. The log of decisions, backups, exports and the files that were
added are not changed.";

/// Take documents out of an archive
///
/// Removed documents are no longer found, counted, listed or exported. The decision is kept in the
/// log of `curate`, and can be undone there, unless the documents are erased.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// Cable ids, ids of documents or their beginnings, files or folders
    #[arg(value_name = "WHAT", required_unless_present = "erase")]
    what: Vec<String>,
    /// Also erase the documents for good; without WHAT all that were removed
    #[arg(long)]
    erase: bool,
    /// Erase without asking
    #[arg(long, requires = "erase")]
    yes: bool,
    /// Show what would be removed, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Author recorded in the log [default: the user's name]
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Reason recorded in the log
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
}

/// Removes the documents, or lists them.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let archive = open_archive(&arguments.archive)?;
    let names: Vec<String> = arguments
        .what
        .iter()
        .map(|what| name_in_archive(&archive, what))
        .collect::<Result<_, StoreError>>()?;
    let mut selected = archive.documents().select(&names)?;
    if names.is_empty() {
        // All that was removed.
        selected.documents = archive.documents().removed()?;
        if arguments.dry_run {
            let removed = format_count(selected.documents.len() as u64, "removed document");
            writeln!(io::stdout().lock(), "{removed}")?;
            return Ok(CommandOutcome::Success);
        }
    }
    if arguments.dry_run {
        let mut out = io::BufWriter::new(standard_output(OutputReader::of_data(false)));
        for &number in &selected.documents {
            let row = archive.documents().row(number)?;
            let title = row.cable_id.or(row.subject).unwrap_or_default();
            writeln!(out, "{:.12}  {title}  {}", row.id.to_string(), row.path)?;
        }
        out.flush()?;
    }
    drop(archive);
    if selected.elsewhere > 0 {
        let stay = format_count(selected.elsewhere, "document");
        eprintln!("kept: {stay} of these paths, also in other files");
    }
    if arguments.dry_run {
        return Ok(CommandOutcome::Success);
    }
    if arguments.erase {
        confirm_erasure(selected.documents.len(), arguments.yes)?;
    }
    if !names.is_empty() {
        let author = arguments.author.clone().unwrap_or_else(user_name);
        let request = CurationRequest::Remove { documents: names };
        decide(&arguments.archive, &author, &arguments.reason, &request)?;
    }
    if arguments.erase {
        erase(&arguments.archive, &selected.documents)?;
    }
    Ok(CommandOutcome::Success)
}

/// Asks a person whether to erase documents.
fn confirm_erasure(documents: usize, is_confirmed: bool) -> anyhow::Result<()> {
    if is_confirmed || documents == 0 {
        return Ok(());
    }
    let documents = format_count(documents as u64, "document");
    if !io::stdin().is_terminal() {
        bail!("{documents} would be erased, which cannot be undone: confirm it with --yes");
    }
    eprint!("Erase {documents}? This cannot be undone. Type yes: ");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    match answer.trim() {
        "yes" => Ok(()),
        _ => bail!("nothing is removed or erased"),
    }
}

/// Erases removed documents, and says what is left of them.
fn erase(archive: &Path, documents: &[DocumentNumber]) -> anyhow::Result<()> {
    let shared = open_existing(archive)?.erase_removed(documents)?;
    for path in shared {
        eprintln!("{path}: its bytes are erased with them; other documents of it have their text");
    }
    let erased = format_count(documents.len() as u64, "document");
    writeln!(
        io::stdout().lock(),
        "erased {erased}; backups, exports and added files are not changed"
    )?;
    Ok(())
}

/// What a user typed, as the archive knows it: a document, or the recorded path of a file.
fn name_in_archive(archive: &Archive, typed: &str) -> Result<String, StoreError> {
    match archive.documents().select(&[typed.to_owned()]) {
        Err(StoreError::NotFound(_)) => {
            let recorded = recorded_path(archive.folder(), Path::new(typed));
            let known = archive.documents().at_path(&recorded)?;
            let is_known = !known.documents.is_empty() || known.elsewhere > 0;
            Ok(if is_known { recorded } else { typed.to_owned() })
        }
        found => found.map(|_| typed.to_owned()),
    }
}
