//! Search: a page of hits with facets.

use chancery_store::{ListedEntity, SearchRequest, SearchResults, StoreError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::entity::{MonthCount, RelatedEntity, month_count};
use crate::error::ViewError;
use crate::limits::{DEFAULT_HITS, MAX_HITS, check_offset, parse_limited_query};
use crate::query_reading::{QueryReading, read_query};
use crate::query_words::EntityNames;
use crate::results::{TermLeftOut, entities_meant, terms_to_leave_out};
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

/// A page of results, with all that it shows.
pub struct ResultsPage {
    /// What was asked for.
    pub parameters: SearchParameters,
    /// How the query was read.
    pub reading: QueryReading,
    /// Names of the entities of the query.
    pub names: EntityNames,
    /// Hits and facets.
    pub results: SearchResults,
    /// Saved searches.
    pub saved: Vec<SavedSearch>,
    /// Number of documents of the archive.
    pub documents: i64,
    /// People, places and organisations that the query may mean.
    pub meant: Vec<ListedEntity>,
    /// What the query finds without one of its terms, if it finds nothing.
    pub left_out: Vec<TermLeftOut>,
}

/// Searches for what a user typed.
///
/// # Errors
/// If the query is too long, or a limit is exceeded.
pub fn results_page(
    session: &ReadSession<'_>,
    parameters: SearchParameters,
) -> Result<ResultsPage, ViewError> {
    let mut reading = read_query(&parameters.q)?;
    let limit = parameters.limit.unwrap_or(DEFAULT_HITS);
    check_offset(parameters.offset)?;
    if limit > MAX_HITS {
        return Err(ViewError::LimitExceeded(format!("the limit is greater than {MAX_HITS}")));
    }
    let request = SearchRequest {
        query: reading.query.clone(),
        sort: parameters.sort.into(),
        offset: parameters.offset,
        limit,
        facets: true,
    };
    let results = match session.current_searcher()?.search(session.archive, &request) {
        // A name that is gone, a word without a letter.
        Err(StoreError::InvalidRequest(what) | StoreError::NotFound(what)) => {
            reading.problem = Some(what);
            SearchResults::default()
        }
        Err(removed @ StoreError::Removed { .. }) => {
            reading.problem = Some(removed.to_string());
            SearchResults::default()
        }
        results => results?,
    };
    let is_found = results.total > 0;
    Ok(ResultsPage {
        names: EntityNames::of_query(session, &reading.query)?,
        saved: saved_searches(session)?,
        documents: session.archive.documents().count()?,
        meant: match reading.problem.is_none() && parameters.offset == 0 {
            true => entities_meant(session, &reading.query)?,
            false => Vec::new(),
        },
        left_out: match is_found || reading.problem.is_some() {
            true => Vec::new(),
            false => terms_to_leave_out(session, &reading.query)?,
        },
        parameters,
        reading,
        results,
    })
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
    Ok(searches.map(|one| SavedSearch { name: one.name, query: one.query }).collect())
}
