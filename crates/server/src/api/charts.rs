//! Data of the pages Map, Network and Timeline.

use axum::Json;
use axum::extract::{Query, State};

use super::{Answer, Shared};
use crate::error::ApiError;
use crate::queries::map::{self as map_of, Map, Of};
use crate::queries::network::{self as network_of, Ask, Network};
use crate::queries::timeline::{self as timeline_of, Timeline};

/// Get the places and posts of a search with their coordinates
#[utoipa::path(get, path = "/api/v1/map", tag = "charts", params(Of), responses(
    (status = 200, body = Map),
    (status = "default", body = ApiError),
))]
pub(super) async fn map(State(room): Shared, Query(of): Query<Of>) -> Answer<Map> {
    Ok(Json(room.read(move |desk| map_of::map(desk, &of)).await?))
}

/// Get the network of entities named together, or of correspondents
#[utoipa::path(get, path = "/api/v1/network", tag = "charts", params(Ask), responses(
    (status = 200, body = Network),
    (status = "default", body = ApiError),
))]
pub(super) async fn network(State(room): Shared, Query(ask): Query<Ask>) -> Answer<Network> {
    Ok(Json(room.read(move |desk| network_of::network(desk, &ask)).await?))
}

/// Count the documents of a search by time
#[utoipa::path(get, path = "/api/v1/timeline", tag = "charts", params(Of), responses(
    (status = 200, body = Timeline),
    (status = "default", body = ApiError),
))]
pub(super) async fn timeline(State(room): Shared, Query(of): Query<Of>) -> Answer<Timeline> {
    Ok(Json(room.read(move |desk| timeline_of::timeline(desk, &of)).await?))
}
