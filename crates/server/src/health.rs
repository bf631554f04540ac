//! Checks whether the server can use its archive, for programs that watch it.

use std::path::Path;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use chancery_store::{Archive, StoreError};
use tokio::sync::Mutex;

use super::error::ApiError;

/// Time for which a result is used again. The check needs no password, so the number
/// of checks is bounded.
const USED_FOR: Duration = Duration::from_secs(1);

/// The last check. Its lock is held during a check, so there is one at a time.
#[derive(Default)]
pub(crate) struct HealthCheck(Mutex<Option<(Instant, Result<(), ApiError>)>>);

impl HealthCheck {
    /// Checks that the archive in `folder` can be opened, or does not exist yet.
    /// Does not take one of the connections for requests: a busy server is
    /// healthy.
    ///
    /// # Errors
    /// If the archive cannot be opened.
    pub(crate) async fn check_archive(&self, folder: &Path) -> Result<(), ApiError> {
        let mut last = self.0.lock().await;
        if let Some((checked_at, result)) = &*last
            && checked_at.elapsed() < USED_FOR
        {
            return result.clone();
        }
        let folder = folder.to_owned();
        let opened = tokio::task::spawn_blocking(move || match Archive::open(&folder) {
            Err(StoreError::NotAnArchive(_)) => Ok(()),
            opened => opened?.last_batch().map(drop),
        });
        let result = match opened.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(unhealthy(&error.to_string())),
            Err(panic) => Err(unhealthy(&panic.to_string())),
        };
        *last = Some((Instant::now(), result.clone()));
        result
    }
}

/// 503. The cause is not in the answer, which needs no password.
fn unhealthy(cause: &str) -> ApiError {
    ApiError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "the archive cannot be opened",
        "check the archive for damage, and its permissions",
    )
    .with_cause(cause)
}
