//! Annotation sets: imported mentions, stored beside the archive's own.
//!
//! Each set has a name. A set does not change the mentions of the engine or the
//! decisions of users. It can be shown, exported, and used for scoring.

use chancery_model::{DocumentId, Mention};
use rusqlite::{OptionalExtension, params};

use crate::error::StoreError;
use crate::stored_mention::{StoredMention, decode_mentions, encode_mentions};
use crate::views::Documents;
use crate::writer::ArchiveWriter;

impl Documents<'_> {
    /// Returns the sets by name, each with its number of documents.
    pub fn annotation_sets(self) -> Result<Vec<(String, u64)>, StoreError> {
        let sql = "SELECT name, count(*) FROM annotation_sets GROUP BY name ORDER BY name";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            let count: i64 = row.get(1)?;
            Ok((row.get(0)?, count as u64))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns the mentions of a document in a set, in order, or `None` if the
    /// set does not have the document.
    pub fn mentions_in_set(
        self,
        set: &str,
        id: &DocumentId,
    ) -> Result<Option<Vec<Mention>>, StoreError> {
        let sql =
            "SELECT mentions, interned FROM annotation_sets WHERE name = ?1 AND document = ?2";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let row: Option<(Vec<u8>, String)> = statement
            .query_row(params![set, id.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((packed, interned)) = row else { return Ok(None) };
        let stored = decode_mentions(&packed, &interned)?;
        Ok(Some(stored.into_iter().map(|stored| stored.mention).collect()))
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
        let stored: Vec<StoredMention> =
            mentions.iter().map(|&mention| StoredMention::from_engine(mention, None)).collect();
        let (packed, interned) = encode_mentions(&stored);
        self.run_in_batch(|archive, _| {
            let sql = "INSERT INTO annotation_sets VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE
                 SET mentions = excluded.mentions, interned = excluded.interned";
            archive.db.prepare_cached(sql)?.execute(params![set, id.0, packed, interned])?;
            Ok(())
        })
    }
}
