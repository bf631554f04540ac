//! Replay: computes the curated state from the log.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chancery_model::{DocumentId, Label, TextSpan, span_of_code_points};
use rusqlite::{OptionalExtension, params};

use super::{CurationAction, DocumentSpan, EntityReference, LogEntry, RemarkTarget};
use crate::archive::Archive;
use crate::codec::StoredMention;
use crate::entities::{count_appearances, index_entity_name, unindex_entity_name, upsert_entity};
use crate::error::StoreError;
use crate::ingested_file::EntityLink;
use crate::overlay::{self, MentionEdit};
use crate::queries::RemarkKind;

/// The part of the curated state that is visible in documents.
#[derive(Default)]
struct CuratedState {
    edits: BTreeMap<([u8; 32], TextSpan), String>,
    /// Label set by a user and merge target, of the entities that have either.
    entities: BTreeMap<i64, (Option<String>, Option<i64>)>,
    remarks: BTreeSet<RemarkRow>,
}

impl CuratedState {
    /// Returns the entity under which the appearances of `entity` are counted.
    fn merge_root(&self, entity: i64) -> i64 {
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
type RemarkRow = (Option<[u8; 32]>, Option<String>, String, String);

/// Why a log entry was not applied: a conflict, or a failure of the store.
enum ReplayError {
    Conflict(String),
    Store(StoreError),
}

impl From<StoreError> for ReplayError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<rusqlite::Error> for ReplayError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

fn conflict_error<T>(reason: impl Into<String>) -> Result<T, ReplayError> {
    Err(ReplayError::Conflict(reason.into()))
}

/// Returns the numbers of the log entries that later entries undo.
pub fn undone_entries(log: &[LogEntry]) -> HashSet<i64> {
    let mut undone = HashSet::new();
    // Newest first: an "undo" that was itself undone has no effect.
    for entry in log.iter().rev() {
        if let CurationAction::Undo { decision: number } = entry.action
            && number < entry.number
            && !undone.contains(&entry.number)
        {
            undone.insert(number);
        }
    }
    undone
}

/// Replays the log, and marks changed documents for reindexing.
pub(super) fn replay_log(archive: &Archive, batch: i64) -> Result<(), StoreError> {
    let before = load_state(archive)?;
    remove_user_names(archive)?;
    archive.db.execute_batch(
        "DELETE FROM edits; DELETE FROM remarks; DELETE FROM conflicts;
         UPDATE entities SET by_person = 2 WHERE by_person = 1;
         UPDATE entities SET given_class = NULL, given_name = NULL, absorbed_by = NULL
         WHERE given_class IS NOT NULL OR given_name IS NOT NULL OR absorbed_by IS NOT NULL;",
    )?;
    let log = archive.decision_log()?;
    let undone = undone_entries(&log);
    for entry in log.iter().filter(|entry| !undone.contains(&entry.number)) {
        match apply_entry(archive, entry) {
            Ok(()) => {}
            Err(ReplayError::Conflict(reason)) => {
                let sql = "INSERT INTO conflicts VALUES (?1, ?2)";
                archive.db.execute(sql, params![entry.number, reason])?;
            }
            Err(ReplayError::Store(error)) => return Err(error),
        }
    }
    for number in changed_documents(archive, &before, &load_state(archive)?)? {
        let (document, linked) = archive.engine_annotation(number)?;
        count_appearances(archive, number, &document.id, linked)?;
        let sql = "UPDATE documents SET batch = ?1 WHERE number = ?2";
        archive.db.prepare_cached(sql)?.execute([batch, number])?;
    }
    Ok(())
}

/// Removes the names that users gave from the name index.
fn remove_user_names(archive: &Archive) -> Result<(), StoreError> {
    let sql = "SELECT number, name, given_name FROM entities WHERE given_name IS NOT NULL";
    let mut statement = archive.db.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (entity, engine_name, user_name): (i64, String, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        unindex_entity_name(archive, entity, &user_name, &engine_name)?;
    }
    Ok(())
}

fn load_state(archive: &Archive) -> Result<CuratedState, StoreError> {
    let db = &archive.db;
    let mut state = CuratedState::default();
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
fn changed_documents(
    archive: &Archive,
    before: &CuratedState,
    after: &CuratedState,
) -> Result<BTreeSet<i64>, StoreError> {
    let mut ids = BTreeSet::new();
    let mut entities = BTreeSet::new();
    let spans = before.edits.keys().chain(after.edits.keys());
    ids.extend(spans.filter(|at| before.edits.get(at) != after.edits.get(at)).map(|at| at.0));
    for entity in before.entities.keys().chain(after.entities.keys()) {
        if before.entities.get(entity) != after.entities.get(entity) {
            entities.insert(before.merge_root(*entity));
        }
    }
    for (document, entity, ..) in before.remarks.symmetric_difference(&after.remarks) {
        ids.extend(document);
        if let Some(number) = entity.as_ref().map(|id| overlay::find_entity_number(&archive.db, id))
        {
            entities.extend(number?);
        }
    }
    let mut documents = BTreeSet::new();
    for id in ids {
        documents.extend(document_number(archive, &id)?);
    }
    for entity in entities {
        let sql = "SELECT document FROM appearances WHERE entity = ?1";
        documents.extend(archive.query_numbers(sql, [entity])?);
    }
    Ok(documents)
}

fn apply_entry(archive: &Archive, entry: &LogEntry) -> Result<(), ReplayError> {
    let db = &archive.db;
    match &entry.action {
        CurationAction::Merge { from, into } => {
            let (from, into) = (resolve_entity(archive, from)?, resolve_entity(archive, into)?);
            if from == into {
                return conflict_error("both are already the same entity");
            }
            db.execute("UPDATE entities SET absorbed_by = ?1 WHERE number = ?2", [into, from])?;
        }
        CurationAction::Split { entity: old, mentions, id, name } => {
            let old = resolve_entity(archive, old)?;
            create_entity(archive, id, name, archive.stored_entity(old)?.label)?;
            let mut missing = None;
            for mention in mentions {
                match edit_mention(archive, mention, true, |edit| edit.entity = Some(id.clone())) {
                    Err(ReplayError::Conflict(reason)) => missing = Some(reason),
                    done => done?,
                }
            }
            if let Some(reason) = missing {
                return conflict_error(reason);
            }
        }
        CurationAction::Apart { entity: one, from } => {
            let (one, other) = (resolve_entity(archive, one)?, resolve_entity(archive, from)?);
            if one == other {
                return conflict_error("both are already the same entity");
            }
            let (one, other) = (entity_id(archive, one)?, entity_id(archive, other)?);
            insert_remark(archive, entry.number, None, Some(&one), RemarkKind::Apart, &other)?;
        }
        CurationAction::Create { id, name, label } => create_entity(archive, id, name, *label)?,
        CurationAction::Rename { entity: of, name } => {
            let number = resolve_entity(archive, of)?;
            db.execute(
                "UPDATE entities SET given_name = ?1 WHERE number = ?2",
                params![name, number],
            )?;
            index_entity_name(archive, number, name)?;
        }
        CurationAction::Retype { entity: of, label } => {
            let number = resolve_entity(archive, of)?;
            let sql = "UPDATE entities SET given_class = ?1 WHERE number = ?2";
            db.execute(sql, params![label.as_str(), number])?;
        }
        CurationAction::Link { mention, entity: to } => {
            let number = resolve_entity(archive, to)?;
            let id = entity_id(archive, number)?;
            edit_mention(archive, mention, true, |edit| edit.entity = Some(id))?;
        }
        CurationAction::Reject { mention } => {
            edit_mention(archive, mention, true, |edit| edit.rejected = true)?;
        }
        CurationAction::Add { mention, label, entity: of } => {
            let of = of.as_ref().map(|of| resolve_entity(archive, of)).transpose()?;
            let of = of.map(|number| entity_id(archive, number)).transpose()?;
            let label: Label = *label;
            edit_mention(archive, mention, false, |edit| {
                *edit =
                    MentionEdit { added: true, rejected: false, label: Some(label), entity: of };
            })?;
        }
        CurationAction::Keyword { on, words } => {
            add_remark(archive, entry.number, on, RemarkKind::Keyword, words)?;
        }
        CurationAction::Note { on, words } => {
            add_remark(archive, entry.number, on, RemarkKind::Note, words)?;
        }
        CurationAction::Undo { decision: number } => {
            if *number == super::NOT_IMPORTED {
                return conflict_error("the decision that it undoes was not imported with it");
            }
            let sql = "SELECT 1 FROM log WHERE number = ?1 AND number < ?2";
            if !db.prepare_cached(sql)?.exists([*number, entry.number])? {
                return conflict_error(format!(
                    "no earlier decision {number}; see the log of decisions"
                ));
            }
        }
    }
    Ok(())
}

fn create_entity(archive: &Archive, id: &str, name: &str, label: Label) -> Result<(), ReplayError> {
    let link = EntityLink {
        id: id.to_owned(),
        label,
        name: name.to_owned(),
        score: 1.0,
        reason: String::new(),
    };
    upsert_entity(archive, &link, true)?;
    Ok(())
}

fn entity_id(archive: &Archive, number: i64) -> Result<String, ReplayError> {
    Ok(archive.stored_entity(number)?.id)
}

/// Returns the entity that a log entry refers to: by its id, or else by the
/// mention recorded with it.
fn resolve_entity(archive: &Archive, of: &EntityReference) -> Result<i64, ReplayError> {
    if let Some(number) = overlay::find_entity_number(&archive.db, &of.id)? {
        return Ok(overlay::resolve_merges(&archive.db, number)?.0);
    }
    let Some(at) = &of.at else {
        return conflict_error(format!("entity {} does not exist", of.id));
    };
    let LocatedSpan { id, linked, span } = locate_span(archive, at)?;
    let mentions = overlay::curated_mentions(&archive.db, &id, linked)?;
    let mention = mentions.iter().find(|mention| mention.mention.span == span);
    match mention.and_then(|mention| mention.entity) {
        Some(entity) => Ok(entity),
        None => {
            conflict_error(format!("entity {} does not exist, nor a mention at its span", of.id))
        }
    }
}

fn document_number(archive: &Archive, id: &[u8; 32]) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT number FROM documents WHERE id = ?1";
    let mut statement = archive.db.prepare_cached(sql)?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}

fn parse_document_id(hex: &str) -> Result<DocumentId, ReplayError> {
    hex.parse().or_else(|()| conflict_error(format!("{hex} is not a document id")))
}

/// Target of a log entry: a span of a document, and the engine's mentions in
/// that document.
struct LocatedSpan {
    id: DocumentId,
    linked: Vec<StoredMention>,
    span: TextSpan,
}

fn locate_span(archive: &Archive, at: &DocumentSpan) -> Result<LocatedSpan, ReplayError> {
    let id = parse_document_id(&at.document)?;
    let Some(number) = document_number(archive, &id.0)? else {
        return conflict_error(format!("document {:.12} is not in the archive", at.document));
    };
    let (document, linked) = archive.engine_annotation(number)?;
    let text = document.text.as_str();
    match span_of_code_points(text, at.start, at.end) {
        Some(span) if text[span.byte_range()] == at.text => Ok(LocatedSpan { id, linked, span }),
        _ => conflict_error(format!("{:?} is not at this span", at.text)),
    }
}

/// Changes the decision about a span. With `must`, the span has to be that of a
/// mention.
fn edit_mention(
    archive: &Archive,
    at: &DocumentSpan,
    must: bool,
    change: impl FnOnce(&mut MentionEdit),
) -> Result<(), ReplayError> {
    let LocatedSpan { id, linked, span } = locate_span(archive, at)?;
    let mut edits = overlay::load_edits(&archive.db, &id)?;
    let is_mention = linked.iter().any(|linked| linked.mention.span == span);
    let added = edits.get(&span).is_some_and(|edit| edit.added);
    if must && !is_mention && !added {
        return conflict_error(format!("{:?} is no longer a mention at this span", at.text));
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

fn add_remark(
    archive: &Archive,
    decision: i64,
    on: &RemarkTarget,
    kind: RemarkKind,
    words: &str,
) -> Result<(), ReplayError> {
    let (document, of) = match on {
        RemarkTarget::Document(hex) => {
            let id = parse_document_id(hex)?;
            if document_number(archive, &id.0)?.is_none() {
                return conflict_error(format!("document {hex:.12} is not in the archive"));
            }
            (Some(id.0), None)
        }
        RemarkTarget::Entity(of) => (None, Some(entity_id(archive, resolve_entity(archive, of)?)?)),
    };
    insert_remark(archive, decision, document, of.as_deref(), kind, words)
}

fn insert_remark(
    archive: &Archive,
    decision: i64,
    document: Option<[u8; 32]>,
    entity: Option<&str>,
    kind: RemarkKind,
    words: &str,
) -> Result<(), ReplayError> {
    let sql = "INSERT INTO remarks VALUES (?1, ?2, ?3, ?4, ?5)";
    archive.db.execute(sql, params![decision, document, entity, kind.as_str(), words])?;
    Ok(())
}
