//! Overlay: the engine's mentions with the decisions of users applied.
//!
//! The engine's annotation of a document is one row and is replaced as a
//! whole. Decisions are stored separately, by document id and span. Both are
//! combined whenever a document is read, so neither can overwrite the other.

use std::collections::HashMap;

use chancery_model::{DocumentId, Label, LinkKind, Mention, MentionSource, TextSpan};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::codec::StoredMention;
use crate::error::StoreError;
use crate::merges::{MergeResolver, resolve_merges};

/// A mention and its entity, after the decisions of users.
#[derive(Clone, Debug, PartialEq)]
pub struct CuratedMention {
    /// The mention.
    pub mention: Mention,
    /// Number of its entity, never of one that was merged into another.
    pub entity: Option<i64>,
    /// Probability of the link.
    pub score: f32,
    /// Reason for the link.
    pub reason: String,
    /// Whether a user's decision affected it.
    pub decided: bool,
}

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
    let sql = "SELECT start, \"end\", edit FROM edits WHERE document = ?1";
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
    let sql = "SELECT edit FROM edits WHERE document = ?1 AND start = ?2 AND \"end\" = ?3";
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
    machine: Vec<StoredMention>,
) -> Result<Vec<CuratedMention>, StoreError> {
    curated_mentions_with(db, id, machine, &resolve_merges)
}

/// Same as [`curated_mentions`], with another function to resolve merges.
pub(crate) fn curated_mentions_with(
    db: &Connection,
    id: &DocumentId,
    machine: Vec<StoredMention>,
    resolve: &MergeResolver,
) -> Result<Vec<CuratedMention>, StoreError> {
    let mut mentions = Vec::with_capacity(machine.len());
    let logged = "SELECT value FROM facts WHERE name = 'logged'";
    let logged: i64 = db.prepare_cached(logged)?.query_row([], |row| row.get(0))?;
    let mut edits = if logged > 0 { load_edits(db, id)? } else { HashMap::new() };
    for StoredMention { mention, link } in machine {
        let (entity, score, reason) = match link {
            Some(link) => (Some(link.entity), link.score, link.reason),
            None => (None, 0.0, String::new()),
        };
        let mut curated = CuratedMention { mention, entity, score, reason, decided: false };
        match edits.remove(&mention.span) {
            Some(edit) if edit.rejected => continue,
            Some(edit) => apply_edit(db, &mut curated, &edit)?,
            None => {}
        }
        mentions.push(curated);
    }
    for (span, edit) in edits.into_iter().filter(|(_, edit)| edit.added && !edit.rejected) {
        let label = edit.label.unwrap_or(Label::Misc);
        let mention = Mention { span, label, score: 1.0, source: MentionSource::Imported };
        let mut curated = CuratedMention {
            mention,
            entity: None,
            score: 0.0,
            reason: String::new(),
            decided: true,
        };
        apply_edit(db, &mut curated, &edit)?;
        mentions.push(curated);
    }
    // Without decisions, no entity was relabelled or merged.
    for curated in mentions.iter_mut().filter(|_| logged > 0) {
        if let Some(entity) = curated.entity {
            let (root, label) = resolve(db, entity)?;
            curated.decided |= root != entity || label.is_some();
            curated.entity = Some(root);
            curated.mention.label = label.unwrap_or(curated.mention.label);
        }
    }
    mentions.sort_by_key(|curated| (curated.mention.span.start, curated.mention.span.end));
    remove_overlapped(&mut mentions);
    Ok(mentions)
}

/// Removes the mentions that overlap one added by a user.
fn remove_overlapped(mentions: &mut Vec<CuratedMention>) {
    let added: Vec<TextSpan> = mentions
        .iter()
        .filter(|curated| curated.decided && curated.mention.source == MentionSource::Imported)
        .map(|curated| curated.mention.span)
        .collect();
    if !added.is_empty() {
        mentions.retain(|curated| {
            let span = curated.mention.span;
            !added.iter().any(|other| *other != span && other.overlaps(&span))
        });
    }
}

fn apply_edit(
    db: &Connection,
    curated: &mut CuratedMention,
    edit: &MentionEdit,
) -> Result<(), StoreError> {
    curated.decided = true;
    curated.mention.label = edit.label.unwrap_or(curated.mention.label);
    if let Some(id) = &edit.entity {
        curated.entity = find_entity_number(db, id)?;
        curated.score = 1.0;
        LinkKind::Decision.as_str().clone_into(&mut curated.reason);
    }
    Ok(())
}

/// Returns the number of the entity with this id.
pub(crate) fn find_entity_number(db: &Connection, id: &str) -> Result<Option<i64>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT number FROM entities WHERE id = ?1 AND by_person < 2")?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}
