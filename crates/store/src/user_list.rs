//! The user's list of names, which an archive keeps with its documents.
//!
//! A document records the list that its entities were resolved with. chancery-ingest
//! resolves the documents of another list again; the archive does not interpret the
//! text of a list.

use rusqlite::{OptionalExtension, params};

use crate::archive::Archive;
use crate::error::StoreError;
use crate::numbers::{DocumentNumber, EntityNumber};
use crate::person_links::PersonMoves;
use crate::stored_mention::StoredMention;
use crate::views::Documents;
use crate::writer::ArchiveWriter;

/// The prefix of the ids of the user's list.
const OWN_IDS: &str = "own:";

/// A list of names that an archive keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredUserList {
    /// The file that it was read from, as the user gave it.
    pub file: String,
    /// The text of the file.
    pub text: String,
}

impl StoredUserList {
    /// Returns what documents record of the list: never 0.
    fn digest(&self) -> i64 {
        let digest = blake3::hash(self.text.as_bytes());
        let (first, _) = digest.as_bytes().split_first_chunk().expect("32 bytes");
        i64::from_le_bytes(*first) | 1
    }
}

impl Archive {
    /// Returns the user's list of names, if there is one.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn user_list(&self) -> Result<Option<StoredUserList>, StoreError> {
        let sql = "SELECT file, text FROM user_list";
        let row = self
            .db
            .prepare_cached(sql)?
            .query_row([], |row| Ok(StoredUserList { file: row.get(0)?, text: row.get(1)? }));
        Ok(row.optional()?)
    }

    /// Returns how many persons, places and organisations of the user's list the
    /// documents mention.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn count_own_entities(&self) -> Result<i64, StoreError> {
        let sql = "SELECT count(*) FROM entities WHERE substr(id, 1, ?2) = ?1
             AND number IN (SELECT entity FROM appearances)";
        let row = params![OWN_IDS, OWN_IDS.len() as i64];
        Ok(self.db.prepare_cached(sql)?.query_row(row, |row| row.get(0))?)
    }
}

impl Documents<'_> {
    /// Returns the documents whose entities were resolved with another list than the
    /// archive has now.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn resolved_with_other_list(self) -> Result<Vec<DocumentNumber>, StoreError> {
        let sql = "SELECT document FROM annotations
             WHERE user_list <> coalesce((SELECT digest FROM user_list), 0) ORDER BY document";
        self.archive.query_numbers(sql, [])
    }

    /// Returns the entities of the mentions of a document, without the decisions of
    /// users.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn engine_entities(
        self,
        number: DocumentNumber,
    ) -> Result<Vec<Option<EntityNumber>>, StoreError> {
        let (_, mentions) = self.engine_annotation(number)?;
        Ok(mentions.iter().map(StoredMention::entity).collect())
    }
}

impl ArchiveWriter {
    /// Keeps a list of names in place of the last one, or none. Returns false if the
    /// archive has this list already. The entities of the documents stay as they are
    /// until they are resolved again.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub fn set_user_list(&mut self, list: Option<&StoredUserList>) -> Result<bool, StoreError> {
        let before = self.user_list()?;
        let is_same =
            before.as_ref().map(StoredUserList::digest) == list.map(StoredUserList::digest);
        if before.as_ref() == list {
            return Ok(false);
        }
        self.run_in_batch(|archive, _| {
            archive.db.execute("DELETE FROM user_list", [])?;
            if let Some(list) = list {
                let sql = "INSERT INTO user_list VALUES (?1, ?2, ?3)";
                archive.db.execute(sql, params![list.digest(), list.file, list.text])?;
            }
            if !is_same {
                let sql = "INSERT INTO meta VALUES ('list_changed', 1) ON CONFLICT DO NOTHING";
                archive.db.execute(sql, [])?;
            }
            Ok(())
        })?;
        self.commit_batch()?;
        Ok(!is_same)
    }

    /// Notes in `moves` which entities took the mentions of a document that were of
    /// other ones before.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn note_moves(
        &self,
        number: DocumentNumber,
        before: &[Option<EntityNumber>],
        moves: &mut PersonMoves,
    ) -> Result<(), StoreError> {
        let now = self.documents().engine_entities(number)?;
        for (before, now) in before.iter().zip(now) {
            if let (Some(before), Some(now)) = (before, now) {
                moves.note(*before, now);
            }
        }
        Ok(())
    }
}
