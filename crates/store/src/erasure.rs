//! Erases removed documents for good.
//!
//! A removal only hides documents. Erasing one deletes its text, its names, the bytes of
//! its files and what the index knows of it. Its row stays, without any field of the
//! document, so that the document stays removed if its file is added again: the row has
//! its digest. The log of decisions stays as it is.

use std::collections::BTreeSet;

use chancery_model::{Document, Text};
use rusqlite::params;

use crate::archive::Archive;
use crate::codec::{self, EncodedBody};
use crate::error::StoreError;
use crate::ingested_file::DocumentColumns;
use crate::numbers::{BatchNumber, DecisionNumber, DocumentNumber, FileNumber};
use crate::replacing;
use crate::stored_mention::encode_mentions;
use crate::views::Documents;
use crate::writer::ArchiveWriter;

/// The number of words of an erased document.
const WORDS_OF_ERASED: i64 = -1;

impl Documents<'_> {
    /// Returns the removed documents that are not erased.
    pub fn removed(self) -> Result<Vec<DocumentNumber>, StoreError> {
        let sql = "SELECT number FROM stored_documents
             WHERE removed IS NOT NULL AND words <> ?1 ORDER BY number";
        self.archive.query_numbers(sql, [WORDS_OF_ERASED])
    }

    /// Whether a document that a decision removed is erased.
    pub(crate) fn has_erased(self, decision: DecisionNumber) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM stored_documents WHERE removed = ?1 AND words = ?2";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        Ok(statement.exists(params![decision, WORDS_OF_ERASED])?)
    }

    pub(crate) fn is_erased(self, number: DocumentNumber) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM stored_documents WHERE number = ?1 AND words = ?2";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        Ok(statement.exists(params![number, WORDS_OF_ERASED])?)
    }

    /// Whether a document of the file with this digest is erased: its bytes are not
    /// stored again.
    pub(crate) fn is_file_of_erased(self, digest: &[u8; 32]) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM files JOIN locations ON locations.file = files.number
             JOIN stored_documents ON stored_documents.number = document
             WHERE digest = ?1 AND words = ?2";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        Ok(statement.exists(params![digest, WORDS_OF_ERASED])?)
    }
}

impl ArchiveWriter {
    /// Erases removed documents, writes the database file again without them, and rebuilds
    /// the index. Returns the paths of files in which other documents lie too: their bytes
    /// are erased with the others, and are read from the disk from now on.
    ///
    /// # Errors
    /// If a document is not removed, or the archive cannot be written.
    pub fn erase_removed(&mut self, numbers: &[DocumentNumber]) -> Result<Vec<String>, StoreError> {
        for &number in numbers {
            if !self.documents().is_removed(number)? {
                let what = format!("document {number} is not removed");
                return Err(StoreError::InvalidRequest(what));
            }
        }
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        // Overwrites what is deleted.
        self.db.pragma_update(None, "secure_delete", true)?;
        let shared: Vec<Vec<String>> = self.run_in_batch(|archive, batch| {
            let mut files = BTreeSet::new();
            for &number in numbers {
                files.extend(files_of(archive, number)?);
                erase_document(archive, number, batch)?;
            }
            files.into_iter().map(|file| erase_bytes(archive, file)).collect()
        })?;
        self.prune_entities()?;
        self.finish()?;
        self.db.execute_batch("VACUUM")?;
        self.rebuild_index()?;
        Ok(shared.concat())
    }
}

/// Empties the row of a document, and all rows about it but those of the log.
fn erase_document(
    archive: &Archive,
    number: DocumentNumber,
    batch: BatchNumber,
) -> Result<(), StoreError> {
    let db = &archive.db;
    let before = replacing::stored_document(archive, number)?;
    let id = before.id.0;
    let empty = Document {
        format: before.format,
        encoding: before.encoding,
        ..Document::from_paragraphs(before.id, before.raw, Text::default(), [])
    };
    let EncodedBody { text, runs, parts } = codec::encode_body(&empty);
    let sql = "UPDATE bodies SET text = ?2, runs = ?3, parts = ?4 WHERE document = ?1";
    db.execute(sql, params![number, text, runs, parts])?;
    let (mentions, interned) = encode_mentions(&[]);
    let sql = "UPDATE annotations SET mentions = ?2, interned = ?3, entities = x'', persons = x'',
         offices = x'', attribution = x'', statements = 0, acts = 0 WHERE document = ?1";
    db.execute(sql, params![number, mentions, interned])?;
    replacing::update_columns(archive, number, &DocumentColumns::new(&empty), batch)?;
    let sql = "UPDATE stored_documents SET words = ?2 WHERE number = ?1";
    db.execute(sql, params![number, WORDS_OF_ERASED])?;
    for table in ["sketches", "sketch_bands", "appearances", "addresses"] {
        db.execute(&format!("DELETE FROM {table} WHERE document = ?1"), [number])?;
    }
    db.execute("DELETE FROM annotation_sets WHERE document = ?1", [id])?;
    Ok(())
}

/// The files that have the bytes of a document: those that it lies in, its text layer,
/// and the containers around them.
fn files_of(archive: &Archive, number: DocumentNumber) -> Result<Vec<FileNumber>, StoreError> {
    let sql = "WITH own AS (SELECT file FROM locations WHERE document = ?1
             UNION SELECT file FROM stored_documents WHERE number = ?1)
         SELECT file FROM own
         UNION SELECT around.file FROM own JOIN paths USING (file)
             JOIN paths AS around ON paths.path >= around.path || '!/'
                 AND paths.path < around.path || '!0'";
    archive.query_numbers(sql, [number])
}

/// Deletes the stored bytes of a file. Returns its paths if other documents lie in it.
fn erase_bytes(archive: &Archive, file: FileNumber) -> Result<Vec<String>, StoreError> {
    let db = &archive.db;
    let was_stored =
        db.execute("UPDATE files SET stored = 0 WHERE number = ?1 AND stored", [file])?;
    db.execute("DELETE FROM file_pieces WHERE file = ?1", [file])?;
    let sql = "SELECT path FROM paths WHERE file = ?1 AND EXISTS (
             SELECT 1 FROM locations JOIN stored_documents ON number = document
             WHERE locations.file = ?1 AND words <> ?2) ORDER BY path";
    let shared = archive.query_strings(sql, params![file, WORDS_OF_ERASED])?;
    if shared.is_empty() {
        db.execute("DELETE FROM file_lists WHERE file = ?1", [file])?;
    }
    Ok(if was_stored > 0 { shared } else { Vec::new() })
}
