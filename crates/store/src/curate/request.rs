//! A decision as a user states it, and the log entry that it becomes.
//!
//! The command line makes a [`CurationRequest`] from its arguments, the reading
//! room from a form or JSON. Only this module turns it into a log entry.

use std::collections::BTreeSet;

use chancery_model::{HeaderChange, Label, span_of_code_points};
use serde::Deserialize;

use super::preview::MergeOrder;
use super::{
    CurationAction, DocumentSpan, EntityReference, LogEntry, RemarkTarget, RenamedMentions,
};
use crate::archive::Archive;
use crate::error::StoreError;
use crate::highlights::HighlightColor;
use crate::numbers::{DecisionNumber, DocumentNumber};
use crate::stored_mention::StoredMention;
use crate::surname_ids::is_surname_group;
use crate::writer::ArchiveWriter;

/// A decision as a user states it: entities by id, documents by the beginning
/// of their id or by cable id, spans in code points.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum CurationRequest {
    /// Merge two entities into one. The richer one remains, whichever comes first.
    Merge {
        /// An entity, or a group of surnames.
        from: String,
        /// The other.
        into: String,
        /// Include documents that are added later. Otherwise only the documents that
        /// name the entities now are meant, and later ones raise a question.
        #[serde(default)]
        also_future: bool,
    },
    /// Answer a question: whether later documents mean the entity of a decision.
    Answer {
        /// The number of the decision that the question is about.
        question: DecisionNumber,
        /// Whether they mean this entity.
        same: bool,
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
        /// Include documents that are added later, as for a merge. Entities of a list
        /// and those that users created have the name in all documents.
        #[serde(default)]
        also_future: bool,
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
        /// Link all mentions of its entity, also in documents that are added later.
        #[serde(default)]
        also_future: bool,
        /// Which other mentions of the name are meant too.
        #[serde(default)]
        scope: MentionScope,
    },
    /// Reject a mention: it is not a name.
    Reject {
        /// The mention.
        #[serde(flatten)]
        at: MentionRef,
        /// Which other mentions of the name are meant too.
        #[serde(default)]
        scope: MentionScope,
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
        /// Which other mentions of the name are meant too.
        #[serde(default)]
        scope: MentionScope,
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
    /// Mark a passage of a document.
    Highlight {
        /// The passage.
        #[serde(flatten)]
        at: MentionRef,
        /// Its colour.
        #[serde(default)]
        color: HighlightColor,
        /// Its keyword; may be empty.
        #[serde(default)]
        keyword: String,
        /// The note on it; may be empty.
        #[serde(default)]
        words: String,
    },
    /// Give a statement another speaker.
    Speaker {
        /// Its word of saying.
        #[serde(flatten)]
        at: MentionRef,
        /// The entity that speaks.
        entity: String,
    },
    /// Reject a statement: nothing is said there.
    NoStatement {
        /// Its word of saying.
        #[serde(flatten)]
        at: MentionRef,
    },
    /// Set header fields of a document, whatever its text states.
    Set {
        /// The document.
        document: String,
        /// The fields: each replaces the field of the document.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        fields: Box<HeaderChange>,
    },
    /// Remove documents: hide them from searches, counts and exports. They stay on disk.
    Remove {
        /// Documents by id, cable id (with all sections and copies) or address, or paths
        /// as the archive records them, with all that they gave.
        documents: Vec<String>,
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

/// Which mentions of a name a decision about one of them is about. A mention has the name
/// of another if both have the same words and the same entity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MentionScope {
    /// This mention.
    #[default]
    Mention,
    /// All mentions of the name in the document.
    Document,
    /// Also the same passage in the near-duplicates of the document, unless a decision is
    /// about it.
    Copies,
    /// Also all mentions of the name in the other documents that are in the archive now,
    /// except those that a decision is about.
    Archive,
}

/// The result of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurationOutcome {
    /// The number of its log entry.
    pub decision: DecisionNumber,
    /// The id of the entity that it created, if any.
    pub created: Option<String>,
    /// The id of the entity that remains after a merge.
    pub kept: Option<String>,
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
            CurationAction::Rename { seen, .. } => seen.as_ref().map(|seen| seen.id.clone()),
            _ => None,
        };
        let kept = match &action {
            CurationAction::Merge { into, .. } => Some(into.id.clone()),
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
        Ok(CurationOutcome { decision: self.record_decision(entry)?, created, kept })
    }
}

fn action_of(archive: &Archive, request: &CurationRequest) -> Result<CurationAction, StoreError> {
    use CurationRequest as Request;
    let entity = |id: &String| archive.entities().reference(id);
    Ok(match request {
        Request::Merge { from, into, also_future } => {
            merge_action(archive, from, into, *also_future)?
        }
        Request::Answer { question, same } => answer_action(archive, *question, *same)?,
        Request::Apart { entity: one, from } => apart_action(archive, one, from)?,
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
        Request::Rename { entity: of, name, also_future } => {
            rename_action(archive, of, name, *also_future)?
        }
        Request::Retype { entity: of, label } => {
            CurationAction::Retype { entity: entity(of)?, label: *label }
        }
        Request::Link { at, entity: to, also_future: true, .. } => {
            let from = entity_of_mention(archive, at)?;
            merge_action(archive, &from, to, true)?
        }
        Request::Link { at, entity: to, also_future: false, scope } => CurationAction::Link {
            mention: span_of(archive, at)?,
            also: archive.other_mentions(at, *scope)?,
            entity: entity(to)?,
        },
        Request::Reject { at, scope } => CurationAction::Reject {
            mention: span_of(archive, at)?,
            also: archive.other_mentions(at, *scope)?,
        },
        Request::Add { at, label, entity: of, scope } => CurationAction::Add {
            mention: span_of(archive, at)?,
            also: archive.other_mentions(at, *scope)?,
            label: *label,
            entity: of.as_ref().map(entity).transpose()?,
        },
        Request::Keyword { on, words } => {
            CurationAction::Keyword { on: subject_of(archive, on)?, words: required_text(words)? }
        }
        Request::Note { on, words } => {
            CurationAction::Note { on: subject_of(archive, on)?, words: required_text(words)? }
        }
        Request::Highlight { at, color, keyword, words } => CurationAction::Highlight {
            passage: span_of(archive, at)?,
            color: *color,
            keyword: Some(bounded_text(keyword)?).filter(|keyword| !keyword.is_empty()),
            words: bounded_text(words)?,
        },
        Request::Speaker { at, entity: by } => {
            CurationAction::Speaker { statement: span_of(archive, at)?, entity: entity(by)? }
        }
        Request::NoStatement { at } => {
            CurationAction::NoStatement { statement: span_of(archive, at)? }
        }
        Request::Set { document, fields } => {
            if fields.fields().is_empty() {
                return Err(StoreError::InvalidRequest("no field is set".to_owned()));
            }
            let number = archive.documents().find(document)?;
            let document = archive.documents().row(number)?.id.to_string();
            CurationAction::Set { document, fields: (**fields).clone() }
        }
        Request::Remove { documents: named } => remove_action(archive, named)?,
        Request::Undo { decision } if archive.documents().has_erased(*decision)? => {
            let what = format!("decision {decision} removed documents that were erased since");
            return Err(StoreError::InvalidRequest(what));
        }
        Request::Undo { decision } => CurationAction::Undo { decision: *decision },
    })
}

fn remove_action(archive: &Archive, named: &[String]) -> Result<CurationAction, StoreError> {
    let selected = archive.documents().select(named)?;
    if selected.documents.is_empty() {
        let what = format!("{}: no document lies only there", named.join(", "));
        return Err(StoreError::InvalidRequest(what));
    }
    let id = |&number| Ok(archive.documents().row(number)?.id.to_string());
    let documents = selected.documents.iter().map(id).collect::<Result<_, StoreError>>()?;
    Ok(CurationAction::Remove { documents, named: named.to_vec() })
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

/// A merge of the mentions that are there, or of all present and future ones.
fn merge_action(
    archive: &Archive,
    from: &str,
    into: &str,
    also_future: bool,
) -> Result<CurationAction, StoreError> {
    let MergeOrder { from, into } = archive.order_of_merge(from, into)?;
    let mentions = match also_future {
        true => None,
        false => Some(mentions_of(archive, &from.id)?).filter(|mentions| !mentions.is_empty()),
    };
    // An entity without mentions has no documents that the user could have seen.
    let also_future = also_future || mentions.is_none();
    Ok(CurationAction::Merge { from, into, mentions, also_future })
}

/// States that two entities are different. A group of surnames is different in the
/// documents that are there.
fn apart_action(archive: &Archive, one: &str, other: &str) -> Result<CurationAction, StoreError> {
    let (one, other) = (archive.reference_or_group(one)?, archive.reference_or_group(other)?);
    let (entity, from) = match is_surname_group(&one.id) {
        true => (other, one),
        false => (one, other),
    };
    if is_surname_group(&entity.id) {
        let what = "these are surnames of many documents: they name no one person";
        return Err(StoreError::InvalidRequest(what.to_owned()));
    }
    let mentions = match is_surname_group(&from.id) {
        true => Some(mentions_of(archive, &from.id)?),
        false => None,
    };
    Ok(CurationAction::Apart { entity, from, mentions })
}

/// A rename. An entity that has its id from its name gives its mentions to one that a
/// user named; others are renamed as such.
fn rename_action(
    archive: &Archive,
    of: &str,
    name: &str,
    also_future: bool,
) -> Result<CurationAction, StoreError> {
    let (entity, name) = (archive.reference_or_group(of)?, required_text(name)?);
    let is_group = is_surname_group(&entity.id);
    if is_group && also_future {
        let what = "a surname of many documents cannot be renamed in later documents: merge it \
             into a person";
        return Err(StoreError::InvalidRequest(what.to_owned()));
    }
    let mentions = match entity.id.starts_with("n-") && !also_future {
        true => mentions_of(archive, &entity.id)?,
        false => Vec::new(),
    };
    let seen = match mentions.is_empty() {
        true => None,
        false => Some(RenamedMentions { id: new_entity_id(archive, &name)?, mentions }),
    };
    let also_future = seen.is_none();
    Ok(CurationAction::Rename { entity, name, seen, also_future })
}

fn answer_action(
    archive: &Archive,
    question: DecisionNumber,
    same: bool,
) -> Result<CurationAction, StoreError> {
    let question = archive.decisions().question(question)?;
    let (from, mentions) = archive.mentions_of_question(&question)?;
    let target = archive.entities().reference(&question.target.id)?;
    let mentions = Some(mentions);
    Ok(match same {
        true => CurationAction::Merge { from, into: target, mentions, also_future: false },
        false => CurationAction::Apart { entity: target, from, mentions },
    })
}

/// Returns the id of the entity of a mention, or of its group if it is a surname that
/// nothing decided.
fn entity_of_mention(archive: &Archive, at: &MentionRef) -> Result<String, StoreError> {
    let number = archive.documents().find(&at.document)?;
    let (document, mentions) = archive.documents().with_mentions(number)?;
    let span = span_of_code_points(document.text.as_str(), at.start, at.end);
    let mention = mentions.iter().find(|mention| Some(mention.mention.span) == span);
    let entity = mention.and_then(StoredMention::entity).ok_or_else(|| {
        StoreError::InvalidRequest("no mention of an entity is at this span".to_owned())
    })?;
    Ok(match archive.entities().group_of_surname(entity)? {
        Some(group) => group.id,
        None => archive.entities().get(entity)?.id,
    })
}

/// Returns all mentions of an entity, or of a group of surnames.
fn mentions_of(archive: &Archive, id: &str) -> Result<Vec<DocumentSpan>, StoreError> {
    let entities = archive.entities().with_id(id)?;
    let sql = "SELECT document FROM appearances WHERE entity = ?1";
    let mut documents = BTreeSet::new();
    for entity in &entities {
        documents.extend(archive.query_numbers::<DocumentNumber>(sql, [entity])?);
    }
    let mut mentions = Vec::new();
    for document in documents {
        mentions.extend(archive.documents().spans_of(document, &entities)?);
    }
    Ok(mentions)
}

/// Returns the mentions of an entity in a document.
fn mentions_in(
    archive: &Archive,
    of: &EntityReference,
    number: DocumentNumber,
) -> Result<Vec<DocumentSpan>, StoreError> {
    archive.documents().spans_of(number, &[archive.entities().find(&of.id)?])
}
