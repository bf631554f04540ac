//! The commands, one file per command.

pub(crate) mod add;
pub(crate) mod annotate;
pub(crate) mod backup;
pub(crate) mod cite;
pub(crate) mod convert;
pub(crate) mod curate;
pub(crate) mod demo;
pub(crate) mod entities;
pub(crate) mod entity_tables;
pub(crate) mod eval;
pub(crate) mod export;
pub(crate) mod files;
pub(crate) mod forms;
pub(crate) mod holes;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod manual;
pub(crate) mod mcp;
pub(crate) mod notes;
pub(crate) mod problems;
pub(crate) mod read;
pub(crate) mod rebuild;
pub(crate) mod refresh;
pub(crate) mod related;
pub(crate) mod remove;
pub(crate) mod saved;
pub(crate) mod search;
pub(crate) mod serve;
pub(crate) mod set;
pub(crate) mod show;
pub(crate) mod statements;
pub(crate) mod stats;
pub(crate) mod verify;

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::path::Path;
use std::process::ExitCode;

use chancery_engine::InputError;
use chancery_formats::ansi::Colours;
use chancery_formats::terminal::SafeWriter;

/// Message for an output that fails: a full disk, for example.
pub(crate) const WRITE_FAILED: &str = "the results cannot be written";

/// The same message with the name of the file or folder, if there is one.
pub(crate) fn write_failed_message(output: Option<&Path>) -> String {
    output.map_or_else(
        || WRITE_FAILED.to_owned(),
        |path| format!("{}: {WRITE_FAILED}", path.display()),
    )
}

/// How a run ended; gives the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommandOutcome {
    /// Everything was done.
    Success,
    /// Some inputs failed; the rest was done.
    SomeFailed,
}

impl From<CommandOutcome> for ExitCode {
    fn from(outcome: CommandOutcome) -> Self {
        match outcome {
            CommandOutcome::Success => Self::SUCCESS,
            CommandOutcome::SomeFailed => Self::FAILURE,
        }
    }
}

/// The reader of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutputReader {
    /// A person: what steers a terminal is replaced, but for colours.
    Person(Colours),
    /// A program: everything is as it is, unless it is printed on a terminal.
    Program,
}

impl OutputReader {
    /// A program for data, else a person who sees no colours.
    pub(crate) const fn of_data(is_data: bool) -> Self {
        if is_data { Self::Program } else { Self::Person(Colours::Off) }
    }
}

/// Opens standard output. Everything that a command prints goes through it.
pub(crate) fn standard_output(reader: OutputReader) -> SafeWriter<StdoutLock<'static>> {
    let out = io::stdout().lock();
    match reader {
        OutputReader::Person(colours) => SafeWriter::new(out, colours),
        OutputReader::Program if io::stdout().is_terminal() => {
            // The formats for terminals replace what the text has, and add colours.
            SafeWriter::new(out, Colours::On)
        }
        OutputReader::Program => SafeWriter::verbatim(out),
    }
}

/// Opens the output: the named file, or standard output.
pub(crate) fn open_output(
    path: Option<&Path>,
    reader: OutputReader,
) -> anyhow::Result<BufWriter<Box<dyn Write>>> {
    let sink: Box<dyn Write> = match path {
        Some(path) => {
            Box::new(File::create(path).map_err(|error| InputError::from_write(path, &error))?)
        }
        None => Box::new(standard_output(reader)),
    };
    Ok(BufWriter::with_capacity(1 << 16, sink))
}
