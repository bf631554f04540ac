//! Saved searches as watch lists: what each finds now, and what is new since a user
//! last looked.

use std::io::{self, Write};

use chancery_formats::table::{Cell, TableDialect, TableWriter};
use chancery_store::{SearchRequest, StoredSearch};
use serde::Serialize;

use crate::error::ViewError;
use crate::limits::parse_limited_query;
use crate::query_words::describe_typed;
use crate::session::ReadSession;

/// A saved search and what it finds now.
#[derive(Clone, Debug, Serialize)]
pub struct CountedSearch {
    /// Name of the search.
    pub name: String,
    /// The query.
    pub query: String,
    /// The query in words.
    pub description: String,
    /// Number of documents that it finds; none if it cannot be read any more.
    pub documents: Option<usize>,
    /// Number of those that were added since a user last looked.
    pub new: Option<usize>,
}

/// Counts what the first `limit` saved searches find.
///
/// # Errors
/// If the archive cannot be read. A query that cannot be read any more has no counts.
pub fn counted_searches(
    session: &ReadSession<'_>,
    limit: usize,
) -> Result<Vec<CountedSearch>, ViewError> {
    let mut counted = Vec::new();
    for search in session.archive.saved_searches()?.into_iter().take(limit) {
        let counts = count_search(session, &search).ok();
        counted.push(CountedSearch {
            description: describe_typed(session, &search.query)?,
            name: search.name,
            query: search.query,
            documents: counts.map(|(documents, _)| documents),
            new: counts.map(|(_, new)| new),
        });
    }
    Ok(counted)
}

/// The numbers of documents that a saved search finds, and of those that are new.
fn count_search(
    session: &ReadSession<'_>,
    search: &StoredSearch,
) -> Result<(usize, usize), ViewError> {
    let query = parse_limited_query(&search.query)?;
    let request = SearchRequest { limit: usize::MAX, ..SearchRequest::new(query) };
    let found = session.current_searcher()?.rank_matches(session.archive, &request)?;
    let new = found.ranked.iter().filter(|(number, _)| *number > search.seen).count();
    Ok((found.total, new))
}

/// Writes searches as comma-separated values.
///
/// # Errors
/// Those of `out`.
pub fn write_csv(
    searches: &[CountedSearch],
    dialect: TableDialect,
    out: impl Write,
) -> io::Result<()> {
    let columns = ["name", "documents", "new", "query"];
    let mut table = TableWriter::start(out, dialect, &columns)?;
    for search in searches {
        table.write_row([
            Cell::text(&*search.name),
            Cell::optional_number(search.documents),
            Cell::optional_number(search.new),
            Cell::text(&*search.query),
        ])?;
    }
    table.finish().map(drop)
}

/// Writes searches for people, one per line.
///
/// # Errors
/// Those of `out`.
pub fn write_text(searches: &[CountedSearch], out: &mut dyn Write) -> io::Result<()> {
    let width = searches.iter().map(|one| one.name.chars().count()).max().unwrap_or(0);
    for CountedSearch { name, query, documents, new, .. } in searches {
        match documents.zip(*new) {
            Some((documents, new)) => {
                writeln!(
                    out,
                    "{documents:>8} {:>10}  {name:width$}  {query}",
                    format!("{new} new")
                )?;
            }
            None => writeln!(out, "{:>19}  {name:width$}  {query}", "cannot be read")?,
        }
    }
    Ok(())
}
