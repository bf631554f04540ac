//! How a command prints rows: as text, as comma-separated values, as JSON lines.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use chancery_formats::table::TableDialect;
use clap::Args;
use serde::Serialize;

use crate::commands::{OutputReader, open_output, write_failed_message};

/// The forms of rows, and where they go.
#[derive(Args, Clone, Debug)]
pub(crate) struct RowArguments {
    /// Print comma-separated values
    #[arg(long, group = "form")]
    csv: bool,
    /// Print comma-separated values that Excel opens as they are
    #[arg(long, group = "form")]
    excel: bool,
    /// Print JSON lines: one object per row
    #[arg(long, group = "form")]
    json: bool,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl RowArguments {
    /// Whether people read the rows.
    pub(crate) fn is_text(&self) -> bool {
        !self.csv && !self.excel && !self.json
    }

    /// Prints rows: by `csv`, by `text`, or as JSON.
    pub(crate) fn print<T: Serialize>(
        &self,
        rows: &[T],
        csv: impl FnOnce(&[T], TableDialect, &mut dyn Write) -> io::Result<()>,
        text: impl FnOnce(&[T], &mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        let mut out = open_output(self.output.as_deref(), OutputReader::of_data(!self.is_text()))?;
        let written = match self {
            Self { excel: true, .. } => csv(rows, TableDialect::Excel, &mut out),
            Self { csv: true, .. } => csv(rows, TableDialect::Plain, &mut out),
            Self { json: true, .. } => rows.iter().try_for_each(|row| {
                serde_json::to_writer(&mut out, row)?;
                out.write_all(b"\n")
            }),
            _ => text(rows, &mut out),
        };
        written
            .and_then(|()| out.flush())
            .with_context(|| write_failed_message(self.output.as_deref()))
    }
}
