//! The index of documents, by date and limited to a search.

use chancery_store::SearchRequest;
use serde::Deserialize;

use crate::error::ViewError;
use crate::limits::check_offset;
use crate::query_reading::{QueryReading, read_query};
use crate::search_response::{DocumentSummary, ResultOrder};
use crate::session::ReadSession;

/// Documents on a page.
pub const DOCUMENTS_PER_PAGE: usize = 50;

/// Query string of the index.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DocumentIndexParameters {
    /// A query; empty for all documents.
    pub q: String,
    /// Order of the documents; the oldest first if none is given.
    pub sort: Option<ResultOrder>,
    /// Number of documents to skip.
    pub offset: usize,
}

impl DocumentIndexParameters {
    /// The order of the documents.
    pub fn order(&self) -> ResultOrder {
        self.sort.unwrap_or(ResultOrder::Oldest)
    }
}

/// A page of the index.
pub struct DocumentIndex {
    /// The query as it was read.
    pub reading: QueryReading,
    /// Number of documents.
    pub total: usize,
    /// The documents of the page.
    pub documents: Vec<DocumentSummary>,
}

/// Reads a page of the index.
///
/// # Errors
/// If the query is too long or the offset too large.
pub fn document_index(
    session: &ReadSession<'_>,
    parameters: &DocumentIndexParameters,
) -> Result<DocumentIndex, ViewError> {
    check_offset(parameters.offset)?;
    let reading = read_query(&parameters.q)?;
    let request = SearchRequest {
        query: reading.query.clone(),
        sort: parameters.order().into(),
        offset: parameters.offset,
        limit: DOCUMENTS_PER_PAGE,
        facets: false,
    };
    let found = session.current_searcher()?.rank_matches(session.archive, &request)?;
    let rows = session.archive.documents().rows(&found.numbers())?;
    let documents = rows.iter().map(DocumentSummary::from).collect();
    Ok(DocumentIndex { reading, total: found.total, documents })
}
