//! The reading room: a web server over one archive, with pages and a JSON API.
//!
//! A request goes down and comes up once:
//!
//! 1. [`access`] checks host, origin and password, and renders errors;
//! 2. [`routes`] (pages) and [`api`] (JSON) parse the request, with the bounds
//!    of [`limits`];
//! 3. [`queries`] read what is asked for, with a connection of [`state`];
//!    changes go to the one writer thread, in [`writer`];
//! 4. [`pages`] and [`api`] render the result.
//!
//! Addresses are made in [`urls`], numbers and HTML in [`formatting`] and
//! `pages::html`; [`geometry`] has the outline of the world and the layout of
//! networks.

mod access;
mod api;
mod assets;
mod error;
mod export;
mod formatting;
mod geometry;
mod limits;
mod pages;
mod places;
mod queries;
mod routes;
pub mod search_response;
mod state;
mod sync;
mod uploads;
mod urls;
mod writer;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use chancery_ingest::Hints;
use thiserror::Error;
use tokio::net::TcpListener;

use access::Guard;
use limits::MAX_BODY_BYTES;
use state::AppState;
use writer::{IngestSettings, WriteQueue};

pub use places::place_of_entity;

/// How the reading room is opened.
pub struct Settings<'a> {
    /// The archive.
    pub folder: &'a Path,
    /// The address to listen on.
    pub address: SocketAddr,
    /// Other names by which the server is called.
    pub hosts: &'a [String],
    /// The password that opens it.
    pub password: Option<&'a str>,
    /// The author recorded in the log of decisions.
    pub author: &'a str,
    /// The command that reads PDFs where poppler is not installed.
    pub pdf_reader: Option<(PathBuf, &'static str)>,
    /// What helps, in the words of the program.
    pub hints: Hints,
    /// Called with problems that no response can carry.
    pub warn: fn(&str),
}

/// Why the server does not run.
#[derive(Debug, Error)]
pub enum ServeError {
    /// Others would have access without a password.
    #[error("others could read and change the archive at {0} without a password")]
    NoPassword(IpAddr),
    /// The address cannot be listened on.
    #[error("{0}: cannot listen there")]
    Address(SocketAddr, #[source] io::Error),
    /// The server could not start or ended early.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Serves until Ctrl-C. Calls `ready` with the address when the server
/// listens.
///
/// # Errors
/// When the address is taken, or would give others access without a password.
pub fn run(
    settings: &Settings<'_>,
    ready: impl FnOnce(SocketAddr) -> io::Result<()>,
) -> Result<(), ServeError> {
    let ip = settings.address.ip();
    if !ip.is_loopback() && settings.password.is_none() {
        return Err(ServeError::NoPassword(ip));
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let served = runtime.block_on(serve(settings, ready));
    // A long response must not keep the program from ending.
    runtime.shutdown_background();
    served
}

async fn serve(
    settings: &Settings<'_>,
    ready: impl FnOnce(SocketAddr) -> io::Result<()>,
) -> Result<(), ServeError> {
    let address = settings.address;
    let listener =
        TcpListener::bind(address).await.map_err(|error| ServeError::Address(address, error))?;
    let guard = Arc::new(Guard::new(settings.hosts, settings.password));
    let ingest = IngestSettings {
        pdf_reader: settings.pdf_reader.clone(),
        hints: settings.hints,
        warn: settings.warn,
    };
    let queue = WriteQueue::start(settings.folder, settings.author, ingest);
    let state = Arc::new(AppState::new(settings.folder, queue, settings.warn));
    ready(listener.local_addr()?)?;
    let served = axum::serve(listener, router(state, guard)).with_graceful_shutdown(async {
        // Without the signal there is nothing to wait for.
        let _ = tokio::signal::ctrl_c().await;
    });
    tokio::select! {
        done = served => done?,
        () = deadline() => {}
    }
    Ok(())
}

/// Some seconds after Ctrl-C: responses that are not finished by then are cut.
async fn deadline() {
    let _ = tokio::signal::ctrl_c().await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
}

fn router(state: Arc<AppState>, guard: Arc<Guard>) -> Router {
    Router::new()
        .merge(routes::router(Arc::clone(&guard)))
        .merge(api::router())
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn_with_state(guard, access::access_control))
        .with_state(state)
}
