//! Files of an archive: their bytes, and the problems with them.

use rusqlite::params;

use crate::codec;
use crate::error::StoreError;
use crate::numbers::FileNumber;
use crate::views::Files;

impl Files<'_> {
    /// Returns the bytes of a file if the archive stores them.
    pub(crate) fn stored_bytes(self, file: FileNumber) -> Result<Option<Vec<u8>>, StoreError> {
        let kept = "SELECT stored FROM files WHERE number = ?1";
        if !self.archive.db.prepare_cached(kept)?.query_row([file], |row| row.get::<_, bool>(0))? {
            return Ok(None);
        }
        let sql = "SELECT bytes FROM file_pieces WHERE file = ?1 ORDER BY piece";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let mut rows = statement.query([file])?;
        let mut bytes = Vec::new();
        while let Some(row) = rows.next()? {
            bytes.extend(codec::decompress(
                row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?,
            )?);
        }
        Ok(Some(bytes))
    }

    /// Returns all problems by path: path, byte offset, description.
    pub fn problems(self) -> Result<Vec<(String, Option<u64>, String)>, StoreError> {
        let sql = "SELECT path, offset, message FROM problems ORDER BY path, offset, message";
        let mut statement = self.archive.db.prepare(sql)?;
        let rows = statement.query_map([], |row| {
            Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?.map(|at| at as u64), row.get(2)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns whether a path, or a file inside it, has a problem.
    pub fn has_problem(self, path: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM problems
             WHERE path = ?1 OR path >= ?1 || '!/' AND path < ?1 || '!0'";
        Ok(self.archive.db.prepare_cached(sql)?.exists([path])?)
    }

    /// Returns whether a path, or a file inside it, has pages that need OCR.
    pub fn needs_recognition(self, path: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM problems
             WHERE (path = ?1 OR path >= ?1 || '!/' AND path < ?1 || '!0')
             AND message LIKE 'needs OCR%'";
        Ok(self.archive.db.prepare_cached(sql)?.exists([path])?)
    }

    /// Returns whether a path was read with this size and modification time.
    pub fn has_unchanged_path(
        self,
        path: &str,
        size: u64,
        modified: i64,
    ) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM paths WHERE path = ?1 AND size = ?2 AND modified = ?3";
        Ok(self.archive.db.prepare_cached(sql)?.exists(params![path, size as i64, modified])?)
    }

    /// Returns the digests of the files that were read completely: those that
    /// have documents and no problem at any of their paths.
    pub fn fully_read_digests(self) -> Result<Vec<[u8; 32]>, StoreError> {
        let sql = "SELECT digest FROM files WHERE number IN (SELECT file FROM locations)
             AND NOT EXISTS (SELECT 1 FROM paths JOIN problems ON problems.path = paths.path
                             WHERE paths.file = files.number)";
        let mut statement = self.archive.db.prepare(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
