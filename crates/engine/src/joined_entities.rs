//! The entities of many documents, each once: persons are joined across documents.
//!
//! The command line lists them, and Python returns them. An archive joins its persons
//! by the same rules, and keeps them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chancery_model::{Certainty, DocumentEntities, DocumentId, Evidence, Label, evidence_sentence};
use chancery_resolve::{CrossDocumentLinker, PersonsInDocument};
use serde_json::{Value, json};

use crate::stages::LinkedDocument;

/// What is kept of a document.
pub struct EntitiesOfDocument {
    document: DocumentId,
    entities: DocumentEntities,
    persons: PersonsInDocument,
    /// The forms of each entity's name, with their counts.
    forms: Vec<BTreeMap<String, u32>>,
    /// The offices that refer to each entity, with their counts.
    offices: Vec<BTreeMap<String, u32>>,
}

impl From<LinkedDocument> for EntitiesOfDocument {
    fn from(linked: LinkedDocument) -> Self {
        let LinkedDocument { annotated, persons } = linked;
        let mut forms = vec![BTreeMap::new(); annotated.entities.entities.len()];
        for link in &annotated.entities.links {
            let span = annotated.mentions[link.mention as usize].span;
            let form =
                annotated.document.text[span].split_whitespace().collect::<Vec<_>>().join(" ");
            *forms[link.entity as usize].entry(form).or_default() += 1;
        }
        let mut offices = vec![BTreeMap::new(); annotated.entities.entities.len()];
        for office in &annotated.entities.offices {
            if let Some(holder) = office.entity {
                *offices[holder as usize].entry(office.office.clone()).or_default() += 1;
            }
        }
        let document = annotated.document.id;
        Self { document, entities: annotated.entities, persons, forms, offices }
    }
}

/// Collects the entities of documents.
#[derive(Default)]
pub struct EntityCollector {
    linker: CrossDocumentLinker,
    kept: Vec<(u32, EntitiesOfDocument)>,
    seen: BTreeSet<(DocumentId, u32)>,
}

/// An entity of one or several documents.
#[derive(Clone, Debug, Default)]
pub struct JoinedEntity {
    /// Its id.
    pub id: String,
    /// Its label.
    pub label: Option<Label>,
    /// Its name, from the document with the best score.
    pub name: String,
    /// Its id in another list.
    pub same_as: Option<String>,
    /// The evidence for the id, from the document with the best score. Empty if the id
    /// is made from the name.
    pub evidence: Vec<Evidence>,
    /// The best score, 0 to 1.
    pub score: f32,
    /// The number of documents that mention it.
    pub documents: usize,
    /// The forms of its name, with their counts.
    pub forms: BTreeMap<String, u32>,
    /// The offices that refer to it, with their counts.
    pub offices: BTreeMap<String, u32>,
}

impl EntityCollector {
    /// Adds a document, the `number`-th of its file. A copy of a document that was added
    /// is ignored.
    pub fn add_document(&mut self, number: u32, mut document: EntitiesOfDocument) {
        let key = (document.document, number);
        if self.seen.insert(key) {
            self.linker.add_document(key, std::mem::take(&mut document.persons));
            self.kept.push((number, document));
        }
    }

    /// Joins the entities: the most frequent first. The result does not depend on the
    /// order of the documents.
    pub fn join(self) -> Vec<JoinedEntity> {
        let identities = self.linker.resolve_identities();
        let mut all: BTreeMap<String, JoinedEntity> = BTreeMap::new();
        for (number, mut kept) in self.kept {
            identities.apply_to_entities((kept.document, number), &mut kept.entities);
            let mut here = BTreeSet::new();
            let names = kept.forms.into_iter().zip(kept.offices);
            for (entity, (forms, offices)) in kept.entities.entities.into_iter().zip(names) {
                let joined = all.entry(entity.id.clone()).or_default();
                let candidate = (entity.score, entity.name.len(), &entity.name, &entity.evidence);
                let current = (joined.score, joined.name.len(), &joined.name, &joined.evidence);
                if joined.label.is_none() || candidate > current {
                    joined.label = Some(entity.label);
                    (joined.name, joined.evidence, joined.score) =
                        (entity.name, entity.evidence, entity.score);
                }
                joined.same_as = joined.same_as.take().max(entity.same_as);
                joined.documents += usize::from(here.insert(entity.id));
                for (form, count) in forms {
                    *joined.forms.entry(form).or_default() += count;
                }
                for (office, count) in offices {
                    *joined.offices.entry(office).or_default() += count;
                }
            }
        }
        let mut all: Vec<JoinedEntity> =
            all.into_iter().map(|(id, joined)| JoinedEntity { id, ..joined }).collect();
        all.sort_by_cached_key(|joined| Reverse(joined.count_mentions()));
        all
    }
}

impl JoinedEntity {
    /// The number of its mentions.
    pub fn count_mentions(&self) -> u32 {
        self.forms.values().sum()
    }

    /// How certain the id is, or `None` if it is made from the name.
    pub fn certainty(&self) -> Option<Certainty> {
        (!self.evidence.is_empty()).then(|| Certainty::from_score(self.score))
    }

    /// The evidence as a sentence for users.
    pub fn reason(&self) -> String {
        evidence_sentence(&self.evidence)
    }

    /// Formats the entity as JSON.
    pub fn to_json(&self) -> Value {
        let mut json = json!({
            "id": self.id, "label": self.label.map_or("", Label::as_str), "name": self.name,
            "mentions": self.count_mentions(), "documents": self.documents,
            "score": f64::from((self.score * 1e4).round()) / 1e4, "reason": self.reason(),
            "forms": self.forms,
        });
        if let Some(certainty) = self.certainty() {
            json["certainty"] = json!(certainty);
        }
        if let Some(same_as) = &self.same_as {
            json["same_as"] = json!(same_as);
        }
        if !self.offices.is_empty() {
            json["offices"] = json!(self.offices);
        }
        json
    }
}
