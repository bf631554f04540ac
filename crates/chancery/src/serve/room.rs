//! What all requests share: connections to the archive, the index as it is
//! now, and the one who writes.
//!
//! The store is synchronous, so that each request that reads borrows one of a
//! few connections and a thread. Who finds none in time is told to come back:
//! so many requests at a time is what bounds memory and the cost of queries.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chancery_store::{Archive, Searcher, StoreError, Writer};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::failure::Failure;
use super::guard::Guard;
use super::reading::search::{meaning, named};
use super::scribe::Scribe;
use crate::curation::{self, Decided, Wish};

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
pub(crate) struct Room {
    folder: PathBuf,
    archives: Mutex<Vec<Archive>>,
    readers: Arc<Semaphore>,
    exports: Arc<Semaphore>,
    index: Mutex<Option<Index>>,
    /// Who writes.
    pub(crate) scribe: Scribe,
    /// Who may come in.
    pub(crate) guard: Guard,
}

/// The index as it was when it was last looked at.
struct Index {
    searcher: Arc<Searcher>,
    /// The last batch of the tables at that time.
    batch: i64,
    looked: Instant,
}

/// What a request reads with.
pub(crate) struct Desk<'a> {
    /// The tables.
    pub(crate) archive: &'a Archive,
    room: &'a Room,
}

impl Desk<'_> {
    /// The index, as fresh as it is.
    pub(crate) fn searcher(&self) -> Result<Arc<Searcher>, Failure> {
        self.room.searcher(self.archive)
    }
}

impl Room {
    pub(crate) fn new(folder: &Path, scribe: Scribe, guard: Guard) -> Self {
        Self {
            folder: folder.to_owned(),
            archives: Mutex::default(),
            readers: Arc::new(Semaphore::new(READERS)),
            exports: Arc::new(Semaphore::new(EXPORTS)),
            index: Mutex::default(),
            scribe,
            guard,
        }
    }

    /// Runs `read` with a connection, on a thread where it may wait.
    pub(crate) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Desk<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let none = || StoreError::NotAnArchive(self.folder.clone()).into();
        self.read_if_made(read).await?.ok_or_else(none)
    }

    /// As [`Room::read`]; `None` where no archive was made yet. Who asks for
    /// that before or after may be told of another moment.
    pub(crate) async fn read_if_made<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Desk<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<Option<T>, Failure> {
        let late = |what: &str| Failure::busy(format!("{what} took too long"));
        let turn = timeout(PATIENCE, Arc::clone(&self.readers).acquire_owned()).await;
        let turn = turn.map_err(|_| late("waiting for a turn"))?;
        let turn = turn.map_err(|_| Failure::busy("the reading room closes"))?;
        let room = Arc::clone(self);
        let work = tokio::task::spawn_blocking(move || {
            let archive = match room.borrow() {
                Err(StoreError::NotAnArchive(_)) => return Ok(None),
                borrowed => borrowed?,
            };
            let done = read(&Desk { archive: &archive, room: &room });
            locked(&room.archives).push(archive);
            drop(turn);
            done.map(Some)
        });
        match timeout(PATIENCE, work).await {
            Ok(Ok(done)) => done,
            Ok(Err(fault)) => Err(Failure::internal(format!("a fault in the program: {fault}"))),
            Err(_) => Err(late("the answer")),
        }
    }

    /// Runs `work` with a connection in the background: an answer that is
    /// sent while it is made. A few at a time.
    pub(crate) async fn lend(
        self: &Arc<Self>,
        work: impl FnOnce(&Desk<'_>) + Send + 'static,
    ) -> Result<(), Failure> {
        let turn = timeout(PATIENCE, Arc::clone(&self.exports).acquire_owned()).await;
        let turn = turn.map_err(|_| Failure::busy("other exports are under way"))?;
        let turn = turn.map_err(|_| Failure::busy("the reading room closes"))?;
        let archive = self.connect()?;
        let room = Arc::clone(self);
        tokio::task::spawn_blocking(move || {
            work(&Desk { archive: &archive, room: &room });
            drop(turn);
        });
        Ok(())
    }

    /// Makes a decision.
    pub(crate) async fn decide(&self, wish: Wish, why: String) -> Result<Decided, Failure> {
        let who = self.scribe.who().to_owned();
        let decide = move |writer: &mut Writer| Ok(curation::decide(writer, &who, &why, &wish)?);
        self.scribe.write(decide).await
    }

    /// Saves a search under a name; without a query it is forgotten.
    pub(crate) async fn save_search(
        &self,
        name: String,
        query: Option<String>,
    ) -> Result<(), Failure> {
        named(&name)?;
        if let Some(query) = &query {
            meaning(query)?;
        }
        let save = move |writer: &mut Writer| Ok(writer.save_search(&name, query.as_deref())?);
        self.scribe.write(save).await
    }

    /// The folder of the archive.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A connection; there is none where no archive was made yet.
    fn borrow(&self) -> Result<Archive, StoreError> {
        let known = locked(&self.archives).pop();
        known.map_or_else(|| self.connect(), Ok)
    }

    fn connect(&self) -> Result<Archive, StoreError> {
        let archive = Archive::open(&self.folder)?;
        archive.keep(KEPT)?;
        Ok(archive)
    }

    fn searcher(&self, archive: &Archive) -> Result<Arc<Searcher>, Failure> {
        let batch = archive.batch()?;
        let mut index = locked(&self.index);
        let stale = index.as_ref().is_none_or(|index| {
            index.batch != batch
                || index.searcher.shown() != batch && index.looked.elapsed() > LOOK_AGAIN
        });
        if stale {
            let searcher = Arc::new(Searcher::open(archive)?);
            *index = Some(Index { searcher, batch, looked: Instant::now() });
        }
        let index = index.as_ref().ok_or_else(|| Failure::internal("there is no index"))?;
        Ok(Arc::clone(&index.searcher))
    }
}

/// What a lock holds, even if a thread broke off while it held it: what is
/// kept here is only ever replaced as a whole.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
