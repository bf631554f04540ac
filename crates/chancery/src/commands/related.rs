//! `chancery related`: lists the documents that belong to another one.

use std::io::{self, Write};
use std::path::PathBuf;

use chancery_views::related::{related_documents, write_text};
use clap::Args;

use super::{CommandOutcome, OutputReader, standard_output};
use crate::archive_access::read_archive;

const EXAMPLES: &str = "\
Examples:
  chancery related archive 09PORTLOUIS214
  chancery related archive frus1961-63v05/d199 --limit 30
  chancery related archive 09PORTLOUIS214 --json | jq -r '.cable_id'";

/// List the documents that are related to a document
///
/// Lists copies, the documents that it cites or that cite it, and those that
/// name the same people, places and organisations, with the reasons. Rare names
/// count more than frequent ones.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// The cable id or address of the document, or the beginning of its id
    document: String,
    /// Show at most N documents
    #[arg(short, long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Print JSON lines: one object per document
    #[arg(long)]
    json: bool,
}

/// Lists the related documents.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let related = read_archive(&arguments.archive, |session| {
        related_documents(session, &arguments.document, arguments.limit)
    })?;
    let mut out = io::BufWriter::new(standard_output(OutputReader::of_data(arguments.json)));
    match arguments.json {
        true => {
            for one in &related {
                serde_json::to_writer(&mut out, one)?;
                writeln!(out)?;
            }
        }
        false => write_text(&related, &mut out)?,
    }
    out.flush()?;
    Ok(CommandOutcome::Success)
}
