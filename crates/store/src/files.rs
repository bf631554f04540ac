//! Files of an archive: their bytes, and the problems with them.

use std::collections::{BTreeMap, HashSet};

use rusqlite::params;

use crate::codec;
use crate::error::StoreError;
use crate::numbers::FileNumber;
use crate::views::Files;

/// A file on disk that was added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileOnDisk {
    /// Its path.
    pub path: String,
    /// Number of documents in it, at all depths.
    pub documents: u64,
    /// What could not be read of it, and remarks.
    pub problems: Vec<ProblemInFile>,
}

/// A problem with a file, or with a part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProblemInFile {
    /// The path of the part in the file; empty for the file itself.
    pub inner: String,
    /// Byte offset in the part.
    pub at: Option<u64>,
    /// What is wrong, and what helps.
    pub message: String,
}

impl FileOnDisk {
    fn entry<'f>(files: &'f mut BTreeMap<String, Self>, path: &str) -> &'f mut Self {
        let new = || Self { path: path.to_owned(), ..Self::default() };
        files.entry(path.to_owned()).or_insert_with(new)
    }
}

/// The file on disk of a path in a container.
fn outer_path(path: &str) -> &str {
    path.split("!/").next().unwrap_or(path)
}

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

    /// Returns the files on disk that have problems, in themselves or in what is in them.
    pub fn outer_paths_with_problems(self) -> Result<HashSet<String>, StoreError> {
        let mut statement = self.archive.db.prepare("SELECT DISTINCT path FROM problems")?;
        let mut rows = statement.query([])?;
        let mut found = HashSet::new();
        while let Some(row) = rows.next()? {
            found.insert(outer_path(&row.get::<_, String>(0)?).to_owned());
        }
        Ok(found)
    }

    /// Returns all files as they lie on disk, by path: what they gave and what is wrong
    /// with them and with what is in them.
    pub fn on_disk(self) -> Result<Vec<FileOnDisk>, StoreError> {
        let mut files: BTreeMap<String, FileOnDisk> = BTreeMap::new();
        let sql = "SELECT path, modified <> 0, (SELECT count(*) FROM locations
                 JOIN documents ON documents.number = locations.document
                 WHERE locations.file = paths.file)
             FROM paths WHERE NOT earlier ORDER BY path";
        let mut statement = self.archive.db.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (path, is_on_disk): (String, bool) = (row.get(0)?, row.get(1)?);
            let documents: i64 = row.get(2)?;
            let outer = if is_on_disk { &path } else { outer_path(&path) };
            FileOnDisk::entry(&mut files, outer).documents += documents as u64;
        }
        for (path, at, message) in self.problems()? {
            let outer = if files.contains_key(&path) { &path } else { outer_path(&path) };
            let inner = path.strip_prefix(outer).unwrap_or_default();
            let inner = inner.strip_prefix("!/").unwrap_or_default().to_owned();
            let file = FileOnDisk::entry(&mut files, outer);
            file.problems.push(ProblemInFile { inner, at, message });
        }
        Ok(files.into_values().collect())
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
        let sql = "SELECT 1 FROM paths WHERE path = ?1 AND size = ?2 AND modified = ?3
             AND NOT earlier";
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
