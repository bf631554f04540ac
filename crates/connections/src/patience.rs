//! How long the server waits for a client that is slow.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

/// Bytes per second that a client must send or read in the mean.
const MIN_RATE: u64 = 1024;

/// The time that a client has left. Waiting uses it up, and bytes earn it: a
/// client that is slower than [`MIN_RATE`] has none left at some time.
pub(crate) struct Patience {
    limit: Duration,
    left: Duration,
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Patience {
    pub(crate) fn new(limit: Duration) -> Self {
        Self { limit, left: limit, waiting: None }
    }

    /// Records that the client has sent or read this number of bytes.
    pub(crate) fn count_bytes(&mut self, bytes: usize) {
        if let Some((since, _)) = self.waiting.take() {
            self.left = self.left.saturating_sub(since.elapsed());
        }
        let earned = Duration::from_millis((bytes as u64).saturating_mul(1000) / MIN_RATE);
        self.left = self.left.saturating_add(earned).min(self.limit);
    }

    /// Waits for the client. Ready once it has no time left.
    pub(crate) fn poll_wait(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let left = self.left;
        let start = || (Instant::now(), Box::pin(tokio::time::sleep(left)));
        let (_, end) = self.waiting.get_or_insert_with(start);
        end.as_mut().poll(context)
    }
}
