//! What people decide.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::documents::{At, Offset};
use super::{Answer, Shared};
use crate::serve::failure::Failure;
use crate::serve::reading::decisions::{self as reading, Decision, Made};

/// Records of a page.
const PAGE: usize = 100;

/// A page of the log.
#[derive(Serialize, ToSchema)]
pub(super) struct Log {
    /// How many records there are.
    total: usize,
    /// Those of the page, latest first.
    records: Vec<Made>,
}

/// A decision that was made.
#[derive(Serialize, ToSchema)]
pub(super) struct Recorded {
    /// The number of its record.
    record: i64,
    /// The id of the entity that it made.
    entity: Option<String>,
}

/// Decisions, latest first
#[utoipa::path(get, path = "/api/v1/decisions", tag = "decisions", params(Offset), responses(
    (status = 200, body = Log),
    (status = "default", body = Failure),
))]
pub(super) async fn recent(State(room): Shared, Query(Offset { offset }): At) -> Answer<Log> {
    let (total, records) = room.read(move |desk| reading::recent(desk, offset, PAGE)).await?;
    Ok(Json(Log { total, records }))
}

/// Decides something
#[utoipa::path(post, path = "/api/v1/decisions", tag = "decisions", request_body = Decision,
    responses((status = 201, body = Recorded), (status = "default", body = Failure)))]
pub(super) async fn decide(
    State(room): Shared,
    Json(Decision { wish, why }): Json<Decision>,
) -> Result<(StatusCode, Json<Recorded>), Failure> {
    let decided = room.decide(wish, why).await?;
    let recorded = Recorded { record: decided.record, entity: decided.made };
    Ok((StatusCode::CREATED, Json(recorded)))
}
