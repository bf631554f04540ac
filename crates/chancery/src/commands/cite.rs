//! `chancery cite`: writes a bibliography.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use chancery_formats::citation::CitationFormat;
use chancery_store::{SearchRequest, SortOrder};
use chancery_views::citation::write_citations;
use chancery_views::limits::parse_limited_query;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::{CommandOutcome, OutputReader, open_output, write_failed_message};
use crate::archive_access::read_archive;

const EXAMPLES: &str = "\
Examples:
  chancery cite archive references:09PORTLOUIS214
  chancery cite archive 'person:osei date:2009' --style ris -o osei.ris
  chancery cite archive keyword:cited --style bibtex -o thesis.bib
  chancery cite archive --style csl-json | jq -r '.[].title'";

/// Write the citations of documents
///
/// Cites the documents of a query, oldest first, as the reading room does. Zotero
/// and other reference managers read RIS; LaTeX reads BibTeX.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// The query [default: all documents]
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Format of the citations
    #[arg(long, value_parser = style_parser(), default_value = "chicago")]
    style: CitationFormat,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The name of a style. Plain text is in the style of the Chicago Manual.
const fn style_name(format: CitationFormat) -> &'static str {
    match format {
        CitationFormat::Text => "chicago",
        format => format.name(),
    }
}

fn style_parser() -> impl TypedValueParser<Value = CitationFormat> {
    let value =
        |format: CitationFormat| PossibleValue::new(style_name(format)).help(format.description());
    PossibleValuesParser::new(CitationFormat::ALL.map(value)).map(|word| {
        let mut formats = CitationFormat::ALL.into_iter();
        formats.find(|format| style_name(*format) == word).expect("the parser allows only styles")
    })
}

/// Writes the citations.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let query = arguments.query.join(" ");
    let path = arguments.output.as_deref();
    let cited = read_archive(&arguments.archive, |session| {
        let mut cited = Vec::new();
        let query = parse_limited_query(&query)?;
        let request = SearchRequest { sort: SortOrder::Oldest, ..SearchRequest::new(query) };
        write_citations(session, &request, arguments.style, &mut cited)?;
        Ok(cited)
    })?;
    let mut out = open_output(path, OutputReader::Program)?;
    out.write_all(&cited).and_then(|()| out.flush()).with_context(|| write_failed_message(path))?;
    Ok(CommandOutcome::Success)
}
