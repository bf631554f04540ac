//! `chancery rebuild`: rebuilds the index of an archive, or its mentions.

use std::path::PathBuf;

use chancery_engine::EngineKind;
use chancery_store::{Archive, ArchiveWriter, ResolvedMention, links_to_store};
use clap::Args;

use super::{CommandOutcome, WRITER_WAIT};
use crate::arguments::EngineArguments;
use crate::progress::{ProgressMeter, ProgressUnit};
use crate::run_counts::format_count;

/// Documents per transaction.
const DOCUMENTS_PER_COMMIT: usize = 500;

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
    /// Annotate all documents again
    #[arg(long)]
    mentions: bool,
    #[command(flatten)]
    engine: EngineArguments,
}

/// Rebuilds the index or the mentions.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    // Creating a new archive would hide a wrong path.
    Archive::open(&arguments.archive)?;
    let mut writer = ArchiveWriter::open_waiting(&arguments.archive, WRITER_WAIT)?;
    if arguments.mentions {
        rebuild_mentions(arguments, &mut writer)?;
    } else {
        writer.rebuild_index()?;
        eprintln!("index rebuilt: {}", format_count(writer.document_count()? as u64, "document"));
    }
    Ok(CommandOutcome::Success)
}

fn rebuild_mentions(arguments: &Arguments, writer: &mut ArchiveWriter) -> anyhow::Result<()> {
    let mut engine = arguments.engine.load_engine(EngineKind::Fast)?;
    let fingerprint = arguments.engine.fingerprint(EngineKind::Fast)?;
    writer.set_engine(&fingerprint)?;
    let numbers = writer.annotated_by_other_engine(&fingerprint)?;
    let mut progress =
        ProgressMeter::with_unit(numbers.len() as u64, ProgressUnit::Documents, true, true);
    for batch in numbers.chunks(DOCUMENTS_PER_COMMIT) {
        for &number in batch {
            let document = writer.parsed_document(number)?;
            let annotated = engine.resolve_document(document).annotated;
            let links = links_to_store(&annotated.entities, annotated.mentions.len());
            let mentions: Vec<ResolvedMention> = annotated
                .mentions
                .iter()
                .zip(links)
                .map(|(&mention, link)| ResolvedMention { mention, link })
                .collect();
            writer.replace_annotation(number, &annotated.document.id, &fingerprint, &mentions)?;
        }
        writer.commit_batch()?;
        progress.advance(batch.len() as u64);
    }
    writer.replay_log()?;
    writer.prune_entities()?;
    writer.finish()?;
    progress.finish();
    eprintln!("annotated {} again", format_count(numbers.len() as u64, "document"));
    Ok(())
}
