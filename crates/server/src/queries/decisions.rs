//! The log of decisions, and decisions from forms and JSON.

use chancery_store::{Action, Archive, EntityRef, Place, Record, Subject};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::limits::check_offset;
use crate::state::ReadSession;
use crate::urls::{entity_address, short_id};
use chancery_store::CurationRequest;

/// A request for a decision.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct Decision {
    /// The decision.
    #[serde(flatten)]
    pub(crate) wish: CurationRequest,
    /// Reason for the decision.
    #[serde(default)]
    pub(crate) why: String,
}

/// An entry of the log of decisions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LogRow {
    /// Number of the decision.
    pub(crate) number: i64,
    /// Author of the decision.
    pub(crate) who: String,
    /// Time, ISO 8601.
    pub(crate) when: String,
    /// Reason for the decision.
    pub(crate) why: String,
    /// Action, such as "merge" or "reject".
    pub(crate) action: String,
    /// What was decided, in a sentence.
    pub(crate) told: String,
    /// Path of the page of the document or entity that it concerns.
    pub(crate) about: Option<String>,
    /// Whether a later decision undid it.
    pub(crate) undone: bool,
    /// Why it cannot be applied, if so.
    pub(crate) conflict: Option<String>,
}

/// Builds a decision from the fields of a form.
///
/// # Errors
/// If a number is invalid, or the fields do not form a decision.
pub(crate) fn of_form(fields: Vec<(String, String)>) -> Result<Decision, ApiError> {
    let mut object = Map::new();
    for (name, value) in fields {
        let value = match name.as_str() {
            "start" | "end" | "decision" => {
                let number: i64 = value
                    .parse()
                    .map_err(|_| ApiError::bad(format!("{name}: {value:?} is not a number")))?;
                Value::from(number)
            }
            "documents" => {
                let list = object.entry(name).or_insert_with(|| Value::Array(Vec::new()));
                if let Value::Array(list) = list {
                    list.push(Value::String(value));
                }
                continue;
            }
            "entity" if value.is_empty() => continue,
            _ => Value::String(value),
        };
        object.insert(name, value);
    }
    serde_json::from_value(Value::Object(object)).map_err(|error| ApiError::bad(error.to_string()))
}

/// Returns the number of entries in the log, and one page of them, latest first.
pub(crate) fn recent(
    desk: &ReadSession<'_>,
    offset: usize,
    limit: usize,
) -> Result<(usize, Vec<LogRow>), ApiError> {
    check_offset(offset)?;
    let log = desk.archive.log()?;
    let conflicts = desk.archive.conflicts()?;
    let undone = chancery_store::undone(&log);
    let made = log.iter().rev().skip(offset).take(limit).map(|record| {
        let conflict = conflicts.iter().find(|conflict| conflict.record.number == record.number);
        let (action, told, about) = told(desk.archive, record);
        LogRow {
            number: record.number,
            who: record.who.clone(),
            when: record.when.clone(),
            why: record.why.clone(),
            action: action.to_owned(),
            told,
            about,
            undone: undone.contains(&record.number),
            conflict: conflict.map(|conflict| conflict.reason.clone()),
        }
    });
    Ok((log.len(), made.collect()))
}

/// Returns the name of the action, a sentence that describes the decision, and
/// the path of the page that it concerns.
fn told(archive: &Archive, record: &Record) -> (&'static str, String, Option<String>) {
    let of = |entity: &EntityRef| match &entity.at {
        Some(at) => format!("{} ({})", at.text, entity.id),
        None => entity.id.clone(),
    };
    let there = |at: &Place| Some(format!("/doc/{}/name/{}", short_id(&at.document), at.start));
    let page = |entity: &EntityRef| Some(entity_address(&entity.id));
    let on = |subject: &Subject| match subject {
        Subject::Document(id) => (called(archive, id), Some(format!("/doc/{}", short_id(id)))),
        Subject::Entity(entity) => (of(entity), page(entity)),
    };
    match &record.action {
        Action::Merge { from, into } => {
            ("merge", format!("merged {} into {}", of(from), of(into)), page(into))
        }
        Action::Apart { entity, from } => {
            ("apart", format!("{} is not {}", of(entity), of(from)), page(entity))
        }
        Action::Split { entity, name, id, mentions } => (
            "split",
            format!("moved {} mentions of {} to {name}", mentions.len(), of(entity)),
            Some(entity_address(id)),
        ),
        Action::Create { id, name, class } => {
            ("create", format!("created {name} ({class})"), Some(entity_address(id)))
        }
        Action::Rename { entity, name } => {
            ("rename", format!("renamed {} to {name}", of(entity)), page(entity))
        }
        Action::Retype { entity, class } => {
            ("retype", format!("changed the label of {} to {class}", of(entity)), page(entity))
        }
        Action::Link { mention, entity } => {
            ("link", format!("linked “{}” to {}", mention.text, of(entity)), there(mention))
        }
        Action::Reject { mention } => (
            "reject",
            format!("rejected “{}”", mention.text),
            Some(format!("/doc/{}", short_id(&mention.document))),
        ),
        Action::Add { mention, class, .. } => {
            ("add", format!("added “{}” ({class})", mention.text), there(mention))
        }
        Action::Tag { on: subject, words } => {
            let (what, address) = on(subject);
            ("keyword", format!("{what}: {words}"), address)
        }
        Action::Note { on: subject, words } => {
            let (what, address) = on(subject);
            ("note", format!("{what}: {words}"), address)
        }
        Action::Undo { record } => ("undo", format!("undid decision {record}"), None),
    }
}

/// Returns the cable id or subject of a document, or its id if it has neither or
/// no longer exists.
fn called(archive: &Archive, id: &str) -> String {
    let summary = archive.find(id).and_then(|number| archive.summary(number));
    let name = summary.ok().and_then(|summary| summary.reference.or(summary.subject));
    name.unwrap_or_else(|| format!("document {}", short_id(id)))
}
