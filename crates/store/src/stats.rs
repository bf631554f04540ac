//! Statistics of an archive.

use std::collections::{BTreeMap, HashMap, HashSet};

use chancery_model::{Classification, Label};
use rusqlite::{OptionalExtension, params};

use crate::archive::{Archive, classification_of_number};
use crate::codec::label_from_name;
use crate::error::StoreError;
use crate::near_duplicates::NearDuplicateGroups;
use crate::numbers::{DocumentNumber, EntityNumber};
use crate::surname_ids::{MAY_BE_SURNAME, group_id, id_without_document, is_bare_surname};
use crate::views::Entities;

/// Counts of an archive.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArchiveStats {
    /// Number of documents.
    pub documents: i64,
    /// Number of words in them.
    pub words: i64,
    /// Number of files on disk that were read; what is in containers does not count.
    pub files: i64,
    /// Number of documents that are near-duplicates of another.
    pub near_duplicates: i64,
    /// Number of problems.
    pub problems: i64,
    /// Number of statements in them.
    pub statements: i64,
    /// Number of acts and roles in them.
    pub acts: i64,
    /// Documents by year; the year is empty if unknown.
    pub years: Vec<(String, i64)>,
    /// Documents by sending post, the largest first.
    pub posts: Vec<(String, i64)>,
    /// Documents by classification, the lowest first.
    pub classifications: Vec<(String, i64)>,
}

/// An entity in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct EntityFrequency {
    /// Id of the entity.
    pub id: String,
    /// Label of the entity.
    pub label: Label,
    /// Name of the entity.
    pub name: String,
    /// Number of documents that mention it.
    pub documents: i64,
    /// Number of its mentions in them.
    pub mentions: i64,
}

impl Archive {
    /// Computes the statistics of the archive.
    pub fn archive_stats(&self) -> Result<ArchiveStats, StoreError> {
        let pairs = |sql: &str| -> Result<Vec<(String, i64)>, StoreError> {
            let mut statement = self.db.prepare(sql)?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        let sql = "SELECT cast(coalesce(classification, -1) AS TEXT), count(*) FROM documents
             GROUP BY classification";
        let level = |number: &str| number.parse().ok().and_then(classification_of_number);
        let mut classifications: Vec<(Option<Classification>, i64)> =
            pairs(sql)?.into_iter().map(|(number, count)| (level(&number), count)).collect();
        classifications.sort_by_key(|(level, _)| *level);
        Ok(ArchiveStats {
            documents: self.documents().count()?,
            words: self.query_single_number("SELECT coalesce(sum(words), 0) FROM documents")?,
            files: self.query_single_number(
                "SELECT count(DISTINCT path) FROM paths
                     WHERE NOT earlier AND (modified <> 0 OR instr(path, '!/') = 0)",
            )?,
            near_duplicates: self.query_single_number(
                "SELECT count(*) - count(DISTINCT coalesce(duplicate_of, number)) FROM documents",
            )?,
            problems: self.query_single_number("SELECT count(*) FROM problems")?,
            statements: self.query_single_number(
                "SELECT coalesce(sum(statements), 0) FROM annotations
                     JOIN documents ON number = document",
            )?,
            acts: self.query_single_number(
                "SELECT coalesce(sum(acts), 0) FROM annotations
                 JOIN documents ON number = document",
            )?,
            years: pairs(
                "SELECT coalesce(substr(date, 1, 4), '') AS year, count(*) FROM documents
                 GROUP BY year ORDER BY year",
            )?,
            posts: pairs(
                "SELECT coalesce(post, '') AS post, count(*) AS number FROM documents
                 GROUP BY post ORDER BY number DESC, post",
            )?,
            classifications: classifications
                .into_iter()
                .map(|(level, count)| (level.map_or("", Classification::as_str).to_owned(), count))
                .collect(),
        })
    }

    /// Returns the posts whose names begin so, with their numbers of documents, those
    /// with the most first.
    pub fn posts_starting(
        &self,
        name: &str,
        limit: usize,
    ) -> Result<Vec<(String, u64)>, StoreError> {
        let name = name.to_uppercase();
        let sql = "SELECT post, count(*) AS documents FROM documents
             WHERE post >= ?1 AND post < ?2 GROUP BY post ORDER BY documents DESC, post LIMIT ?3";
        let mut statement = self.db.prepare_cached(sql)?;
        let with = params![name, format!("{name}{}", char::MAX), limit as i64];
        let rows =
            statement.query_map(with, |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Entities<'_> {
    /// Returns the entities mentioned in the most documents, optionally only those
    /// of one label. Surnames that nothing decided are grouped.
    pub fn most_frequent(
        self,
        label: Option<Label>,
        limit: usize,
    ) -> Result<Vec<EntityFrequency>, StoreError> {
        let sql = format!(
            "SELECT {MAY_BE_SURNAME}, id, coalesce(user_label, label) AS kind,
                 coalesce(user_name, name), count(*) AS documents, sum(mentions)
             FROM appearances JOIN entities ON entities.number = entity
             WHERE ?1 IS NULL OR kind = ?1
             GROUP BY entity ORDER BY documents DESC, id"
        );
        let mut statement = self.archive.db.prepare_cached(&sql)?;
        let mut rows = statement.query([label.map(Label::as_str)])?;
        let mut list = GroupedList::default();
        while let Some(row) = rows.next()? {
            list.add(row, limit)?;
        }
        let mut entities = list.into_sorted();
        entities.truncate(limit);
        Ok(entities)
    }

    /// Returns the entities that most often occur in the same documents as this
    /// one, optionally only those of one label. With `copies_once`, near-duplicates
    /// count as one document.
    pub fn co_occurring(
        self,
        id: &str,
        label: Option<Label>,
        limit: usize,
        copies_once: bool,
    ) -> Result<Vec<EntityFrequency>, StoreError> {
        let root = self.find(id)?;
        let sql = "SELECT document FROM appearances WHERE entity = ?1";
        let groups = match copies_once {
            true => NearDuplicateGroups::load(&self.archive.db)?,
            false => NearDuplicateGroups::default(),
        };
        let (mut counts, mut seen) = (HashMap::new(), HashSet::new());
        let mut counted = self
            .archive
            .db
            .prepare_cached("SELECT entities FROM annotations WHERE document = ?1")?;
        for document in self.archive.query_numbers::<DocumentNumber>(sql, [root])? {
            let entities: Vec<u8> = counted.query_row([document], |row| row.get(0))?;
            for entity in crate::codec::decode_entities(&entities) {
                if seen.insert((groups.first_of(document), entity)) {
                    *counts.entry(entity).or_insert(0_i64) += 1;
                }
            }
        }
        counts.remove(&root);
        let mut most: Vec<(EntityNumber, i64)> = counts.into_iter().collect();
        most.sort_unstable_by_key(|&(entity, count)| (-count, entity));
        let sql = "SELECT number, id, coalesce(user_label, label) AS kind,
                 coalesce(user_name, name), ?2,
                 (SELECT sum(theirs.mentions) FROM appearances AS own
                  JOIN appearances AS theirs ON theirs.document = own.document
                  WHERE own.entity = ?3 AND theirs.entity = ?1)
             FROM entities WHERE number = ?1 AND (?4 IS NULL OR kind = ?4)";
        let label = label.map(Label::as_str);
        let mut rows = Vec::new();
        for (entity, count) in most {
            if rows.len() == limit {
                break;
            }
            rows.extend(self.query_entity_rows(sql, params![entity, count, root, label])?);
        }
        Ok(rows)
    }

    /// Returns the entities that have all of these words in their names. Surnames that
    /// nothing decided are grouped.
    pub fn named(self, words: &str) -> Result<Vec<EntityFrequency>, StoreError> {
        let sql = format!(
            "SELECT {MAY_BE_SURNAME}, id, coalesce(user_label, label), coalesce(user_name, name),
                 (SELECT count(*) FROM appearances WHERE entity = number),
                 (SELECT coalesce(sum(mentions), 0) FROM appearances WHERE entity = number)
             FROM entities WHERE number = ?1 AND (origin = 'user'
                 OR EXISTS (SELECT 1 FROM appearances WHERE entity = number))"
        );
        let mut statement = self.archive.db.prepare_cached(&sql)?;
        let mut list = GroupedList::default();
        for entity in crate::query::entities_with_name(self.archive, words, None)? {
            statement.query_row([entity], |row| list.add(row, usize::MAX)).optional()?;
        }
        Ok(list.into_sorted())
    }

    fn query_entity_rows(
        self,
        sql: &str,
        with: impl rusqlite::Params,
    ) -> Result<Vec<EntityFrequency>, StoreError> {
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let rows = statement.query_map(with, frequency_of_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// A list of entities in which the surnames that nothing decided are grouped.
#[derive(Default)]
struct GroupedList {
    entities: Vec<EntityFrequency>,
    /// Surnames by the base of their ids, each with its first member.
    surnames: BTreeMap<String, (EntityFrequency, EntityFrequency)>,
}

impl GroupedList {
    /// Adds the entity of a row, unless the list has `limit` entities.
    fn add(&mut self, row: &rusqlite::Row<'_>, limit: usize) -> rusqlite::Result<()> {
        let entity = frequency_of_row(row)?;
        if entity.documents == 1 && row.get(0)? && is_bare_surname(&entity.name) {
            let base = id_without_document(&entity.id);
            let sum = self.surnames.entry(base.to_owned()).or_insert_with(|| {
                let (id, name) = (group_id(base), String::new());
                (
                    EntityFrequency { id, name, documents: 0, mentions: 0, ..entity.clone() },
                    entity.clone(),
                )
            });
            sum.0.documents += 1;
            sum.0.mentions += entity.mentions;
            sum.0.name = std::mem::take(&mut sum.0.name).max(entity.name);
        } else if self.entities.len() < limit {
            self.entities.push(entity);
        }
        Ok(())
    }

    /// Returns the entities and groups by frequency. A surname of one document is shown
    /// as the entity that it is.
    fn into_sorted(self) -> Vec<EntityFrequency> {
        let mut all = self.entities;
        all.extend(self.surnames.into_values().map(|(group, only)| match group.documents {
            1 => only,
            _ => group,
        }));
        all.sort_by(|one, other| {
            other.documents.cmp(&one.documents).then_with(|| one.id.cmp(&other.id))
        });
        all
    }
}

/// Reads id, label, name, documents and mentions, after the first column.
fn frequency_of_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<EntityFrequency> {
    Ok(EntityFrequency {
        id: row.get(1)?,
        label: label_from_name(&row.get::<_, String>(2)?),
        name: row.get(3)?,
        documents: row.get(4)?,
        mentions: row.get(5)?,
    })
}
