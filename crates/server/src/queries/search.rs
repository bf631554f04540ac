//! A page of hits with what stands beside it.

use chancery_store::{Request, Results};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::entity::{Month, Together, month};
use crate::error::ApiError;
use crate::limits::{MAX_HITS, USUAL_HITS, check_offset, parse_limited_query, too_much};
use crate::search_response::{Found, Order};
use crate::state::ReadSession;

/// What is looked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Ask {
    /// A query as `chancery search` takes it; empty for all documents.
    #[param(max_length = 2000)]
    pub(crate) q: String,
    /// In which order.
    #[param(inline)]
    pub(crate) sort: Order,
    /// Hits that are passed over.
    #[param(maximum = 100_000)]
    pub(crate) offset: usize,
    /// Hits that are given.
    #[param(maximum = 200, default = 20)]
    pub(crate) limit: Option<usize>,
    /// Whether to count by facet.
    pub(crate) facets: Option<bool>,
}

/// The request that `ask` makes.
///
/// # Errors
/// When it is too long, asks for too much, or has no meaning.
pub(crate) fn request(ask: &Ask, facets: bool) -> Result<Request, ApiError> {
    let query = parse_limited_query(&ask.q)?;
    let limit = ask.limit.unwrap_or(USUAL_HITS);
    check_offset(ask.offset)?;
    if limit > MAX_HITS {
        return Err(too_much(format!("at most {MAX_HITS} hits are given")));
    }
    Ok(Request {
        query,
        sort: ask.sort.into(),
        offset: ask.offset,
        limit,
        facets: ask.facets.unwrap_or(facets),
    })
}

/// Finds what is asked for.
pub(crate) fn search(desk: &ReadSession<'_>, ask: &Ask, facets: bool) -> Result<Results, ApiError> {
    let request = request(ask, facets)?;
    Ok(desk.searcher()?.search(desk.archive, &request)?)
}

/// What was found, as programs take it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    /// The hits and the counts.
    #[serde(flatten)]
    pub(crate) found: Found,
    /// Documents by month, if it was asked to count.
    pub(crate) months: Vec<Month>,
    /// The entities that they name most, if it was asked to count.
    pub(crate) entities: Vec<Together>,
    /// Batches of documents that do not show yet.
    pub(crate) behind: i64,
}

/// The same, as programs take it.
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

/// A search that was saved.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Saved {
    /// Its name.
    pub(crate) name: String,
    /// Its query.
    pub(crate) query: String,
}

/// The searches that were saved, by name.
pub(crate) fn saved(desk: &ReadSession<'_>) -> Result<Vec<Saved>, ApiError> {
    let searches = desk.archive.searches()?.into_iter();
    Ok(searches.map(|(name, query)| Saved { name, query }).collect())
}
