//! Benchmark: the processor time of statements, compared with that of names.
//!
//! ```text
//! cargo bench -p chancery-engine --bench statements -- FOLDER
//! ```
//!
//! Reads the texts of a folder, the marked cables of `../shared` if none is named. Parses,
//! finds and links the names of each document, and then finds its statements and acts, with
//! both engines, one thread, [`ROUNDS`] times; the least time of the rounds counts. The
//! ratio does not depend on the speed of the machine. The last line has the same figures
//! as JSON.

#[path = "../tests/cpu_time/mod.rs"]
mod cpu_time;
#[path = "../../../tests/shared_data.rs"]
mod shared_data;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use chancery_engine::stages::add_attribution;
use chancery_engine::{Engine, EngineKind, ListChoice};
use cpu_time::measure_cpu_time;
use serde_json::json;
use shared_data::shared_data;

/// How often all texts are read.
const ROUNDS: usize = 3;

/// Processor time of one round.
#[derive(Clone, Copy, Default)]
struct RoundTimes {
    names: Duration,
    statements: Duration,
    found: usize,
}

fn main() {
    let named = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let folder = named.map(PathBuf::from).or_else(|| shared_data("data/statements/train"));
    let Some(folder) = folder else {
        println!("no folder is named, and there is no ../shared");
        return;
    };
    let texts = read_texts(&folder);
    let words: usize = texts.iter().map(|text| text.split(u8::is_ascii_whitespace).count()).sum();
    println!("{} texts, about {words} words, in {}", texts.len(), folder.display());
    let mut figures = serde_json::Map::new();
    for kind in EngineKind::ALL {
        let mut engine = Engine::load_shipped(kind);
        let rounds: Vec<RoundTimes> = (0..ROUNDS).map(|_| read_all(&mut engine, &texts)).collect();
        let least = |time: fn(&RoundTimes) -> Duration| {
            rounds.iter().map(time).min().unwrap_or_default().as_secs_f64()
        };
        let (names, statements) = (least(|round| round.names), least(|round| round.statements));
        let (share, found) = (statements / names, rounds[0].found);
        println!(
            "{:<9} names {names:.3} s, statements {statements:.3} s: {share:.3} of names; {found} \
             statements and acts",
            kind.engine_name()
        );
        let figure = json!({ "names_s": names, "statements_s": statements, "ratio": share });
        figures.insert(kind.engine_name().to_owned(), figure);
    }
    println!("\n{}", serde_json::Value::Object(figures));
}

/// The texts in a folder, sorted by name.
fn read_texts(folder: &PathBuf) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt" || ending == "xml"))
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("readable")).collect()
}

fn read_all(engine: &mut Engine, texts: &[Vec<u8>]) -> RoundTimes {
    let mut times = RoundTimes::default();
    for text in texts {
        let (documents, took) = measure_cpu_time(|| {
            let read = engine.resolve_file(text, "09VALLETTA1.txt", ListChoice::default());
            let documents: Vec<_> = read.map(|(found, _)| found.collect()).unwrap_or_default();
            documents
        });
        times.names += took;
        for mut linked in documents {
            let ((), took) = measure_cpu_time(|| add_attribution(&mut linked.annotated));
            times.statements += took;
            let found = &linked.annotated.attribution;
            times.found += found.statements.len() + found.acts.len();
        }
    }
    times
}
