//! The command line program.
//!
//! Each command is one file of [`commands`]: its arguments and a `run` function.
//! Exit codes: 0, success; 1, some input failed; 2, the command line is wrong.

mod alignment;
mod annotation_sets;
mod archive_access;
mod arguments;
mod commands;
mod document_source;
mod export_target;
mod failure_report;
mod formats;
mod pdf_text;
mod progress;
mod row_output;
mod run_counts;

use std::io::IsTerminal;
use std::panic;
use std::path::Path;
use std::process::{self, ExitCode};

use chancery_model::Label;
use clap::{CommandFactory, Parser, Subcommand};

use commands::{
    CommandOutcome, add, annotate, backup, cite, convert, curate, demo, entities, entity_tables,
    eval, export, files, forms, holes, import, list, manual, mcp, notes, problems, read, rebuild,
    refresh, related, remove, saved, search, serve, set, show, statements, stats, verify,
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

/// The help of the program: clap lists commands in one group, and there are forty.
const HELP: &str = concat!(
    "{before-help}{about-with-newline}\n{usage-heading} {usage}\n\n",
    include_str!("../assets/commands.txt"),
    "\nOptions:\n{options}{after-help}"
);

/// Find the names in diplomatic telegrams, and resolve who and what they are.
#[derive(Parser)]
#[command(version, help_template = HELP, after_help = EXIT_CODES)]
struct Arguments {
    /// Without a command, a terminal opens the archive of the current folder.
    #[command(subcommand)]
    command: Option<UserCommand>,
}

/// The command that the user gave. Without one, people get the archive of the current
/// folder in the browser, and programs the help.
fn command_of_user() -> anyhow::Result<UserCommand> {
    if let Some(command) = Arguments::parse().command {
        return Ok(command);
    }
    if !std::io::stdout().is_terminal() {
        // As clap does for a missing command.
        eprint!("{}", Arguments::command().render_help());
        process::exit(2);
    }
    let archive = serve::archive_in(Path::new("."))?;
    let words = ["chancery".as_ref(), "serve".as_ref(), archive.as_os_str()];
    Arguments::parse_from(words).command.ok_or_else(|| anyhow::anyhow!("no command"))
}

#[derive(Subcommand)]
enum UserCommand {
    Annotate(annotate::Arguments),
    Read(read::Arguments),
    Convert(convert::Arguments),
    Entities(entities::Arguments),
    Eval(eval::Arguments),
    Forms(forms::Arguments),
    Add(add::Arguments),
    Refresh(refresh::Arguments),
    List(list::Arguments),
    Saved(saved::Arguments),
    Holes(holes::Arguments),
    Search(search::Arguments),
    Show(show::Arguments),
    /// List the people of an archive, with offices and dates
    #[command(after_help = entity_tables::PEOPLE_EXAMPLES)]
    People(entity_tables::Arguments),
    /// List the places of an archive, with coordinates and dates
    #[command(after_help = entity_tables::PLACES_EXAMPLES)]
    Places(entity_tables::Arguments),
    /// List the organisations of an archive, with dates and counts
    #[command(after_help = entity_tables::ORGS_EXAMPLES)]
    Orgs(entity_tables::Arguments),
    Related(related::Arguments),
    Cite(cite::Arguments),
    Notes(notes::Arguments),
    Statements(statements::Arguments),
    Stats(stats::Arguments),
    Curate(curate::Arguments),
    Set(set::Arguments),
    Remove(remove::Arguments),
    Export(export::Arguments),
    Import(import::Arguments),
    Serve(serve::Arguments),
    Mcp(mcp::Arguments),
    Demo(demo::Arguments),
    Files(files::Arguments),
    Problems(problems::Arguments),
    Verify(verify::Arguments),
    Rebuild(rebuild::Arguments),
    Backup(backup::BackupArguments),
    Restore(backup::RestoreArguments),
    Completions(manual::CompletionsArguments),
    Man(manual::ManArguments),
    /// Print the text of the PDF on standard input. `add` runs this as a separate
    /// process, which can be stopped.
    #[command(hide = true)]
    PdfText,
}

fn main() -> ExitCode {
    hide_caught_panics();
    let outcome = command_of_user().and_then(run_command);
    match outcome {
        Ok(outcome) => outcome.into(),
        Err(error) => match failure_report::report(&error) {
            Some(report) => {
                eprintln!("chancery: {report}");
                CommandOutcome::SomeFailed.into()
            }
            None => CommandOutcome::Success.into(),
        },
    }
}

/// Runs a command.
fn run_command(command: UserCommand) -> anyhow::Result<CommandOutcome> {
    match command {
        UserCommand::Annotate(arguments) => annotate::run(&arguments.with_defaults()),
        UserCommand::Read(arguments) => read::run(&arguments),
        UserCommand::Convert(arguments) => convert::run(&arguments),
        UserCommand::Entities(arguments) => entities::run(&arguments),
        UserCommand::Eval(arguments) => eval::run(&arguments),
        UserCommand::Forms(arguments) => forms::run(&arguments),
        UserCommand::Add(arguments) => add::run(&arguments),
        UserCommand::Refresh(arguments) => refresh::run(&arguments),
        UserCommand::List(arguments) => list::run(&arguments),
        UserCommand::Saved(arguments) => saved::run(&arguments),
        UserCommand::Holes(arguments) => holes::run(&arguments),
        UserCommand::Search(arguments) => search::run(&arguments),
        UserCommand::Show(arguments) => show::run(&arguments),
        UserCommand::People(arguments) => entity_tables::run(&arguments, Label::Per),
        UserCommand::Places(arguments) => entity_tables::run(&arguments, Label::Loc),
        UserCommand::Orgs(arguments) => entity_tables::run(&arguments, Label::Org),
        UserCommand::Related(arguments) => related::run(&arguments),
        UserCommand::Cite(arguments) => cite::run(&arguments),
        UserCommand::Notes(arguments) => notes::run(&arguments),
        UserCommand::Statements(arguments) => statements::run(&arguments),
        UserCommand::Stats(arguments) => stats::run(&arguments),
        UserCommand::Curate(arguments) => curate::run(&arguments),
        UserCommand::Set(arguments) => set::run(&arguments),
        UserCommand::Remove(arguments) => remove::run(&arguments),
        UserCommand::Export(arguments) => export::run(&arguments),
        UserCommand::Import(arguments) => import::run(&arguments),
        UserCommand::Serve(arguments) => serve::run(&arguments),
        UserCommand::Mcp(arguments) => mcp::run(&arguments),
        UserCommand::Demo(arguments) => demo::run(&arguments),
        UserCommand::Files(arguments) => files::run(&arguments),
        UserCommand::Problems(arguments) => problems::run(&arguments),
        UserCommand::Verify(arguments) => verify::run(&arguments),
        UserCommand::Rebuild(arguments) => rebuild::run(&arguments),
        UserCommand::Backup(arguments) => backup::run_backup(&arguments),
        UserCommand::Restore(arguments) => backup::run_restore(&arguments),
        UserCommand::Completions(arguments) => {
            manual::print_completions(&arguments, Arguments::command())
        }
        UserCommand::Man(arguments) => manual::write_manual_pages(&arguments, Arguments::command()),
        UserCommand::PdfText => pdf_text::print_pdf_text(),
    }
}

/// Suppresses the messages of caught panics: crates that read columns and the
/// index panic on damaged files, and the user gets an error instead.
fn hide_caught_panics() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let is_caught = chancery_formats::columns::is_catching_panics()
            || chancery_store::is_catching_index_panics();
        if !is_caught {
            usual(panic);
        }
    }));
}
