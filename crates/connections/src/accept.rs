//! Accepts connections, within limits of time and number.
//!
//! `axum::serve` sets no time-outs, so idle connections would use up the
//! server's file descriptors. Its HTTP library, hyper, has one for headers,
//! which is also the limit of idle connections.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{Instant, Sleep};
use tower_service::Service;
use tracing::{debug, warn};

use crate::guess_limiter::address_block;
use crate::lock_ignoring_poison;
use crate::shutdown::StopSignal;

/// Bytes per second of a body that a client must send in the mean.
const MIN_BODY_RATE: u64 = 1024;

/// Limits of connections.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// Time to send the headers of a request, counted from the end of the last.
    pub headers: Duration,
    /// Time between two parts of a body.
    pub body: Duration,
    /// Connections per address.
    pub per_address: usize,
}

/// Serves connections until the signal, and then those that have a request.
pub async fn serve_connections(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    stop: StopSignal,
) {
    let counts = Arc::default();
    let (open, mut all_closed) = mpsc::channel::<()>(1);
    let mut stopped = pin!(stop.clone().wait_for_stop());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stopped => break,
        };
        let (stream, client) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                pause_after_error(&error).await;
                continue;
            }
        };
        // Dropped, the stream is closed.
        let Some(place) = Place::acquire(&counts, client.ip(), limits.per_address) else {
            debug!(%client, "closed: too many connections from this address");
            continue;
        };
        let (router, stop, open) = (router.clone(), stop.clone(), open.clone());
        tokio::spawn(async move {
            serve_connection(stream, client, router, limits, stop).await;
            drop((place, open));
        });
    }
    drop((listener, open));
    all_closed.recv().await;
}

/// Waits if the server is out of file descriptors or memory. Errors of a single
/// client need no wait.
async fn pause_after_error(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        warn!(cause = %error, "no connection can be accepted");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn serve_connection(
    stream: TcpStream,
    client: SocketAddr,
    router: Router,
    limits: ConnectionLimits,
    stop: StopSignal,
) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(|body| Body::new(TimedBody::new(body, limits.body)));
        request.extensions_mut().insert(ConnectInfo(client));
        router.clone().call(request)
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.headers);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.wait_for_stop() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        debug!(%client, cause = %error, "a connection broke off");
    }
}

/// Number of open connections by address.
type ConnectionCounts = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// One of the connections that an address may have, released on drop.
struct Place {
    counts: ConnectionCounts,
    address: IpAddr,
}

impl Place {
    fn acquire(counts: &ConnectionCounts, client: IpAddr, limit: usize) -> Option<Self> {
        let address = address_block(client);
        let mut numbers = lock_ignoring_poison(counts);
        let number = numbers.entry(address).or_default();
        if *number >= limit {
            return None;
        }
        *number += 1;
        Some(Self { counts: Arc::clone(counts), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut numbers = lock_ignoring_poison(&self.counts);
        if let Some(number) = numbers.get_mut(&self.address) {
            *number -= 1;
            if *number == 0 {
                numbers.remove(&self.address);
            }
        }
    }
}

/// A body that ends with an error if the client makes the server wait too long.
/// The time for waiting is used up by waiting, and earned by sending: a client
/// that sends slower than [`MIN_BODY_RATE`] has none left at some time.
struct TimedBody {
    body: Incoming,
    limit: Duration,
    left: Duration,
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl TimedBody {
    fn new(body: Incoming, limit: Duration) -> Self {
        Self { body, limit, left: limit, waiting: None }
    }

    fn count_arrival(&mut self, bytes: u64) {
        if let Some((since, _)) = self.waiting.take() {
            self.left = self.left.saturating_sub(since.elapsed());
        }
        let earned = Duration::from_millis(bytes.saturating_mul(1000) / MIN_BODY_RATE);
        self.left = self.left.saturating_add(earned).min(self.limit);
    }
}

impl HttpBody for TimedBody {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.body).poll_frame(context) {
            Poll::Ready(frame) => {
                let data = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref());
                this.count_arrival(data.map_or(0, |data| data.len() as u64));
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending => {
                let left = this.left;
                let start = || (Instant::now(), Box::pin(tokio::time::sleep(left)));
                let (_, end) = this.waiting.get_or_insert_with(start);
                end.as_mut().poll(context).map(|()| {
                    let late = "the client sent no more of the request in time";
                    Some(Err(io::Error::new(io::ErrorKind::TimedOut, late).into()))
                })
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use axum::routing::post;

    use super::*;

    /// Sends `request` and returns all that comes before the server closes.
    fn exchange(address: SocketAddr, request: &str) -> String {
        let mut stream = std::net::TcpStream::connect(address).expect("it listens");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it closes");
        answer
    }

    #[test]
    fn silent_clients_are_disconnected() {
        let limit = Duration::from_millis(100);
        let limits = ConnectionLimits { headers: limit, body: limit, per_address: 9 };
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build().expect("a runtime");
        let router = Router::new().route("/", post(async |body: String| body));
        let address = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            let stop = StopSignal::install_handlers().expect("signals");
            tokio::spawn(serve_connections(listener, router, limits, stop));
            address
        });
        let whole = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
        // Idle after a request, before one, within the headers, within the body.
        for (request, status) in [
            (whole, "HTTP/1.1 200 "),
            ("", ""),
            ("POST / HTTP/1.1\r\nHost", ""),
            (&whole[..whole.len() - 1], "HTTP/1.1 400 "),
        ] {
            let answer = exchange(address, request);
            assert!(answer.starts_with(status), "{request:?}: {answer}");
        }
        runtime.shutdown_background();
    }

    #[test]
    fn connections_of_an_address_are_bounded() {
        let counts = ConnectionCounts::default();
        let acquire =
            |address: &str| Place::acquire(&counts, address.parse().expect("an address"), 2);
        let (first, second) = (acquire("192.0.2.1"), acquire("192.0.2.1"));
        assert!(first.is_some() && second.is_some() && acquire("192.0.2.1").is_none());
        assert!(acquire("192.0.2.2").is_some());
        drop(first);
        assert!(acquire("192.0.2.1").is_some());
        drop(second);
        assert!(lock_ignoring_poison(&counts).is_empty());
    }
}
