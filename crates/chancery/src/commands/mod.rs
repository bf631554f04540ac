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
pub(crate) mod import;
pub(crate) mod manual;
pub(crate) mod mcp;
pub(crate) mod notes;
pub(crate) mod problems;
pub(crate) mod read;
pub(crate) mod rebuild;
pub(crate) mod related;
pub(crate) mod search;
pub(crate) mod serve;
pub(crate) mod set;
pub(crate) mod show;
pub(crate) mod statements;
pub(crate) mod stats;
pub(crate) mod verify;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use chancery_engine::InputError;

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

/// Opens the output: the named file, or standard output.
pub(crate) fn open_output(path: Option<&Path>) -> anyhow::Result<BufWriter<Box<dyn Write>>> {
    let sink: Box<dyn Write> = match path {
        Some(path) => {
            Box::new(File::create(path).map_err(|error| InputError::from_write(path, &error))?)
        }
        None => Box::new(io::stdout().lock()),
    };
    Ok(BufWriter::with_capacity(1 << 16, sink))
}
