//! Embassies by town and by country.
//!
//! A telegram has "MOSCOW" or "AMEMBASSY MOSCOW" as its sender, a printed document
//! "Embassy in the Soviet Union". A search for the sender finds both by either word.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use crate::analyzer;

/// The phrases that name the same embassies as a town or country, by its words.
static PHRASES: LazyLock<HashMap<String, BTreeSet<String>>> = LazyLock::new(|| {
    let mut phrases: HashMap<String, BTreeSet<String>> = HashMap::new();
    let lines = include_str!("../../data/embassies.tsv").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let Some((towns, countries)) = line.split_once('\t') else { continue };
        let towns = || towns.split('|');
        let in_countries = countries.split('|').flat_map(|country| {
            ["embassy in", "embassy in the"].map(|words| format!("{words} {country}"))
        });
        let same: BTreeSet<String> = towns().map(str::to_owned).chain(in_countries).collect();
        for name in towns().chain(countries.split('|')) {
            phrases.entry(analyzer::fold_whole(name)).or_default().extend(same.iter().cloned());
        }
    }
    phrases
});

/// Returns the other phrases for the embassies that the words of a query name.
pub(super) fn phrases_of_embassies(words: &str) -> impl Iterator<Item = &'static str> {
    PHRASES.get(&analyzer::fold_whole(words)).into_iter().flatten().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn towns_and_countries_name_the_same_embassies() {
        let phrases = |words: &str| phrases_of_embassies(words).collect::<BTreeSet<_>>();
        for words in ["Moscow", "moscow", "soviet union", "USSR"] {
            let found = phrases(words);
            for expected in ["Moscow", "embassy in the Soviet Union", "embassy in Russia"] {
                assert!(found.contains(expected), "{words}: {found:?}");
            }
        }
        // Two embassies of one country, at different times.
        assert!(phrases("germany").is_superset(&BTreeSet::from(["Bonn", "Berlin"])));
        assert!(phrases("atlantis").is_empty());
    }
}
