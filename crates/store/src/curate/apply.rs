//! Application of one log entry to the curated state.
//!
//! A new decision is applied by itself; a replay applies the whole log. Both
//! use [`EntryApplier`], so that both give the same state.

use std::collections::BTreeSet;

use chancery_model::{Document, DocumentId, Label, TextSpan, span_of_code_points};
use rusqlite::{OptionalExtension, params};

use super::{
    CurationAction, DocumentSpan, EntityReference, HighlightColor, LogEntry, RemarkTarget,
};
use crate::archive::Archive;
use crate::entities::{
    EntityOrigin, NewEntity, index_entity_name, unindex_entity_name, upsert_entity,
};
use crate::error::StoreError;
use crate::header_edits;
use crate::merges::compress_merges;
use crate::numbers::{DecisionNumber, DocumentNumber, EntityNumber};
use crate::overlay::{self, MentionEdit};
use crate::queries::{RemarkKind, StoredEntity};
use crate::statement_edits::{self, DecidedSpeaker};
use crate::stored_mention::StoredMention;
use crate::surname_ids::{id_without_document, ids_of_base, is_surname_group};

/// Why a log entry was not applied: a conflict, or a failure of the store.
pub(super) enum ApplyError {
    Conflict(String),
    Store(StoreError),
}

impl From<StoreError> for ApplyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<rusqlite::Error> for ApplyError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

pub(super) fn conflict_error<T>(reason: impl Into<String>) -> Result<T, ApplyError> {
    Err(ApplyError::Conflict(reason.into()))
}

/// What applied entries changed, as far as documents show it.
#[derive(Default)]
pub(super) struct AppliedChanges {
    /// Documents with another decision about a span, or with a new remark.
    pub(super) documents: BTreeSet<DocumentNumber>,
    /// Entities whose documents changed. The appearances of an entity that was
    /// merged into another are still its own until they are counted again.
    pub(super) entities: BTreeSet<EntityNumber>,
}

/// A document and the engine's mentions in it.
pub(super) struct LocatedDocument {
    hex: String,
    number: DocumentNumber,
    pub(super) document: Document,
    pub(super) linked: Vec<StoredMention>,
}

/// Applies log entries one after another.
pub(super) struct EntryApplier<'a> {
    pub(super) archive: &'a Archive,
    pub(super) changes: AppliedChanges,
    /// The document of the last span. Most entries with several spans, and most
    /// neighbours in a log, concern one document.
    located: Option<LocatedDocument>,
}

impl<'a> EntryApplier<'a> {
    pub(super) fn new(archive: &'a Archive) -> Self {
        Self { archive, changes: AppliedChanges::default(), located: None }
    }

    /// Applies an entry. After a conflict, a part of it may be applied: the
    /// mentions of a split that still exist.
    pub(super) fn apply_entry(&mut self, entry: &LogEntry) -> Result<(), ApplyError> {
        match &entry.action {
            CurationAction::Merge { from, into, mentions: Some(mentions), .. } => {
                let into = self.resolve_entity(into)?;
                self.move_decided_mentions(entry.number, from, mentions, into)
            }
            CurationAction::Merge { from, into, .. } => self.merge_entities(from, into),
            CurationAction::Split { entity, mentions, id, name } => {
                let old = self.resolve_entity(entity)?;
                self.create_entity(id, name, self.archive.entities().get(old)?.label)?;
                self.move_mentions(mentions, id)
            }
            CurationAction::Apart { entity, from, mentions: Some(mentions) } => {
                let entity = self.resolve_entity(entity)?;
                self.refuse_name(&self.entity_id(entity)?, from, mentions)
            }
            CurationAction::Apart { entity: one, from, mentions: None } => {
                let (one, other) = (self.resolve_entity(one)?, self.resolve_entity(from)?);
                if one == other {
                    return conflict_error("both are already the same entity");
                }
                let (one, other) = (self.entity_id(one)?, self.entity_id(other)?);
                self.insert_remark(entry.number, None, Some(&one), RemarkKind::Apart, &other)
            }
            CurationAction::Create { id, name, label } => self.create_entity(id, name, *label),
            CurationAction::Rename { entity, name, seen: Some(seen), .. } => {
                let label = self.label_of(entity, &seen.mentions)?;
                self.create_entity(&seen.id, name, label)?;
                let seen_entity = EntityReference { id: seen.id.clone(), at: None, name: None };
                let number = self.resolve_entity(&seen_entity)?;
                self.move_decided_mentions(entry.number, entity, &seen.mentions, number)
            }
            CurationAction::Rename { entity: of, name, seen: None, .. } => {
                let number = self.resolve_entity(of)?;
                self.rename_entity(number, name)
            }
            CurationAction::Retype { entity: of, label } => {
                let number = self.resolve_entity(of)?;
                let sql = "UPDATE entities SET user_label = ?1
                     WHERE number = ?2 AND user_label IS NOT ?1";
                if self.execute(sql, params![label.as_str(), number])? > 0 {
                    self.changes.entities.insert(number);
                }
                Ok(())
            }
            CurationAction::Link { mention, also, entity: to } => {
                let number = self.resolve_entity(to)?;
                let id = self.entity_id(number)?;
                self.for_each_span(mention, also, |applier, at| {
                    applier.link_mention(entry.number, at, &id)
                })
            }
            CurationAction::Reject { mention, also } => {
                self.for_each_span(mention, also, |applier, at| {
                    applier.edit_mention(at, true, |edit| edit.rejected = true)
                })
            }
            CurationAction::Add { mention, also, label, entity: of } => {
                let of = of.as_ref().map(|of| self.resolve_entity(of)).transpose()?;
                let of = of.map(|number| self.entity_id(number)).transpose()?;
                self.for_each_span(mention, also, |applier, at| {
                    applier.add_mention(at, *label, of.as_deref())
                })
            }
            CurationAction::Keyword { on, words } => {
                self.add_remark(entry.number, on, RemarkKind::Keyword, words)
            }
            CurationAction::Note { on, words } => {
                self.add_remark(entry.number, on, RemarkKind::Note, words)
            }
            CurationAction::Highlight { passage, color, keyword, words } => {
                self.insert_highlight(entry.number, passage, (*color, keyword.as_deref(), words))
            }
            CurationAction::Speaker { statement, entity: by } => {
                let number = self.resolve_entity(by)?;
                let StoredEntity { id, name, .. } = self.archive.entities().get(number)?;
                let speaker = Some(DecidedSpeaker { id, name });
                self.edit_statement(entry.number, statement, speaker)
            }
            CurationAction::NoStatement { statement } => {
                self.edit_statement(entry.number, statement, None)
            }
            CurationAction::Set { document, fields } => {
                let (id, number) = self.find_document(document)?;
                self.changes.documents.insert(number);
                header_edits::insert_decision(&self.archive.db, entry.number, &id, fields)?;
                Ok(())
            }
            CurationAction::Remove { documents, .. } => {
                self.remove_documents(entry.number, documents)
            }
            CurationAction::Undo { decision } => self.check_undo(entry.number, *decision),
        }
    }

    /// Marks a passage with a colour, a keyword and a note.
    fn insert_highlight(
        &mut self,
        decision: DecisionNumber,
        passage: &DocumentSpan,
        (color, keyword, words): (HighlightColor, Option<&str>, &str),
    ) -> Result<(), ApplyError> {
        let (located, span) = self.locate_span(passage)?;
        let (id, number) = (located.document.id, located.number);
        if span.is_empty() {
            return conflict_error("the passage is empty");
        }
        let sql = "INSERT INTO highlights VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let (start, end) = (span.start, span.end);
        self.execute(sql, params![decision, id.0, start, end, color.as_str(), keyword, words])?;
        self.changes.documents.insert(number);
        Ok(())
    }

    /// Hides those of the documents that the archive has.
    fn remove_documents(
        &mut self,
        decision: DecisionNumber,
        documents: &[String],
    ) -> Result<(), ApplyError> {
        let mut found = false;
        for hex in documents {
            let number = match self.find_document(hex) {
                Ok((_, number)) => number,
                Err(ApplyError::Conflict(_)) => continue,
                Err(error) => return Err(error),
            };
            found = true;
            let sql = "UPDATE stored_documents SET removed = ?1
                 WHERE number = ?2 AND removed IS NULL";
            if self.execute(sql, params![decision, number])? > 0 {
                self.changes.documents.insert(number);
            }
        }
        match found {
            true => Ok(()),
            false => conflict_error("none of its documents is in the archive"),
        }
    }

    /// Runs a statement, and returns the number of changed rows.
    pub(super) fn execute(
        &self,
        sql: &str,
        with: impl rusqlite::Params,
    ) -> Result<usize, ApplyError> {
        Ok(self.archive.db.prepare_cached(sql)?.execute(with)?)
    }

    /// Merges all present and future mentions of an entity, or of all surnames of a
    /// group, into another entity.
    fn merge_entities(
        &mut self,
        from: &EntityReference,
        into: &EntityReference,
    ) -> Result<(), ApplyError> {
        let into = self.resolve_entity(into)?;
        let members = match is_surname_group(&from.id) {
            true => self.entities_of_group(&from.id)?,
            false => vec![self.resolve_entity(from)?],
        };
        let members: Vec<EntityNumber> = members.into_iter().filter(|one| *one != into).collect();
        if members.is_empty() && !is_surname_group(&from.id) {
            return conflict_error("both are already the same entity");
        }
        for from in members {
            let sql = "UPDATE entities SET merged_into = ?1 WHERE number = ?2";
            self.execute(sql, [into, from])?;
            self.changes.entities.insert(from);
        }
        Ok(())
    }

    /// Returns the entities of the surname of a group, decided or not.
    fn entities_of_group(&self, id: &str) -> Result<Vec<EntityNumber>, ApplyError> {
        let (first, last) = ids_of_base(id_without_document(id));
        let sql = "SELECT number FROM entities
             WHERE id >= ?1 AND id < ?2 AND origin = 'engine' ORDER BY number";
        let mut roots = Vec::new();
        for number in self.archive.query_numbers(sql, [first, last])? {
            let root = compress_merges(&self.archive.db, number)?.0;
            if root == number {
                roots.push(number);
            }
        }
        Ok(roots)
    }

    /// Applies a decision to each of its spans. Those that cannot be decided any more are
    /// a conflict after the others are decided.
    fn for_each_span(
        &mut self,
        first: &DocumentSpan,
        also: &[DocumentSpan],
        mut decide: impl FnMut(&mut Self, &DocumentSpan) -> Result<(), ApplyError>,
    ) -> Result<(), ApplyError> {
        let mut missing = None;
        for at in std::iter::once(first).chain(also) {
            match decide(self, at) {
                Err(ApplyError::Conflict(reason)) => missing = Some(reason),
                done => done?,
            }
        }
        missing.map_or(Ok(()), conflict_error)
    }

    fn link_mention(
        &mut self,
        decision: DecisionNumber,
        at: &DocumentSpan,
        id: &str,
    ) -> Result<(), ApplyError> {
        let before = self.source_of(at)?;
        // An earlier label was that of an earlier entity.
        self.edit_mention(at, true, |edit| {
            (edit.entity, edit.label) = (Some(id.to_owned()), None);
        })?;
        match before.filter(StoredEntity::is_surname_of_document) {
            Some(source) => self.insert_decided_name(decision, &source.id, id),
            None => Ok(()),
        }
    }

    fn add_mention(
        &mut self,
        at: &DocumentSpan,
        label: Label,
        of: Option<&str>,
    ) -> Result<(), ApplyError> {
        // Exports could not be read back: a mention there has at least one token.
        if !at.text.chars().any(char::is_alphanumeric) {
            return conflict_error(format!("{:?} has no letter or digit", at.text));
        }
        self.edit_mention(at, false, |edit| {
            let entity = of.map(str::to_owned);
            *edit = MentionEdit { added: true, rejected: false, label: Some(label), entity };
        })
    }

    /// Decides about the statement whose word of saying is at a span.
    fn edit_statement(
        &mut self,
        entry: DecisionNumber,
        at: &DocumentSpan,
        speaker: Option<DecidedSpeaker>,
    ) -> Result<(), ApplyError> {
        let (located, cue) = self.locate_span(at)?;
        let (id, number) = (located.document.id, located.number);
        let found = self.archive.documents().engine_attribution(number)?;
        if !found.statements.iter().any(|statement| statement.cue == cue) {
            return conflict_error(format!("{:?} is not the cue of a statement", at.text));
        }
        statement_edits::insert_decision(&self.archive.db, entry, &id, cue, speaker)?;
        self.changes.documents.insert(number);
        Ok(())
    }

    fn check_undo(
        &self,
        entry: DecisionNumber,
        decision: DecisionNumber,
    ) -> Result<(), ApplyError> {
        if decision == super::NOT_IMPORTED {
            return conflict_error("the decision that it undoes was not imported with it");
        }
        let sql = "SELECT 1 FROM decisions WHERE number = ?1 AND number < ?2";
        if !self.archive.db.prepare_cached(sql)?.exists([decision, entry])? {
            let reason = format!("no earlier decision {decision}; see the log of decisions");
            return conflict_error(reason);
        }
        Ok(())
    }

    fn create_entity(&self, id: &str, name: &str, label: Label) -> Result<(), ApplyError> {
        let new = NewEntity { id, label, name, origin: EntityOrigin::User };
        upsert_entity(self.archive, &new)?;
        Ok(())
    }

    /// Names an entity. The words of a name from an earlier decision no longer
    /// find it.
    fn rename_entity(&self, number: EntityNumber, name: &str) -> Result<(), ApplyError> {
        let sql = "SELECT name, user_name FROM entities WHERE number = ?1";
        let names = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let (own, user_name): (String, Option<String>) =
            self.archive.db.prepare_cached(sql)?.query_row([number], names)?;
        if let Some(user_name) = user_name {
            unindex_entity_name(self.archive, number, &user_name, &own)?;
        }
        let sql = "UPDATE entities SET user_name = ?1 WHERE number = ?2";
        self.execute(sql, params![name, number])?;
        Ok(index_entity_name(self.archive, number, name)?)
    }

    pub(super) fn entity_id(&self, number: EntityNumber) -> Result<String, ApplyError> {
        Ok(self.archive.entities().get(number)?.id)
    }

    /// Returns the entity that a log entry refers to: by its id, or else by the
    /// mention recorded with it.
    pub(super) fn resolve_entity(
        &mut self,
        of: &EntityReference,
    ) -> Result<EntityNumber, ApplyError> {
        let db = &self.archive.db;
        if let Some(number) = overlay::find_entity_number(db, &of.id)? {
            return Ok(compress_merges(db, number)?.0);
        }
        let Some(at) = &of.at else {
            return conflict_error(format!("entity {} does not exist", of.id));
        };
        let (located, span) = self.locate_span(at)?;
        let (id, linked) = (located.document.id, located.linked.clone());
        let mentions = overlay::curated_mentions_with(db, &id, linked, &compress_merges)?;
        let mention = mentions.iter().find(|mention| mention.mention.span == span);
        match mention.and_then(StoredMention::entity) {
            Some(entity) => Ok(entity),
            None => {
                let id = &of.id;
                conflict_error(format!("entity {id} does not exist, nor a mention at its span"))
            }
        }
    }

    /// Returns the document of a span, and the span in bytes.
    pub(super) fn locate_span(
        &mut self,
        at: &DocumentSpan,
    ) -> Result<(&LocatedDocument, TextSpan), ApplyError> {
        let located = match self.located.take() {
            Some(located) if located.hex == at.document => located,
            _ => self.load_document(&at.document)?,
        };
        let located = self.located.insert(located);
        let text = located.document.text.as_str();
        match span_of_code_points(text, at.start, at.end) {
            Some(span) if text[span.byte_range()] == at.text => Ok((located, span)),
            _ => conflict_error(format!("{:?} is not at this span", at.text)),
        }
    }

    fn load_document(&self, hex: &str) -> Result<LocatedDocument, ApplyError> {
        let (_, number) = self.find_document(hex)?;
        let (document, linked) = self.archive.documents().engine_annotation(number)?;
        Ok(LocatedDocument { hex: hex.to_owned(), number, document, linked })
    }

    /// Returns the id and the number of a document.
    pub(super) fn find_document(
        &self,
        hex: &str,
    ) -> Result<(DocumentId, DocumentNumber), ApplyError> {
        let Ok(id) = hex.parse::<DocumentId>() else {
            return conflict_error(format!("{hex} is not a document id"));
        };
        match document_number(self.archive, &id.0)? {
            Some(number) => Ok((id, number)),
            None => conflict_error(format!("document {hex:.12} is not in the archive")),
        }
    }

    /// Changes the decision about a span. With `must`, the span has to be that of
    /// a mention.
    pub(super) fn edit_mention(
        &mut self,
        at: &DocumentSpan,
        must: bool,
        change: impl FnOnce(&mut MentionEdit),
    ) -> Result<(), ApplyError> {
        let db = &self.archive.db;
        let (located, span) = self.locate_span(at)?;
        let (id, number) = (located.document.id, located.number);
        let is_mention = located.linked.iter().any(|linked| linked.mention.span == span);
        let before = overlay::load_edit(db, &id, span)?;
        let added = before.as_ref().is_some_and(|edit| edit.added);
        if must && !is_mention && !added {
            return conflict_error(format!("{:?} is no longer a mention at this span", at.text));
        }
        let mut edit = before.clone().unwrap_or_default();
        change(&mut edit);
        if before.as_ref() != Some(&edit) {
            let json = serde_json::to_string(&edit).expect("plain data");
            let sql = "INSERT INTO mention_edits VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET edit = excluded.edit";
            self.execute(sql, params![id.0, span.start, span.end, json])?;
            self.changes.documents.insert(number);
        }
        Ok(())
    }

    fn add_remark(
        &mut self,
        entry: DecisionNumber,
        on: &RemarkTarget,
        kind: RemarkKind,
        words: &str,
    ) -> Result<(), ApplyError> {
        match on {
            RemarkTarget::Document(hex) => {
                let (id, number) = self.find_document(hex)?;
                self.changes.documents.insert(number);
                self.insert_remark(entry, Some(id.0), None, kind, words)
            }
            RemarkTarget::Entity(of) => {
                let number = self.resolve_entity(of)?;
                self.changes.entities.insert(number);
                let id = self.entity_id(number)?;
                self.insert_remark(entry, None, Some(&id), kind, words)
            }
        }
    }

    fn insert_remark(
        &self,
        entry: DecisionNumber,
        document: Option<[u8; 32]>,
        entity: Option<&str>,
        kind: RemarkKind,
        words: &str,
    ) -> Result<(), ApplyError> {
        let sql = "INSERT INTO remarks VALUES (?1, ?2, ?3, ?4, ?5)";
        self.execute(sql, params![entry, document, entity, kind.as_str(), words])?;
        Ok(())
    }
}

/// Returns the number of the document with this id.
pub(super) fn document_number(
    archive: &Archive,
    id: &[u8; 32],
) -> Result<Option<DocumentNumber>, StoreError> {
    let sql = "SELECT number FROM stored_documents WHERE id = ?1";
    let mut statement = archive.db.prepare_cached(sql)?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}
