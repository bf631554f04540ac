//! Saved searches: queries with a name, and the last document when a user last looked.

use crate::archive::Archive;
use crate::error::StoreError;
use crate::numbers::DocumentNumber;
use crate::writer::ArchiveWriter;

/// A saved search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSearch {
    /// Its name.
    pub name: String,
    /// The query.
    pub query: String,
    /// The last document of the archive when a user last looked at the search. Those
    /// with greater numbers are new.
    pub seen: DocumentNumber,
}

impl Archive {
    /// Returns the saved searches by name.
    pub fn saved_searches(&self) -> Result<Vec<StoredSearch>, StoreError> {
        let sql = "SELECT name, query, seen FROM saved_searches ORDER BY name";
        let mut statement = self.db.prepare(sql)?;
        let rows = statement.query_map([], |row| {
            Ok(StoredSearch { name: row.get(0)?, query: row.get(1)?, seen: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns the search that was saved under a name.
    pub fn saved_search(&self, name: &str) -> Result<Option<StoredSearch>, StoreError> {
        Ok(self.saved_searches()?.into_iter().find(|search| search.name == name))
    }
}

impl ArchiveWriter {
    /// Saves a search under a name and replaces an older one of that name. Without
    /// a query, deletes the search.
    pub fn save_search(&mut self, name: &str, query: Option<&str>) -> Result<(), StoreError> {
        match query {
            Some(query) => self.db().execute(
                "INSERT INTO saved_searches (name, query) VALUES (?1, ?2)
                 ON CONFLICT DO UPDATE SET query = excluded.query",
                [name, query],
            )?,
            None => self.db().execute("DELETE FROM saved_searches WHERE name = ?1", [name])?,
        };
        self.mark_search_seen(name)
    }

    /// Records that a user looked at a saved search: what is in the archive now is no
    /// longer new.
    pub fn mark_search_seen(&mut self, name: &str) -> Result<(), StoreError> {
        let sql = "UPDATE saved_searches
             SET seen = (SELECT coalesce(max(number), 0) FROM stored_documents) WHERE name = ?1";
        self.db().execute(sql, [name])?;
        Ok(())
    }
}
