//! HTTP error: what failed, why, and how to fix it.
//!
//! Pages and API share the type. The outermost middleware renders it as a page
//! or as JSON, depending on the path.

use std::fmt;
use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chancery_pages::error::ErrorMessage;
use chancery_store::StoreError;
use chancery_views::error::ViewError;
use serde::Serialize;
use utoipa::ToSchema;

/// Why a request failed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ApiError {
    /// HTTP status code.
    pub(crate) status: u16,
    /// What failed.
    pub(crate) error: String,
    /// How to fix it; empty if unknown.
    pub(crate) remedy: String,
    /// Seconds after which the client may try again: the header Retry-After.
    #[serde(skip)]
    pub(crate) retry_after: Option<u64>,
    /// The cause, for the log: it can name files, which answers do not.
    #[serde(skip)]
    pub(crate) cause: Option<String>,
}

impl ApiError {
    /// Creates an error with this status.
    pub(crate) fn new(status: StatusCode, error: impl Into<String>, remedy: &str) -> Self {
        let remedy = remedy.to_owned();
        Self {
            status: status.as_u16(),
            error: error.into(),
            remedy,
            retry_after: None,
            cause: None,
        }
    }

    /// 404: nothing has this address.
    pub(crate) fn not_found(what: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, what, "check the address, or search for it")
    }

    /// 400: the request is invalid.
    pub(crate) fn bad_request(what: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, what, "")
    }

    /// 503: the server is busy.
    pub(crate) fn service_unavailable(what: impl Into<String>) -> Self {
        let error = Self::new(StatusCode::SERVICE_UNAVAILABLE, what, "try again in a moment");
        Self { retry_after: Some(2), ..error }
    }

    /// 429: too many wrong passwords came from the address of the client.
    pub(crate) fn too_many_guesses(wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let remedy = format!("try again in {seconds} s");
        let what = "too many wrong passwords";
        let error = Self::new(StatusCode::TOO_MANY_REQUESTS, what, &remedy);
        Self { retry_after: Some(seconds), ..error }
    }

    /// 507: the disk is full.
    pub(crate) fn disk_full(what: impl Into<String>) -> Self {
        Self::new(StatusCode::INSUFFICIENT_STORAGE, what, "free some disk space")
    }

    /// 500: a fault of the server. Only the log has its cause.
    pub(crate) fn internal_error(cause: impl fmt::Display) -> Self {
        Self::server_fault("internal error", cause)
    }

    /// 500: a fault of the server. Only the log has its cause.
    pub(crate) fn server_fault(what: impl Into<String>, cause: impl fmt::Display) -> Self {
        let remedy = "check the archive for damage; the log of the server has the cause";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, what, remedy).with_cause(cause)
    }

    /// Adds the cause for the log.
    pub(crate) fn with_cause(self, cause: impl fmt::Display) -> Self {
        Self { cause: Some(cause.to_string()), ..self }
    }

    /// The most detailed text, for the log.
    pub(crate) fn cause_for_log(&self) -> &str {
        self.cause.as_deref().unwrap_or(&self.error)
    }

    /// Whether the server, its archive or its index has a fault.
    pub(crate) fn is_server_fault(&self) -> bool {
        self.status == StatusCode::INTERNAL_SERVER_ERROR.as_u16()
    }

    /// What a page says of it.
    pub(crate) fn message(&self) -> ErrorMessage<'_> {
        ErrorMessage { status: self.status, error: &self.error, remedy: &self.remedy }
    }

    pub(crate) fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let cause = error.to_string();
        let what = message_without_folders(&error);
        let answer = match error {
            StoreError::NotAnArchive(_) => Self::new(
                StatusCode::NOT_FOUND,
                "this folder is not an archive yet",
                "add documents on the page Add",
            ),
            StoreError::NotFound(_) | StoreError::Removed { .. } => Self::not_found(what),
            StoreError::InvalidRequest(_) => Self::bad_request(what),
            StoreError::Busy(_) => Self::service_unavailable(what),
            StoreError::ReadOnly(_) => {
                Self::new(StatusCode::FORBIDDEN, what, "make the folder writable")
            }
            StoreError::DiskFull => Self::disk_full(what),
            StoreError::Stopped => Self::service_unavailable(what),
            _ => Self::server_fault(what, &cause),
        };
        answer.with_cause(cause)
    }
}

/// Returns the message of an error without the folders of the server: only the
/// log has them.
fn message_without_folders(error: &StoreError) -> String {
    let path = match error {
        StoreError::Busy(path)
        | StoreError::NeedsRecovery(path)
        | StoreError::ReadOnly(path)
        | StoreError::Unreadable(path)
        | StoreError::Io(path, _) => path,
        // Their causes name files of the archive.
        StoreError::Database(_) => return "the database cannot be used".to_owned(),
        StoreError::Index(_) => return "the index cannot be used".to_owned(),
        StoreError::Damaged(_) => return "the archive is damaged".to_owned(),
        _ => return error.to_string(),
    };
    let name = path.file_name().unwrap_or("the archive".as_ref()).to_string_lossy();
    error.to_string().replacen(&path.display().to_string(), &name, 1)
}

impl From<chancery_store::QueryError> for ApiError {
    fn from(error: chancery_store::QueryError) -> Self {
        Self::bad_request(error.to_string())
    }
}

impl From<ViewError> for ApiError {
    fn from(error: ViewError) -> Self {
        let what = error.to_string();
        match error {
            ViewError::NotFound(_) => Self::not_found(what),
            ViewError::Invalid(_) => Self::bad_request(what),
            ViewError::LongQuery(_) => {
                Self::new(StatusCode::BAD_REQUEST, what, "shorten the query")
            }
            ViewError::LimitExceeded(_) => {
                Self::new(StatusCode::BAD_REQUEST, what, "narrow the search, or export it")
            }
            ViewError::Query(error) => error.into(),
            ViewError::Store(error) => error.into(),
            ViewError::Io(error) => error.into(),
        }
    }
}

impl From<std::io::Error> for ApiError {
    fn from(error: std::io::Error) -> Self {
        Self::internal_error(error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status_code();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn answers_name_no_folder_of_the_server() {
        let path = || "/srv/secret/letters".into();
        let denied = || io::Error::from(io::ErrorKind::PermissionDenied);
        for (error, status, words) in [
            (StoreError::NotAnArchive(path()), 404, "this folder is not an archive yet"),
            (StoreError::Busy(path()), 503, "letters: another program"),
            (StoreError::NeedsRecovery(path()), 500, "letters: the last writer"),
            (StoreError::ReadOnly(path()), 403, "letters: cannot be written"),
            (StoreError::Unreadable(path()), 500, "letters: permission denied"),
            (StoreError::Io(path(), denied()), 500, "letters: permission denied"),
            (StoreError::Damaged("/srv/secret/letters/x".into()), 500, "the archive is damaged"),
            (StoreError::OtherIndexVersion, 500, "the index has another version"),
            (StoreError::DiskFull, 507, "the disk is full"),
            (StoreError::Stopped, 503, "the work took too long"),
            (StoreError::InvalidRequest("no".into()), 400, "no"),
        ] {
            let cause = error.to_string();
            let answer = ApiError::from(error);
            assert_eq!(answer.status, status, "{cause}");
            assert!(answer.error.starts_with(words), "{}", answer.error);
            assert!(!answer.error.contains("secret"), "{}", answer.error);
            assert_eq!(answer.cause_for_log(), cause);
        }
        let answer = ApiError::from(io::Error::other("/srv/secret/letters/x"));
        assert_eq!((answer.status, &*answer.error), (500, "internal error"));
    }
}
