//! The persons of a document, and what the knowledge base has of their offices.

use std::collections::HashMap;
use std::sync::LazyLock;

use chancery_model::{Entity, Link};

use crate::knowledge_base::{KnowledgeBase, OfficeTerm};
use crate::name::PersonName;

/// The persons of a document, before its offices are resolved.
pub(crate) struct KnownPersons<'a> {
    pub(crate) entities: &'a mut Vec<Entity>,
    /// The links of the mentions, in their order.
    pub(crate) links: &'a [Link],
    /// The fullest name of each person, by entity.
    pub(crate) names: HashMap<u32, PersonName>,
    /// The countries of kings and queens, by entity.
    pub(crate) realms: HashMap<u32, &'static str>,
}

impl KnownPersons<'_> {
    pub(super) fn entity_of_mention(&self, mention: u32) -> Option<u32> {
        let at = self.links.binary_search_by_key(&mention, |link| link.mention).ok()?;
        Some(self.links[at].entity)
    }

    pub(super) fn first_mention_of(&self, entity: u32) -> Option<u32> {
        self.links.iter().find(|link| link.entity == entity).map(|link| link.mention)
    }

    pub(super) fn has_id(&self, entity: u32, ids: &[String]) -> bool {
        let Entity { id, same_as, .. } = &self.entities[entity as usize];
        ids.iter().any(|other| other == id || Some(other) == same_as.as_ref())
    }
}

/// The terms of all persons who held offices, by each of their ids.
static TERMS: LazyLock<HashMap<String, Vec<OfficeTerm<'static>>>> = LazyLock::new(|| {
    let knowledge_base = KnowledgeBase::load_embedded();
    let mut terms = HashMap::new();
    for row in 0..knowledge_base.person_count() {
        let person = knowledge_base.person_record(row);
        let held: Vec<OfficeTerm<'static>> = knowledge_base.terms_of(&person).collect();
        if !held.is_empty() {
            terms.extend(person.all_ids().map(|id| (id, held.clone())));
        }
    }
    terms
});

/// Returns the terms of a person in offices, by an id of the knowledge base.
pub(super) fn terms_of_id(id: &str) -> Option<&'static [OfficeTerm<'static>]> {
    TERMS.get(id).map(Vec::as_slice)
}
