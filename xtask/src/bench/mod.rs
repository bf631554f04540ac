//! The benchmarks. Each table is measured separately and stored in
//! `benches/results/TABLE.json`. `docs/BENCHMARKS.md` is written from all these
//! files. The modules run the program and the scripts in `benches`, which do
//! the measuring, and combine their figures.

mod compare;
mod decisions;
mod encoder;
mod footprint;
mod ingest;
mod names;
mod options;
mod page;
mod provenance;
mod results;
mod scale;
mod search;
mod speed;
mod threads;

pub(crate) use options::Arguments;
use options::BenchOptions;
use results::TableResults;

use crate::TaskResult;

/// A table of the benchmarks.
struct BenchTable {
    /// Name on the command line and of its file.
    name: &'static str,
    title: &'static str,
    /// What the table compares, in Markdown.
    about: &'static str,
    measure: fn(&BenchOptions) -> TaskResult<TableResults>,
}

/// All tables, in the order of the page.
const TABLES: [BenchTable; 9] = [
    names::TABLE,
    speed::TABLE,
    encoder::TABLE,
    ingest::TABLE,
    search::TABLE,
    decisions::TABLE,
    footprint::TABLE,
    threads::TABLE,
    scale::TABLE,
];

/// Runs `cargo xtask bench` with these arguments.
pub(crate) fn run(arguments: Arguments) -> TaskResult<()> {
    let setting = BenchOptions::from_arguments(arguments)?;
    if let Some(second) = &setting.check {
        return compare::compare_results(&setting.results, second);
    }
    let chosen: Vec<&BenchTable> =
        TABLES.iter().filter(|table| setting.includes_table(table.name)).collect();
    if !chosen.is_empty() {
        setting.build_program()?;
    }
    for table in chosen {
        eprintln!("{}: {}", table.name, table.title);
        let results =
            (table.measure)(&setting).map_err(|error| format!("{}: {error}", table.name))?;
        results.write_table(&setting.results, table.name)?;
    }
    page::write_page(&setting)
}
