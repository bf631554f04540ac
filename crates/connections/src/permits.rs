//! Limits on the requests that work at the same time, in all and per client.

use std::collections::HashMap;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::guess_limiter::address_block;
use crate::lock_ignoring_poison;

tokio::task_local! {
    /// The client whose request this task answers.
    static CLIENT: IpAddr;
}

/// Answers a request of `client`.
pub async fn answer_client<T>(client: IpAddr, answer: impl Future<Output = T>) -> T {
    CLIENT.scope(address_block(client), answer).await
}

/// Permits to work. A client cannot have all of them, so that its requests
/// leave room for those of others.
pub struct WorkPermits {
    all: Arc<Semaphore>,
    per_client: usize,
    clients: Mutex<HashMap<IpAddr, Weak<Semaphore>>>,
}

/// Why there is no permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermitError {
    /// None was returned in time.
    Late,
    /// The server ends.
    Closed,
}

/// A permit, returned on drop.
pub struct WorkPermit {
    _of_client: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl WorkPermits {
    /// Gives `all` permits, and at most `per_client` of them to one client.
    pub fn new(all: usize, per_client: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), per_client, clients: Mutex::default() }
    }

    /// Waits for a permit of the client whose request this task answers.
    ///
    /// # Errors
    /// If there is none in time, or the server ends.
    pub async fn acquire(&self, longest: Duration) -> Result<WorkPermit, PermitError> {
        let client = CLIENT.try_with(|client| *client).unwrap_or(Ipv4Addr::LOCALHOST.into());
        let own = self.semaphore_of(client);
        let acquire = async {
            // A client waits for its own requests first, so that it has no more
            // places than permits in the queue for all.
            let of_client = own.acquire_owned().await?;
            let of_all = Arc::clone(&self.all).acquire_owned().await?;
            Ok(WorkPermit { _of_client: of_client, _of_all: of_all })
        };
        let acquired = timeout(longest, acquire).await.map_err(|_| PermitError::Late)?;
        acquired.map_err(|_: AcquireError| PermitError::Closed)
    }

    fn semaphore_of(&self, client: IpAddr) -> Arc<Semaphore> {
        let mut clients = lock_ignoring_poison(&self.clients);
        if let Some(known) = clients.get(&client).and_then(Weak::upgrade) {
            return known;
        }
        // Only clients with requests have one.
        clients.retain(|_, semaphore| semaphore.strong_count() > 0);
        let new = Arc::new(Semaphore::new(self.per_client));
        clients.insert(client, Arc::downgrade(&new));
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_client_cannot_take_all_permits() {
        let permits = WorkPermits::new(3, 2);
        let acquire = async |client: [u8; 4]| {
            answer_client(client.into(), permits.acquire(Duration::from_secs(15))).await
        };
        let first = acquire([192, 0, 2, 1]).await.ok();
        let second = acquire([192, 0, 2, 1]).await.ok();
        assert!(first.is_some() && second.is_some());
        let third = acquire([192, 0, 2, 1]).await.err().expect("it has two");
        assert_eq!(third, PermitError::Late);
        let other = acquire([192, 0, 2, 2]).await.ok();
        assert!(other.is_some() && acquire([192, 0, 2, 3]).await.is_err());
        drop(second);
        assert!(acquire([192, 0, 2, 1]).await.is_ok());
        drop((first, other));
        assert!(acquire([192, 0, 2, 4]).await.is_ok());
        assert_eq!(lock_ignoring_poison(&permits.clients).len(), 1);
    }
}
