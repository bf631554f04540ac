//! State shared by all requests: connections to the archive, the current index
//! and the queue of the writer thread.
//!
//! The store is synchronous, so each request that reads borrows one of a few
//! connections and a blocking thread. If no connection frees up in time, the
//! request gets 503. The limit bounds memory and query cost. Work stops soon
//! after the client closed the connection, or got a 503 because the work took too
//! long.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chancery_connections::lock_ignoring_poison;
use chancery_connections::permits::{PermitError, WorkPermit, WorkPermits};
use chancery_store::{
    Archive, ArchiveWriter, BatchNumber, CurationOutcome, CurationRequest, Searcher, StoreError,
    WorkBudget,
};
use chancery_views::limits::{check_name_length, parse_limited_query};
use chancery_views::session::{IndexState, ReadSession};
use tokio::time::timeout;

use super::error::ApiError;
use super::health::HealthCheck;
use super::limits::MAX_WAIT;
use super::writer::WriteQueue;

/// Maximum number of requests that read at the same time, in all and of one
/// client.
const MAX_READERS: (usize, usize) = (6, 4);

/// Maximum number of exports at the same time, in all and of one client.
const MAX_EXPORTS: (usize, usize) = (3, 2);

/// SQLite page cache per connection, in MiB. The operating system caches the
/// file too, so a larger cache gains little.
const CACHE_MEBIBYTES: i32 = 4;

/// Time after which an index that is out of date is reopened.
const REOPEN_AFTER: Duration = Duration::from_millis(700);

/// The state of the server.
pub(crate) struct AppState {
    folder: PathBuf,
    connections: Mutex<Vec<Archive>>,
    read_permits: WorkPermits,
    export_permits: WorkPermits,
    cached_searcher: Mutex<Option<CachedSearcher>>,
    /// The last check of the archive.
    pub(crate) health: HealthCheck,
    /// The queue of the writer thread.
    pub(crate) queue: WriteQueue,
}

/// The index as it was when last opened.
struct CachedSearcher {
    searcher: Arc<Searcher>,
    /// The last batch in the tables at that time.
    batch: BatchNumber,
    opened_at: Instant,
    /// The number of commits of the index by this server at that time.
    commits: u64,
}

/// Stops the work for a request when the request has ended: also when the
/// client closes the connection, which drops the future of the request.
pub(crate) struct StopOnDrop(WorkBudget);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl AppState {
    pub(crate) fn new(folder: &Path, queue: WriteQueue) -> Self {
        Self {
            folder: folder.to_owned(),
            connections: Mutex::default(),
            read_permits: WorkPermits::new(MAX_READERS.0, MAX_READERS.1),
            export_permits: WorkPermits::new(MAX_EXPORTS.0, MAX_EXPORTS.1),
            cached_searcher: Mutex::default(),
            health: HealthCheck::default(),
            queue,
        }
    }

    /// Runs `read` with a connection on a blocking thread.
    ///
    /// # Errors
    /// If no connection frees up in time, `read` takes too long, or there is no
    /// archive.
    pub(crate) async fn with_session<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&ReadSession<'_>) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let none = || StoreError::NotAnArchive(self.folder.clone()).into();
        self.with_session_if_exists(read).await?.ok_or_else(none)
    }

    /// Like [`AppState::with_session`], but returns `None` if there is no archive yet.
    /// Checking for existence before or after this call would race with the
    /// writer.
    pub(crate) async fn with_session_if_exists<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&ReadSession<'_>) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<Option<T>, ApiError> {
        let permit =
            acquire_permit(&self.read_permits, "waiting for a connection took too long").await?;
        let budget = WorkBudget::until(Instant::now() + MAX_WAIT);
        let stop = StopOnDrop(budget.clone());
        let state = Arc::clone(self);
        let work = tokio::task::spawn_blocking(move || {
            let mut archive = match state.take_connection() {
                Err(StoreError::NotAnArchive(_)) => return Ok(None),
                borrowed => borrowed?,
            };
            archive.set_work_budget(budget)?;
            let open_index = |needed| state.open_index(&archive, needed);
            let done = read(&ReadSession { archive: &archive, open_index: &open_index });
            if done.as_ref().is_err_and(ApiError::is_server_fault) {
                state.forget_searcher();
            }
            if archive.can_be_kept() {
                lock_ignoring_poison(&state.connections).push(archive);
            }
            drop(permit);
            done.map(Some)
        });
        let done = timeout(MAX_WAIT, work).await;
        drop(stop);
        match done {
            Ok(Ok(done)) => done,
            Ok(Err(panic)) => Err(ApiError::internal_error(panic)),
            Err(_) => Err(StoreError::Stopped.into()),
        }
    }

    /// Runs `work` with a connection in the background, for a response that is
    /// streamed. A few run at the same time. `work` has no time limit, but stops
    /// when the returned value is dropped.
    pub(crate) async fn stream_in_background(
        self: &Arc<Self>,
        work: impl FnOnce(&ReadSession<'_>) + Send + 'static,
    ) -> Result<StopOnDrop, ApiError> {
        let permit = acquire_permit(&self.export_permits, "too many exports are running").await?;
        let budget = WorkBudget::until_stopped();
        let stop = StopOnDrop(budget.clone());
        let state = Arc::clone(self);
        let mut archive = self.open_connection()?;
        tokio::task::spawn_blocking(move || {
            if archive.set_work_budget(budget).is_ok() {
                let open_index = |needed| state.open_index(&archive, needed);
                work(&ReadSession { archive: &archive, open_index: &open_index });
            }
            drop(permit);
        });
        Ok(stop)
    }

    /// Writes a decision to the log and applies it.
    pub(crate) async fn apply_decision(
        &self,
        request: CurationRequest,
        reason: String,
    ) -> Result<CurationOutcome, ApiError> {
        let author = self.queue.author().to_owned();
        let decide = move |writer: &mut ArchiveWriter| {
            Ok(writer.decide_request(&author, &reason, &request)?)
        };
        self.queue.submit_write(decide).await
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
        let save =
            move |writer: &mut ArchiveWriter| Ok(writer.save_search(&name, query.as_deref())?);
        self.queue.submit_write(save).await
    }

    /// Records that a user looked at a saved search.
    pub(crate) async fn mark_search_seen(&self, name: String) -> Result<(), ApiError> {
        let mark = move |writer: &mut ArchiveWriter| Ok(writer.mark_search_seen(&name)?);
        self.queue.submit_write(mark).await
    }

    /// The folder of the archive.
    pub(crate) fn archive_folder(&self) -> &Path {
        &self.folder
    }

    /// The name of the archive: of its folder, without those that it is in.
    pub(crate) fn archive_name(&self) -> String {
        let name = self.folder.file_name().unwrap_or("ARCHIVE".as_ref());
        name.to_string_lossy().into_owned()
    }

    /// Takes a connection from the pool, or opens one.
    fn take_connection(&self) -> Result<Archive, StoreError> {
        let connection = lock_ignoring_poison(&self.connections).pop();
        connection.map_or_else(|| self.open_connection(), Ok)
    }

    fn open_connection(&self) -> Result<Archive, StoreError> {
        let archive = Archive::open(&self.folder)?;
        archive.set_cache_size(CACHE_MEBIBYTES)?;
        Ok(archive)
    }

    /// Makes the next request open the index again. A damaged file may be the
    /// cause of a fault, and the index may have been rebuilt since.
    fn forget_searcher(&self) {
        *lock_ignoring_poison(&self.cached_searcher) = None;
    }

    /// Returns the index, as current as `needed`.
    fn open_index(
        &self,
        archive: &Archive,
        needed: IndexState,
    ) -> Result<Arc<Searcher>, StoreError> {
        if needed == IndexState::Current {
            self.queue.flush_index();
        }
        self.refresh_searcher(archive)
    }

    fn refresh_searcher(&self, archive: &Archive) -> Result<Arc<Searcher>, StoreError> {
        let (batch, commits) = (archive.last_batch()?, self.queue.index_commits());
        let mut index = lock_ignoring_poison(&self.cached_searcher);
        let stale = index.as_ref().is_none_or(|index| {
            index.batch != batch
                || index.commits != commits
                || index.searcher.indexed_batch() != batch
                    && index.opened_at.elapsed() > REOPEN_AFTER
        });
        let cached = match index.take() {
            Some(cached) if !stale => cached,
            earlier => {
                let searcher = match &earlier {
                    Some(earlier) => earlier.searcher.reopen(archive)?,
                    None => Searcher::open(archive)?,
                };
                let searcher = Arc::new(searcher);
                CachedSearcher { searcher, batch, opened_at: Instant::now(), commits }
            }
        };
        Ok(Arc::clone(&index.insert(cached).searcher))
    }
}

/// Waits for a permit of the client whose request this task answers.
///
/// # Errors
/// 503 with `late` if there is none in time.
async fn acquire_permit(permits: &WorkPermits, late: &str) -> Result<WorkPermit, ApiError> {
    permits.acquire(MAX_WAIT).await.map_err(|error| match error {
        PermitError::Late => ApiError::service_unavailable(late),
        PermitError::Closed => ApiError::service_unavailable("the server is shutting down"),
    })
}
