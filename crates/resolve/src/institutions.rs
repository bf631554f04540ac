//! Institutions that every country has: ministries, parliaments, courts.
//!
//! One name stands for as many institutions as there are countries, so each is
//! identified together with its country.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Words in the names of institutions that every country has.
const NATIONAL_WORDS: &[&str] = &[
    "ministry",
    "assembly",
    "army",
    "navy",
    "parliament",
    "government",
    "council",
    "police",
    "senate",
    "congress",
    "cabinet",
    "majlis",
    "court",
    "bank",
    "directorate",
    "force",
    "forces",
    "guard",
    "staff",
];

/// Words in the names of parties and fronts. A name of one is the same over an archive if
/// nothing says of which country it is.
const PARTY_WORDS: &[&str] = &["front", "party"];

/// An institution that many countries have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Institution<'a> {
    /// Its normalised name: all names of a ministry give the same.
    pub(crate) name: &'a str,
    /// ISO code of the country whose institution the name always is.
    pub(crate) owner: Option<&'static str>,
}

/// The rows of data/institutions.tsv by all their names.
static BY_NAME: LazyLock<HashMap<&'static str, Institution<'static>>> = LazyLock::new(|| {
    let lines = include_str!("../data/institutions.tsv").lines();
    let mut institutions = HashMap::new();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let name = columns.next().unwrap_or("");
        let others = columns.next().unwrap_or("").split('|').filter(|other| !other.is_empty());
        let owner = columns.next().filter(|owner| !owner.is_empty());
        let institution = Institution { name, owner };
        institutions.extend(others.chain([name]).map(|other| (other, institution)));
    }
    institutions
});

impl Institution<'_> {
    /// Whether it is a party or a front.
    pub(crate) fn is_party(&self) -> bool {
        self.name.split(' ').any(|word| PARTY_WORDS.contains(&word))
    }
}

/// Returns the institution with a normalised name, if many countries have one of
/// this name.
pub(crate) fn find_institution(folded: &str) -> Option<Institution<'_>> {
    let plain = folded.strip_prefix("the ").unwrap_or(folded);
    let listed = BY_NAME.get(plain).copied();
    listed.or_else(|| {
        let is_national = |word| NATIONAL_WORDS.contains(&word) || PARTY_WORDS.contains(&word);
        plain.split(' ').any(is_national).then_some(Institution { name: plain, owner: None })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_an_institution_are_one() {
        let cases = [
            ("mfa", Some(("ministry of foreign affairs", None))),
            ("the foreign ministry", Some(("ministry of foreign affairs", None))),
            ("ministry of fisheries", Some(("ministry of fisheries", None))),
            ("the state department", Some(("department of state", Some("US")))),
            ("peoples democratic party", Some(("peoples democratic party", None))),
            ("united nations", None),
            ("iotc", None),
        ];
        for (name, expected) in cases {
            let found = find_institution(name).map(|found| (found.name, found.owner));
            assert_eq!(found, expected, "{name}");
        }
    }
}
