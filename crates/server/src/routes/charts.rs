//! Pages of a search as a map, a network and a timeline.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use chancery_pages as pages;
use chancery_store::QueryField;
use chancery_views::limits::parse_limited_query;
use chancery_views::query_words::NamedQuery;
use chancery_views::{map, network, timeline};
use pages::charts::plot::SearchView;
use serde::Deserialize;

use super::{PageState, UnseenTerms, redirect_to};
use crate::error::ApiError;

/// The answer to a chart whose box leaves terms out: the chart of the whole query.
fn whole_query(view: SearchView, typed: &str, unseen: &UnseenTerms) -> Option<Response> {
    let query = unseen.added_to(typed)?;
    Some(match parse_limited_query(&query) {
        Ok(query) => redirect_to(&view.address_of_query(&query)),
        Err(error) => ApiError::from(error).into_response(),
    })
}

pub(super) async fn map_page(
    State(state): PageState,
    Query(parameters): Query<map::ChartParameters>,
    Query(unseen): Query<UnseenTerms>,
) -> Result<Response, ApiError> {
    if let Some(response) = whole_query(SearchView::Map, &parameters.q, &unseen) {
        return Ok(response);
    }
    let page = state.with_session(move |session| {
        let asked = NamedQuery::read(session, &parameters.q)?;
        Ok(pages::charts::map::render_page(&asked, &map::build_map(session, &parameters)?))
    });
    Ok(page.await?.into_response())
}

pub(super) async fn network_page(
    State(state): PageState,
    Query(parameters): Query<network::NetworkParameters>,
    Query(unseen): Query<UnseenTerms>,
) -> Result<Response, ApiError> {
    if let Some(response) = whole_query(SearchView::Network, &parameters.q, &unseen) {
        return Ok(response);
    }
    let page = state.with_session(move |session| {
        let asked = NamedQuery::read(session, &parameters.q)?;
        let found = network::build_network(session, &parameters)?;
        Ok(pages::charts::network::render_page(&parameters, &asked, &found))
    });
    Ok(page.await?.into_response())
}

/// A time range to zoom into.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct TimeRange {
    from: String,
    until: String,
}

pub(super) async fn timeline_page(
    State(state): PageState,
    Query(parameters): Query<map::ChartParameters>,
    Query(TimeRange { from, until }): Query<TimeRange>,
    Query(unseen): Query<UnseenTerms>,
) -> Result<Response, ApiError> {
    if let Some(response) = whole_query(SearchView::Timeline, &parameters.q, &unseen) {
        return Ok(response);
    }
    if !(from.is_empty() && until.is_empty()) {
        let date = if from == until { from } else { format!("{from}..{until}") };
        let query = parse_limited_query(&parameters.q)?
            .without(QueryField::Date)
            .and(chancery_store::Query::dates(&date)?);
        return Ok(redirect_to(&SearchView::Timeline.address_of_query(&query)));
    }
    let page = state.with_session(move |session| {
        let asked = NamedQuery::read(session, &parameters.q)?;
        let found = timeline::build_timeline(session, &parameters)?;
        Ok(pages::charts::timeline::render_page(&asked, &found))
    });
    Ok(page.await?.into_response())
}
