//! The folder of an archive, and its connection to the database.
//!
//! ```text
//! ARCHIVE/archive.sqlite   the source of truth
//! ARCHIVE/index/           full-text index; derived, may be deleted
//! ARCHIVE/lock             locked by the single writer
//! ```
//!
//! Readers take no lock: SQLite shows each of them the last committed batch.
//! An archive in a read-only folder can still be read.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use chancery_model::{Annotated, Classification, DocumentId};
use rusqlite::Connection;
use rusqlite::types::FromSql;

use crate::database_file::{self, DATABASE_FILE};
use crate::error::StoreError;
use crate::numbers::{BatchNumber, DocumentNumber};
use crate::schema;
use crate::stored_mention::StoredMention;
use crate::work_budget::WorkBudget;
use crate::writer_lock::lock_folder;

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
    pub number: DocumentNumber,
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
    /// When it was added, ISO 8601; unknown in archives of earlier versions.
    pub added: Option<String>,
    /// First of its paths in alphabetical order.
    pub path: String,
}

/// A stored document, with the decisions of users applied.
#[derive(Clone, Debug)]
pub struct StoredDocument {
    /// Number of the document in this archive.
    pub number: DocumentNumber,
    /// All paths where it was found, sorted.
    pub paths: Vec<String>,
    /// The document with its tokens, sentences and mentions.
    pub annotated: Annotated,
    /// The mentions, each with its entity.
    pub mentions: Vec<StoredMention>,
}

/// The classifications by the number that archives store. The numbers of an archive
/// must not change, so a level that came later is at the end.
const STORED_CLASSIFICATIONS: [Classification; 7] = [
    Classification::Unclassified,
    Classification::Sensitive,
    Classification::LimitedOfficialUse,
    Classification::Confidential,
    Classification::Secret,
    Classification::TopSecret,
    Classification::Restricted,
];

/// Returns the classification that archives store as `number`.
pub(crate) fn classification_of_number(number: i64) -> Option<Classification> {
    STORED_CLASSIFICATIONS.get(usize::try_from(number).ok()?).copied()
}

/// Returns the number that archives store for a classification.
pub(crate) fn number_of_classification(level: Classification) -> Option<i64> {
    STORED_CLASSIFICATIONS.iter().position(|&known| known == level)?.try_into().ok()
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
        let opened = database_file::connect_for_reading(folder)?;
        match opened.version {
            Some(found) => schema::check_version(found)?,
            // A writer may be creating the tables at this moment.
            None => return Err(StoreError::NotAnArchive(folder.to_owned())),
        }
        let budget = WorkBudget::default();
        Ok(Self {
            folder: folder.to_owned(),
            db: opened.db,
            budget,
            writer_lock: opened.writer_lock,
        })
    }

    /// Opens the archive in `folder` for its single writer, and creates it if
    /// there is none. The lock is held until the returned file is dropped.
    /// `create_index` runs before there are tables: from then on the folder is an
    /// archive, and its readers need an index.
    pub(crate) fn open_for_writing(
        folder: &Path,
        create_index: impl FnOnce() -> Result<(), StoreError>,
    ) -> Result<(Self, File), StoreError> {
        fs::create_dir_all(folder).map_err(StoreError::io_error_at(folder))?;
        let lock = lock_folder(folder)?;
        let mut db = database_file::connect_for_writing(folder)?;
        match schema::stored_version(&db)? {
            Some(found) => schema::check_version(found)?,
            None => {
                create_index()?;
                schema::create_tables(&mut db)?;
            }
        }
        let (folder, budget) = (folder.to_owned(), WorkBudget::default());
        Ok((Self { folder, db, budget, writer_lock: None }, lock))
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

    /// Returns the folder of the archive.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns a number stored for the whole archive (table `meta`).
    pub(crate) fn stored_value(&self, name: &str) -> Result<i64, StoreError> {
        let sql = "SELECT value FROM meta WHERE name = ?1";
        Ok(self.db.prepare_cached(sql)?.query_row([name], |row| row.get(0))?)
    }

    /// Returns bytes that change with every commit of the index, so that a reader knows
    /// whether its [`Searcher`](crate::Searcher) is current. Empty if there is no index.
    pub fn index_version(&self) -> Result<Vec<u8>, StoreError> {
        let path = self.folder.join("index").join("meta.json");
        match std::fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            read => read.map_err(StoreError::io_error_at(path)),
        }
    }

    /// Returns the number of the last committed batch.
    pub fn last_batch(&self) -> Result<BatchNumber, StoreError> {
        self.stored_value("batch").map(BatchNumber)
    }

    /// Returns the single number that `sql` yields.
    pub(crate) fn query_single_number(&self, sql: &str) -> Result<i64, StoreError> {
        Ok(self.db.query_row(sql, [], |row| row.get(0))?)
    }

    /// Returns the largest number of an entity.
    pub(crate) fn last_entity(&self) -> Result<u64, StoreError> {
        Ok(self.query_single_number("SELECT coalesce(max(number), 0) FROM entities")? as u64)
    }

    /// Returns the single column of numbers that `sql` yields.
    pub(crate) fn query_numbers<N: FromSql>(
        &self,
        sql: &str,
        with: impl rusqlite::Params,
    ) -> Result<Vec<N>, StoreError> {
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
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn a_spent_budget_stops_sqlite() {
        let folder = std::env::temp_dir().join(format!("chancery-budget-{}", std::process::id()));
        drop(Archive::open_for_writing(&folder, || Ok(())).expect("an archive"));
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
        assert_eq!(archive.last_batch().expect("a number"), BatchNumber(0));
        fs::remove_dir_all(&folder).expect("removed");
    }
}
