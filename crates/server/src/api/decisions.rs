//! Decisions of users.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use chancery_store::DecisionNumber;
use serde::Serialize;
use utoipa::ToSchema;

use super::documents::{OffsetParameter, OffsetQuery};
use super::{JsonResult, SharedState};
use crate::error::ApiError;
use chancery_views::decisions::{self as queries, DecisionEntry, DecisionRequest};
use chancery_views::doubts::{self, DoubtParameters, DoubtQueue};
use chancery_views::merging::{self, MergeParameters, MergePreviewResponse, Question};
use chancery_views::session::ReadSession;

/// Log entries per page.
const ENTRIES_PER_PAGE: usize = 100;

/// A page of the log.
#[derive(Serialize, ToSchema)]
pub(super) struct DecisionLog {
    /// Number of entries in the log.
    total: usize,
    /// Entries of this page, latest first.
    decisions: Vec<DecisionEntry>,
}

/// The result of a decision.
#[derive(Serialize, ToSchema)]
pub(super) struct DecisionResult {
    /// Number of its log entry.
    decision: DecisionNumber,
    /// Id of the entity that it created, if any.
    entity: Option<String>,
    /// Id of the entity that remains after a merge.
    kept: Option<String>,
}

/// List decisions, latest first
#[utoipa::path(get, path = "/api/v1/decisions", tag = "decisions", params(OffsetParameter), responses(
    (status = 200, body = DecisionLog),
    (status = "default", body = ApiError),
))]
pub(super) async fn list_decisions(
    State(state): SharedState,
    Query(OffsetParameter { offset }): OffsetQuery,
) -> JsonResult<DecisionLog> {
    let (total, decisions) = state
        .with_session(move |session| {
            Ok(queries::recent_decisions(session, offset, ENTRIES_PER_PAGE)?)
        })
        .await?;
    Ok(Json(DecisionLog { total, decisions }))
}

/// List the questions that documents raise which came after a decision
///
/// The decision `answer` answers one.
#[utoipa::path(get, path = "/api/v1/questions", tag = "decisions", responses(
    (status = 200, body = Vec<Question>),
    (status = "default", body = ApiError),
))]
pub(super) async fn list_questions(State(state): SharedState) -> JsonResult<Vec<Question>> {
    Ok(Json(state.with_session(|session| Ok(merging::open_questions(session)?)).await?))
}

/// Show what a merge will do
#[utoipa::path(get, path = "/api/v1/merge-preview", tag = "decisions", params(MergeParameters),
    responses((status = 200, body = MergePreviewResponse), (status = "default", body = ApiError)))]
pub(super) async fn preview_merge(
    State(state): SharedState,
    Query(parameters): Query<MergeParameters>,
) -> JsonResult<MergePreviewResponse> {
    Ok(Json(
        state
            .with_session(move |session| Ok(merging::preview_merge(session, &parameters)?))
            .await?,
    ))
}

/// Get a doubt: two names that may be one
///
/// The doubts that touch most documents come first. The decisions `merge` and `apart`
/// settle one.
#[utoipa::path(get, path = "/api/v1/doubts", tag = "decisions", params(DoubtParameters),
    responses((status = 200, body = DoubtQueue), (status = "default", body = ApiError)))]
pub(super) async fn get_doubt(
    State(state): SharedState,
    Query(parameters): Query<DoubtParameters>,
) -> JsonResult<DoubtQueue> {
    let read = move |session: &ReadSession<'_>| Ok(doubts::read_queue(session, &parameters)?);
    Ok(Json(state.with_session(read).await?))
}

/// Make a decision
#[utoipa::path(post, path = "/api/v1/decisions", tag = "decisions", request_body = DecisionRequest,
    responses((status = 201, body = DecisionResult), (status = "default", body = ApiError)))]
pub(super) async fn create_decision(
    State(state): SharedState,
    Json(DecisionRequest { request, reason }): Json<DecisionRequest>,
) -> Result<(StatusCode, Json<DecisionResult>), ApiError> {
    let decided = state.apply_decision(request, reason).await?;
    let recorded =
        DecisionResult { decision: decided.decision, entity: decided.created, kept: decided.kept };
    Ok((StatusCode::CREATED, Json(recorded)))
}
