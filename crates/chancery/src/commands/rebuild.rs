//! `chancery rebuild`: rebuilds the index of an archive, its mentions, or their
//! entities.

use std::path::PathBuf;

use chancery_engine::{Engine, EngineKind};
use chancery_ingest::{annotate_again, apply_learned_lines, resolve_again, set_line_learning};
use chancery_store::ArchiveWriter;
use clap::Args;

use super::CommandOutcome;
use crate::archive_access::open_existing;
use crate::arguments::{EngineArguments, KeptNamesArgument};
use crate::progress::{ProgressMeter, ProgressUnit};
use crate::run_counts::format_count;

const EXAMPLES: &str = "\
Examples:
  chancery rebuild archive                                 only the index
  chancery rebuild archive --mentions                      find the names again
  chancery rebuild archive --mentions --engine fast        with the other engine
  chancery rebuild archive --names ours.csv                link to your own names
  chancery rebuild archive --no-names                      stop linking to them
  chancery rebuild archive --no-learned-lines              find names in all lines";

/// Rebuild the index of an archive
///
/// The index is derived from the tables and may be deleted at any time. With
/// --mentions, the engine annotates all documents again, for example with
/// another engine or model. With --names, the names in all documents are linked
/// again, with your list. Lines that stand in nearly all documents, such as the
/// stamps of an archive, are learnt as page lines without names (`chancery
/// stats` lists them); --no-learned-lines finds these names again. Decisions of
/// users are kept. Such a run may be interrupted; the same command resumes it.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// Annotate all documents again
    #[arg(long)]
    mentions: bool,
    #[command(flatten)]
    names: KeptNamesArgument,
    /// Remove your list of names from the archive
    #[arg(long, conflicts_with = "names")]
    no_names: bool,
    /// Learn page lines from the documents again, after --no-learned-lines
    #[arg(long)]
    learned_lines: bool,
    /// Do not learn page lines from the documents, now or later
    #[arg(long, conflicts_with = "learned_lines")]
    no_learned_lines: bool,
    #[command(flatten)]
    engine: EngineArguments,
}

/// Rebuilds the index, the mentions or the entities.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let names = arguments.names.load_list()?;
    let mut writer = open_existing(&arguments.archive)?;
    let with_names = names.is_some() || arguments.no_names;
    if with_names {
        writer.set_user_list(names.as_ref())?;
    }
    let with_lines = arguments.learned_lines || arguments.no_learned_lines;
    if with_lines {
        set_line_learning(&mut writer, arguments.learned_lines)?;
    }
    if arguments.mentions || with_lines {
        rebuild_mentions(arguments, &mut writer)?;
    } else if with_names {
        // Mentions are kept, so the engine that finds them does not matter.
        let again = resolve_again(&mut writer, &Engine::load_shipped(EngineKind::Fast), false)?;
        finish(&mut writer)?;
        eprintln!("linked the names of {} again", format_count(again, "document"));
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
    if arguments.mentions {
        let planned = writer.documents().annotated_by_other_engine(&fingerprint)?.len() as u64;
        let mut progress = ProgressMeter::with_unit(planned, ProgressUnit::Documents, true, true)
            .with_advice(arguments.engine.speed_advice());
        annotate_again(writer, &engine, &fingerprint, &mut |done| progress.advance(done))?;
        progress.finish();
        eprintln!("annotated {} again", format_count(planned, "document"));
    }
    writer.set_engine(&fingerprint)?;
    let (changed, _) = apply_learned_lines(writer, &engine, false)?;
    finish(writer)?;
    if changed > 0 || !arguments.mentions {
        eprintln!("page lines changed the names of {}", format_count(changed, "document"));
    }
    Ok(())
}

/// Applies the decisions of users to the new entities.
fn finish(writer: &mut ArchiveWriter) -> anyhow::Result<()> {
    writer.replay_log()?;
    writer.prune_entities()?;
    Ok(writer.finish()?)
}
