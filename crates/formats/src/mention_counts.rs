//! Mention counts of an entity over all documents, for the nodes of a network
//! and the places of a map.

use chancery_model::Entity;

/// The counts of one entity.
#[derive(Default)]
pub(crate) struct MentionCounts {
    pub(crate) name: String,
    pub(crate) mentions: u64,
    pub(crate) documents: u64,
    /// Number of the last document that was counted.
    last_document: u64,
}

impl MentionCounts {
    /// Counts a mention of the entity in the document with this number, from 1.
    pub(crate) fn count_mention(&mut self, entity: &Entity, document: u64) {
        // If an id has several names, the greatest is kept, so that the result
        // does not depend on the order of the documents.
        if self.name < entity.name {
            self.name.clone_from(&entity.name);
        }
        self.mentions += 1;
        self.documents += u64::from(self.last_document != document);
        self.last_document = document;
    }
}
