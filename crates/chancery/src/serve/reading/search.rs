//! A page of hits with what stands beside it.

use axum::http::StatusCode;
use chancery_store::{Query, Request, Results, parse_query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::entity::{Month, Together, month};
use crate::found::{Found, Order};
use crate::serve::failure::Failure;
use crate::serve::room::Desk;

/// Longer queries are refused, in characters.
const LONGEST: usize = 2_000;

/// Longer names are refused, in characters.
const LONGEST_NAME: usize = 200;

/// Hits that may be passed over.
const FARTHEST: usize = 100_000;

/// Hits of a page, at most.
const MOST: usize = 200;

/// Hits of a page, unless told otherwise.
pub(crate) const USUAL: usize = 20;

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

/// What a query means.
///
/// # Errors
/// When it is too long or has no meaning.
pub(crate) fn meaning(words: &str) -> Result<Query, Failure> {
    if words.chars().count() > LONGEST {
        let what = format!("the query is longer than {LONGEST} characters");
        return Err(Failure::new(StatusCode::BAD_REQUEST, what, "look for less at a time"));
    }
    Ok(parse_query(words)?)
}

/// Whether a name is one that is taken: of a saved search, or to look for.
///
/// # Errors
/// When it is too long.
pub(crate) fn named(name: &str) -> Result<(), Failure> {
    if name.chars().count() > LONGEST_NAME {
        return Err(Failure::bad(format!("the name is longer than {LONGEST_NAME} characters")));
    }
    Ok(())
}

fn too_much(what: String) -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, what, "narrow the search, or export it")
}

/// Whether a list can be shown from `offset` on.
///
/// # Errors
/// When that is farther than anybody turns pages.
pub(crate) fn reach(offset: usize) -> Result<(), Failure> {
    if offset > FARTHEST {
        return Err(too_much(format!("at most {FARTHEST} are passed over")));
    }
    Ok(())
}

/// The request that `ask` makes.
///
/// # Errors
/// When it is too long, asks for too much, or has no meaning.
pub(crate) fn request(ask: &Ask, facets: bool) -> Result<Request, Failure> {
    let query = meaning(&ask.q)?;
    let limit = ask.limit.unwrap_or(USUAL);
    reach(ask.offset)?;
    if limit > MOST {
        return Err(too_much(format!("at most {MOST} hits are given")));
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
pub(crate) fn search(desk: &Desk<'_>, ask: &Ask, facets: bool) -> Result<Results, Failure> {
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
pub(crate) fn answer(desk: &Desk<'_>, ask: &Ask) -> Result<Answer, Failure> {
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
pub(crate) fn saved(desk: &Desk<'_>) -> Result<Vec<Saved>, Failure> {
    let searches = desk.archive.searches()?.into_iter();
    Ok(searches.map(|(name, query)| Saved { name, query }).collect())
}
