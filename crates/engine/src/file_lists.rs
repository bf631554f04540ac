//! The lists of persons and terms in a file, and what the resolver makes of them.

use std::path::Path;
use std::sync::Arc;

use chancery_parse::{ListEntry, VolumeLists};
use chancery_resolve::{AuthorityList, ListedPerson};
use serde::{Deserialize, Serialize};

use crate::name_list::UserList;

/// The lists in a file. An archive keeps them as JSON, so that it can resolve the
/// documents of the file again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileLists {
    /// The prefix of the ids of the lists: the file's name without folder and
    /// extension.
    source: String,
    persons: Vec<ListEntry>,
    terms: Vec<ListEntry>,
}

impl FileLists {
    /// Takes the lists of the file `source`.
    pub fn new(lists: VolumeLists, source: &str) -> Self {
        let stem = Path::new(source).file_stem();
        let source = stem.map_or_else(|| source.to_owned(), |stem| stem.to_string_lossy().into());
        Self { source, persons: lists.persons, terms: lists.terms }
    }

    /// The prefix of the ids of the lists.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The name of the person with this id in the file's list.
    pub fn person_name(&self, id: &str) -> Option<&str> {
        self.persons.iter().find(|person| person.id == id).map(|person| person.name.as_str())
    }

    /// The persons of the file's list: id, name and description of each.
    pub fn persons(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.persons
            .iter()
            .map(|one| (one.id.as_str(), one.name.as_str(), one.description.as_str()))
    }

    /// Whether the file has no lists.
    pub fn is_empty(&self) -> bool {
        self.persons.is_empty() && self.terms.is_empty()
    }
}

/// The names that the resolver consults beside the knowledge base.
#[derive(Clone, Debug, Default)]
pub struct NameLists {
    /// The volume whose documents share a list of persons; else empty.
    volume: String,
    authority_list: Arc<AuthorityList>,
}

impl NameLists {
    /// Adds the persons and terms of a file to the user's list. Their ids are
    /// `FILE:ID`.
    pub fn new(file: &FileLists, user_list: &UserList) -> Self {
        let FileLists { source, persons, terms } = file;
        let mut authority_list = Arc::clone(user_list.authority_list());
        if !file.is_empty() {
            let list = Arc::make_mut(&mut authority_list);
            for person in persons {
                let id = format!("{source}:{}", person.id);
                list.add_person(ListedPerson::new(id, &person.name, &person.description));
            }
            for term in terms {
                list.add_abbreviation(&term.name, &term.description);
            }
        }
        let volume = if persons.is_empty() { String::new() } else { source.clone() };
        Self { volume, authority_list }
    }

    /// The volume whose documents share a list of persons; else empty.
    pub fn volume(&self) -> &str {
        &self.volume
    }

    /// The persons, terms and names.
    pub fn authority_list(&self) -> &AuthorityList {
        &self.authority_list
    }
}
