//! `chancery rebuild`: rebuilds the index of an archive, or its mentions.

use std::path::PathBuf;

use chancery_engine::EngineKind;
use chancery_store::{Archive, Marked, Writer, links_to_store};
use clap::Args;

use super::Outcome;
use crate::arguments::EngineArguments;
use crate::progress::{Progress, Unit};
use crate::report::counted;

/// Documents per transaction.
const BATCH: usize = 500;

const EXAMPLES: &str = "\
Examples:
  chancery rebuild archive                                 only the index
  chancery rebuild archive --mentions --engine accurate    mentions too";

/// Rebuild the index of an archive
///
/// The index is derived from the tables and may be deleted at any time. With
/// --mentions, the engine annotates all documents again, for example with
/// another engine or model; decisions of users are kept. Such a run may be
/// interrupted; the same command resumes it.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// Find the names of all documents again
    #[arg(long)]
    mentions: bool,
    #[command(flatten)]
    engine: EngineArguments,
}

/// Rebuilds the index or the mentions.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    // Creating a new archive would hide a wrong path.
    Archive::open(&arguments.archive)?;
    let mut writer = Writer::open(&arguments.archive)?;
    if arguments.mentions {
        find_names(arguments, &mut writer)?;
    } else {
        writer.rebuild()?;
        eprintln!("the index shows {}", counted(writer.documents()? as u64, "document"));
    }
    Ok(Outcome::Fine)
}

fn find_names(arguments: &Arguments, writer: &mut Writer) -> anyhow::Result<()> {
    let mut engine = arguments.engine.load(EngineKind::Fast)?;
    let fingerprint = arguments.engine.fingerprint(EngineKind::Fast)?;
    writer.use_engine(&fingerprint)?;
    let numbers = writer.annotated_otherwise(&fingerprint)?;
    let mut progress = Progress::over(numbers.len() as u64, Unit::Documents, true, true);
    for batch in numbers.chunks(BATCH) {
        for &number in batch {
            let document = writer.document(number)?;
            let annotated = engine.identify_document(document).annotated;
            let links = links_to_store(&annotated.entities, annotated.mentions.len());
            let marked: Vec<Marked> = annotated
                .mentions
                .iter()
                .zip(links)
                .map(|(&mention, link)| Marked { mention, link })
                .collect();
            writer.annotate(number, &annotated.document.id, &fingerprint, &marked)?;
        }
        writer.commit()?;
        progress.advance(batch.len() as u64);
    }
    writer.replay()?;
    writer.prune()?;
    writer.finish()?;
    progress.finish();
    eprintln!("names found again in {}", counted(numbers.len() as u64, "document"));
    Ok(())
}
