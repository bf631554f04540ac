//! `chancery remove`: takes documents out of an archive.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chancery_ingest::recorded_path;
use chancery_store::{Archive, CurationRequest, StoreError};
use clap::Args;

use super::curate::{decide, user_name};
use super::{CommandOutcome, OutputReader, standard_output};
use crate::archive_access::open_archive;
use crate::run_counts::format_count;

const EXAMPLES: &str = "\
Examples:
  chancery remove archive 09ALGIERS948           a telegram with its sections and copies
  chancery remove archive 9f86d081               one document
  chancery remove archive box12/ --reason 'not ours'
                                                 all that a folder or file gave
  chancery remove archive letters.zip --dry-run
  chancery curate archive undo 8                 bring back what decision 8 removed

Documents that lie in other files too stay when a path is removed. What is removed
stays on disk, and stays removed when the same file is added again. To hand on an
archive without it, add the files to another archive, or use `chancery export`.";

/// Take documents out of an archive
///
/// They are no longer found, counted, listed or exported. The decision is kept in the
/// log of `curate`, and can be undone there.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// Cable ids, ids of documents or the start of them, files or folders
    #[arg(value_name = "WHAT", required = true)]
    what: Vec<String>,
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
    let selected = archive.documents().select(&names)?;
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
        eprintln!("{stay} of these paths also in other files, and kept");
    }
    if !arguments.dry_run {
        let author = arguments.author.clone().unwrap_or_else(user_name);
        let request = CurationRequest::Remove { documents: names };
        decide(&arguments.archive, &author, &arguments.reason, &request)?;
    }
    Ok(CommandOutcome::Success)
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
