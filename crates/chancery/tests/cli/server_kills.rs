//! A server that is killed while it writes decisions and takes uploads loses
//! nothing that it has acknowledged.
//!
//! The short form is a part of the tests. The long form:
//!
//! ```text
//! CHANCERY_KILLS=25 cargo test --release -p chancery --test cli killed_server -- --nocapture
//! ```

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde_json::{Value, json};

use crate::interrupted::{random_moment, telegrams};
use crate::test_server::{TestServer, send_to};
use crate::{Folder, printed};

/// Kills in the short form.
const KILLS: u32 = 5;

/// Clients that send decisions at the same time: those that wait for an upload are
/// written together.
const DECIDING_CLIENTS: u32 = 6;

/// Longest time from the start of a server to its end.
const LONGEST_RUN: Duration = Duration::from_secs(3);

/// What servers have acknowledged.
#[derive(Default)]
struct Acknowledged {
    /// Keywords of decisions.
    keywords: Vec<String>,
    /// Serials of uploaded telegrams.
    serials: Vec<u32>,
}

/// Sends decisions until the server is gone.
fn send_decisions(server: &TestServer, round: u32, client: u32) -> Vec<String> {
    let json = [("Content-Type", "application/json")];
    let mut acknowledged = Vec::new();
    for number in 0.. {
        let words = format!("round {round} client {client} word {number}");
        let body = json!({"action": "keyword", "on": "09OSLO3", "words": words}).to_string();
        let answer = send_to(&server.address, "POST", "/api/v1/decisions", &json, &body);
        let Some(answer) = answer else { break };
        assert_eq!(answer.status, 201, "{}", answer.body);
        acknowledged.push(words);
    }
    acknowledged
}

/// Sends uploads of one telegram each until the server is gone. Returns their
/// serials.
fn send_uploads(server: &TestServer, round: u32) -> Vec<u32> {
    let origin = format!("http://{}", server.address);
    let headers = [("Origin", &*origin), ("Content-Type", "multipart/form-data; boundary=b")];
    let mut acknowledged = Vec::new();
    for number in 0..1000 {
        let serial = 1000 + round * 1000 + number;
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{serial}.txt\"\r\n\
             Content-Type: text/plain\r\n\r\nR 011200Z MAR 09\nFM AMEMBASSY LUSAKA\n\
             TO SECSTATE WASHDC\n\nCONFIDENTIAL LUSAKA {serial:06}\n\nSUBJECT: SHIPMENT {serial}\n\n\
             1. (C) Minister Ama Osei left Lome.\n\r\n--b--\r\n"
        );
        let answer = send_to(&server.address, "POST", "/api/v1/uploads", &headers, &body);
        let Some(answer) = answer else { break };
        assert_eq!(answer.status, 202, "{}", answer.body);
        acknowledged.push(serial);
        thread::sleep(Duration::from_millis(150));
    }
    acknowledged
}

/// Runs a server for `moment` with both, kills it, and notes what it has
/// acknowledged.
fn run_and_kill(folder: &Folder, round: u32, moment: Duration, noted: &mut Acknowledged) {
    let mut running = TestServer::open(folder, "a", &[]);
    let server = &running;
    thread::scope(|scope| {
        let start = |client| scope.spawn(move || send_decisions(server, round, client));
        let decisions: Vec<_> = (0..DECIDING_CLIENTS).map(start).collect();
        let uploads = scope.spawn(|| send_uploads(server, round));
        thread::sleep(moment);
        server.signal("KILL");
        for client in decisions {
            noted.keywords.extend(client.join().expect("no panic"));
        }
        noted.serials.extend(uploads.join().expect("no panic"));
    });
    running.wait();
}

/// Waits until the server has ingested all uploads.
fn wait_for_uploads(server: &TestServer) {
    let begun = Instant::now();
    loop {
        let uploads = server.get("/api/v1/uploads").json();
        let uploads = uploads.as_array().expect("a list");
        assert!(uploads.iter().all(|upload| upload["state"] != "failed"), "{uploads:?}");
        if uploads.iter().all(|upload| upload["state"] == "done") {
            return;
        }
        assert!(begun.elapsed() < Duration::from_mins(5), "{uploads:?}");
        thread::sleep(Duration::from_millis(100));
    }
}

#[cfg(unix)]
#[test]
fn a_killed_server_loses_nothing_that_it_acknowledged() {
    let wanted = std::env::var("CHANCERY_KILLS").ok().and_then(|kills| kills.parse().ok());
    let kills: u32 = wanted.unwrap_or(KILLS);
    let folder = Folder::of(&[]);
    telegrams(&folder.path("in"), 24);
    folder.chancery(["add", "a", "in", "-q"]).assert().success();
    let mut noted = Acknowledged::default();
    let mut random = Rng::with_seed(11);
    for round in 0..kills {
        run_and_kill(&folder, round, random_moment(&mut random, LONGEST_RUN), &mut noted);
    }

    let server = TestServer::open(&folder, "a", &[]);
    wait_for_uploads(&server);
    for serial in &noted.serials {
        let answer = server.get(&format!("/api/v1/documents/09LUSAKA{serial}"));
        assert_eq!(answer.status, 200, "upload {serial} is lost: {}", answer.body);
    }
    drop(server);
    let log = printed(folder.chancery(["curate", "a", "log"]));
    let entries = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let mut words: Vec<Value> = entries.map(|entry| entry["words"].clone()).collect();
    for keyword in &noted.keywords {
        assert!(words.contains(&json!(keyword)), "{keyword} is lost: {log}");
    }
    let written = words.len();
    words.sort_by_key(Value::to_string);
    words.dedup();
    assert_eq!(words.len(), written, "a decision is written twice: {log}");
    folder.chancery(["verify", "a"]).assert().success();
    let left = fs::read_dir(folder.path("a/uploads")).expect("a folder");
    assert_eq!(left.count(), 1, "only the lock is left");
    let (decisions, uploads) = (noted.keywords.len(), noted.serials.len());
    assert!(decisions > 0 && uploads > 0, "nothing was acknowledged");
    eprintln!("{kills} kills: {decisions} decisions and {uploads} uploads acknowledged, 0 lost");
}
