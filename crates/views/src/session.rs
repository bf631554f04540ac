//! A connection and the index, lent to one request.

use std::sync::Arc;

use chancery_store::{Archive, Searcher, StoreError};

/// How current the index must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexState {
    /// With every decision that was answered.
    Current,
    /// The decisions of the last second may be missing.
    OfDocuments,
}

/// Opens the index.
pub type OpenIndex<'a> = dyn Fn(IndexState) -> Result<Arc<Searcher>, StoreError> + 'a;

/// A connection and the index, lent to one request.
pub struct ReadSession<'a> {
    /// The connection to the tables.
    pub archive: &'a Archive,
    /// Opens the index.
    pub open_index: &'a OpenIndex<'a>,
}

impl ReadSession<'_> {
    /// Returns the index with every decision that was answered.
    pub fn current_searcher(&self) -> Result<Arc<Searcher>, StoreError> {
        (self.open_index)(IndexState::Current)
    }

    /// Returns the index, which may lack the decisions of the last second. For
    /// queries that decisions cannot change.
    pub fn searcher_of_documents(&self) -> Result<Arc<Searcher>, StoreError> {
        (self.open_index)(IndexState::OfDocuments)
    }
}
