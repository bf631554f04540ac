//! Rows of entities: their names and the documents that mention them.

use std::collections::HashSet;

use rusqlite::params;

use chancery_model::DocumentId;

use crate::analyzer;
use crate::archive::Archive;
use crate::codec::{self, StoredMention};
use crate::error::StoreError;
use crate::ingested_file::EntityLink;
use crate::overlay;

/// Returns the number of an entity, and inserts the entity if it is new.
///
/// Among the spellings that engines give, the greatest string is kept (lower
/// case sorts after capitals), so that the result does not depend on the order
/// of files.
pub(crate) fn upsert_entity(
    archive: &Archive,
    link: &EntityLink,
    by_person: bool,
) -> Result<i64, StoreError> {
    let db = &archive.db;
    if let Some(number) = overlay::find_entity_number(db, &link.id)? {
        let sql = "UPDATE entities SET name = ?2 WHERE number = ?1 AND by_person = 0 AND name < ?2";
        if !by_person && db.prepare_cached(sql)?.execute(params![number, link.name])? > 0 {
            index_entity_name(archive, number, &link.name)?;
        }
        return Ok(number);
    }
    let sql = "INSERT INTO entities (id, class, name, by_person) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET class = excluded.class, name = excluded.name,
             by_person = excluded.by_person RETURNING number";
    let row = params![link.id, link.label.as_str(), link.name, by_person];
    let number = db.prepare_cached(sql)?.query_row(row, |row| row.get(0))?;
    index_entity_name(archive, number, &link.name)?;
    Ok(number)
}

/// Indexes an entity under the words of a name.
pub(crate) fn index_entity_name(
    archive: &Archive,
    entity: i64,
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
    entity: i64,
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

/// Recounts the entities that a document mentions.
pub(crate) fn count_appearances(
    archive: &Archive,
    number: i64,
    id: &DocumentId,
    linked: Vec<StoredMention>,
) -> Result<(), StoreError> {
    let db = &archive.db;
    let mut counts: Vec<(i64, i64)> = Vec::new();
    let mut entities: Vec<i64> = overlay::curated_mentions(db, id, linked)?
        .iter()
        .filter_map(|mention| mention.entity)
        .collect();
    entities.sort_unstable();
    for entity in entities {
        match counts.last_mut() {
            Some((last, count)) if *last == entity => *count += 1,
            _ => counts.push((entity, 1)),
        }
    }
    let sql = "SELECT counted FROM annotations WHERE document = ?1";
    let before: Vec<u8> = db.prepare_cached(sql)?.query_row([number], |row| row.get(0))?;
    let mut gone =
        db.prepare_cached("DELETE FROM appearances WHERE entity = ?1 AND document = ?2")?;
    for entity in codec::decode_numbers(&before) {
        gone.execute([entity, number])?;
    }
    let counted = codec::encode_numbers(counts.iter().map(|&(entity, _)| entity));
    db.prepare_cached("UPDATE annotations SET counted = ?1 WHERE document = ?2")?
        .execute(params![counted, number])?;
    let mut put = db.prepare_cached("INSERT INTO appearances VALUES (?1, ?2, ?3)")?;
    for (entity, count) in counts {
        put.execute([entity, number, count])?;
    }
    Ok(())
}
