//! Stops the server at Ctrl-C or SIGTERM.

use std::future::Future;
use std::io;
use std::time::Duration;

use tokio::sync::watch;

/// Time that responses have to end after the signal. Then they are aborted.
const GRACE: Duration = Duration::from_secs(3);

/// Tells when the server must stop.
#[derive(Clone)]
pub struct StopSignal(watch::Receiver<bool>);

impl StopSignal {
    /// Installs the handlers of the signals. From then on, the signals no longer
    /// end the program by themselves.
    ///
    /// # Errors
    /// If the operating system refuses a handler.
    pub fn install_handlers() -> io::Result<Self> {
        let arrived = signal_arrival()?;
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(async move {
            arrived.await;
            stop.send_replace(true);
        });
        Ok(Self(stopped))
    }

    /// Completes when the server must take no more requests.
    pub async fn wait_for_stop(mut self) {
        // An error means that the runtime is shutting down.
        let _ = self.0.wait_for(|stopped| *stopped).await;
    }

    /// Completes when open responses must be aborted.
    pub async fn wait_for_deadline(self) {
        self.wait_for_stop().await;
        tokio::time::sleep(GRACE).await;
    }
}

#[cfg(unix)]
fn signal_arrival() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as on Unix")]
fn signal_arrival() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        // If the handler fails, the server stops at once.
        let _ = tokio::signal::ctrl_c().await;
    })
}
