//! Links persons across documents.
//!
//! A person on a list has one ID everywhere. Other persons with the same full
//! name are joined if they share evidence: a country or post that their
//! documents mention, a listed person named in both documents, or the volume.
//! A family name with a title ("President Bouteflika") is joined with others
//! of the same name, title and evidence. Two John Smiths without shared
//! evidence stay two persons.
//!
//! The result depends on the set of documents, not on their order. Names meet
//! at keys (a name and one piece of evidence). Whether a key joins its names
//! is decided only after all documents are added. The cost is linear in the
//! number of persons in the documents.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chancery_model::{DocumentEntities, DocumentId, Entity, Evidence};

use crate::name::Title;
use crate::resolver::{PersonProfile, ResolvedDocument};

/// Maximum number of pieces of evidence of each kind per document.
const MAX_EVIDENCE_PER_KIND: usize = 6;

/// Collects the persons of many documents and joins those that are one.
#[derive(Clone, Debug, Default)]
pub struct CrossDocumentLinker {
    persons: Vec<PersonInDocument>,
    /// Index of each document's first person.
    documents: BTreeMap<(DocumentId, u32), usize>,
    /// Numbers assigned to the pieces of evidence.
    evidence: StringInterner,
}

#[derive(Clone, Debug)]
struct PersonInDocument {
    document: (DocumentId, u32),
    profile: PersonProfile,
    id: String,
    same_as: Option<String>,
    name: String,
    /// The volume of its document.
    scope: Option<u32>,
    /// Numbers of the evidence in its document.
    evidence: Vec<u32>,
}

/// Assigns a number to each string. Equal strings get equal numbers.
#[derive(Clone, Debug, Default)]
struct StringInterner(HashMap<String, u32>);

impl StringInterner {
    fn intern_string(&mut self, words: String) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(words).or_insert(next)
    }
}

/// The identities of persons across documents. The key is the document ID, the
/// index of the document in its file and the number of the entity.
#[derive(Clone, Debug, Default)]
pub struct PersonIdentities(HashMap<(DocumentId, u32, u32), PersonIdentity>);

/// The identity of a person across documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonIdentity {
    /// The ID.
    pub id: String,
    /// The ID in the knowledge base, if `id` comes from another list.
    pub same_as: Option<String>,
    /// The name of the person with this ID.
    pub name: String,
    /// Whether the identity was inferred from another document.
    pub is_inferred: bool,
}

impl PersonIdentities {
    /// Returns the identity of an entity.
    pub fn identity_of(&self, document: (DocumentId, u32), entity: u32) -> Option<&PersonIdentity> {
        self.0.get(&(document.0, document.1, entity))
    }

    fn assign_identity(
        &mut self,
        (document, number, entity): (DocumentId, u32, u32),
        identity: PersonIdentity,
    ) {
        self.0.insert((document, number, entity), identity);
    }

    /// Writes the identities into the entities of one document.
    pub fn apply_to_entities(&self, document: (DocumentId, u32), entities: &mut DocumentEntities) {
        for (number, entity) in entities.entities.iter_mut().enumerate() {
            let Some(identity) = self.identity_of(document, number as u32) else { continue };
            if identity.is_inferred {
                entity.name.clone_from(&identity.name);
                entity.evidence = vec![Evidence::OtherDocuments];
                entity.score = 0.85;
            }
            entity.id.clone_from(&identity.id);
            entity.same_as.clone_from(&identity.same_as);
        }
    }
}

impl PersonInDocument {
    /// Returns the identity that its own document gives.
    fn local_identity(&self) -> PersonIdentity {
        let (id, same_as) = (self.id.clone(), self.same_as.clone());
        PersonIdentity { id, same_as, name: self.name.clone(), is_inferred: false }
    }
}

impl CrossDocumentLinker {
    /// Adds a document, identified by its ID and its index in its file.
    /// `scope` names its volume and is empty if there is none. A document that
    /// was added before is ignored.
    pub fn add_document(
        &mut self,
        document: (DocumentId, u32),
        entities: &DocumentEntities,
        resolved: &ResolvedDocument,
        scope: &str,
    ) {
        if self.documents.contains_key(&document) {
            return;
        }
        self.documents.insert(document, self.persons.len());
        let shared: Vec<(Option<u32>, u32)> = collect_shared_evidence(entities, resolved, scope)
            .into_iter()
            .map(|(of, words)| (of, self.evidence.intern_string(words)))
            .collect();
        let scope = (!scope.is_empty()).then(|| self.evidence.intern_string(scope_evidence(scope)));
        for profile in &resolved.persons {
            let entity = &entities.entities[profile.entity as usize];
            let Entity { id, same_as, name, .. } = entity.clone();
            let evidence = shared.iter().filter(|(of, _)| *of != Some(profile.entity));
            let evidence = evidence.map(|(_, number)| *number).collect();
            self.persons.push(PersonInDocument {
                document,
                profile: profile.clone(),
                id,
                same_as,
                name,
                scope,
                evidence,
            });
        }
    }

    /// Returns the identities of all persons.
    pub fn resolve_identities(&self) -> PersonIdentities {
        let mut joined = DisjointSets((0..self.persons.len()).collect());
        self.join_linked_persons(&mut joined);
        self.join_full_names(&mut joined);
        self.join_family_names(&mut joined);
        self.assign_identities(&mut joined)
    }

    /// Joins persons that are linked to the same ID.
    fn join_linked_persons(&self, joined: &mut DisjointSets) {
        let mut first: HashMap<&str, usize> = HashMap::new();
        for (at, person) in self.persons.iter().enumerate().filter(|(_, p)| p.profile.is_linked) {
            joined.join_sets(*first.entry(&person.id).or_insert(at), at);
        }
    }

    /// Joins full names that share first given name, family name and evidence.
    /// If their middle names do not contradict each other, all are joined.
    /// Otherwise only those with equal middle names are.
    fn join_full_names(&self, joined: &mut DisjointSets) {
        let mut names = StringInterner::default();
        let mut keys: HashMap<(u32, u32), Vec<usize>> = HashMap::new();
        for (at, person) in self.persons.iter().enumerate() {
            let words = &person.profile.name.words;
            if !person.profile.name.has_full_given_name() || person.profile.is_ambiguous {
                continue;
            }
            let name =
                names.intern_string(format!("{} {}", words[0], person.profile.name.family_name()));
            for &evidence in &person.evidence {
                keys.entry((name, evidence)).or_default().push(at);
            }
        }
        for meeting in keys.values() {
            let middles: BTreeSet<&[String]> =
                meeting.iter().map(|&at| self.middle_names(at)).collect();
            let agree = middle_names_agree(&middles);
            let mut first: HashMap<&[String], usize> = HashMap::new();
            for &at in meeting {
                let key = if agree { &[][..] } else { self.middle_names(at) };
                joined.join_sets(*first.entry(key).or_insert(at), at);
            }
        }
    }

    /// Returns the words between first given name and family name.
    fn middle_names(&self, at: usize) -> &[String] {
        let words = &self.persons[at].profile.name.words;
        words.get(1..words.len().saturating_sub(1)).unwrap_or_default()
    }

    /// Joins family names that share a title and evidence, or the volume. They
    /// join the one full name at their key, or each other if there is none.
    fn join_family_names(&self, joined: &mut DisjointSets) {
        let mut names = StringInterner::default();
        let mut keys: HashMap<(u32, u32), Vec<usize>> = HashMap::new();
        for (at, person) in self.persons.iter().enumerate() {
            let profile = &person.profile;
            if profile.is_ambiguous {
                continue;
            }
            let family = profile.name.family_name();
            for title in profile.titles.iter() {
                let name = names.intern_string(format!("{} {family}", title.as_str()));
                for &evidence in &person.evidence {
                    keys.entry((name, evidence)).or_default().push(at);
                }
            }
            let is_wife =
                profile.titles.contains(Title::Woman) && !profile.name.has_several_words();
            if let Some(scope) = person.scope.filter(|_| !is_wife) {
                keys.entry((names.intern_string(family.to_owned()), scope)).or_default().push(at);
            }
        }
        let mut joins = Vec::new();
        for meeting in keys.values() {
            let is_firm = |at: usize| {
                let profile = &self.persons[at].profile;
                profile.name.has_full_given_name() || profile.is_linked
            };
            let mut firm: BTreeMap<usize, usize> = BTreeMap::new();
            for &at in meeting.iter().filter(|&&at| is_firm(at)) {
                *firm.entry(joined.find_root(at)).or_default() += 1;
            }
            let singles = || {
                meeting.iter().filter(|&&at| {
                    !self.persons[at].profile.name.has_several_words() && !is_firm(at)
                })
            };
            let first = match dominant_root(&firm) {
                Some(root) => Some(root),
                // A family name that nearly always occurs alone is one person.
                None if firm.values().sum::<usize>() * 10 <= singles().count() => {
                    singles().next().copied()
                }
                None => None,
            };
            joins.extend(first.into_iter().flat_map(|first| singles().map(move |&at| (first, at))));
        }
        for (a, b) in joins {
            joined.join_sets(a, b);
        }
    }

    fn assign_identities(&self, joined: &mut DisjointSets) -> PersonIdentities {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in 0..self.persons.len() {
            groups.entry(joined.find_root(at)).or_default().push(at);
        }
        let mut identities = PersonIdentities::default();
        let mut unlisted: BTreeMap<String, Vec<Vec<usize>>> = BTreeMap::new();
        for members in groups.into_values() {
            let rest = self.assign_linked_identity(members, &mut identities);
            if let Some(best) = rest.iter().min_by_key(|&&at| self.fullness_key(at)) {
                let words = &self.persons[*best].profile.name.words;
                unlisted.entry(format!("per:{}", words.join("-"))).or_default().push(rest);
            }
        }
        for (name, mut groups) in unlisted {
            let first = |members: &Vec<usize>| members.iter().map(|&at| self.entity_key(at)).min();
            groups.sort_by_key(first);
            let several = groups.len() > 1;
            for members in groups {
                // The first document distinguishes several persons of one name.
                let id = match first(&members).filter(|_| several) {
                    Some((document, number, entity)) => {
                        format!("{name}~{}.{number}.{entity}", &document.to_string()[..8])
                    }
                    None => name.clone(),
                };
                for at in members {
                    let identity =
                        PersonIdentity { id: id.clone(), ..self.persons[at].local_identity() };
                    identities.assign_identity(self.entity_key(at), identity);
                }
            }
        }
        identities
    }

    /// Assigns the ID of the one listed person to all members of a group. If
    /// there are several listed persons, each keeps its own ID. Returns the
    /// members without an ID.
    fn assign_linked_identity(
        &self,
        members: Vec<usize>,
        identities: &mut PersonIdentities,
    ) -> Vec<usize> {
        let mut linked: BTreeMap<&str, PersonIdentity> = BTreeMap::new();
        for person in members.iter().map(|&at| &self.persons[at]).filter(|p| p.profile.is_linked) {
            let fresh = || PersonIdentity { is_inferred: true, ..person.local_identity() };
            let known = linked.entry(&person.id).or_insert_with(fresh);
            known.same_as = known.same_as.take().max(person.same_as.clone());
        }
        let mut rest = Vec::new();
        for at in members {
            let person = &self.persons[at];
            match (linked.len(), linked.first_key_value()) {
                _ if person.profile.is_linked => {
                    let same_as = linked[person.id.as_str()].same_as.clone();
                    let identity = PersonIdentity { same_as, ..person.local_identity() };
                    identities.assign_identity(self.entity_key(at), identity);
                }
                (1, Some((_, identity))) => {
                    identities.assign_identity(self.entity_key(at), identity.clone());
                }
                _ => rest.push(at),
            }
        }
        rest
    }

    /// Returns a sort key that puts the fullest name first.
    fn fullness_key(&self, at: usize) -> (std::cmp::Reverse<usize>, &[String]) {
        let words = &self.persons[at].profile.name.words;
        (std::cmp::Reverse(words.iter().map(String::len).sum()), words)
    }

    fn entity_key(&self, at: usize) -> (DocumentId, u32, u32) {
        let person = &self.persons[at];
        (person.document.0, person.document.1, person.profile.entity)
    }
}

/// Returns the only person at a key, or the one with at least 90 % of its
/// occurrences.
fn dominant_root(persons: &BTreeMap<usize, usize>) -> Option<usize> {
    let all: usize = persons.values().sum();
    let of_most = persons.iter().max_by_key(|(root, count)| (**count, std::cmp::Reverse(**root)));
    of_most.filter(|(_, count)| **count * 10 >= all * 9).map(|(root, _)| *root)
}

/// Returns the evidence that the persons of a document share: the volume,
/// countries, and listed persons. A listed person is evidence only for others.
fn collect_shared_evidence(
    entities: &DocumentEntities,
    resolved: &ResolvedDocument,
    scope: &str,
) -> Vec<(Option<u32>, String)> {
    let mut evidence = Vec::new();
    if !scope.is_empty() {
        evidence.push((None, scope_evidence(scope)));
    }
    let mut countries: Vec<&(&str, u32)> =
        resolved.context.countries.iter().filter(|(iso, _)| *iso != "US").collect();
    countries.sort_by_key(|(iso, weight)| (std::cmp::Reverse(*weight), *iso));
    let countries = countries.into_iter().take(MAX_EVIDENCE_PER_KIND);
    evidence.extend(countries.map(|(iso, _)| (None, format!("country {iso}"))));
    let linked =
        resolved.persons.iter().filter(|profile| profile.is_linked).take(MAX_EVIDENCE_PER_KIND);
    evidence.extend(linked.map(|profile| {
        let id = &entities.entities[profile.entity as usize].id;
        (Some(profile.entity), format!("person {id}"))
    }));
    evidence
}

fn scope_evidence(scope: &str) -> String {
    format!("scope {scope}")
}

/// Whether no middle names contradict each other: each is a shorter form of
/// the longest.
fn middle_names_agree(middles: &BTreeSet<&[String]>) -> bool {
    let Some(longest) = middles.iter().max_by_key(|middle| middle.concat().len()) else {
        return true;
    };
    middles.iter().all(|middle| {
        let mut rest = longest.iter();
        middle.iter().all(|word| {
            rest.any(|other| other == word || (word.len() == 1 && other.starts_with(word.as_str())))
        })
    })
}

/// Disjoint sets (union-find). The root of a set is its lowest index.
struct DisjointSets(Vec<usize>);

impl DisjointSets {
    fn find_root(&mut self, at: usize) -> usize {
        let mut root = at;
        while self.0[root] != root {
            root = self.0[root];
        }
        let mut at = at;
        while self.0[at] != root {
            at = std::mem::replace(&mut self.0[at], root);
        }
        root
    }

    fn join_sets(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find_root(a), self.find_root(b));
        let (low, high) = (a.min(b), a.max(b));
        self.0[high] = low;
    }
}
