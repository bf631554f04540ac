//! `chancery add`: adds files to an archive.

use std::path::{Path, PathBuf};

use anyhow::bail;
use chancery_store::{Archive, ArchiveWriter, StoreError, WorkBudget};
use clap::Args;

use chancery_engine::opening::{DocumentForm, FormCounts};
use chancery_ingest::{
    IngestEvent, IngestReport, IngestSettings, Remedies, has_files_of_others, ingest_files,
    set_line_learning,
};

use super::CommandOutcome;
use crate::archive_access::open_or_create;
use crate::arguments::{
    EngineArguments, JobsArgument, KeptNamesArgument, LimitArgument, NAME_COLUMNS, TableArguments,
};
use crate::progress::ProgressMeter;
use crate::run_counts::{format_count, group_digits, report_languages, report_programs};

const EXAMPLES: &str = "\
Examples:
  chancery add archive cables/                   create the archive if needed
  chancery add archive cables/                   read only what is new
  chancery add archive --link-files /srv/cables  do not copy the files
  chancery add archive --retry cables/           read files with problems again
  chancery add archive cables.csv                each row of a table is a document
  chancery add archive t.csv --columns text=3    name the column of the text
  chancery add archive box/ --metadata box.csv   dates and senders of the files
  chancery add archive cables/ --names ours.csv  link to your own names too

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
    /// Do not learn page lines (stamps that stand in nearly all documents), now or
    /// later: names are found in them too
    #[arg(long)]
    no_learned_lines: bool,
    #[command(flatten)]
    names: KeptNamesArgument,
    #[command(flatten)]
    reading: ReadingArguments,
}

/// How files are read, for `add` and `refresh`.
#[derive(Args)]
pub(crate) struct ReadingArguments {
    #[command(flatten)]
    jobs: JobsArgument,
    #[command(flatten)]
    limit: LimitArgument,
    #[command(flatten)]
    tables: TableArguments,
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

impl ReadingArguments {
    /// Whether to show no progress and no summary.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }
}

/// Remedies, in the words of this command.
pub(crate) const ADD_REMEDIES: Remedies = Remedies {
    raise_limit: "raise --largest of `chancery add`",
    retry: "add --retry",
    name_columns: NAME_COLUMNS,
};

/// Adds the files.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let Arguments { archive, paths, reading, .. } = arguments;
    let names = arguments.names.load_list()?;
    check_order_of_arguments(archive, paths)?;
    let mut prepare = |writer: &mut ArchiveWriter| -> anyhow::Result<()> {
        if names.is_some() {
            writer.set_user_list(names.as_ref())?;
        }
        if arguments.no_learned_lines {
            set_line_learning(writer, false)?;
        }
        Ok(())
    };
    let (keep_bytes, retry) = (!arguments.link_files, arguments.retry);
    read_files(|| open_or_create(archive), paths, reading, (keep_bytes, retry), &mut prepare)
        .map(|(_, outcome)| outcome)
}

/// Reads files into an archive, and prints a summary. `prepare` runs before.
pub(crate) fn read_files(
    open: impl FnOnce() -> Result<ArchiveWriter, StoreError>,
    paths: &[PathBuf],
    arguments: &ReadingArguments,
    (keep_bytes, retry): (bool, bool),
    prepare: &mut dyn FnMut(&mut ArchiveWriter) -> anyhow::Result<()>,
) -> anyhow::Result<(ArchiveWriter, CommandOutcome)> {
    let limit = arguments.limit.limit_in_bytes();
    let side_tables = arguments.tables.read_side_tables(limit)?;
    let engine = arguments.engine.load_engine()?;
    let mut writer = open()?;
    prepare(&mut writer)?;
    writer.set_engine(&arguments.engine.fingerprint()?)?;
    let settings = IngestSettings {
        paths,
        base_folder: None,
        jobs: arguments.jobs.worker_count(),
        keep_bytes,
        retry,
        batch_documents: arguments.batch,
        opening: arguments.tables.opening_settings(limit, ADD_REMEDIES),
        side_tables: &side_tables,
        budget: WorkBudget::default(),
    };
    let mut progress = ProgressMeter::over_bytes(0, !arguments.quiet, true)
        .with_advice(arguments.engine.speed_advice());
    let report = ingest_files(&mut writer, &settings, &engine, &mut |_, event| match event {
        IngestEvent::Planned(bytes) => progress.set_total(bytes),
        IngestEvent::Advanced { bytes, report } => {
            progress.advance(bytes);
            progress.show_counts(report.documents, report.words, report.failed);
        }
        IngestEvent::Committed { .. } => {}
    })?;
    let took = progress.finish().as_secs_f64();
    if !arguments.quiet {
        eprintln!("{}", summary_line(&report, took));
    }
    report_languages(&report.languages, arguments.quiet);
    report_programs(&report.programs, arguments.quiet);
    let outcome = match report.failed {
        0 => CommandOutcome::Success,
        _ => CommandOutcome::SomeFailed,
    };
    Ok((writer, outcome))
}

/// Refuses to make an archive of a folder with files of the user, and to add an archive to
/// another one: the arguments may be in the wrong order.
fn check_order_of_arguments(archive: &Path, paths: &[PathBuf]) -> anyhow::Result<()> {
    let first = paths.iter().find(|path| Archive::exists_in(path));
    let is_archive = Archive::exists_in(archive);
    if let Some(first) = first.filter(|first| !is_archive || !is_same_folder(first, archive)) {
        let (given, here) = (first.display(), archive.display());
        match is_archive || !archive.exists() {
            true => bail!(
                "{given}: is an archive, not files to add (`chancery export {given}` prints its \
                 documents; add its original files to {here} instead)"
            ),
            false => bail!(
                "{given}: is an archive, and {here} is not: did you mean \
                 `chancery add {given} {here}`?"
            ),
        }
    }
    if !is_archive && has_files_of_others(archive) {
        let here = archive.display();
        let target = match paths {
            [only] if !only.exists() => only.display().to_string(),
            _ => "ARCHIVE".to_owned(),
        };
        bail!(
            "{here}: is a folder with files, not an archive (an archive needs a new or empty \
             folder; to add these files: `chancery add {target} {here}`)"
        );
    }
    Ok(())
}

fn is_same_folder(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Formats the summary, one line.
fn summary_line(report: &IngestReport, seconds: f64) -> String {
    let IngestReport { known, files, documents, repeated, words, failed, .. } = *report;
    let mut parts = Vec::new();
    if files == 0 && failed == 0 {
        parts.push(format!("nothing new: {} known, {seconds:.1} s", format_count(known, "file")));
        if report.known_with_problems > 0 {
            let known = format_count(report.known_with_problems, "known file");
            parts.push(format!("{known} with problems (see `chancery problems`)"));
        }
    } else {
        let mut line = format!(
            "{} new, {} in {}, {seconds:.1} s",
            format_count(documents, "document"),
            format_count(words, "word"),
            format_count(files, "file"),
        );
        let forms = forms_in_words(&report.forms);
        if !forms.is_empty() {
            line += &format!(" ({forms})");
        }
        parts.push(line);
    }
    let mut count = |number, noun, what| {
        if number > 0 {
            parts.push(format!("{} {what}", format_count(number, noun)));
        }
    };
    count(repeated, "document", "known under another path");
    count(report.replaced, "document", "with other metadata");
    count(report.completed, "document", "with more pages recognised");
    count(report.resolved_again, "document", "linked again to your list of names");
    let learned = "without the names in learnt page lines (see `chancery stats`)";
    count(report.with_learned_lines, "document", learned);
    count(report.without_row, "document", "without a row of metadata");
    count(report.side_table_problems, "remark", "on the metadata (see `chancery problems`)");
    if files > 0 || failed > 0 {
        count(known, "file", "known");
    }
    count(report.own_files, "file", "of the archive itself left out");
    count(report.words_outside, "word", "of volumes not read: prefaces, and between documents");
    if report.hidden > 0 {
        let hidden = group_digits(report.hidden);
        let noun = if report.hidden == 1 { "file or folder" } else { "files and folders" };
        parts.push(format!("{hidden} hidden {noun} left out"));
    }
    if failed > 0 {
        let gave = match report.empty {
            0 => String::new(),
            1 if failed == 1 => ", which gave no document".to_owned(),
            empty => format!(", {} of which gave no document", group_digits(empty)),
        };
        parts.push(format!(
            "{} with problems{gave} (see `chancery problems`)",
            format_count(failed, "file")
        ));
    }
    parts.join("; ")
}

/// "1,136 cable pages, 3 tables with 2,212 rows, 2 scans need OCR".
fn forms_in_words(forms: &FormCounts) -> String {
    let counted = |count: u64, (one, several): (&str, &str)| {
        format!("{} {}", group_digits(count), if count == 1 { one } else { several })
    };
    let mut parts: Vec<String> = forms
        .counted()
        .map(|(form, count)| match form {
            DocumentForm::Row => {
                let rows = counted(count, form.words());
                format!("{} with {rows}", format_count(forms.tables, "table"))
            }
            _ => counted(count, form.words()),
        })
        .collect();
    if forms.scans > 0 {
        parts.push(counted(forms.scans, ("scan needs OCR", "scans need OCR")));
    }
    if forms.scanned_pages > 0 {
        let words = ("scanned page of a PDF needs OCR", "scanned pages of PDFs need OCR");
        parts.push(counted(forms.scanned_pages, words));
    }
    parts.join(", ")
}
