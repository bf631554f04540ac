//! Which pairs of entities users said are different.

use std::collections::{HashMap, HashSet};

use crate::error::StoreError;
use crate::surname_ids::id_without_document;
use crate::views::Entities;

/// The pairs of entities that users said are different.
#[derive(Debug, Default)]
pub struct SettledPairs {
    apart: HashSet<(String, String)>,
    /// The documents that say a name and do not mean an entity.
    refused: HashMap<(String, String), u32>,
}

impl SettledPairs {
    /// Whether two entities are different. A group of surnames is different from an
    /// entity once this was said of all its `documents`.
    pub fn are_apart(&self, one: &str, other: &str, documents: u32) -> bool {
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        let is_refused = |name: &str, target: &str| {
            let refused = self.refused.get(&pair(id_without_document(name), target));
            refused.is_some_and(|refused| *refused >= documents)
        };
        self.apart.contains(&pair(one, other))
            || self.apart.contains(&pair(other, one))
            || is_refused(one, other)
            || is_refused(other, one)
    }
}

impl Entities<'_> {
    /// Returns the pairs of entities that users said are different.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn settled_pairs(self) -> Result<SettledPairs, StoreError> {
        let mut settled = SettledPairs::default();
        let sql = "SELECT entity, text FROM remarks WHERE kind = 'apart'";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        settled.apart = rows.collect::<Result<_, _>>()?;
        let sql = "SELECT name, target, count(*) FROM refused_names GROUP BY name, target";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
        settled.refused = rows.collect::<Result<_, _>>()?;
        Ok(settled)
    }
}
