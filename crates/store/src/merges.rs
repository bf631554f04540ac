//! Merges of entities: every merged entity points to the one that remains.
//!
//! A merge refers to the entities as they were at its time, so merges form
//! chains: a into b, then b into c. The log keeps the chain. The table stores
//! its result, so that a lookup takes one step: a and b both point to c.
//! While the log is replayed, chains are shortened as they are followed and
//! flattened at the end, so that a chain costs in proportion to its length.

use std::collections::{HashMap, HashSet};

use chancery_model::Label;
use rusqlite::{Connection, OptionalExtension};

use crate::codec::label_from_name;
use crate::error::StoreError;
use crate::numbers::EntityNumber;

/// A function that returns the entity into which an entity was merged, and its
/// label from a user.
pub(crate) type MergeResolver =
    dyn Fn(&Connection, EntityNumber) -> Result<(EntityNumber, Option<Label>), StoreError>;

/// Returns the entity into which `entity` was merged (itself if it was not),
/// and the label that a user gave to it.
pub(crate) fn resolve_merges(
    db: &Connection,
    entity: EntityNumber,
) -> Result<(EntityNumber, Option<Label>), StoreError> {
    let (root, label, _) = follow_merges(db, entity)?;
    Ok((root, label))
}

/// Same as [`resolve_merges`], and lets every entity on the way point to the
/// last.
pub(crate) fn compress_merges(
    db: &Connection,
    entity: EntityNumber,
) -> Result<(EntityNumber, Option<Label>), StoreError> {
    let (root, label, passed) = follow_merges(db, entity)?;
    if passed.len() > 1 {
        let sql = "UPDATE entities SET merged_into = ?1 WHERE number = ?2 AND number <> ?1";
        let mut point = db.prepare_cached(sql)?;
        for member in passed.into_iter().chain([entity]) {
            point.execute([root, member])?;
        }
    }
    Ok((root, label))
}

/// Returns the last entity of a chain of merges, its label from a user, and the
/// entities after `entity`.
fn follow_merges(
    db: &Connection,
    entity: EntityNumber,
) -> Result<(EntityNumber, Option<Label>, HashSet<EntityNumber>), StoreError> {
    let sql = "SELECT merged_into, user_label FROM entities WHERE number = ?1";
    let mut statement = db.prepare_cached(sql)?;
    let (mut root, mut passed) = (entity, HashSet::new());
    loop {
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, Option<String>>(1)?));
        let row = statement.query_row([root], row).optional()?;
        let (absorbed, label): (Option<EntityNumber>, _) =
            row.ok_or_else(|| StoreError::Damaged(format!("entity {root} does not exist")))?;
        match absorbed {
            // A merge that would close a cycle is refused, so this is damage.
            Some(other) if !passed.insert(other) => {
                return Err(StoreError::Damaged(format!("merges of entity {entity} form a cycle")));
            }
            Some(other) => root = other,
            None => return Ok((root, label.as_deref().map(label_from_name), passed)),
        }
    }
}

/// Lets all entities that were merged into `merged` before it was itself merged
/// point to the entity that remains.
pub(crate) fn flatten_merges_into(db: &Connection, merged: EntityNumber) -> Result<(), StoreError> {
    let (root, _) = resolve_merges(db, merged)?;
    // Named, because statistics from a smaller archive suggest to read all rows.
    let sql = "SELECT number FROM entities INDEXED BY entities_by_merged_into
         WHERE merged_into = ?1";
    let mut members_of = db.prepare_cached(sql)?;
    let mut point = db.prepare_cached("UPDATE entities SET merged_into = ?1 WHERE number = ?2")?;
    let (mut absorbers, mut moved) = (vec![merged], HashSet::from([merged]));
    while let Some(absorber) = absorbers.pop() {
        let rows = members_of.query_map([absorber], |row| row.get(0))?;
        for member in rows.collect::<Result<Vec<EntityNumber>, _>>()? {
            point.execute([root, member])?;
            if moved.insert(member) {
                absorbers.push(member);
            }
        }
    }
    Ok(())
}

/// Lets every merged entity point to the entity that remains.
pub(crate) fn flatten_all_merges(db: &Connection) -> Result<(), StoreError> {
    let sql = "SELECT number, merged_into FROM entities WHERE merged_into IS NOT NULL";
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let stored: HashMap<EntityNumber, EntityNumber> = rows.collect::<Result<_, _>>()?;
    let mut roots = stored.clone();
    let sql = "UPDATE entities SET merged_into = ?1 WHERE number = ?2";
    let mut point = db.prepare_cached(sql)?;
    for (&member, &absorber) in &stored {
        let root = root_of(&mut roots, member);
        if root != absorber {
            point.execute([root, member])?;
        }
    }
    Ok(())
}

/// Returns the end of a chain, and shortens the chain. A cycle is cut.
pub(crate) fn root_of(
    absorbers: &mut HashMap<EntityNumber, EntityNumber>,
    entity: EntityNumber,
) -> EntityNumber {
    let mut chain = Vec::new();
    let mut root = entity;
    while let Some(absorber) = absorbers.remove(&root) {
        chain.push(root);
        root = absorber;
    }
    for member in chain.into_iter().filter(|member| *member != root) {
        absorbers.insert(member, root);
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_are_shortened_and_cycles_end() {
        let mut absorbers: HashMap<EntityNumber, EntityNumber> =
            (0..100_000).map(|n| (EntityNumber(n), EntityNumber(n + 1))).collect();
        assert_eq!(root_of(&mut absorbers, EntityNumber(0)), EntityNumber(100_000));
        assert!(absorbers.values().all(|root| root.0 == 100_000));
        assert_eq!(root_of(&mut absorbers, EntityNumber(5)), EntityNumber(100_000));
        assert_eq!(absorbers.len(), 100_000);
        let pairs = [(1, 2), (2, 1), (3, 1)].map(|(a, b)| (EntityNumber(a), EntityNumber(b)));
        let mut cycle = HashMap::from(pairs);
        let root = root_of(&mut cycle, EntityNumber(3));
        assert_eq!(root_of(&mut cycle, EntityNumber(3)), root);
    }
}
