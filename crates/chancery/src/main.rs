//! The command line program.
//!
//! Each command is one file of [`commands`]: its arguments and a `run` function.
//! Exit codes: 0, success; 1, some input failed; 2, the command line is wrong.

mod alignment;
mod annotation_sets;
mod arguments;
mod commands;
mod formats;
mod pdf_text;
mod progress;
mod report;
mod target;

use std::io;
use std::panic;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use commands::{
    Outcome, add, annotate, convert, curate, demo, entities, eval, export, import, manual,
    problems, read, rebuild, search, serve, show, stats, verify,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The exit codes, for the help text.
const EXIT_CODES: &str = "\
Exit codes of every command:
  0  success
  1  an input could not be read, or the command failed; the rest was done, and
     standard error lists the failures
  2  the command line is wrong; nothing was done

`chancery help COMMAND` shows examples.";

/// Find the names in diplomatic telegrams, and resolve who and what they are.
#[derive(Parser)]
#[command(version, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Annotate(annotate::Arguments),
    Read(read::Arguments),
    Convert(convert::Arguments),
    Entities(entities::Arguments),
    Eval(eval::Arguments),
    Add(add::Arguments),
    Search(search::Arguments),
    Show(show::Arguments),
    Stats(stats::Arguments),
    Curate(curate::Arguments),
    Export(export::Arguments),
    Import(import::Arguments),
    Serve(serve::Arguments),
    Demo(demo::Arguments),
    Problems(problems::Arguments),
    Verify(verify::Arguments),
    Rebuild(rebuild::Arguments),
    Completions(manual::Completions),
    Man(manual::Man),
    /// Print the text of the PDF on standard input. `add` runs this as a separate
    /// process, which can be stopped.
    #[command(hide = true)]
    PdfText,
}

fn main() -> ExitCode {
    hide_caught_panics();
    let outcome = match Arguments::parse().command {
        Command::Annotate(arguments) => annotate::run(&arguments.settings()),
        Command::Read(arguments) => read::run(&arguments),
        Command::Convert(arguments) => convert::run(&arguments),
        Command::Entities(arguments) => entities::run(&arguments),
        Command::Eval(arguments) => eval::run(&arguments),
        Command::Add(arguments) => add::run(&arguments),
        Command::Search(arguments) => search::run(&arguments),
        Command::Show(arguments) => show::run(&arguments),
        Command::Stats(arguments) => stats::run(&arguments),
        Command::Curate(arguments) => curate::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Problems(arguments) => problems::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Rebuild(arguments) => rebuild::run(&arguments),
        Command::Completions(arguments) => manual::completions(&arguments, Arguments::command()),
        Command::Man(arguments) => manual::man(&arguments, Arguments::command()),
        Command::PdfText => pdf_text::run(),
    };
    match outcome {
        Ok(outcome) => outcome.into(),
        Err(error) if is_broken_pipe(&error) => Outcome::Fine.into(),
        Err(error) => {
            eprintln!("chancery: {error:#}");
            Outcome::SomeFailed.into()
        }
    }
}

/// Whether the reader of the output has closed the pipe (`chancery … | head`).
/// This is not an error.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kinds = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    kinds.into_iter().any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// Suppresses the messages of caught panics: crates that read columns panic on
/// damaged files, and the user gets an error instead.
fn hide_caught_panics() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !chancery_formats::columns::is_guarded() {
            usual(panic);
        }
    }));
}
