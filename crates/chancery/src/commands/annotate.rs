//! `chancery annotate`: prints files with the names in them annotated.
//!
//! The unit of work is a file: one worker reads, annotates and renders it. The
//! rendered bytes are written in the order of the inputs, in pieces. So memory
//! holds only a few files and pieces, however many files there are.

use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chancery_engine::inputs::Input;
use chancery_engine::opening::{OpenedText, Opener};
use chancery_engine::{Engine, InputError, ListChoice, UserList, ordered, stages};
use chancery_formats::Format;
use chancery_formats::ansi::Colours;
use chancery_model::Annotated;
use clap::{Args, ColorChoice};

use super::{CommandOutcome, OutputReader, open_output, write_failed_message};
use crate::archive_access::refuse_archives;
use crate::arguments::{
    EngineArguments, JobsArgument, LimitArgument, NamesArgument, TableArguments, announce_stdin,
    report_side_tables,
};
use crate::formats::{DocumentPrinter, STREAMED_FORMATS, choose_colours, format_parser};
use crate::progress::ProgressMeter;
use crate::run_counts::{RunCounts, report_languages, report_programs};

const EXAMPLES: &str = "\
Examples:
  chancery annotate telegram.txt                        colours, on a terminal
  chancery annotate telegram.txt > names.brackets.txt   brackets, in a file
  chancery annotate cables/ --format jsonl -o out.jsonl
  chancery annotate telegram.txt --statements           who says what, as JSON lines
  curl -s https://example.org/telegram | chancery annotate - --format conll

`chancery export` writes more formats.";

/// Annotate the names in files
///
/// Reads files in all known forms and prints their text with the names of
/// persons, places, organisations and others annotated. Files that cannot be
/// read are reported, and the run continues.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Files, folders (with all files below them) or "-" for standard input
    #[arg(value_name = "PATH", default_value = "-")]
    paths: Vec<PathBuf>,
    /// Output format [default: text on a terminal, brackets elsewhere]
    #[arg(short, long, value_parser = format_parser(STREAMED_FORMATS.iter().copied()))]
    format: Option<Format>,
    /// Also find who says what to whom, and acts such as meetings (JSON lines only)
    #[arg(long)]
    statements: bool,
    #[command(flatten)]
    jobs: JobsArgument,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    engine: EngineArguments,
    #[command(flatten)]
    names: NamesArgument,
    /// When to use colours in text
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
    #[command(flatten)]
    limit: LimitArgument,
    #[command(flatten)]
    tables: TableArguments,
    /// Show no progress and no summary
    #[arg(short, long)]
    quiet: bool,
}

/// The arguments with their defaults applied.
pub(crate) struct AnnotateSettings {
    paths: Vec<PathBuf>,
    format: Format,
    statements: bool,
    jobs: JobsArgument,
    output: Option<PathBuf>,
    engine: EngineArguments,
    names: NamesArgument,
    colours: Colours,
    limit: LimitArgument,
    tables: TableArguments,
    quiet: bool,
}

impl Arguments {
    /// Applies the defaults.
    pub(crate) fn with_defaults(self) -> AnnotateSettings {
        let on_terminal = self.output.is_none() && io::stdout().is_terminal();
        let usual = match (self.statements, on_terminal) {
            (true, _) => Format::Jsonl,
            (false, true) => Format::Text,
            (false, false) => Format::Brackets,
        };
        AnnotateSettings {
            format: self.format.unwrap_or(usual),
            statements: self.statements,
            jobs: self.jobs,
            colours: choose_colours(self.color, self.output.is_some()),
            paths: self.paths,
            output: self.output,
            engine: self.engine,
            names: self.names,
            limit: self.limit,
            tables: self.tables,
            quiet: self.quiet,
        }
    }
}

/// A part of the result of one input.
enum RenderEvent {
    /// The next bytes to print.
    Piece(Vec<u8>),
    /// The end: the size of the input, its counts and its errors.
    End { size: u64, counts: RunCounts, errors: Vec<InputError> },
}

/// Annotates the inputs.
pub(crate) fn run(settings: &AnnotateSettings) -> anyhow::Result<CommandOutcome> {
    if settings.statements && settings.format != Format::Jsonl {
        bail!("--statements needs --format jsonl: {} cannot hold statements", settings.format);
    }
    refuse_archives(
        &settings.paths,
        "`chancery export ARCHIVE` prints its documents with their names",
    )?;
    let inputs = settings.tables.collect_inputs(&settings.paths);
    refuse_to_overwrite(&inputs, settings.output.as_deref())?;
    let several = inputs.len() > 1;
    let bytes = inputs.iter().flatten().map(Input::size_in_bytes).sum();
    let user_list = settings.names.load_name_list()?;
    let fresh = settings.engine.load_engine()?;
    announce_stdin(&settings.paths);
    let opener = settings.tables.opener(settings.limit.limit_in_bytes(), &inputs)?;
    let mut output = open_output(settings.output.as_deref(), OutputReader::Program)?;
    let printing = DocumentPrinter { format: settings.format, colours: settings.colours, several };
    let unwritable = || write_failed_message(settings.output.as_deref());
    printing.write_legend(&mut output).with_context(unwritable)?;
    let mut progress = ProgressMeter::over_bytes(bytes, !settings.quiet, settings.output.is_some())
        .with_advice(settings.engine.speed_advice());
    let mut counts = RunCounts::default();
    let run = RunContext {
        fresh: &fresh,
        user_list: &user_list,
        limit: settings.limit,
        opener,
        statements: settings.statements,
    };
    let ended = ordered::map_in_order(
        inputs,
        settings.jobs.worker_count(),
        || fresh.clone(),
        |worker, input, emit| {
            annotate_input(input, worker, &run, PieceWriter::new(printing, emit));
        },
        |part| {
            match part {
                RenderEvent::Piece(bytes) => {
                    if let Err(error) = output.write_all(&bytes) {
                        return ControlFlow::Break(error);
                    }
                }
                RenderEvent::End { size, counts: one, errors } => {
                    for error in &errors {
                        progress.print_above(&format!("chancery: {error}"));
                    }
                    progress.advance(size);
                    counts.add_counts(&one);
                }
            }
            ControlFlow::Continue(())
        },
    );
    let took = progress.finish();
    report_side_tables(&run.opener);
    let ended = ended.break_value().map_or_else(|| output.flush(), Err);
    ended.with_context(unwritable)?;
    if several && !settings.quiet {
        eprintln!("{}", counts.summary_line(took));
    }
    report_languages(&counts.languages, settings.quiet);
    report_programs(&run.opener.used_programs(), settings.quiet);
    Ok(if counts.failed > 0 { CommandOutcome::SomeFailed } else { CommandOutcome::Success })
}

/// Writer that renders one input and emits it in pieces.
struct PieceWriter<'g> {
    printing: DocumentPrinter,
    piece: Vec<u8>,
    emit: ordered::ResultSink<'g, RenderEvent>,
}

/// Size of a piece, in bytes.
const PIECE_BYTES: usize = 1 << 16;

impl<'g> PieceWriter<'g> {
    fn new(printing: DocumentPrinter, emit: ordered::ResultSink<'g, RenderEvent>) -> Self {
        Self { printing, piece: Vec::new(), emit }
    }

    /// Renders a document, read from `source`.
    fn write_document(&mut self, document: &Annotated, source: &str) {
        let printing = self.printing;
        printing.write_document(self, document, source).expect("a piece is always accepted whole");
    }
}

impl Write for PieceWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.piece.len() == PIECE_BYTES {
            self.flush()?;
        }
        let taken = bytes.len().min(PIECE_BYTES - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.piece.is_empty() {
            (self.emit)(RenderEvent::Piece(std::mem::take(&mut self.piece)));
        }
        Ok(())
    }
}

/// What all workers of a run share.
struct RunContext<'a> {
    fresh: &'a Engine,
    user_list: &'a UserList,
    limit: LimitArgument,
    opener: Opener,
    statements: bool,
}

/// Reads, annotates and renders one input; emits its errors.
fn annotate_input(
    input: Result<Input, InputError>,
    engine: &mut Engine,
    run: &RunContext<'_>,
    mut rendering: PieceWriter<'_>,
) {
    let size = input.as_ref().map_or(0, Input::size_in_bytes);
    let rendered = input.and_then(|input| {
        let work = |engine: &mut _| render_documents(&input, engine, run, &mut rendering);
        engine.run_catching_panics(run.fresh, &input.to_string(), work)
    });
    let failed = |failure| (RunCounts { failed: 1, ..RunCounts::default() }, vec![failure]);
    let (counts, errors) = rendered.unwrap_or_else(failed);
    (rendering.emit)(RenderEvent::End { size, counts, errors });
}

/// Renders the documents of one input; returns their counts and errors.
fn render_documents(
    input: &Input,
    engine: &mut Engine,
    run: &RunContext<'_>,
    rendering: &mut PieceWriter<'_>,
) -> Result<(RunCounts, Vec<InputError>), InputError> {
    let mut counts = RunCounts { files: 1, ..RunCounts::default() };
    let mut errors = Vec::new();
    run.opener.visit_documents(input, |input| run.limit.read_limited(input), &mut |opened| {
        let rendered =
            opened.and_then(|opened| render_member(&opened, engine, run, rendering, &mut counts));
        match rendered {
            Ok(problems) => errors.extend(problems),
            Err(error) => {
                counts.failed += 1;
                errors.push(error);
            }
        }
    })?;
    if counts.documents == 0 && counts.failed > 0 {
        counts.files = 0;
    }
    rendering.flush().expect("a piece is always accepted whole");
    Ok((counts, errors))
}

/// Renders the documents of a file or a row; returns their problems.
fn render_member(
    opened: &OpenedText,
    engine: &mut Engine,
    run: &RunContext<'_>,
    rendering: &mut PieceWriter<'_>,
    counts: &mut RunCounts,
) -> Result<Vec<InputError>, InputError> {
    let member = &opened.member;
    let format = rendering.printing.format;
    let mut write = |document: &Annotated, several: bool| {
        rendering.printing.several |= several;
        counts.count_document(document);
        rendering.write_document(document, &member.path);
    };
    let failed = |problem| InputError::from_problem(member.path.clone(), problem);
    // Only this format shows entities.
    let problems = if format == Format::Jsonl {
        let lists = ListChoice::FileAndUser(run.user_list);
        let (documents, problems) = engine.resolve_opened(opened, lists).map_err(failed)?;
        let several = documents.len() > 1 || member.path.contains("!/");
        documents.for_each(|mut document| {
            if run.statements {
                stages::add_attribution(&mut document.annotated);
            }
            write(&document.annotated, several);
        });
        problems
    } else {
        let (documents, problems) = engine.annotate_opened(opened).map_err(failed)?;
        let several = documents.len() > 1 || member.path.contains("!/");
        documents.for_each(|document| write(&document, several));
        problems
    };
    Ok(problems.into_iter().map(failed).collect())
}

/// Refuses an output that is also an input, which would be truncated before it
/// is read.
fn refuse_to_overwrite(
    inputs: &[Result<Input, InputError>],
    output: Option<&Path>,
) -> anyhow::Result<()> {
    let Some(target) = output.and_then(|path| path.canonicalize().ok()) else { return Ok(()) };
    for input in inputs.iter().flatten() {
        if let Input::File(path) = input
            && path.canonicalize().is_ok_and(|path| path == target)
        {
            bail!("{}: is an input and cannot also be the output", path.display());
        }
    }
    Ok(())
}
