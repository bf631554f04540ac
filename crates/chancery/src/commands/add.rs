//! `chancery add`: files into an archive.

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
  chancery add archive cables/                  makes the archive if there is none
  chancery add archive cables/                  again: only what is new is read
  chancery add archive --link-files /srv/cables  the files stay where they are
  chancery add archive --retry cables/          tries files with problems again

A run may be stopped at any moment, by Ctrl-C or by a power cut: the same
command goes on where it was.";

/// Add files to an archive
///
/// Reads files and folders, marks their names and keeps them in the folder
/// ARCHIVE, to be searched. Each document is kept once; every path where it
/// was found is noted. What cannot be read is listed by `chancery problems`.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive; made if it does not exist
    archive: PathBuf,
    /// Files and folders (with all files below them)
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Leave the raw bytes where they are: keep links to the files
    #[arg(long)]
    link_files: bool,
    /// Try again what could not be read before
    #[arg(long)]
    retry: bool,
    #[command(flatten)]
    jobs: JobsArgument,
    #[command(flatten)]
    limit: LimitArgument,
    /// Documents of one transaction: what an interruption costs at most
    #[arg(long, value_name = "N", default_value_t = 1000,
        value_parser = clap::value_parser!(u64).range(1..))]
    batch: u64,
    #[command(flatten)]
    engine: EngineArguments,
    /// No progress, no summary
    #[arg(short, long)]
    quiet: bool,
}

/// What helps, in the words of this command.
pub(crate) const HINTS: Hints =
    Hints { raise_limit: "raise --largest of `chancery add`", retry: "add --retry" };

/// Adds everything that the arguments name.
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

/// One line for the end of a run.
fn summary(report: &Report, seconds: f64) -> String {
    let Report { known, files, documents, repeated, words, failed } = *report;
    if files == 0 && failed == 0 {
        return format!("nothing is new: {} known, {seconds:.1} s", counted(known, "file"));
    }
    let mut line = format!(
        "{} new, {} in {}, {seconds:.1} s",
        counted(documents, "document"),
        counted(words, "word"),
        counted(files, "file"),
    );
    if repeated > 0 {
        line += &format!("; {} known, at another place too", counted(repeated, "document"));
    }
    if known > 0 {
        line += &format!("; {} known", counted(known, "file"));
    }
    if failed > 0 {
        line += &format!("; {} with problems (see `chancery problems`)", counted(failed, "file"));
    }
    line
}
