//! Documents that users removed: which documents a removal means, and whether one is
//! removed.
//!
//! A removal is a decision. It hides documents from searches, counts and exports, and an
//! undo brings them back as they were: their rows stay in the table `stored_documents`, and
//! only the view `documents` leaves them out.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, params};

use crate::error::StoreError;
use crate::numbers::{DecisionNumber, DocumentNumber};
use crate::views::Documents;

/// Whether a path is `?1`, or lies below it or in it.
const IS_AT_PATH: &str = "(path = ?1 OR path >= ?1 || '/' AND path < ?1 || '0'
     OR path >= ?1 || '!/' AND path < ?1 || '!0')";

/// The documents that a removal means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentSelection {
    /// The documents, in the order of their numbers.
    pub documents: Vec<DocumentNumber>,
    /// Number of documents at the paths that lie at other paths too, and are not meant.
    pub elsewhere: u64,
}

impl Documents<'_> {
    /// Returns the number of documents that the archive keeps, removed or not.
    pub(crate) fn count_stored(self) -> Result<i64, StoreError> {
        self.archive.query_single_number("SELECT count(*) FROM stored_documents")
    }

    /// Whether a decision removed the document.
    pub(crate) fn is_removed(self, number: DocumentNumber) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM stored_documents WHERE number = ?1 AND removed IS NOT NULL";
        Ok(self.archive.db.prepare_cached(sql)?.exists([number])?)
    }

    /// Returns the decision that removed the document with this id, start of an id, cable
    /// id or address.
    pub fn removal_of(self, name: &str) -> Result<Option<DecisionNumber>, StoreError> {
        let sql = "SELECT removed FROM stored_documents WHERE removed IS NOT NULL AND (
                 length(?1) >= 8 AND lower(hex(id)) LIKE lower(?1) || '%'
                 OR cable_id IN (?1, upper(?1), lower(?1))
                 OR number IN (SELECT document FROM addresses WHERE address = ?1)) LIMIT 1";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    /// Returns the documents that names mean. A name is the id of a document or the start
    /// of it, a cable id (with all sections and copies of the telegram), an address, or a
    /// path as the archive records it: of a file, a folder, or a member of a container.
    ///
    /// # Errors
    /// If a name means nothing in the archive.
    pub fn select(self, names: &[String]) -> Result<DocumentSelection, StoreError> {
        let mut documents = BTreeSet::new();
        let mut elsewhere = 0;
        for name in names {
            match self.find(name) {
                Ok(number) => documents.extend(self.with_same_cable_id(number, name)?),
                Err(StoreError::NotFound(_)) => {
                    let found = self.at_path(name)?;
                    if found.documents.is_empty() && found.elsewhere == 0 {
                        return Err(StoreError::NotFound(name.clone()));
                    }
                    documents.extend(found.documents);
                    elsewhere += found.elsewhere;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(DocumentSelection { documents: documents.into_iter().collect(), elsewhere })
    }

    /// Returns a document, and if `name` is its cable id, all documents of this id.
    fn with_same_cable_id(
        self,
        number: DocumentNumber,
        name: &str,
    ) -> Result<Vec<DocumentNumber>, StoreError> {
        let sql = "SELECT number FROM documents WHERE number = ?1 OR cable_id =
             (SELECT cable_id FROM documents WHERE number = ?1 AND lower(cable_id) = lower(?2))";
        self.archive.query_numbers(sql, params![number, name])
    }

    /// Returns the documents at a path, below it or in it. Those that lie at other paths
    /// too are counted apart.
    pub fn at_path(self, path: &str) -> Result<DocumentSelection, StoreError> {
        let sql = format!(
            "SELECT number, EXISTS (
                 SELECT 1 FROM locations JOIN paths ON paths.file = locations.file
                 WHERE locations.document = number AND NOT earlier AND NOT {IS_AT_PATH})
             FROM documents WHERE number IN (
                 SELECT document FROM locations JOIN paths ON paths.file = locations.file
                 WHERE {IS_AT_PATH})
             ORDER BY number"
        );
        let mut statement = self.archive.db.prepare_cached(&sql)?;
        let mut rows = statement.query([path.trim_end_matches('/')])?;
        let mut found = DocumentSelection::default();
        while let Some(row) = rows.next()? {
            match row.get(1)? {
                true => found.elsewhere += 1,
                false => found.documents.push(row.get(0)?),
            }
        }
        Ok(found)
    }
}
