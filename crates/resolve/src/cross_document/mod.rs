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
mod identities;
mod known_acronyms;
mod listed_persons;
mod persons_to_link;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chancery_model::{DocumentId, Label};

use crate::name::{ListedName, NameFit, PersonName, Title};
use crate::persons::to_listed_name;
use crate::persons_in_document::{PersonInDocument, PersonsInDocument};
use disjoint_sets::DisjointSets;
use family_name_joins::FamilyNameJoins;
pub use identities::{Identities, Identity};
use known_acronyms::KnownAcronyms;
use listed_persons::ListedIdentities;
use persons_to_link::{NameKeys, PersonsToLink, StringInterner};

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
    persons: PersonsToLink,
    acronyms: KnownAcronyms,
    /// The documents that were added.
    documents: BTreeSet<(DocumentId, u32)>,
}

impl CrossDocumentLinker {
    /// Adds a document, identified by its ID and its index in its file. A
    /// document that was added before is ignored.
    pub fn add_document(&mut self, document: (DocumentId, u32), persons: PersonsInDocument) {
        if !self.documents.insert(document) {
            return;
        }
        self.acronyms.add_document(document, &persons);
        self.persons.add_document(document, persons);
    }

    /// Returns the identities of all persons and acronyms.
    pub fn resolve_identities(&self) -> Identities {
        let listed = ListedIdentities::from_persons(self.persons.profiles());
        let mut joined = DisjointSets::singletons(self.persons.len());
        self.join_listed_persons(&listed, &mut joined);
        self.join_full_names(&mut joined);
        self.join_family_names(&mut joined);
        let mut identities = self.assign_identities(&listed, &mut joined);
        identities.listed_names = listed.into_names().collect();
        for (key, identity) in self.acronyms.identities() {
            let identity = identities.add_identity(identity);
            identities.assign_identity(key, identity);
        }
        identities.sort_entities();
        identities
    }

    /// Joins listed persons with the same identity.
    fn join_listed_persons(&self, listed: &ListedIdentities, joined: &mut DisjointSets) {
        let mut first: HashMap<&str, usize> = HashMap::new();
        for (at, person) in self.persons.iter().enumerate() {
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
        let keys = self.persons.name_keys(|person| match person.parsed.has_full_given_name() {
            true => NameKeys {
                shared: vec![names.intern_string(person.parsed.key_of_full_name())],
                in_volume: None,
            },
            false => NameKeys::default(),
        });
        self.persons.visit_meetings(&keys, MAX_LIFE_YEARS, &mut |meeting| {
            let middles: BTreeSet<&[String]> =
                meeting.iter().map(|&at| self.middle_names(at)).collect();
            let agree = middle_names_agree(&middles);
            let mut first: HashMap<&[String], usize> = HashMap::new();
            for &at in meeting {
                let key = if agree { &[][..] } else { self.middle_names(at) };
                joined.join_sets(*first.entry(key).or_insert(at), at);
            }
        });
    }

    /// Returns the words between first given name and family name.
    fn middle_names(&self, at: usize) -> &[String] {
        let words = &self.persons.person(at).parsed.words;
        words.get(1..words.len().saturating_sub(1)).unwrap_or_default()
    }

    /// Joins family names that share a title and evidence, or the volume. They
    /// join the one full name at their key, or each other if there is none.
    fn join_family_names(&self, joined: &mut DisjointSets) {
        let keys = self.family_name_keys();
        let mut joins = FamilyNameJoins::default();
        self.persons.visit_meetings(&keys, MAX_OFFICE_YEARS, &mut |meeting| {
            let is_firm = |at: usize| {
                let person = self.persons.person(at);
                person.parsed.has_full_given_name() || person.is_linked
            };
            let mut firm: BTreeMap<usize, usize> = BTreeMap::new();
            for &at in meeting.iter().filter(|&&at| is_firm(at)) {
                *firm.entry(joined.find_root(at)).or_default() += 1;
            }
            let singles = || {
                let is_single = |&at: &usize| {
                    !self.persons.person(at).parsed.has_several_words() && !is_firm(at)
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
        });
        let fullest = self.fullest_names(joined);
        joins.apply(joined, |a, b| self.may_be_one(fullest[&a], fullest[&b]));
    }

    /// The keys of family names: with each title, and alone in a volume.
    fn family_name_keys(&self) -> Vec<NameKeys> {
        let mut names = StringInterner::default();
        self.persons.name_keys(|person| {
            let family = person.parsed.family_name();
            let realm = person.realm.as_deref().unwrap_or_default();
            let titled = |title: Title| format!("{} {family} {realm}", title.as_str());
            let shared = person.titles.iter().map(|title| names.intern_string(titled(title)));
            let shared = shared.collect();
            let is_wife =
                person.titles.contains(Title::Woman) && !person.parsed.has_several_words();
            let in_volume = (!is_wife).then(|| names.intern_string(family.to_owned()));
            NameKeys { shared, in_volume }
        })
    }

    /// The listed or else the fullest person of each set of joined persons.
    fn fullest_names(&self, joined: &mut DisjointSets) -> HashMap<usize, usize> {
        let mut fullest: HashMap<usize, usize> = HashMap::new();
        let order = |at: usize| (!self.persons.person(at).is_linked, self.fullness_key(at));
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
            let PersonInDocument { name, parsed, is_linked, .. } = self.persons.person(at);
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
                let fullest = self.persons.person(*fullest);
                let id = format!("per:{}", fullest.parsed.words.join("-"));
                unlisted.entry(id).or_default().push((rest, &fullest.name));
            }
        }
        for (id, mut groups) in unlisted {
            let first =
                |members: &[usize]| members.iter().map(|&at| self.persons.entity_key(at)).min();
            groups.sort_by_key(|(members, _)| first(members));
            let several = groups.len() > 1;
            for (members, name) in groups {
                // The first document distinguishes several persons of one name.
                let first = first(&members).filter(|_| several);
                let distinction = first.map(|(document, number, entity)| {
                    document_distinction(document, number, entity)
                });
                let identity = identities.add_identity(Identity {
                    label: Label::Per,
                    id: format!("{id}{}", distinction.as_deref().unwrap_or("")),
                    same_as: None,
                    name: name.to_owned(),
                    is_listed: false,
                    inferred_score: None,
                    distinction,
                });
                for at in members {
                    identities.assign_identity(self.persons.entity_key(at), identity);
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
        // The linked members, each identity once.
        let mut own: HashMap<(&str, Option<&str>), u32> = HashMap::new();
        let mut all: BTreeMap<String, Identity> = BTreeMap::new();
        let mut rest = Vec::new();
        for at in members {
            let person = self.persons.person(at);
            if !person.is_linked {
                rest.push(at);
                continue;
            }
            let key = (person.id.as_str(), person.same_as.as_deref());
            let identity = *own.entry(key).or_insert_with(|| {
                let identity = listed_identity(person, listed);
                let known = all.entry(identity.id.clone()).or_insert_with(|| identity.clone());
                known.same_as = known.same_as.take().max(identity.same_as.clone());
                identities.add_identity(identity)
            });
            identities.assign_identity(self.persons.entity_key(at), identity);
        }
        match (all.len(), all.into_values().next()) {
            (1, Some(identity)) => {
                let inferred = Identity { inferred_score: Some(INFERRED_SCORE), ..identity };
                let identity = identities.add_identity(inferred);
                for at in rest {
                    identities.assign_identity(self.persons.entity_key(at), identity);
                }
                Vec::new()
            }
            _ => rest,
        }
    }

    /// Returns a sort key that puts the fullest ordinary spelling first: full names
    /// before others, and among these ordinary spellings before "(Hugo) CHAVEZ".
    fn fullness_key(&self, at: usize) -> FullnessKey<'_> {
        let PersonInDocument { parsed, name, .. } = self.persons.person(at);
        let length = parsed.words.iter().map(String::len).sum();
        let is_ordinary = PersonName::is_ordinary_spelling(name);
        let order = (std::cmp::Reverse(parsed.has_full_given_name()), !is_ordinary);
        (order, std::cmp::Reverse(length), &parsed.words, name)
    }
}

/// Returns what distinguishes an entity of a document from others of its name, at the
/// end of the ID. `number` is the index of the document in its file.
pub fn document_distinction(document: DocumentId, number: u32, entity: u32) -> String {
    format!("@{}.{number}.{entity}", &document.to_string()[..8])
}

/// The identity of a listed person.
fn listed_identity(person: &PersonInDocument, listed: &ListedIdentities) -> Identity {
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
