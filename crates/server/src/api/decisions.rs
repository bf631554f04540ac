//! Decisions of users.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::documents::{At, Offset};
use super::{Answer, Shared};
use crate::error::ApiError;
use crate::queries::decisions::{self as queries, Decision, LogRow};

/// Log entries per page.
const PAGE: usize = 100;

/// A page of the log.
#[derive(Serialize, ToSchema)]
pub(super) struct Log {
    /// Number of entries in the log.
    total: usize,
    /// Entries of this page, latest first.
    records: Vec<LogRow>,
}

/// The result of a decision.
#[derive(Serialize, ToSchema)]
pub(super) struct Recorded {
    /// Number of its log entry.
    decision: i64,
    /// Id of the entity that it created, if any.
    entity: Option<String>,
}

/// List decisions, latest first
#[utoipa::path(get, path = "/api/v1/decisions", tag = "decisions", params(Offset), responses(
    (status = 200, body = Log),
    (status = "default", body = ApiError),
))]
pub(super) async fn recent(State(room): Shared, Query(Offset { offset }): At) -> Answer<Log> {
    let (total, records) = room.read(move |desk| queries::recent(desk, offset, PAGE)).await?;
    Ok(Json(Log { total, records }))
}

/// Make a decision
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
