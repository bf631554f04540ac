//! Data of the pages Map, Network and Timeline.

use axum::Json;
use axum::extract::{Query, State};

use super::{JsonResult, SharedState};
use crate::error::ApiError;
use crate::queries::map::{self as map_of, ChartParameters, PlaceMap};
use crate::queries::network::{self as network_of, NetworkGraph, NetworkParameters};
use crate::queries::timeline::{self as timeline_of, Timeline};

/// Get the places and posts of a search with their coordinates
#[utoipa::path(get, path = "/api/v1/map", tag = "charts", params(ChartParameters), responses(
    (status = 200, body = PlaceMap),
    (status = "default", body = ApiError),
))]
pub(super) async fn get_map(
    State(room): SharedState,
    Query(of): Query<ChartParameters>,
) -> JsonResult<PlaceMap> {
    Ok(Json(room.with_session(move |desk| map_of::build_map(desk, &of)).await?))
}

/// Get the network of entities named together, or of correspondents
#[utoipa::path(get, path = "/api/v1/network", tag = "charts", params(NetworkParameters), responses(
    (status = 200, body = NetworkGraph),
    (status = "default", body = ApiError),
))]
pub(super) async fn get_network(
    State(room): SharedState,
    Query(ask): Query<NetworkParameters>,
) -> JsonResult<NetworkGraph> {
    Ok(Json(room.with_session(move |desk| network_of::build_network(desk, &ask)).await?))
}

/// Count the documents of a search by time
#[utoipa::path(get, path = "/api/v1/timeline", tag = "charts", params(ChartParameters), responses(
    (status = 200, body = Timeline),
    (status = "default", body = ApiError),
))]
pub(super) async fn get_timeline(
    State(room): SharedState,
    Query(of): Query<ChartParameters>,
) -> JsonResult<Timeline> {
    Ok(Json(room.with_session(move |desk| timeline_of::build_timeline(desk, &of)).await?))
}
