//! `chancery add`: adds files to an archive.

use std::path::PathBuf;

use clap::Args;

use chancery_engine::EngineKind;
use chancery_ingest::{Event, Hints, Report, Settings, ingest};
use chancery_store::Writer;

use super::Outcome;
use crate::arguments::{EngineArguments, JobsArgument, LimitArgument};
use crate::pdf_text;
use crate::progress::Progress;
use crate::report::counted;

const EXAMPLES: &str = "\
Examples:
  chancery add archive cables/                   create the archive if needed
  chancery add archive cables/                   read only what is new
  chancery add archive --link-files /srv/cables  do not copy the files
  chancery add archive --retry cables/           read files with problems again

A run may be interrupted at any time, by Ctrl-C or by a power cut. The same
command resumes it.";

/// Add files to an archive
///
/// Reads files and folders, finds their names and stores them in the folder
/// ARCHIVE, where they can be searched. Each document is stored once, with all
/// its paths. `chancery problems` lists what could not be read.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive; created if it does not exist
    archive: PathBuf,
    /// Files and folders (with all files below them)
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Store links to the files instead of their bytes
    #[arg(long)]
    link_files: bool,
    /// Read files with problems again
    #[arg(long)]
    retry: bool,
    #[command(flatten)]
    jobs: JobsArgument,
    #[command(flatten)]
    limit: LimitArgument,
    /// Commit after N documents: an interruption loses at most N
    #[arg(long, value_name = "N", default_value_t = 1000,
        value_parser = clap::value_parser!(u64).range(1..))]
    batch: u64,
    #[command(flatten)]
    engine: EngineArguments,
    /// Show no progress and no summary
    #[arg(short, long)]
    quiet: bool,
}

/// Remedies, in the words of this command.
pub(crate) const HINTS: Hints =
    Hints { raise_limit: "raise --largest of `chancery add`", retry: "add --retry" };

/// Adds the files.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let engine = arguments.engine.load(EngineKind::Fast)?;
    let mut writer = Writer::open(&arguments.archive)?;
    writer.use_engine(&arguments.engine.fingerprint(EngineKind::Fast)?)?;
    let settings = Settings {
        paths: &arguments.paths,
        inside: None,
        jobs: arguments.jobs.count(),
        keep: !arguments.link_files,
        retry: arguments.retry,
        largest: arguments.limit.bytes(),
        batch: arguments.batch,
        pdf_reader: pdf_text::reader(),
        hints: HINTS,
    };
    let mut progress = Progress::new(0, !arguments.quiet, true);
    let report = ingest(&mut writer, &settings, &engine, &mut |_, event| match event {
        Event::Planned(bytes) => progress.expect(bytes),
        Event::Advanced { bytes, report } => {
            progress.advance(bytes);
            progress.count(report.documents, report.words, report.failed);
        }
        Event::Committed { .. } => {}
    })?;
    let took = progress.finish().as_secs_f64();
    if !arguments.quiet {
        eprintln!("{}", summary(&report, took));
    }
    Ok(if report.failed > 0 { Outcome::SomeFailed } else { Outcome::Fine })
}

/// Formats the summary, one line.
fn summary(report: &Report, seconds: f64) -> String {
    let Report { known, files, documents, repeated, words, failed } = *report;
    if files == 0 && failed == 0 {
        return format!("nothing new: {} known, {seconds:.1} s", counted(known, "file"));
    }
    let mut line = format!(
        "{} new, {} in {}, {seconds:.1} s",
        counted(documents, "document"),
        counted(words, "word"),
        counted(files, "file"),
    );
    if repeated > 0 {
        line += &format!("; {} known under another path", counted(repeated, "document"));
    }
    if known > 0 {
        line += &format!("; {} known", counted(known, "file"));
    }
    if failed > 0 {
        line += &format!("; {} with problems (see `chancery problems`)", counted(failed, "file"));
    }
    line
}
