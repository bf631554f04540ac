//! Benchmark: search time, compared with SQLite's full-text index FTS5.
//!
//! ```text
//! cargo bench -p chancery-store --bench search -- ARCHIVE [SCRATCH]
//! ```
//!
//! Two clients run twelve typical queries on a warm cache. Each search returns
//! the count, and the summaries of the ten best documents. In turn, the same
//! search also reads these documents and finds the passages that match, or counts the
//! facets of all matches, and the same words are searched in an FTS5 index of the same
//! texts, which is created in the folder SCRATCH. FTS5 returns only documents and the
//! count, because it has no fields, snippets or facets here.
//! The last line has the same figures as JSON, for `cargo xtask bench`.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use chancery_model::Label;
use chancery_store::{Archive, SearchRequest, Searcher, SortOrder, parse_query};
use rusqlite::Connection;
use serde_json::{Value, json};

/// Number of runs of each query by each client.
const ROUNDS: usize = 100;

/// Runs of one engine after another. tantivy-py repeats each query too, so both find
/// what they read last in the caches of the processor.
const RUNS_IN_TURN: usize = 10;

const CLIENTS: usize = 2;

/// The queries, each with its FTS5 form if there is one.
const QUERIES: [(&str, Option<&str>); 12] = [
    ("fedayeen", Some("fedayeen")),
    ("embassy", Some("embassy")),
    ("arms embargo", Some("arms embargo")),
    ("\"foreign minister\"", Some("\"foreign minister\"")),
    ("\"security council\" resolution", Some("\"security council\" resolution")),
    ("missil*", Some("missil*")),
    ("kadafi~1", None),
    ("(oil OR petroleum) NOT egypt", Some("(oil OR petroleum) NOT egypt")),
    ("tag:PTER classification:secret post:ALGIERS", None),
    ("date:1990..1995 from:cairo ceasefire", None),
    ("person:nasser", None),
    ("ENTITY", None),
];

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let Some(folder) = arguments.first().map(PathBuf::from) else {
        eprintln!("usage: cargo bench -p chancery-store --bench search -- ARCHIVE [SCRATCH]");
        return;
    };
    let archive = Archive::open(&folder).expect("an archive");
    let entity = archive.entities().most_frequent(Some(Label::Per), 1).expect("entities").remove(0);
    let queries: Vec<String> = QUERIES
        .iter()
        .map(|(query, _)| query.replace("ENTITY", &format!("entity:{}", entity.id)))
        .collect();
    let documents = archive.documents().count().expect("a count");
    let index = folder_megabytes(&folder.join("index"));
    let tables = folder_megabytes(&folder) - index;
    println!("{documents} documents");
    println!("tables {tables} MB, index {index} MB");

    let fts5 = arguments.get(1).map(|scratch| open_fts5_index(&archive, Path::new(scratch)));

    println!("\n{:<9}{:<40} {:>8} {:>9} {:>9}", "", "query", "hits", "median ms", "p99 ms");
    let searcher = Searcher::open(&archive).expect("an index");
    let page_one = |request: SearchRequest| {
        let archive = Archive::open(&folder).expect("an archive");
        let searcher = &searcher;
        Box::new(move || {
            let found = searcher.rank_matches(&archive, &request).expect("results");
            let rows = archive.documents().rows(&found.numbers());
            std::hint::black_box(rows.expect("documents"));
            found.total
        }) as SearchRun
    };
    let chancery = |request: SearchRequest| {
        let archive = Archive::open(&folder).expect("an archive");
        let searcher = &searcher;
        Box::new(move || searcher.search(&archive, &request).expect("results").total) as SearchRun
    };
    let mut ours = EngineReport::for_engine("Chancery");
    let mut with_passages = EngineReport::for_engine("passages");
    let mut with_facets = EngineReport::for_engine("facets");
    let mut theirs = EngineReport::for_engine("FTS5");
    for (query, (name, words)) in queries.iter().zip(QUERIES) {
        let request = SearchRequest::new(parse_query(query).expect("a query"));
        let faceted = SearchRequest { facets: true, ..request.clone() };
        let other = fts5.as_deref().zip(words);
        let mut search_times = run_clients(|| {
            let other = other.map(|(path, words)| fts5_search(path, words));
            let own =
                [page_one(request.clone()), chancery(request.clone()), page_one(faceted.clone())];
            own.into_iter().chain(other).collect()
        })
        .into_iter();
        ours.add_query(name, search_times.next().expect("an engine"));
        with_passages.add_query(name, search_times.next().expect("an engine"));
        with_facets.add_query(name, search_times.next().expect("an engine"));
        if let Some(search_times) = search_times.next() {
            theirs.add_query(name, search_times);
        }
    }
    let overall = ours.overall_figures();
    let others = fts5.as_deref().map(|path| {
        let size = std::fs::metadata(path).map_or(0, |facts| facts.len() >> 20);
        println!("FTS5 {size} MB");
        json!({ "index_mb": size, "all": theirs.overall_figures(), "queries": theirs.queries })
    });
    for (name, request) in [
        (
            "embassy, sorted by date, facets",
            SearchRequest {
                sort: SortOrder::Newest,
                facets: true,
                ..SearchRequest::new(parse_query("embassy").expect("a query"))
            },
        ),
        (
            "embassy, page 10,000",
            SearchRequest {
                offset: 100_000,
                ..SearchRequest::new(parse_query("embassy").expect("a query"))
            },
        ),
    ] {
        let search_times = run_clients(|| vec![chancery(request.clone())]).remove(0);
        EngineReport::for_engine("Chancery").add_query(name, search_times);
    }
    let figures = json!({
        "documents": documents, "tables_mb": tables, "index_mb": index,
        "queries": ours.queries, "all": overall, "with_passages": with_passages.queries,
        "with_facets": with_facets.queries, "fts5": others,
    });
    println!("\n{figures}");
}

/// Creates an FTS5 index of the same texts, if it does not exist.
fn open_fts5_index(archive: &Archive, scratch: &Path) -> PathBuf {
    let path = scratch.join("fts5.sqlite");
    if !path.exists() {
        let begun = Instant::now();
        let mut db = Connection::open(&path).expect("a database");
        let table = "CREATE VIRTUAL TABLE texts USING fts5(text, content='')";
        db.execute_batch(table).expect("a table");
        let change = db.transaction().expect("a transaction");
        for number in archive.documents().numbers_by_id().expect("documents") {
            let document = archive.documents().parsed(number).expect("a document");
            let sql = "INSERT INTO texts (rowid, text) VALUES (?1, ?2)";
            let mut put = change.prepare_cached(sql).expect("a statement");
            put.execute(rusqlite::params![number, document.text.as_str()]).expect("a row");
        }
        change.execute("INSERT INTO texts (texts) VALUES ('optimize')", []).expect("optimised");
        change.commit().expect("committed");
        println!("\nFTS5 index created in {:.0} s", begun.elapsed().as_secs_f64());
    }
    path
}

/// Returns an FTS5 search for the count and the best ten documents.
fn fts5_search<'a>(path: &Path, words: &'a str) -> SearchRun<'a> {
    let db = Connection::open(path).expect("a database");
    Box::new(move || {
        let best = "SELECT rowid FROM texts WHERE texts MATCH ?1 ORDER BY rank LIMIT 10";
        let mut best = db.prepare_cached(best).expect("a statement");
        let rows = best.query_map([words], |row| row.get::<_, i64>(0)).expect("rows");
        let _: Vec<i64> = rows.map(|row| row.expect("a row")).collect();
        let count = "SELECT count(*) FROM texts WHERE texts MATCH ?1";
        let mut count = db.prepare_cached(count).expect("a statement");
        count.query_row([words], |row| row.get::<_, i64>(0)).expect("a count") as usize
    })
}

/// A search that returns the number of hits.
type SearchRun<'a> = Box<dyn FnMut() -> usize + 'a>;

/// Number of hits, and the time of each run.
#[derive(Default)]
struct SearchTimes {
    total: usize,
    times: Vec<Duration>,
}

/// Runs one query with two clients at a time. Each client takes the engines in turn,
/// so that other load on the machine affects all of them alike. The
/// first round warms up.
fn run_clients<'a>(engines: impl Fn() -> Vec<SearchRun<'a>> + Sync) -> Vec<SearchTimes> {
    let search_times: Mutex<Vec<SearchTimes>> = Mutex::default();
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let mut engines = engines();
                let mut own: Vec<SearchTimes> = Vec::new();
                for run in &mut engines {
                    own.push(SearchTimes { total: run(), times: Vec::new() });
                }
                for _ in 0..ROUNDS / RUNS_IN_TURN {
                    for (run, own) in engines.iter_mut().zip(&mut own) {
                        for _ in 0..RUNS_IN_TURN {
                            let begun = Instant::now();
                            run();
                            own.times.push(begun.elapsed());
                        }
                    }
                }
                let mut search_times = search_times.lock().expect("no panic");
                search_times.resize_with(own.len(), SearchTimes::default);
                for (all, own) in search_times.iter_mut().zip(own) {
                    all.total = own.total;
                    all.times.extend(own.times);
                }
            });
        }
    });
    search_times.into_inner().expect("no panic")
}

/// The figures of an engine per query.
struct EngineReport {
    engine: &'static str,
    queries: Vec<Value>,
    times: Vec<Duration>,
}

impl EngineReport {
    fn for_engine(engine: &'static str) -> Self {
        Self { engine, queries: Vec::new(), times: Vec::new() }
    }

    /// Prints a line of figures and stores them.
    fn add_query(&mut self, query: &str, search_times: SearchTimes) {
        self.queries.push(self.print_figures(query, search_times.total, &search_times.times));
        self.times.extend(search_times.times);
    }

    /// Returns the figures over all queries.
    fn overall_figures(&self) -> Value {
        self.print_figures("all", 0, &self.times)
    }

    fn print_figures(&self, query: &str, total: usize, times: &[Duration]) -> Value {
        let mut times = times.to_vec();
        times.sort_unstable();
        let at = |share: f64| {
            let at = ((times.len() - 1) as f64 * share).round() as usize;
            times[at].as_secs_f64() * 1000.0
        };
        let (median, last) = (at(0.5), at(0.99));
        println!("{:<9}{query:<40} {total:>8} {median:>9.2} {last:>9.2}", self.engine);
        json!({ "query": query, "hits": total, "median_ms": median, "p99_ms": last })
    }
}

/// Returns the size of a folder in MB.
fn folder_megabytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let bytes = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(facts) if facts.is_dir() => folder_megabytes(&entry.path()),
        Ok(facts) => facts.len() >> 20,
        Err(_) => 0,
    };
    entries.map(bytes).sum()
}
