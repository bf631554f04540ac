//! The JSON API under `/api/v1`. It covers everything that the pages do. The
//! OpenAPI document is generated from these functions and their types.

mod archive;
mod charts;
mod decisions;
mod documents;
mod entities;
mod health;
mod search;
mod statements;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::{Json, Router, routing::get};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::ApiError;
use super::limits::{MAX_BATCH_BYTES, MAX_UPLOAD_BYTES};
use super::state::AppState;

type SharedState = State<Arc<AppState>>;
type JsonResult<T> = Result<Json<T>, ApiError>;

/// General part of the OpenAPI document.
#[derive(OpenApi)]
#[openapi(info(
    title = "Chancery",
    description = "Search, read and correct an archive of diplomatic telegrams. Spans \
        count Unicode code points of the reading text.",
    license(name = "MIT OR Apache-2.0"),
))]
struct ApiDescription;

/// Router of all paths under `/api/v1`, and of `/healthz`.
pub(crate) fn api_router() -> Router<Arc<AppState>> {
    let uploads = OpenApiRouter::new()
        .routes(routes!(archive::list_uploads, archive::upload_files))
        .layer(DefaultBodyLimit::max(MAX_UPLOAD_BYTES));
    let batch = OpenApiRouter::new()
        .routes(routes!(search::run_batch))
        .layer(DefaultBodyLimit::max(MAX_BATCH_BYTES));
    let (router, described) = OpenApiRouter::with_openapi(ApiDescription::openapi())
        .routes(routes!(health::check_health))
        .routes(routes!(archive::get_statistics))
        .routes(routes!(archive::list_problems))
        .routes(routes!(search::search_documents))
        .routes(routes!(search::list_suggestions))
        .routes(routes!(search::export_documents))
        .routes(routes!(search::list_saved_searches))
        .routes(routes!(search::save_search, search::delete_saved_search))
        .routes(routes!(documents::get_document))
        .routes(routes!(documents::get_raw_text))
        .routes(routes!(documents::get_mention))
        .routes(routes!(entities::list_entities))
        .routes(routes!(entities::get_entity))
        .routes(routes!(entities::list_entity_mentions))
        .routes(routes!(statements::list_statements))
        .routes(routes!(statements::get_document_statements))
        .routes(routes!(charts::get_map))
        .routes(routes!(charts::get_network))
        .routes(routes!(charts::get_timeline))
        .routes(routes!(decisions::list_decisions, decisions::create_decision))
        .routes(routes!(decisions::list_questions))
        .routes(routes!(decisions::preview_merge))
        .routes(routes!(decisions::get_doubt))
        .merge(uploads)
        .merge(batch)
        .split_for_parts();
    let described = Arc::new(described);
    router.route(
        "/api/v1/openapi.json",
        get(move || {
            let described = Arc::clone(&described);
            async move { Json((*described).clone()) }
        }),
    )
}
