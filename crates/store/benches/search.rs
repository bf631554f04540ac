//! How long does a search take, beside SQLite's own full-text index?
//!
//! ```text
//! cargo bench -p chancery-store --bench search -- ARCHIVE [SCRATCH]
//! ```
//!
//! Twelve typical queries, by two clients at a time, warm: hits, count, and
//! the telling sentences of ten documents. The same words are then looked for
//! in an FTS5 index of the same texts, which is made in the folder SCRATCH:
//! documents and count only, as FTS5 knows neither fields nor sentences here.
//! The last line has the same figures as JSON, for `cargo xtask bench`.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use chancery_store::{Archive, Request, Searcher, Sort, parse_query};
use rusqlite::Connection;
use serde_json::{Value, json};

/// Searches of each query by each client.
const ROUNDS: usize = 40;

const CLIENTS: usize = 2;

/// A query, and its words as FTS5 writes them where it can.
const QUERIES: [(&str, Option<&str>); 12] = [
    ("fedayeen", Some("fedayeen")),
    ("embassy", Some("embassy")),
    ("arms embargo", Some("arms embargo")),
    ("\"foreign minister\"", Some("\"foreign minister\"")),
    ("\"security council\" resolution", Some("\"security council\" resolution")),
    ("missil*", Some("missil*")),
    ("kadafi~1", None),
    ("(oil OR petroleum) NOT egypt", Some("(oil OR petroleum) NOT egypt")),
    ("tag:PTER class:secret post:ALGIERS", None),
    ("date:1990..1995 from:cairo ceasefire", None),
    ("person:nasser", None),
    ("ENTITY", None),
];

/// The query whose hits are counted by facets.
const COUNTED: &str = "\"security council\" resolution";

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let Some(folder) = arguments.first().map(PathBuf::from) else {
        eprintln!("usage: cargo bench -p chancery-store --bench search -- ARCHIVE [SCRATCH]");
        return;
    };
    let archive = Archive::open(&folder).expect("an archive");
    let entity = archive.top_entities(Some("PER"), 1).expect("entities").remove(0);
    let queries: Vec<String> = QUERIES
        .iter()
        .map(|(query, _)| query.replace("ENTITY", &format!("entity:{}", entity.id)))
        .collect();
    let documents = archive.documents().expect("a count");
    let index = size(&folder.join("index"));
    let tables = size(&folder) - index;
    println!("{documents} documents");
    println!("tables {tables} MB, index {index} MB");

    println!("\n{:<40} {:>8} {:>9} {:>9}", "query", "hits", "median ms", "p99 ms");
    let searcher = Searcher::open(&archive).expect("an index");
    let mut all = Vec::new();
    let mut ours = Vec::new();
    for (query, (name, _)) in queries.iter().zip(QUERIES) {
        let mut request = Request::new(parse_query(query).expect("a query"));
        request.facets = query == COUNTED;
        let (total, times) = clients(|| {
            let archive = Archive::open(&folder).expect("an archive");
            let (request, searcher) = (request.clone(), &searcher);
            move || searcher.search(&archive, &request).expect("results").total
        });
        ours.push(report(name, total, times, &mut all));
    }
    let overall = report("all", 0, all, &mut Vec::new());
    for (name, request) in [
        (
            "embassy, sorted by date, facets",
            Request {
                sort: Sort::Newest,
                facets: true,
                ..Request::new(parse_query("embassy").expect("a query"))
            },
        ),
        (
            "embassy, page 10,000",
            Request { offset: 100_000, ..Request::new(parse_query("embassy").expect("a query")) },
        ),
    ] {
        let (total, times) = clients(|| {
            let archive = Archive::open(&folder).expect("an archive");
            let (request, searcher) = (request.clone(), &searcher);
            move || searcher.search(&archive, &request).expect("results").total
        });
        report(name, total, times, &mut Vec::new());
    }

    let theirs = arguments.get(1).map(|scratch| fts5(&archive, Path::new(scratch)));
    let figures = json!({
        "documents": documents, "tables_mb": tables, "index_mb": index,
        "queries": ours, "all": overall, "fts5": theirs,
    });
    println!("\n{figures}");
}

/// The same texts and words with FTS5.
fn fts5(archive: &Archive, scratch: &Path) -> Value {
    let path = scratch.join("fts5.sqlite");
    if !path.exists() {
        let begun = Instant::now();
        let mut db = Connection::open(&path).expect("a database");
        let table = "CREATE VIRTUAL TABLE texts USING fts5(text, content='')";
        db.execute_batch(table).expect("a table");
        let change = db.transaction().expect("a transaction");
        for number in archive.by_id().expect("documents") {
            let document = archive.document(number).expect("a document");
            let sql = "INSERT INTO texts (rowid, text) VALUES (?1, ?2)";
            let mut put = change.prepare_cached(sql).expect("a statement");
            put.execute(rusqlite::params![number, document.text.as_str()]).expect("a row");
        }
        change.execute("INSERT INTO texts (texts) VALUES ('optimize')", []).expect("optimised");
        change.commit().expect("committed");
        println!("\nFTS5 made in {:.0} s", begun.elapsed().as_secs_f64());
    }
    let index = std::fs::metadata(&path).map_or(0, |facts| facts.len() >> 20);
    println!("FTS5 {index} MB");
    let mut all = Vec::new();
    let mut queries = Vec::new();
    for (query, words) in QUERIES {
        let Some(words) = words else { continue };
        let (total, times) = clients(|| {
            let db = Connection::open(&path).expect("a database");
            move || {
                let best = "SELECT rowid FROM texts WHERE texts MATCH ?1 ORDER BY rank LIMIT 10";
                let mut best = db.prepare_cached(best).expect("a statement");
                let rows = best.query_map([words], |row| row.get::<_, i64>(0)).expect("rows");
                let _: Vec<i64> = rows.map(|row| row.expect("a row")).collect();
                let count = "SELECT count(*) FROM texts WHERE texts MATCH ?1";
                let mut count = db.prepare_cached(count).expect("a statement");
                count.query_row([words], |row| row.get::<_, i64>(0)).expect("a count") as usize
            }
        });
        queries.push(report(query, total, times, &mut all));
    }
    let all = report("all of FTS5", 0, all, &mut Vec::new());
    json!({ "index_mb": index, "queries": queries, "all": all })
}

/// Runs what `client` makes on two threads at a time; the first round of each
/// warms up. Returns its result and all times.
fn clients<F: FnMut() -> usize>(client: impl Fn() -> F + Sync) -> (usize, Vec<Duration>) {
    let times = Mutex::new(Vec::new());
    let total = Mutex::new(0);
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let mut run = client();
                *total.lock().expect("no panic") = run();
                for _ in 0..ROUNDS {
                    let begun = Instant::now();
                    run();
                    times.lock().expect("no panic").push(begun.elapsed());
                }
            });
        }
    });
    (total.into_inner().expect("no panic"), times.into_inner().expect("no panic"))
}

/// Prints a line of figures, and gives them.
fn report(query: &str, total: usize, mut times: Vec<Duration>, all: &mut Vec<Duration>) -> Value {
    times.sort_unstable();
    let at = |share: f64| {
        let at = ((times.len() - 1) as f64 * share).round() as usize;
        times[at].as_secs_f64() * 1000.0
    };
    let (median, last) = (at(0.5), at(0.99));
    println!("{query:<40} {total:>8} {median:>9.2} {last:>9.2}");
    all.extend(times);
    json!({ "query": query, "hits": total, "median_ms": median, "p99_ms": last })
}

/// MB under a folder.
fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let bytes = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(facts) if facts.is_dir() => size(&entry.path()),
        Ok(facts) => facts.len() >> 20,
        Err(_) => 0,
    };
    entries.map(bytes).sum()
}
