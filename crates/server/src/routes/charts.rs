//! Pages of a search as a map, a network and a timeline.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use chancery_pages as pages;
use chancery_store::QueryField;
use chancery_views::limits::parse_limited_query;
use chancery_views::{map, network, timeline};
use pages::charts::plot::SearchView;
use serde::Deserialize;

use super::{HtmlResult, PageState, redirect_to};
use crate::error::ApiError;

pub(super) async fn map_page(
    State(state): PageState,
    Query(parameters): Query<map::ChartParameters>,
) -> HtmlResult {
    state
        .with_session(move |session| {
            let (query, found) =
                (parse_limited_query(&parameters.q)?, map::build_map(session, &parameters)?);
            Ok(pages::charts::map::render_page(&parameters.q, &query, &found))
        })
        .await
}

pub(super) async fn network_page(
    State(state): PageState,
    Query(parameters): Query<network::NetworkParameters>,
) -> HtmlResult {
    state
        .with_session(move |session| {
            let (query, found) = (
                parse_limited_query(&parameters.q)?,
                network::build_network(session, &parameters)?,
            );
            Ok(pages::charts::network::render_page(&parameters, &query, &found))
        })
        .await
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
) -> Result<Response, ApiError> {
    if !(from.is_empty() && until.is_empty()) {
        let date = if from == until { from } else { format!("{from}..{until}") };
        let query = parse_limited_query(&parameters.q)?
            .without(QueryField::Date)
            .and(chancery_store::Query::dates(&date)?);
        return Ok(redirect_to(&SearchView::Timeline.address_of_query(&query)));
    }
    let found = state.with_session(move |session| {
        let (query, found) =
            (parse_limited_query(&parameters.q)?, timeline::build_timeline(session, &parameters)?);
        Ok(pages::charts::timeline::render_page(&parameters.q, &query, &found))
    });
    Ok(found.await?.into_response())
}
