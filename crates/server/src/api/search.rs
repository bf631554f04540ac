//! Search, saved searches, exports and batches of queries.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Answer, Shared};
use crate::error::ApiError;
use crate::export::{self, Wanted};
use crate::queries::search::{self as queries, Ask, Saved};

/// Search for documents
#[utoipa::path(get, path = "/api/v1/search", tag = "search", params(Ask), responses(
    (status = 200, body = queries::Answer),
    (status = "default", body = ApiError),
))]
pub(super) async fn search(State(room): Shared, Query(ask): Query<Ask>) -> Answer<queries::Answer> {
    Ok(Json(room.read(move |desk| queries::answer(desk, &ask)).await?))
}

/// Export all documents of a result in a format
#[utoipa::path(get, path = "/api/v1/export", tag = "search", params(Wanted), responses(
    (status = 200, description = "The documents in the requested format", content(
        (String = "text/csv"),
        (String = "text/plain"),
        (String = "application/x-ndjson"),
        (String = "application/zip"),
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
pub(super) async fn export(
    State(room): Shared,
    Query(wanted): Query<Wanted>,
) -> Result<Response, ApiError> {
    export::export(room, wanted).await
}

/// List saved searches
#[utoipa::path(get, path = "/api/v1/searches", tag = "search", responses(
    (status = 200, body = Vec<Saved>),
    (status = "default", body = ApiError),
))]
pub(super) async fn saved(State(room): Shared) -> Answer<Vec<Saved>> {
    Ok(Json(room.read(queries::saved).await?))
}

/// Body of a request that saves a search.
#[derive(Deserialize, ToSchema)]
pub(super) struct ToSave {
    /// The query.
    #[schema(max_length = 2000)]
    query: String,
}

/// Save a search under a name
#[utoipa::path(put, path = "/api/v1/searches/{name}", tag = "search",
    params(("name" = String, Path, description = "Its name", max_length = 200)),
    request_body = ToSave,
    responses((status = 204), (status = "default", body = ApiError)))]
pub(super) async fn save(
    State(room): Shared,
    Path(name): Path<String>,
    Json(saved): Json<ToSave>,
) -> Result<StatusCode, ApiError> {
    room.save_search(name, Some(saved.query)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Delete a saved search
#[utoipa::path(delete, path = "/api/v1/searches/{name}", tag = "search",
    params(("name" = String, Path, description = "Its name", max_length = 200)),
    responses((status = 204), (status = "default", body = ApiError)))]
pub(super) async fn forget(
    State(room): Shared,
    Path(name): Path<String>,
) -> Result<StatusCode, ApiError> {
    room.save_search(name, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Body of a batch request.
#[derive(Deserialize, ToSchema)]
pub(super) struct Queries {
    /// One query per line.
    queries: String,
}

/// Run a batch of queries and return ten hits of each as a table
#[utoipa::path(post, path = "/api/v1/batch", tag = "search", request_body = Queries, responses(
    (status = 200, body = String, content_type = "text/tab-separated-values"),
    (status = "default", body = ApiError),
))]
pub(super) async fn batch(
    State(room): Shared,
    Json(Queries { queries }): Json<Queries>,
) -> Result<Response, ApiError> {
    let table = room.read(move |desk| export::batch(desk, &queries)).await?;
    Ok(([(CONTENT_TYPE, "text/tab-separated-values; charset=utf-8")], table).into_response())
}
