//! Time of a decision when the log is long, compared with a replay of the log.

use serde_json::Value;

use super::BenchTable;
use super::options::BenchOptions;
use super::results::{TableResults, format_figure, number_at};
use crate::TaskResult;
use crate::process::command_output;

pub(crate) const TABLE: BenchTable = BenchTable {
    name: "decisions",
    title: "Decisions, with 10,000 in the log",
    about: "Median milliseconds, 500 documents. In the store, a decision is applied by itself, written and flushed; \
the peer is a replay of the whole log, which gives the same state \
([decisions.rs](../crates/store/benches/decisions.rs)). In a running server, a decision is timed from the HTTP request to \
the end of the answer; the peer is a health check, which does no work \
([decisions.rs](../crates/server/benches/decisions.rs)). A search after a decision waits until the index has it.",
    measure,
};

fn measure(setting: &BenchOptions) -> TaskResult<TableResults> {
    let store = run_benchmark(setting, "chancery-store")?;
    let server = run_benchmark(setting, "chancery-server")?;
    let columns = ["what", "ms", "of its peer"];
    let mut results = TableResults::new(setting, TABLE.name, &columns)?;
    let rows = [
        ("store: replay of the log", &store, "/replay_ms", None),
        ("store: one decision", &store, "/decision_ms", Some("/replay_ms")),
        ("server: health check", &server, "/health_ms", None),
        ("server: one decision", &server, "/decision_ms", Some("/health_ms")),
        (
            "server: one decision, and a search that shows it",
            &server,
            "/decision_and_search_ms",
            None,
        ),
    ];
    for (what, measured, at, peer) in rows {
        let figure = number_at(measured, at)?;
        let ratio = match peer {
            Some(peer) => results.record_ratio(what, figure / number_at(measured, peer)?),
            None => String::new(),
        };
        results.push_row([what.to_owned(), format_figure(figure), ratio]);
    }
    Ok(results)
}

/// Runs the benchmark `decisions` of a crate. Its last line is JSON.
fn run_benchmark(setting: &BenchOptions, package: &str) -> TaskResult<Value> {
    let arguments = ["bench", "--quiet", "--package", package, "--bench", "decisions"];
    let output = command_output(setting.cargo_command().args(arguments))?;
    let last = output.lines().rfind(|line| line.starts_with('{'));
    Ok(serde_json::from_str(last.ok_or("the benchmark printed no figures")?)?)
}
