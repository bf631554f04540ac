//! Rows of entities: their names and the documents that mention them.

use std::collections::HashSet;

use rusqlite::params;

use chancery_model::{DocumentId, Label};

use crate::analyzer;
use crate::archive::Archive;
use crate::codec;
use crate::error::StoreError;
use crate::numbers::{DocumentNumber, EntityNumber};
use crate::overlay;
use crate::stored_mention::StoredMention;
use crate::surname_ids::mark_surname;

/// An entity to be stored.
#[derive(Clone, Copy)]
pub(crate) struct NewEntity<'a> {
    pub(crate) id: &'a str,
    pub(crate) label: Label,
    pub(crate) name: &'a str,
    pub(crate) origin: EntityOrigin,
}

/// What created an entity.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntityOrigin {
    /// The engine.
    Engine,
    /// A decision.
    User,
}

impl EntityOrigin {
    /// The value of column `origin`. It has a third value, `undone`, for entities
    /// whose creation was undone.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::User => "user",
        }
    }
}

/// Returns the number of an entity, and inserts the entity if it is new.
///
/// Among the spellings that engines give, the greatest string is kept (lower
/// case sorts after capitals), so that the result does not depend on the order
/// of files.
pub(crate) fn upsert_entity(
    archive: &Archive,
    entity: &NewEntity<'_>,
) -> Result<EntityNumber, StoreError> {
    let db = &archive.db;
    let NewEntity { id, label, name, origin } = *entity;
    if let Some(number) = overlay::find_own_entity_number(db, id)? {
        let sql =
            "UPDATE entities SET name = ?2 WHERE number = ?1 AND origin = 'engine' AND name < ?2";
        let by_engine = origin == EntityOrigin::Engine;
        if by_engine && db.prepare_cached(sql)?.execute(params![number, name])? > 0 {
            index_entity_name(archive, number, name)?;
        }
        return Ok(number);
    }
    let sql = "INSERT INTO entities (id, label, name, origin) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET label = excluded.label, name = excluded.name,
             origin = excluded.origin RETURNING number";
    let row = params![id, label.as_str(), name, origin.as_str()];
    let number = db.prepare_cached(sql)?.query_row(row, |row| row.get(0))?;
    index_entity_name(archive, number, name)?;
    Ok(number)
}

/// Indexes an entity under the words of a name.
pub(crate) fn index_entity_name(
    archive: &Archive,
    entity: EntityNumber,
    name: &str,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO name_words VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    let mut put = archive.db.prepare_cached(sql)?;
    for word in analyzer::split_words(name) {
        put.execute(params![word.form, entity])?;
    }
    Ok(())
}

/// Removes the words of a name from an entity's index, except those of `own`.
pub(crate) fn unindex_entity_name(
    archive: &Archive,
    entity: EntityNumber,
    name: &str,
    own: &str,
) -> Result<(), StoreError> {
    let kept: HashSet<String> =
        analyzer::split_words(own).into_iter().map(|word| word.form).collect();
    let sql = "DELETE FROM name_words WHERE word = ?1 AND entity = ?2";
    let mut take = archive.db.prepare_cached(sql)?;
    for word in analyzer::split_words(name).into_iter().filter(|word| !kept.contains(&word.form)) {
        take.execute(params![word.form, entity])?;
    }
    Ok(())
}

/// Recounts the entities that a document mentions; none if it is removed.
pub(crate) fn count_appearances(
    archive: &Archive,
    number: DocumentNumber,
    id: &DocumentId,
    linked: Vec<StoredMention>,
) -> Result<(), StoreError> {
    let db = &archive.db;
    let mut counts: Vec<(EntityNumber, i64)> = Vec::new();
    let mentions = match archive.documents().is_removed(number)? {
        true => Vec::new(),
        false => overlay::curated_mentions(db, id, linked)?,
    };
    let mut entities: Vec<EntityNumber> =
        mentions.iter().filter_map(StoredMention::entity).collect();
    entities.sort_unstable();
    for entity in entities {
        match counts.last_mut() {
            Some((last, count)) if *last == entity => *count += 1,
            _ => counts.push((entity, 1)),
        }
    }
    let sql = "SELECT entities FROM annotations WHERE document = ?1";
    let before: Vec<u8> = db.prepare_cached(sql)?.query_row([number], |row| row.get(0))?;
    let mut gone =
        db.prepare_cached("DELETE FROM appearances WHERE entity = ?1 AND document = ?2")?;
    let before: HashSet<EntityNumber> = codec::decode_entities(&before).into_iter().collect();
    for entity in &before {
        gone.execute(params![entity, number])?;
    }
    let counted = codec::encode_entities(counts.iter().map(|&(entity, _)| entity));
    let after: HashSet<EntityNumber> = counts.iter().map(|&(entity, _)| entity).collect();
    db.prepare_cached("UPDATE annotations SET entities = ?1 WHERE document = ?2")?
        .execute(params![counted, number])?;
    let mut put = db.prepare_cached("INSERT INTO appearances VALUES (?1, ?2, ?3)")?;
    for (entity, count) in counts {
        put.execute(params![entity, number, count])?;
    }
    before.symmetric_difference(&after).try_for_each(|entity| mark_surname(archive, *entity))
}
