//! `chancery rebuild`: rebuilds the index of an archive, or its mentions.

use std::path::PathBuf;

use chancery_ingest::{Reannotation, link_persons};
use chancery_store::ArchiveWriter;
use clap::Args;

use super::CommandOutcome;
use crate::archive_access::open_existing;
use crate::arguments::EngineArguments;
use crate::progress::{ProgressMeter, ProgressUnit};
use crate::run_counts::format_count;

/// Documents per transaction.
const DOCUMENTS_PER_COMMIT: usize = 500;

const EXAMPLES: &str = "\
Examples:
  chancery rebuild archive                                 only the index
  chancery rebuild archive --mentions                      mentions too
  chancery rebuild archive --mentions --engine fast        with the other engine";

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
    /// Annotate all documents again
    #[arg(long)]
    mentions: bool,
    #[command(flatten)]
    engine: EngineArguments,
}

/// Rebuilds the index or the mentions.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let mut writer = open_existing(&arguments.archive)?;
    if arguments.mentions {
        rebuild_mentions(arguments, &mut writer)?;
    } else {
        writer.rebuild_index()?;
        eprintln!(
            "index rebuilt: {}",
            format_count(writer.documents().count()? as u64, "document")
        );
    }
    Ok(CommandOutcome::Success)
}

fn rebuild_mentions(arguments: &Arguments, writer: &mut ArchiveWriter) -> anyhow::Result<()> {
    let engine = arguments.engine.load_engine()?;
    let fingerprint = arguments.engine.fingerprint()?;
    writer.set_engine(&fingerprint)?;
    let mut reannotation = Reannotation::new(engine, &fingerprint);
    let numbers = writer.documents().annotated_by_other_engine(&fingerprint)?;
    let mut progress =
        ProgressMeter::with_unit(numbers.len() as u64, ProgressUnit::Documents, true, true)
            .with_advice(arguments.engine.speed_advice());
    for batch in numbers.chunks(DOCUMENTS_PER_COMMIT) {
        for &number in batch {
            reannotation.annotate_document(writer, number)?;
        }
        writer.commit_batch()?;
        progress.advance(batch.len() as u64);
    }
    link_persons(writer)?;
    writer.replay_log()?;
    writer.prune_entities()?;
    writer.finish()?;
    progress.finish();
    eprintln!("annotated {} again", format_count(numbers.len() as u64, "document"));
    Ok(())
}
