//! Gives each request an id, and logs how it ended.
//!
//! The answer has the id in the header `x-request-id`, so that a user can quote
//! it, and every event that is logged during the request has it too.

use std::fmt;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument, debug, error, error_span, info};

use super::error::ApiError;
use chancery_pages::html::without_controls;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Outermost middleware. Failures of the server are logged as errors with their
/// cause, refused requests at level `debug`, and all others at level `info`.
pub(crate) async fn log_request(request: Request, next: Next) -> Response {
    let id = next_request_id();
    // The query is left out, because it reveals what a user searches for.
    let path = log_text(request.uri().path()).to_string();
    // Enabled at every level, for the id in events of the request.
    let span = error_span!("request", %id, method = %request.method(), path);
    let begun = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let milliseconds = begun.elapsed().as_millis() as u64;
    let status = response.status();
    let failure = response.extensions().get::<ApiError>();
    span.in_scope(|| match failure {
        _ if status.is_server_error() => {
            let cause = failure.map_or("", ApiError::cause_for_log);
            error!(status = status.as_u16(), cause = %log_text(cause), milliseconds, "failed");
        }
        Some(failure) => {
            let cause = log_text(failure.cause_for_log());
            debug!(status = status.as_u16(), %cause, milliseconds, "refused");
        }
        None => info!(status = status.as_u16(), milliseconds, "answered"),
    });
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// Returns an id that no other request has, also not one before a restart.
fn next_request_id() -> String {
    static START: LazyLock<u128> = LazyLock::new(|| {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis())
    });
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("{:x}-{}", *START, NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Makes text safe for a line of a log: without line ends, and without what
/// steers a terminal.
pub(crate) fn log_text(text: &str) -> impl fmt::Display + use<> {
    without_controls(text).replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_differ() {
        assert_ne!(next_request_id(), next_request_id());
    }

    #[test]
    fn logged_text_is_one_line_without_escapes() {
        for (text, logged) in [
            ("/a/b.txt: denied", "/a/b.txt: denied"),
            ("a\nERROR forged", "a ERROR forged"),
            ("\u{1b}]0;title\u{7}x", "\u{fffd}]0;title\u{fffd}x"),
            ("\u{9b}31m \u{202e}txt", "\u{fffd}31m \u{fffd}txt"),
        ] {
            assert_eq!(log_text(text).to_string(), logged);
        }
    }
}
