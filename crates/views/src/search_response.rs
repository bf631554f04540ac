//! Search results as JSON, as CSV and as the table of a batch of queries.
//!
//! The command line and the server use the same types.

use std::io::{self, Write};

use anstyle::AnsiColor;
use chancery_formats::table::{Cell, TableDialect, TableWriter};
use chancery_model::{Classification, CodePoints, TextSpan, file_name_of_text};
use chancery_store::{
    Archive, DocumentRow, QueryError, QuerySuggestion, SearchHit, SearchRequest, SearchResults,
    Searcher, Snippet, SortOrder, StoreError, parse_query,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Order of hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResultOrder {
    /// Best first.
    #[default]
    Relevance,
    /// Latest first.
    Newest,
    /// Earliest first.
    Oldest,
}

impl ResultOrder {
    /// All orders.
    pub const ALL: [Self; 3] = [Self::Relevance, Self::Newest, Self::Oldest];

    /// Returns the name shown to users.
    pub fn display_name(self) -> &'static str {
        match self {
            Self::Relevance => "best first",
            Self::Newest => "newest first",
            Self::Oldest => "oldest first",
        }
    }

    /// Returns the name used in URLs and on the command line.
    pub const fn url_name(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
        }
    }
}

impl From<ResultOrder> for SortOrder {
    fn from(order: ResultOrder) -> Self {
        match order {
            ResultOrder::Relevance => Self::Relevance,
            ResultOrder::Newest => Self::Newest,
            ResultOrder::Oldest => Self::Oldest,
        }
    }
}

/// The result of a query. Spans count code points of the reading text, as in the
/// jsonl format.
#[derive(Serialize, ToSchema)]
pub struct SearchResponse {
    /// Number of documents that match.
    pub total: usize,
    /// The hits of the requested page.
    pub hits: Vec<DocumentHit>,
    /// Counts of all matching documents by facet, largest first.
    pub facets: std::collections::BTreeMap<&'static str, Vec<ValueCount>>,
    /// If nothing matches, queries with other spellings that find documents.
    pub did_you_mean: Vec<SuggestedQuery>,
    /// Number of matching documents that are near-duplicates of another one that matches.
    /// `copies:once` in the query leaves them out.
    pub near_duplicates: usize,
}

/// A query that finds documents.
#[derive(Serialize, ToSchema)]
pub struct SuggestedQuery {
    /// The query.
    pub query: String,
    /// Number of documents that it finds.
    pub documents: usize,
}

impl From<&QuerySuggestion> for SuggestedQuery {
    fn from(suggestion: &QuerySuggestion) -> Self {
        Self { query: suggestion.query.to_string(), documents: suggestion.documents }
    }
}

/// A value and the number of documents that have it.
#[derive(Serialize, ToSchema)]
pub struct ValueCount {
    /// The value.
    pub value: String,
    /// Number of documents.
    pub count: u64,
}

/// Summary of a document, as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentSummary {
    /// Id of the document: 64 hexadecimal digits.
    pub id: String,
    /// Canonical cable id.
    pub cable_id: Option<String>,
    /// Date, ISO 8601.
    pub date: Option<String>,
    /// Sending post.
    pub post: Option<String>,
    /// Classification.
    pub classification: Option<&'static str>,
    /// Subject line or title.
    pub subject: Option<String>,
    /// Section number, if it is a section of a long telegram.
    pub section: Option<SectionNumber>,
    /// First of its paths.
    pub path: String,
}

impl DocumentSummary {
    /// The title of the document: its subject, else its cable id, else the name of its
    /// file.
    pub fn title(&self) -> &str {
        let title = self.subject.as_deref().or(self.cable_id.as_deref());
        title.unwrap_or_else(|| self.file_name())
    }

    /// The name of its file, without the folders that it is in.
    pub fn file_name(&self) -> &str {
        file_name_of_text(&self.path)
    }
}

/// Section n of m.
#[derive(Debug, Serialize, ToSchema)]
pub struct SectionNumber {
    /// This section, from 1; 0 if the document has all sections.
    pub number: u8,
    /// Number of sections.
    pub of: u8,
}

/// A document that matches.
#[derive(Serialize, ToSchema)]
pub struct DocumentHit {
    /// The document.
    #[serde(flatten)]
    pub document: DocumentSummary,
    /// Relevance; 0 if the hits are sorted by date.
    pub score: f32,
    /// Every span that matches the query: first code point and one past the last.
    pub spans: Vec<[u32; 2]>,
    /// Sentences that match.
    pub snippets: Vec<HitSnippet>,
    /// With `copies:once` in the query: the near-duplicates of the document.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub near_duplicates: Vec<DocumentSummary>,
}

/// A sentence, or part of a long one.
#[derive(Serialize, ToSchema)]
pub struct HitSnippet {
    /// First code point.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Text of the snippet.
    pub text: String,
    /// Spans that match the query.
    pub hits: Vec<[u32; 2]>,
    /// Marker of the footnote that it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footnote: Option<String>,
}

impl HitSnippet {
    /// Converts a snippet of the text of `points`.
    pub fn new(snippet: &Snippet, points: &CodePoints<'_>) -> Self {
        let at = |span: &TextSpan| {
            [points.code_point_offset(span.start), points.code_point_offset(span.end)]
        };
        let [start, end] = at(&snippet.span);
        Self {
            start,
            end,
            text: snippet.text.clone(),
            hits: snippet.hits.iter().map(at).collect(),
            footnote: snippet.footnote.clone(),
        }
    }
}

impl From<&DocumentRow> for DocumentSummary {
    fn from(summary: &DocumentRow) -> Self {
        let summary = summary.clone();
        Self {
            id: summary.id.to_string(),
            cable_id: summary.cable_id,
            date: summary.date,
            post: summary.post,
            classification: summary.classification.map(Classification::as_str),
            subject: summary.subject,
            section: summary.section.map(|(number, of)| SectionNumber { number, of }),
            path: summary.path,
        }
    }
}

impl SearchResponse {
    /// Converts the results of a search in `archive`.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn from_results(archive: &Archive, results: &SearchResults) -> Result<Self, StoreError> {
        let mut hits = Vec::with_capacity(results.hits.len());
        for SearchHit { document: summary, score, spans, snippets, near_duplicates } in
            &results.hits
        {
            let document = archive.documents().parsed(summary.number)?;
            let points = CodePoints::new(document.text.as_str());
            let offsets_of = |span: &TextSpan| {
                [points.code_point_offset(span.start), points.code_point_offset(span.end)]
            };
            hits.push(DocumentHit {
                document: summary.into(),
                score: (score * 1e4).round() / 1e4,
                spans: spans.iter().map(offsets_of).collect(),
                snippets: snippets.iter().map(|one| HitSnippet::new(one, &points)).collect(),
                near_duplicates: near_duplicates.iter().map(DocumentSummary::from).collect(),
            });
        }
        let count =
            |(value, count): &(String, u64)| ValueCount { value: value.clone(), count: *count };
        let facets = results.facets.iter();
        let facets = facets.map(|(name, counts)| (*name, counts.iter().map(count).collect()));
        let did_you_mean = results.suggestions.iter().map(SuggestedQuery::from).collect();
        let (total, near_duplicates) = (results.total, results.near_duplicates);
        Ok(Self { total, hits, facets: facets.collect(), did_you_mean, near_duplicates })
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
    (sort, offset, limit): (SortOrder, usize, usize),
    out: &mut impl Write,
) -> Result<(), SearchError> {
    let query = parse_query(line)?;
    let request = SearchRequest { query, sort, offset, limit, facets: false };
    let found = searcher.rank_matches(archive, &request)?;
    let (line, total) = (tsv_cell(line), found.total);
    if found.ranked.is_empty() {
        writeln!(out, "{line}\t\t{total}\t\t\t\t\t")?;
    }
    let rows = archive.documents().rows(&found.numbers())?;
    for (rank, (summary, (_, score))) in rows.into_iter().zip(found.ranked).enumerate() {
        writeln!(
            out,
            "{line}\t{}\t{total}\t{}\t{}\t{}\t{score:.4}\t{}",
            offset + rank + 1,
            summary.id,
            summary.cable_id.unwrap_or_default(),
            summary.date.unwrap_or_default(),
            tsv_cell(&summary.path),
        )?;
    }
    Ok(())
}

/// Writes why one query of a batch cannot be searched: a line without rank and total,
/// with the reason at its end.
///
/// # Errors
/// If `out` fails.
pub fn write_batch_problem(line: &str, reason: &str, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}\t\t\t\t\t\t\t{}", tsv_cell(line), tsv_cell(reason))
}

/// Formats a snippet as one line with the matches highlighted, after the number of the
/// footnote that it stands in: "footnote 3: …".
pub fn highlight_snippet(snippet: &Snippet, colours: bool) -> String {
    let style = AnsiColor::Yellow.on_default().bold();
    let (open, close) = match colours {
        true => (style.render().to_string(), style.render_reset().to_string()),
        false => ("[".to_owned(), "]".to_owned()),
    };
    let mut line = String::with_capacity(snippet.text.len() + 32);
    if let Some(marker) = &snippet.footnote {
        line += &snippet_place(marker);
    }
    let mut at = snippet.span.start;
    let slice = |from: u32, to: u32| {
        let own = TextSpan::new(from - snippet.span.start, to - snippet.span.start);
        &snippet.text[own.byte_range()]
    };
    for hit in &snippet.hits {
        line += slice(at, hit.start);
        line += &open;
        line += slice(hit.start, hit.end);
        line += &close;
        at = hit.end;
    }
    line += slice(at, snippet.span.end);
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where a snippet stands that is not in the body: "footnote 3: ".
pub fn snippet_place(marker: &str) -> String {
    match marker.trim() {
        "" => "footnote: ".to_owned(),
        marker => format!("footnote {marker}: "),
    }
}

/// Columns of a table of hits.
const HIT_COLUMNS: [&str; 9] =
    ["id", "cable_id", "date", "post", "classification", "subject", "path", "score", "snippet"];

/// Writes hits as comma-separated values, one per line.
pub struct HitTable<W: Write>(TableWriter<W>);

impl<W: Write> HitTable<W> {
    /// Writes the names of the columns to `out`.
    ///
    /// # Errors
    /// This and the other methods return the errors of `out`.
    pub fn start(out: W, dialect: TableDialect) -> io::Result<Self> {
        Ok(Self(TableWriter::start(out, dialect, &HIT_COLUMNS)?))
    }

    /// Writes a row for each hit.
    pub fn write_hits(&mut self, hits: &[SearchHit]) -> io::Result<()> {
        for SearchHit { document: summary, score, snippets, .. } in hits {
            let snippet = snippets.first().map(|snippet| highlight_snippet(snippet, false));
            self.0.write_row([
                Cell::text(summary.id.to_string()),
                Cell::text(summary.cable_id.as_deref().unwrap_or_default()),
                Cell::text(summary.date.as_deref().unwrap_or_default()),
                Cell::text(summary.post.as_deref().unwrap_or_default()),
                Cell::text(summary.classification.map_or("", Classification::as_str)),
                Cell::text(summary.subject.as_deref().unwrap_or_default()),
                Cell::text(&*summary.path),
                Cell::number(format!("{score:.4}")),
                Cell::text(snippet.unwrap_or_default()),
            ])?;
        }
        Ok(())
    }

    /// Finishes the table and returns the output.
    pub fn finish(self) -> io::Result<W> {
        self.0.finish()
    }
}

/// Makes text safe for a cell of a tab-separated table.
fn tsv_cell(words: &str) -> String {
    words.trim().replace(|c: char| c.is_control(), " ")
}
