//! The log of decisions, and decisions from forms and JSON.

use std::collections::BTreeSet;

use chancery_model::Label;
use chancery_store::{
    Archive, CurationAction, CurationRequest, DecisionKind, DecisionNumber, DocumentSpan,
    EntityReference, LogEntry, LoggedDecision, RemarkTarget, StoreError,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::error::ViewError;
use crate::formatting::format_count;
use crate::limits::check_offset;
use crate::session::ReadSession;
use crate::urls::{entity_url, short_document_id};

/// A request for a decision.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct DecisionRequest {
    /// The decision.
    #[serde(flatten)]
    pub request: CurationRequest,
    /// Reason for the decision.
    #[serde(default)]
    pub reason: String,
}

/// An entry of the log of decisions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DecisionEntry {
    /// Number of the decision.
    pub number: DecisionNumber,
    /// Author of the decision.
    pub author: String,
    /// Time, ISO 8601.
    pub time: String,
    /// Reason for the decision.
    pub reason: String,
    /// Kind of the decision.
    pub action: DecisionKind,
    /// What was decided, in a sentence.
    pub message: String,
    /// Path of the page of the document or entity that it concerns.
    pub about: Option<String>,
    /// Whether a later decision undid it.
    pub undone: bool,
    /// Why it cannot be applied, if so.
    pub conflict: Option<String>,
}

/// Builds a decision from the fields of a form.
///
/// # Errors
/// If a number is invalid, or the fields do not form a decision.
pub fn decision_from_form(fields: Vec<(String, String)>) -> Result<DecisionRequest, ViewError> {
    let mut object = Map::new();
    for (name, value) in fields {
        let value = match name.as_str() {
            "also_future" | "same" => Value::Bool(value == "yes"),
            "start" | "end" | "decision" | "question" => {
                let number: i64 = value.parse().map_err(|_| {
                    ViewError::bad_request(format!("{name}: {value:?} is not a number"))
                })?;
                Value::from(number)
            }
            "documents" => {
                let list = object.entry(name).or_insert_with(|| Value::Array(Vec::new()));
                if let Value::Array(list) = list {
                    list.push(Value::String(value));
                }
                continue;
            }
            // One button says two things: that it is a name, and which.
            "choice" if value == "reject" => {
                object.insert("action".to_owned(), Value::String(value));
                continue;
            }
            "choice" => {
                object.insert("action".to_owned(), Value::String("add".to_owned()));
                object.insert("label".to_owned(), Value::String(value));
                continue;
            }
            "entity" if value.is_empty() => continue,
            _ => Value::String(value),
        };
        object.insert(name, value);
    }
    serde_json::from_value(Value::Object(object))
        .map_err(|error| ViewError::bad_request(error.to_string()))
}

/// Returns the number of entries in the log, and one page of them, latest first.
pub fn recent_decisions(
    session: &ReadSession<'_>,
    offset: usize,
    limit: usize,
) -> Result<(usize, Vec<DecisionEntry>), ViewError> {
    check_offset(offset)?;
    let archive = session.archive;
    let page = archive.decisions().page(offset, limit)?;
    let entries = page.into_iter().map(|logged| decision_entry(archive, logged));
    Ok((archive.decisions().count()?, entries.collect()))
}

/// Returns a sentence that describes the decision.
pub(crate) fn message_of(archive: &Archive, entry: &LogEntry) -> String {
    describe_entry(archive, entry).0
}

/// Returns the decisions that name a document or an entity by this id, oldest first.
pub fn decisions_about(
    session: &ReadSession<'_>,
    id: &str,
) -> Result<Vec<DecisionEntry>, ViewError> {
    let logged = session.archive.decisions().about(id)?;
    Ok(logged.into_iter().map(|logged| decision_entry(session.archive, logged)).collect())
}

/// Says in a sentence what was decided, if the log has a decision with this number.
///
/// # Errors
/// If the archive cannot be read.
pub fn decision_in_words(
    archive: &Archive,
    number: DecisionNumber,
) -> Result<Option<String>, StoreError> {
    let logged = archive.decisions().entry(number)?;
    Ok(logged.map(|logged| message_of(archive, &logged.entry)))
}

fn decision_entry(archive: &Archive, logged: LoggedDecision) -> DecisionEntry {
    let (message, about) = describe_entry(archive, &logged.entry);
    let action = logged.entry.action.kind();
    DecisionEntry {
        number: logged.entry.number,
        author: logged.entry.author,
        time: logged.entry.time,
        reason: logged.entry.reason,
        action,
        message,
        about,
        undone: logged.undone,
        conflict: logged.conflict,
    }
}

/// Returns a sentence that describes the decision, and the path of the page that it
/// concerns.
fn describe_entry(archive: &Archive, entry: &LogEntry) -> (String, Option<String>) {
    let entity_text = |entity: &EntityReference| entity_name(archive, entity);
    let mention_path = |at: &DocumentSpan| {
        Some(format!("/doc/{}/name/{}", short_document_id(&at.document), at.start))
    };
    let statement_path = |at: &DocumentSpan| {
        Some(format!("/doc/{}?statements=shown#said{}", short_document_id(&at.document), at.start))
    };
    let entity_path = |entity: &EntityReference| Some(entity_url(&entity.id));
    let describe_target = |subject: &RemarkTarget| match subject {
        RemarkTarget::Document(id) => {
            (document_name(archive, id), Some(format!("/doc/{}", short_document_id(id))))
        }
        RemarkTarget::Entity(entity) => (entity_text(entity), entity_path(entity)),
    };
    match &entry.action {
        CurationAction::Merge { from, into, mentions, .. } => {
            let (from, scope) = (entity_text(from), scope_in_words(mentions.as_deref()));
            (format!("merged {from} into {} {scope}", entity_text(into)), entity_path(into))
        }
        CurationAction::Apart { entity, from, mentions } => {
            let scope = mentions.as_deref().map(|mentions| scope_in_words(Some(mentions)));
            let (from, scope) = (entity_text(from), scope.unwrap_or_default());
            let message = format!("{} is not {from} {scope}", entity_text(entity));
            (message.trim_end().to_owned(), entity_path(entity))
        }
        CurationAction::Split { entity, name, id, mentions } => (
            format!(
                "moved {} of {} to {name}",
                format_count(mentions.len() as u64, "mention"),
                entity_text(entity)
            ),
            Some(entity_url(id)),
        ),
        CurationAction::Create { id, name, label } => {
            (format!("created {name} ({})", label_in_words(*label)), Some(entity_url(id)))
        }
        CurationAction::Rename { entity, name, seen, .. } => {
            let mentions = seen.as_ref().map(|seen| &seen.mentions[..]);
            let (of, scope) = (entity_text(entity), scope_in_words(mentions));
            let path = seen.as_ref().map_or(&entity.id, |seen| &seen.id);
            (format!("renamed {of} to {name} {scope}"), Some(entity_url(path)))
        }
        CurationAction::Retype { entity, label } => {
            (format!("{} is: {}", entity_text(entity), label_in_words(*label)), entity_path(entity))
        }
        CurationAction::Link { mention, entity, also } => {
            let (words, to) = (&mention.text, entity_text(entity));
            (format!("linked “{words}” to {to}{}", others_in_words(also)), mention_path(mention))
        }
        CurationAction::Reject { mention, also } => (
            format!("“{}” is not a name{}", mention.text, others_in_words(also)),
            Some(format!("/doc/{}", short_document_id(&mention.document))),
        ),
        CurationAction::Add { mention, label, also, .. } => {
            let (words, label) = (&mention.text, label_in_words(*label));
            let others = others_in_words(also);
            (format!("“{words}” is a name: {label}{others}"), mention_path(mention))
        }
        CurationAction::Keyword { on: subject, words } => {
            let (what, address) = describe_target(subject);
            (format!("{what}: keyword “{words}”"), address)
        }
        CurationAction::Note { on: subject, words } => {
            let (what, address) = describe_target(subject);
            (format!("{what}: note “{words}”"), address)
        }
        CurationAction::Highlight { passage, words, .. } => {
            let path =
                format!("/doc/{}#note{}", short_document_id(&passage.document), entry.number);
            (describe_highlight(&passage.text, words), Some(path))
        }
        CurationAction::Speaker { statement, entity } => {
            let name = entity_text(entity);
            (format!("{name} is the speaker of “{}”", statement.text), statement_path(statement))
        }
        CurationAction::NoStatement { statement } => {
            (format!("“{}” is not a statement", statement.text), statement_path(statement))
        }
        CurationAction::Set { document, fields } => {
            let fields: Vec<&str> =
                fields.fields().into_iter().map(chancery_model::EnvelopeField::name).collect();
            let name = document_name(archive, document);
            let path = format!("/doc/{}", short_document_id(document));
            (format!("set {} of {name}", fields.join(", ")), Some(path))
        }
        CurationAction::Remove { documents, named } => (
            format!(
                "removed {}: {}",
                named.join(", "),
                format_count(documents.len() as u64, "document")
            ),
            None,
        ),
        CurationAction::Undo { decision } => (format!("undid decision {decision}"), None),
    }
}

fn describe_highlight(passage: &str, note: &str) -> String {
    let short: String = passage.chars().take(80).collect();
    match note {
        "" => format!("highlighted “{short}”"),
        note => format!("note “{note}” on “{short}”"),
    }
}

/// The name that an entity had at the time of a decision. Older entries do not have it:
/// the name of a mention, else the one that the archive has now.
fn entity_name(archive: &Archive, entity: &EntityReference) -> String {
    let entities = archive.entities();
    let known = || entities.find(&entity.id).and_then(|number| entities.get(number));
    let mention = || entity.at.as_ref().map(|at| at.text.clone());
    entity.name.clone().or_else(mention).unwrap_or_else(|| {
        known()
            .map_or_else(|_| "a name that no longer exists".to_owned(), |known| known.shown_name())
    })
}

fn label_in_words(label: Label) -> &'static str {
    match label {
        Label::Per => "person",
        Label::Loc => "place",
        Label::Org => "organisation",
        Label::Misc => "other",
    }
}

/// Says how many more mentions a decision is about.
fn others_in_words(also: &[DocumentSpan]) -> String {
    match also.len() {
        0 => String::new(),
        others => format!(", and {} more", format_count(others as u64, "mention")),
    }
}

/// Says on which documents a decision acts.
fn scope_in_words(mentions: Option<&[DocumentSpan]>) -> String {
    let Some(mentions) = mentions else { return "in all documents".to_owned() };
    let documents: BTreeSet<&str> = mentions.iter().map(|one| one.document.as_str()).collect();
    format!("in {}", format_count(documents.len() as u64, "document"))
}

/// Returns the cable id or subject of a document, or its id if it has neither or
/// no longer exists.
fn document_name(archive: &Archive, id: &str) -> String {
    let summary = archive.documents().find(id).and_then(|number| archive.documents().row(number));
    let name = summary.ok().and_then(|summary| summary.cable_id.or(summary.subject));
    name.unwrap_or_else(|| format!("document {}", short_document_id(id)))
}
