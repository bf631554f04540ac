//! Accepts connections, within limits of time and number.
//!
//! `axum::serve` sets no time-outs, so idle connections would use up the
//! server's file descriptors. Its HTTP library, hyper, has one for headers,
//! which is also the limit of idle connections.

use std::collections::HashMap;
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
use tower_service::Service;
use tracing::{debug, warn};

use crate::guess_limiter::address_block;
use crate::lock_ignoring_poison;
use crate::patience::Patience;
use crate::shutdown::StopSignal;
use crate::timed_stream::TimedStream;

/// Limits of connections.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// Time to send the headers of a request, counted from the end of the last.
    pub headers: Duration,
    /// Time between two parts of a body.
    pub body: Duration,
    /// Time that a client may take before it reads more of an answer.
    pub answer: Duration,
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
    let stream = TimedStream::new(stream, limits.answer);
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
struct TimedBody {
    body: Incoming,
    patience: Patience,
}

impl TimedBody {
    fn new(body: Incoming, limit: Duration) -> Self {
        Self { body, patience: Patience::new(limit) }
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
                this.patience.count_bytes(data.map_or(0, Bytes::len));
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending => this.patience.poll_wait(context).map(|()| {
                let late = "the client sent no more of the request in time";
                Some(Err(io::Error::new(io::ErrorKind::TimedOut, late).into()))
            }),
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

    /// Serves `router` with a limit of 100 ms for everything.
    fn serve(router: Router) -> (tokio::runtime::Runtime, SocketAddr) {
        let limit = Duration::from_millis(100);
        let limits =
            ConnectionLimits { headers: limit, body: limit, answer: limit, per_address: 9 };
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build().expect("a runtime");
        let address = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            let stop = StopSignal::install_handlers().expect("signals");
            tokio::spawn(serve_connections(listener, router, limits, stop));
            address
        });
        (runtime, address)
    }

    /// Sends a message when it is dropped.
    struct Dropped(std::sync::mpsc::Sender<()>);

    impl Drop for Dropped {
        fn drop(&mut self) {
            let _ = self.0.send(());
        }
    }

    #[test]
    fn clients_that_do_not_read_are_disconnected() {
        let (send, dropped) = std::sync::mpsc::channel();
        // An endless answer that owns something.
        let answer = async move || {
            let owned = Dropped(send.clone());
            let chunks = std::iter::repeat_with(move || {
                let _ = &owned;
                Ok::<_, io::Error>(Bytes::from(vec![b'x'; 64 << 10]))
            });
            Body::from_stream(tokio_stream::iter(chunks))
        };
        let (runtime, address) = serve(Router::new().route("/", axum::routing::get(answer)));
        let mut stream = std::net::TcpStream::connect(address).expect("it listens");
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").expect("it reads");
        // A client that reads keeps its connection, however long it takes.
        let begun = std::time::Instant::now();
        let mut part = [0; 4096];
        while begun.elapsed() < Duration::from_millis(400) {
            stream.read_exact(&mut part).expect("it answers");
        }
        assert!(dropped.try_recv().is_err());
        dropped.recv_timeout(Duration::from_secs(30)).expect("the answer is dropped");
        runtime.shutdown_background();
    }

    #[test]
    fn silent_clients_are_disconnected() {
        let (runtime, address) = serve(Router::new().route("/", post(async |body: String| body)));
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
