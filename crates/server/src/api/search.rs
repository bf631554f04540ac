//! Search, saved searches, exports and batches of queries.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{JsonResult, SharedState};
use crate::error::ApiError;
use crate::export::{self, ExportParameters};
use chancery_views::search::{self as queries, SavedSearch, SearchParameters};
use chancery_views::suggest::{SuggestParameters, Suggestion, suggest};

/// Search for documents
#[utoipa::path(get, path = "/api/v1/search", tag = "search", params(SearchParameters), responses(
    (status = 200, body = queries::FacetedSearchResponse),
    (status = "default", body = ApiError),
))]
pub(super) async fn search_documents(
    State(state): SharedState,
    Query(parameters): Query<SearchParameters>,
) -> JsonResult<queries::FacetedSearchResponse> {
    Ok(Json(
        state
            .with_session(move |session| Ok(queries::search_with_facets(session, &parameters)?))
            .await?,
    ))
}

/// Suggest what text that is being typed may mean
#[utoipa::path(get, path = "/api/v1/suggestions", tag = "search", params(SuggestParameters), responses(
    (status = 200, body = Vec<Suggestion>),
    (status = "default", body = ApiError),
))]
pub(super) async fn list_suggestions(
    State(state): SharedState,
    Query(parameters): Query<SuggestParameters>,
) -> JsonResult<Vec<Suggestion>> {
    Ok(Json(state.with_session(move |session| Ok(suggest(session, &parameters)?)).await?))
}

/// Export all documents of a result in a format
#[utoipa::path(get, path = "/api/v1/export", tag = "search", params(ExportParameters), responses(
    (status = 200, description = "The documents in the requested format", content(
        (String = "text/csv"),
        (String = "text/plain"),
        (String = "application/x-ndjson"),
        (String = "application/zip"),
        (String = "application/rtf"),
        (String = "application/xml"),
        (String = "application/tei+xml"),
        (String = "application/gexf+xml"),
        (String = "application/graphml+xml"),
        (String = "application/vnd.apache.parquet"),
        (String = "application/vnd.apache.arrow.file"),
        (serde_json::Value = "application/ld+json"),
        (serde_json::Value = "application/geo+json"),
    )),
    (status = "default", body = ApiError),
))]
pub(super) async fn export_documents(
    State(state): SharedState,
    Query(parameters): Query<ExportParameters>,
) -> Result<Response, ApiError> {
    export::export_response(state, parameters).await
}

/// List saved searches
#[utoipa::path(get, path = "/api/v1/searches", tag = "search", responses(
    (status = 200, body = Vec<SavedSearch>),
    (status = "default", body = ApiError),
))]
pub(super) async fn list_saved_searches(State(state): SharedState) -> JsonResult<Vec<SavedSearch>> {
    Ok(Json(state.with_session(|session| Ok(queries::saved_searches(session)?)).await?))
}

/// Body of a request that saves a search.
#[derive(Deserialize, ToSchema)]
pub(super) struct SavedSearchQuery {
    /// The query.
    #[schema(max_length = 2000)]
    query: String,
}

/// Save a search under a name
#[utoipa::path(put, path = "/api/v1/searches/{name}", tag = "search",
    params(("name" = String, Path, description = "Its name", max_length = 200)),
    request_body = SavedSearchQuery,
    responses((status = 204), (status = "default", body = ApiError)))]
pub(super) async fn save_search(
    State(state): SharedState,
    Path(name): Path<String>,
    Json(saved): Json<SavedSearchQuery>,
) -> Result<StatusCode, ApiError> {
    state.save_search(name, Some(saved.query)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Delete a saved search
#[utoipa::path(delete, path = "/api/v1/searches/{name}", tag = "search",
    params(("name" = String, Path, description = "Its name", max_length = 200)),
    responses((status = 204), (status = "default", body = ApiError)))]
pub(super) async fn delete_saved_search(
    State(state): SharedState,
    Path(name): Path<String>,
) -> Result<StatusCode, ApiError> {
    state.save_search(name, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Body of a batch request.
#[derive(Deserialize, ToSchema)]
pub(super) struct BatchQueries {
    /// One query per line.
    queries: String,
}

/// Run a batch of queries and return ten hits of each as a table
#[utoipa::path(post, path = "/api/v1/batch", tag = "search", request_body = BatchQueries, responses(
    (status = 200, body = String, content_type = "text/tab-separated-values"),
    (status = "default", body = ApiError),
))]
pub(super) async fn run_batch(
    State(state): SharedState,
    Json(BatchQueries { queries }): Json<BatchQueries>,
) -> Result<Response, ApiError> {
    let table =
        state.with_session(move |session| export::run_batch_queries(session, &queries)).await?;
    Ok(([(CONTENT_TYPE, "text/tab-separated-values; charset=utf-8")], table).into_response())
}
