//! What all requests share: connections to the archive, the index as it is
//! now, and the one who writes.
//!
//! The store is synchronous, so that each request that reads borrows one of a
//! few connections and a thread. Who finds none in time is told to come back:
//! so many requests at a time is what bounds memory and the cost of queries.

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

/// Requests that read at a time.
const READERS: usize = 6;

/// Exports at a time.
const EXPORTS: usize = 2;

/// What each connection keeps of the tables, in MiB. The system keeps the
/// file's pages too, so that more would be memory for little.
const KEPT: i32 = 4;

/// How long a request waits for its turn, and how long for its answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// An index that lags behind the tables is looked at again after so long.
const LOOK_AGAIN: Duration = Duration::from_millis(700);

/// The state of the server.
pub(crate) struct AppState {
    folder: PathBuf,
    archives: Mutex<Vec<Archive>>,
    readers: Arc<Semaphore>,
    exports: Arc<Semaphore>,
    index: Mutex<Option<Index>>,
    /// Who writes.
    pub(crate) queue: WriteQueue,
    /// Called with problems that no response can carry.
    pub(crate) warn: fn(&str),
}

/// The index as it was when it was last looked at.
struct Index {
    searcher: Arc<Searcher>,
    /// The last batch of the tables at that time.
    batch: i64,
    looked: Instant,
}

/// What a request reads with.
pub(crate) struct ReadSession<'a> {
    /// The tables.
    pub(crate) archive: &'a Archive,
    state: &'a AppState,
}

impl ReadSession<'_> {
    /// The index, as fresh as it is.
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

    /// Runs `read` with a connection, on a thread where it may wait.
    pub(crate) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&ReadSession<'_>) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let none = || StoreError::NotAnArchive(self.folder.clone()).into();
        self.read_if_made(read).await?.ok_or_else(none)
    }

    /// As [`AppState::read`]; `None` where no archive was made yet. Who asks for
    /// that before or after may be told of another moment.
    pub(crate) async fn read_if_made<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&ReadSession<'_>) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<Option<T>, ApiError> {
        let late = |what: &str| ApiError::busy(format!("{what} took too long"));
        let turn = timeout(PATIENCE, Arc::clone(&self.readers).acquire_owned()).await;
        let turn = turn.map_err(|_| late("waiting for a turn"))?;
        let turn = turn.map_err(|_| ApiError::busy("the reading state closes"))?;
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
            Ok(Err(fault)) => Err(ApiError::internal(format!("a fault in the program: {fault}"))),
            Err(_) => Err(late("the answer")),
        }
    }

    /// Runs `work` with a connection in the background: an answer that is
    /// sent while it is made. A few at a time.
    pub(crate) async fn lend(
        self: &Arc<Self>,
        work: impl FnOnce(&ReadSession<'_>) + Send + 'static,
    ) -> Result<(), ApiError> {
        let turn = timeout(PATIENCE, Arc::clone(&self.exports).acquire_owned()).await;
        let turn = turn.map_err(|_| ApiError::busy("other exports are under way"))?;
        let turn = turn.map_err(|_| ApiError::busy("the reading state closes"))?;
        let archive = self.connect()?;
        let state = Arc::clone(self);
        tokio::task::spawn_blocking(move || {
            work(&ReadSession { archive: &archive, state: &state });
            drop(turn);
        });
        Ok(())
    }

    /// Makes a decision.
    pub(crate) async fn decide(
        &self,
        wish: CurationRequest,
        why: String,
    ) -> Result<CurationOutcome, ApiError> {
        let who = self.queue.who().to_owned();
        let decide = move |writer: &mut Writer| Ok(writer.decide_request(&who, &why, &wish)?);
        self.queue.write(decide).await
    }

    /// Saves a search under a name; without a query it is forgotten.
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

    /// A connection; there is none where no archive was made yet.
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
