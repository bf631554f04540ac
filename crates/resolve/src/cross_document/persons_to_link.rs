//! The persons of many documents, and which of them may be one.
//!
//! An archive has millions of persons in documents. So what is equal in many documents,
//! the name with its titles, is kept once, and the persons are compared for one piece of
//! evidence after the other.

use std::collections::HashMap;
use std::ops::Range;

use chancery_model::DocumentId;
use indexmap::IndexSet;

use crate::persons_in_document::{PersonInDocument, PersonsInDocument, scope_evidence};

/// The persons of documents, numbered from 0 in the order in which they were added.
#[derive(Clone, Debug, Default)]
pub(super) struct PersonsToLink {
    persons: Vec<PersonToLink>,
    documents: Vec<DocumentToLink>,
    /// The different persons, without the numbers of their entities and mentions, and
    /// without the ids of those on no list.
    profiles: IndexSet<PersonInDocument>,
    /// Numbers of the pieces of evidence.
    evidence: StringInterner,
}

#[derive(Clone, Copy, Debug)]
struct PersonToLink {
    document: u32,
    /// The number of the entity in the document.
    entity: u32,
    profile: u32,
}

#[derive(Clone, Debug)]
struct DocumentToLink {
    key: (DocumentId, u32),
    persons: Range<usize>,
    /// The evidence that the document is in its volume.
    scope: Option<u32>,
    /// 0 if unknown.
    year: u16,
    /// Pieces of evidence, with the entity for which each is none.
    evidence: Vec<(Option<u32>, u32)>,
}

/// The keys at which a person meets others.
#[derive(Clone, Debug, Default)]
pub(super) struct NameKeys {
    /// With those whose documents share evidence.
    pub(super) shared: Vec<u32>,
    /// With those of the same volume.
    pub(super) in_volume: Option<u32>,
}

/// Assigns a number to each string. Equal strings get equal numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct StringInterner(HashMap<String, u32>);

impl StringInterner {
    pub(super) fn intern_string(&mut self, words: String) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(words).or_insert(next)
    }
}

impl PersonsToLink {
    /// Adds the persons of a document.
    pub(super) fn add_document(&mut self, key: (DocumentId, u32), persons: PersonsInDocument) {
        let PersonsInDocument { scope, year, evidence, persons, .. } = persons;
        let document = self.documents.len() as u32;
        let first = self.persons.len();
        for mut person in persons {
            let entity = std::mem::take(&mut person.entity);
            person.mentions = Vec::new();
            if !person.is_linked {
                // It has the document, and is not compared.
                person.id = String::new();
            }
            let (profile, _) = self.profiles.insert_full(person);
            self.persons.push(PersonToLink { document, entity, profile: profile as u32 });
        }
        let evidence = evidence
            .into_iter()
            .map(|shared| (shared.entity, self.evidence.intern_string(shared.words)))
            .collect();
        let scope =
            (!scope.is_empty()).then(|| self.evidence.intern_string(scope_evidence(&scope)));
        let persons = first..self.persons.len();
        self.documents.push(DocumentToLink { key, persons, scope, year, evidence });
    }

    /// The number of persons.
    pub(super) fn len(&self) -> usize {
        self.persons.len()
    }

    /// Iterates over all persons. They have no numbers of entities and mentions.
    pub(super) fn iter(&self) -> impl Iterator<Item = &PersonInDocument> {
        self.persons.iter().map(|person| &self.profiles[person.profile as usize])
    }

    /// Iterates over the different persons.
    pub(super) fn profiles(&self) -> impl Iterator<Item = &PersonInDocument> {
        self.profiles.iter()
    }

    /// Returns a person, without the numbers of its entity and mentions.
    pub(super) fn person(&self, at: usize) -> &PersonInDocument {
        &self.profiles[self.persons[at].profile as usize]
    }

    /// Returns the document of a person, its index in its file, and the number of the
    /// entity.
    pub(super) fn entity_key(&self, at: usize) -> (DocumentId, u32, u32) {
        let (document, number) = self.document_of(at).key;
        (document, number, self.persons[at].entity)
    }

    fn document_of(&self, at: usize) -> &DocumentToLink {
        &self.documents[self.persons[at].document as usize]
    }

    /// Returns the keys of the different persons, for [`visit_meetings`](Self::visit_meetings).
    /// Persons of whom several were possible have none.
    pub(super) fn name_keys(
        &self,
        mut keys_of: impl FnMut(&PersonInDocument) -> NameKeys,
    ) -> Vec<NameKeys> {
        let keys = self.profiles.iter().map(|person| match person.is_ambiguous {
            true => NameKeys::default(),
            false => keys_of(person),
        });
        keys.collect()
    }

    /// Calls `visit` with persons that may be one: those at one key, without those whom
    /// their own document keeps apart, and without a gap of more than `gap` years.
    pub(super) fn visit_meetings(
        &self,
        keys: &[NameKeys],
        gap: u16,
        visit: &mut impl FnMut(&[usize]),
    ) {
        for (evidence, documents) in (0..).zip(self.documents_by_evidence()) {
            let mut meetings: HashMap<u32, Vec<usize>> = HashMap::new();
            for number in documents {
                self.add_to_meetings(number, evidence, keys, &mut meetings);
            }
            for all in meetings.into_values() {
                let alone = self.one_of_each_document(all);
                for meeting in self.split_by_years(alone, gap) {
                    visit(&meeting);
                }
            }
        }
    }

    /// The documents that have each piece of evidence.
    fn documents_by_evidence(&self) -> Vec<Vec<u32>> {
        let mut documents: Vec<Vec<u32>> = vec![Vec::new(); self.evidence.0.len()];
        for (number, document) in (0..).zip(&self.documents) {
            let evidence = document.evidence.iter().map(|(_, evidence)| *evidence);
            for evidence in evidence.chain(document.scope) {
                let known = &mut documents[evidence as usize];
                if known.last() != Some(&number) {
                    known.push(number);
                }
            }
        }
        documents
    }

    fn add_to_meetings(
        &self,
        document: u32,
        evidence: u32,
        keys: &[NameKeys],
        meetings: &mut HashMap<u32, Vec<usize>>,
    ) {
        let document = &self.documents[document as usize];
        for at in document.persons.clone() {
            let PersonToLink { entity, profile, .. } = self.persons[at];
            let keys = &keys[profile as usize];
            let is_shared =
                |(of, number): &(Option<u32>, u32)| *number == evidence && *of != Some(entity);
            if document.evidence.iter().any(is_shared) {
                for &key in &keys.shared {
                    meetings.entry(key).or_default().push(at);
                }
            }
            if let Some(key) = keys.in_volume.filter(|_| document.scope == Some(evidence)) {
                meetings.entry(key).or_default().push(at);
            }
        }
    }

    /// Leaves out the persons of a document that has several of the same name: the
    /// document itself has kept them apart.
    fn one_of_each_document(&self, mut all: Vec<usize>) -> Vec<usize> {
        let mut counts: HashMap<u32, usize> = HashMap::new();
        let is_unlisted = |at: &usize| !self.person(*at).is_linked;
        for &at in all.iter().filter(|at| is_unlisted(at)) {
            *counts.entry(self.persons[at].document).or_default() += 1;
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
        all.sort_by_key(|&at| (self.document_of(at).year, at));
        let mut parts: Vec<Vec<usize>> = Vec::new();
        let mut last = 0;
        for at in all {
            let year = self.document_of(at).year;
            match parts.last_mut() {
                Some(part) if last == 0 || year - last <= gap => part.push(at),
                _ => parts.push(vec![at]),
            }
            last = year;
        }
        parts
    }
}
