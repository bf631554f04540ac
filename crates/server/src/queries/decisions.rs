//! What people decided, and how a form or JSON becomes a decision.

use chancery_store::{Action, Archive, EntityRef, Place, Record, Subject};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::limits::check_offset;
use crate::state::ReadSession;
use crate::urls::{entity_address, short_id};
use chancery_store::CurationRequest;

/// A decision to be made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct Decision {
    /// What is decided.
    #[serde(flatten)]
    pub(crate) wish: CurationRequest,
    /// Why.
    #[serde(default)]
    pub(crate) why: String,
}

/// A record of the log.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LogRow {
    /// Its number.
    pub(crate) number: i64,
    /// Who decided.
    pub(crate) who: String,
    /// When, ISO 8601.
    pub(crate) when: String,
    /// Why.
    pub(crate) why: String,
    /// "merge", "reject" and so on.
    pub(crate) action: String,
    /// What, in a sentence.
    pub(crate) told: String,
    /// The document or entity that it is about: an address.
    pub(crate) about: Option<String>,
    /// Whether a later record undid it.
    pub(crate) undone: bool,
    /// Why it finds nothing to act on.
    pub(crate) conflict: Option<String>,
}

/// The decision of a form: its fields by name. Numbers are digits there.
pub(crate) fn of_form(fields: Vec<(String, String)>) -> Result<Decision, ApiError> {
    let mut object = Map::new();
    for (name, value) in fields {
        let value = match name.as_str() {
            "start" | "end" | "record" => {
                let number: i64 = value
                    .parse()
                    .map_err(|_| ApiError::bad(format!("{name}: {value:?} is no number")))?;
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

/// The records of the log, latest first.
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

/// The word for an action, the sentence, and what it is about.
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
            ("merge", format!("{} is {}", of(from), of(into)), page(into))
        }
        Action::Apart { entity, from } => {
            ("keep apart", format!("{} is not {}", of(entity), of(from)), page(entity))
        }
        Action::Split { entity, name, id, mentions } => (
            "split",
            format!("{} mentions of {} are {name}", mentions.len(), of(entity)),
            Some(entity_address(id)),
        ),
        Action::Create { id, name, class } => {
            ("create", format!("{name}, {class}"), Some(entity_address(id)))
        }
        Action::Rename { entity, name } => {
            ("rename", format!("{} is called {name}", of(entity)), page(entity))
        }
        Action::Retype { entity, class } => {
            ("retype", format!("{} is of class {class}", of(entity)), page(entity))
        }
        Action::Link { mention, entity } => {
            ("link", format!("“{}” is {}", mention.text, of(entity)), there(mention))
        }
        Action::Reject { mention } => (
            "reject",
            format!("“{}” is no name", mention.text),
            Some(format!("/doc/{}", short_id(&mention.document))),
        ),
        Action::Add { mention, class, .. } => {
            ("add", format!("“{}” is a name, {class}", mention.text), there(mention))
        }
        Action::Tag { on: subject, words } => {
            let (what, address) = on(subject);
            ("tag", format!("{what}: {words}"), address)
        }
        Action::Note { on: subject, words } => {
            let (what, address) = on(subject);
            ("note", format!("{what}: {words}"), address)
        }
        Action::Undo { record } => ("undo", format!("record {record} does not hold"), None),
    }
}

/// What a document is called: its cable id or its subject; its id where it
/// has neither, or is no longer there.
fn called(archive: &Archive, id: &str) -> String {
    let summary = archive.find(id).and_then(|number| archive.summary(number));
    let name = summary.ok().and_then(|summary| summary.reference.or(summary.subject));
    name.unwrap_or_else(|| format!("document {}", short_id(id)))
}
