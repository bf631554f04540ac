//! Data of the pages Map, Network and Timeline.

use axum::Json;
use axum::extract::{Query, State};

use super::{JsonResult, SharedState};
use crate::error::ApiError;
use chancery_views::map::{self as map_of, ChartParameters, PlaceMap};
use chancery_views::network::{self as network_of, NetworkGraph, NetworkParameters};
use chancery_views::timeline::{self as timeline_of, Timeline};

/// Get the places and posts of a search with their coordinates
#[utoipa::path(get, path = "/api/v1/map", tag = "charts", params(ChartParameters), responses(
    (status = 200, body = PlaceMap),
    (status = "default", body = ApiError),
))]
pub(super) async fn get_map(
    State(state): SharedState,
    Query(parameters): Query<ChartParameters>,
) -> JsonResult<PlaceMap> {
    Ok(Json(state.with_session(move |session| Ok(map_of::build_map(session, &parameters)?)).await?))
}

/// Get the network of entities named together, or of correspondents
#[utoipa::path(get, path = "/api/v1/network", tag = "charts", params(NetworkParameters), responses(
    (status = 200, body = NetworkGraph),
    (status = "default", body = ApiError),
))]
pub(super) async fn get_network(
    State(state): SharedState,
    Query(parameters): Query<NetworkParameters>,
) -> JsonResult<NetworkGraph> {
    Ok(Json(
        state
            .with_session(move |session| Ok(network_of::build_network(session, &parameters)?))
            .await?,
    ))
}

/// Count the documents of a search by time
#[utoipa::path(get, path = "/api/v1/timeline", tag = "charts", params(ChartParameters), responses(
    (status = 200, body = Timeline),
    (status = "default", body = ApiError),
))]
pub(super) async fn get_timeline(
    State(state): SharedState,
    Query(parameters): Query<ChartParameters>,
) -> JsonResult<Timeline> {
    Ok(Json(
        state
            .with_session(move |session| Ok(timeline_of::build_timeline(session, &parameters)?))
            .await?,
    ))
}
