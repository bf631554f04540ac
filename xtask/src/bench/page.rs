//! `docs/BENCHMARKS.md`, from the results of all tables.

use std::fmt::Write;
use std::fs;

use super::results::Results;
use super::setting::Setting;
use super::{Outcome, TABLES, Table};

const HEAD: &str = "\
# Benchmarks

Made by `cargo xtask bench` from the files in [benches/results](../benches/results): do not edit. \
Each table can be made again alone, by the command above it, which measures and then writes this page. \
What is compared was run in turns in one run on one machine; only ratios carry over to another. \
`cargo xtask bench --to FOLDER`, then `cargo xtask bench --check FOLDER`, compares a second run's ratios \
with these: within 5 %. All tables but `footprint` read `../shared`; Python packages go to `target/bench`. \
Other work on the machine must rest meanwhile.
";

/// Writes the page.
pub(crate) fn write(setting: &Setting) -> Outcome<()> {
    let mut page = HEAD.to_owned();
    for table in &TABLES {
        section(&mut page, table, Results::read(&setting.results, table.name)?)?;
    }
    fs::write(&setting.page, page)?;
    eprintln!("{}", setting.page.display());
    Ok(())
}

fn section(page: &mut String, table: &Table, results: Option<Results>) -> Outcome<()> {
    writeln!(page, "\n## {}\n\n{}", table.title, table.about.trim_end())?;
    let Some(results) = results else {
        writeln!(page, "\nNot measured yet: `cargo xtask bench {}`.", table.name)?;
        return Ok(());
    };
    let place = &results.place;
    writeln!(page, "\n```sh by-hand\n{}\n```\n", results.command)?;
    writeln!(page, "{}; {}; {}.\n", place.date, place.machine, place.versions.join(", "))?;
    line(page, &results.columns)?;
    line(page, &vec!["---".to_owned(); results.columns.len()])?;
    for row in &results.rows {
        line(page, row)?;
    }
    Ok(())
}

fn line(page: &mut String, cells: &[String]) -> Outcome<()> {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    Ok(writeln!(page, "| {} |", cells.join(" | "))?)
}
