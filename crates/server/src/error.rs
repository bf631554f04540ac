//! What a request could not have, why, and what helps. One type for pages and
//! API; the outermost layer writes it as a page or as JSON, by the address
//! that was asked for.

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chancery_store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

/// A request that failed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ApiError {
    /// The status as HTTP has it.
    pub(crate) status: u16,
    /// What is wrong.
    pub(crate) error: String,
    /// What helps; empty where nothing is known to.
    pub(crate) remedy: String,
}

impl ApiError {
    /// A failure of this status.
    pub(crate) fn new(status: StatusCode, error: impl Into<String>, remedy: &str) -> Self {
        Self { status: status.as_u16(), error: error.into(), remedy: remedy.to_owned() }
    }

    /// The address has no page.
    pub(crate) fn not_found(what: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, what, "check the address, or search for it")
    }

    /// The request has no meaning.
    pub(crate) fn bad(what: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, what, "")
    }

    /// More than can be done now.
    pub(crate) fn busy(what: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, what, "try again in a moment")
    }

    /// No room on the disk.
    pub(crate) fn full(what: impl Into<String>) -> Self {
        Self::new(StatusCode::INSUFFICIENT_STORAGE, what, "make room")
    }

    /// Something in the program.
    pub(crate) fn internal(what: impl Into<String>) -> Self {
        let remedy = "`chancery verify` looks for damage; please report what you did";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, what, remedy)
    }

    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let what = error.to_string();
        match error {
            StoreError::NotAnArchive(_) => Self::new(
                StatusCode::NOT_FOUND,
                "the archive is empty",
                "add documents on the page Add, or with `chancery add`",
            ),
            StoreError::Unknown(_) => Self::not_found(what),
            StoreError::Request(_) => Self::bad(what),
            StoreError::Busy(_) => Self::busy(what),
            StoreError::ReadOnly(_) | StoreError::NeedsRecovery(_) => {
                Self::new(StatusCode::FORBIDDEN, what, "let the folder be written to")
            }
            StoreError::Full => Self::full(what),
            _ => Self::internal(what),
        }
    }
}

impl From<chancery_store::QueryError> for ApiError {
    fn from(error: chancery_store::QueryError) -> Self {
        Self::bad(error.to_string())
    }
}

impl From<std::io::Error> for ApiError {
    fn from(error: std::io::Error) -> Self {
        Self::internal(error.to_string())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status();
        response.extensions_mut().insert(self);
        response
    }
}
