//! The page lines that an archive has learnt from its documents.
//!
//! chancery-ingest learns them after documents were added, and decides what they mean;
//! the archive keeps them as text. They are stored as a file without a path, and the
//! table `meta` has its number.

use rusqlite::{OptionalExtension, params};

use crate::archive::Archive;
use crate::codec;
use crate::error::StoreError;
use crate::ingested_file::CompressedBytes;
use crate::numbers::{DocumentNumber, FileNumber};
use crate::views::Documents;
use crate::writer::ArchiveWriter;

/// The name of the row in `meta`.
const NAME: &str = "learned_lines";

impl Archive {
    /// Returns what the archive has learnt, as the program that learnt it wrote it.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn learned_lines(&self) -> Result<Option<String>, StoreError> {
        let Some(file) = self.learned_lines_file()? else { return Ok(None) };
        let Some(bytes) = self.files().stored_bytes(file)? else { return Ok(None) };
        String::from_utf8(bytes).map(Some).map_err(codec::damaged_error)
    }

    fn learned_lines_file(&self) -> Result<Option<FileNumber>, StoreError> {
        let sql = "SELECT value FROM meta WHERE name = ?1";
        Ok(self.db.prepare_cached(sql)?.query_row([NAME], |row| row.get(0)).optional()?)
    }

    /// Returns the name of the engine that annotates new documents.
    ///
    /// # Errors
    /// If the archive cannot be read, or no engine is set.
    pub fn engine_name(&self) -> Result<String, StoreError> {
        let sql = "SELECT engines.name FROM meta JOIN engines ON engines.number = value
             WHERE meta.name = 'engine'";
        let name = self.db.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
        name.ok_or_else(|| StoreError::InvalidRequest("no engine is set".into()))
    }
}

impl Documents<'_> {
    /// Calls `visit` with each document and each of its paths, in the order of the ids of
    /// the documents.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn visit_paths(
        self,
        mut visit: impl FnMut(DocumentNumber, [u8; 32], &str),
    ) -> Result<(), StoreError> {
        let sql = "SELECT DISTINCT documents.number, documents.id, paths.path FROM stored_documents AS documents
             JOIN locations ON locations.document = documents.number
             JOIN paths ON paths.file = locations.file ORDER BY documents.id, paths.path";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let path = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
            visit(row.get(0)?, row.get(1)?, path);
        }
        Ok(())
    }
}

impl ArchiveWriter {
    /// Keeps what was learnt, in place of what was kept before.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub fn set_learned_lines(&mut self, learned: &str) -> Result<(), StoreError> {
        let former = self.learned_lines_file()?;
        self.run_in_batch(|archive, _| {
            let db = &archive.db;
            if let Some(former) = former {
                db.execute("DELETE FROM meta WHERE name = ?1", [NAME])?;
                db.execute("DELETE FROM file_pieces WHERE file = ?1", [former])?;
                db.execute("DELETE FROM files WHERE number = ?1", [former])?;
            }
            let sql = "INSERT INTO files (digest, size, stored) VALUES (?1, ?2, 1)";
            let digest = blake3::hash(learned.as_bytes());
            db.execute(sql, params![digest.as_bytes(), learned.len() as i64])?;
            let file = FileNumber(db.last_insert_rowid());
            // It is made by the archive, as text layers are, and is no file of the user.
            db.execute("UPDATE files SET text_layer_of = number WHERE number = ?1", [file])?;
            for (piece, bytes) in CompressedBytes::new(learned.as_bytes()).0.iter().enumerate() {
                let sql = "INSERT INTO file_pieces VALUES (?1, ?2, ?3)";
                db.execute(sql, params![file, piece as i64, bytes])?;
            }
            db.execute("INSERT INTO meta VALUES (?1, ?2)", params![NAME, file])?;
            Ok(())
        })
    }
}
