//! Growth of an archive with its number of documents.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::BenchTable;
use super::options::{BenchOptions, last_line_json};
use super::results::{TableResults, format_figure, median_at, number_at};
use crate::TaskResult;
use crate::process::run_command;

pub(crate) const TABLE: BenchTable = BenchTable {
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
const MAX_REPEATED_DOCUMENTS: u32 = 20_000;

fn measure(setting: &BenchOptions) -> TaskResult<TableResults> {
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
    let mut results = TableResults::new(setting, TABLE.name, &columns)?;
    let least = *setting.documents.first().ok_or("no numbers of documents")?;
    let beside = || milliseconds_each(&measure_adding(setting, least, ArchiveState::New)?, least);
    for &documents in &setting.documents {
        let before = if documents == least { None } else { Some(beside()?) };
        let measured = measure_adding(setting, documents, ArchiveState::New)?;
        let each = milliseconds_each(&measured, documents)?;
        let growth = match before {
            None => format_figure(1.0),
            Some(before) => results.record_ratio(
                format!("time per document, {documents} documents"),
                each / f64::midpoint(before, beside()?),
            ),
        };
        let again = measure_adding(setting, documents, ArchiveState::Full)?;
        let searched = run_search_bench(setting, &archive_folder(setting, documents)?, false)?;
        let at = |value: &Value, place| number_at(value, place).map(format_figure);
        results.push_row([
            format_figure(f64::from(documents)),
            format_figure(median_at(&measured, "/add/cpu")?),
            format_figure(each),
            growth,
            at(&measured, "/add/peak_mb")?,
            format_figure(median_at(&again, "/add/cpu")?),
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
enum ArchiveState {
    /// It does not exist yet.
    New,
    /// It already has all of them.
    Full,
}

/// Adds this number of documents, and returns the measurements.
fn measure_adding(setting: &BenchOptions, documents: u32, to: ArchiveState) -> TaskResult<Value> {
    let archive = archive_folder(setting, documents)?;
    let add = [("add", add_command(setting, &archive, &generate_telegrams(setting, documents)?))];
    let rounds = if documents > MAX_REPEATED_DOCUMENTS { 1 } else { setting.rounds };
    let fresh = match to {
        ArchiveState::New => vec![archive],
        ArchiveState::Full => Vec::new(),
    };
    setting.measure_commands(&add, &json!({ "rounds": rounds, "fresh": fresh }))
}

/// Processor time per document.
fn milliseconds_each(measured: &Value, documents: u32) -> TaskResult<f64> {
    Ok(1000.0 * median_at(measured, "/add/cpu")? / f64::from(documents))
}

/// Generates telegrams, and adds them to an archive.
pub(crate) fn create_archive(
    setting: &BenchOptions,
    documents: u32,
) -> TaskResult<(PathBuf, PathBuf)> {
    let (telegrams, archive) =
        (generate_telegrams(setting, documents)?, archive_folder(setting, documents)?);
    let mut add = Command::new(setting.program_path());
    run_command(add.args(["add", "--engine", "fast", "--quiet"]).args([&archive, &telegrams]))?;
    Ok((telegrams, archive))
}

/// Runs the search benchmark on an archive, optionally also with FTS5.
pub(crate) fn run_search_bench(
    setting: &BenchOptions,
    archive: &Path,
    fts5: bool,
) -> TaskResult<Value> {
    let mut bench = setting.cargo_command();
    bench
        .args(["bench", "--quiet", "--package", "chancery-store", "--bench", "search", "--"])
        .arg(archive);
    if fts5 {
        let scratch = setting.scratch_path("fts5")?;
        if scratch.exists() {
            fs::remove_dir_all(&scratch)?;
        }
        fs::create_dir(&scratch)?;
        bench.arg(scratch);
    }
    last_line_json(&mut bench)
}

fn archive_folder(setting: &BenchOptions, documents: u32) -> TaskResult<PathBuf> {
    setting.scratch_path(&format!("archive-{documents}"))
}

fn add_command(setting: &BenchOptions, archive: &Path, telegrams: &Path) -> Vec<String> {
    let [chancery, archive, telegrams] =
        [&setting.program_path(), archive, telegrams].map(|path| path.display().to_string());
    let options = ["--engine", "fast", "--jobs", "1", "--quiet"].map(String::from);
    [vec![chancery, "add".into(), archive, telegrams], options.to_vec()].concat()
}

/// Generates this number of telegrams, unless they exist.
fn generate_telegrams(setting: &BenchOptions, documents: u32) -> TaskResult<PathBuf> {
    let made = setting.scratch_path(&format!("telegrams-{documents}"))?;
    if made.exists() {
        return Ok(made);
    }
    let lines = setting.scratch_path("volumes.jsonl")?;
    let volumes = setting.shared_data_path("frus-volumes")?;
    let mut annotate = Command::new(setting.program_path());
    annotate.args(["annotate", "--quiet", "--engine", "fast", "--format", "jsonl", "--output"]);
    run_command(annotate.arg(&lines).arg(volumes))?;
    let making = made.with_extension("making");
    run_command(
        setting
            .script_command(Path::new("python3"), "generate_telegrams.py")
            .args([&lines, &making])
            .args(["--count", &documents.to_string()]),
    )?;
    fs::rename(&making, &made)?;
    Ok(made)
}
