//! Why an archive cannot show what a reader asked for.

use std::io;

use chancery_store::{QueryError, StoreError};
use thiserror::Error;

/// Why a view cannot be made.
#[derive(Debug, Error)]
pub enum ViewError {
    /// The archive has nothing of this name.
    #[error("{0}")]
    NotFound(String),
    /// The request makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// The query has more characters than this.
    #[error("the query is longer than {0} characters")]
    LongQuery(usize),
    /// The request exceeds a limit on results.
    #[error("{0}")]
    LimitExceeded(String),
    /// The query cannot be read.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The archive cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file of the archive cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl ViewError {
    /// The archive has nothing of this name.
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound(what.into())
    }

    /// The request makes no sense.
    pub fn bad_request(what: impl Into<String>) -> Self {
        Self::Invalid(what.into())
    }
}
