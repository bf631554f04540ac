//! Entities by id, wherever merges and other decisions brought their mentions.

use std::collections::BTreeSet;

use chancery_model::CodePoints;
use rusqlite::OptionalExtension;

use super::{EntityReference, span_in_document};
use crate::error::StoreError;
use crate::merges;
use crate::numbers::EntityNumber;
use crate::overlay;
use crate::surname_ids::{id_without_document, is_surname_group};
use crate::views::Entities;

impl Entities<'_> {
    /// Returns the number of an entity in this archive. If the entity was
    /// merged into another, or a decision gave all its mentions to another, returns
    /// the number of that one.
    ///
    /// # Errors
    /// If no entity has this id.
    pub fn find(self, id: &str) -> Result<EntityNumber, StoreError> {
        let db = &self.archive.db;
        let number = match overlay::find_entity_number(db, id)? {
            None if is_surname_group(id) => self.heir_of_surname(id)?,
            number => number,
        };
        let number = number.ok_or_else(|| StoreError::NotFound(format!("entity {id}")))?;
        self.follow_decisions(number)
    }

    /// Returns the entity to which merges and other decisions gave all mentions of an
    /// entity; itself if there are none.
    pub(crate) fn follow_decisions(self, number: EntityNumber) -> Result<EntityNumber, StoreError> {
        let mut entity = merges::resolve_merges(&self.archive.db, number)?.0;
        let mut passed = BTreeSet::from([entity]);
        while let Some(next) = self.heir_of(entity)?.filter(|next| passed.insert(*next)) {
            entity = next;
        }
        Ok(entity)
    }

    /// Returns the entity to which the last decision gave surnames of a group.
    fn heir_of_surname(self, group: &str) -> Result<Option<EntityNumber>, StoreError> {
        let db = &self.archive.db;
        let sql = "SELECT target FROM decided_names WHERE name = ?1 AND entity <> name
             ORDER BY decision DESC LIMIT 1";
        let base = id_without_document(group);
        let target: Option<String> =
            db.prepare_cached(sql)?.query_row([base], |row| row.get(0)).optional()?;
        target.map_or(Ok(None), |id| overlay::find_entity_number(db, &id))
    }

    /// Returns the entity to which decisions gave all mentions of this one.
    fn heir_of(self, entity: EntityNumber) -> Result<Option<EntityNumber>, StoreError> {
        let db = &self.archive.db;
        let sql = "SELECT target FROM decided_names WHERE entity =
                 (SELECT id FROM entities WHERE number = ?1)
             AND NOT EXISTS (SELECT 1 FROM appearances WHERE appearances.entity = ?1)
             ORDER BY decision DESC LIMIT 1";
        let target: Option<String> =
            db.prepare_cached(sql)?.query_row([entity], |row| row.get(0)).optional()?;
        let number = target.map(|id| overlay::find_entity_number(db, &id)).transpose()?;
        let root = number.flatten().map(|number| merges::resolve_merges(db, number));
        Ok(root.transpose()?.map(|(root, _)| root))
    }

    /// Returns a reference to an entity, with a mention of it. If the entity
    /// was merged into another, returns a reference to that one.
    ///
    /// # Errors
    /// If no entity has this id.
    pub fn reference(self, id: &str) -> Result<EntityReference, StoreError> {
        let root = self.find(id)?;
        let entity = self.get(root)?;
        let sql = "SELECT document FROM appearances WHERE entity = ?1 LIMIT 1";
        let document = self.archive.query_numbers(sql, [root])?.first().copied();
        let at = match document {
            Some(number) => {
                let (document, mentions) = self.archive.documents().with_mentions(number)?;
                let points = CodePoints::new(document.text.as_str());
                let mention = mentions.iter().find(|mention| mention.entity() == Some(root));
                mention.map(|mention| span_in_document(&document, &points, mention.mention.span))
            }
            None => None,
        };
        Ok(EntityReference { name: Some(entity.shown_name()), id: entity.id, at })
    }
}
