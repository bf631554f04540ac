//! The reading room: a web server over one archive, with pages and a JSON API.
//!
//! [`chancery_connections`] accepts connections. A request passes these layers:
//!
//! 1. [`request_log`] gives it an id and logs how it ended.
//! 2. [`access`] checks host, origin and password, and renders errors.
//! 3. [`routes`] (pages) and [`api`] (JSON) parse the request, within the bounds
//!    of [`limits`].
//! 4. [`chancery_views`] reads the archive with a connection from [`state`]. Changes go
//!    to the single writer thread in [`writer`].
//! 5. [`chancery_pages`] and [`api`] render the result.

mod access;
mod api;
mod assets;
mod error;
mod export;
mod health;
mod limits;
mod request_log;
mod routes;
mod state;
mod upload_settings;
mod upload_store;
mod uploads;
mod writer;
mod writer_task;
mod writer_thread;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use chancery_connections::accept::{ConnectionLimits, serve_connections};
use chancery_connections::shutdown::StopSignal;
use chancery_ingest::Remedies;
use thiserror::Error;
use tokio::net::TcpListener;

use access::AccessGuard;
use limits::MAX_BODY_BYTES;
use state::AppState;
use upload_settings::UploadSettings;
use writer::WriteQueue;

/// Options of the server.
pub struct ServerOptions<'a> {
    /// The folder of the archive.
    pub folder: &'a Path,
    /// The address to listen on.
    pub address: SocketAddr,
    /// Host names that requests may use, besides `localhost` and IP addresses.
    pub hosts: &'a [String],
    /// The password that requests must present, if any.
    pub password: Option<&'a str>,
    /// The number of connections that an address may have.
    pub connections: usize,
    /// The author recorded in the log of decisions.
    pub author: &'a str,
    /// The command that reads PDFs where poppler is not installed.
    pub pdf_reader: Option<(PathBuf, &'static str)>,
    /// How to fix a problem, phrased for the command line or the web.
    pub remedies: Remedies,
}

/// Why the server did not start or ended early.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The address is not a loopback address, and no password is set.
    #[error("others could read and change the archive at {0} without a password")]
    NoPassword(IpAddr),
    /// The password is empty or white space.
    #[error("the password is empty")]
    EmptyPassword,
    /// The server cannot listen on the address.
    #[error("cannot listen on {0}")]
    Address(SocketAddr, #[source] io::Error),
    /// Another I/O error.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Time to send the headers of a request, and of a connection without a request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// Time that a client may make the server wait for the body of a request.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Time that a client may make the server wait before it reads more of an answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// Runs the server until Ctrl-C or SIGTERM. Calls `ready` with the address once the server
/// is listening.
///
/// # Errors
/// If the address is in use, the password is empty, or the address is not a
/// loopback address and no password is set.
pub fn run(
    settings: &ServerOptions<'_>,
    ready: impl FnOnce(SocketAddr) -> io::Result<()>,
) -> Result<(), ServeError> {
    if settings.password.is_some_and(|password| password.trim().is_empty()) {
        return Err(ServeError::EmptyPassword);
    }
    let ip = settings.address.ip();
    if !ip.is_loopback() && settings.password.is_none() {
        return Err(ServeError::NoPassword(ip));
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let served = runtime.block_on(serve_until_signal(settings, ready));
    // Does not wait for responses that are still being sent.
    runtime.shutdown_background();
    served
}

async fn serve_until_signal(
    settings: &ServerOptions<'_>,
    ready: impl FnOnce(SocketAddr) -> io::Result<()>,
) -> Result<(), ServeError> {
    let address = settings.address;
    let listener =
        TcpListener::bind(address).await.map_err(|error| ServeError::Address(address, error))?;
    let guard = Arc::new(AccessGuard::new(settings.hosts, settings.password)?);
    let ingest =
        UploadSettings { pdf_reader: settings.pdf_reader.clone(), remedies: settings.remedies };
    let queue = WriteQueue::start_thread(settings.folder, settings.author, ingest);
    let state = Arc::new(AppState::new(settings.folder, queue));
    let stopped = Arc::clone(&state);
    let stop = StopSignal::install_handlers()?;
    ready(listener.local_addr()?)?;
    let limits = ConnectionLimits {
        headers: HEADER_TIMEOUT,
        body: BODY_TIMEOUT,
        answer: ANSWER_TIMEOUT,
        per_address: settings.connections,
    };
    let served = serve_connections(listener, build_router(state, guard), limits, stop.clone());
    tokio::select! {
        () = served => {}
        () = stop.wait_for_deadline() => {}
    }
    // The decisions of the last second belong in the index too.
    let _ = tokio::task::spawn_blocking(move || stopped.queue.flush_index()).await;
    Ok(())
}

fn build_router(state: Arc<AppState>, guard: Arc<AccessGuard>) -> Router {
    Router::new()
        .merge(routes::page_router(Arc::clone(&guard)))
        .merge(api::api_router())
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn_with_state(guard, access::access_control))
        .layer(middleware::from_fn(request_log::log_request))
        .with_state(state)
}
