//! Statements: who says what to whom.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{JsonResult, SharedState};
use crate::error::ApiError;
use chancery_store::LEAST_STATEMENT_SCORE;
use chancery_views::statements::{
    self, DocumentStatements, StatementFilter, StatementRole, statements_of_document,
};

/// Documents per page.
const DOCUMENTS_PER_PAGE: usize = 20;

/// Query string of a list of statements.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct StatementParameters {
    /// Id of an entity that speaks, hears or is spoken of; all statements without it.
    entity: Option<String>,
    /// What the entity does.
    #[param(inline)]
    role: StatementRole,
    /// A query that narrows the documents; empty for all.
    #[param(max_length = 2000)]
    q: String,
    /// Lowest probability of a statement.
    min_score: f32,
    /// Number of documents to skip.
    offset: usize,
}

impl Default for StatementParameters {
    fn default() -> Self {
        let StatementFilter { entity, role, query, least } = StatementFilter::default();
        Self { entity, role, q: query, min_score: least, offset: 0 }
    }
}

/// A page of documents with their statements.
#[derive(Serialize, ToSchema)]
pub(super) struct StatementList {
    /// Number of documents that match.
    total: usize,
    /// Documents of this page. One that has no such statement has an empty list.
    documents: Vec<DocumentStatements>,
}

/// List who says what to whom, oldest document first
#[utoipa::path(get, path = "/api/v1/statements", tag = "statements", params(StatementParameters),
    responses((status = 200, body = StatementList), (status = "default", body = ApiError)))]
pub(super) async fn list_statements(
    State(state): SharedState,
    Query(parameters): Query<StatementParameters>,
) -> JsonResult<StatementList> {
    let StatementParameters { entity, role, q: query, min_score: least, offset } = parameters;
    let filter = StatementFilter { entity, role, query, least };
    let found = state.with_session(move |session| {
        let page = (offset, DOCUMENTS_PER_PAGE);
        let (total, documents) = statements::list_statements(session, &filter, page)?;
        Ok(StatementList { total, documents })
    });
    Ok(Json(found.await?))
}

/// Query string of the statements of a document.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct LeastScore {
    /// Lowest probability of a statement.
    min_score: f32,
}

impl Default for LeastScore {
    fn default() -> Self {
        Self { min_score: LEAST_STATEMENT_SCORE }
    }
}

/// Get the statements of a document
#[utoipa::path(get, path = "/api/v1/documents/{id}/statements", tag = "statements",
    params(("id" = String, Path, description = "Its id, a prefix of it, or its cable id"), LeastScore),
    responses((status = 200, body = DocumentStatements), (status = "default", body = ApiError)))]
pub(super) async fn get_document_statements(
    State(state): SharedState,
    Path(id): Path<String>,
    Query(LeastScore { min_score }): Query<LeastScore>,
) -> JsonResult<DocumentStatements> {
    let read =
        state.with_session(move |session| Ok(statements_of_document(session, &id, min_score)?));
    Ok(Json(read.await?))
}
