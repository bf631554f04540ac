//! Names that others gave: sets of annotations that were imported, each under
//! a name of its own, beside what the machine found and people decided.
//!
//! A set changes nothing of the archive's own names. It is there to be looked
//! at, exported, and scored against. The table is made by the first import.

use chancery_model::{DocumentId, Mention};
use rusqlite::{OptionalExtension, params};

use crate::archive::Archive;
use crate::error::StoreError;
use crate::pack::{self, Linked};
use crate::write::Writer;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS given (
    name TEXT NOT NULL,
    document BLOB NOT NULL,             -- id: sets outlive a re-ingest
    mentions BLOB NOT NULL,             -- see pack.rs
    said TEXT NOT NULL,
    PRIMARY KEY (name, document)
) STRICT, WITHOUT ROWID";

impl Archive {
    /// The sets by name, each with the number of its documents.
    pub fn sets(&self) -> Result<Vec<(String, u64)>, StoreError> {
        if !self.has_given()? {
            return Ok(Vec::new());
        }
        let sql = "SELECT name, count(*) FROM given GROUP BY name ORDER BY name";
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            let count: i64 = row.get(1)?;
            Ok((row.get(0)?, count as u64))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The names that a set gives a document, in order; nothing where the set
    /// does not have the document.
    pub fn given(&self, set: &str, id: &DocumentId) -> Result<Option<Vec<Mention>>, StoreError> {
        if !self.has_given()? {
            return Ok(None);
        }
        let sql = "SELECT mentions, said FROM given WHERE name = ?1 AND document = ?2";
        let mut statement = self.db.prepare_cached(sql)?;
        let row: Option<(Vec<u8>, String)> = statement
            .query_row(params![set, id.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((packed, said)) = row else { return Ok(None) };
        let linked = pack::unpack_mentions(&packed, &said)?;
        Ok(Some(linked.into_iter().map(|linked| linked.mention).collect()))
    }

    fn has_given(&self) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM sqlite_schema WHERE name = 'given'";
        Ok(self.db.prepare_cached(sql)?.exists([])?)
    }
}

impl Writer {
    /// Puts the names of a document into a set, in place of those that it had
    /// there. The names are in order and without overlap.
    pub fn give(
        &mut self,
        set: &str,
        id: &DocumentId,
        mentions: &[Mention],
    ) -> Result<(), StoreError> {
        let linked: Vec<Linked> =
            mentions.iter().map(|&mention| Linked { mention, link: None }).collect();
        let (packed, said) = pack::mentions(&linked);
        self.within(|archive, _| {
            archive.db.execute_batch(TABLE)?;
            let sql = "INSERT INTO given VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE
                 SET mentions = excluded.mentions, said = excluded.said";
            archive.db.prepare_cached(sql)?.execute(params![set, id.0, packed, said])?;
            Ok(())
        })
    }
}
