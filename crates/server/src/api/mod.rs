//! The JSON API under `/api/v1`. It covers everything that the pages do. The
//! OpenAPI document is generated from these functions and their types.

mod archive;
mod charts;
mod decisions;
mod documents;
mod entities;
mod search;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::{Json, Router, routing::get};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::ApiError;
use super::limits::{MAX_BATCH_BYTES, MAX_UPLOAD_BYTES};
use super::state::AppState;

type Shared = State<Arc<AppState>>;
type Answer<T> = Result<Json<T>, ApiError>;

/// General part of the OpenAPI document.
#[derive(OpenApi)]
#[openapi(info(
    title = "Chancery",
    description = "Search, read and correct an archive of diplomatic telegrams. Spans \
        count Unicode code points of the reading text.",
    license(name = "MIT OR Apache-2.0"),
))]
struct Described;

/// Router of all paths under `/api/v1`.
pub(crate) fn router() -> Router<Arc<AppState>> {
    let uploads = OpenApiRouter::new()
        .routes(routes!(archive::uploads, archive::upload))
        .layer(DefaultBodyLimit::max(MAX_UPLOAD_BYTES));
    let batch = OpenApiRouter::new()
        .routes(routes!(search::batch))
        .layer(DefaultBodyLimit::max(MAX_BATCH_BYTES));
    let (router, described) = OpenApiRouter::with_openapi(Described::openapi())
        .routes(routes!(archive::counts))
        .routes(routes!(archive::problems))
        .routes(routes!(search::search))
        .routes(routes!(search::export))
        .routes(routes!(search::saved))
        .routes(routes!(search::save, search::forget))
        .routes(routes!(documents::document))
        .routes(routes!(documents::raw))
        .routes(routes!(documents::card))
        .routes(routes!(entities::named))
        .routes(routes!(entities::entity))
        .routes(routes!(entities::mentions))
        .routes(routes!(charts::map))
        .routes(routes!(charts::network))
        .routes(routes!(charts::timeline))
        .routes(routes!(decisions::recent, decisions::decide))
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
