//! Which connections does a server accept, and for how long?
//!
//! - [`accept`]: the accept loop, with limits of time and number;
//! - [`shutdown`]: the signals that stop a server, and the grace period;
//! - [`origin`]: the host that a request names, and requests that other sites start;
//! - [`permits`]: how many requests work at the same time, in all and per client;
//! - [`guess_limiter`]: slows down guesses of a password;
//! - [`lock_ignoring_poison`]: locks a mutex that a panic may have poisoned.
//!
//! The crate knows no archive and no page: it runs any `axum::Router`.

pub mod accept;
pub mod guess_limiter;
pub mod origin;
mod patience;
pub mod permits;
pub mod shutdown;
mod timed_stream;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks the mutex, even if a thread panicked while it held the lock. Use it only
/// for values that are valid after every statement, such as counts and values that
/// are replaced as a whole.
pub fn lock_ignoring_poison<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
