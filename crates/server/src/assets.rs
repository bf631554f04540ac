//! Serves the style sheet, scripts and icons of the pages.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse, Response};
use chancery_pages::assets::{ASSETS_DIGEST, find_asset};

use super::error::ApiError;

/// `GET /assets/{digest}/{*name}`
pub(crate) async fn serve_asset(
    Path((digest, name)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let (kind, bytes) =
        find_asset(&name).ok_or_else(|| ApiError::not_found("there is no such file"))?;
    let cache = match digest == *ASSETS_DIGEST {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let etag = format!("\"{}\"", *ASSETS_DIGEST);
    let head = [(CONTENT_TYPE, kind), (CACHE_CONTROL, cache), (ETAG, etag.as_str())];
    Ok((head, bytes).into_response())
}
