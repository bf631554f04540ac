//! `chancery-train knowledge-base`: compiles the knowledge base.
//!
//! Reads the JSON lines of `data/kb` and writes the file that is built into the
//! program. The same sources give the same bytes. [`persons`] reads the four lists of
//! persons, [`names_of_others`] takes out what stands at the wrong person,
//! [`same_persons`] joins the rows of one person, [`terms`] finds out when they held
//! offices, with what [`known_terms`] adds, and [`places`] reads countries, posts and
//! towns.

mod known_terms;
mod names_of_others;
mod persons;
mod places;
mod remarks;
mod same_persons;
mod source_person;
mod terms;

use std::fs;
use std::path::{Path, PathBuf};

use chancery_engine::InputError;
use chancery_resolve::knowledge_base::build::KnowledgeBaseBuilder;
use clap::Args;
use places::CountryCodes;
use serde_json::Value;

use crate::json_lines::read_json_lines;

const EXAMPLES: &str = "\
Examples:
  chancery-train knowledge-base                            rebuild the shipped knowledge base
  chancery-train knowledge-base --shared ~/data --output mine.bin";

/// Compile the knowledge base
///
/// Reads the reference lists of a data folder (persons, appointments, places)
/// and writes the knowledge base, to which entities are linked. The next
/// `cargo build` builds it into the program.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Folder that contains `data/kb`
    #[arg(long, value_name = "FOLDER", default_value = "../shared")]
    shared: PathBuf,
    /// Write the knowledge base to this file
    #[arg(long, value_name = "FILE", default_value = "crates/models/data/knowledge_base.bin")]
    output: PathBuf,
}

/// Compiles the knowledge base.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let kb = arguments.shared.join("data/kb");
    let mut builder = KnowledgeBaseBuilder::default();
    let countries = CountryCodes::read(&kb)?;
    for person in persons::read_persons(&kb, &countries)? {
        builder.add_person(person);
    }
    places::add_places(&kb, &countries, &mut builder)?;
    let bytes = builder.into_bytes();
    let path = &arguments.output;
    fs::write(path, &bytes).map_err(|error| InputError::from_write(path, &error))?;
    eprintln!("{}: {:.1} MB", path.display(), bytes.len() as f64 / 1e6);
    Ok(())
}

/// Reads the objects of a file, one per line.
fn read_rows(kb: &Path, name: &str) -> anyhow::Result<Vec<Value>> {
    read_json_lines(&kb.join(name))
}

fn text_field<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or("")
}

fn text_list_field<'a>(row: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    row[key].as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn year_field(row: &Value, key: &str) -> u16 {
    text_field(row, key).get(..4).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}
