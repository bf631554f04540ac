//! Listed persons across lists.
//!
//! Several lists can have one person: the lists of two volumes, and the knowledge
//! base. Two entries are one person if both are the same person of the knowledge
//! base, or if two volumes list one full name. Two entries of one list are two
//! persons, so an identity that would join them is dropped.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use super::disjoint_sets::DisjointSets;
use crate::knowledge_base::{KnowledgeBase, KnowledgeSource};
use crate::name::{ListedName, PersonName};
use crate::persons_in_document::PersonInDocument;

/// A person of one or several lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListedIdentity {
    /// The id in the knowledge base, or else the first of the ids.
    pub(super) id: String,
    /// The longest of the names.
    pub(super) name: String,
    /// The names in all lists.
    pub(super) names: BTreeSet<String>,
}

/// The identity of each listed id.
#[derive(Debug, Default)]
pub(super) struct ListedIdentities(HashMap<String, ListedIdentity>);

/// An entry of a list.
struct ListEntry<'a> {
    id: &'a str,
    names: BTreeSet<&'a str>,
    /// What documents take it for, in the knowledge base.
    same_as: BTreeSet<&'a str>,
}

impl ListedIdentities {
    /// Compares the listed persons of all documents.
    pub(super) fn from_persons<'a>(persons: impl Iterator<Item = &'a PersonInDocument>) -> Self {
        let mut entries: BTreeMap<&str, ListEntry<'_>> = BTreeMap::new();
        for person in persons.filter(|person| person.is_linked) {
            let entry = entries.entry(&person.id).or_insert_with(|| ListEntry {
                id: &person.id,
                names: BTreeSet::new(),
                same_as: BTreeSet::new(),
            });
            entry.names.insert(&person.name);
            entry.same_as.extend(person.same_as.as_deref());
        }
        let entries: Vec<ListEntry<'_>> = entries.into_values().collect();
        let mut joined = DisjointSets::singletons(entries.len());
        join_entries_by(&entries, &mut joined, knowledge_base_id);
        join_entries_by(&entries, &mut joined, full_name_in_volume);
        Self::from_sets(&entries, &mut joined)
    }

    fn from_sets(entries: &[ListEntry<'_>], joined: &mut DisjointSets) -> Self {
        let mut sets: BTreeMap<usize, Vec<&ListEntry<'_>>> = BTreeMap::new();
        for (at, entry) in entries.iter().enumerate() {
            sets.entry(joined.find_root(at)).or_default().push(entry);
        }
        // An id of the knowledge base that several sets claim belongs to none.
        let mut claims: HashMap<String, usize> = HashMap::new();
        for set in sets.values() {
            let ids: BTreeSet<String> =
                set.iter().filter_map(|one| knowledge_base_id(one)).collect();
            for id in ids {
                *claims.entry(id).or_default() += 1;
            }
        }
        let mut identities = HashMap::new();
        for set in sets.values() {
            let own = set.iter().map(|entry| entry.id.to_owned());
            let known = set.iter().filter_map(|entry| knowledge_base_id(entry));
            let known = known.filter(|id| claims[id] == 1).min();
            let id = known.or_else(|| own.min()).unwrap_or_default();
            let names = set.iter().flat_map(|entry| &entry.names);
            let names: BTreeSet<String> = names.map(|name| (*name).to_owned()).collect();
            let longest = names.iter().max_by_key(|name| (name.chars().count(), name.as_str()));
            let name = longest.cloned().unwrap_or_default();
            let identity = ListedIdentity { id, name, names };
            identities.extend(set.iter().map(|entry| (entry.id.to_owned(), identity.clone())));
        }
        Self(identities)
    }

    /// Iterates over the identities: id and the names in all lists.
    pub(super) fn into_names(self) -> impl Iterator<Item = (String, BTreeSet<String>)> {
        self.0.into_values().map(|identity| (identity.id, identity.names))
    }

    /// Returns the identity of a listed id.
    pub(super) fn identity_of(&self, id: &str) -> &ListedIdentity {
        &self.0[id]
    }
}

/// Joins entries with an equal key, unless one list has two of them.
fn join_entries_by(
    entries: &[ListEntry<'_>],
    joined: &mut DisjointSets,
    key: impl Fn(&ListEntry<'_>) -> Option<String>,
) {
    let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate() {
        if let Some(key) = key(entry) {
            by_key.entry(key).or_default().push(at);
        }
    }
    for group in by_key.into_values() {
        let lists: BTreeSet<&str> = group.iter().map(|&at| list_of(entries[at].id)).collect();
        if lists.len() == group.len() {
            for &at in &group {
                joined.join_sets(group[0], at);
            }
        }
    }
}

/// The list of an id: its prefix.
fn list_of(id: &str) -> &str {
    id.split_once(':').map_or("", |(list, _)| list)
}

fn is_of_knowledge_base(id: &str) -> bool {
    KnowledgeSource::ALL.iter().any(|source| source.as_str() == list_of(id))
}

/// The id of a person in the knowledge base today, by an id of any of its sources.
/// Earlier versions had a row, and an id, for each source.
fn primary_id(id: &str) -> &str {
    static PRIMARY: LazyLock<HashMap<&'static str, String>> = LazyLock::new(|| {
        let knowledge_base = KnowledgeBase::load_embedded();
        let mut ids = HashMap::new();
        for row in 0..knowledge_base.person_count() {
            let person = knowledge_base.person_record(row);
            let others = person.other_ids.lines();
            let primary = || format!("{}:{}", person.source.as_str(), person.id);
            ids.extend(others.map(|other| (other, primary())));
        }
        ids
    });
    PRIMARY.get(id).map_or(id, String::as_str)
}

/// The id of an entry in the knowledge base, if all documents agree on it.
fn knowledge_base_id(entry: &ListEntry<'_>) -> Option<String> {
    if is_of_knowledge_base(entry.id) {
        return Some(primary_id(entry.id).to_owned());
    }
    let ids: BTreeSet<&str> = entry.same_as.iter().map(|id| primary_id(id)).collect();
    match (ids.len(), ids.first()) {
        (1, Some(id)) => Some((*id).to_owned()),
        _ => None,
    }
}

/// First given name, family name and suffix of an entry of a volume.
fn full_name_in_volume(entry: &ListEntry<'_>) -> Option<String> {
    if is_of_knowledge_base(entry.id) {
        return None;
    }
    let name = PersonName::new(&ListedName::new(entry.names.first()?).in_text_order());
    let given = name.words.iter().rev().skip(1).rev().find(|word| word.len() > 1)?;
    Some(format!("{given} {} {:?}", name.family_name(), name.suffix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::TitleSet;

    fn person(id: &str, name: &str, same_as: Option<&str>) -> PersonInDocument {
        PersonInDocument {
            entity: 0,
            mentions: Vec::new(),
            id: id.into(),
            same_as: same_as.map(str::to_owned),
            name: name.into(),
            parsed: PersonName::default(),
            titles: TitleSet::default(),
            is_linked: true,
            is_ambiguous: false,
            realm: None,
        }
    }

    #[test]
    fn entries_of_several_lists_are_joined_unless_one_list_has_two() {
        let persons = [
            // The same person of the knowledge base, and the base itself.
            person("one:a", "Museter, Helen", Some("people:1")),
            person("two:a", "Museter, H. Alma", Some("people:1")),
            person("people:1", "Museter, Helen", None),
            // The same full name in two volumes.
            person("one:b", "Osei, Ama B.", None),
            person("two:b", "Osei, Ama", None),
            // Two of one name in one volume.
            person("one:c", "Brandt, Karl", None),
            person("one:d", "Brandt, Karl", None),
            person("two:c", "Brandt, Karl", None),
            // Initials are no full name.
            person("one:e", "Roche, K.", None),
            person("two:e", "Roche, K.", None),
            // Two of one list who are taken for one person of the knowledge base.
            person("one:f", "Lind, Ole", Some("people:2")),
            person("one:g", "Lind, Olaf", Some("people:2")),
        ];
        let identities = ListedIdentities::from_persons(persons.iter());
        let expected = [
            ("one:a", "people:1"),
            ("two:a", "people:1"),
            ("people:1", "people:1"),
            ("one:b", "one:b"),
            ("two:b", "one:b"),
            ("one:c", "one:c"),
            ("one:d", "one:d"),
            ("two:c", "two:c"),
            ("one:e", "one:e"),
            ("two:e", "two:e"),
            ("one:f", "one:f"),
            ("one:g", "one:g"),
        ];
        for (id, identity) in expected {
            assert_eq!(identities.identity_of(id).id, identity, "{id}");
        }
        assert_eq!(identities.identity_of("two:a").name, "Museter, H. Alma");
        let ama = identities.identity_of("two:b");
        assert_eq!(ama.name, "Osei, Ama B.");
        assert_eq!(ama.names, BTreeSet::from(["Osei, Ama".into(), "Osei, Ama B.".into()]));
    }
}
