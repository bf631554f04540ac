//! The index of names of an archive, as at the back of a book: persons, places and
//! organisations with the addresses of the documents that name them.

use std::collections::HashMap;
use std::io::Write;

use chancery_formats::name_index::{IndexEntry, write_index};
use chancery_model::Label;
use chancery_store::{
    DocumentNumber, ListedEntity, Query, SearchRequest, group_id, id_without_document,
    is_surname_group,
};

use crate::entity_index::{first_letter, index_name, sort_key};
use crate::error::ViewError;
use crate::session::ReadSession;

/// Writes the index of the documents of a query.
///
/// # Errors
/// If the archive cannot be read, or `out` fails.
pub fn write_name_index<W: Write>(
    session: &ReadSession<'_>,
    query: &Query,
    out: W,
) -> Result<W, ViewError> {
    let searcher = session.current_searcher()?;
    let list = searcher.entity_list(session.archive, query)?;
    let request = SearchRequest { limit: usize::MAX, ..SearchRequest::new(query.clone()) };
    let found = searcher.rank_matches(session.archive, &request)?;
    let mut named: HashMap<String, IndexedName<'_>> = HashMap::new();
    let documents = session.archive.documents();
    for (number, _) in found.ranked {
        let address = address_in_words(session, number)?;
        for entity in documents.entity_numbers(number)? {
            let Some(entity) = list.place(entity).map(|place| &list.entities[place]) else {
                continue;
            };
            if entity.label != Label::Misc {
                let entry =
                    named.entry(group_of(&entity.id)).or_insert_with(|| IndexedName::new(entity));
                entry.addresses.push(address.clone());
            }
        }
    }
    Ok(write_index(index_entries(named.into_values().collect()), out)?)
}

/// An entity, and the documents that name it.
struct IndexedName<'a> {
    entity: &'a ListedEntity,
    addresses: Vec<String>,
}

impl<'a> IndexedName<'a> {
    fn new(entity: &'a ListedEntity) -> Self {
        Self { entity, addresses: Vec::new() }
    }
}

/// Names of one document with the same words are one entry.
fn group_of(id: &str) -> String {
    let base = id_without_document(id);
    if base == id { id.to_owned() } else { group_id(base) }
}

/// The readable address of a document, or the beginning of its id.
fn address_in_words(
    session: &ReadSession<'_>,
    number: DocumentNumber,
) -> Result<String, ViewError> {
    let documents = session.archive.documents();
    Ok(match documents.address(number)? {
        Some(address) => address,
        None => format!("{:.12}", documents.row(number)?.id.to_string()),
    })
}

/// Makes the entries. Ids distinguish entities of one name.
fn index_entries(named: Vec<IndexedName<'_>>) -> Vec<IndexEntry> {
    let mut entries: Vec<(IndexEntry, String)> = Vec::new();
    let mut counts: HashMap<String, usize> = HashMap::new();
    for IndexedName { entity, mut addresses } in named {
        addresses.sort();
        addresses.dedup();
        let name = index_name(&entity.id, entity.label, &entity.name);
        let open = entity.label == Label::Per
            && is_surname_group(&group_of(&entity.id))
            && addresses.len() > 1;
        let name = if open { format!("{name} (not identified)") } else { name };
        *counts.entry(name.clone()).or_default() += 1;
        let (sort_key, letter) = (sort_key(&name), first_letter(&name));
        entries.push((IndexEntry { name, sort_key, letter, addresses }, entity.id.to_string()));
    }
    let told_apart = |(mut entry, id): (IndexEntry, String)| {
        if counts.get(&entry.name).is_some_and(|count| *count > 1) {
            entry.name = format!("{} [{id}]", entry.name);
        }
        entry
    };
    entries.into_iter().map(told_apart).collect()
}
