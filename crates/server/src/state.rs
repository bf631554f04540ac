//! State shared by all requests: connections to the archive, the current index
//! and the queue of the writer thread.
//!
//! The store is synchronous, so each request that reads borrows one of a few
//! connections and a blocking thread. If no connection frees up in time, the
//! request gets 503. The limit bounds memory and query cost.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chancery_store::{Archive, CurationOutcome, CurationRequest, Searcher, StoreError, Writer};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::error::ApiError;
use super::limits::{check_name_length, parse_limited_query};
use super::sync::lock;
use super::writer::WriteQueue;

/// Maximum number of requests that read at the same time.
const READERS: usize = 6;

/// Maximum number of exports at the same time.
const EXPORTS: usize = 2;

/// SQLite page cache per connection, in MiB. The operating system caches the
/// file too, so a larger cache gains little.
const KEPT: i32 = 4;

/// Maximum time that a request waits for a connection, and then for its result.
const PATIENCE: Duration = Duration::from_secs(15);

/// Time after which an index that lags behind the tables is reopened.
const LOOK_AGAIN: Duration = Duration::from_millis(700);

/// The state of the server.
pub(crate) struct AppState {
    folder: PathBuf,
    archives: Mutex<Vec<Archive>>,
    readers: Arc<Semaphore>,
    exports: Arc<Semaphore>,
    index: Mutex<Option<Index>>,
    /// The queue of the writer thread.
    pub(crate) queue: WriteQueue,
    /// Called with problems that no response can carry.
    pub(crate) warn: fn(&str),
}

/// The index as it was when last opened.
struct Index {
    searcher: Arc<Searcher>,
    /// The last batch in the tables at that time.
    batch: i64,
    looked: Instant,
}

/// A connection and the index, lent to one request.
pub(crate) struct ReadSession<'a> {
    /// The connection to the tables.
    pub(crate) archive: &'a Archive,
    state: &'a AppState,
}

impl ReadSession<'_> {
    /// Returns the index, reopened if it may be stale.
    pub(crate) fn searcher(&self) -> Result<Arc<Searcher>, ApiError> {
        self.state.searcher(self.archive)
    }
}

impl AppState {
    pub(crate) fn new(folder: &Path, queue: WriteQueue, warn: fn(&str)) -> Self {
        Self {
            folder: folder.to_owned(),
            archives: Mutex::default(),
            readers: Arc::new(Semaphore::new(READERS)),
            exports: Arc::new(Semaphore::new(EXPORTS)),
            index: Mutex::default(),
            queue,
            warn,
        }
    }

    /// Runs `read` with a connection on a blocking thread.
    ///
    /// # Errors
    /// If no connection frees up in time, `read` takes too long, or there is no
    /// archive.
    pub(crate) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&ReadSession<'_>) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let none = || StoreError::NotAnArchive(self.folder.clone()).into();
        self.read_if_made(read).await?.ok_or_else(none)
    }

    /// Like [`AppState::read`], but returns `None` if there is no archive yet.
    /// Checking for existence before or after this call would race with the
    /// writer.
    pub(crate) async fn read_if_made<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&ReadSession<'_>) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<Option<T>, ApiError> {
        let late = |what: &str| ApiError::busy(format!("{what} took too long"));
        let turn = timeout(PATIENCE, Arc::clone(&self.readers).acquire_owned()).await;
        let turn = turn.map_err(|_| late("waiting for a connection"))?;
        let turn = turn.map_err(|_| ApiError::busy("the server is shutting down"))?;
        let state = Arc::clone(self);
        let work = tokio::task::spawn_blocking(move || {
            let archive = match state.borrow() {
                Err(StoreError::NotAnArchive(_)) => return Ok(None),
                borrowed => borrowed?,
            };
            let done = read(&ReadSession { archive: &archive, state: &state });
            lock(&state.archives).push(archive);
            drop(turn);
            done.map(Some)
        });
        match timeout(PATIENCE, work).await {
            Ok(Ok(done)) => done,
            Ok(Err(panic)) => Err(ApiError::internal(format!("internal error: {panic}"))),
            Err(_) => Err(late("the request")),
        }
    }

    /// Runs `work` with a connection in the background, for a response that is
    /// streamed. At most [`EXPORTS`] run at the same time.
    pub(crate) async fn lend(
        self: &Arc<Self>,
        work: impl FnOnce(&ReadSession<'_>) + Send + 'static,
    ) -> Result<(), ApiError> {
        let turn = timeout(PATIENCE, Arc::clone(&self.exports).acquire_owned()).await;
        let turn = turn.map_err(|_| ApiError::busy("too many exports are running"))?;
        let turn = turn.map_err(|_| ApiError::busy("the server is shutting down"))?;
        let archive = self.connect()?;
        let state = Arc::clone(self);
        tokio::task::spawn_blocking(move || {
            work(&ReadSession { archive: &archive, state: &state });
            drop(turn);
        });
        Ok(())
    }

    /// Writes a decision to the log and applies it.
    pub(crate) async fn decide(
        &self,
        wish: CurationRequest,
        why: String,
    ) -> Result<CurationOutcome, ApiError> {
        let who = self.queue.who().to_owned();
        let decide = move |writer: &mut Writer| Ok(writer.decide_request(&who, &why, &wish)?);
        self.queue.write(decide).await
    }

    /// Saves a search under a name, or deletes it if `query` is `None`.
    pub(crate) async fn save_search(
        &self,
        name: String,
        query: Option<String>,
    ) -> Result<(), ApiError> {
        check_name_length(&name)?;
        if let Some(query) = &query {
            parse_limited_query(query)?;
        }
        let save = move |writer: &mut Writer| Ok(writer.save_search(&name, query.as_deref())?);
        self.queue.write(save).await
    }

    /// The folder of the archive.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes a connection from the pool, or opens one.
    fn borrow(&self) -> Result<Archive, StoreError> {
        let known = lock(&self.archives).pop();
        known.map_or_else(|| self.connect(), Ok)
    }

    fn connect(&self) -> Result<Archive, StoreError> {
        let archive = Archive::open(&self.folder)?;
        archive.keep(KEPT)?;
        Ok(archive)
    }

    fn searcher(&self, archive: &Archive) -> Result<Arc<Searcher>, ApiError> {
        let batch = archive.batch()?;
        let mut index = lock(&self.index);
        let stale = index.as_ref().is_none_or(|index| {
            index.batch != batch
                || index.searcher.shown() != batch && index.looked.elapsed() > LOOK_AGAIN
        });
        if stale {
            let searcher = Arc::new(Searcher::open(archive)?);
            *index = Some(Index { searcher, batch, looked: Instant::now() });
        }
        let index = index.as_ref().ok_or_else(|| ApiError::internal("there is no index"))?;
        Ok(Arc::clone(&index.searcher))
    }
}
