//! Writes `docs/BENCHMARKS.md` from the results of all tables.

use std::fmt::Write;
use std::fs;

use super::options::BenchOptions;
use super::results::TableResults;
use super::{BenchTable, TABLES};
use crate::TaskResult;

const HEAD: &str = "\
# Benchmarks

`cargo xtask bench` writes this page from the files in [benches/results](../benches/results): do not edit it. \
The command above each table measures that table and writes the page again. \
Programs that are compared ran alternately, in one run on one machine; only ratios are comparable across machines. \
`cargo xtask bench --to FOLDER`, then `cargo xtask bench --check FOLDER`, compares the ratios of a second run \
with these, within 5 %. All tables except `footprint` read `../shared`; Python packages are installed to `target/bench`. \
No other work may run on the machine at the same time.
";

/// Writes the page of all tables.
pub(crate) fn write_page(setting: &BenchOptions) -> TaskResult<()> {
    let mut page = HEAD.to_owned();
    for table in &TABLES {
        write_section(&mut page, table, TableResults::read_table(&setting.results, table.name)?)?;
    }
    fs::write(&setting.page, page)?;
    eprintln!("{}", setting.page.display());
    Ok(())
}

fn write_section(
    page: &mut String,
    table: &BenchTable,
    results: Option<TableResults>,
) -> TaskResult<()> {
    writeln!(page, "\n## {}\n\n{}", table.title, table.about.trim_end())?;
    let Some(results) = results else {
        writeln!(page, "\nNot measured yet: `cargo xtask bench {}`.", table.name)?;
        return Ok(());
    };
    let place = &results.place;
    writeln!(page, "\n```sh by-hand\n{}\n```\n", results.command)?;
    writeln!(page, "{}; {}; {}.\n", place.date, place.machine, place.versions.join(", "))?;
    write_row(page, &results.columns)?;
    write_row(page, &vec!["---".to_owned(); results.columns.len()])?;
    for row in &results.rows {
        write_row(page, row)?;
    }
    Ok(())
}

fn write_row(page: &mut String, cells: &[String]) -> TaskResult<()> {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    Ok(writeln!(page, "| {} |", cells.join(" | "))?)
}
