//! Documents of PDFs of which not all pages could be recognised: some need OCR, which was
//! not installed. When the file is read again, its documents take the place of these, and
//! keep their numbers.

use std::collections::VecDeque;

use chancery_model::DocumentId;
use rusqlite::params;

use crate::archive::Archive;
use crate::error::StoreError;
use crate::ingested_file::EncodedDocument;
use crate::near_duplicates;
use crate::numbers::{DocumentNumber, FileNumber};

/// The documents of a file that are to be replaced, in the order of the file.
pub(crate) struct PartialDocuments(VecDeque<(DocumentNumber, DocumentId)>);

/// The documents of the file at `path`, if pages of it needed OCR. Documents that lie in
/// other files too stay.
pub(crate) fn of_file(
    archive: &Archive,
    path: &str,
    file: FileNumber,
) -> Result<PartialDocuments, StoreError> {
    if !archive.files().needs_recognition(path)? {
        return Ok(PartialDocuments(VecDeque::new()));
    }
    let sql = "SELECT documents.number, documents.id FROM locations
         JOIN stored_documents AS documents ON documents.number = locations.document
         WHERE locations.file = ?1 AND NOT EXISTS (
             SELECT 1 FROM locations AS others
             WHERE others.document = locations.document AND others.file <> ?1)
         ORDER BY locations.raw_start";
    let mut statement = archive.db.prepare_cached(sql)?;
    let rows = statement.query_map([file], |row| Ok((row.get(0)?, DocumentId(row.get(1)?))))?;
    Ok(PartialDocuments(rows.collect::<Result<_, _>>()?))
}

impl PartialDocuments {
    /// The document in whose place the one with this id comes; `None` if the archive has it.
    pub(crate) fn take_for(
        &mut self,
        archive: &Archive,
        id: DocumentId,
    ) -> Result<Option<DocumentNumber>, StoreError> {
        if self.0.is_empty() {
            return Ok(None);
        }
        if let Some(same) = self.0.iter().position(|(_, known)| *known == id) {
            self.0.drain(..=same);
            return Ok(None);
        }
        let sql = "SELECT 1 FROM stored_documents WHERE id = ?1";
        let is_known = archive.db.prepare_cached(sql)?.exists([id.0])?;
        let next = if is_known { None } else { self.0.pop_front() };
        Ok(next.map(|(number, _)| number))
    }
}

/// Gives a document another id, location and sketch. Its text layer before is deleted if no
/// other document lies in it.
pub(crate) fn replace_text(
    archive: &Archive,
    number: DocumentNumber,
    new: &EncodedDocument,
    file: FileNumber,
    layer: FileNumber,
) -> Result<(), StoreError> {
    let db = &archive.db;
    let before: FileNumber = db
        .prepare_cached("SELECT file FROM stored_documents WHERE number = ?1")?
        .query_row([number], |row| row.get(0))?;
    db.prepare_cached("DELETE FROM locations WHERE document = ?1")?.execute([number])?;
    db.prepare_cached("INSERT INTO locations VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![number, file, new.raw.0, new.raw.1])?;
    for table in ["sketches", "sketch_bands"] {
        db.execute(&format!("DELETE FROM {table} WHERE document = ?1"), [number])?;
    }
    // So that it is not found as its own near-duplicate.
    db.execute("UPDATE stored_documents SET cable_id = NULL WHERE number = ?1", [number])?;
    let row = &new.columns;
    let is_leader = db
        .prepare_cached("SELECT 1 FROM stored_documents WHERE duplicate_of = ?1")?
        .exists([number])?;
    let leader = match is_leader {
        true => None,
        false => {
            near_duplicates::find_leader(db, &new.sketch, row.cable_id.as_deref(), row.section)?
        }
    };
    let sql = "UPDATE stored_documents SET id = ?2, file = ?3, words = ?4, duplicate_of = ?5,
         similarity = ?6 WHERE number = ?1";
    db.prepare_cached(sql)?.execute(params![
        number,
        new.id.0,
        layer,
        new.words,
        leader.map(|(leader, _)| leader),
        leader.map(|(_, similarity)| similarity),
    ])?;
    if leader.is_none() {
        near_duplicates::insert_leader(db, &new.sketch, number)?;
    }
    let unused =
        "WHERE NOT EXISTS (SELECT 1 FROM stored_documents WHERE stored_documents.file = ?1)";
    db.execute(&format!("DELETE FROM file_pieces {unused} AND file = ?1"), [before])?;
    let sql = format!(
        "DELETE FROM files {unused} AND number = ?1 AND text_layer_of IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM paths WHERE paths.file = ?1)
         AND NOT EXISTS (SELECT 1 FROM locations WHERE locations.file = ?1)"
    );
    db.execute(&sql, [before])?;
    Ok(())
}
