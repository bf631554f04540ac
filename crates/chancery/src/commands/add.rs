//! `chancery add`: files into an archive.

use std::path::PathBuf;
use std::thread;

use clap::Args;

use chancery_store::Writer;

use super::Outcome;
use crate::ingest::{self, Report, Settings};
use crate::inputs::Limit;
use crate::pipeline::{Engine, Engines};
use crate::progress::Progress;
use crate::report::counted;

const EXAMPLES: &str = "\
Examples:
  chancery add archive cables/                  makes the archive if there is none
  chancery add archive cables/                  again: only what is new is read
  chancery add archive --reference /srv/cables  the files stay where they are
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
    /// Leave the raw bytes where they are
    #[arg(long)]
    reference: bool,
    /// Try again what could not be read before
    #[arg(long)]
    retry: bool,
    /// Files to work on at a time [default: one for each core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    #[command(flatten)]
    limit: Limit,
    /// Documents of one transaction: what an interruption costs at most
    #[arg(long, value_name = "N", default_value_t = 1000,
        value_parser = clap::value_parser!(u64).range(1..))]
    batch: u64,
    /// What finds the names
    #[arg(long, value_enum, default_value_t = Engine::Fast)]
    engine: Engine,
    /// Use this model instead of the shipped one (see `chancery train`)
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// No progress, no summary
    #[arg(short, long)]
    quiet: bool,
}

/// Adds everything that the arguments name.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let engines = Engines::load(arguments.engine, arguments.model.as_deref())?;
    let mut writer = Writer::open(&arguments.archive)?;
    writer.use_engine(&arguments.engine.name(arguments.model.as_deref())?)?;
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let settings = Settings {
        paths: &arguments.paths,
        inside: None,
        jobs: arguments.jobs.map_or_else(cores, usize::from),
        keep: !arguments.reference,
        retry: arguments.retry,
        largest: arguments.limit.bytes(),
        batch: arguments.batch,
    };
    let mut progress = Progress::new(0, !arguments.quiet, true);
    let report =
        ingest::ingest(&mut writer, &settings, &engines, &mut progress, &mut |_, _, _| {})?;
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
