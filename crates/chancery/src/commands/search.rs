//! `chancery search`: finds documents that match a query.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anstyle::Style;
use anyhow::Context;
use chancery_formats::ansi::Colours;
use chancery_model::Section;
use chancery_store::{Archive, DocumentRow, SearchRequest, SearchResults, Searcher, parse_query};
use chancery_views::search_response::{
    self as found, HitTable, ResultOrder, SearchResponse, highlight_snippet,
};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ColorChoice};

use super::{CommandOutcome, OutputReader, open_output, write_failed_message};
use crate::archive_access::{open_archive, open_existing};
use crate::formats::choose_colours;
use crate::row_output::{RowArguments, RowForm};
use crate::run_counts::format_count;
use chancery_engine::inputs::read_utf8_file;

const EXAMPLES: &str = "\
Queries:
  missile sites             both words             \"missile sites\"  the phrase
  missile OR rocket         either                 missile NOT cuba  one without the other
  missil*                   words that begin with this
  kadafi~1                  words with one letter different   mis*le  with any letters inside
  stem:negotiate            all forms of a word      like:09ALGIERS948  documents like it
  \"smugglers PERSON\"~5      near each other, in any order, with at most 5 words between;
                            also PLACE, ORG, OFFICE, DATE
  near:\"port louis\"~100km   places within this distance
  tag:(PTER OR PREL)        a field; the fields are text: subject: from: to: post: date:
                            tag: keyword: classification: marking: references:
                            person: place: org: office: entity:
                            path: footnote: note:
                            said: told: about: met: in: stem: near: like: copies:
  copies:once               near-duplicates count once, in hits and in counts
  date:2009-01..2009-06     days, months, years    date:..1975       and ranges of them
  person:\"henry kissinger\"  by any of the names     classification:secret marking:S/NF
  office:\"foreign minister of mali\"                  the office, also by its title alone
  said:huddleston about:\"joint command\"              the speaker, and what is said
  told:huddleston  met:huddleston  in:tamanrasset    the hearer; who was met; the place of an act

Examples:
  chancery search archive 'person:huddleston date:2009 NOT classification:secret'
  chancery search archive --sort newest --limit 50 --offset 100 algiers
  chancery search archive --facets --limit 0 embargo
  chancery search archive --save arms 'tag:MARR (missile* OR rocket*)'
  chancery search archive --saved arms --csv
  chancery saved archive                         what is new in saved queries
  chancery search archive --batch queries.txt > hits.tsv";

/// Find documents in an archive
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// The query; all words must occur
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Order of the hits
    #[arg(long, value_parser = sort_order_parser(), default_value = ResultOrder::Relevance.url_name())]
    sort: ResultOrder,
    /// Show at most N hits
    #[arg(short, long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Skip the first N hits
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: usize,
    /// Count the hits by year, post, classification, TAGS and entity
    #[arg(long)]
    facets: bool,
    #[command(flatten)]
    rows: RowArguments,
    /// Run each line of a file as a query and print a table of hits
    #[arg(long, value_name = "FILE", conflicts_with_all = ["query", "saved", "save", "form"])]
    batch: Option<PathBuf>,
    /// Save the query under this name
    #[arg(long, value_name = "NAME")]
    save: Option<String>,
    /// Run the query saved under this name
    #[arg(long, value_name = "NAME", conflicts_with = "query")]
    saved: Option<String>,
    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

fn sort_order_parser() -> impl TypedValueParser<Value = ResultOrder> {
    let value =
        |order: ResultOrder| PossibleValue::new(order.url_name()).help(order.display_name());
    PossibleValuesParser::new(ResultOrder::ALL.map(value)).map(|word| {
        let mut orders = ResultOrder::ALL.into_iter();
        orders.find(|order| order.url_name() == word).expect("the parser allows only known orders")
    })
}

/// Searches, and saves the query.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let archive = open_archive(&arguments.archive)?;
    let colours = choose_colours(arguments.color, arguments.rows.path().is_some());
    let reader = match arguments.rows.is_text() && arguments.batch.is_none() {
        true => OutputReader::Person(colours),
        false => OutputReader::Program,
    };
    let mut out = open_output(arguments.rows.path(), reader)?;
    let searcher = Searcher::open(&archive)?;
    if let Some(file) = &arguments.batch {
        return run_query_file(arguments, &archive, &searcher, file, &mut out);
    }
    let query = match &arguments.saved {
        Some(name) => {
            let saved = archive.saved_search(name)?;
            let missing = "no such saved query (`chancery saved ARCHIVE` lists them)";
            saved.with_context(|| format!("{name}: {missing}"))?.query
        }
        None => arguments.query.join(" "),
    };
    let request = search_request(arguments, &query)?;
    if let Some(name) = &arguments.save {
        open_existing(&arguments.archive)?.save_search(name, Some(&query))?;
    }
    let results = searcher.search(&archive, &request)?;
    if results.batches_behind > 0 {
        eprintln!("chancery: the index is out of date (run `chancery rebuild`)");
    }
    match arguments.rows.form() {
        RowForm::Json => {
            serde_json::to_writer(&mut out, &SearchResponse::from_results(&archive, &results)?)?;
            writeln!(out)?;
        }
        RowForm::Csv(dialect) => {
            let mut table = HitTable::start(&mut out, dialect)?;
            table.write_hits(&results.hits)?;
            table.finish()?;
        }
        RowForm::Text => {
            write_hit_list(&mut out, &results, arguments.offset, colours == Colours::On)?;
        }
    }
    out.flush().with_context(|| write_failed_message(arguments.rows.path()))?;
    if let Some(name) = &arguments.saved
        && let Err(error) =
            open_existing(&arguments.archive).and_then(|mut writer| writer.mark_search_seen(name))
    {
        eprintln!("chancery: {name}: its results still count as new: {error}");
    }
    Ok(CommandOutcome::Success)
}

fn search_request(arguments: &Arguments, query: &str) -> anyhow::Result<SearchRequest> {
    Ok(SearchRequest {
        query: parse_query(query)?,
        sort: arguments.sort.into(),
        offset: arguments.offset,
        limit: arguments.limit,
        facets: arguments.facets,
    })
}

/// Runs each line of a file as a query; reports invalid ones and continues.
fn run_query_file(
    arguments: &Arguments,
    archive: &Archive,
    searcher: &Searcher,
    file: &Path,
    out: &mut impl Write,
) -> anyhow::Result<CommandOutcome> {
    let lines = read_utf8_file(file)?;
    let mut outcome = CommandOutcome::Success;
    found::write_batch_head(out)?;
    let page = (arguments.sort.into(), arguments.offset, arguments.limit);
    for (number, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut rows = Vec::new();
        match found::write_batch_line(archive, searcher, line, page, &mut rows) {
            Ok(()) => out.write_all(&rows)?,
            Err(error) => {
                eprintln!("chancery: {}: line {}: {error:#}", file.display(), number + 1);
                outcome = CommandOutcome::SomeFailed;
            }
        }
    }
    out.flush()?;
    Ok(outcome)
}

/// Prints the hits for people: a headline, the subject, the best sentences.
fn write_hit_list(
    out: &mut impl Write,
    results: &SearchResults,
    offset: usize,
    colours: bool,
) -> io::Result<()> {
    let bold = if colours { Style::new().bold() } else { Style::new() };
    for (rank, hit) in results.hits.iter().enumerate() {
        let summary = &hit.document;
        let mut head = vec![format!("{:.12}", summary.id.to_string())];
        head.extend(summary.cable_id.clone());
        head.extend(summary.date.clone());
        head.extend(summary.post.clone());
        head.extend(summary.classification.map(|level| level.as_str().replace('_', " ")));
        head.extend(summary.section.map(|(number, of)| match number {
            Section::ALL => format!("all {of} sections"),
            number => format!("section {number} of {of}"),
        }));
        writeln!(out, "{bold}{}. {}{bold:#}", offset + rank + 1, head.join("  "))?;
        if let Some(subject) = &summary.subject {
            writeln!(out, "   {subject}")?;
        }
        for snippet in &hit.snippets {
            writeln!(out, "   … {}", highlight_snippet(snippet, colours))?;
        }
        writeln!(out, "   {}", summary.path)?;
        write_near_duplicates(out, &hit.near_duplicates)?;
        writeln!(out)?;
    }
    for (name, counts) in &results.facets {
        let counts: Vec<String> =
            counts.iter().map(|(word, count)| format!("{word} {count}")).collect();
        writeln!(out, "{bold}{name}:{bold:#} {}", counts.join(", "))?;
    }
    write!(out, "{}", format_count(results.total as u64, "document"))?;
    match results.near_duplicates {
        0 => writeln!(out)?,
        others => {
            let once = results.total - others;
            writeln!(out, "; {once} if near-duplicates count once (copies:once)")?;
        }
    }
    for suggestion in &results.suggestions {
        let documents = format_count(suggestion.documents as u64, "document");
        writeln!(out, "did you mean: {} ({documents})", suggestion.query)?;
    }
    Ok(())
}

/// Prints which documents a hit stands for: "and 2 near-duplicates: 09LOME1, 9f86d081a2b3".
fn write_near_duplicates(out: &mut impl Write, others: &[DocumentRow]) -> io::Result<()> {
    if others.is_empty() {
        return Ok(());
    }
    let name = |row: &DocumentRow| {
        row.cable_id.clone().unwrap_or_else(|| format!("{:.12}", row.id.to_string()))
    };
    let names: Vec<String> = others.iter().map(name).collect();
    let count = format_count(others.len() as u64, "near-duplicate");
    writeln!(out, "   and {count}: {}", names.join(", "))
}
