//! The identities that the linking across documents finds.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chancery_model::{DocumentEntities, DocumentId, Evidence, Label};

/// The identities of persons and acronyms across documents.
#[derive(Clone, Debug, Default)]
pub struct Identities {
    /// The different identities.
    all: Vec<Identity>,
    /// By document ID and index of the document in its file: the numbers of entities, in
    /// order, with the numbers of their identities.
    by_document: HashMap<(DocumentId, u32), Vec<(u32, u32)>>,
    /// The names of listed persons in all lists, by ID.
    pub(super) listed_names: BTreeMap<String, BTreeSet<String>>,
}

/// The identity of a person or organisation across documents.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// PER or ORG.
    pub label: Label,
    /// The ID: of the knowledge base, if the person is in it, or else of a list.
    /// That of a person on no list is made from the name.
    pub id: String,
    /// The ID in another list.
    pub same_as: Option<String>,
    /// The name of the person or organisation with this ID.
    pub name: String,
    /// Whether the ID says more than the name: that of a list, or of an institution of a
    /// country.
    pub is_listed: bool,
    /// The confidence, if the identity was inferred from other documents.
    pub inferred_score: Option<f32>,
    /// What distinguishes the person from others of the same name on no list, at
    /// the end of the ID.
    pub distinction: Option<String>,
}

impl Identities {
    /// Returns the identity of an entity.
    pub fn identity_of(&self, document: (DocumentId, u32), entity: u32) -> Option<&Identity> {
        let entities = self.by_document.get(&document)?;
        let at = entities.binary_search_by_key(&entity, |(number, _)| *number).ok()?;
        Some(&self.all[entities[at].1 as usize])
    }

    /// Iterates over the documents, in no order, with their entities in order.
    pub fn by_document(
        &self,
    ) -> impl Iterator<Item = ((DocumentId, u32), impl Iterator<Item = (u32, &Identity)>)> {
        self.by_document.iter().map(|(document, entities)| {
            let identity = |number: u32| &self.all[number as usize];
            let entities = entities.iter().map(move |&(entity, number)| (entity, identity(number)));
            (*document, entities)
        })
    }

    /// The names of listed persons in all lists, by ID.
    pub fn listed_names(&self) -> &BTreeMap<String, BTreeSet<String>> {
        &self.listed_names
    }

    /// Adds an identity and returns its number.
    pub(super) fn add_identity(&mut self, identity: Identity) -> u32 {
        self.all.push(identity);
        (self.all.len() - 1) as u32
    }

    /// Assigns the identity of this number to an entity of a document.
    pub(super) fn assign_identity(
        &mut self,
        (document, number, entity): (DocumentId, u32, u32),
        identity: u32,
    ) {
        self.by_document.entry((document, number)).or_default().push((entity, identity));
    }

    /// Brings the entities of each document into order, once all are assigned.
    pub(super) fn sort_entities(&mut self) {
        for entities in self.by_document.values_mut() {
            entities.sort_unstable_by_key(|(number, _)| *number);
            entities.shrink_to_fit();
        }
    }

    /// Writes the identities into the entities of one document.
    pub fn apply_to_entities(&self, document: (DocumentId, u32), entities: &mut DocumentEntities) {
        for (number, entity) in entities.entities.iter_mut().enumerate() {
            let Some(identity) = self.identity_of(document, number as u32) else { continue };
            if let Some(score) = identity.inferred_score {
                entity.name.clone_from(&identity.name);
                entity.evidence = vec![Evidence::OtherDocuments];
                entity.score = score;
            }
            entity.id.clone_from(&identity.id);
            entity.same_as.clone_from(&identity.same_as);
        }
    }
}
