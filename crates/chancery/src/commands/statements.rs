//! `chancery statements`: lists who says what to whom, and who met whom.

use std::io::{self, IsTerminal, Write};

use anyhow::Context;
use chancery_formats::statement_rows::{
    RowFilter, StatementCsv, StatementRow, statement_rows, write_text_row,
};
use chancery_model::Annotated;
use clap::Args;

use super::{CommandOutcome, OutputReader, open_output, write_failed_message};
use crate::document_source::{DocumentSource, Wanted};
use crate::row_output::{RowArguments, RowForm};

const EXAMPLES: &str = "\
Examples:
  chancery statements archive --said huddleston
  chancery statements archive --said guenaizia --about 'joint command'
  chancery statements archive --query 'date:2009 tag:MARR' --csv -o said.csv
  chancery statements cables/ --acts --json
  chancery statements telegram.txt --min-score 0.8

The list is not complete. docs/STATEMENTS.md describes statements, and measures
how many are found.";

/// List who says what to whom, and who met whom
///
/// A statement is what a source of a telegram says, asks, promises, denies or
/// believes. Lists the speaker, the hearer and what is said; with --acts, lists
/// meetings, journeys, signatures, appointments and roles instead. The speaker
/// "post" is the author of the telegram.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: DocumentSource,
    #[command(flatten)]
    rows: RowArguments,
    /// List acts instead: meetings, journeys, signatures, appointments, roles
    #[arg(long)]
    acts: bool,
    /// Only those with at least this score, from 0 to 1
    #[arg(long, value_name = "SCORE", default_value_t = 0.5)]
    min_score: f32,
    /// Only what this person or organisation says or does
    #[arg(long, value_name = "NAME")]
    said: Option<String>,
    /// Only what is said to this person or organisation
    #[arg(long, value_name = "NAME")]
    told: Option<String>,
    /// Only statements whose content has these words
    #[arg(long, value_name = "WORDS")]
    about: Option<String>,
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
    let path = arguments.rows.path();
    let unwritable = || write_failed_message(path);
    let out = open_output(path, OutputReader::of_data(!arguments.rows.is_text()))?;
    let mut printer = match arguments.rows.form() {
        RowForm::Csv(dialect) => {
            let table = StatementCsv::start(out, dialect).with_context(unwritable)?;
            Printer::Csv(Box::new(table))
        }
        RowForm::Json => Printer::Json(out),
        RowForm::Text => Printer::Text(out, path.is_some() || !io::stdout().is_terminal()),
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
