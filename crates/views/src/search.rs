//! Search: a page of hits with facets.

use chancery_store::{SearchRequest, SearchResults};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::entity::{MonthCount, RelatedEntity, month_count};
use crate::error::ViewError;
use crate::limits::{DEFAULT_HITS, MAX_HITS, check_offset, parse_limited_query};
use crate::search_response::{ResultOrder, SearchResponse};
use crate::session::ReadSession;

/// Query string of a search.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct SearchParameters {
    /// A query in the query language; empty for all documents.
    #[param(max_length = 2000)]
    pub q: String,
    /// Order of the hits.
    #[param(inline)]
    pub sort: ResultOrder,
    /// Number of hits to skip.
    #[param(maximum = 100_000)]
    pub offset: usize,
    /// Maximum number of hits to return.
    #[param(maximum = 200, default = 20)]
    pub limit: Option<usize>,
    /// Whether to count the documents by facet.
    pub facets: Option<bool>,
}

/// Converts the query string to a request to the store.
///
/// # Errors
/// If the query is too long or invalid, or a limit is exceeded.
pub fn search_request(
    parameters: &SearchParameters,
    facets: bool,
) -> Result<SearchRequest, ViewError> {
    let query = parse_limited_query(&parameters.q)?;
    let limit = parameters.limit.unwrap_or(DEFAULT_HITS);
    check_offset(parameters.offset)?;
    if limit > MAX_HITS {
        return Err(ViewError::LimitExceeded(format!("the limit is greater than {MAX_HITS}")));
    }
    Ok(SearchRequest {
        query,
        sort: parameters.sort.into(),
        offset: parameters.offset,
        limit,
        facets: parameters.facets.unwrap_or(facets),
    })
}

/// Runs a search.
pub fn run_search(
    session: &ReadSession<'_>,
    parameters: &SearchParameters,
    facets: bool,
) -> Result<SearchResults, ViewError> {
    let request = search_request(parameters, facets)?;
    Ok(session.current_searcher()?.search(session.archive, &request)?)
}

/// The result of a search with its facets.
#[derive(Serialize, ToSchema)]
pub struct FacetedSearchResponse {
    /// Hits and facets.
    #[serde(flatten)]
    pub response: SearchResponse,
    /// Number of documents by month, if `facets` is set.
    pub months: Vec<MonthCount>,
    /// Entities that most documents name, if `facets` is set.
    pub entities: Vec<RelatedEntity>,
    /// Number of batches of documents that are not in the index yet.
    pub batches_behind: i64,
}

/// Runs a search and converts the result for the API.
pub fn search_with_facets(
    session: &ReadSession<'_>,
    parameters: &SearchParameters,
) -> Result<FacetedSearchResponse, ViewError> {
    let results = run_search(session, parameters, false)?;
    let found = SearchResponse::from_results(session.archive, &results)?;
    let mut entities = Vec::new();
    for (label, counted) in &results.entities {
        entities.extend(counted.iter().map(|(entity, documents)| RelatedEntity {
            id: entity.id.clone(),
            name: entity.shown_name(),
            label: *label,
            documents: *documents,
        }));
    }
    let months = results.months.iter().map(month_count).collect();
    Ok(FacetedSearchResponse {
        response: found,
        months,
        entities,
        batches_behind: results.batches_behind,
    })
}

/// A saved search.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SavedSearch {
    /// Name of the search.
    pub name: String,
    /// The query.
    pub query: String,
}

/// Returns the saved searches, sorted by name.
pub fn saved_searches(session: &ReadSession<'_>) -> Result<Vec<SavedSearch>, ViewError> {
    let searches = session.archive.saved_searches()?.into_iter();
    Ok(searches.map(|(name, query)| SavedSearch { name, query }).collect())
}
