//! What people decide, and how it outlives every re-ingest.
//!
//! Decisions are records of an append-only log, which exports to and imports
//! from a file of JSON lines. What holds follows from the log alone: after
//! every change, and after every ingest, it is replayed from the first record
//! to the last, and only what came out otherwise than before is written and
//! indexed. A record that finds nothing to act on (its document is not here,
//! its name is no longer found) is a conflict: listed, kept, and tried again
//! at the next replay.
//!
//! ```json
//! {"number":3,"who":"ana","when":"2026-11-23T10:00:00Z","why":"same office",
//!  "action":"merge","from":{"id":"n-1f0a"},"into":{"id":"n-77c2"}}
//! ```
//!
//! Places count code points of the reading text and carry its words, so that
//! a person can check a record and a program notices another text.

mod replay;

use std::collections::HashMap;

use chancery_model::{CodePoints, Label, at_code_points};
use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::archive::Archive;
use crate::error::StoreError;
use crate::write::Writer;
pub use replay::undone;

/// What an imported "undo" undoes where that record did not come with it: the
/// number that it has in another log means nothing in this one.
const NOT_IMPORTED: i64 = 0;

/// A decision, with who, when and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its number in the log, from 1; given by the archive.
    #[serde(default)]
    pub number: i64,
    /// Who decided.
    pub who: String,
    /// When, ISO 8601.
    pub when: String,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// What.
    #[serde(flatten)]
    pub action: Action,
}

/// What a person can decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// Two entities are one: `from` becomes part of `into`.
    Merge {
        /// What disappears.
        from: EntityRef,
        /// What remains.
        into: EntityRef,
    },
    /// Some mentions of an entity are of another, which is made.
    Split {
        /// The entity that they were taken for.
        entity: EntityRef,
        /// The mentions.
        mentions: Vec<Place>,
        /// The id of the new entity.
        id: String,
        /// Its name.
        name: String,
    },
    /// Two entities are not one, however alike their names are.
    Apart {
        /// The one.
        entity: EntityRef,
        /// The other.
        from: EntityRef,
    },
    /// An entity that the machine does not know.
    Create {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
        /// Its class.
        class: Label,
    },
    /// An entity has another name.
    Rename {
        /// The entity.
        entity: EntityRef,
        /// Its name.
        name: String,
    },
    /// An entity is of another class.
    Retype {
        /// The entity.
        entity: EntityRef,
        /// Its class.
        class: Label,
    },
    /// A mention is of this entity.
    Link {
        /// The mention.
        mention: Place,
        /// The entity.
        entity: EntityRef,
    },
    /// What was found is no name.
    Reject {
        /// The mention.
        mention: Place,
    },
    /// A name that was not found.
    Add {
        /// Where.
        mention: Place,
        /// Its class.
        class: Label,
        /// Its entity, if that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        entity: Option<EntityRef>,
    },
    /// A word by which to find a document or entity.
    Tag {
        /// What is tagged.
        on: Subject,
        /// The tag.
        words: String,
    },
    /// A note on a document or entity.
    Note {
        /// What is noted on.
        on: Subject,
        /// The note.
        words: String,
    },
    /// An earlier record does not hold.
    Undo {
        /// Its number.
        record: i64,
    },
}

/// An entity, and where it was found when the record was made: should another
/// run give it another id, it is known by that name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityRef {
    /// Its id.
    pub id: String,
    /// A mention of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
}

/// A place in a document's reading text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The document's id.
    pub document: String,
    /// First code point.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// The words there.
    pub text: String,
}

/// What tags and notes are on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A document, by id.
    Document(String),
    /// An entity.
    Entity(EntityRef),
}

/// A record that finds nothing to act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The record.
    pub record: Record,
    /// Why it does not hold.
    pub reason: String,
}

impl Archive {
    /// The log, first record first.
    pub fn log(&self) -> Result<Vec<Record>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT record FROM log ORDER BY number")?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        let read = |json: rusqlite::Result<String>| {
            serde_json::from_str(&json?).map_err(|error| StoreError::Damaged(error.to_string()))
        };
        rows.map(read).collect()
    }

    /// The records that find nothing to act on.
    pub fn conflicts(&self) -> Result<Vec<Conflict>, StoreError> {
        let sql = "SELECT record, reason FROM conflicts JOIN log ON number = conflicts.log
             ORDER BY number";
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut conflicts = Vec::new();
        while let Some(row) = rows.next()? {
            let record: String = row.get(0)?;
            let record = serde_json::from_str(&record)
                .map_err(|error| StoreError::Damaged(error.to_string()))?;
            conflicts.push(Conflict { record, reason: row.get(1)? });
        }
        Ok(conflicts)
    }

    /// The place of code points `start..end` of a document.
    ///
    /// # Errors
    /// When the document has no such place.
    pub fn place(&self, number: i64, start: u32, end: u32) -> Result<Place, StoreError> {
        let document = self.document(number)?;
        let text = document.text.as_str();
        let span = at_code_points(text, start, end).ok_or_else(|| {
            let points = text.chars().count();
            let what = format!("{start}..{end} is no place of it: its text is 0..{points}");
            StoreError::Request(format!("document {}: {what}", document.id))
        })?;
        Ok(Place {
            document: document.id.to_string(),
            start,
            end,
            text: text[span.range()].to_owned(),
        })
    }

    /// The time, ISO 8601, as the database's clock has it.
    pub fn now(&self) -> Result<String, StoreError> {
        let sql = "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now')";
        Ok(self.db.query_row(sql, [], |row| row.get(0))?)
    }

    /// The number of an entity in this archive; of the one that absorbed it.
    ///
    /// # Errors
    /// When there is none of this id.
    pub fn entity_number(&self, id: &str) -> Result<i64, StoreError> {
        let number = crate::effective::number(&self.db, id)?;
        let number = number.ok_or_else(|| StoreError::Unknown(format!("entity {id}")))?;
        Ok(crate::effective::root(&self.db, number)?.0)
    }

    /// An entity by its id, with a mention of it. One that was merged into
    /// another is that other.
    ///
    /// # Errors
    /// When there is none.
    pub fn entity_ref(&self, id: &str) -> Result<EntityRef, StoreError> {
        let root = self.entity_number(id)?;
        let sql = "SELECT id FROM entities WHERE number = ?1";
        let id = self.db.prepare_cached(sql)?.query_row([root], |row| row.get(0))?;
        let sql = "SELECT document FROM appearances WHERE entity = ?1 LIMIT 1";
        let document = self.numbers(sql, [root])?.first().copied();
        let at = match document {
            Some(number) => {
                let held = self.held(number)?;
                let points = CodePoints::new(held.annotated.document.text.as_str());
                let name = held.names.iter().find(|name| name.entity == Some(root));
                name.map(|name| Place {
                    document: held.annotated.document.id.to_string(),
                    start: points.of(name.mention.span.start),
                    end: points.of(name.mention.span.end),
                    text: held.annotated.document.text[name.mention.span].to_owned(),
                })
            }
            None => None,
        };
        Ok(EntityRef { id, at })
    }
}

impl Writer {
    /// Appends a record and lets it hold. Its number is given here.
    ///
    /// # Errors
    /// When it finds nothing to act on: it is then not appended.
    pub fn decide(&mut self, record: Record) -> Result<i64, StoreError> {
        let number = self.within(|archive, batch| {
            let number = append(archive, record)?;
            replay::replay(archive, batch)?;
            let conflict = archive.conflicts()?;
            match conflict.into_iter().find(|conflict| conflict.record.number == number) {
                Some(conflict) => Err(StoreError::Request(conflict.reason)),
                None => Ok(number),
            }
        })?;
        self.commit()?;
        Ok(number)
    }

    /// Appends the records of an exported log that are not yet here, and
    /// returns how many there were. Those that find nothing to act on become
    /// conflicts.
    pub fn import(&mut self, records: Vec<Record>) -> Result<usize, StoreError> {
        let imported = self.within(|archive, batch| {
            let plain = |record: &Record| json(&Record { number: 0, ..record.clone() });
            let mut known = HashMap::new();
            for record in archive.log()? {
                known.entry(plain(&record)).or_insert(record.number);
            }
            let mut renumbered = HashMap::new();
            let mut imported = 0;
            for mut record in records {
                let number = record.number;
                if let Action::Undo { record: undone } = &mut record.action {
                    *undone = renumbered.get(undone).copied().unwrap_or(NOT_IMPORTED);
                }
                let own = match known.get(&plain(&record)) {
                    Some(known) => *known,
                    None => {
                        imported += 1;
                        append(archive, record)?
                    }
                };
                if number != 0 {
                    renumbered.insert(number, own);
                }
            }
            replay::replay(archive, batch)?;
            Ok(imported)
        })?;
        self.commit()?;
        Ok(imported)
    }

    /// Lets the log hold over what was added or annotated anew.
    pub fn replay(&mut self) -> Result<(), StoreError> {
        if self.fact("logged")? > 0 {
            self.within(replay::replay)?;
        }
        self.commit()
    }
}

fn json(record: &Record) -> String {
    serde_json::to_string(record).expect("plain data")
}

fn append(archive: &Archive, mut record: Record) -> Result<i64, StoreError> {
    record.number = archive.fact("logged")? + 1;
    let row = params![record.number, json(&record)];
    archive.db.execute("INSERT INTO log VALUES (?1, ?2)", row)?;
    archive.db.execute("UPDATE facts SET value = ?1 WHERE name = 'logged'", [record.number])?;
    Ok(record.number)
}
