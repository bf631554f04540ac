//! What a person wishes to decide, and the record that it becomes.
//!
//! `chancery curate` reads a [`Wish`] from its arguments, the reading room
//! from a form or JSON; both become a record here, and only here.

use chancery_model::{CodePoints, Label};
use chancery_store::{Action, Archive, EntityRef, Place, Record, Subject, Writer};
use clap::{Args, Subcommand};
use serde::Deserialize;
use utoipa::ToSchema;

/// A decision, in the words of whoever makes it: entities by id, documents by
/// the beginning of their id or a cable id, places in code points.
#[derive(Clone, Debug, Subcommand, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum Wish {
    /// Two entities are one
    Merge {
        /// What disappears
        from: String,
        /// What remains
        into: String,
    },
    /// Two entities are not one, however alike their names
    Apart {
        /// The one
        entity: String,
        /// The other
        from: String,
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
        #[serde(flatten)]
        at: At,
        /// The entity
        entity: String,
    },
    /// What was found is no name
    Reject {
        #[command(flatten)]
        #[serde(flatten)]
        at: At,
    },
    /// A name that was not found
    Add {
        #[command(flatten)]
        #[serde(flatten)]
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
}

/// A mention.
#[derive(Clone, Debug, Args, Deserialize, ToSchema)]
pub(crate) struct At {
    /// The document
    pub(crate) document: String,
    /// First code point
    pub(crate) start: u32,
    /// One past the last
    pub(crate) end: u32,
}

/// What became of a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decided {
    /// The number of its record.
    pub(crate) record: i64,
    /// The id of the entity that it made.
    pub(crate) made: Option<String>,
}

/// Words of people that are longer are refused, in bytes.
const LONGEST: usize = 10_000;

/// Makes a wish a record of the log, and lets it hold.
///
/// # Errors
/// When it finds nothing to act on.
pub(crate) fn decide(
    writer: &mut Writer,
    who: &str,
    why: &str,
    wish: &Wish,
) -> anyhow::Result<Decided> {
    let action = action(writer, wish)?;
    let made = match &action {
        Action::Create { id, .. } | Action::Split { id, .. } => Some(id.clone()),
        _ => None,
    };
    let (who, why) = (who.to_owned(), sized(why)?);
    let record = Record { number: 0, who, when: writer.now()?, why, action };
    Ok(Decided { record: writer.decide(record)?, made })
}

/// The name of who runs the program.
pub(crate) fn user() -> String {
    let names = ["USER", "LOGNAME", "USERNAME"].into_iter().filter_map(std::env::var_os);
    let name = names.map(|name| name.to_string_lossy().into_owned()).find(|name| !name.is_empty());
    name.unwrap_or_else(|| "unknown".to_owned())
}

fn action(archive: &Archive, wish: &Wish) -> anyhow::Result<Action> {
    let entity = |id: &String| archive.entity_ref(id);
    Ok(match wish {
        Wish::Merge { from, into } => Action::Merge { from: entity(from)?, into: entity(into)? },
        Wish::Apart { entity: one, from } => {
            Action::Apart { entity: entity(one)?, from: entity(from)? }
        }
        Wish::Split { entity: of, name, documents } => {
            let of = entity(of)?;
            let mut mentions = Vec::new();
            for document in documents {
                mentions.extend(mentions_of(archive, &of, document)?);
            }
            anyhow::ensure!(!mentions.is_empty(), "the entity is not named there");
            Action::Split { entity: of, mentions, id: new_id(archive, name)?, name: given(name)? }
        }
        Wish::Create { class, name } => {
            let id = new_id(archive, name)?;
            Action::Create { id, name: given(name)?, class: label(class)? }
        }
        Wish::Rename { entity: of, name } => {
            Action::Rename { entity: entity(of)?, name: given(name)? }
        }
        Wish::Retype { entity: of, class } => {
            Action::Retype { entity: entity(of)?, class: label(class)? }
        }
        Wish::Link { at, entity: to } => {
            Action::Link { mention: place(archive, at)?, entity: entity(to)? }
        }
        Wish::Reject { at } => Action::Reject { mention: place(archive, at)? },
        Wish::Add { at, class, entity: of } => Action::Add {
            mention: place(archive, at)?,
            class: label(class)?,
            entity: of.as_ref().map(entity).transpose()?,
        },
        Wish::Tag { on, words } => Action::Tag { on: subject(archive, on)?, words: given(words)? },
        Wish::Note { on, words } => {
            Action::Note { on: subject(archive, on)?, words: given(words)? }
        }
        Wish::Undo { record } => Action::Undo { record: *record },
    })
}

/// Words that say something, and not too much.
fn given(words: &str) -> anyhow::Result<String> {
    anyhow::ensure!(!words.trim().is_empty(), "there are no words");
    sized(words)
}

fn sized(words: &str) -> anyhow::Result<String> {
    anyhow::ensure!(words.len() <= LONGEST, "the words are longer than {LONGEST} bytes");
    Ok(words.trim().to_owned())
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
    let points = CodePoints::new(held.annotated.document.text.as_str());
    let root = archive.entity_number(&of.id)?;
    let mut places = Vec::new();
    for name in held.names.iter().filter(|name| name.entity == Some(root)) {
        let span = name.mention.span;
        places.push(archive.place(held.number, points.of(span.start), points.of(span.end))?);
    }
    Ok(places)
}
