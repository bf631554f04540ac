//! Limits on the requests that work at the same time, in all and per client.

use std::collections::HashMap;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, Weak};

use chancery_connections::guess_limiter::address_block;
use chancery_connections::lock_ignoring_poison;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::error::ApiError;
use super::limits::MAX_WAIT;

tokio::task_local! {
    /// The client whose request this task answers.
    static CLIENT: IpAddr;
}

/// Answers a request of `client`.
pub(crate) async fn answer_client<T>(client: IpAddr, answer: impl Future<Output = T>) -> T {
    CLIENT.scope(address_block(client), answer).await
}

/// Permits to work. A client cannot have all of them, so that its requests
/// leave room for those of others.
pub(crate) struct WorkPermits {
    all: Arc<Semaphore>,
    per_client: usize,
    clients: Mutex<HashMap<IpAddr, Weak<Semaphore>>>,
}

/// A permit, returned on drop.
pub(crate) struct WorkPermit {
    _of_client: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl WorkPermits {
    /// Gives `all` permits, and at most `per_client` of them to one client.
    pub(crate) fn new(all: usize, per_client: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), per_client, clients: Mutex::default() }
    }

    /// Waits for a permit of the client whose request this task answers.
    ///
    /// # Errors
    /// 503 with `late` if there is none in time.
    pub(crate) async fn acquire(&self, late: &str) -> Result<WorkPermit, ApiError> {
        let client = CLIENT.try_with(|client| *client).unwrap_or(Ipv4Addr::LOCALHOST.into());
        let own = self.semaphore_of(client);
        let acquire = async {
            // A client waits for its own requests first, so that it has no more
            // places than permits in the queue for all.
            let of_client = own.acquire_owned().await?;
            let of_all = Arc::clone(&self.all).acquire_owned().await?;
            Ok(WorkPermit { _of_client: of_client, _of_all: of_all })
        };
        match timeout(MAX_WAIT, acquire).await {
            Ok(acquired) => acquired.map_err(|_: tokio::sync::AcquireError| {
                ApiError::service_unavailable("the server is shutting down")
            }),
            Err(_) => Err(ApiError::service_unavailable(late)),
        }
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
        let acquire =
            async |client: [u8; 4]| answer_client(client.into(), permits.acquire("too late")).await;
        let first = acquire([192, 0, 2, 1]).await.ok();
        let second = acquire([192, 0, 2, 1]).await.ok();
        assert!(first.is_some() && second.is_some());
        let third = acquire([192, 0, 2, 1]).await.err().expect("it has two");
        assert_eq!((third.status, &*third.error), (503, "too late"));
        let other = acquire([192, 0, 2, 2]).await.ok();
        assert!(other.is_some() && acquire([192, 0, 2, 3]).await.is_err());
        drop(second);
        assert!(acquire([192, 0, 2, 1]).await.is_ok());
        drop((first, other));
        assert!(acquire([192, 0, 2, 4]).await.is_ok());
        assert_eq!(lock_ignoring_poison(&permits.clients).len(), 1);
    }
}
