//! Decisions about the mentions that a user saw: these move to another entity, and it
//! is kept whose they were, so that later documents raise a question.

use std::collections::HashSet;

use chancery_model::Label;
use rusqlite::params;

use super::apply::{ApplyError, EntryApplier, conflict_error};
use super::{DocumentSpan, EntityReference};
use crate::merges::compress_merges;
use crate::numbers::{DecisionNumber, EntityNumber};
use crate::overlay;
use crate::queries::StoredEntity;
use crate::stored_mention::StoredMention;
use crate::surname_ids::{id_without_document, is_surname_group};

impl EntryApplier<'_> {
    /// Moves mentions to an entity, and records whose they were: later documents that
    /// say the name raise a question. Mentions that are of another entity than `from`,
    /// because another decision was undone, are a conflict and stay.
    pub(super) fn move_decided_mentions(
        &mut self,
        decision: DecisionNumber,
        from: &EntityReference,
        mentions: &[DocumentSpan],
        into: EntityNumber,
    ) -> Result<(), ApplyError> {
        let id = self.entity_id(into)?;
        let known = overlay::find_entity_number(&self.archive.db, &from.id)?;
        let root = known.map(|known| compress_merges(&self.archive.db, known)).transpose()?;
        let root = root.map(|(root, _)| root);
        let is_meant = |source: &StoredEntity| match root {
            Some(root) => {
                let base = id_without_document(&source.id);
                source.number == root || base == id_without_document(&from.id)
            }
            // Surnames are of their documents alone. One that is gone has another id.
            None => true,
        };
        let (mut moved, mut missing) = (Vec::new(), None);
        for mention in mentions {
            match self.source_of(mention) {
                Ok(Some(source)) if is_meant(&source) => {
                    if source.id != id {
                        self.insert_decided_name(decision, &source.id, &id)?;
                    }
                    moved.push(mention.clone());
                }
                Ok(_) => missing = Some(format!("{:?} is of another entity now", mention.text)),
                Err(ApplyError::Conflict(reason)) => missing = Some(reason),
                Err(error) => return Err(error),
            }
        }
        self.move_mentions(&moved, &id)?;
        missing.map_or(Ok(()), conflict_error)
    }

    /// Moves mentions to the entity with this id. Those that are no longer there are
    /// a conflict after the others are moved.
    pub(super) fn move_mentions(
        &mut self,
        mentions: &[DocumentSpan],
        id: &str,
    ) -> Result<(), ApplyError> {
        let mut missing = None;
        let mut moved = HashSet::new();
        for mention in mentions.iter().filter(|mention| moved.insert(*mention)) {
            match self.edit_mention(mention, true, |edit| edit.entity = Some(id.to_owned())) {
                Err(ApplyError::Conflict(reason)) => missing = Some(reason),
                done => done?,
            }
        }
        missing.map_or(Ok(()), conflict_error)
    }

    /// Returns the entity of a mention.
    pub(super) fn source_of(
        &mut self,
        at: &DocumentSpan,
    ) -> Result<Option<StoredEntity>, ApplyError> {
        let (located, span) = self.locate_span(at)?;
        let linked = located.linked.iter().find(|linked| linked.mention.span == span);
        let (id, by_engine) = (located.document.id, linked.and_then(StoredMention::entity));
        let db = &self.archive.db;
        let by_user = overlay::load_edit(db, &id, span)?.and_then(|edit| edit.entity);
        let number = match by_user {
            Some(id) => overlay::find_entity_number(db, &id)?,
            None => by_engine,
        };
        let Some(number) = number else { return Ok(None) };
        let root = compress_merges(db, number)?.0;
        Ok(Some(self.archive.entities().get(root)?))
    }

    /// The label of an entity, or that of the first of its mentions if it is a group
    /// or no longer there.
    pub(super) fn label_of(
        &mut self,
        of: &EntityReference,
        mentions: &[DocumentSpan],
    ) -> Result<Label, ApplyError> {
        if is_surname_group(&of.id) {
            return Ok(Label::Per);
        }
        let first = mentions.first().cloned();
        let of = EntityReference { at: of.at.clone().or(first), ..of.clone() };
        let number = self.resolve_entity(&of)?;
        Ok(self.archive.entities().get(number)?.label)
    }

    pub(super) fn insert_decided_name(
        &self,
        decision: DecisionNumber,
        source: &str,
        target: &str,
    ) -> Result<(), ApplyError> {
        let sql = "INSERT INTO decided_names VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
        let name = id_without_document(source);
        self.execute(sql, params![decision, source, name, target])?;
        Ok(())
    }

    /// Records that documents say a name, but do not mean the entity.
    pub(super) fn refuse_name(
        &self,
        target: &str,
        from: &EntityReference,
        mentions: &[DocumentSpan],
    ) -> Result<(), ApplyError> {
        let name = id_without_document(&from.id);
        let sql = "INSERT INTO refused_names VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        for mention in mentions {
            let (id, _) = self.find_document(&mention.document)?;
            self.execute(sql, params![name, target, id.0])?;
        }
        Ok(())
    }
}
