//! `chancery search`: finds documents that match a query.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use chancery_server::search_response::{self as found, Found, Order, marked};
use chancery_store::{Archive, Request, Results, Searcher, Writer, parse_query};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ColorChoice};

use super::Outcome;
use crate::formats::colours;
use crate::report::counted;
use chancery_engine::inputs::read_text;

const EXAMPLES: &str = "\
Queries:
  missile sites             both words             \"missile sites\"  the phrase
  missile OR rocket         either                 missile NOT cuba  one without the other
  missil*                   words with this start  kadafi~1          one letter different
  tag:(PTER OR PREL)        a field; the fields are text: subject: from: to: post: date:
                            tag: class: marking: ref: person: place: org: entity: path:
                            note:
  date:2009-01..2009-06     days, months, years    date:..1975       and ranges of them
  person:\"henry kissinger\"  in every spelling      class:secret marking:S/NF

Examples:
  chancery search archive 'person:huddleston date:2009 NOT class:secret'
  chancery search archive --sort newest --limit 50 --offset 100 algiers
  chancery search archive --facets --limit 0 embargo
  chancery search archive --save arms 'tag:MARR (missile* OR rocket*)'
  chancery search archive --saved arms --csv
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
    #[arg(long, value_parser = orders(), default_value = Order::Relevance.word())]
    sort: Order,
    /// Show at most N hits
    #[arg(short, long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Skip the first N hits
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: usize,
    /// Count the hits by year, post, classification, TAGS and entity
    #[arg(long)]
    facets: bool,
    /// Print JSON: one object with hits, spans and counts
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print CSV
    #[arg(long)]
    csv: bool,
    /// Run each line of a file as a query and print a table of hits
    #[arg(long, value_name = "FILE", conflicts_with_all = ["query", "saved", "save", "json", "csv"])]
    batch: Option<PathBuf>,
    /// Save the query under this name
    #[arg(long, value_name = "NAME")]
    save: Option<String>,
    /// Run the query saved under this name
    #[arg(long, value_name = "NAME", conflicts_with = "query")]
    saved: Option<String>,
    /// List the saved queries
    #[arg(long)]
    list_saved: bool,
    /// Delete the query saved under this name
    #[arg(long, value_name = "NAME")]
    forget: Option<String>,
    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

fn orders() -> impl TypedValueParser<Value = Order> {
    let value = |order: Order| PossibleValue::new(order.word()).help(order.name());
    PossibleValuesParser::new(Order::ALL.map(value)).map(|word| {
        let mut orders = Order::ALL.into_iter();
        orders.find(|order| order.word() == word).expect("the parser allows only known orders")
    })
}

/// Searches, or manages saved queries.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let archive = Archive::open(&arguments.archive)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    if let Some(name) = &arguments.forget {
        Writer::open(&arguments.archive)?.save_search(name, None)?;
        return Ok(Outcome::Fine);
    }
    if arguments.list_saved {
        for (name, query) in archive.searches()? {
            writeln!(out, "{name}\t{query}")?;
        }
        return Ok(Outcome::Fine);
    }
    let searcher = Searcher::open(&archive)?;
    if let Some(file) = &arguments.batch {
        return batch(arguments, &archive, &searcher, file, &mut out);
    }
    let query = match &arguments.saved {
        Some(name) => {
            let saved = archive.searches()?.into_iter().find(|(known, _)| known == name);
            let missing = "no such saved query (`chancery search ARCHIVE --list-saved` lists them)";
            saved.with_context(|| format!("{name}: {missing}"))?.1
        }
        None => arguments.query.join(" "),
    };
    let request = request(arguments, &query)?;
    if let Some(name) = &arguments.save {
        Writer::open(&arguments.archive)?.save_search(name, Some(&query))?;
    }
    let results = searcher.search(&archive, &request)?;
    if results.behind > 0 {
        eprintln!("chancery: the index is out of date (run `chancery rebuild`)");
    }
    if arguments.json {
        serde_json::to_writer(&mut out, &Found::of(&archive, &results)?)?;
        writeln!(out)?;
    } else if arguments.csv {
        found::write_csv_head(&mut out)?;
        found::write_csv(&mut out, &results.hits)?;
    } else {
        let on = matches!(colours(arguments.color, false), chancery_formats::ansi::Colours::On);
        write_list(&mut out, &results, arguments.offset, on)?;
    }
    out.flush()?;
    Ok(Outcome::Fine)
}

fn request(arguments: &Arguments, query: &str) -> anyhow::Result<Request> {
    Ok(Request {
        query: parse_query(query)?,
        sort: arguments.sort.into(),
        offset: arguments.offset,
        limit: arguments.limit,
        facets: arguments.facets,
    })
}

/// Runs each line of a file as a query; reports wrong ones and continues.
fn batch(
    arguments: &Arguments,
    archive: &Archive,
    searcher: &Searcher,
    file: &Path,
    out: &mut impl Write,
) -> anyhow::Result<Outcome> {
    let lines = read_text(file)?;
    let mut outcome = Outcome::Fine;
    found::write_batch_head(out)?;
    let span = (arguments.sort.into(), arguments.offset, arguments.limit);
    for (number, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut rows = Vec::new();
        match found::write_batch_line(archive, searcher, line, span, &mut rows) {
            Ok(()) => out.write_all(&rows)?,
            Err(error) => {
                eprintln!("chancery: {}: line {}: {error:#}", file.display(), number + 1);
                outcome = Outcome::SomeFailed;
            }
        }
    }
    out.flush()?;
    Ok(outcome)
}

/// Prints the hits for people: a headline, the subject, the best sentences.
fn write_list(
    out: &mut impl Write,
    results: &Results,
    offset: usize,
    colours: bool,
) -> io::Result<()> {
    let (bold, plain) = if colours { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    for (rank, hit) in results.hits.iter().enumerate() {
        let summary = &hit.summary;
        let mut head = vec![format!("{:.12}", summary.id.to_string())];
        head.extend(summary.reference.clone());
        head.extend(summary.date.clone());
        head.extend(summary.post.clone());
        head.extend(summary.class.map(|class| class.as_str().replace('_', " ")));
        head.extend(summary.section.map(|(number, of)| format!("section {number} of {of}")));
        writeln!(out, "{bold}{}. {}{plain}", offset + rank + 1, head.join("  "))?;
        if let Some(subject) = &summary.subject {
            writeln!(out, "   {subject}")?;
        }
        for snippet in &hit.snippets {
            writeln!(out, "   … {}", marked(snippet, colours))?;
        }
        writeln!(out, "   {}", summary.path)?;
        writeln!(out)?;
    }
    for (name, counts) in &results.facets {
        let counts: Vec<String> =
            counts.iter().map(|(word, count)| format!("{word} {count}")).collect();
        writeln!(out, "{bold}{name}:{plain} {}", counts.join(", "))?;
    }
    writeln!(out, "{}", counted(results.total as u64, "document"))
}
