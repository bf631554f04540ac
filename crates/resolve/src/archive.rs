//! Who is the same in several documents.
//!
//! A person on a list has one id everywhere. Of the others, those with the
//! same full name are one where they share evidence: a country or post that
//! their documents speak of, a person on a list named beside them, the volume
//! they stand in. A family name with an office ("President Bouteflika") is
//! one with others of the same name, office and evidence. Two John Smiths
//! that share nothing stay two.
//!
//! What is joined depends on the set of documents and not on their order:
//! names meet at keys (name and one piece of evidence), and whether a key
//! joins its names is decided when all are in. Adding documents keeps what
//! was counted before; the cost is linear in the persons of the documents.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chancery_model::{DocumentId, Entities, Entity};

use crate::name::Office;
use crate::resolver::{Profile, Resolved};

/// Evidence that a person takes along at most, of each sort.
const EVIDENCE: usize = 6;

/// Persons of many documents.
#[derive(Clone, Debug, Default)]
pub struct Archive {
    persons: Vec<Person>,
    /// Where each document's persons start.
    documents: BTreeMap<(DocumentId, u32), usize>,
    /// The numbers of all evidence.
    evidence: Numbers,
}

#[derive(Clone, Debug)]
struct Person {
    document: (DocumentId, u32),
    profile: Profile,
    id: String,
    same_as: Option<String>,
    name: String,
    /// The volume it stands in.
    scope: Option<u32>,
    /// What its document speaks of, by number.
    evidence: Vec<u32>,
}

/// Numbers for words, each its own: who shares a number shares the words.
#[derive(Clone, Debug, Default)]
struct Numbers(HashMap<String, u32>);

impl Numbers {
    fn of(&mut self, words: String) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(words).or_insert(next)
    }
}

/// The ids that persons have in the archive: by document, its place in its
/// file and the number of the entity.
#[derive(Clone, Debug, Default)]
pub struct Identities(HashMap<(DocumentId, u32, u32), Identity>);

/// Who somebody is in the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The id.
    pub id: String,
    /// The id in the reference facts, where `id` is another list's.
    pub same_as: Option<String>,
    /// The name that goes with it.
    pub name: String,
    /// Whether another document said who it is.
    pub is_inferred: bool,
}

impl Identities {
    /// Who an entity is.
    pub fn get(&self, document: (DocumentId, u32), entity: u32) -> Option<&Identity> {
        self.0.get(&(document.0, document.1, entity))
    }

    fn give(&mut self, (document, number, entity): (DocumentId, u32, u32), identity: Identity) {
        self.0.insert((document, number, entity), identity);
    }

    /// Puts the ids of the archive into the entities of one document.
    pub fn apply(&self, document: (DocumentId, u32), entities: &mut Entities) {
        for (number, entity) in entities.entities.iter_mut().enumerate() {
            let Some(identity) = self.get(document, number as u32) else { continue };
            if identity.is_inferred {
                entity.name.clone_from(&identity.name);
                entity.reason = "as in other documents that share evidence with this".into();
                entity.score = 0.85;
            }
            entity.id.clone_from(&identity.id);
            entity.same_as.clone_from(&identity.same_as);
        }
    }
}

impl Person {
    /// As its own document has it.
    fn identity(&self) -> Identity {
        let (id, same_as) = (self.id.clone(), self.same_as.clone());
        Identity { id, same_as, name: self.name.clone(), is_inferred: false }
    }
}

impl Archive {
    /// Adds a document, known by its id and its place in its file. `scope`
    /// names the volume that it stands in, empty for none. A document that is
    /// known already is passed over.
    pub fn add(
        &mut self,
        document: (DocumentId, u32),
        entities: &Entities,
        resolved: &Resolved,
        scope: &str,
    ) {
        if self.documents.contains_key(&document) {
            return;
        }
        self.documents.insert(document, self.persons.len());
        let shared: Vec<(Option<u32>, u32)> = shared_evidence(entities, resolved, scope)
            .into_iter()
            .map(|(of, words)| (of, self.evidence.of(words)))
            .collect();
        let scope = (!scope.is_empty()).then(|| self.evidence.of(of_scope(scope)));
        for profile in &resolved.persons {
            let entity = &entities.entities[profile.entity as usize];
            let Entity { id, same_as, name, .. } = entity.clone();
            let evidence = shared.iter().filter(|(own, _)| *own != Some(profile.entity));
            let evidence = evidence.map(|(_, number)| *number).collect();
            self.persons.push(Person {
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

    /// The ids of all persons.
    pub fn identities(&self) -> Identities {
        let mut joined = Joined((0..self.persons.len()).collect());
        self.join_listed(&mut joined);
        self.join_full_names(&mut joined);
        self.join_family_names(&mut joined);
        self.ids(&mut joined)
    }

    /// Persons on lists are one with themselves.
    fn join_listed(&self, joined: &mut Joined) {
        let mut first: HashMap<&str, usize> = HashMap::new();
        for (at, person) in self.persons.iter().enumerate().filter(|(_, p)| p.profile.is_linked) {
            joined.join(*first.entry(&person.id).or_insert(at), at);
        }
    }

    /// Full names: where all that meet at first given name, family name and
    /// evidence agree in what stands between, they are one; where they do
    /// not, those with the same words are.
    fn join_full_names(&self, joined: &mut Joined) {
        let mut names = Numbers::default();
        let mut keys: HashMap<(u32, u32), Vec<usize>> = HashMap::new();
        for (at, person) in self.persons.iter().enumerate() {
            let words = &person.profile.spoken.words;
            if !person.profile.spoken.has_given() || person.profile.is_torn {
                continue;
            }
            let name = names.of(format!("{} {}", words[0], person.profile.spoken.family()));
            for &evidence in &person.evidence {
                keys.entry((name, evidence)).or_default().push(at);
            }
        }
        for meeting in keys.values() {
            let middles: BTreeSet<&[String]> = meeting.iter().map(|&at| self.middle(at)).collect();
            let agree = all_agree(&middles);
            let mut first: HashMap<&[String], usize> = HashMap::new();
            for &at in meeting {
                let key = if agree { &[][..] } else { self.middle(at) };
                joined.join(*first.entry(key).or_insert(at), at);
            }
        }
    }

    /// The words between first given name and family name.
    fn middle(&self, at: usize) -> &[String] {
        let words = &self.persons[at].profile.spoken.words;
        words.get(1..words.len().saturating_sub(1)).unwrap_or_default()
    }

    /// Family names with an office, and without one in the same volume: with
    /// the one full name that meets them, or with each other where none does.
    fn join_family_names(&self, joined: &mut Joined) {
        let mut names = Numbers::default();
        let mut keys: HashMap<(u32, u32), Vec<usize>> = HashMap::new();
        for (at, person) in self.persons.iter().enumerate() {
            let profile = &person.profile;
            if profile.is_torn {
                continue;
            }
            let family = profile.spoken.family();
            for office in profile.offices.iter() {
                let name = names.of(format!("{} {family}", office.as_str()));
                for &evidence in &person.evidence {
                    keys.entry((name, evidence)).or_default().push(at);
                }
            }
            let is_wife = profile.offices.has(Office::Mistress) && !profile.spoken.is_full();
            if let Some(scope) = person.scope.filter(|_| !is_wife) {
                keys.entry((names.of(family.to_owned()), scope)).or_default().push(at);
            }
        }
        let mut joins = Vec::new();
        for meeting in keys.values() {
            let is_firm = |at: usize| {
                let profile = &self.persons[at].profile;
                profile.spoken.has_given() || profile.is_linked
            };
            let mut firm: BTreeMap<usize, usize> = BTreeMap::new();
            for &at in meeting.iter().filter(|&&at| is_firm(at)) {
                *firm.entry(joined.root(at)).or_default() += 1;
            }
            let singles = || {
                meeting
                    .iter()
                    .filter(|&&at| !self.persons[at].profile.spoken.is_full() && !is_firm(at))
            };
            let first = match outstanding(&firm) {
                Some(root) => Some(root),
                // A name that is nearly always said alone is one person's.
                None if firm.values().sum::<usize>() * 10 <= singles().count() => {
                    singles().next().copied()
                }
                None => None,
            };
            joins.extend(first.into_iter().flat_map(|first| singles().map(move |&at| (first, at))));
        }
        for (a, b) in joins {
            joined.join(a, b);
        }
    }

    fn ids(&self, joined: &mut Joined) -> Identities {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in 0..self.persons.len() {
            groups.entry(joined.root(at)).or_default().push(at);
        }
        let mut identities = Identities::default();
        let mut unlisted: BTreeMap<String, Vec<Vec<usize>>> = BTreeMap::new();
        for members in groups.into_values() {
            let rest = self.give_listed(members, &mut identities);
            if let Some(best) = rest.iter().min_by_key(|&&at| self.fullness(at)) {
                let words = &self.persons[*best].profile.spoken.words;
                unlisted.entry(format!("per:{}", words.join("-"))).or_default().push(rest);
            }
        }
        for (name, mut groups) in unlisted {
            let first = |members: &Vec<usize>| members.iter().map(|&at| self.place(at)).min();
            groups.sort_by_key(first);
            let several = groups.len() > 1;
            for members in groups {
                // Which of several of one name it is, its first document says.
                let id = match first(&members).filter(|_| several) {
                    Some((document, number, entity)) => {
                        format!("{name}~{}.{number}.{entity}", &document.to_string()[..8])
                    }
                    None => name.clone(),
                };
                for at in members {
                    let identity = Identity { id: id.clone(), ..self.persons[at].identity() };
                    identities.give(self.place(at), identity);
                }
            }
        }
        identities
    }

    /// Gives the id of the one person on a list to all that were joined with
    /// it; of several each keeps its own. Returns those who got none.
    fn give_listed(&self, members: Vec<usize>, identities: &mut Identities) -> Vec<usize> {
        let mut linked: BTreeMap<&str, Identity> = BTreeMap::new();
        for person in members.iter().map(|&at| &self.persons[at]).filter(|p| p.profile.is_linked) {
            let fresh = || Identity { is_inferred: true, ..person.identity() };
            let known = linked.entry(&person.id).or_insert_with(fresh);
            known.same_as = known.same_as.take().max(person.same_as.clone());
        }
        let mut rest = Vec::new();
        for at in members {
            let person = &self.persons[at];
            match (linked.len(), linked.first_key_value()) {
                _ if person.profile.is_linked => {
                    let same_as = linked[person.id.as_str()].same_as.clone();
                    let identity = Identity { same_as, ..person.identity() };
                    identities.give(self.place(at), identity);
                }
                (1, Some((_, identity))) => identities.give(self.place(at), identity.clone()),
                _ => rest.push(at),
            }
        }
        rest
    }

    /// Orders persons from the fullest name on.
    fn fullness(&self, at: usize) -> (std::cmp::Reverse<usize>, &[String]) {
        let words = &self.persons[at].profile.spoken.words;
        (std::cmp::Reverse(words.iter().map(String::len).sum()), words)
    }

    fn place(&self, at: usize) -> (DocumentId, u32, u32) {
        let person = &self.persons[at];
        (person.document.0, person.document.1, person.profile.entity)
    }
}

/// The person that meets a name alone, or in far more documents than all the
/// others together.
fn outstanding(persons: &BTreeMap<usize, usize>) -> Option<usize> {
    let all: usize = persons.values().sum();
    let of_most = persons.iter().max_by_key(|(root, count)| (**count, std::cmp::Reverse(**root)));
    of_most.filter(|(_, count)| **count * 10 >= all * 9).map(|(root, _)| *root)
}

/// Evidence that the persons of a document share: the volume first, countries,
/// persons on lists (each for the others).
fn shared_evidence(
    entities: &Entities,
    resolved: &Resolved,
    scope: &str,
) -> Vec<(Option<u32>, String)> {
    let mut evidence = Vec::new();
    if !scope.is_empty() {
        evidence.push((None, of_scope(scope)));
    }
    let mut countries: Vec<&(&str, u32)> =
        resolved.context.countries.iter().filter(|(iso, _)| *iso != "US").collect();
    countries.sort_by_key(|(iso, weight)| (std::cmp::Reverse(*weight), *iso));
    let countries = countries.into_iter().take(EVIDENCE);
    evidence.extend(countries.map(|(iso, _)| (None, format!("country {iso}"))));
    let linked = resolved.persons.iter().filter(|profile| profile.is_linked).take(EVIDENCE);
    evidence.extend(linked.map(|profile| {
        let id = &entities.entities[profile.entity as usize].id;
        (Some(profile.entity), format!("person {id}"))
    }));
    evidence
}

fn of_scope(scope: &str) -> String {
    format!("scope {scope}")
}

/// Whether middle names contradict each other nowhere: each is a shorter form
/// of the longest.
fn all_agree(middles: &BTreeSet<&[String]>) -> bool {
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

/// Disjoint sets.
struct Joined(Vec<usize>);

impl Joined {
    fn root(&mut self, at: usize) -> usize {
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

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        self.0[high] = low;
    }
}
