//! The benchmarks. Each table is measured separately and stored in
//! `benches/results/TABLE.json`. `docs/BENCHMARKS.md` is written from all these
//! files. The modules run the program and the scripts in `benches`, which do
//! the measuring, and combine their figures.

mod check;
mod encoder;
mod footprint;
mod ingest;
mod names;
mod page;
mod place;
mod results;
mod scale;
mod search;
mod setting;
mod speed;
mod threads;

use std::error::Error;

use results::Results;
use setting::Setting;

pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// A table of the benchmarks.
struct Table {
    /// Name on the command line and of its file.
    name: &'static str,
    title: &'static str,
    /// What the table compares, in Markdown.
    about: &'static str,
    measure: fn(&Setting) -> Outcome<Results>,
}

/// All tables, in the order of the page.
const TABLES: [Table; 8] = [
    names::TABLE,
    speed::TABLE,
    encoder::TABLE,
    ingest::TABLE,
    search::TABLE,
    footprint::TABLE,
    threads::TABLE,
    scale::TABLE,
];

/// Runs `cargo xtask bench` with these arguments.
pub(crate) fn main(words: &[String]) -> Outcome<()> {
    let setting = Setting::from_words(words)?;
    if let Some(second) = &setting.check {
        return check::check(&setting.results, second);
    }
    let asked: Vec<&Table> = TABLES.iter().filter(|table| setting.wants(table.name)).collect();
    if !asked.is_empty() {
        setting.build()?;
    }
    for table in asked {
        eprintln!("{}: {}", table.name, table.title);
        let results =
            (table.measure)(&setting).map_err(|error| format!("{}: {error}", table.name))?;
        results.write(&setting.results, table.name)?;
    }
    page::write(&setting)
}
