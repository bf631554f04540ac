//! The table of offices, `data/offices.tsv`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// A spelling of an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfficeName {
    /// What kind of office it is. A country has one holder of a kind.
    pub kind: &'static str,
    /// The name for users: "Foreign Minister".
    pub name: &'static str,
    /// The ISO code of the country, if it is always the same.
    pub owner: Option<&'static str>,
}

/// The offices by all their spellings.
static OFFICES: LazyLock<HashMap<&'static str, OfficeName>> = LazyLock::new(|| {
    let lines = include_str!("../../data/offices.tsv").lines();
    let mut offices = HashMap::new();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let mut column = || columns.next().unwrap_or("");
        let (kind, name, spellings, owner) = (column(), column(), column(), column());
        let owner = Some(owner).filter(|owner| !owner.is_empty());
        let office = OfficeName { kind, name, owner };
        offices.extend(spellings.split('|').map(|spelling| (spelling, office)));
    }
    offices
});

/// The first words of all spellings.
static FIRST_WORDS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| OFFICES.keys().filter_map(|spelling| spelling.split(' ').next()).collect());

/// Returns the office of a normalised name: "foreign minister", "fonmin".
pub fn office_by_name(folded: &str) -> Option<OfficeName> {
    OFFICES.get(folded).copied()
}

/// Whether the name of an office begins with a normalised word.
pub(super) fn begins_office(word: &str) -> bool {
    FIRST_WORDS.contains(word)
}

/// The most words of a spelling.
pub(super) const MAX_OFFICE_WORDS: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_office_are_equal() {
        let kind = |name: &str| office_by_name(name).map(|office| office.kind);
        assert_eq!(kind("fonmin"), kind("minister of foreign affairs"));
        assert_ne!(kind("foreign secretary"), kind("foreign minister"));
        assert_eq!(office_by_name("potus").and_then(|office| office.owner), Some("US"));
        assert_eq!(kind("foreign"), None);
        assert!(begins_office("foreign") && !begins_office("mali"));
        assert!(OFFICES.keys().all(|name| name.split(' ').count() <= MAX_OFFICE_WORDS));
    }
}
