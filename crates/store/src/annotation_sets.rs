//! Annotation sets: imported mentions, stored beside the archive's own.
//!
//! Each set has a name. A set does not change the mentions of the engine or the
//! decisions of users. It can be shown, exported, and used for scoring. The
//! first import creates the table.

use chancery_model::{DocumentId, Mention};
use rusqlite::{OptionalExtension, params};

use crate::archive::Archive;
use crate::codec::{self, StoredMention};
use crate::error::StoreError;
use crate::writer::ArchiveWriter;

const CREATE_TABLE: &str = "CREATE TABLE IF NOT EXISTS given (
    name TEXT NOT NULL,
    document BLOB NOT NULL,             -- id: sets outlive a re-ingest
    mentions BLOB NOT NULL,             -- see codec.rs
    said TEXT NOT NULL,
    PRIMARY KEY (name, document)
) STRICT, WITHOUT ROWID";

impl Archive {
    /// Returns the sets by name, each with its number of documents.
    pub fn annotation_sets(&self) -> Result<Vec<(String, u64)>, StoreError> {
        if !self.has_annotation_sets()? {
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

    /// Returns the mentions of a document in a set, in order, or `None` if the
    /// set does not have the document.
    pub fn mentions_in_set(
        &self,
        set: &str,
        id: &DocumentId,
    ) -> Result<Option<Vec<Mention>>, StoreError> {
        if !self.has_annotation_sets()? {
            return Ok(None);
        }
        let sql = "SELECT mentions, said FROM given WHERE name = ?1 AND document = ?2";
        let mut statement = self.db.prepare_cached(sql)?;
        let row: Option<(Vec<u8>, String)> = statement
            .query_row(params![set, id.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((packed, interned)) = row else { return Ok(None) };
        let linked = codec::decode_mentions(&packed, &interned)?;
        Ok(Some(linked.into_iter().map(|linked| linked.mention).collect()))
    }

    fn has_annotation_sets(&self) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM sqlite_schema WHERE name = 'given'";
        Ok(self.db.prepare_cached(sql)?.exists([])?)
    }
}

impl ArchiveWriter {
    /// Stores the mentions of a document in a set, and replaces those that the
    /// set had for it. The mentions must be sorted and must not overlap.
    pub fn store_set_mentions(
        &mut self,
        set: &str,
        id: &DocumentId,
        mentions: &[Mention],
    ) -> Result<(), StoreError> {
        let linked: Vec<StoredMention> =
            mentions.iter().map(|&mention| StoredMention { mention, link: None }).collect();
        let (packed, interned) = codec::encode_mentions(&linked);
        self.run_in_batch(|archive, _| {
            archive.db.execute_batch(CREATE_TABLE)?;
            let sql = "INSERT INTO given VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE
                 SET mentions = excluded.mentions, said = excluded.said";
            archive.db.prepare_cached(sql)?.execute(params![set, id.0, packed, interned])?;
            Ok(())
        })
    }
}
