//! Curation: the decisions of users, which survive every re-ingest.
//!
//! Decisions are entries of an append-only log. The log can be exported to and
//! imported from a file of JSON lines. It alone determines the curated state. A
//! new entry is applied to the current state by itself. After an undo, an
//! import and every ingest, the log is replayed from the first entry to the
//! last; the result is the same. Only changed documents are indexed again.
//!
//! A new entry without a target (its document is not in the archive, or its
//! mention is no longer found) is refused. In a replay, such an entry is a
//! conflict: it is listed, kept, and tried again at the next replay.
//!
//! ```json
//! {"number":3,"author":"ana","time":"2026-11-23T10:00:00Z","reason":"same office",
//!  "action":"merge","from":{"id":"n-1f0a"},"into":{"id":"n-77c2"}}
//! ```
//!
//! A merge or rename acts on the mentions that the user saw, which the entry lists. It
//! acts on all documents, present and future, only if the user said so
//! (`also_future`). Documents that come later and say the name raise a
//! [question](questions). Entries of earlier versions list no mentions: those about a
//! surname are limited to the documents that were there ([legacy]), the others act on
//! all documents, as they always did.
//!
//! Spans count code points of the reading text and carry the text itself, so
//! that a person can check an entry and the program notices if the text
//! changed.

mod apply;
mod bound;
mod copies;
mod entity_lookup;
mod legacy;
mod log;
mod preview;
mod questions;
mod replay;
mod request;
mod same_name;

use std::collections::HashMap;

use chancery_model::{CodePoints, Document, HeaderChange, Label, TextSpan, span_of_code_points};
use serde::{Deserialize, Serialize};

use crate::archive::Archive;
use crate::error::StoreError;
use crate::highlights::HighlightColor;
use crate::numbers::{DecisionNumber, DocumentNumber};
use crate::views::Documents;
use crate::writer::ArchiveWriter;
pub(crate) use legacy::bind_surnames_of_log;
use log::append_entry;
pub use log::{LoggedDecision, undone_entries};
pub(crate) use log::{entry_from_json, entry_to_json};
pub use preview::{MergePreview, MergeSide};
pub use questions::OpenQuestion;
pub use request::{CurationOutcome, CurationRequest, MentionRef, MentionScope};

/// Target of an imported "undo" whose target was not imported with it: the
/// number from the other log means nothing in this one.
const NOT_IMPORTED: DecisionNumber = DecisionNumber(0);

/// A log entry: a decision with its author, time and reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Number in the log, from 1; assigned by the archive.
    #[serde(default)]
    pub number: DecisionNumber,
    /// Author.
    #[serde(alias = "who")]
    pub author: String,
    /// Time, ISO 8601.
    #[serde(alias = "when")]
    pub time: String,
    /// Reason; may be empty.
    #[serde(default, alias = "why", skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The decision.
    #[serde(flatten)]
    pub action: CurationAction,
}

/// A decision that a user can make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum CurationAction {
    /// Merge two entities: `from` becomes part of `into`.
    Merge {
        /// Entity that disappears.
        from: EntityReference,
        /// Entity that remains.
        into: EntityReference,
        /// The mentions that move. Without them, all present and future ones do.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mentions: Option<Vec<DocumentSpan>>,
        /// Whether the user said that later documents are included.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        also_future: bool,
    },
    /// Move some mentions of an entity to a new entity.
    Split {
        /// Entity to which they were linked.
        entity: EntityReference,
        /// Mentions to move.
        mentions: Vec<DocumentSpan>,
        /// Id of the new entity.
        id: String,
        /// Name of the new entity.
        name: String,
    },
    /// State that two entities with similar names are different.
    Apart {
        /// First entity.
        entity: EntityReference,
        /// Second entity.
        from: EntityReference,
        /// The mentions of the second that are not the first. Without them, the
        /// entities are different as such.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mentions: Option<Vec<DocumentSpan>>,
    },
    /// Create an entity that the engine does not know.
    Create {
        /// Id of the new entity.
        id: String,
        /// Name of the new entity.
        name: String,
        /// Label of the new entity.
        #[serde(rename = "label", alias = "class")]
        label: Label,
    },
    /// Change the name of an entity.
    Rename {
        /// Entity to rename.
        entity: EntityReference,
        /// New name.
        name: String,
        /// The mentions that have the new name, and the entity of this name to which
        /// they move. Without it, the entity itself has the new name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<RenamedMentions>,
        /// Whether the user said that later documents are included.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        also_future: bool,
    },
    /// Change the label of an entity.
    Retype {
        /// Entity to change.
        entity: EntityReference,
        /// New label.
        #[serde(rename = "label", alias = "class")]
        label: Label,
    },
    /// Link a mention to an entity.
    Link {
        /// Mention to link.
        mention: DocumentSpan,
        /// Other mentions of the name in this decision.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        also: Vec<DocumentSpan>,
        /// Its entity.
        entity: EntityReference,
    },
    /// Reject a mention: it is not a name.
    Reject {
        /// Mention to reject.
        mention: DocumentSpan,
        /// Other mentions of the name in this decision.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        also: Vec<DocumentSpan>,
    },
    /// Add a mention that the engine did not find.
    Add {
        /// Span of the mention.
        mention: DocumentSpan,
        /// Other mentions of the name in this decision.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        also: Vec<DocumentSpan>,
        /// Label of the mention.
        #[serde(rename = "label", alias = "class")]
        label: Label,
        /// Its entity, if known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        entity: Option<EntityReference>,
    },
    /// Add a keyword to a document or entity.
    #[serde(rename = "keyword", alias = "tag")]
    Keyword {
        /// Document or entity.
        on: RemarkTarget,
        /// The keyword.
        words: String,
    },
    /// Add a note to a document or entity.
    Note {
        /// Document or entity.
        on: RemarkTarget,
        /// Text of the note.
        words: String,
    },
    /// Mark a passage of a document.
    Highlight {
        /// The passage.
        passage: DocumentSpan,
        /// Its colour.
        color: HighlightColor,
        /// Its keyword.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        keyword: Option<String>,
        /// The note on it; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        words: String,
    },
    /// Give a statement another speaker.
    Speaker {
        /// Its word of saying.
        statement: DocumentSpan,
        /// The entity that speaks.
        entity: EntityReference,
    },
    /// Reject a statement: nothing is said there.
    NoStatement {
        /// Its word of saying.
        statement: DocumentSpan,
    },
    /// Set header fields of a document.
    Set {
        /// Id of the document.
        document: String,
        /// The fields.
        fields: HeaderChange,
    },
    /// Remove documents: hide them from searches, counts and exports.
    Remove {
        /// Ids of the documents.
        documents: Vec<String>,
        /// What the user named: ids, or paths with all that they gave.
        named: Vec<String>,
    },
    /// Undo an earlier decision.
    Undo {
        /// Number of its log entry.
        #[serde(rename = "decision", alias = "record")]
        decision: DecisionNumber,
    },
}

/// The kind of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the kinds are those of `CurationAction`")]
pub enum DecisionKind {
    Merge,
    Split,
    Apart,
    Create,
    Rename,
    Retype,
    Link,
    Reject,
    Add,
    Keyword,
    Note,
    Highlight,
    Speaker,
    NoStatement,
    Set,
    Remove,
    Undo,
}

impl DecisionKind {
    /// Whether it adds words of the user: a keyword, a note or a highlight.
    pub const fn is_remark(self) -> bool {
        matches!(self, Self::Keyword | Self::Note | Self::Highlight)
    }

    /// Returns the name used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Split => "split",
            Self::Apart => "apart",
            Self::Create => "create",
            Self::Rename => "rename",
            Self::Retype => "retype",
            Self::Link => "link",
            Self::Reject => "reject",
            Self::Add => "add",
            Self::Keyword => "keyword",
            Self::Note => "note",
            Self::Highlight => "highlight",
            Self::Speaker => "speaker",
            Self::NoStatement => "no_statement",
            Self::Set => "set",
            Self::Remove => "remove",
            Self::Undo => "undo",
        }
    }
}

impl CurationAction {
    /// Returns the spans of documents that the decision is about.
    pub fn spans(&self) -> Vec<&DocumentSpan> {
        match self {
            Self::Link { mention, also, .. }
            | Self::Reject { mention, also }
            | Self::Add { mention, also, .. } => std::iter::once(mention).chain(also).collect(),
            Self::Merge { mentions, .. } | Self::Apart { mentions, .. } => {
                mentions.iter().flatten().collect()
            }
            Self::Split { mentions, .. } => mentions.iter().collect(),
            Self::Rename { seen, .. } => {
                seen.iter().flat_map(|seen| seen.mentions.iter()).collect()
            }
            Self::Highlight { passage, .. } => vec![passage],
            Self::Speaker { statement, .. } | Self::NoStatement { statement } => vec![statement],
            Self::Create { .. }
            | Self::Retype { .. }
            | Self::Keyword { .. }
            | Self::Note { .. }
            | Self::Set { .. }
            | Self::Remove { .. }
            | Self::Undo { .. } => Vec::new(),
        }
    }

    /// Returns the kind of the decision.
    pub const fn kind(&self) -> DecisionKind {
        match self {
            Self::Merge { .. } => DecisionKind::Merge,
            Self::Split { .. } => DecisionKind::Split,
            Self::Apart { .. } => DecisionKind::Apart,
            Self::Create { .. } => DecisionKind::Create,
            Self::Rename { .. } => DecisionKind::Rename,
            Self::Retype { .. } => DecisionKind::Retype,
            Self::Link { .. } => DecisionKind::Link,
            Self::Reject { .. } => DecisionKind::Reject,
            Self::Add { .. } => DecisionKind::Add,
            Self::Keyword { .. } => DecisionKind::Keyword,
            Self::Note { .. } => DecisionKind::Note,
            Self::Highlight { .. } => DecisionKind::Highlight,
            Self::Speaker { .. } => DecisionKind::Speaker,
            Self::NoStatement { .. } => DecisionKind::NoStatement,
            Self::Set { .. } => DecisionKind::Set,
            Self::Remove { .. } => DecisionKind::Remove,
            Self::Undo { .. } => DecisionKind::Undo,
        }
    }
}

/// Reference to an entity: its id, and a mention of it at the time of the
/// decision. If a later run gives the entity another id, the mention still
/// identifies it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityReference {
    /// Id of the entity.
    pub id: String,
    /// A mention of the entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DocumentSpan>,
    /// Its name at the time of the decision, as lists showed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The mentions to which a user gave a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenamedMentions {
    /// Id of the entity of this name.
    pub id: String,
    /// The mentions.
    pub mentions: Vec<DocumentSpan>,
}

/// A span of a document's reading text, in code points.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DocumentSpan {
    /// Id of the document.
    pub document: String,
    /// First code point.
    pub start: u32,
    /// One past the last code point.
    pub end: u32,
    /// Text of the span.
    pub text: String,
}

/// The document or entity that a keyword or note is attached to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemarkTarget {
    /// A document by its id.
    Document(String),
    /// An entity.
    Entity(EntityReference),
}

/// A log entry that cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionConflict {
    /// The log entry.
    pub entry: LogEntry,
    /// Why it cannot be applied.
    pub reason: String,
}

impl Documents<'_> {
    /// Returns the span of code points `start..end` of a document.
    ///
    /// # Errors
    /// If the span is out of range.
    pub fn span_at(
        self,
        number: DocumentNumber,
        start: u32,
        end: u32,
    ) -> Result<DocumentSpan, StoreError> {
        let document = self.parsed(number)?;
        let text = document.text.as_str();
        let span = span_of_code_points(text, start, end).ok_or_else(|| {
            let points = text.chars().count();
            let what = format!("{start}..{end} is out of range: its text is 0..{points}");
            StoreError::InvalidRequest(format!("document {}: {what}", document.id))
        })?;
        Ok(DocumentSpan {
            document: document.id.to_string(),
            start,
            end,
            text: text[span.byte_range()].to_owned(),
        })
    }
}

impl Archive {
    /// Returns the current time, ISO 8601, from the database's clock.
    pub fn current_time(&self) -> Result<String, StoreError> {
        let sql = "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now')";
        Ok(self.db.query_row(sql, [], |row| row.get(0))?)
    }

    /// Returns the time some days ago, ISO 8601.
    pub fn time_before_days(&self, days: u32) -> Result<String, StoreError> {
        let sql = "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-' || ?1 || ' days')";
        Ok(self.db.query_row(sql, [days], |row| row.get(0))?)
    }
}

/// Returns a span of a document in code points.
fn span_in_document(document: &Document, points: &CodePoints<'_>, span: TextSpan) -> DocumentSpan {
    DocumentSpan {
        document: document.id.to_string(),
        start: points.code_point_offset(span.start),
        end: points.code_point_offset(span.end),
        text: document.text[span].to_owned(),
    }
}

impl ArchiveWriter {
    /// Appends an entry to the log, applies it, and returns its number.
    ///
    /// # Errors
    /// If the entry cannot be applied. It is then not appended.
    pub fn record_decision(&mut self, mut entry: LogEntry) -> Result<DecisionNumber, StoreError> {
        // A refused decision is rolled back, but not the files of an open batch.
        self.commit_batch()?;
        let number = self.run_in_batch(|archive, batch| {
            append_entry(archive, &mut entry)?;
            replay::apply_new_entry(archive, batch, &entry)?;
            Ok(entry.number)
        })?;
        self.commit_batch()?;
        Ok(number)
    }

    /// Appends the entries of an exported log that are not yet in this log,
    /// and returns their number. Entries that cannot be applied become
    /// conflicts.
    pub fn import_log(&mut self, mut entries: Vec<LogEntry>) -> Result<usize, StoreError> {
        let imported = self.run_in_batch(|archive, batch| {
            let plain = legacy::key_of_entry;
            legacy::bind_surnames(&archive.db, &mut entries)?;
            let mut logged = HashMap::new();
            for entry in archive.decisions().log()? {
                logged.entry(plain(&entry)).or_insert(entry.number);
            }
            let mut renumbered = HashMap::new();
            let mut imported = 0;
            for mut entry in entries {
                let number = entry.number;
                if let CurationAction::Undo { decision: undone } = &mut entry.action {
                    *undone = renumbered.get(undone).copied().unwrap_or(NOT_IMPORTED);
                }
                let new_number = match logged.get(&plain(&entry)) {
                    Some(logged) => *logged,
                    None => {
                        imported += 1;
                        append_entry(archive, &mut entry)?;
                        entry.number
                    }
                };
                if number != DecisionNumber(0) {
                    renumbered.insert(number, new_number);
                }
            }
            replay::replay_log(archive, batch)?;
            Ok(imported)
        })?;
        self.commit_batch()?;
        Ok(imported)
    }

    /// Applies the log to documents that were added or annotated again.
    pub fn replay_log(&mut self) -> Result<(), StoreError> {
        if self.decisions().count()? > 0 {
            self.run_in_batch(replay::replay_log)?;
        }
        self.commit_batch()
    }
}
