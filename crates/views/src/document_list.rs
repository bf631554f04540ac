//! A list of documents: when each was added, its date, post, id and title.

use std::collections::HashSet;
use std::io::{self, Write};

use chancery_formats::table::{Cell, TableDialect, TableWriter};
use chancery_model::Date;
use chancery_store::{Archive, DocumentNumber, SearchRequest};
use serde::Serialize;

use crate::error::ViewError;
use crate::limits::parse_limited_query;
use crate::session::ReadSession;

/// A document in a list.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentLine {
    /// When it was added, ISO 8601; empty if that is not known.
    pub added: String,
    /// Its date.
    pub date: String,
    /// Its post.
    pub post: String,
    /// Its cable id, or its id in a volume.
    pub cable_id: String,
    /// Its subject or title.
    pub title: String,
    /// Its digest.
    pub id: String,
    /// The first of its paths.
    pub path: String,
}

/// Lists the documents that match a query (all if it is empty) and were added since a
/// day, or some days or weeks ago: "2026-11-23", "7d", "2w". The last added come first.
///
/// # Errors
/// If the query or the time cannot be read.
pub fn list_documents(
    session: &ReadSession<'_>,
    query: &str,
    since: Option<&str>,
) -> Result<Vec<DocumentLine>, ViewError> {
    let archive = session.archive;
    let time = since.map(|since| time_of_words(archive, since)).transpose()?;
    let mut numbers = archive.documents().added_since(time.as_deref())?;
    if !query.trim().is_empty() {
        let query = parse_limited_query(query)?;
        let request = SearchRequest { limit: usize::MAX, ..SearchRequest::new(query) };
        let found = session.current_searcher()?.rank_matches(archive, &request)?.ranked;
        let found: HashSet<DocumentNumber> = found.into_iter().map(|(number, _)| number).collect();
        numbers.retain(|number| found.contains(number));
    }
    let mut lines = Vec::with_capacity(numbers.len());
    for row in archive.documents().rows(&numbers)? {
        lines.push(DocumentLine {
            added: row.added.unwrap_or_default(),
            date: row.date.unwrap_or_default(),
            post: row.post.unwrap_or_default(),
            cable_id: row.cable_id.unwrap_or_default(),
            title: row.subject.unwrap_or_default(),
            id: row.id.to_string(),
            path: row.path,
        });
    }
    Ok(lines)
}

/// The time that "2026-11-23", "7d" or "2w" means, ISO 8601.
fn time_of_words(archive: &Archive, words: &str) -> Result<String, ViewError> {
    let days = |number: &str, unit: u32| number.parse::<u32>().ok()?.checked_mul(unit);
    let ago = match (words.strip_suffix('d'), words.strip_suffix('w')) {
        (Some(number), _) => days(number, 1),
        (_, Some(number)) => days(number, 7),
        _ => None,
    };
    if let Some(days) = ago {
        return Ok(archive.time_before_days(days)?);
    }
    let date = Date::try_from(words.to_owned()).ok().filter(|date| date.is_whole());
    date.map(|date| date.to_string()).ok_or_else(|| {
        ViewError::bad_request(format!(
            "{words:?} is not a time: use a day, 2026-11-23, or a number of days or weeks, 7d or 2w"
        ))
    })
}

/// Writes documents as comma-separated values.
///
/// # Errors
/// Those of `out`.
pub fn write_csv(lines: &[DocumentLine], dialect: TableDialect, out: impl Write) -> io::Result<()> {
    let columns = ["added", "date", "post", "cable_id", "title", "id", "path"];
    let mut table = TableWriter::start(out, dialect, &columns)?;
    for line in lines {
        let DocumentLine { added, date, post, cable_id, title, id, path } = line;
        let cells = [added, date, post, cable_id, title, id, path];
        table.write_row(cells.map(|cell| Cell::text(&**cell)))?;
    }
    table.finish().map(drop)
}

/// Writes documents for people, one per line: the day when it was added, date, post, id
/// and title.
///
/// # Errors
/// Those of `out`.
pub fn write_text(lines: &[DocumentLine], out: &mut dyn Write) -> io::Result<()> {
    let width = |cell: fn(&DocumentLine) -> &str| {
        lines.iter().map(|line| cell(line).chars().count()).max().unwrap_or(0)
    };
    let posts = width(|line| &line.post);
    let ids = width(named);
    for line in lines {
        let DocumentLine { added, date, post, title, .. } = line;
        let (day, id) = (added.get(..10).unwrap_or(""), named(line));
        let title = if title.is_empty() { &line.path } else { title };
        writeln!(out, "{day:10}  {date:10}  {post:posts$}  {id:ids$}  {title}")?;
    }
    Ok(())
}

/// The id by which a document can be shown.
fn named(line: &DocumentLine) -> &str {
    match line.cable_id.as_str() {
        "" => line.id.get(..12).unwrap_or_default(),
        id => id,
    }
}
