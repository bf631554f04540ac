//! Benchmark: decisions in a running server whose log is long.
//!
//! ```text
//! cargo bench -p chancery-server --bench decisions
//! ```
//!
//! Imports [`LOGGED`] decisions about [`DOCUMENTS`] documents, starts the server, and
//! sends [`ROUNDS`] decisions one after another over HTTP, each from the request to
//! the end of the answer. Then sends as many, each followed by a search that shows
//! it, which includes the commit of the index. The peer is a health check of the
//! same server, which does no work. The last line has the figures as JSON.

#[path = "../../store/tests/fixture/mod.rs"]
mod fixture;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

use chancery_ingest::Remedies;
use chancery_server::ServerOptions;
use fixture::{ingest_documents, make_action, make_entry, median, mention_spans, time_of};
use serde_json::json;

const DOCUMENTS: usize = 500;

/// Number of decisions in the log.
const LOGGED: usize = 10_000;

/// Number of measured decisions of each kind.
const ROUNDS: usize = 100;

fn main() {
    let (folder, mut writer) = ingest_documents("bench-server", DOCUMENTS);
    let spans = mention_spans(&writer);
    let log = (0..LOGGED).map(|number| make_entry(make_action(&spans, number)));
    writer.import_log(log.collect()).expect("imported");
    writer.finish().expect("finished");
    drop(writer);

    let (ready, started) = mpsc::channel();
    std::thread::spawn(move || {
        let settings = ServerOptions {
            folder: &folder,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            hosts: &[],
            password: None,
            connections: 64,
            author: "ana",
            pdf_reader: None,
            remedies: Remedies { raise_limit: "", retry: "", name_columns: "" },
        };
        let served = chancery_server::run(&settings, |address| {
            ready.send(address).map_err(std::io::Error::other)
        });
        served.expect("it serves");
    });
    let address = started.recv().expect("it starts");

    let decide = |number: usize| {
        let mention = &spans[number * 7 % spans.len()];
        let body = match number % 2 {
            0 => json!({"action": "reject", "document": mention.document,
                "start": mention.start, "end": mention.end}),
            _ => json!({"action": "keyword", "on": mention.document,
                "words": format!("measured{number}")}),
        };
        send(address, "POST", "/api/v1/decisions", &body.to_string());
    };
    let search = |number: usize| {
        send(address, "GET", &format!("/api/v1/search?q=keyword:measured{number}"), "");
    };
    (0..5).for_each(decide);
    let health = |_| drop(send(address, "GET", "/healthz", ""));
    let idle: Vec<Duration> = (0..ROUNDS).map(|number| time_of(|| health(number))).collect();
    let decisions: Vec<Duration> =
        (0..ROUNDS).map(|number| time_of(|| decide(5 + number))).collect();
    let shown: Vec<Duration> = (0..ROUNDS)
        .map(|number| {
            time_of(|| {
                decide(5 + ROUNDS + number);
                search(5 + ROUNDS + number);
            })
        })
        .collect();
    let (idle, decision, shown) = (median(idle), median(decisions), median(shown));
    println!("{DOCUMENTS} documents, {LOGGED} decisions in the log");
    println!("health check          {idle:>9.2} ms");
    println!("one decision          {decision:>9.2} ms");
    println!("decision and search   {shown:>9.2} ms");
    println!(
        "\n{}",
        json!({ "health_ms": idle, "decision_ms": decision, "decision_and_search_ms": shown,
            "ratio": decision / idle })
    );
}

/// Sends a request and reads the answer, which must be a success.
fn send(address: SocketAddr, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nConnection: close\r\nHost: {address}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 20"), "{path}: {answer}");
    answer
}
