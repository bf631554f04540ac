//! How often an entity is named, over all documents: what the nodes of a
//! network and the places of a map both say.

use chancery_model::Entity;

/// The counts of one entity.
#[derive(Default)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) mentions: u64,
    pub(crate) documents: u64,
    /// The last document that was counted.
    seen: u64,
}

impl Named {
    /// Counts a mention of the entity in a document; documents are numbered
    /// from 1.
    pub(crate) fn add(&mut self, entity: &Entity, document: u64) {
        // Of several spellings of one id the greatest, whatever came first.
        if self.name < entity.name {
            self.name.clone_from(&entity.name);
        }
        self.mentions += 1;
        self.documents += u64::from(self.seen != document);
        self.seen = document;
    }
}
