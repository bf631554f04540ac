//! The reading room: a local web server over one archive.
//!
//! [`reading`] finds what is told, [`pages`] draws it, [`api`] sends it as
//! JSON; both are thin. [`guard`] is the door, [`room`] what requests share,
//! [`scribe`] the one who writes. Pages stand in [`routes`], one handler each.

mod api;
mod assets;
mod export;
mod failure;
mod guard;
mod pages;
mod reading;
mod room;
mod routes;
mod scribe;

use std::io::{self, IsTerminal, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use tokio::net::TcpListener;

use guard::Guard;
use room::Room;
use scribe::Scribe;

/// Bodies of forms and JSON, in bytes. Uploads have a limit of their own.
const LARGEST_BODY: usize = 256 << 10;

/// How the reading room is opened.
pub(crate) struct Settings<'a> {
    /// The archive.
    pub(crate) folder: &'a Path,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Other names by which it is called.
    pub(crate) hosts: &'a [String],
    /// The word that opens it.
    pub(crate) token: Option<&'a str>,
    /// Who decides.
    pub(crate) who: &'a str,
}

/// Serves until it is told to end.
///
/// # Errors
/// When the address is taken, or would let others in without a token.
pub(crate) fn run(settings: &Settings<'_>) -> anyhow::Result<()> {
    if !settings.address.ip().is_loopback() && settings.token.is_none() {
        bail!(
            "others could read and change the archive at {}: give a --token that opens it",
            settings.address.ip()
        );
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("the server cannot start")?;
    let served = runtime.block_on(serve(settings));
    // A long answer must not keep the program from ending.
    runtime.shutdown_background();
    served
}

async fn serve(settings: &Settings<'_>) -> anyhow::Result<()> {
    let listener = TcpListener::bind(settings.address).await.with_context(|| {
        format!("{}: cannot listen there (try another --port)", settings.address)
    })?;
    let address = listener.local_addr()?;
    let guard = Guard::new(settings.hosts, settings.token);
    let scribe = Scribe::start(settings.folder, settings.who);
    let room = Arc::new(Room::new(settings.folder, scribe, guard));
    announce(address, settings)?;
    let served = axum::serve(listener, router(room)).with_graceful_shutdown(async {
        // Without the signal there is nothing to wait for.
        let _ = tokio::signal::ctrl_c().await;
    });
    tokio::select! {
        done = served => done.context("the server broke off")?,
        () = ended() => {}
    }
    Ok(())
}

/// Some seconds after the signal to end: what is not answered by then is
/// not answered.
async fn ended() {
    let _ = tokio::signal::ctrl_c().await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
}

fn router(room: Arc<Room>) -> Router {
    Router::new()
        .merge(routes::router())
        .merge(api::router())
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(Arc::clone(&room), guard::watch))
        .with_state(room)
}

/// Says where it is: a sentence for people, JSON for programs.
fn announce(address: SocketAddr, settings: &Settings<'_>) -> io::Result<()> {
    let shown = match address.ip() {
        ip if ip.is_unspecified() => SocketAddr::new(IpAddr::from([127, 0, 0, 1]), address.port()),
        _ => address,
    };
    let url = format!("http://{shown}/");
    let mut out = io::stdout().lock();
    if out.is_terminal() {
        writeln!(out, "The reading room of {} is open at {url}", settings.folder.display())?;
        writeln!(out, "Ctrl-C closes it.")?;
    } else {
        let line = serde_json::json!({"url": url, "archive": settings.folder});
        writeln!(out, "{line}")?;
    }
    out.flush()
}
