//! Rows of entities: their names and the documents that mention them.

use std::collections::HashSet;

use rusqlite::params;

use chancery_model::DocumentId;

use crate::archive::Archive;
use crate::arrived::NewLink;
use crate::effective;
use crate::error::StoreError;
use crate::fold;
use crate::pack::{self, Linked};

/// Returns the number of an entity, and inserts the entity if it is new.
///
/// Among the spellings that engines give, the greatest string is kept (lower
/// case sorts after capitals), so that the result does not depend on the order
/// of files.
pub(crate) fn put_entity(
    archive: &Archive,
    link: &NewLink,
    by_person: bool,
) -> Result<i64, StoreError> {
    let db = &archive.db;
    if let Some(number) = effective::number(db, &link.id)? {
        let sql = "UPDATE entities SET name = ?2 WHERE number = ?1 AND by_person = 0 AND name < ?2";
        if !by_person && db.prepare_cached(sql)?.execute(params![number, link.name])? > 0 {
            put_name(archive, number, &link.name)?;
        }
        return Ok(number);
    }
    let sql = "INSERT INTO entities (id, class, name, by_person) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET class = excluded.class, name = excluded.name,
             by_person = excluded.by_person RETURNING number";
    let row = params![link.id, link.class.as_str(), link.name, by_person];
    let number = db.prepare_cached(sql)?.query_row(row, |row| row.get(0))?;
    put_name(archive, number, &link.name)?;
    Ok(number)
}

/// Indexes an entity under the words of a name.
pub(crate) fn put_name(archive: &Archive, entity: i64, name: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO name_words VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    let mut put = archive.db.prepare_cached(sql)?;
    for word in fold::words(name) {
        put.execute(params![word.form, entity])?;
    }
    Ok(())
}

/// Removes the words of a name from an entity's index, except those of `own`.
pub(crate) fn take_name(
    archive: &Archive,
    entity: i64,
    name: &str,
    own: &str,
) -> Result<(), StoreError> {
    let kept: HashSet<String> = fold::words(own).into_iter().map(|word| word.form).collect();
    let sql = "DELETE FROM name_words WHERE word = ?1 AND entity = ?2";
    let mut take = archive.db.prepare_cached(sql)?;
    for word in fold::words(name).into_iter().filter(|word| !kept.contains(&word.form)) {
        take.execute(params![word.form, entity])?;
    }
    Ok(())
}

/// Recounts the entities that a document mentions.
pub(crate) fn count_appearances(
    archive: &Archive,
    number: i64,
    id: &DocumentId,
    linked: Vec<Linked>,
) -> Result<(), StoreError> {
    let db = &archive.db;
    let mut counts: Vec<(i64, i64)> = Vec::new();
    let mut entities: Vec<i64> =
        effective::names(db, id, linked)?.iter().filter_map(|name| name.entity).collect();
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
    for entity in pack::numbers(&before) {
        gone.execute([entity, number])?;
    }
    let counted = pack::pack_numbers(counts.iter().map(|&(entity, _)| entity));
    db.prepare_cached("UPDATE annotations SET counted = ?1 WHERE document = ?2")?
        .execute(params![counted, number])?;
    let mut put = db.prepare_cached("INSERT INTO appearances VALUES (?1, ?2, ?3)")?;
    for (entity, count) in counts {
        put.execute([entity, number, count])?;
    }
    Ok(())
}
