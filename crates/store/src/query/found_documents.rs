//! Documents that a query found by itself, with their scores, for tantivy to go through.

use tantivy::query::Scorer;
use tantivy::{DocId, DocSet, Score, TERMINATED};

/// Documents with their scores, in order.
pub(super) struct FoundDocuments {
    found: Vec<(DocId, Score)>,
    at: usize,
}

impl FoundDocuments {
    /// Takes documents that are in order.
    pub(super) const fn new(found: Vec<(DocId, Score)>) -> Self {
        Self { found, at: 0 }
    }
}

impl DocSet for FoundDocuments {
    fn advance(&mut self) -> DocId {
        self.at = (self.at + 1).min(self.found.len());
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.found.get(self.at).map_or(TERMINATED, |(document, _)| *document)
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.at += self.found[self.at..].partition_point(|(document, _)| *document < target);
        self.doc()
    }

    fn size_hint(&self) -> u32 {
        self.found.len() as u32
    }
}

impl Scorer for FoundDocuments {
    fn score(&mut self) -> Score {
        self.found.get(self.at).map_or(0.0, |(_, score)| *score)
    }
}
