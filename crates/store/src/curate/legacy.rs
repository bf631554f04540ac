//! Decisions of earlier versions about a surname.
//!
//! In earlier versions a bare surname was one entity of the whole archive, and a merge
//! or rename of it meant every document, also those that came later. Such a decision
//! is limited to the documents that are there when an archive is converted or a log is
//! imported: the entry gets the mentions of the surname in them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chancery_model::{CodePoints, DocumentId};
use rusqlite::{Connection, params};

use super::log::{entry_from_json, entry_to_json};
use super::{CurationAction, DocumentSpan, EntityReference, LogEntry, RenamedMentions};
use crate::codec;
use crate::error::StoreError;
use crate::numbers::{DecisionNumber, EntityNumber};
use crate::overlay;
use crate::stored_mention::decode_mentions;
use crate::surname_ids::{ids_of_base, is_bare_surname};

/// The mentions of surnames, by the id of the surname.
type MentionsOfSurnames = HashMap<String, Vec<DocumentSpan>>;

/// Returns what makes two entries one decision: all but the number, and the mentions
/// that an entry of an earlier version lacks.
pub(super) fn key_of_entry(entry: &LogEntry) -> String {
    let mut entry = LogEntry { number: DecisionNumber(0), ..entry.clone() };
    match &mut entry.action {
        CurationAction::Merge { mentions, .. } => *mentions = None,
        CurationAction::Rename { seen, .. } => *seen = None,
        _ => {}
    }
    entry_to_json(&entry)
}

/// Returns the entity of a decision of an earlier version about a surname.
fn surname_of(entry: &LogEntry) -> Option<&EntityReference> {
    let of = match &entry.action {
        CurationAction::Merge { from, mentions: None, also_future: false, .. } => from,
        CurationAction::Rename { entity, seen: None, also_future: false, .. } => entity,
        _ => return None,
    };
    (of.id.starts_with("n-") && !of.id.contains('@')).then_some(of)
}

/// Limits the decisions of a stored log. Returns whether there are such.
pub(crate) fn bind_surnames_of_log(db: &Connection) -> Result<bool, StoreError> {
    let mut entries = Vec::new();
    let mut read = db.prepare("SELECT entry FROM decisions ORDER BY number")?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        entries.push(entry_from_json(&row.get::<_, String>(0)?)?);
    }
    let before = entries.clone();
    bind_surnames(db, &mut entries)?;
    let mut write = db.prepare("UPDATE decisions SET entry = ?2 WHERE number = ?1")?;
    for (entry, _) in entries.iter().zip(&before).filter(|(entry, before)| entry != before) {
        write.execute(params![entry.number, entry_to_json(entry)])?;
    }
    Ok(entries != before)
}

/// Limits the decisions about surnames among `entries` to the documents of an archive.
pub(super) fn bind_surnames(db: &Connection, entries: &mut [LogEntry]) -> Result<(), StoreError> {
    let ids = entries.iter().filter_map(surname_of).map(|of| of.id.clone()).collect();
    let found = mentions_of_surnames(db, &ids)?;
    for entry in entries {
        if let Some(of) = surname_of(entry)
            && let Some(mentions) = found.get(&of.id)
        {
            let key = format!("{} {} {}", of.id, entry.time, entry.author);
            bind_entry(entry, mentions.clone(), &key);
        }
    }
    Ok(())
}

fn bind_entry(entry: &mut LogEntry, found: Vec<DocumentSpan>, key: &str) {
    match &mut entry.action {
        CurationAction::Merge { mentions, .. } => *mentions = Some(found),
        CurationAction::Rename { seen, .. } => {
            let id = format!("p-{}", &blake3::hash(key.as_bytes()).to_hex()[..12]);
            *seen = Some(RenamedMentions { id, mentions: found });
        }
        _ => {}
    }
}

/// Returns the mentions of these surnames in all documents, except those about which
/// there is a decision.
fn mentions_of_surnames(
    db: &Connection,
    ids: &BTreeSet<String>,
) -> Result<MentionsOfSurnames, StoreError> {
    let surnames = entities_of_surnames(db, ids)?;
    let mut found = MentionsOfSurnames::new();
    if surnames.is_empty() {
        return Ok(found);
    }
    let sql = "SELECT id, text, mentions, interned FROM documents
         JOIN bodies ON bodies.document = number
         JOIN annotations ON annotations.document = number ORDER BY number";
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let packed: Vec<u8> = row.get(2)?;
        let mentions = decode_mentions(&packed, &row.get::<_, String>(3)?)?;
        let own = |entity: Option<EntityNumber>| surnames.get(&entity?);
        if !mentions.iter().any(|mention| own(mention.entity()).is_some()) {
            continue;
        }
        let id = DocumentId(row.get(0)?);
        let text = codec::decode_text_column(&row.get::<_, Vec<u8>>(1)?)?;
        let points = CodePoints::new(&text);
        let edits = overlay::load_edits(db, &id)?;
        for mention in mentions {
            let span = mention.mention.span;
            let Some(surname) = own(mention.entity()).filter(|_| !edits.contains_key(&span)) else {
                continue;
            };
            found.entry(surname.clone()).or_default().push(DocumentSpan {
                document: id.to_string(),
                start: points.code_point_offset(span.start),
                end: points.code_point_offset(span.end),
                text: text.get(span.byte_range()).unwrap_or_default().to_owned(),
            });
        }
    }
    Ok(found)
}

/// Returns the entities of surnames, of the whole archive or of one document.
fn entities_of_surnames(
    db: &Connection,
    ids: &BTreeSet<String>,
) -> Result<BTreeMap<EntityNumber, String>, StoreError> {
    let sql = "SELECT number, name FROM entities
         WHERE (id = ?1 OR id >= ?2 AND id < ?3) AND label = 'PER'";
    let mut statement = db.prepare(sql)?;
    let mut surnames = BTreeMap::new();
    for id in ids {
        let (first, last) = ids_of_base(id);
        let mut rows = statement.query([id, &first, &last])?;
        while let Some(row) = rows.next()? {
            if is_bare_surname(&row.get::<_, String>(1)?) {
                surnames.insert(row.get(0)?, id.clone());
            }
        }
    }
    Ok(surnames)
}
