//! The index of people, places or organisations: sorted, and limited to a search, to
//! a first letter, or to those that are in doubt.
//!
//! Persons stand under their family names: "Osei, Ama". [`entity_index`] gives a page
//! of the index, [`crate::entity_table`] the whole of it as a table.

use std::collections::BTreeSet;
use std::sync::Arc;

use chancery_model::{Label, fold_char};
use chancery_resolve::name::index_form;
use chancery_store::{EntityList, ListedEntity};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::ViewError;
use crate::limits::check_offset;
use crate::query_reading::{QueryReading, read_query};
use crate::session::ReadSession;

/// Entities on a page.
pub const ENTITIES_PER_PAGE: usize = 60;

/// Order of an index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IndexOrder {
    /// Those in the most documents first.
    #[default]
    Documents,
    /// Those with the most mentions first.
    Mentions,
    /// By name.
    Name,
    /// By the first document.
    First,
    /// By the last document, the latest first.
    Last,
}

impl IndexOrder {
    /// All orders.
    pub const ALL: [Self; 5] =
        [Self::Documents, Self::Mentions, Self::Name, Self::First, Self::Last];

    /// Returns the name used in URLs.
    pub const fn url_name(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Mentions => "mentions",
            Self::Name => "name",
            Self::First => "first",
            Self::Last => "last",
        }
    }
}

/// Query string of an index.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct IndexParameters {
    /// A query; empty for all documents.
    #[param(max_length = 2000)]
    pub q: String,
    /// First letter of the name.
    #[param(max_length = 1)]
    pub letter: String,
    /// Order of the entities.
    #[param(inline)]
    pub sort: IndexOrder,
    /// Only surnames that nothing decided.
    pub doubts: bool,
    /// Number of entities to skip.
    #[param(maximum = 100_000)]
    pub offset: usize,
}

/// An entity of an index.
#[derive(Clone, Debug)]
pub struct IndexedEntity {
    /// The entity.
    pub entity: ListedEntity,
    /// Its name in the index: of a person with the family name first.
    pub name: String,
    /// Number of its mentions, if they were counted.
    pub mentions: Option<u64>,
    /// Its place in the list of all entities; of a group those of its members.
    pub(crate) places: Vec<usize>,
}

/// A page of an index.
#[derive(Debug)]
pub struct EntityIndex {
    /// The query as it was read.
    pub reading: QueryReading,
    /// Number of entities.
    pub total: usize,
    /// Number of entities before a letter was chosen.
    pub total_of_letters: usize,
    /// Number of them that are in doubt.
    pub doubts: usize,
    /// First letters of the names.
    pub letters: BTreeSet<char>,
    /// The entities of the page.
    pub entities: Vec<IndexedEntity>,
}

/// Reads a page of the index of a label.
///
/// # Errors
/// If the query is too long or the offset too large.
pub fn entity_index(
    session: &ReadSession<'_>,
    label: Label,
    parameters: &IndexParameters,
) -> Result<EntityIndex, ViewError> {
    check_offset(parameters.offset)?;
    let counts_mentions = parameters.sort == IndexOrder::Mentions;
    let mut index = whole_index(session, label, parameters, counts_mentions)?.0;
    let page = index.entities.into_iter().skip(parameters.offset).take(ENTITIES_PER_PAGE);
    index.entities = page.collect();
    Ok(index)
}

/// Reads the whole index of a label, and the list that the places of its entities count
/// in. `offset` does not matter.
pub(crate) fn whole_index(
    session: &ReadSession<'_>,
    label: Label,
    parameters: &IndexParameters,
    counts_mentions: bool,
) -> Result<(EntityIndex, Arc<EntityList>), ViewError> {
    let reading = read_query(&parameters.q)?;
    let searcher = session.current_searcher()?;
    let list = searcher.entity_list(session.archive, &reading.query)?;
    let mentions = match counts_mentions {
        true => searcher.count_mentions(session.archive, &reading.query, &list)?,
        false => Vec::new(),
    };
    let indexed = |(place, entity): (usize, &ListedEntity)| IndexedEntity {
        name: index_name(&entity.id, label, &entity.name),
        entity: entity.clone(),
        mentions: mentions.get(place).copied(),
        places: vec![place],
    };
    let all = list.entities.iter().enumerate().filter(|(_, entity)| entity.label == label);
    let of_label: Vec<IndexedEntity> = all.map(indexed).collect();
    let doubts = of_label.iter().filter(|one| one.entity.is_group).count();
    let letters = of_label.iter().filter_map(|one| first_letter(&one.name)).collect();
    let total_of_letters = of_label.len();
    let letter = parameters.letter.chars().next().and_then(plain_letter);
    let mut entities = of_label;
    entities.retain(|one| {
        (!parameters.doubts || one.entity.is_group)
            && (letter.is_none() || first_letter(&one.name) == letter)
    });
    sort_entities(&mut entities, parameters.sort);
    let total = entities.len();
    Ok((EntityIndex { reading, total, total_of_letters, doubts, letters, entities }, list))
}

/// Sorts entities that are in the order of their documents.
pub(crate) fn sort_entities(entities: &mut [IndexedEntity], order: IndexOrder) {
    match order {
        IndexOrder::Documents => {}
        IndexOrder::Mentions => entities.sort_by_key(|one| std::cmp::Reverse(one.mentions)),
        IndexOrder::Name => entities.sort_by_cached_key(|one| sort_key(&one.name)),
        // Those without a date come last.
        IndexOrder::First => entities.sort_by_key(|one| one.entity.days.0.wrapping_sub(1)),
        IndexOrder::Last => entities.sort_by_key(|one| u32::MAX - one.entity.days.1),
    }
}

/// Returns the name of an entity in an index. Names of lists are in the form of their
/// list.
pub fn index_name(id: &str, label: Label, name: &str) -> String {
    let is_of_list = id.contains(':');
    match label == Label::Per && !is_of_list {
        true => index_form(name),
        false => name.to_owned(),
    }
}

/// The first letter of a name, as an index has it: a capital from A to Z, `#` for a
/// digit, or a letter of another script.
pub(crate) fn first_letter(name: &str) -> Option<char> {
    let first = name.chars().find(|c| c.is_alphanumeric())?;
    plain_letter(first)
}

fn plain_letter(letter: char) -> Option<char> {
    if letter.is_numeric() || letter == '#' {
        return Some('#');
    }
    let mut plain = String::new();
    fold_char(letter, &mut plain);
    plain.chars().next()?.to_uppercase().next()
}

/// Names sort by their letters, without accents and marks.
pub(crate) fn sort_key(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for c in name.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace()) {
        fold_char(c, &mut plain);
    }
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_under_their_plain_first_letter() {
        for (name, letter) in [
            ("Osei, Ama", Some('O')),
            ("Ōsaka", Some('O')),
            ("“Étoile”", Some('E')),
            ("17 November", Some('#')),
            ("…", None),
        ] {
            assert_eq!(first_letter(name), letter, "{name}");
        }
        assert!(sort_key("Élan") < sort_key("Osei"));
        assert_eq!(sort_key("” Élan"), "elan");
    }
}
