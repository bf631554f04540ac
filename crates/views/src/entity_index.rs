//! The index of people, places or organisations: sorted, and limited to a search, to
//! a first letter, or to those that are in doubt.

use std::collections::BTreeSet;

use chancery_model::{Label, fold_char};
use chancery_store::ListedEntity;
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
    /// By name.
    Name,
    /// By the first document.
    First,
    /// By the last document, the latest first.
    Last,
}

impl IndexOrder {
    /// All orders.
    pub const ALL: [Self; 4] = [Self::Documents, Self::Name, Self::First, Self::Last];

    /// Returns the name used in URLs.
    pub const fn url_name(self) -> &'static str {
        match self {
            Self::Documents => "documents",
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
    pub entities: Vec<ListedEntity>,
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
    let reading = read_query(&parameters.q)?;
    let searcher = session.current_searcher()?;
    let list = searcher.entity_list(session.archive, &reading.query)?;
    let of_label: Vec<&ListedEntity> =
        list.entities.iter().filter(|entity| entity.label == label).collect();
    let doubts = of_label.iter().filter(|entity| entity.is_group).count();
    let letters = of_label.iter().filter_map(|entity| first_letter(&entity.name)).collect();
    let total_of_letters = of_label.len();
    let letter = parameters.letter.chars().next().and_then(plain_letter);
    let mut shown: Vec<&ListedEntity> = of_label
        .into_iter()
        .filter(|entity| !parameters.doubts || entity.is_group)
        .filter(|entity| letter.is_none() || first_letter(&entity.name) == letter)
        .collect();
    match parameters.sort {
        IndexOrder::Documents => {}
        IndexOrder::Name => shown.sort_by_cached_key(|entity| sort_key(&entity.name)),
        // Those without a date come last.
        IndexOrder::First => shown.sort_by_key(|entity| entity.days.0.wrapping_sub(1)),
        IndexOrder::Last => shown.sort_by_key(|entity| u32::MAX - entity.days.1),
    }
    let total = shown.len();
    let page = shown.into_iter().skip(parameters.offset).take(ENTITIES_PER_PAGE);
    Ok(EntityIndex {
        total,
        total_of_letters,
        doubts,
        letters,
        entities: page.cloned().collect(),
        reading,
    })
}

/// The first letter of a name, as an index has it: a capital from A to Z, `#` for a
/// digit, or a letter of another script.
fn first_letter(name: &str) -> Option<char> {
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
fn sort_key(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for c in name.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace()) {
        fold_char(c, &mut plain);
    }
    plain
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
    }
}
