//! Header fields that users set: applied to the header whenever a document is read, as
//! [`overlay`](crate::overlay) does with mentions.
//!
//! A decision is a row of the table of remarks, of the kind "header", with its fields as
//! JSON. Later decisions replace earlier ones field by field.

use chancery_model::{
    Correspondent, DateTimeGroup, DocumentId, EnvelopeField, EnvelopeKind, FieldOrigin, Header,
    HeaderChange, Spanned, TextSpan,
};
use rusqlite::{Connection, params};

use crate::error::StoreError;
use crate::numbers::DecisionNumber;

/// Keeps a decision about the header of a document.
pub(crate) fn insert_decision(
    db: &Connection,
    decision: DecisionNumber,
    id: &DocumentId,
    fields: &HeaderChange,
) -> Result<(), StoreError> {
    let json = serde_json::to_string(fields).expect("plain data");
    let sql = "INSERT INTO remarks VALUES (?1, ?2, NULL, 'header', ?3)";
    db.prepare_cached(sql)?.execute(params![decision, id.0, json])?;
    Ok(())
}

/// Applies the decisions about the header of a document.
pub(crate) fn apply_decisions(
    db: &Connection,
    id: &DocumentId,
    header: &mut Header,
) -> Result<(), StoreError> {
    let sql = "SELECT decision, text FROM remarks WHERE document = ?1 AND kind = 'header'
         ORDER BY decision";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([id.0])?;
    while let Some(row) = rows.next()? {
        let change = serde_json::from_str(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)
            .map_err(crate::codec::damaged_error)?;
        apply_change(header, change, row.get(0)?);
    }
    Ok(())
}

/// Sets the fields of a change, with the decision as their origin.
fn apply_change(header: &mut Header, change: HeaderChange, decision: DecisionNumber) {
    let fields = change.fields();
    let envelope = EnvelopeKind::Decision(u32::try_from(decision.0).unwrap_or(u32::MAX));
    for field in &fields {
        clear_field(header, *field);
        if !change.cleared.contains(field) {
            header.origins.push(FieldOrigin { field: *field, envelope });
        }
    }
    let HeaderChange {
        id,
        serial,
        date,
        time,
        post,
        classification,
        captions,
        from,
        to,
        info,
        tags,
        subject,
        references,
        signatures,
        cleared: _,
    } = change;
    let named = |name| Correspondent { name, ..Correspondent::default() };
    set_field(&mut header.cable_id, id);
    set_field(&mut header.serial, serial);
    match (date, time) {
        (Some(date), Some((hour, minute))) => {
            set_field(&mut header.date_time, Some(DateTimeGroup { date, hour, minute }));
        }
        (date, _) => set_field(&mut header.date, date),
    }
    set_field(&mut header.post, post);
    set_field(&mut header.classification, classification);
    header.captions.extend(captions.into_iter().map(spanned));
    set_field(&mut header.from, from.map(named));
    header.to.extend(to.into_iter().map(named).map(spanned));
    header.info.extend(info.into_iter().map(named).map(spanned));
    header.tags.extend(tags.into_iter().map(spanned));
    set_field(&mut header.subject, subject);
    header.references.extend(references.into_iter().map(spanned));
    header.signatures.extend(signatures.into_iter().map(spanned));
}

fn spanned<T>(value: T) -> Spanned<T> {
    Spanned { value, span: TextSpan::OUTSIDE_OF_TEXT }
}

fn set_field<T>(field: &mut Option<Spanned<T>>, value: Option<T>) {
    if let Some(value) = value {
        *field = Some(spanned(value));
    }
}

/// Removes a field and its origin.
fn clear_field(header: &mut Header, field: EnvelopeField) {
    header.origins.retain(|origin| origin.field != field);
    match field {
        EnvelopeField::CableId => header.cable_id = None,
        EnvelopeField::Date => (header.date, header.date_time) = (None, None),
        EnvelopeField::Post => header.post = None,
        EnvelopeField::Classification => {
            header.classification = None;
            header.captions.clear();
        }
        EnvelopeField::From => header.from = None,
        EnvelopeField::To => header.to.clear(),
        EnvelopeField::Info => header.info.clear(),
        EnvelopeField::Tags => header.tags.clear(),
        EnvelopeField::Subject => header.subject = None,
        EnvelopeField::References => header.references.clear(),
        EnvelopeField::Signature => header.signatures.clear(),
    }
}
