//! Replay: computes the curated state from the log.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chancery_model::{DocumentId, Label, TextSpan, at_code_points};
use rusqlite::{OptionalExtension, params};

use super::{Action, EntityRef, Place, Record, Subject};
use crate::archive::Archive;
use crate::arrived::NewLink;
use crate::effective::{self, Edit};
use crate::entities::{count_appearances, put_entity, put_name, take_name};
use crate::error::StoreError;
use crate::pack::Linked;
use crate::reading::RemarkKind;

/// The part of the curated state that is visible in documents.
#[derive(Default)]
struct State {
    edits: BTreeMap<([u8; 32], TextSpan), String>,
    /// Label set by a user and merge target, of the entities that have either.
    entities: BTreeMap<i64, (Option<String>, Option<i64>)>,
    remarks: BTreeSet<Remark>,
}

impl State {
    /// Returns the entity under which the appearances of `entity` are counted.
    fn root(&self, entity: i64) -> i64 {
        let mut root = entity;
        // A damaged row may close a cycle.
        for _ in 0..=self.entities.len() {
            match self.entities.get(&root) {
                Some((_, Some(absorber))) => root = *absorber,
                _ => break,
            }
        }
        root
    }
}

/// Document, entity, kind and text.
type Remark = (Option<[u8; 32]>, Option<String>, String, String);

/// Why a log entry was not applied: a conflict, or a failure of the store.
enum Miss {
    Conflict(String),
    Store(StoreError),
}

impl From<StoreError> for Miss {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<rusqlite::Error> for Miss {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

fn conflict<T>(reason: impl Into<String>) -> Result<T, Miss> {
    Err(Miss::Conflict(reason.into()))
}

/// Returns the numbers of the log entries that later entries undo.
pub fn undone(log: &[Record]) -> HashSet<i64> {
    let mut undone = HashSet::new();
    // Newest first: an "undo" that was itself undone has no effect.
    for record in log.iter().rev() {
        if let Action::Undo { record: number } = record.action
            && number < record.number
            && !undone.contains(&record.number)
        {
            undone.insert(number);
        }
    }
    undone
}

/// Replays the log, and marks changed documents for reindexing.
pub(super) fn replay(archive: &Archive, batch: i64) -> Result<(), StoreError> {
    let before = state(archive)?;
    forget_given_names(archive)?;
    archive.db.execute_batch(
        "DELETE FROM edits; DELETE FROM remarks; DELETE FROM conflicts;
         UPDATE entities SET by_person = 2 WHERE by_person = 1;
         UPDATE entities SET given_class = NULL, given_name = NULL, absorbed_by = NULL
         WHERE given_class IS NOT NULL OR given_name IS NOT NULL OR absorbed_by IS NOT NULL;",
    )?;
    let log = archive.log()?;
    let undone = undone(&log);
    for record in log.iter().filter(|record| !undone.contains(&record.number)) {
        match apply(archive, record) {
            Ok(()) => {}
            Err(Miss::Conflict(reason)) => {
                let sql = "INSERT INTO conflicts VALUES (?1, ?2)";
                archive.db.execute(sql, params![record.number, reason])?;
            }
            Err(Miss::Store(error)) => return Err(error),
        }
    }
    for document in changed(archive, &before, &state(archive)?)? {
        let (held, linked) = archive.machine(document)?;
        count_appearances(archive, document, &held.id, linked)?;
        let sql = "UPDATE documents SET batch = ?1 WHERE number = ?2";
        archive.db.prepare_cached(sql)?.execute([batch, document])?;
    }
    Ok(())
}

/// Removes the names that users gave from the name index.
fn forget_given_names(archive: &Archive) -> Result<(), StoreError> {
    let sql = "SELECT number, name, given_name FROM entities WHERE given_name IS NOT NULL";
    let mut statement = archive.db.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (entity, own, given): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        take_name(archive, entity, &given, &own)?;
    }
    Ok(())
}

fn state(archive: &Archive) -> Result<State, StoreError> {
    let db = &archive.db;
    let mut state = State::default();
    let mut statement = db.prepare_cached("SELECT document, start, \"end\", edit FROM edits")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let span = TextSpan::new(row.get(1)?, row.get(2)?);
        state.edits.insert((row.get(0)?, span), row.get(3)?);
    }
    let sql = "SELECT number, given_class, absorbed_by FROM entities
         WHERE given_class IS NOT NULL OR absorbed_by IS NOT NULL";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        state.entities.insert(row.get(0)?, (row.get(1)?, row.get(2)?));
    }
    let mut statement = db.prepare_cached("SELECT document, entity, kind, words FROM remarks")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        state.remarks.insert((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
    }
    Ok(state)
}

/// Returns the documents whose two states differ.
fn changed(archive: &Archive, before: &State, after: &State) -> Result<BTreeSet<i64>, StoreError> {
    let mut ids = BTreeSet::new();
    let mut entities = BTreeSet::new();
    let places = before.edits.keys().chain(after.edits.keys());
    ids.extend(places.filter(|at| before.edits.get(at) != after.edits.get(at)).map(|at| at.0));
    for entity in before.entities.keys().chain(after.entities.keys()) {
        if before.entities.get(entity) != after.entities.get(entity) {
            entities.insert(before.root(*entity));
        }
    }
    for (document, entity, ..) in before.remarks.symmetric_difference(&after.remarks) {
        ids.extend(document);
        if let Some(number) = entity.as_ref().map(|id| effective::number(&archive.db, id)) {
            entities.extend(number?);
        }
    }
    let mut documents = BTreeSet::new();
    for id in ids {
        documents.extend(number(archive, &id)?);
    }
    for entity in entities {
        let sql = "SELECT document FROM appearances WHERE entity = ?1";
        documents.extend(archive.numbers(sql, [entity])?);
    }
    Ok(documents)
}

fn apply(archive: &Archive, record: &Record) -> Result<(), Miss> {
    let db = &archive.db;
    match &record.action {
        Action::Merge { from, into } => {
            let (from, into) = (entity(archive, from)?, entity(archive, into)?);
            if from == into {
                return conflict("both are already the same entity");
            }
            db.execute("UPDATE entities SET absorbed_by = ?1 WHERE number = ?2", [into, from])?;
        }
        Action::Split { entity: old, mentions, id, name } => {
            let old = entity(archive, old)?;
            make(archive, id, name, archive.known(old)?.class)?;
            let mut missing = None;
            for mention in mentions {
                match edit(archive, mention, true, |edit| edit.entity = Some(id.clone())) {
                    Err(Miss::Conflict(reason)) => missing = Some(reason),
                    done => done?,
                }
            }
            if let Some(reason) = missing {
                return conflict(reason);
            }
        }
        Action::Apart { entity: one, from } => {
            let (one, other) = (entity(archive, one)?, entity(archive, from)?);
            if one == other {
                return conflict("both are already the same entity");
            }
            let (one, other) = (id(archive, one)?, id(archive, other)?);
            put_remark(archive, record.number, None, Some(&one), RemarkKind::Apart, &other)?;
        }
        Action::Create { id, name, class } => make(archive, id, name, *class)?,
        Action::Rename { entity: of, name } => {
            let number = entity(archive, of)?;
            db.execute(
                "UPDATE entities SET given_name = ?1 WHERE number = ?2",
                params![name, number],
            )?;
            put_name(archive, number, name)?;
        }
        Action::Retype { entity: of, class } => {
            let number = entity(archive, of)?;
            let sql = "UPDATE entities SET given_class = ?1 WHERE number = ?2";
            db.execute(sql, params![class.as_str(), number])?;
        }
        Action::Link { mention, entity: to } => {
            let number = entity(archive, to)?;
            let id = id(archive, number)?;
            edit(archive, mention, true, |edit| edit.entity = Some(id))?;
        }
        Action::Reject { mention } => edit(archive, mention, true, |edit| edit.rejected = true)?,
        Action::Add { mention, class, entity: of } => {
            let of = of.as_ref().map(|of| entity(archive, of)).transpose()?;
            let of = of.map(|number| id(archive, number)).transpose()?;
            let label: Label = *class;
            edit(archive, mention, false, |edit| {
                *edit = Edit { added: true, rejected: false, label: Some(label), entity: of };
            })?;
        }
        Action::Tag { on, words } => remark(archive, record.number, on, RemarkKind::Tag, words)?,
        Action::Note { on, words } => remark(archive, record.number, on, RemarkKind::Note, words)?,
        Action::Undo { record: number } => {
            if *number == super::NOT_IMPORTED {
                return conflict("the decision that it undoes was not imported with it");
            }
            let known = "SELECT 1 FROM log WHERE number = ?1 AND number < ?2";
            if !db.prepare_cached(known)?.exists([*number, record.number])? {
                return conflict(format!(
                    "no earlier decision {number} (`chancery curate ARCHIVE log` lists them)"
                ));
            }
        }
    }
    Ok(())
}

fn make(archive: &Archive, id: &str, name: &str, class: Label) -> Result<(), Miss> {
    let link = NewLink {
        id: id.to_owned(),
        class,
        name: name.to_owned(),
        score: 1.0,
        reason: String::new(),
    };
    put_entity(archive, &link, true)?;
    Ok(())
}

fn id(archive: &Archive, number: i64) -> Result<String, Miss> {
    Ok(archive.known(number)?.id)
}

/// Returns the entity that a log entry refers to: by its id, or else by the
/// mention recorded with it.
fn entity(archive: &Archive, of: &EntityRef) -> Result<i64, Miss> {
    if let Some(number) = effective::number(&archive.db, &of.id)? {
        return Ok(effective::root(&archive.db, number)?.0);
    }
    let Some(at) = &of.at else {
        return conflict(format!("entity {} does not exist", of.id));
    };
    let Found { id, linked, span } = place(archive, at)?;
    let names = effective::names(&archive.db, &id, linked)?;
    let name = names.iter().find(|name| name.mention.span == span);
    match name.and_then(|name| name.entity) {
        Some(entity) => Ok(entity),
        None => conflict(format!("entity {} does not exist, nor a mention at its span", of.id)),
    }
}

fn number(archive: &Archive, id: &[u8; 32]) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT number FROM documents WHERE id = ?1";
    let mut statement = archive.db.prepare_cached(sql)?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}

fn document_id(hex: &str) -> Result<DocumentId, Miss> {
    hex.parse().or_else(|()| conflict(format!("{hex} is not a document id")))
}

/// Target of a log entry: a span of a document, and the engine's mentions in
/// that document.
struct Found {
    id: DocumentId,
    linked: Vec<Linked>,
    span: TextSpan,
}

fn place(archive: &Archive, at: &Place) -> Result<Found, Miss> {
    let id = document_id(&at.document)?;
    let Some(number) = number(archive, &id.0)? else {
        return conflict(format!("document {:.12} is not in the archive", at.document));
    };
    let (document, linked) = archive.machine(number)?;
    let text = document.text.as_str();
    match at_code_points(text, at.start, at.end) {
        Some(span) if text[span.range()] == at.text => Ok(Found { id, linked, span }),
        _ => conflict(format!("{:?} is not at this span", at.text)),
    }
}

/// Changes the decision about a span. With `must`, the span has to be that of a
/// mention.
fn edit(
    archive: &Archive,
    at: &Place,
    must: bool,
    change: impl FnOnce(&mut Edit),
) -> Result<(), Miss> {
    let Found { id, linked, span } = place(archive, at)?;
    let mut edits = effective::edits(&archive.db, &id)?;
    let known = linked.iter().any(|linked| linked.mention.span == span);
    let added = edits.get(&span).is_some_and(|edit| edit.added);
    if must && !known && !added {
        return conflict(format!("{:?} is no longer a mention at this span", at.text));
    }
    let mut edit = edits.remove(&span).unwrap_or_default();
    change(&mut edit);
    let json = serde_json::to_string(&edit).expect("plain data");
    archive.db.execute(
        "INSERT INTO edits VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET edit = excluded.edit",
        params![id.0, span.start, span.end, json],
    )?;
    Ok(())
}

fn remark(
    archive: &Archive,
    record: i64,
    on: &Subject,
    kind: RemarkKind,
    words: &str,
) -> Result<(), Miss> {
    let (document, of) = match on {
        Subject::Document(hex) => {
            let id = document_id(hex)?;
            if number(archive, &id.0)?.is_none() {
                return conflict(format!("document {hex:.12} is not in the archive"));
            }
            (Some(id.0), None)
        }
        Subject::Entity(of) => (None, Some(id(archive, entity(archive, of)?)?)),
    };
    put_remark(archive, record, document, of.as_deref(), kind, words)
}

fn put_remark(
    archive: &Archive,
    record: i64,
    document: Option<[u8; 32]>,
    entity: Option<&str>,
    kind: RemarkKind,
    words: &str,
) -> Result<(), Miss> {
    let sql = "INSERT INTO remarks VALUES (?1, ?2, ?3, ?4, ?5)";
    archive.db.execute(sql, params![record, document, entity, kind.as_str(), words])?;
    Ok(())
}
