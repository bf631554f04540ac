//! Search: a page of hits with facets.

use chancery_store::{Request, Results};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::entity::{Month, Together, month};
use crate::error::ApiError;
use crate::limits::{MAX_HITS, USUAL_HITS, check_offset, parse_limited_query, too_much};
use crate::search_response::{Found, Order};
use crate::state::ReadSession;

/// Query string of a search.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Ask {
    /// A query in the syntax of `chancery search`; empty for all documents.
    #[param(max_length = 2000)]
    pub(crate) q: String,
    /// Order of the hits.
    #[param(inline)]
    pub(crate) sort: Order,
    /// Number of hits to skip.
    #[param(maximum = 100_000)]
    pub(crate) offset: usize,
    /// Maximum number of hits to return.
    #[param(maximum = 200, default = 20)]
    pub(crate) limit: Option<usize>,
    /// Whether to count the documents by facet.
    pub(crate) facets: Option<bool>,
}

/// Converts the query string to a request to the store.
///
/// # Errors
/// If the query is too long or invalid, or a limit is exceeded.
pub(crate) fn request(ask: &Ask, facets: bool) -> Result<Request, ApiError> {
    let query = parse_limited_query(&ask.q)?;
    let limit = ask.limit.unwrap_or(USUAL_HITS);
    check_offset(ask.offset)?;
    if limit > MAX_HITS {
        return Err(too_much(format!("the limit is greater than {MAX_HITS}")));
    }
    Ok(Request {
        query,
        sort: ask.sort.into(),
        offset: ask.offset,
        limit,
        facets: ask.facets.unwrap_or(facets),
    })
}

/// Runs a search.
pub(crate) fn search(desk: &ReadSession<'_>, ask: &Ask, facets: bool) -> Result<Results, ApiError> {
    let request = request(ask, facets)?;
    Ok(desk.searcher()?.search(desk.archive, &request)?)
}

/// The result of a search with its facets.
#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    /// Hits and facets.
    #[serde(flatten)]
    pub(crate) found: Found,
    /// Number of documents by month, if `facets` is set.
    pub(crate) months: Vec<Month>,
    /// Entities that most documents name, if `facets` is set.
    pub(crate) entities: Vec<Together>,
    /// Number of batches of documents that are not in the index yet.
    pub(crate) behind: i64,
}

/// Runs a search and converts the result for the API.
pub(crate) fn answer(desk: &ReadSession<'_>, ask: &Ask) -> Result<Answer, ApiError> {
    let results = search(desk, ask, false)?;
    let found = Found::of(desk.archive, &results)?;
    let mut entities = Vec::new();
    for (label, counted) in &results.entities {
        entities.extend(counted.iter().map(|(known, documents)| Together {
            id: known.id.clone(),
            name: known.name.clone(),
            class: *label,
            documents: *documents,
        }));
    }
    let months = results.months.iter().map(month).collect();
    Ok(Answer { found, months, entities, behind: results.behind })
}

/// A saved search.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Saved {
    /// Name of the search.
    pub(crate) name: String,
    /// The query.
    pub(crate) query: String,
}

/// Returns the saved searches, sorted by name.
pub(crate) fn saved(desk: &ReadSession<'_>) -> Result<Vec<Saved>, ApiError> {
    let searches = desk.archive.searches()?.into_iter();
    Ok(searches.map(|(name, query)| Saved { name, query }).collect())
}
