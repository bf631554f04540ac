//! `chancery curate`: what people decide, as commands.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use chancery_store::{Archive, Record, Writer};
use clap::{Args, Subcommand};

use super::Outcome;
use crate::curation::{self, Wish};
use crate::inputs::read_text;
use crate::report::{Failure, counted};

const EXAMPLES: &str = "\
Entities are named by id (`chancery stats --named NAME` finds it), documents by
the beginning of their id or a cable id, places by two numbers that count code
points of the reading text, as every JSON output has them.

Examples:
  chancery curate archive --why 'same man' merge n-1f0a33c2d4e5 n-77c2aa01b2c3
  chancery curate archive reject 9f86d081 120 128
  chancery curate archive tag 09ALGIERS948 'to read'
  chancery curate archive undo 12
  chancery curate archive export decisions.jsonl";

/// Correct what the machine found
///
/// Every decision is a record of a log that is only added to. It holds over
/// whatever the machine finds, now and after every re-ingest.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// Who decides [default: the user's name]
    #[arg(long)]
    who: Option<String>,
    /// Why
    #[arg(long, default_value = "")]
    why: String,
    #[command(subcommand)]
    action: What,
}

#[derive(Subcommand)]
enum What {
    #[command(flatten)]
    Wish(Wish),
    /// Print the log as JSON lines
    Log,
    /// List the records that find nothing to act on
    Conflicts,
    /// Write the log to a file of JSON lines
    Export {
        /// The file
        file: PathBuf,
    },
    /// Append the records of such a file that are not here yet
    Import {
        /// The file
        file: PathBuf,
    },
}

/// Does what the arguments say.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let path = &arguments.archive;
    match &arguments.action {
        What::Log => write_log(&Archive::open(path)?, &mut io::stdout().lock())?,
        What::Export { file } => {
            let mut lines = Vec::new();
            write_log(&Archive::open(path)?, &mut lines)?;
            fs::write(file, lines).map_err(|error| Failure::unwritten(file, &error))?;
        }
        What::Conflicts => {
            let mut out = io::stdout().lock();
            for conflict in Archive::open(path)?.conflicts()? {
                let record = serde_json::to_string(&conflict.record)?;
                writeln!(out, "{}: {}\n  {record}", conflict.record.number, conflict.reason)?;
            }
        }
        What::Import { file } => return import(path, file),
        What::Wish(wish) => {
            let mut writer = open(path)?;
            let who = arguments.who.clone().unwrap_or_else(curation::user);
            let decided = curation::decide(&mut writer, &who, &arguments.why, wish)?;
            writer.finish()?;
            let number = decided.record;
            match decided.made {
                Some(id) => println!("record {number}, entity {id}"),
                None => println!("record {number}"),
            }
        }
    }
    Ok(Outcome::Fine)
}

/// Opens an archive that exists: a decision about nothing makes none.
fn open(path: &Path) -> anyhow::Result<Writer> {
    Archive::open(path)?;
    Ok(Writer::open(path)?)
}

fn write_log(archive: &Archive, out: &mut impl Write) -> anyhow::Result<()> {
    for record in archive.log()? {
        serde_json::to_writer(&mut *out, &record)?;
        writeln!(out)?;
    }
    Ok(())
}

fn import(path: &Path, file: &Path) -> anyhow::Result<Outcome> {
    let lines = read_text(file)?;
    let mut records = Vec::new();
    for (number, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let record = serde_json::from_str::<Record>(line);
        records.push(record.with_context(|| {
            format!(
                "{}: line {}: this is no record of a log (`chancery curate ARCHIVE export` writes them)",
                file.display(),
                number + 1
            )
        })?);
    }
    let mut writer = open(path)?;
    let imported = writer.import(records)?;
    writer.finish()?;
    let conflicts = writer.conflicts()?;
    println!(
        "{} appended, {} in all",
        counted(imported as u64, "record"),
        counted(conflicts.len() as u64, "conflict")
    );
    Ok(if conflicts.is_empty() { Outcome::Fine } else { Outcome::SomeFailed })
}
