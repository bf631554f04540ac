//! Limits on requests.

use std::time::Duration;

use axum::http::StatusCode;
use chancery_store::{Query, parse_query};

use crate::error::ApiError;

/// Maximum size of a form or JSON body, in bytes. Uploads have another limit.
pub(crate) const MAX_BODY_BYTES: usize = 256 << 10;

/// Maximum size of an upload, in bytes.
pub(crate) const MAX_UPLOAD_BYTES: usize = 512 << 20;

/// Maximum size of a file of queries, in bytes.
pub(crate) const MAX_BATCH_BYTES: usize = 1 << 20;

/// Maximum time that a request waits for a connection, and then for its result.
pub(crate) const MAX_WAIT: Duration = Duration::from_secs(15);

/// Maximum length of a query, in characters.
const MAX_QUERY_CHARS: usize = 2_000;

/// Maximum length of a name, in characters.
const MAX_NAME_CHARS: usize = 200;

/// Maximum number of hits that can be skipped.
const MAX_OFFSET: usize = 100_000;

/// Maximum number of hits per page.
pub(crate) const MAX_HITS: usize = 200;

/// Default number of hits per page.
pub(crate) const DEFAULT_HITS: usize = 20;

/// Parses a query.
///
/// # Errors
/// If it is too long or invalid.
pub(crate) fn parse_limited_query(words: &str) -> Result<Query, ApiError> {
    if words.chars().count() > MAX_QUERY_CHARS {
        let what = format!("the query is longer than {MAX_QUERY_CHARS} characters");
        return Err(ApiError::new(StatusCode::BAD_REQUEST, what, "shorten the query"));
    }
    Ok(parse_query(words)?)
}

/// Checks the length of a name: of a saved search, or to search for.
///
/// # Errors
/// If it is too long.
pub(crate) fn check_name_length(name: &str) -> Result<(), ApiError> {
    if name.chars().count() > MAX_NAME_CHARS {
        return Err(ApiError::bad_request(format!(
            "the name is longer than {MAX_NAME_CHARS} characters"
        )));
    }
    Ok(())
}

/// 400: the request exceeds a limit on results.
pub(crate) fn limit_exceeded(what: String) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, what, "narrow the search, or export it")
}

/// Checks the offset into a list.
///
/// # Errors
/// If it exceeds the limit.
pub(crate) fn check_offset(offset: usize) -> Result<(), ApiError> {
    if offset > MAX_OFFSET {
        return Err(limit_exceeded(format!("the offset is greater than {MAX_OFFSET}")));
    }
    Ok(())
}
