//! What people decide.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::documents::{At, Offset};
use super::{Answer, Shared};
use crate::error::ApiError;
use crate::queries::decisions::{self as queries, Decision, LogRow};

/// Records of a page.
const PAGE: usize = 100;

/// A page of the log.
#[derive(Serialize, ToSchema)]
pub(super) struct Log {
    /// How many records there are.
    total: usize,
    /// Those of the page, latest first.
    records: Vec<LogRow>,
}

/// A decision that was made.
#[derive(Serialize, ToSchema)]
pub(super) struct Recorded {
    /// Its number in the log.
    decision: i64,
    /// The id of the entity that it made.
    entity: Option<String>,
}

/// Decisions, latest first
#[utoipa::path(get, path = "/api/v1/decisions", tag = "decisions", params(Offset), responses(
    (status = 200, body = Log),
    (status = "default", body = ApiError),
))]
pub(super) async fn recent(State(room): Shared, Query(Offset { offset }): At) -> Answer<Log> {
    let (total, records) = room.read(move |desk| queries::recent(desk, offset, PAGE)).await?;
    Ok(Json(Log { total, records }))
}

/// Decides something
#[utoipa::path(post, path = "/api/v1/decisions", tag = "decisions", request_body = Decision,
    responses((status = 201, body = Recorded), (status = "default", body = ApiError)))]
pub(super) async fn decide(
    State(room): Shared,
    Json(Decision { wish, why }): Json<Decision>,
) -> Result<(StatusCode, Json<Recorded>), ApiError> {
    let decided = room.decide(wish, why).await?;
    let recorded = Recorded { decision: decided.decision, entity: decided.created };
    Ok((StatusCode::CREATED, Json(recorded)))
}
