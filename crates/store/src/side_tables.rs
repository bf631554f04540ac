//! Side tables: tables of metadata about the documents of an archive.
//!
//! A side table is a file of the archive without documents. Its text layer is the form
//! in which the program read it, so that later additions use the same rows. The table
//! `meta` names the text layers, newest last, and the files that have to be read again
//! because a table that came later describes them.

use rusqlite::params;

use crate::error::StoreError;
use crate::ingested_file::IngestedFile;
use crate::numbers::FileNumber;
use crate::stale_files::STALE;
use crate::views::Files;
use crate::writer::ArchiveWriter;

/// Names of side tables in `meta`, with a number after them.
const NAMES: &str = "side table ";

/// A side table as an archive keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSideTable {
    /// Its path.
    pub path: String,
    /// Its rows, as the program that added it wrote them.
    pub rows: String,
}

impl Files<'_> {
    /// Returns the side tables, newest first.
    pub fn side_tables(self) -> Result<Vec<StoredSideTable>, StoreError> {
        let sql = "SELECT value FROM meta WHERE name LIKE ?1 || '%' ORDER BY name DESC";
        let layers: Vec<FileNumber> = self.archive.query_numbers(sql, [NAMES])?;
        let tables = layers.into_iter().filter_map(|layer| self.side_table(layer).transpose());
        tables.collect()
    }

    fn side_table(self, layer: FileNumber) -> Result<Option<StoredSideTable>, StoreError> {
        let Some(rows) = self.stored_bytes(layer)? else { return Ok(None) };
        let rows = String::from_utf8(rows).map_err(crate::codec::damaged_error)?;
        let sql = "SELECT path FROM paths WHERE file =
             (SELECT text_layer_of FROM files WHERE number = ?1) ORDER BY path LIMIT 1";
        let path = self.archive.query_strings(sql, [layer])?.into_iter().next();
        Ok(path.map(|path| StoredSideTable { path, rows }))
    }

    /// Returns the paths at which documents were found, sorted.
    pub fn paths_of_documents(self) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT DISTINCT path FROM paths
             WHERE EXISTS (SELECT 1 FROM locations WHERE locations.file = paths.file) ORDER BY path";
        self.archive.query_strings(sql, [])
    }

    /// Returns the digests of the files with documents at a path.
    pub fn digests_at_path(self, path: &str) -> Result<Vec<[u8; 32]>, StoreError> {
        let sql = "SELECT digest FROM files JOIN paths ON paths.file = files.number
             WHERE path = ?1";
        self.archive.query_numbers(sql, [path])
    }

    /// Returns the digests of the files with a document that has this id: the id of a
    /// cable or the whole id of the document.
    pub fn digests_of_id(self, id: &str) -> Result<Vec<[u8; 32]>, StoreError> {
        let sql = "SELECT DISTINCT digest FROM files
             JOIN locations ON locations.file = files.number
             JOIN stored_documents AS documents ON documents.number = locations.document
             WHERE cable_id = ?1 OR documents.id = unhex(?2)";
        let digest = if id.len() == 64 { id } else { "" };
        self.archive.query_numbers(sql, params![id, digest])
    }

    /// Returns the digests of the files that have to be read again.
    pub fn stale_digests(self) -> Result<Vec<[u8; 32]>, StoreError> {
        let sql = "SELECT digest FROM files WHERE number IN
             (SELECT value FROM meta WHERE name LIKE ?1 || '%')";
        self.archive.query_numbers(sql, [STALE])
    }

    /// Returns the paths of the file with this digest.
    pub fn paths_of_digest(self, digest: &[u8; 32]) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT path FROM paths
             WHERE file = (SELECT number FROM files WHERE digest = ?1) ORDER BY path";
        self.archive.query_strings(sql, [digest])
    }
}

impl ArchiveWriter {
    /// Records that files have to be read again.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub fn mark_stale<'a>(
        &mut self,
        digests: impl IntoIterator<Item = &'a [u8; 32]>,
    ) -> Result<(), StoreError> {
        self.run_in_batch(|archive, _| {
            let sql = "INSERT INTO meta SELECT ?1 || number, number FROM files WHERE digest = ?2
                 ON CONFLICT DO NOTHING";
            let mut insert = archive.db.prepare_cached(sql)?;
            for digest in digests {
                insert.execute(params![STALE, digest])?;
            }
            Ok(())
        })
    }

    /// Adds a side table, whose text layer has its rows, and replaces an earlier one of
    /// the same path.
    ///
    /// # Errors
    /// If the file has no text layer, or cannot be written.
    pub fn add_side_table(&mut self, file: &IngestedFile) -> Result<(), StoreError> {
        let layer = file.text_layer.as_ref();
        let layer = layer.ok_or_else(|| {
            StoreError::InvalidRequest("a table of metadata has no rows".to_owned())
        })?;
        let digest = layer.digest;
        self.add(file)?;
        self.run_in_batch(|archive, _| {
            let sql = "DELETE FROM meta WHERE name LIKE ?1 || '%' AND value IN
                 (SELECT layer.number FROM files AS layer
                  JOIN paths ON paths.file = layer.text_layer_of WHERE paths.path = ?2)";
            archive.db.execute(sql, [NAMES, &file.path])?;
            let sql = "INSERT INTO meta SELECT ?1 || printf('%06d', 1 +
                 (SELECT coalesce(max(CAST(substr(name, 1 + length(?1)) AS INTEGER)), 0)
                  FROM meta WHERE name LIKE ?1 || '%')), number FROM files WHERE digest = ?2";
            archive.db.execute(sql, params![NAMES, digest])?;
            Ok(())
        })
    }
}
