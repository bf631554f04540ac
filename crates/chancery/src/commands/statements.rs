//! `chancery statements`: lists who says what to whom, and who met whom.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Context;
use chancery_formats::statement_rows::{
    RowFilter, StatementCsv, StatementRow, statement_rows, write_text_row,
};
use chancery_formats::table::TableDialect;
use chancery_model::Annotated;
use clap::Args;

use super::{CommandOutcome, OutputReader, open_output, write_failed_message};
use crate::document_source::{DocumentSource, Wanted};

const EXAMPLES: &str = "\
Examples:
  chancery statements archive --said huddleston
  chancery statements archive --said guenaizia --about 'joint command'
  chancery statements archive --query 'date:2009 tag:MARR' --csv -o said.csv
  chancery statements cables/ --acts --json
  chancery statements telegram.txt --min-score 0.8

What the program did not find may have been said all the same.
docs/STATEMENTS.md says what a statement is, and how good the list is.";

/// List who says what to whom, and who met whom
///
/// Finds the statements of telegrams: sources say, ask, promise, deny or believe
/// something. Lists speaker, hearer and what is said; with --acts meetings,
/// journeys, signatures, appointments and roles. \"post\" is the
/// telegram's own voice.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: DocumentSource,
    /// Print a table of comma-separated values
    #[arg(long, group = "form")]
    csv: bool,
    /// Print a table that Excel opens as it is
    #[arg(long, group = "form")]
    excel: bool,
    /// Print JSON lines: one object per statement or act
    #[arg(long, group = "form")]
    json: bool,
    /// List acts instead: who met, travelled, attended, signed, was appointed
    #[arg(long)]
    acts: bool,
    /// Only what is at least this certain, 0 to 1
    #[arg(long, value_name = "SCORE", default_value_t = 0.5)]
    min_score: f32,
    /// Only what this person or organisation says or does
    #[arg(long, value_name = "NAME")]
    said: Option<String>,
    /// Only what is said to this person or organisation
    #[arg(long, value_name = "NAME")]
    told: Option<String>,
    /// Only what is said with these words
    #[arg(long, value_name = "WORDS")]
    about: Option<String>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Where the rows go.
enum Printer<W: Write> {
    Csv(Box<StatementCsv<W>>),
    Json(W),
    Text(W, bool),
}

impl<W: Write> Printer<W> {
    fn write(&mut self, row: &StatementRow) -> io::Result<()> {
        match self {
            Self::Csv(table) => table.write_row(row),
            Self::Json(out) => {
                serde_json::to_writer(&mut *out, row)?;
                out.write_all(b"\n")
            }
            Self::Text(out, is_wide) => write_text_row(row, *is_wide, out),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Csv(table) => table.finish()?.flush(),
            Self::Json(mut out) | Self::Text(mut out, _) => out.flush(),
        }
    }
}

/// Prints the statements or acts of the documents.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let opened = arguments.source.open(None)?;
    let path = arguments.output.as_deref();
    let unwritable = || write_failed_message(path);
    let is_data = arguments.csv || arguments.excel || arguments.json;
    let out = open_output(path, OutputReader::of_data(is_data))?;
    let table = |out, dialect| {
        let table = StatementCsv::start(out, dialect).with_context(unwritable)?;
        anyhow::Ok(Printer::Csv(Box::new(table)))
    };
    let mut printer = match arguments {
        Arguments { excel: true, .. } => table(out, TableDialect::Excel)?,
        Arguments { csv: true, .. } => table(out, TableDialect::Plain)?,
        Arguments { json: true, .. } => Printer::Json(out),
        _ => Printer::Text(out, path.is_some() || !io::stdout().is_terminal()),
    };
    let filter = RowFilter::new(
        arguments.said.as_deref(),
        arguments.told.as_deref(),
        arguments.about.as_deref(),
        arguments.min_score,
    );
    let mut write = |annotated: &Annotated, source: &str| {
        let rows = statement_rows(annotated, source, arguments.acts);
        rows.iter()
            .filter(|row| filter.keeps(row))
            .try_for_each(|row| printer.write(row))
            .with_context(unwritable)
    };
    let wanted = Wanted { set: None, statements: true, to_file: path.is_some() };
    let outcome = arguments.source.visit_documents(&opened, wanted, &mut write)?;
    printer.finish().with_context(unwritable)?;
    Ok(outcome)
}
