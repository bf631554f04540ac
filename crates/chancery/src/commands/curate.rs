//! `chancery curate`: what people decide, as commands.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chancery_model::Label;
use chancery_store::{Action, Archive, EntityRef, Place, Record, Subject, Writer};
use clap::{Args, Subcommand};

use super::Outcome;
use crate::report::counted;

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
    /// Two entities are one
    Merge {
        /// What disappears
        from: String,
        /// What remains
        into: String,
    },
    /// Mentions of an entity in a document are of another, new one
    Split {
        /// The entity
        entity: String,
        /// The name of the new one
        name: String,
        /// Documents whose mentions are meant
        #[arg(required = true)]
        documents: Vec<String>,
    },
    /// An entity that the machine does not know; prints its id
    Create {
        /// PER, LOC, ORG or MISC
        class: String,
        /// Its name
        name: String,
    },
    /// Give an entity another name
    Rename {
        /// The entity
        entity: String,
        /// Its name
        name: String,
    },
    /// Give an entity another class
    Retype {
        /// The entity
        entity: String,
        /// PER, LOC, ORG or MISC
        class: String,
    },
    /// A mention is of this entity
    Link {
        #[command(flatten)]
        at: At,
        /// The entity
        entity: String,
    },
    /// What was found is no name
    Reject {
        #[command(flatten)]
        at: At,
    },
    /// A name that was not found
    Add {
        #[command(flatten)]
        at: At,
        /// PER, LOC, ORG or MISC
        class: String,
        /// Its entity
        entity: Option<String>,
    },
    /// Tag a document or entity
    Tag {
        /// A document or entity
        on: String,
        /// The tag
        words: String,
    },
    /// Make a note on a document or entity
    Note {
        /// A document or entity
        on: String,
        /// The note
        words: String,
    },
    /// Let an earlier record not hold
    Undo {
        /// Its number
        record: i64,
    },
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

/// A mention.
#[derive(Args)]
struct At {
    /// The document
    document: String,
    /// First code point
    start: u32,
    /// One past the last
    end: u32,
}

/// Does what the arguments say.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let path = &arguments.archive;
    match &arguments.action {
        What::Log => write_log(&Archive::open(path)?, &mut io::stdout().lock())?,
        What::Export { file } => {
            let mut lines = Vec::new();
            write_log(&Archive::open(path)?, &mut lines)?;
            fs::write(file, lines).with_context(|| file.display().to_string())?;
        }
        What::Conflicts => {
            let mut out = io::stdout().lock();
            for conflict in Archive::open(path)?.conflicts()? {
                let record = serde_json::to_string(&conflict.record)?;
                writeln!(out, "{}: {}\n  {record}", conflict.record.number, conflict.reason)?;
            }
        }
        What::Import { file } => return import(path, file),
        what => {
            let mut writer = open(path)?;
            let action = action(&writer, what)?;
            let made = match &action {
                Action::Create { id, .. } | Action::Split { id, .. } => Some(id.clone()),
                _ => None,
            };
            let number = writer.decide(Record {
                number: 0,
                who: arguments.who.clone().unwrap_or_else(user),
                when: writer.now()?,
                why: arguments.why.clone(),
                action,
            })?;
            writer.finish()?;
            match made {
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

fn user() -> String {
    let names = ["USER", "LOGNAME", "USERNAME"].into_iter().filter_map(std::env::var_os);
    let name = names.map(|name| name.to_string_lossy().into_owned()).find(|name| !name.is_empty());
    name.unwrap_or_else(|| "unknown".to_owned())
}

fn write_log(archive: &Archive, out: &mut impl Write) -> anyhow::Result<()> {
    for record in archive.log()? {
        serde_json::to_writer(&mut *out, &record)?;
        writeln!(out)?;
    }
    Ok(())
}

fn import(path: &Path, file: &Path) -> anyhow::Result<Outcome> {
    let lines = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let mut records = Vec::new();
    for (number, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let record = serde_json::from_str::<Record>(line);
        records.push(record.with_context(|| format!("{}: line {}", file.display(), number + 1))?);
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

fn action(archive: &Archive, what: &What) -> anyhow::Result<Action> {
    let entity = |id: &String| archive.entity_ref(id);
    Ok(match what {
        What::Merge { from, into } => Action::Merge { from: entity(from)?, into: entity(into)? },
        What::Split { entity: of, name, documents } => {
            let of = entity(of)?;
            let mut mentions = Vec::new();
            for document in documents {
                mentions.extend(mentions_of(archive, &of, document)?);
            }
            if mentions.is_empty() {
                bail!("the entity is not named there");
            }
            Action::Split { entity: of, mentions, id: new_id(archive, name)?, name: name.clone() }
        }
        What::Create { class, name } => {
            let id = new_id(archive, name)?;
            Action::Create { id, name: name.clone(), class: label(class)? }
        }
        What::Rename { entity: of, name } => {
            Action::Rename { entity: entity(of)?, name: name.clone() }
        }
        What::Retype { entity: of, class } => {
            Action::Retype { entity: entity(of)?, class: label(class)? }
        }
        What::Link { at, entity: to } => {
            Action::Link { mention: place(archive, at)?, entity: entity(to)? }
        }
        What::Reject { at } => Action::Reject { mention: place(archive, at)? },
        What::Add { at, class, entity: of } => Action::Add {
            mention: place(archive, at)?,
            class: label(class)?,
            entity: of.as_ref().map(entity).transpose()?,
        },
        What::Tag { on, words } => Action::Tag { on: subject(archive, on)?, words: words.clone() },
        What::Note { on, words } => {
            Action::Note { on: subject(archive, on)?, words: words.clone() }
        }
        What::Undo { record } => Action::Undo { record: *record },
        What::Log | What::Conflicts | What::Export { .. } | What::Import { .. } => {
            bail!("no decision")
        }
    })
}

fn label(class: &str) -> anyhow::Result<Label> {
    let label = class.to_uppercase().parse();
    label.map_err(|()| anyhow::anyhow!("{class}: classes are PER, LOC, ORG and MISC"))
}

fn place(archive: &Archive, at: &At) -> anyhow::Result<Place> {
    Ok(archive.place(archive.find(&at.document)?, at.start, at.end)?)
}

/// A document if there is one of this name, else an entity.
fn subject(archive: &Archive, on: &str) -> anyhow::Result<Subject> {
    match archive.entity_ref(on) {
        Ok(entity) => Ok(Subject::Entity(entity)),
        Err(_) => {
            let number = archive.find(on)?;
            Ok(Subject::Document(archive.summary(number)?.id.to_string()))
        }
    }
}

/// An id that no other entity has: from the name and the record's number.
fn new_id(archive: &Archive, name: &str) -> anyhow::Result<String> {
    let key = format!("{name}\0{}\0{}", archive.log()?.len(), archive.now()?);
    Ok(format!("p-{}", &blake3::hash(key.as_bytes()).to_hex()[..12]))
}

/// The mentions of an entity in a document.
fn mentions_of(archive: &Archive, of: &EntityRef, document: &str) -> anyhow::Result<Vec<Place>> {
    let held = archive.held(archive.find(document)?)?;
    let points = chancery_model::CodePoints::new(held.annotated.document.text.as_str());
    let root = archive.entity_number(&of.id)?;
    let mut places = Vec::new();
    for name in held.names.iter().filter(|name| name.entity == Some(root)) {
        let span = name.mention.span;
        places.push(archive.place(held.number, points.of(span.start), points.of(span.end))?);
    }
    Ok(places)
}
