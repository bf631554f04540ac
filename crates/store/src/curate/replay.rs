//! The curated state: a new entry applied by itself, or a replay of the log.
//!
//! Both mark the documents that they changed for reindexing. A replay finds
//! them as the difference between two whole states; a new entry lists them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chancery_model::TextSpan;
use rusqlite::{OptionalExtension, params};

use super::apply::{ApplyError, EntryApplier, document_number};
use super::{CurationAction, LogEntry, undone_entries};
use crate::archive::Archive;
use crate::entities::{count_appearances, unindex_entity_name};
use crate::error::StoreError;
use crate::ingested_file::DocumentColumns;
use crate::merges::{flatten_all_merges, flatten_merges_into, root_of};
use crate::numbers::{BatchNumber, DocumentNumber, EntityNumber};
use crate::overlay;
use crate::replacing::update_columns;

/// The part of the curated state that is visible in documents.
#[derive(Default)]
struct CuratedState {
    edits: BTreeMap<([u8; 32], TextSpan), String>,
    /// Label set by a user and merge target, of the entities that have either.
    entities: BTreeMap<EntityNumber, (Option<String>, Option<EntityNumber>)>,
    remarks: BTreeSet<RemarkRow>,
    /// Document, keyword and note of highlights.
    highlights: BTreeSet<([u8; 32], Option<String>, String)>,
    /// Documents that users removed.
    removed: BTreeSet<DocumentNumber>,
}

/// Document, entity, kind and text.
type RemarkRow = (Option<[u8; 32]>, Option<String>, String, String);

/// Applies a new entry of the log to the current state, and marks changed
/// documents for reindexing. Only an undo replays the log, because any later
/// entry may depend on the one that it undoes.
///
/// # Errors
/// If the entry cannot be applied. The caller rolls back.
pub(super) fn apply_new_entry(
    archive: &Archive,
    batch: BatchNumber,
    entry: &LogEntry,
) -> Result<(), StoreError> {
    if let CurationAction::Undo { .. } = entry.action {
        replay_log(archive, batch)?;
        let sql = "SELECT reason FROM conflicts WHERE decision = ?1";
        let mut statement = archive.db.prepare_cached(sql)?;
        let reason = statement.query_row([entry.number], |row| row.get(0)).optional()?;
        return reason.map_or(Ok(()), |reason| Err(StoreError::InvalidRequest(reason)));
    }
    let mut applier = EntryApplier::new(archive);
    applier.apply_entry(entry).map_err(|error| match error {
        ApplyError::Conflict(reason) => StoreError::InvalidRequest(reason),
        ApplyError::Store(error) => error,
    })?;
    let changes = applier.changes;
    let mut documents = changes.documents;
    for &entity in &changes.entities {
        documents.extend(documents_of_entity(archive, entity)?);
        if let CurationAction::Merge { .. } = entry.action {
            flatten_merges_into(&archive.db, entity)?;
        }
    }
    mark_documents(archive, batch, &documents)
}

/// Replays the log, and marks changed documents for reindexing.
pub(super) fn replay_log(archive: &Archive, batch: BatchNumber) -> Result<(), StoreError> {
    let before = load_state(archive)?;
    reset_state(archive)?;
    let log = archive.decisions().log()?;
    let undone = undone_entries(&log);
    let mut applier = EntryApplier::new(archive);
    for entry in log.iter().filter(|entry| !undone.contains(&entry.number)) {
        match applier.apply_entry(entry) {
            Ok(()) => {}
            Err(ApplyError::Conflict(reason)) => {
                let sql = "INSERT INTO conflicts VALUES (?1, ?2)";
                archive.db.prepare_cached(sql)?.execute(params![entry.number, reason])?;
            }
            Err(ApplyError::Store(error)) => return Err(error),
        }
    }
    flatten_all_merges(&archive.db)?;
    let changed = changed_documents(archive, &before, &load_state(archive)?)?;
    mark_documents(archive, batch, &changed)
}

/// Counts the entities of changed documents again, stores the columns that their headers
/// give, and marks them for reindexing.
fn mark_documents(
    archive: &Archive,
    batch: BatchNumber,
    documents: &BTreeSet<DocumentNumber>,
) -> Result<(), StoreError> {
    for &number in documents {
        let (document, linked) = archive.documents().engine_annotation(number)?;
        count_appearances(archive, number, &document.id, linked)?;
        update_columns(archive, number, &DocumentColumns::new(&document), batch)?;
    }
    Ok(())
}

/// Removes the effect of all decisions. Entities that users created stay as
/// rows, so that they keep their numbers.
fn reset_state(archive: &Archive) -> Result<(), StoreError> {
    remove_user_names(archive)?;
    Ok(archive.db.execute_batch(
        "DELETE FROM mention_edits; DELETE FROM remarks; DELETE FROM highlights;
         DELETE FROM conflicts;
         DELETE FROM decided_names; DELETE FROM refused_names;
         UPDATE stored_documents SET removed = NULL WHERE removed IS NOT NULL;
         UPDATE entities SET origin = 'undone' WHERE origin = 'user';
         UPDATE entities SET user_label = NULL, user_name = NULL, merged_into = NULL
         WHERE user_label IS NOT NULL OR user_name IS NOT NULL OR merged_into IS NOT NULL;",
    )?)
}

/// Removes the names that users gave from the name index.
fn remove_user_names(archive: &Archive) -> Result<(), StoreError> {
    let sql = "SELECT number, origin = 'user', name, user_name FROM entities
         WHERE origin = 'user' OR user_name IS NOT NULL";
    let mut statement = archive.db.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (entity, by_user): (EntityNumber, bool) = (row.get(0)?, row.get(1)?);
        let (name, user_name): (String, Option<String>) = (row.get(2)?, row.get(3)?);
        let engine_name = if by_user { "" } else { &name };
        for user_name in user_name.iter().chain(by_user.then_some(&name)) {
            unindex_entity_name(archive, entity, user_name, engine_name)?;
        }
    }
    Ok(())
}

fn load_state(archive: &Archive) -> Result<CuratedState, StoreError> {
    let db = &archive.db;
    let mut state = CuratedState::default();
    let mut statement =
        db.prepare_cached("SELECT document, start, \"end\", edit FROM mention_edits")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let span = TextSpan::new(row.get(1)?, row.get(2)?);
        state.edits.insert((row.get(0)?, span), row.get(3)?);
    }
    let sql = "SELECT number, user_label, merged_into FROM entities
         WHERE user_label IS NOT NULL OR merged_into IS NOT NULL";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        state.entities.insert(row.get(0)?, (row.get(1)?, row.get(2)?));
    }
    // Documents do not show that two entities are different.
    let sql = "SELECT document, entity, kind, text FROM remarks WHERE kind <> 'apart'";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        state.remarks.insert((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
    }
    let mut statement = db.prepare_cached("SELECT document, keyword, note FROM highlights")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        state.highlights.insert((row.get(0)?, row.get(1)?, row.get(2)?));
    }
    let sql = "SELECT number FROM stored_documents WHERE removed IS NOT NULL";
    state.removed.extend(archive.query_numbers::<DocumentNumber>(sql, [])?);
    Ok(state)
}

/// Returns the documents whose two states differ.
fn changed_documents(
    archive: &Archive,
    before: &CuratedState,
    after: &CuratedState,
) -> Result<BTreeSet<DocumentNumber>, StoreError> {
    let mut ids = BTreeSet::new();
    let mut entities = BTreeSet::new();
    let spans = before.edits.keys().chain(after.edits.keys());
    ids.extend(spans.filter(|at| before.edits.get(at) != after.edits.get(at)).map(|at| at.0));
    // Appearances are still counted as they were before.
    let absorber = |(&entity, (_, absorber)): (&EntityNumber, &(_, Option<EntityNumber>))| {
        Some((entity, (*absorber)?))
    };
    let mut absorbers: HashMap<EntityNumber, EntityNumber> =
        before.entities.iter().filter_map(absorber).collect();
    for &entity in before.entities.keys().chain(after.entities.keys()) {
        if before.entities.get(&entity) != after.entities.get(&entity) {
            entities.insert(root_of(&mut absorbers, entity));
        }
    }
    ids.extend(before.highlights.symmetric_difference(&after.highlights).map(|one| one.0));
    for (document, entity, ..) in before.remarks.symmetric_difference(&after.remarks) {
        ids.extend(document);
        if let Some(number) = entity.as_ref().map(|id| overlay::find_entity_number(&archive.db, id))
        {
            entities.extend(number?);
        }
    }
    let mut documents: BTreeSet<DocumentNumber> =
        before.removed.symmetric_difference(&after.removed).copied().collect();
    for id in ids {
        documents.extend(document_number(archive, &id)?);
    }
    for entity in entities {
        documents.extend(documents_of_entity(archive, entity)?);
    }
    Ok(documents)
}

/// Returns the documents in which an entity was last counted.
fn documents_of_entity(
    archive: &Archive,
    entity: EntityNumber,
) -> Result<Vec<DocumentNumber>, StoreError> {
    archive.query_numbers("SELECT document FROM appearances WHERE entity = ?1", [entity])
}
