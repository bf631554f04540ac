//! A decision as a user states it, and the log entry that it becomes.
//!
//! The command line makes a [`CurationRequest`] from its arguments, the reading
//! room from a form or JSON. Only this module turns it into a log entry.

use std::collections::BTreeSet;

use chancery_model::{CodePoints, Label};
use serde::Deserialize;

use super::{
    CurationAction, DocumentSpan, EntityReference, LogEntry, RemarkTarget, span_in_document,
};
use crate::archive::Archive;
use crate::error::StoreError;
use crate::numbers::{DecisionNumber, DocumentNumber};
use crate::writer::ArchiveWriter;

/// A decision as a user states it: entities by id, documents by the beginning
/// of their id or by cable id, spans in code points.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum CurationRequest {
    /// Merge two entities into one.
    Merge {
        /// The entity that disappears.
        from: String,
        /// The entity that remains.
        into: String,
    },
    /// State that two entities are different, however alike their names.
    Apart {
        /// One of them.
        entity: String,
        /// The other.
        from: String,
    },
    /// Move the mentions of an entity in these documents to a new entity.
    Split {
        /// The entity.
        entity: String,
        /// The name of the new one.
        name: String,
        /// The documents whose mentions are moved.
        documents: Vec<String>,
    },
    /// Create an entity that the engine does not know.
    Create {
        /// Its label.
        label: Label,
        /// Its name.
        name: String,
    },
    /// Change the name of an entity.
    Rename {
        /// The entity.
        entity: String,
        /// Its new name.
        name: String,
    },
    /// Change the label of an entity.
    Retype {
        /// The entity.
        entity: String,
        /// Its new label.
        label: Label,
    },
    /// Link a mention to an entity.
    Link {
        /// The mention.
        #[serde(flatten)]
        at: MentionRef,
        /// The entity.
        entity: String,
    },
    /// Reject a mention: it is not a name.
    Reject {
        /// The mention.
        #[serde(flatten)]
        at: MentionRef,
    },
    /// Add a mention that the engine did not find.
    Add {
        /// The mention.
        #[serde(flatten)]
        at: MentionRef,
        /// Its label.
        label: Label,
        /// Its entity, if known.
        entity: Option<String>,
    },
    /// Add a keyword to a document or entity.
    Keyword {
        /// The document or entity.
        on: String,
        /// The keyword.
        words: String,
    },
    /// Add a note to a document or entity.
    Note {
        /// The document or entity.
        on: String,
        /// The text of the note.
        words: String,
    },
    /// Undo an earlier decision.
    Undo {
        /// The number of the decision.
        decision: DecisionNumber,
    },
}

/// Where a mention is: a document and a span in code points.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MentionRef {
    /// The document.
    pub document: String,
    /// First code point.
    pub start: u32,
    /// One past the last code point.
    pub end: u32,
}

/// The result of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurationOutcome {
    /// The number of its log entry.
    pub decision: DecisionNumber,
    /// The id of the entity that it created, if any.
    pub created: Option<String>,
}

/// Maximum length of text from a user, in bytes.
const MAX_TEXT_BYTES: usize = 10_000;

impl ArchiveWriter {
    /// Writes the decision to the log and applies it.
    ///
    /// # Errors
    /// If it refers to something that does not exist, or cannot be applied.
    pub fn decide_request(
        &mut self,
        author: &str,
        reason: &str,
        request: &CurationRequest,
    ) -> Result<CurationOutcome, StoreError> {
        let action = action_of(self, request)?;
        let created = match &action {
            CurationAction::Create { id, .. } | CurationAction::Split { id, .. } => {
                Some(id.clone())
            }
            _ => None,
        };
        let (author, reason) = (author.to_owned(), bounded_text(reason)?);
        let entry = LogEntry {
            number: DecisionNumber(0),
            author,
            time: self.current_time()?,
            reason,
            action,
        };
        Ok(CurationOutcome { decision: self.record_decision(entry)?, created })
    }
}

fn action_of(archive: &Archive, request: &CurationRequest) -> Result<CurationAction, StoreError> {
    use CurationRequest as Request;
    let entity = |id: &String| archive.entities().reference(id);
    Ok(match request {
        Request::Merge { from, into } => {
            CurationAction::Merge { from: entity(from)?, into: entity(into)? }
        }
        Request::Apart { entity: one, from } => {
            CurationAction::Apart { entity: entity(one)?, from: entity(from)? }
        }
        Request::Split { entity: of, name, documents } => {
            let of = entity(of)?;
            let mut numbers = BTreeSet::new();
            let mut mentions = Vec::new();
            for document in documents {
                let number = archive.documents().find(document)?;
                if numbers.insert(number) {
                    mentions.extend(mentions_in(archive, &of, number)?);
                }
            }
            if mentions.is_empty() {
                return Err(StoreError::InvalidRequest("the entity is not named there".to_owned()));
            }
            let (id, name) = (new_entity_id(archive, name)?, required_text(name)?);
            CurationAction::Split { entity: of, mentions, id, name }
        }
        Request::Create { label, name } => {
            let id = new_entity_id(archive, name)?;
            CurationAction::Create { id, name: required_text(name)?, label: *label }
        }
        Request::Rename { entity: of, name } => {
            CurationAction::Rename { entity: entity(of)?, name: required_text(name)? }
        }
        Request::Retype { entity: of, label } => {
            CurationAction::Retype { entity: entity(of)?, label: *label }
        }
        Request::Link { at, entity: to } => {
            CurationAction::Link { mention: span_of(archive, at)?, entity: entity(to)? }
        }
        Request::Reject { at } => CurationAction::Reject { mention: span_of(archive, at)? },
        Request::Add { at, label, entity: of } => CurationAction::Add {
            mention: span_of(archive, at)?,
            label: *label,
            entity: of.as_ref().map(entity).transpose()?,
        },
        Request::Keyword { on, words } => {
            CurationAction::Keyword { on: subject_of(archive, on)?, words: required_text(words)? }
        }
        Request::Note { on, words } => {
            CurationAction::Note { on: subject_of(archive, on)?, words: required_text(words)? }
        }
        Request::Undo { decision } => CurationAction::Undo { decision: *decision },
    })
}

fn required_text(words: &str) -> Result<String, StoreError> {
    if words.trim().is_empty() {
        return Err(StoreError::InvalidRequest("the text is empty".to_owned()));
    }
    bounded_text(words)
}

fn bounded_text(words: &str) -> Result<String, StoreError> {
    if words.len() > MAX_TEXT_BYTES {
        let what = format!("the text is longer than {MAX_TEXT_BYTES} bytes");
        return Err(StoreError::InvalidRequest(what));
    }
    Ok(words.trim().to_owned())
}

fn span_of(archive: &Archive, at: &MentionRef) -> Result<DocumentSpan, StoreError> {
    archive.documents().span_at(archive.documents().find(&at.document)?, at.start, at.end)
}

/// A document if there is one of this name, else an entity.
fn subject_of(archive: &Archive, on: &str) -> Result<RemarkTarget, StoreError> {
    match archive.entities().reference(on) {
        Ok(entity) => Ok(RemarkTarget::Entity(entity)),
        Err(_) => {
            let number = archive.documents().find(on)?;
            Ok(RemarkTarget::Document(archive.documents().row(number)?.id.to_string()))
        }
    }
}

/// An id that no other entity has: from the name and the number of the entry.
fn new_entity_id(archive: &Archive, name: &str) -> Result<String, StoreError> {
    let key = format!("{name}\0{}\0{}", archive.decisions().count()?, archive.current_time()?);
    Ok(format!("p-{}", &blake3::hash(key.as_bytes()).to_hex()[..12]))
}

/// Returns the mentions of an entity in a document.
fn mentions_in(
    archive: &Archive,
    of: &EntityReference,
    number: DocumentNumber,
) -> Result<Vec<DocumentSpan>, StoreError> {
    let (document, mentions) = archive.documents().with_mentions(number)?;
    let points = CodePoints::new(document.text.as_str());
    let root = archive.entities().find(&of.id)?;
    let own = mentions.iter().filter(|mention| mention.entity() == Some(root));
    Ok(own.map(|mention| span_in_document(&document, &points, mention.mention.span)).collect())
}
