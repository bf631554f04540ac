//! Replaces a document that was read again, because a side table describes it now.
//!
//! The bytes of a document are its id, so its text stays. What can change is its header,
//! and with it the links of its names.

use std::collections::HashSet;

use chancery_model::{Document, DocumentId};
use rusqlite::{OptionalExtension, params};

use crate::archive::Archive;
use crate::codec::{self, EncodedBody};
use crate::error::StoreError;
use crate::ingested_file::{DocumentColumns, EncodedDocument, has_side_row};
use crate::numbers::{BatchNumber, DocumentNumber};

/// The documents whose side table rows came in this run. A copy at another path does not
/// replace them.
pub(crate) type DocumentsWithRows = HashSet<DocumentNumber>;

/// Whether a document that is read again replaces the stored one. `reread` is true if
/// side tables changed since it was stored.
pub(crate) fn is_replaced(
    archive: &Archive,
    number: DocumentNumber,
    new: &EncodedDocument,
    reread: bool,
    known: &DocumentsWithRows,
) -> Result<bool, StoreError> {
    if known.contains(&number) || !(new.has_side_row || reread) {
        return Ok(false);
    }
    if archive.documents().is_erased(number)? {
        return Ok(false);
    }
    let stored = stored_document(archive, number)?;
    let new = codec::decode_document(stored.id, &new.body)?;
    let concerns_rows = has_side_row(&stored.header) || has_side_row(&new.header);
    Ok(concerns_rows && stored.header != new.header)
}

/// A document as the engine read it, without decisions of users.
pub(crate) fn stored_document(
    archive: &Archive,
    number: DocumentNumber,
) -> Result<Document, StoreError> {
    let sql = "SELECT id, text, runs, parts FROM stored_documents
         JOIN bodies ON bodies.document = number WHERE number = ?1";
    let row = archive.db.prepare_cached(sql)?.query_row([number], |row| {
        Ok((row.get(0)?, EncodedBody { text: row.get(1)?, runs: row.get(2)?, parts: row.get(3)? }))
    });
    let row = row.optional()?;
    let (id, body) = row.ok_or_else(|| StoreError::NotFound(format!("document {number}")))?;
    codec::decode_document(DocumentId(id), &body)
}

/// Stores another body for a document.
pub(crate) fn replace_body(
    archive: &Archive,
    number: DocumentNumber,
    new: &EncodedDocument,
) -> Result<(), StoreError> {
    let EncodedBody { text, runs, parts } = &new.body;
    let sql = "UPDATE bodies SET text = ?2, runs = ?3, parts = ?4 WHERE document = ?1";
    archive.db.prepare_cached(sql)?.execute(params![number, text, runs, parts])?;
    Ok(())
}

/// Stores the columns of a document that its header gives, and marks it for reindexing.
pub(crate) fn update_columns(
    archive: &Archive,
    number: DocumentNumber,
    columns: &DocumentColumns,
    batch: BatchNumber,
) -> Result<(), StoreError> {
    let DocumentColumns {
        cable_id,
        telegram_id,
        post,
        serial,
        date,
        classification,
        subject,
        section,
    } = columns;
    let sql =
        "UPDATE stored_documents SET batch = ?2, cable_id = ?3, post = ?4, serial = ?5, date = ?6,
         classification = ?7, subject = ?8, section = ?9, sections = ?10, telegram_id = ?11
         WHERE number = ?1";
    archive.db.prepare_cached(sql)?.execute(params![
        number,
        batch,
        cable_id,
        post,
        serial,
        date,
        classification,
        subject,
        section.map(|section| section.0),
        section.map(|section| section.1),
        telegram_id,
    ])?;
    Ok(())
}
