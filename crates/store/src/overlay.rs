//! Overlay: the engine's mentions with the decisions of users applied.
//!
//! The engine's annotation of a document is one row and is replaced as a
//! whole. Decisions are stored separately, by document id and span. Both are
//! combined whenever a document is read, so neither can overwrite the other.

use std::collections::HashMap;

use chancery_model::{DocumentId, Label, LinkKind, Mention, MentionSource, TextSpan};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::codec::label_from_name;
use crate::error::StoreError;
use crate::merges::{MergeResolver, resolve_merges};
use crate::numbers::EntityNumber;
use crate::stored_mention::{StoredLink, StoredMention};

/// The decision about one span of one document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct MentionEdit {
    /// The user rejected the mention.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) rejected: bool,
    /// The user added a mention that the engine did not find.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) added: bool,
    /// Label that the user gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) label: Option<Label>,
    /// Id of the entity that the user gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) entity: Option<String>,
}

/// Returns the edits of a document, by span.
pub(crate) fn load_edits(
    db: &Connection,
    id: &DocumentId,
) -> Result<HashMap<TextSpan, MentionEdit>, StoreError> {
    let sql = "SELECT start, \"end\", edit FROM mention_edits WHERE document = ?1";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([id.0])?;
    let mut edits = HashMap::new();
    while let Some(row) = rows.next()? {
        let edit: String = row.get(2)?;
        let edit =
            serde_json::from_str(&edit).map_err(|error| StoreError::Damaged(error.to_string()))?;
        edits.insert(TextSpan::new(row.get(0)?, row.get(1)?), edit);
    }
    Ok(edits)
}

/// Returns the edit of a span.
pub(crate) fn load_edit(
    db: &Connection,
    id: &DocumentId,
    span: TextSpan,
) -> Result<Option<MentionEdit>, StoreError> {
    let sql = "SELECT edit FROM mention_edits WHERE document = ?1 AND start = ?2 AND \"end\" = ?3";
    let mut statement = db.prepare_cached(sql)?;
    let edit = statement.query_row(params![id.0, span.start, span.end], |row| row.get(0));
    let edit: Option<String> = edit.optional()?;
    let read = |json: String| serde_json::from_str(&json);
    edit.map(read).transpose().map_err(|error| StoreError::Damaged(error.to_string()))
}

/// Returns the mentions of a document with all decisions applied.
pub(crate) fn curated_mentions(
    db: &Connection,
    id: &DocumentId,
    engine: Vec<StoredMention>,
) -> Result<Vec<StoredMention>, StoreError> {
    curated_mentions_with(db, id, engine, &resolve_merges)
}

/// Same as [`curated_mentions`], with another function to resolve merges.
pub(crate) fn curated_mentions_with(
    db: &Connection,
    id: &DocumentId,
    engine: Vec<StoredMention>,
    resolve: &MergeResolver,
) -> Result<Vec<StoredMention>, StoreError> {
    let mut mentions = Vec::with_capacity(engine.len());
    let sql = "SELECT value FROM meta WHERE name = 'decisions'";
    let decisions: i64 = db.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    let mut edits = if decisions > 0 { load_edits(db, id)? } else { HashMap::new() };
    for mut stored in engine {
        match edits.remove(&stored.mention.span) {
            Some(edit) if edit.rejected => continue,
            Some(edit) => apply_edit(db, &mut stored, &edit)?,
            None => {}
        }
        mentions.push(stored);
    }
    for (span, edit) in edits.into_iter().filter(|(_, edit)| edit.added && !edit.rejected) {
        let label = edit.label.unwrap_or(Label::Misc);
        let mention = Mention { span, label, score: 1.0, source: MentionSource::Imported };
        let mut stored = StoredMention { mention, link: None, decided: true };
        apply_edit(db, &mut stored, &edit)?;
        mentions.push(stored);
    }
    // Without decisions, no entity was relabelled or merged.
    for stored in mentions.iter_mut().filter(|_| decisions > 0) {
        let Some(link) = &mut stored.link else { continue };
        let (root, label) = resolve(db, link.entity)?;
        stored.decided |= root != link.entity || label.is_some();
        link.entity = root;
        stored.mention.label = label.unwrap_or(stored.mention.label);
    }
    mentions.sort_by_key(|stored| (stored.mention.span.start, stored.mention.span.end));
    remove_overlapped(&mut mentions);
    Ok(mentions)
}

/// Removes the mentions that overlap one added by a user.
fn remove_overlapped(mentions: &mut Vec<StoredMention>) {
    let added: Vec<TextSpan> = mentions
        .iter()
        .filter(|stored| stored.decided && stored.mention.source == MentionSource::Imported)
        .map(|stored| stored.mention.span)
        .collect();
    if !added.is_empty() {
        mentions.retain(|stored| {
            let span = stored.mention.span;
            !added.iter().any(|other| *other != span && other.overlaps(&span))
        });
    }
}

fn apply_edit(
    db: &Connection,
    stored: &mut StoredMention,
    edit: &MentionEdit,
) -> Result<(), StoreError> {
    stored.decided = true;
    stored.mention.label = edit.label.unwrap_or(stored.mention.label);
    if let Some(id) = &edit.entity {
        let link = |entity| StoredLink {
            entity,
            score: 1.0,
            kind: LinkKind::Decision,
            evidence: Vec::new(),
        };
        let number = find_entity_number(db, id)?;
        if let (Some(number), None) = (number, edit.label) {
            stored.mention.label = label_of_entity(db, number)?.unwrap_or(stored.mention.label);
        }
        stored.link = number.map(link);
    }
    Ok(())
}

/// The label of an entity, or of the one into which it was merged.
fn label_of_entity(db: &Connection, entity: EntityNumber) -> Result<Option<Label>, StoreError> {
    let sql = "SELECT coalesce(kept.user_label, kept.label)
         FROM entities JOIN entities AS kept
         ON kept.number = coalesce(entities.merged_into, entities.number)
         WHERE entities.number = ?1";
    let label: Option<String> =
        db.prepare_cached(sql)?.query_row([entity], |row| row.get(0)).optional()?;
    Ok(label.as_deref().map(label_from_name))
}

/// Returns the number of the entity that has this id, or had it before persons were
/// linked again.
pub(crate) fn find_entity_number(
    db: &Connection,
    id: &str,
) -> Result<Option<EntityNumber>, StoreError> {
    let redirect = "SELECT target FROM entity_redirects WHERE id = ?1";
    let target: Option<String> =
        db.prepare_cached(redirect)?.query_row([id], |row| row.get(0)).optional()?;
    find_own_entity_number(db, target.as_deref().unwrap_or(id))
}

/// Returns the number of the entity that has this id now.
pub(crate) fn find_own_entity_number(
    db: &Connection,
    id: &str,
) -> Result<Option<EntityNumber>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT number FROM entities WHERE id = ?1 AND origin <> 'undone'")?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}
