//! The health of the server.

use axum::extract::State;

use super::SharedState;
use crate::error::ApiError;

/// Check that the server can open its archive
///
/// Needs no password. An archive that is empty or does not exist yet is healthy.
#[utoipa::path(get, path = "/healthz", tag = "health", responses(
    (status = 200, body = String, content_type = "text/plain"),
    (status = 503, body = ApiError),
    (status = "default", body = ApiError),
))]
pub(super) async fn check_health(State(state): SharedState) -> Result<&'static str, ApiError> {
    state.health.check_archive(state.archive_folder()).await?;
    Ok("ok")
}
