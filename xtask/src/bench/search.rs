//! Search times, compared with FTS5 and tantivy-py.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use super::BenchTable;
use super::options::{BenchOptions, last_line_json};
use super::results::{TableResults, format_figure, group_digits, number_at};
use super::scale;
use crate::TaskResult;
use crate::process::run_command;

pub(crate) const TABLE: BenchTable = BenchTable {
    name: "search",
    title: "Search",
    about: "Median milliseconds with two concurrent clients, over generated telegrams \
([generate_telegrams.py](../benches/generate_telegrams.py)). Chancery returns the number of hits and ten documents with their fields, and in the columns \
\"with passages\" and \"with facets\" also the matching sentences of each, or the counts of all matches by year, post, entity and so on; SQLite's FTS5 ([search.rs](../crates/store/benches/search.rs)) and tantivy-py \
([plain_python.py](../benches/plain_python.py)) return the number and ten documents, tantivy-py these with their fields. They are asked for no passages and no facets, \
so no column of these is compared. They cannot answer the other queries: they have no fields of telegrams, and FTS5 has no fuzzy search. Numbers of hits differ where tokenisation and normalisation differ.",
    measure,
};

fn measure(setting: &BenchOptions) -> TaskResult<TableResults> {
    let python = setting.spacy_environment()?;
    let documents = if setting.trial { 400 } else { 20_000 };
    let (telegrams, archive) = scale::create_archive(setting, documents)?;
    let index = setting.scratch_path("search-index")?;
    if index.exists() {
        fs::remove_dir_all(&index)?;
    }
    run_command(
        setting
            .script_command(&python, "plain_python.py")
            .args(["add", "--without-names"])
            .args([&telegrams, &index]),
    )?;
    let plain = last_line_json(
        setting.script_command(&python, "plain_python.py").arg("search").arg(index),
    )?;
    let measured = scale::run_search_bench(setting, &archive, true)?;

    let columns = [
        "query",
        "hits",
        "Chancery",
        "with passages",
        "with facets",
        "FTS5",
        "tantivy-py",
        "FTS5 ÷ Chancery",
        "tantivy-py ÷ Chancery",
    ];
    let mut results = TableResults::new(setting, TABLE.name, &columns)?;
    results.place.add_packages(&python, &["tantivy"])?;
    let (fts5, plain) = (median_times(&measured["fts5"])?, median_times(&plain)?);
    let more = |what: &str| median_times(&json!({ "queries": measured[what] }));
    let (with_passages, with_facets) = (more("with_passages")?, more("with_facets")?);
    let (mut of_fts5, mut of_plain) = (Vec::new(), Vec::new());
    for query in measured["queries"].as_array().ok_or("no queries")? {
        let name = query["query"].as_str().ok_or("a query without a name")?;
        let (hits, ours) = (number_at(query, "/hits")?, number_at(query, "/median_ms")?);
        let beside = |theirs: &BTreeMap<String, f64>, ratios: &mut Vec<f64>| match theirs.get(name)
        {
            Some(&time) => {
                ratios.push(time / ours);
                [format_figure(time), format_figure(time / ours)]
            }
            None => [String::new(), String::new()],
        };
        let [fts5, by_fts5] = beside(&fts5, &mut of_fts5);
        let [plain, by_plain] = beside(&plain, &mut of_plain);
        results.push_row([
            format!("`{name}`"),
            group_digits(hits),
            format_figure(ours),
            with_passages.get(name).map_or_else(String::new, |&time| format_figure(time)),
            with_facets.get(name).map_or_else(String::new, |&time| format_figure(time)),
            fts5,
            plain,
            by_fts5,
            by_plain,
        ]);
    }
    let fts5 =
        results.record_ratio("FTS5 ÷ Chancery, mean of the queries", geometric_mean(&of_fts5));
    let plain = results
        .record_ratio("tantivy-py ÷ Chancery, mean of the queries", geometric_mean(&of_plain));
    let empty = String::new;
    let mean = "geometric mean".into();
    results.push_row([mean, empty(), empty(), empty(), empty(), empty(), empty(), fts5, plain]);
    Ok(results)
}

/// The median of each query.
fn median_times(measured: &Value) -> TaskResult<BTreeMap<String, f64>> {
    let queries = measured["queries"].as_array().ok_or("no queries")?;
    let pair = |query: &Value| {
        let name = query["query"].as_str().ok_or("a query without a name")?;
        Ok((name.to_owned(), number_at(query, "/median_ms")?))
    };
    queries.iter().map(pair).collect()
}

/// The geometric mean of ratios.
fn geometric_mean(ratios: &[f64]) -> f64 {
    (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp()
}

#[cfg(test)]
mod tests {
    use super::geometric_mean;

    #[test]
    fn inverse_ratios_cancel_out() {
        assert!((geometric_mean(&[2.0, 0.5]) - 1.0).abs() < 1e-12);
    }
}
