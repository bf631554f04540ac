//! How a command prints rows: as text, as comma-separated values, as JSON lines.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use chancery_formats::table::TableDialect;
use clap::Args;
use serde::Serialize;

use crate::commands::{OutputReader, open_output, write_failed_message};

/// The forms of rows, and where they go.
#[derive(Args, Clone, Debug)]
pub(crate) struct RowArguments {
    /// Print CSV
    #[arg(long, group = "form")]
    csv: bool,
    /// Print CSV for Excel, with a byte order mark
    #[arg(long, group = "form")]
    excel: bool,
    /// Print JSON: one object per line
    #[arg(long, group = "form")]
    json: bool,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A form of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowForm {
    /// For people.
    Text,
    /// Comma-separated values.
    Csv(TableDialect),
    /// JSON lines.
    Json,
}

impl RowArguments {
    pub(crate) fn form(&self) -> RowForm {
        match self {
            Self { excel: true, .. } => RowForm::Csv(TableDialect::Excel),
            Self { csv: true, .. } => RowForm::Csv(TableDialect::Plain),
            Self { json: true, .. } => RowForm::Json,
            _ => RowForm::Text,
        }
    }

    /// Whether people read the rows.
    pub(crate) fn is_text(&self) -> bool {
        self.form() == RowForm::Text
    }

    /// The file that is written, if it is not standard output.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.output.as_deref()
    }

    /// Prints rows: by `csv`, by `text`, or as JSON.
    pub(crate) fn print<T: Serialize>(
        &self,
        rows: &[T],
        csv: impl FnOnce(&[T], TableDialect, &mut dyn Write) -> io::Result<()>,
        text: impl FnOnce(&[T], &mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        let mut out = open_output(self.path(), OutputReader::of_data(!self.is_text()))?;
        let written = match self.form() {
            RowForm::Csv(dialect) => csv(rows, dialect, &mut out),
            RowForm::Json => rows.iter().try_for_each(|row| {
                serde_json::to_writer(&mut out, row)?;
                out.write_all(b"\n")
            }),
            RowForm::Text => text(rows, &mut out),
        };
        written.and_then(|()| out.flush()).with_context(|| write_failed_message(self.path()))
    }
}
