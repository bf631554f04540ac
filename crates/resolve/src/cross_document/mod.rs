//! Links persons across documents.
//!
//! A person on a list has one ID everywhere. Other persons with the same full
//! name are joined if they share evidence: a country or post that their
//! documents mention, a listed person named in both documents, or the volume.
//! A family name with a title ("President Bouteflika") is joined with others
//! of the same name, title and evidence. Two John Smiths without shared
//! evidence stay two persons. An acronym that its document does not explain joins the
//! organisation for which others have it: [`acronyms`](known_acronyms).
//!
//! The result depends on the set of documents, not on their order. Names meet
//! at keys (a name and one piece of evidence). Whether a key joins its names
//! is decided only after all documents are added. The cost is linear in the
//! number of persons in the documents.

mod disjoint_sets;
mod family_name_joins;
mod known_acronyms;
mod listed_persons;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chancery_model::{DocumentEntities, DocumentId, Evidence, Label};

use crate::name::{ListedName, NameFit, PersonName, Title};
use crate::persons::to_listed_name;
use crate::persons_in_document::{PersonInDocument, PersonsInDocument, scope_evidence};
use disjoint_sets::DisjointSets;
use family_name_joins::FamilyNameJoins;
use known_acronyms::KnownAcronyms;
use listed_persons::ListedIdentities;

/// Confidence of an identity that rests on other documents.
const INFERRED_SCORE: f32 = 0.85;

/// Years without a document after which a full name is another person.
const MAX_LIFE_YEARS: u16 = 25;

/// Years without a document after which a title and a surname are another person.
const MAX_OFFICE_YEARS: u16 = 8;

/// Whether a name is full, whether its spelling is not ordinary, its length, its words
/// and the name.
type FullnessKey<'a> =
    ((std::cmp::Reverse<bool>, bool), std::cmp::Reverse<usize>, &'a [String], &'a str);

/// Collects the persons and acronyms of many documents and joins those that are one.
#[derive(Clone, Debug, Default)]
pub struct CrossDocumentLinker {
    persons: Vec<PersonToLink>,
    acronyms: KnownAcronyms,
    /// The documents that were added.
    documents: BTreeSet<(DocumentId, u32)>,
    /// Numbers assigned to the pieces of evidence.
    evidence: StringInterner,
}

#[derive(Clone, Debug)]
struct PersonToLink {
    document: (DocumentId, u32),
    person: PersonInDocument,
    /// The volume of its document.
    scope: Option<u32>,
    /// The year of its document; 0 if unknown.
    year: u16,
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

/// The identities of persons and acronyms across documents.
#[derive(Clone, Debug, Default)]
pub struct Identities {
    /// By document ID, index of the document in its file, and number of the
    /// entity.
    by_entity: HashMap<(DocumentId, u32, u32), Identity>,
    /// The names of listed persons in all lists, by ID.
    listed_names: BTreeMap<String, BTreeSet<String>>,
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
        self.by_entity.get(&(document.0, document.1, entity))
    }

    /// The names of listed persons in all lists, by ID.
    pub fn listed_names(&self) -> &BTreeMap<String, BTreeSet<String>> {
        &self.listed_names
    }

    fn assign_identity(
        &mut self,
        (document, number, entity): (DocumentId, u32, u32),
        identity: Identity,
    ) {
        self.by_entity.insert((document, number, entity), identity);
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

impl CrossDocumentLinker {
    /// Adds a document, identified by its ID and its index in its file. A
    /// document that was added before is ignored.
    pub fn add_document(&mut self, document: (DocumentId, u32), persons: PersonsInDocument) {
        if !self.documents.insert(document) {
            return;
        }
        let PersonsInDocument { scope, year, evidence, persons, acronyms } = persons;
        self.acronyms.add_document(document, acronyms, &scope, &evidence);
        let shared: Vec<(Option<u32>, u32)> = evidence
            .into_iter()
            .map(|shared| (shared.entity, self.evidence.intern_string(shared.words)))
            .collect();
        let scope =
            (!scope.is_empty()).then(|| self.evidence.intern_string(scope_evidence(&scope)));
        self.persons.extend(persons.into_iter().map(|person| {
            let evidence = shared.iter().filter(|(of, _)| *of != Some(person.entity));
            let evidence = evidence.map(|(_, number)| *number).collect();
            PersonToLink { document, person, scope, year, evidence }
        }));
    }

    /// Returns the identities of all persons and acronyms.
    pub fn resolve_identities(&self) -> Identities {
        let listed = ListedIdentities::from_persons(self.persons.iter().map(|one| &one.person));
        let mut joined = DisjointSets::singletons(self.persons.len());
        self.join_listed_persons(&listed, &mut joined);
        self.join_full_names(&mut joined);
        self.join_family_names(&mut joined);
        let mut identities = self.assign_identities(&listed, &mut joined);
        identities.listed_names = listed.into_names().collect();
        for (key, identity) in self.acronyms.identities() {
            identities.assign_identity(key, identity);
        }
        identities
    }

    /// Joins listed persons with the same identity.
    fn join_listed_persons(&self, listed: &ListedIdentities, joined: &mut DisjointSets) {
        let mut first: HashMap<&str, usize> = HashMap::new();
        for (at, PersonToLink { person, .. }) in self.persons.iter().enumerate() {
            if person.is_linked {
                let id = &listed.identity_of(&person.id).id;
                joined.join_sets(*first.entry(id).or_insert(at), at);
            }
        }
    }

    /// Joins full names that share first given name, family name and evidence.
    /// If their middle names do not contradict each other, all are joined.
    /// Otherwise only those with equal middle names are.
    fn join_full_names(&self, joined: &mut DisjointSets) {
        let mut names = StringInterner::default();
        let mut keys: HashMap<(u32, u32), Vec<usize>> = HashMap::new();
        for (at, PersonToLink { person, evidence, .. }) in self.persons.iter().enumerate() {
            let name = &person.parsed;
            if !name.has_full_given_name() || person.is_ambiguous {
                continue;
            }
            let name = names.intern_string(name.key_of_full_name());
            for &evidence in evidence {
                keys.entry((name, evidence)).or_default().push(at);
            }
        }
        for meeting in self.meetings(keys, MAX_LIFE_YEARS) {
            let middles: BTreeSet<&[String]> =
                meeting.iter().map(|&at| self.middle_names(at)).collect();
            let agree = middle_names_agree(&middles);
            let mut first: HashMap<&[String], usize> = HashMap::new();
            for &at in &meeting {
                let key = if agree { &[][..] } else { self.middle_names(at) };
                joined.join_sets(*first.entry(key).or_insert(at), at);
            }
        }
    }

    /// Iterates over the persons that may be one: those at one key, without those whom
    /// their own document keeps apart, and without a gap of more than `gap` years.
    fn meetings(
        &self,
        keys: HashMap<(u32, u32), Vec<usize>>,
        gap: u16,
    ) -> impl Iterator<Item = Vec<usize>> {
        let alone = keys.into_values().map(|all| self.one_of_each_document(all));
        alone.flat_map(move |all| self.split_by_years(all, gap))
    }

    /// Leaves out the persons of a document that has several of the same name: the
    /// document itself has kept them apart.
    fn one_of_each_document(&self, mut all: Vec<usize>) -> Vec<usize> {
        let mut counts: HashMap<(DocumentId, u32), usize> = HashMap::new();
        let is_unlisted = |at: &usize| !self.persons[*at].person.is_linked;
        for at in all.iter().filter(|at| is_unlisted(at)) {
            *counts.entry(self.persons[*at].document).or_default() += 1;
        }
        all.retain(|at| {
            !is_unlisted(at)
                || counts.get(&self.persons[*at].document).is_none_or(|&count| count < 2)
        });
        all
    }

    /// Splits persons where the next document is more than `gap` years later. Documents
    /// without a year stay with the first.
    fn split_by_years(&self, mut all: Vec<usize>, gap: u16) -> Vec<Vec<usize>> {
        all.sort_by_key(|&at| (self.persons[at].year, at));
        let mut parts: Vec<Vec<usize>> = Vec::new();
        let mut last = 0;
        for at in all {
            let year = self.persons[at].year;
            match parts.last_mut() {
                Some(part) if last == 0 || year - last <= gap => part.push(at),
                _ => parts.push(vec![at]),
            }
            last = year;
        }
        parts
    }

    /// Returns the words between first given name and family name.
    fn middle_names(&self, at: usize) -> &[String] {
        let words = &self.persons[at].person.parsed.words;
        words.get(1..words.len().saturating_sub(1)).unwrap_or_default()
    }

    /// Joins family names that share a title and evidence, or the volume. They
    /// join the one full name at their key, or each other if there is none.
    fn join_family_names(&self, joined: &mut DisjointSets) {
        let mut names = StringInterner::default();
        let mut keys: HashMap<(u32, u32), Vec<usize>> = HashMap::new();
        for (at, PersonToLink { person, scope, evidence, .. }) in self.persons.iter().enumerate() {
            if person.is_ambiguous {
                continue;
            }
            let family = person.parsed.family_name();
            for title in person.titles.iter() {
                let realm = person.realm.as_deref().unwrap_or_default();
                let name = names.intern_string(format!("{} {family} {realm}", title.as_str()));
                for &evidence in evidence {
                    keys.entry((name, evidence)).or_default().push(at);
                }
            }
            let is_wife =
                person.titles.contains(Title::Woman) && !person.parsed.has_several_words();
            if let Some(scope) = scope.filter(|_| !is_wife) {
                keys.entry((names.intern_string(family.to_owned()), scope)).or_default().push(at);
            }
        }
        let mut joins = FamilyNameJoins::default();
        for meeting in self.meetings(keys, MAX_OFFICE_YEARS) {
            let is_firm = |at: usize| {
                let person = &self.persons[at].person;
                person.parsed.has_full_given_name() || person.is_linked
            };
            let mut firm: BTreeMap<usize, usize> = BTreeMap::new();
            for &at in meeting.iter().filter(|&&at| is_firm(at)) {
                *firm.entry(joined.find_root(at)).or_default() += 1;
            }
            let singles = || {
                let is_single = |&at: &usize| {
                    !self.persons[at].person.parsed.has_several_words() && !is_firm(at)
                };
                meeting.iter().copied().filter(is_single)
            };
            match dominant_root(&firm) {
                Some(root) => joins.add_firm_joins(singles(), root),
                // A family name that nearly always occurs alone is one person.
                None if firm.values().sum::<usize>() * 10 <= singles().count() => {
                    joins.add_single_joins(singles());
                }
                None => {}
            }
        }
        let fullest = self.fullest_names(joined);
        joins.apply(joined, |a, b| self.may_be_one(fullest[&a], fullest[&b]));
    }

    /// The listed or else the fullest person of each set of joined persons.
    fn fullest_names(&self, joined: &mut DisjointSets) -> HashMap<usize, usize> {
        let mut fullest: HashMap<usize, usize> = HashMap::new();
        let order = |at: usize| (!self.persons[at].person.is_linked, self.fullness_key(at));
        for at in 0..self.persons.len() {
            let known = fullest.entry(joined.find_root(at)).or_insert(at);
            if order(at) < order(*known) {
                *known = at;
            }
        }
        fullest
    }

    /// Whether the names of two persons do not say that they are two.
    fn may_be_one(&self, a: usize, b: usize) -> bool {
        let listed = |at: usize| {
            let PersonInDocument { name, parsed, is_linked, .. } = &self.persons[at].person;
            if *is_linked { ListedName::new(name) } else { to_listed_name(parsed) }
        };
        let fits = |a: usize, b: usize| {
            let other = PersonName::new(&listed(b).in_text_order());
            listed(a).compare_name(&other) >= NameFit::Family
        };
        fits(a, b) || fits(b, a)
    }

    fn assign_identities(
        &self,
        listed: &ListedIdentities,
        joined: &mut DisjointSets,
    ) -> Identities {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in 0..self.persons.len() {
            groups.entry(joined.find_root(at)).or_default().push(at);
        }
        let mut identities = Identities::default();
        let mut unlisted: BTreeMap<String, Vec<(Vec<usize>, &str)>> = BTreeMap::new();
        for members in groups.into_values() {
            let rest = self.assign_listed_identity(members, listed, &mut identities);
            if let Some(fullest) = rest.iter().min_by_key(|&&at| self.fullness_key(at)) {
                let fullest = &self.persons[*fullest].person;
                let id = format!("per:{}", fullest.parsed.words.join("-"));
                unlisted.entry(id).or_default().push((rest, &fullest.name));
            }
        }
        for (id, mut groups) in unlisted {
            let first = |members: &[usize]| members.iter().map(|&at| self.entity_key(at)).min();
            groups.sort_by_key(|(members, _)| first(members));
            let several = groups.len() > 1;
            for (members, name) in groups {
                // The first document distinguishes several persons of one name.
                let first = first(&members).filter(|_| several);
                let distinction = first.map(|(document, number, entity)| {
                    document_distinction(document, number, entity)
                });
                let identity = Identity {
                    label: Label::Per,
                    id: format!("{id}{}", distinction.as_deref().unwrap_or("")),
                    same_as: None,
                    name: name.to_owned(),
                    is_listed: false,
                    inferred_score: None,
                    distinction,
                };
                for at in members {
                    identities.assign_identity(self.entity_key(at), identity.clone());
                }
            }
        }
        identities
    }

    /// Assigns the identity of the one listed person to all members of a group.
    /// If there are several listed persons, each keeps its own. Returns the
    /// members without an identity.
    fn assign_listed_identity(
        &self,
        members: Vec<usize>,
        listed: &ListedIdentities,
        identities: &mut Identities,
    ) -> Vec<usize> {
        let own = |person: &PersonInDocument| {
            let found = listed.identity_of(&person.id);
            let other = person.same_as.as_ref().filter(|other| **other != found.id);
            Identity {
                label: Label::Per,
                same_as: other.or(Some(&person.id)).filter(|id| **id != found.id).cloned(),
                id: found.id.clone(),
                name: found.name.clone(),
                is_listed: true,
                inferred_score: None,
                distinction: None,
            }
        };
        let mut all: BTreeMap<String, Identity> = BTreeMap::new();
        for &at in members.iter().filter(|&&at| self.persons[at].person.is_linked) {
            let identity = own(&self.persons[at].person);
            let known = all.entry(identity.id.clone()).or_insert_with(|| identity.clone());
            known.same_as = known.same_as.take().max(identity.same_as);
        }
        let mut rest = Vec::new();
        for at in members {
            let person = &self.persons[at].person;
            match (all.len(), all.first_key_value()) {
                _ if person.is_linked => {
                    identities.assign_identity(self.entity_key(at), own(person));
                }
                (1, Some((_, identity))) => {
                    let identity =
                        Identity { inferred_score: Some(INFERRED_SCORE), ..identity.clone() };
                    identities.assign_identity(self.entity_key(at), identity);
                }
                _ => rest.push(at),
            }
        }
        rest
    }

    /// Returns a sort key that puts the fullest ordinary spelling first: full names
    /// before others, and among these ordinary spellings before "(Hugo) CHAVEZ".
    fn fullness_key(&self, at: usize) -> FullnessKey<'_> {
        let PersonInDocument { parsed, name, .. } = &self.persons[at].person;
        let length = parsed.words.iter().map(String::len).sum();
        let is_ordinary = PersonName::is_ordinary_spelling(name);
        let order = (std::cmp::Reverse(parsed.has_full_given_name()), !is_ordinary);
        (order, std::cmp::Reverse(length), &parsed.words, name)
    }

    fn entity_key(&self, at: usize) -> (DocumentId, u32, u32) {
        let PersonToLink { document: (id, number), person, .. } = &self.persons[at];
        (*id, *number, person.entity)
    }
}

/// Returns what distinguishes an entity of a document from others of its name, at the
/// end of the ID. `number` is the index of the document in its file.
pub fn document_distinction(document: DocumentId, number: u32, entity: u32) -> String {
    format!("@{}.{number}.{entity}", &document.to_string()[..8])
}

/// Returns the only person at a key, or the one with at least 90 % of its
/// occurrences.
fn dominant_root(persons: &BTreeMap<usize, usize>) -> Option<usize> {
    let all: usize = persons.values().sum();
    let of_most = persons.iter().max_by_key(|(root, count)| (**count, std::cmp::Reverse(**root)));
    of_most.filter(|(_, count)| **count * 10 >= all * 9).map(|(root, _)| *root)
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
