//! Sources of an archive: the files and folders that users added, and what lies at their
//! paths now.
//!
//! A path whose file has changed keeps its earlier content, marked as such, so that a
//! hit never points at a file with other words.

use rusqlite::params;

use crate::error::StoreError;
use crate::ingested_file::FileStamp;
use crate::views::Files;
use crate::writer::ArchiveWriter;

/// Whether a path is `?1` or lies in the container `?1`.
const IS_IN_FILE: &str = "(path = ?1 OR path >= ?1 || '!/' AND path < ?1 || '!0')";

/// A file on disk that the archive has read, with its content at that time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFile {
    /// The path, as recorded.
    pub path: String,
    /// Size and time of the last change.
    pub stamp: FileStamp,
    /// BLAKE3 digest of the content.
    pub digest: [u8; 32],
}

impl Files<'_> {
    /// Returns the files and folders that users added, sorted.
    pub fn sources(self) -> Result<Vec<String>, StoreError> {
        self.archive.query_strings("SELECT path FROM sources ORDER BY path", [])
    }

    /// Returns the files on disk with the contents that the archive read last, by path.
    pub fn known_files(self) -> Result<Vec<KnownFile>, StoreError> {
        let sql = "SELECT path, paths.size, modified, digest FROM paths
             JOIN files ON files.number = paths.file
             WHERE modified <> 0 AND NOT earlier ORDER BY path";
        let mut statement = self.archive.db.prepare(sql)?;
        let rows = statement.query_map([], |row| {
            let stamp = FileStamp { size: row.get::<_, i64>(1)? as u64, modified: row.get(2)? };
            Ok(KnownFile { path: row.get(0)?, stamp, digest: row.get(3)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether the archive has read a file at this path, whatever its content.
    pub fn is_known_path(self, path: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM paths WHERE path = ?1 AND NOT earlier";
        Ok(self.archive.db.prepare_cached(sql)?.exists([path])?)
    }

    /// Whether the archive keeps the bytes of its files; true if it has none.
    pub fn keeps_bytes(self) -> Result<bool, StoreError> {
        let sql = "SELECT count(*) = 0 OR sum(stored) > 0 FROM files WHERE text_layer_of IS NULL";
        Ok(self.archive.db.query_row(sql, [], |row| row.get(0))?)
    }
}

impl ArchiveWriter {
    /// Keeps the path of a file or folder that a user added.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub fn add_source(&mut self, path: &str) -> Result<(), StoreError> {
        // A run without new files writes nothing.
        if self.files().sources()?.iter().any(|known| known == path) {
            return Ok(());
        }
        self.run_in_batch(|archive, _| {
            let sql = "INSERT INTO sources VALUES (?1) ON CONFLICT DO NOTHING";
            archive.db.execute(sql, [path])?;
            Ok(())
        })
    }

    /// Marks the contents of a file, and of what is in it, as earlier ones: the path has
    /// another content now, or none.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub fn mark_earlier(&mut self, path: &str) -> Result<(), StoreError> {
        self.change_paths(path, "UPDATE paths SET earlier = 1 WHERE")
    }

    /// Forgets the path of a file, and the paths in it, because the file lies elsewhere.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub fn forget_path(&mut self, path: &str) -> Result<(), StoreError> {
        self.change_paths(path, "DELETE FROM paths WHERE")
    }

    /// Changes the rows of a path and marks its documents for reindexing. Its problems go.
    fn change_paths(&mut self, path: &str, change: &str) -> Result<(), StoreError> {
        self.run_in_batch(|archive, batch| {
            let sql = format!(
                "UPDATE stored_documents SET batch = ?2 WHERE number IN (
                     SELECT document FROM locations JOIN paths ON paths.file = locations.file
                     WHERE {IS_IN_FILE})"
            );
            archive.db.prepare_cached(&sql)?.execute(params![path, batch])?;
            archive.db.prepare_cached(&format!("{change} {IS_IN_FILE}"))?.execute([path])?;
            let sql = format!("DELETE FROM problems WHERE {IS_IN_FILE}");
            archive.db.prepare_cached(&sql)?.execute([path])?;
            Ok(())
        })
    }
}
