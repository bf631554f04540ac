//! Limits on what a reader may ask for.

use chancery_store::{Query, parse_query};

use crate::error::ViewError;

/// Maximum length of a query, in characters.
const MAX_QUERY_CHARS: usize = 2_000;

/// Maximum length of a name, in characters.
const MAX_NAME_CHARS: usize = 200;

/// Maximum number of hits that can be skipped.
const MAX_OFFSET: usize = 100_000;

/// Maximum number of hits per page.
pub const MAX_HITS: usize = 200;

/// Default number of hits per page.
pub const DEFAULT_HITS: usize = 20;

/// Parses a query.
///
/// # Errors
/// If it is too long or invalid.
pub fn parse_limited_query(words: &str) -> Result<Query, ViewError> {
    if words.chars().count() > MAX_QUERY_CHARS {
        return Err(ViewError::LongQuery(MAX_QUERY_CHARS));
    }
    Ok(parse_query(words)?)
}

/// Checks the length of a name: of a saved search, or to search for.
///
/// # Errors
/// If it is too long.
pub fn check_name_length(name: &str) -> Result<(), ViewError> {
    if name.chars().count() > MAX_NAME_CHARS {
        return Err(ViewError::bad_request(format!(
            "the name is longer than {MAX_NAME_CHARS} characters"
        )));
    }
    Ok(())
}

/// Checks the offset into a list.
///
/// # Errors
/// If it exceeds the limit.
pub fn check_offset(offset: usize) -> Result<(), ViewError> {
    if offset > MAX_OFFSET {
        return Err(ViewError::LimitExceeded(format!("the offset is greater than {MAX_OFFSET}")));
    }
    Ok(())
}
