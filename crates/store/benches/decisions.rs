//! Benchmark: one decision in an archive with a long log, compared with a
//! replay of that log.
//!
//! ```text
//! cargo bench -p chancery-store --bench decisions
//! ```
//!
//! Imports [`LOGGED`] decisions about [`DOCUMENTS`] documents, among them a
//! chain of merges. Then alternates [`ROUNDS`] decisions, each applied by itself
//! and committed to disk, with replays of the whole log. The ratio of the two
//! medians does not depend on the speed of the machine. The last line has the
//! same figures as JSON.

#[path = "../tests/fixture/mod.rs"]
mod fixture;

use std::time::Duration;

use chancery_store::Archive;
use fixture::{ingest_documents, make_action, make_entry, median, mention_spans, time_of};
use serde_json::json;

const DOCUMENTS: usize = 500;

/// Number of decisions in the log.
const LOGGED: usize = 10_000;

/// Number of measured decisions.
const ROUNDS: usize = 50;

/// Number of replays, spread over the rounds.
const REPLAYS: usize = 5;

fn main() {
    let (folder, mut writer) = ingest_documents("bench-decisions", DOCUMENTS);
    let spans = mention_spans(&writer);
    let log = (0..LOGGED).map(|number| make_entry(make_action(&spans, number)));
    let imported = writer.import_log(log.collect()).expect("imported");
    assert_eq!(imported, LOGGED);
    writer.finish().expect("finished");
    let conflicts = writer.decisions().conflicts().expect("a list").len();
    println!("{DOCUMENTS} documents, {LOGGED} decisions, {conflicts} conflicts");

    let (mut decisions, mut replays, mut indexed) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let entry = make_entry(make_action(&spans, LOGGED + round));
        decisions.push(time_of(|| writer.record_decision(entry).map(drop).expect("decided")));
        indexed.push(time_of(|| writer.finish().expect("finished")));
        if round % (ROUNDS / REPLAYS) == 0 {
            replays.push(time_of(|| writer.replay_log().expect("replayed")));
        }
    }
    let archive = Archive::open(&folder).expect("an archive");
    let page = || {
        archive.decisions().page(0, 50).expect("a page");
    };
    let pages: Vec<Duration> = (0..ROUNDS).map(|_| time_of(page)).collect();

    let (decision, replay) = (median(decisions), median(replays));
    let ratio = decision / replay;
    println!("one decision      {decision:>9.2} ms");
    println!("index commit      {:>9.2} ms", median(indexed));
    println!("replay of the log {replay:>9.2} ms");
    println!("page of the log   {:>9.2} ms", median(pages));
    println!("decision / replay {ratio:>9.4}");
    println!("\n{}", json!({ "decision_ms": decision, "replay_ms": replay, "ratio": ratio }));
}
