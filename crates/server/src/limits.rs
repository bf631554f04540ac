//! Bounds on what a request may ask for.

use axum::http::StatusCode;
use chancery_store::{Query, parse_query};

use crate::error::ApiError;

/// Largest form or JSON body, in bytes. Uploads have a limit of their own.
pub(crate) const MAX_BODY_BYTES: usize = 256 << 10;

/// Largest upload, in bytes.
pub(crate) const MAX_UPLOAD_BYTES: usize = 512 << 20;

/// Largest file of queries, in bytes.
pub(crate) const MAX_BATCH_BYTES: usize = 1 << 20;

/// Longer queries are refused, in characters.
const LONGEST: usize = 2_000;

/// Longer names are refused, in characters.
const LONGEST_NAME: usize = 200;

/// Hits that may be passed over.
const FARTHEST: usize = 100_000;

/// Hits of a page, at most.
pub(crate) const MAX_HITS: usize = 200;

/// Hits of a page, unless told otherwise.
pub(crate) const USUAL_HITS: usize = 20;

/// What a query means.
///
/// # Errors
/// When it is too long or has no meaning.
pub(crate) fn parse_limited_query(words: &str) -> Result<Query, ApiError> {
    if words.chars().count() > LONGEST {
        let what = format!("the query is longer than {LONGEST} characters");
        return Err(ApiError::new(StatusCode::BAD_REQUEST, what, "look for less at a time"));
    }
    Ok(parse_query(words)?)
}

/// Whether a name is one that is taken: of a saved search, or to look for.
///
/// # Errors
/// When it is too long.
pub(crate) fn check_name_length(name: &str) -> Result<(), ApiError> {
    if name.chars().count() > LONGEST_NAME {
        return Err(ApiError::bad(format!("the name is longer than {LONGEST_NAME} characters")));
    }
    Ok(())
}

/// A request for more than is given at a time.
pub(crate) fn too_much(what: String) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, what, "narrow the search, or export it")
}

/// Whether a list can be shown from `offset` on.
///
/// # Errors
/// When that is farther than anybody turns pages.
pub(crate) fn check_offset(offset: usize) -> Result<(), ApiError> {
    if offset > FARTHEST {
        return Err(too_much(format!("at most {FARTHEST} are passed over")));
    }
    Ok(())
}
