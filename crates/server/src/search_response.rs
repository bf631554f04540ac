//! Search results as JSON, as CSV and as the table of a batch of queries.
//!
//! `chancery search` and the server use the same types.

use std::io::{self, Write};

use chancery_formats::csv::harmless;
use chancery_model::{Classification, CodePoints, TextSpan};
use chancery_store::{
    Archive, Hit, Matches, QueryError, Request, Results, Searcher, Snippet, Sort, StoreError,
    Summary, parse_query,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Order of hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Best first.
    #[default]
    Relevance,
    /// Latest first.
    Newest,
    /// Earliest first.
    Oldest,
}

impl Order {
    /// All orders.
    pub const ALL: [Self; 3] = [Self::Relevance, Self::Newest, Self::Oldest];

    /// Returns the name shown to users.
    pub fn name(self) -> &'static str {
        match self {
            Self::Relevance => "best first",
            Self::Newest => "newest first",
            Self::Oldest => "oldest first",
        }
    }

    /// Returns the name used in URLs and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
        }
    }
}

impl From<Order> for Sort {
    fn from(order: Order) -> Self {
        match order {
            Order::Relevance => Self::Relevance,
            Order::Newest => Self::Newest,
            Order::Oldest => Self::Oldest,
        }
    }
}

/// The result of a query. Spans count code points of the reading text, as in the
/// jsonl format.
#[derive(Serialize, ToSchema)]
pub struct Found {
    /// Number of documents that match.
    pub total: usize,
    /// The hits of the requested page.
    pub hits: Vec<FoundHit>,
    /// Counts of all matching documents by facet, largest first.
    pub facets: std::collections::BTreeMap<&'static str, Vec<Count>>,
}

/// A value and the number of documents that have it.
#[derive(Serialize, ToSchema)]
pub struct Count {
    /// The value.
    pub value: String,
    /// Number of documents.
    pub count: u64,
}

/// Summary of a document, as lists show it.
#[derive(Serialize, ToSchema)]
pub struct Listed {
    /// Id of the document: 64 hexadecimal digits.
    pub id: String,
    /// Canonical cable id.
    pub reference: Option<String>,
    /// Date, ISO 8601.
    pub date: Option<String>,
    /// Sending post.
    pub post: Option<String>,
    /// Classification.
    pub class: Option<&'static str>,
    /// Subject line or title.
    pub subject: Option<String>,
    /// Section number, if it is a section of a long telegram.
    pub section: Option<SectionOf>,
    /// First of its paths.
    pub path: String,
}

/// Section n of m.
#[derive(Serialize, ToSchema)]
pub struct SectionOf {
    /// This section, from 1.
    pub number: u8,
    /// Number of sections.
    pub of: u8,
}

/// A document that matches.
#[derive(Serialize, ToSchema)]
pub struct FoundHit {
    /// The document.
    #[serde(flatten)]
    pub document: Listed,
    /// Relevance; 0 if the hits are sorted by date.
    pub score: f32,
    /// Every span that matches the query: first code point and one past the last.
    pub places: Vec<[u32; 2]>,
    /// Sentences that match.
    pub snippets: Vec<FoundSnippet>,
}

/// A sentence, or part of a long one.
#[derive(Serialize, ToSchema)]
pub struct FoundSnippet {
    /// First code point.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Text of the snippet.
    pub text: String,
    /// Spans that match the query.
    pub hits: Vec<[u32; 2]>,
}

impl From<&Summary> for Listed {
    fn from(summary: &Summary) -> Self {
        let summary = summary.clone();
        Self {
            id: summary.id.to_string(),
            reference: summary.reference,
            date: summary.date,
            post: summary.post,
            class: summary.class.map(Classification::as_str),
            subject: summary.subject,
            section: summary.section.map(|(number, of)| SectionOf { number, of }),
            path: summary.path,
        }
    }
}

impl Found {
    /// Converts the results of a search in `archive`.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn of(archive: &Archive, results: &Results) -> Result<Self, StoreError> {
        let mut hits = Vec::with_capacity(results.hits.len());
        for Hit { summary, score, places, snippets } in &results.hits {
            let document = archive.document(summary.number)?;
            let points = CodePoints::new(document.text.as_str());
            let place = |span: &TextSpan| [points.of(span.start), points.of(span.end)];
            let snippet = |snippet: &Snippet| FoundSnippet {
                start: points.of(snippet.span.start),
                end: points.of(snippet.span.end),
                text: snippet.text.clone(),
                hits: snippet.hits.iter().map(place).collect(),
            };
            hits.push(FoundHit {
                document: summary.into(),
                score: (score * 1e4).round() / 1e4,
                places: places.iter().map(place).collect(),
                snippets: snippets.iter().map(snippet).collect(),
            });
        }
        let count = |(value, count): &(String, u64)| Count { value: value.clone(), count: *count };
        let facets = results.facets.iter();
        let facets = facets.map(|(name, counts)| (*name, counts.iter().map(count).collect()));
        Ok(Self { total: results.total, hits, facets: facets.collect() })
    }
}

/// Why a query of a batch failed.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The query is invalid.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The archive cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The table cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Writes the header of the rows of [`write_batch_line`].
///
/// # Errors
/// If `out` fails.
pub fn write_batch_head(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "query\trank\ttotal\tid\tcable_id\tdate\tscore\tpath")
}

/// Writes the hits of one query of a batch, one per line. If there are none,
/// writes one line with the count.
///
/// # Errors
/// If the query is invalid, the archive cannot be read, or `out` fails.
pub fn write_batch_line(
    archive: &Archive,
    searcher: &Searcher,
    line: &str,
    (sort, offset, limit): (Sort, usize, usize),
    out: &mut impl Write,
) -> Result<(), SearchError> {
    let query = parse_query(line)?;
    let request = Request { query, sort, offset, limit, facets: false };
    let Matches { total, numbers, .. } = searcher.numbers(archive, &request)?;
    let line = cell(line);
    if numbers.is_empty() {
        writeln!(out, "{line}\t\t{total}\t\t\t\t\t")?;
    }
    for (rank, (hit, score)) in numbers.into_iter().enumerate() {
        let summary = archive.summary(hit)?;
        writeln!(
            out,
            "{line}\t{}\t{total}\t{}\t{}\t{}\t{score:.4}\t{}",
            offset + rank + 1,
            summary.id,
            summary.reference.unwrap_or_default(),
            summary.date.unwrap_or_default(),
            cell(&summary.path),
        )?;
    }
    Ok(())
}

/// Formats a snippet as one line with the matches highlighted.
pub fn marked(snippet: &Snippet, colours: bool) -> String {
    let (open, close) = if colours { ("\x1b[1;33m", "\x1b[0m") } else { ("[", "]") };
    let mut line = String::with_capacity(snippet.text.len() + 32);
    let mut at = snippet.span.start;
    let slice = |from: u32, to: u32| {
        let own = TextSpan::new(from - snippet.span.start, to - snippet.span.start);
        &snippet.text[own.range()]
    };
    for hit in &snippet.hits {
        line += slice(at, hit.start);
        line += open;
        line += slice(hit.start, hit.end);
        line += close;
        at = hit.end;
    }
    line += slice(at, snippet.span.end);
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes the header of [`write_csv`].
///
/// # Errors
/// If `out` fails.
pub fn write_csv_head(out: &mut impl Write) -> io::Result<()> {
    write!(out, "id,cable_id,date,post,classification,subject,path,score,snippet\r\n")
}

/// Writes hits as comma-separated values, one per line.
///
/// # Errors
/// If `out` fails.
pub fn write_csv(out: &mut impl Write, hits: &[Hit]) -> io::Result<()> {
    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    for Hit { summary, score, snippets, .. } in hits {
        let snippet = snippets.first().map(|snippet| marked(snippet, false)).unwrap_or_default();
        let cells = [
            summary.id.to_string(),
            summary.reference.clone().unwrap_or_default(),
            summary.date.clone().unwrap_or_default(),
            summary.post.clone().unwrap_or_default(),
            summary.class.map_or("", Classification::as_str).to_owned(),
            summary.subject.clone().unwrap_or_default(),
            summary.path.clone(),
            format!("{score:.4}"),
            snippet,
        ];
        for cell in &cells {
            table.write_field(&*harmless(cell))?;
        }
        table.write_record(None::<&[u8]>)?;
    }
    table.flush()
}

/// Makes text safe for a cell of a tab-separated table.
fn cell(words: &str) -> String {
    words.trim().replace(|c: char| c.is_control(), " ")
}
