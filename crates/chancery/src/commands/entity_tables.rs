//! `chancery people`, `places` and `orgs`: the names of an archive as a table.

use std::io::IsTerminal;
use std::path::PathBuf;

use chancery_model::Label;
use chancery_views::entity_index::{IndexOrder, IndexParameters};
use chancery_views::entity_table::{
    TableParameters, entity_table, rest_in_words, write_csv, write_text,
};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::CommandOutcome;
use crate::archive_access::read_archive;
use crate::row_output::RowArguments;

/// Rows that people get without --limit.
const SHOWN_ROWS: usize = 40;

pub(crate) const PEOPLE_EXAMPLES: &str = "\
Examples:
  chancery people archive                             those in the most documents
  chancery people archive --sort name --limit 0       all, by family name
  chancery people archive --query 'post:tehran date:1962' --csv > tehran.csv
  chancery people archive --excel -o people.csv       opens in Excel by a double click
  chancery people archive --doubts                    surnames that may be several people
  chancery people archive --json | jq -r 'select(.documents > 50) | .name'

`chancery show ARCHIVE ID` shows one with offices and passages.";

pub(crate) const PLACES_EXAMPLES: &str = "\
Examples:
  chancery places archive
  chancery places archive --query 'person:osei' --sort mentions
  chancery places archive --csv -o places.csv         with country and coordinates
  chancery places archive --json | jq 'select(.coordinates == null) | .name'";

pub(crate) const ORGS_EXAMPLES: &str = "\
Examples:
  chancery orgs archive
  chancery orgs archive --query 'date:2009' --sort first
  chancery orgs archive --excel -o organisations.csv";

/// The arguments of all three commands.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// Only those named in documents that match this query (see `chancery search --help`)
    #[arg(long, value_name = "QUERY", default_value = "", hide_default_value = true)]
    query: String,
    /// Order of the rows
    #[arg(long, value_parser = order_parser(), default_value = IndexOrder::Documents.url_name())]
    sort: IndexOrder,
    /// Only names that may mean more than one
    #[arg(long)]
    doubts: bool,
    /// Show at most N rows, or all with 0 [default: 40 on a terminal and in text, else all]
    #[arg(short, long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    rows: RowArguments,
}

fn order_parser() -> impl TypedValueParser<Value = IndexOrder> {
    let names = IndexOrder::ALL.map(|order| PossibleValue::new(order.url_name()));
    PossibleValuesParser::new(names).map(|word| {
        let mut orders = IndexOrder::ALL.into_iter();
        orders.find(|order| order.url_name() == word).expect("the parser allows only known orders")
    })
}

/// Prints the table of a label.
pub(crate) fn run(arguments: &Arguments, label: Label) -> anyhow::Result<CommandOutcome> {
    let Arguments { query, sort, doubts, limit, rows, .. } = arguments;
    let limit = match limit {
        Some(0) => None,
        None if rows.is_text() => Some(SHOWN_ROWS),
        limit => *limit,
    };
    let index =
        IndexParameters { q: query.clone(), sort: *sort, doubts: *doubts, ..Default::default() };
    let parameters = TableParameters { index, limit, with_spellings: !rows.is_text() };
    let table =
        read_archive(&arguments.archive, |session| entity_table(session, label, &parameters))?;
    rows.print(
        &table.rows,
        |rows, dialect, out| write_csv(label, rows, dialect, out).map(drop),
        |rows, mut out| write_text(rows, &mut out),
    )?;
    let noun = match label {
        Label::Per => "person",
        Label::Loc => "place",
        Label::Org | Label::Misc => "organisation",
    };
    if let Some(rest) = rest_in_words(&table, noun).filter(|_| std::io::stdout().is_terminal()) {
        eprintln!("{rest} (--limit 0 prints all)");
    }
    Ok(CommandOutcome::Success)
}
