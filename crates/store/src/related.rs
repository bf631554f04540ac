//! What two documents have in common: the entities that both name.

use rusqlite::params;

use crate::codec;
use crate::error::StoreError;
use crate::numbers::{DocumentNumber, EntityNumber};
use crate::views::Documents;

impl Documents<'_> {
    /// Returns the entities that a document names, each once.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn entity_numbers(self, number: DocumentNumber) -> Result<Vec<EntityNumber>, StoreError> {
        let sql = "SELECT entities FROM annotations WHERE document = ?1";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let entities: Vec<u8> = statement.query_row([number], |row| row.get(0))?;
        Ok(codec::decode_entities(&entities).into_iter().collect())
    }

    /// Returns the entities of a document, each with the other documents that name it.
    /// Those that more than `most` other documents name are left out: they say little,
    /// and would cost much.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn documents_by_entity(
        self,
        number: DocumentNumber,
        most: usize,
    ) -> Result<Vec<(EntityNumber, Vec<DocumentNumber>)>, StoreError> {
        let sql = "SELECT document FROM appearances WHERE entity = ?1 AND document <> ?2 LIMIT ?3";
        let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
        let mut shared = Vec::new();
        for entity in self.entity_numbers(number)? {
            let others: Vec<DocumentNumber> =
                self.archive.query_numbers(sql, params![entity, number, limit])?;
            if !others.is_empty() && others.len() <= most {
                shared.push((entity, others));
            }
        }
        Ok(shared)
    }
}
