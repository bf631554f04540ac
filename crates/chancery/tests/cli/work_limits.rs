//! The server stops the work of a request when its client is gone or has waited
//! too long, and one client cannot take all connections.

use std::io::Write;
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::Folder;
use crate::interrupted::telegrams;
use crate::test_server::{TestServer, send_to};

/// Lines of a batch. Together they take minutes.
const QUERIES: usize = 500;

/// An archive of 240 telegrams.
fn archive() -> Folder {
    let folder = Folder::of(&[]);
    telegrams(&folder.path("in"), 240);
    folder.chancery(["add", "a", "in", "-q"]).assert().success();
    folder
}

/// A request for a batch of expensive queries.
fn expensive_batch(host: &str) -> String {
    let name = "person:\"ambassador karim benhaddou\" OR ";
    let line = name.repeat(1900 / name.len()) + "place:berlin\n";
    let body = json!({ "queries": line.repeat(QUERIES) }).to_string();
    format!(
        "POST /api/v1/batch HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Authorization: Bearer open sesame\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Opens connections that ask for expensive batches and do not read.
fn attack(address: &str, connections: usize) -> Vec<TcpStream> {
    let request = expensive_batch(address);
    let connect = |_| {
        let mut stream = TcpStream::connect(address).expect("it listens");
        stream.write_all(request.as_bytes()).expect("it reads");
        stream
    };
    (0..connections).map(connect).collect()
}

/// Waits until the server has no more work.
#[cfg(target_os = "linux")]
fn wait_until_idle(server: &TestServer, longest: Duration) {
    let begun = Instant::now();
    loop {
        let before = server.processor_ticks();
        thread::sleep(Duration::from_millis(500));
        // A tick is 10 ms.
        if server.processor_ticks() - before < 5 {
            return;
        }
        assert!(begun.elapsed() < longest, "the work goes on");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn work_stops_when_its_client_is_gone() {
    let folder = archive();
    let server = TestServer::open(&folder, "a", &[]);
    let connections = attack(&server.address, 6);
    let before = server.processor_ticks();
    thread::sleep(Duration::from_secs(2));
    assert!(server.processor_ticks() - before > 50, "the queries are not expensive");
    drop(connections);
    wait_until_idle(&server, Duration::from_secs(5));
    assert_eq!(server.get("/api/v1/search?q=berlin").json()["total"], 240);

    // An export stops, too, though its client has read a part of it.
    let mut stream = TcpStream::connect(&server.address).expect("it listens");
    let head = format!("GET /export?format=tei HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    stream.write_all(head.as_bytes()).expect("it reads");
    std::io::Read::read_exact(&mut stream, &mut [0; 1024]).expect("it answers");
    drop(stream);
    wait_until_idle(&server, Duration::from_secs(5));
}

#[test]
fn a_client_leaves_room_for_others() {
    let folder = archive();
    let more = ["--listen", "::", "--password", "open sesame"];
    if std::net::TcpListener::bind("[::1]:0").is_err() {
        return eprintln!("there is no IPv6 here: skipped");
    }
    let server = TestServer::open(&folder, "a", &more);
    let port = server.address.rsplit(':').next().expect("a port");
    let _connections = attack(&format!("127.0.0.1:{port}"), 12);
    thread::sleep(Duration::from_secs(1));
    let begun = Instant::now();
    let bearer = [("Authorization", "Bearer open sesame")];
    let own = format!("[::1]:{port}");
    let answer = send_to(&own, "GET", "/api/v1/search?q=berlin", &bearer, "");
    let answer = answer.expect("an answer");
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}
