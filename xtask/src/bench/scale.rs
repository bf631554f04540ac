//! Growth of an archive with its number of documents.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::results::{Results, figure, median, number};
use super::setting::{Setting, last_json, run};
use super::{Outcome, Table};

pub(crate) const TABLE: Table = Table {
    name: "scale",
    title: "More documents",
    about: "Generated telegrams ([generate_telegrams.py](../benches/generate_telegrams.py)) are added with one job (`fast`). \
Times are the median of the rounds; more than 20,000 documents are added once. The documents of the first row are added again before and after \
each other row, which is compared with the mean of the two. Then the same command runs again and finds nothing new. Then two clients run the twelve queries of \
[search.rs](../crates/store/benches/search.rs). Times are processor time; sizes are those of the folder. \
250,000 documents take half an hour and 6 GB: `--documents 2000,20000,250000`.",
    measure,
};

/// Above this number, documents are added only once instead of in rounds.
const MANY: u32 = 20_000;

fn measure(setting: &Setting) -> Outcome<Results> {
    let columns = [
        "documents",
        "seconds",
        "ms per document",
        "of the first row",
        "memory, MB",
        "again, seconds",
        "tables, MB",
        "index, MB",
        "search, median ms",
        "99th percentile",
    ];
    let mut results = Results::of(setting, TABLE.name, &columns)?;
    let least = *setting.documents.first().ok_or("no numbers of documents")?;
    let beside = || milliseconds(&added(setting, least, Archive::New)?, least);
    for &documents in &setting.documents {
        let before = if documents == least { None } else { Some(beside()?) };
        let told = added(setting, documents, Archive::New)?;
        let each = milliseconds(&told, documents)?;
        let growth = match before {
            None => figure(1.0),
            Some(before) => results.ratio(
                format!("time per document, {documents} documents"),
                each / f64::midpoint(before, beside()?),
            ),
        };
        let again = added(setting, documents, Archive::Full)?;
        let searched = searched(setting, &folder(setting, documents)?, false)?;
        let at = |value: &Value, place| number(value, place).map(figure);
        results.row([
            figure(f64::from(documents)),
            figure(median(&told, "/add/cpu")?),
            figure(each),
            growth,
            at(&told, "/add/peak_mb")?,
            figure(median(&again, "/add/cpu")?),
            at(&searched, "/tables_mb")?,
            at(&searched, "/index_mb")?,
            at(&searched, "/all/median_ms")?,
            at(&searched, "/all/p99_ms")?,
        ]);
    }
    Ok(results)
}

/// The archive to which each round adds telegrams.
#[derive(Clone, Copy)]
enum Archive {
    /// It does not exist yet.
    New,
    /// It already has all of them.
    Full,
}

/// Adds this number of documents, and returns the measurements.
fn added(setting: &Setting, documents: u32, to: Archive) -> Outcome<Value> {
    let archive = folder(setting, documents)?;
    let add = [("add", adding(setting, &archive, &telegrams(setting, documents)?))];
    let rounds = if documents > MANY { 1 } else { setting.rounds };
    let fresh = match to {
        Archive::New => vec![archive],
        Archive::Full => Vec::new(),
    };
    setting.measured(&add, &json!({ "rounds": rounds, "fresh": fresh }))
}

/// Processor time per document.
fn milliseconds(told: &Value, documents: u32) -> Outcome<f64> {
    Ok(1000.0 * median(told, "/add/cpu")? / f64::from(documents))
}

/// Generates telegrams, and adds them to an archive.
pub(crate) fn archive(setting: &Setting, documents: u32) -> Outcome<(PathBuf, PathBuf)> {
    let (telegrams, archive) = (telegrams(setting, documents)?, folder(setting, documents)?);
    let mut add = Command::new(setting.chancery());
    run(add.arg("add").args([&archive, &telegrams]).arg("--quiet"))?;
    Ok((telegrams, archive))
}

/// Runs the search benchmark on an archive, optionally also with FTS5.
pub(crate) fn searched(setting: &Setting, archive: &Path, fts5: bool) -> Outcome<Value> {
    let mut bench = setting.cargo();
    bench
        .args(["bench", "--quiet", "--package", "chancery-store", "--bench", "search", "--"])
        .arg(archive);
    if fts5 {
        let scratch = setting.scratch("fts5")?;
        if scratch.exists() {
            fs::remove_dir_all(&scratch)?;
        }
        fs::create_dir(&scratch)?;
        bench.arg(scratch);
    }
    last_json(&mut bench)
}

fn folder(setting: &Setting, documents: u32) -> Outcome<PathBuf> {
    setting.scratch(&format!("archive-{documents}"))
}

fn adding(setting: &Setting, archive: &Path, telegrams: &Path) -> Vec<String> {
    let [chancery, archive, telegrams] =
        [&setting.chancery(), archive, telegrams].map(|path| path.display().to_string());
    vec![chancery, "add".into(), archive, telegrams, "--jobs".into(), "1".into(), "--quiet".into()]
}

/// Generates this number of telegrams, unless they exist.
fn telegrams(setting: &Setting, documents: u32) -> Outcome<PathBuf> {
    let made = setting.scratch(&format!("telegrams-{documents}"))?;
    if made.exists() {
        return Ok(made);
    }
    let lines = setting.scratch("volumes.jsonl")?;
    let volumes = setting.shared("frus-volumes")?;
    let mut annotate = Command::new(setting.chancery());
    annotate.args(["annotate", "--quiet", "--engine", "fast", "--format", "jsonl", "--output"]);
    run(annotate.arg(&lines).arg(volumes))?;
    let making = made.with_extension("making");
    run(setting
        .script(Path::new("python3"), "generate_telegrams.py")
        .args([&lines, &making])
        .args(["--count", &documents.to_string()]))?;
    fs::rename(&making, &made)?;
    Ok(made)
}
