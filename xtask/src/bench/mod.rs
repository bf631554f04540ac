//! The benchmark book. Each table is measured by itself, leaves its figures in
//! `benches/results/TABLE.json`, and `docs/BENCHMARKS.md` is made of all these
//! files. Nothing is measured here: the tables run the program and the scripts
//! in `benches`, and put their figures side by side.

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

/// A table of the book.
struct Table {
    /// What it is called on the command line and as a file.
    name: &'static str,
    title: &'static str,
    /// What is compared with what, in Markdown.
    about: &'static str,
    measure: fn(&Setting) -> Outcome<Results>,
}

/// The book, in its order.
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

/// `cargo xtask bench` with these words behind it.
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
