//! Style sheet, modules and pictures: part of the program, served under an
//! address that names their digest, so that browsers keep them for good.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse, Response};

use super::failure::Failure;

macro_rules! assets {
    ($($name:literal: $kind:literal,)*) => {
        &[$(($name, $kind, include_bytes!(concat!("../../assets/", $name)).as_slice()),)*]
    };
}

/// Name, media type and bytes of each.
const ASSETS: &[(&str, &str, &[u8])] = assets! {
    "style.css": "text/css; charset=utf-8",
    "room.js": "text/javascript; charset=utf-8",
    "card.js": "text/javascript; charset=utf-8",
    "keys.js": "text/javascript; charset=utf-8",
    "select.js": "text/javascript; charset=utf-8",
    "upload.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
};

/// One digest for all, so that modules find each other by relative names.
static DIGEST: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = blake3::Hasher::new();
    ASSETS.iter().for_each(|(_, _, bytes)| {
        hasher.update(bytes);
    });
    hasher.finalize().to_hex()[..16].to_owned()
});

/// The address of an asset.
pub(crate) fn address(name: &str) -> String {
    format!("/assets/{}/{name}", *DIGEST)
}

/// `GET /assets/{digest}/{*name}`
pub(crate) async fn get(Path((digest, name)): Path<(String, String)>) -> Result<Response, Failure> {
    let known = ASSETS.iter().find(|(known, ..)| *known == name);
    let (_, kind, bytes) = known.ok_or_else(|| Failure::not_found("there is no such file"))?;
    let cache = match digest == *DIGEST {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let etag = format!("\"{}\"", *DIGEST);
    let head = [(CONTENT_TYPE, *kind), (CACHE_CONTROL, cache), (ETAG, etag.as_str())];
    Ok((head, *bytes).into_response())
}
