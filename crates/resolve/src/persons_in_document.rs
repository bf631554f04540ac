//! What the persons of a document have for the linking across documents, and the
//! acronyms of organisations.
//!
//! An archive stores it as JSON, so that documents that are added later can be
//! linked to earlier ones.

use chancery_model::{DocumentEntities, Entity};
use serde::{Deserialize, Serialize};

use crate::name::{PersonName, TitleSet};
use crate::resolver::ResolvedDocument;

/// Maximum number of pieces of evidence of each kind per document.
const MAX_EVIDENCE_PER_KIND: usize = 6;

/// The persons and acronyms of a document, and the evidence that they share.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PersonsInDocument {
    /// The volume of the document; empty if there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) scope: String,
    /// The year of the document; 0 if unknown.
    #[serde(default)]
    pub(crate) year: u16,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) evidence: Vec<SharedEvidence>,
    pub(crate) persons: Vec<PersonInDocument>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) acronyms: Vec<AcronymInDocument>,
}

/// An organisation of a document that an acronym names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct AcronymInDocument {
    /// The number of the entity in the document.
    pub(crate) entity: u32,
    /// The numbers of its mentions in the document.
    pub(crate) mentions: Vec<u32>,
    /// The letters of the acronym, in small letters.
    pub(crate) letters: String,
    pub(crate) id: String,
    /// The name for users.
    pub(crate) name: String,
    /// Whether the id says more than the name, as that of a national institution does.
    pub(crate) has_evidence: bool,
    /// Whether the document says what the acronym stands for.
    pub(crate) is_explained: bool,
}

/// A volume, a country or a listed person in a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SharedEvidence {
    /// What it is: equal words are equal evidence.
    pub(crate) words: String,
    /// The entity that it is, and for which it is no evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) entity: Option<u32>,
}

/// A person of a document.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct PersonInDocument {
    /// The number of the entity in the document.
    pub(crate) entity: u32,
    /// The numbers of its mentions in the document.
    pub(crate) mentions: Vec<u32>,
    pub(crate) id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) same_as: Option<String>,
    /// The name for users.
    pub(crate) name: String,
    /// The fullest name, parsed.
    pub(crate) parsed: PersonName,
    /// The titles in the document.
    pub(crate) titles: TitleSet,
    /// Whether the id comes from a list or the knowledge base.
    pub(crate) is_linked: bool,
    /// Whether several persons were possible and none was chosen.
    pub(crate) is_ambiguous: bool,
    /// The ISO code of the country of a king or queen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) realm: Option<String>,
}

impl PersonsInDocument {
    /// Collects the persons of a document. `scope` names its volume and is empty
    /// if there is none.
    pub fn new(entities: &DocumentEntities, resolved: &ResolvedDocument, scope: &str) -> Self {
        let mut mentions = vec![Vec::new(); entities.entities.len()];
        for link in &entities.links {
            mentions[link.entity as usize].push(link.mention);
        }
        let persons = resolved.persons.iter().map(|profile| {
            let number = profile.entity as usize;
            let Entity { id, same_as, name, .. } = entities.entities[number].clone();
            PersonInDocument {
                entity: profile.entity,
                mentions: std::mem::take(&mut mentions[number]),
                id,
                same_as,
                name,
                parsed: profile.name.clone(),
                titles: profile.titles,
                is_linked: profile.is_linked,
                is_ambiguous: profile.is_ambiguous,
                realm: profile.realm.map(str::to_owned),
            }
        });
        let persons = persons.collect();
        let acronyms = resolved.acronyms.iter().map(|profile| {
            let number = profile.entity as usize;
            let Entity { id, name, evidence, .. } = &entities.entities[number];
            AcronymInDocument {
                entity: profile.entity,
                mentions: std::mem::take(&mut mentions[number]),
                letters: profile.letters.clone(),
                id: id.clone(),
                name: name.clone(),
                has_evidence: !evidence.is_empty(),
                is_explained: profile.is_explained,
            }
        });
        let acronyms = acronyms.collect();
        let evidence = collect_shared_evidence(entities, resolved, scope);
        let year = resolved.context.document_year();
        Self { scope: scope.to_owned(), year, evidence, persons, acronyms }
    }

    /// Whether the document has no persons and no acronyms.
    pub fn is_empty(&self) -> bool {
        self.persons.is_empty() && self.acronyms.is_empty()
    }

    /// Iterates over the persons and acronyms: the number of the entity and those of its
    /// mentions.
    pub fn mentions_by_entity(&self) -> impl Iterator<Item = (u32, &[u32])> {
        let persons = self.persons.iter().map(|person| (person.entity, &person.mentions[..]));
        let acronyms = self.acronyms.iter().map(|known| (known.entity, &known.mentions[..]));
        persons.chain(acronyms)
    }
}

/// Returns the evidence that the persons of a document share: the volume,
/// countries, and listed persons. A listed person is evidence only for others.
fn collect_shared_evidence(
    entities: &DocumentEntities,
    resolved: &ResolvedDocument,
    scope: &str,
) -> Vec<SharedEvidence> {
    let mut evidence = Vec::new();
    if !scope.is_empty() {
        evidence.push(SharedEvidence { words: scope_evidence(scope), entity: None });
    }
    let mut countries: Vec<&(&str, u32)> =
        resolved.context.countries.iter().filter(|(iso, _)| *iso != "US").collect();
    countries.sort_by_key(|(iso, weight)| (std::cmp::Reverse(*weight), *iso));
    evidence.extend(
        countries
            .into_iter()
            .take(MAX_EVIDENCE_PER_KIND)
            .map(|(iso, _)| SharedEvidence { words: format!("country {iso}"), entity: None }),
    );
    let linked =
        resolved.persons.iter().filter(|profile| profile.is_linked).take(MAX_EVIDENCE_PER_KIND);
    evidence.extend(linked.map(|profile| {
        let Entity { id, same_as, .. } = &entities.entities[profile.entity as usize];
        let words = format!("person {}", same_as.as_ref().unwrap_or(id));
        SharedEvidence { words, entity: Some(profile.entity) }
    }));
    evidence
}

/// The evidence that two documents are in one volume.
pub(crate) fn scope_evidence(scope: &str) -> String {
    format!("scope {scope}")
}
