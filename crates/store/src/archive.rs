//! The folder of an archive, and queries that only read it.
//!
//! ```text
//! ARCHIVE/archive.sqlite   the source of truth
//! ARCHIVE/index/           full-text index; derived, may be deleted
//! ARCHIVE/lock             locked by the single writer
//! ```
//!
//! Readers take no lock: SQLite shows each of them the last committed batch.
//! An archive in a read-only folder can still be read.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

use chancery_model::{Annotated, Classification, DocumentEntities, DocumentId};
use chancery_segment::segment_document;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::codec::{self, EncodedBody};
use crate::database_file::{self, DATABASE_FILE};
use crate::error::StoreError;
use crate::overlay::CuratedMention;
use crate::work_budget::WorkBudget;

/// Version of the database schema.
const SCHEMA_VERSION: i64 = 1;

const SCHEMA: &str = include_str!("schema.sql");

const INDEXES: &str = include_str!("indexes.sql");

/// Instructions of SQLite's virtual machine between two checks of the budget: well
/// below a millisecond.
const INSTRUCTIONS_PER_CHECK: i32 = 10_000;

/// An archive, opened for reading.
pub struct Archive {
    pub(crate) folder: PathBuf,
    pub(crate) db: Connection,
    pub(crate) budget: WorkBudget,
    /// Keeps writers away, if this connection would not see their changes.
    pub(crate) writer_lock: Option<File>,
}

/// Summary of a document, as shown in lists.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentRow {
    /// Number of the document in this archive.
    pub number: i64,
    /// Id of the document, the same in every archive.
    pub id: DocumentId,
    /// Canonical cable id.
    pub cable_id: Option<String>,
    /// Sending post.
    pub post: Option<String>,
    /// Date, ISO 8601.
    pub date: Option<String>,
    /// Classification.
    pub classification: Option<Classification>,
    /// Subject line, or the title if there is none.
    pub subject: Option<String>,
    /// Section n of m.
    pub section: Option<(u8, u8)>,
    /// First of its paths in alphabetical order.
    pub path: String,
}

/// A stored document, with the decisions of users applied.
#[derive(Clone, Debug)]
pub struct StoredDocument {
    /// Number of the document in this archive.
    pub number: i64,
    /// All paths where it was found, sorted.
    pub paths: Vec<String>,
    /// The document with its tokens, sentences and mentions.
    pub annotated: Annotated,
    /// The mentions, each with its entity.
    pub mentions: Vec<CuratedMention>,
}

/// Returns the classification of a rank; the lowest rank is 0.
pub(crate) fn classification_of_rank(rank: i64) -> Option<Classification> {
    Classification::ALL.get(usize::try_from(rank).ok()?).copied()
}

impl Archive {
    /// Returns whether `folder` contains an archive.
    pub fn exists_in(folder: &Path) -> bool {
        folder.join(DATABASE_FILE).is_file()
    }

    /// Opens the archive in `folder`.
    ///
    /// # Errors
    /// If there is no archive, or if this program cannot read it.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let file = folder.join(DATABASE_FILE);
        if !Self::exists_in(folder) {
            return Err(StoreError::NotAnArchive(folder.to_owned()));
        }
        let opened = File::open(&file);
        if opened.is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied) {
            return Err(StoreError::Unreadable(file));
        }
        if !is_writable(folder) {
            return Self::from_connection(folder, database_file::open_immutable(folder)?, None);
        }
        match Self::from_connection(folder, database_file::open_shared(folder)?, None) {
            // There is no room for the file that readers share.
            Err(StoreError::DiskFull) => {
                let lock = database_file::lock_against_writers(folder)?;
                Self::from_connection(folder, database_file::open_immutable(folder)?, Some(lock))
            }
            opened => opened,
        }
    }

    /// Configures a connection and checks what it is connected to. Holds
    /// `writer_lock` as long as the archive is open.
    fn from_connection(
        folder: &Path,
        db: Connection,
        writer_lock: Option<File>,
    ) -> Result<Self, StoreError> {
        let budget = WorkBudget::default();
        let archive = Self { folder: folder.to_owned(), db, budget, writer_lock };
        archive.configure_connection()?;
        // A writer may be creating the tables at this moment.
        if !has_tables(&archive.db)? {
            return Err(StoreError::NotAnArchive(folder.to_owned()));
        }
        archive.check_schema_version()?;
        Ok(archive)
    }

    /// Opens the archive in `folder` for its single writer, and creates it if
    /// there is none. The lock is held until the returned file is dropped.
    pub(crate) fn open_for_writing(folder: &Path) -> Result<(Self, File), StoreError> {
        fs::create_dir_all(folder).map_err(StoreError::io_error_at(folder))?;
        let path = folder.join("lock");
        let lock = OpenOptions::new().create(true).append(true).open(&path);
        let lock = lock.map_err(StoreError::io_error_at(folder))?;
        match lock.try_lock() {
            Ok(()) => record_turn(&lock),
            Err(TryLockError::WouldBlock) => return Err(StoreError::Busy(folder.to_owned())),
            Err(TryLockError::Error(error)) => return Err(StoreError::io_error_at(path)(error)),
        }
        let mut db = Connection::open(folder.join(DATABASE_FILE))?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        if !has_tables(&db)? {
            let change = db.transaction()?;
            change.execute_batch(SCHEMA)?;
            change.execute(
                "INSERT INTO facts VALUES ('version', ?1), ('batch', 0), ('logged', 0)",
                [SCHEMA_VERSION],
            )?;
            change.commit()?;
        }
        let budget = WorkBudget::default();
        let archive = Self { folder: folder.to_owned(), db, budget, writer_lock: None };
        archive.configure_connection()?;
        archive.check_schema_version()?;
        archive.db.execute_batch(INDEXES)?;
        Ok((archive, lock))
    }

    fn configure_connection(&self) -> Result<(), StoreError> {
        self.db.busy_timeout(std::time::Duration::from_secs(10))?;
        self.db.pragma_update(None, "foreign_keys", true)?;
        self.db.pragma_update(None, "synchronous", "FULL")?;
        self.db.pragma_update(None, "cache_size", -65_536)?;
        self.db.set_prepared_statement_cache_capacity(64);
        Ok(())
    }

    /// Whether a server may keep this connection. One that keeps writers away
    /// must be closed soon.
    pub fn can_be_kept(&self) -> bool {
        self.writer_lock.is_none()
    }

    /// Sets the budget of all work with this connection from now on. Work that
    /// exceeds it ends with [`StoreError::Stopped`].
    pub fn set_work_budget(&mut self, budget: WorkBudget) -> Result<(), StoreError> {
        self.budget = budget.clone();
        Ok(self.db.progress_handler(INSTRUCTIONS_PER_CHECK, Some(move || budget.is_spent()))?)
    }

    /// The budget of the work with this connection.
    pub(crate) fn work_budget(&self) -> &WorkBudget {
        &self.budget
    }

    fn check_schema_version(&self) -> Result<(), StoreError> {
        let found = self.stored_value("version").unwrap_or(0);
        if found == SCHEMA_VERSION {
            Ok(())
        } else {
            Err(StoreError::OtherVersion { found, supported: SCHEMA_VERSION })
        }
    }

    /// Returns the folder of the archive.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns a number stored for the whole archive (table `facts`).
    pub(crate) fn stored_value(&self, name: &str) -> Result<i64, StoreError> {
        let sql = "SELECT value FROM facts WHERE name = ?1";
        Ok(self.db.prepare_cached(sql)?.query_row([name], |row| row.get(0))?)
    }

    /// Returns the number of the last committed batch.
    pub fn last_batch(&self) -> Result<i64, StoreError> {
        self.stored_value("batch")
    }

    /// Returns the single number that `sql` yields.
    pub(crate) fn query_single_number(&self, sql: &str) -> Result<i64, StoreError> {
        Ok(self.db.query_row(sql, [], |row| row.get(0))?)
    }

    /// Returns the number of documents.
    pub fn document_count(&self) -> Result<i64, StoreError> {
        self.query_single_number("SELECT count(*) FROM documents")
    }

    /// Returns the largest number of an entity.
    pub(crate) fn last_entity(&self) -> Result<u64, StoreError> {
        Ok(self.query_single_number("SELECT coalesce(max(number), 0) FROM entities")? as u64)
    }

    /// Returns the numbers of all documents, ordered by document id.
    pub fn documents_by_id(&self) -> Result<Vec<i64>, StoreError> {
        self.query_numbers("SELECT number FROM documents ORDER BY id", [])
    }

    /// Returns the single column of numbers that `sql` yields.
    pub(crate) fn query_numbers(
        &self,
        sql: &str,
        with: impl rusqlite::Params,
    ) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map(with, |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns the single column of strings that `sql` yields.
    pub(crate) fn query_strings(
        &self,
        sql: &str,
        with: impl rusqlite::Params,
    ) -> Result<Vec<String>, StoreError> {
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map(with, |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Finds a document by its id, by a prefix of its id (eight digits or
    /// more), or by its cable id.
    ///
    /// # Errors
    /// If no document matches, or if several ids start with the prefix.
    pub fn find_document(&self, name: &str) -> Result<i64, StoreError> {
        let unknown = || StoreError::NotFound(name.to_owned());
        let hex = name.to_ascii_lowercase();
        if hex.len() >= 8 && hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            // A range lets SQLite use the index on ids.
            let sql = "SELECT number FROM documents
                 WHERE id BETWEEN unhex(?1) AND unhex(?2) LIMIT 2";
            let bounds = [format!("{hex:0<64}"), format!("{hex:f<64}")];
            if hex.len() > 64 {
                return Err(unknown());
            }
            match self.query_numbers(sql, bounds)?[..] {
                [number] => return Ok(number),
                [] => {}
                _ => {
                    let what = format!("{name}: several ids start with this: give more digits");
                    return Err(StoreError::InvalidRequest(what));
                }
            }
        }
        let sql = "SELECT number FROM documents WHERE reference = ?1 ORDER BY section, number";
        let named = self.query_numbers(sql, [name.to_uppercase()])?;
        named.first().copied().ok_or_else(unknown)
    }

    /// Returns all sections of the telegram that `number` is a section of, in
    /// order and without duplicates. A telegram in one piece yields itself.
    pub fn telegram_sections(&self, number: i64) -> Result<Vec<i64>, StoreError> {
        let sql = "SELECT other.number, other.section FROM documents AS one
             JOIN documents AS other ON other.reference = one.reference
             WHERE one.number = ?1 AND one.sections > 1 AND other.sections = one.sections
             ORDER BY other.section, other.number";
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut sections: Vec<(i64, Option<i64>)> = rows.collect::<Result<_, _>>()?;
        sections.dedup_by_key(|(_, section)| *section);
        if sections.is_empty() {
            return Ok(vec![number]);
        }
        // If a section has copies, prefer the requested document.
        let sql = "SELECT section FROM documents WHERE number = ?1";
        let own: Option<i64> = self.db.query_row(sql, [number], |row| row.get(0))?;
        for (shown, section) in &mut sections {
            if *section == own {
                *shown = number;
            }
        }
        Ok(sections.into_iter().map(|(number, _)| number).collect())
    }

    /// Returns the summary of a document for lists.
    pub fn document_row(&self, number: i64) -> Result<DocumentRow, StoreError> {
        let sql = "SELECT number, id, reference, post, date, class, subject, section, sections
             FROM documents WHERE number = ?1";
        let mut summary = self.db.prepare_cached(sql)?.query_row([number], read_document_row)?;
        summary.path = self.document_paths(number)?.into_iter().next().unwrap_or_default();
        Ok(summary)
    }

    /// Returns all paths of a document, sorted.
    pub fn document_paths(&self, number: i64) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT DISTINCT paths.path FROM places
             JOIN paths ON paths.file = places.file WHERE places.document = ?1 ORDER BY paths.path";
        self.query_strings(sql, [number])
    }

    /// Returns a document with its tokens and mentions.
    pub fn stored_document(&self, number: i64) -> Result<StoredDocument, StoreError> {
        let (document, mentions_with_links) = self.document_with_mentions(number)?;
        let words = segment_document(&document);
        let mentions = mentions_with_links.iter().map(|mention| mention.mention).collect();
        let annotated =
            Annotated { document, words, mentions, entities: DocumentEntities::default() };
        Ok(StoredDocument {
            number,
            paths: self.document_paths(number)?,
            annotated,
            mentions: mentions_with_links,
        })
    }

    /// Returns a document and the mentions that the engine found, without the
    /// decisions of users.
    pub(crate) fn engine_annotation(
        &self,
        number: i64,
    ) -> Result<(chancery_model::Document, Vec<codec::StoredMention>), StoreError> {
        self.budget.check()?;
        let sql = "SELECT id, text, runs, parts, mentions, reasons FROM documents
             JOIN bodies ON bodies.document = number
             JOIN annotations ON annotations.document = number WHERE number = ?1";
        let mut statement = self.db.prepare_cached(sql)?;
        let row = statement.query_row([number], |row| {
            let body = EncodedBody { text: row.get(1)?, runs: row.get(2)?, parts: row.get(3)? };
            Ok((row.get(0)?, body, row.get::<_, Vec<u8>>(4)?, row.get::<_, String>(5)?))
        });
        let row = row.optional()?;
        let (id, body, mentions, said) =
            row.ok_or_else(|| StoreError::NotFound(format!("document {number}")))?;
        let document = codec::decode_document(DocumentId(id), &body)?;
        Ok((document, codec::decode_mentions(&mentions, &said)?))
    }

    /// Returns the parsed document without annotations, to annotate it again.
    pub fn parsed_document(&self, number: i64) -> Result<chancery_model::Document, StoreError> {
        Ok(self.engine_annotation(number)?.0)
    }

    /// Returns the bytes of a file if the archive stores them.
    pub(crate) fn stored_bytes(&self, file: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let kept = "SELECT kept FROM files WHERE number = ?1";
        if !self.db.prepare_cached(kept)?.query_row([file], |row| row.get::<_, bool>(0))? {
            return Ok(None);
        }
        let sql = "SELECT bytes FROM raw WHERE file = ?1 ORDER BY piece";
        let mut statement = self.db.prepare_cached(sql)?;
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
    pub fn list_problems(&self) -> Result<Vec<(String, Option<u64>, String)>, StoreError> {
        let sql = "SELECT path, at, what FROM problems ORDER BY path, at, what";
        let mut statement = self.db.prepare(sql)?;
        let rows = statement.query_map([], |row| {
            Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?.map(|at| at as u64), row.get(2)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns whether a path, or a file inside it, has a problem.
    pub fn has_problem(&self, path: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM problems
             WHERE path = ?1 OR path >= ?1 || '!/' AND path < ?1 || '!0'";
        Ok(self.db.prepare_cached(sql)?.exists([path])?)
    }

    /// Returns whether a path was read with this size and modification time.
    pub fn has_unchanged_path(
        &self,
        path: &str,
        size: u64,
        modified: i64,
    ) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM paths WHERE path = ?1 AND size = ?2 AND modified = ?3";
        Ok(self.db.prepare_cached(sql)?.exists(params![path, size as i64, modified])?)
    }

    /// Returns the digests of the files that were read completely: those that
    /// have documents and no problem at any of their paths.
    pub fn fully_read_digests(&self) -> Result<Vec<[u8; 32]>, StoreError> {
        let sql = "SELECT digest FROM files WHERE number IN (SELECT file FROM places)
             AND NOT EXISTS (SELECT 1 FROM paths JOIN problems ON problems.path = paths.path
                             WHERE paths.file = files.number)";
        let mut statement = self.db.prepare(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns the near-duplicates of a document, each with its similarity to
    /// the first document of the group.
    pub fn near_duplicates(&self, number: i64) -> Result<Vec<(i64, f64)>, StoreError> {
        let sql = "WITH own AS (SELECT coalesce(leader, number) AS leader FROM documents
                  WHERE number = ?1)
             SELECT number, coalesce(likeness, 1) FROM documents, own
             WHERE (number = own.leader OR documents.leader = own.leader) AND number <> ?1
             ORDER BY number";
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns the documents that were annotated by an engine other than
    /// `engine`.
    pub fn annotated_by_other_engine(&self, engine: &str) -> Result<Vec<i64>, StoreError> {
        let sql = "SELECT document FROM annotations JOIN engines ON engines.number = engine
             WHERE engines.name <> ?1 ORDER BY document";
        self.query_numbers(sql, [engine])
    }
}

fn read_document_row(row: &Row<'_>) -> rusqlite::Result<DocumentRow> {
    let rank: Option<i64> = row.get(5)?;
    let section: Option<(u8, u8)> = row.get::<_, Option<u8>>(7)?.zip(row.get(8)?);
    Ok(DocumentRow {
        number: row.get(0)?,
        id: DocumentId(row.get(1)?),
        cable_id: row.get(2)?,
        post: row.get(3)?,
        date: row.get(4)?,
        classification: rank.and_then(classification_of_rank),
        subject: row.get(6)?,
        section,
        path: String::new(),
    })
}

/// Returns whether the tables exist; one transaction creates them all.
fn has_tables(db: &Connection) -> Result<bool, StoreError> {
    let facts = db.query_row("SELECT 1 FROM sqlite_schema WHERE name = 'facts'", [], |_| Ok(()));
    Ok(facts.optional()?.is_some())
}

/// Records in the locked file that a writer has its turn: the id of its process.
pub(crate) fn record_turn(mut lock: &File) {
    // Only those who wait read it, and the disk may be full.
    let _ = lock.set_len(0).and_then(|()| writeln!(lock, "{}", process::id()));
}

/// Returns whether files can be created in `folder`.
pub(crate) fn is_writable(folder: &Path) -> bool {
    let lock = folder.join("lock");
    OpenOptions::new().create(true).append(true).open(lock).is_ok()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn a_spent_budget_stops_sqlite() {
        let folder = std::env::temp_dir().join(format!("chancery-budget-{}", process::id()));
        drop(Archive::open_for_writing(&folder).expect("an archive"));
        let mut archive = Archive::open(&folder).expect("an archive");
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
             SELECT count(*) FROM n";
        let run = |archive: &Archive| archive.query_single_number(endless);
        let soon = Instant::now() + Duration::from_millis(50);
        archive.set_work_budget(WorkBudget::until(soon)).expect("set");
        assert!(matches!(run(&archive), Err(StoreError::Stopped)));
        assert!(Instant::now() >= soon);

        let budget = WorkBudget::until_stopped();
        archive.set_work_budget(budget.clone()).expect("set");
        assert!(archive.last_batch().is_ok());
        budget.stop();
        assert!(matches!(run(&archive), Err(StoreError::Stopped)));

        archive.set_work_budget(WorkBudget::default()).expect("set");
        assert_eq!(archive.last_batch().expect("a number"), 0);
        fs::remove_dir_all(&folder).expect("removed");
    }
}
