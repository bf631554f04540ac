//! Embassies by town and by country.
//!
//! A telegram has "MOSCOW" or "AMEMBASSY MOSCOW" as its sender, a printed document
//! "Embassy in the Soviet Union" or "Ambassador to the Soviet Union (Thompson)". A search
//! for the sender finds all of them by either word. The name of a country that is part of
//! another's, as China of the Republic of China, counts only behind "Embassy in".

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use crate::analyzer;

/// The towns and the countries of an embassy, and all their names in words.
struct Row {
    towns: Vec<&'static str>,
    countries: Vec<&'static str>,
    words: Vec<String>,
}

impl Row {
    fn parse(line: &'static str) -> Option<Self> {
        let (towns, countries) = line.split_once('\t')?;
        let parts = |names: &'static str| -> Vec<&'static str> { names.split('|').collect() };
        let (towns, countries) = (parts(towns), parts(countries));
        let words = towns.iter().chain(&countries).map(|name| to_words(name)).collect();
        Some(Self { towns, countries, words })
    }
}

/// A folded name between blanks, so that whole words of it are found.
fn to_words(name: &str) -> String {
    format!(" {} ", analyzer::fold_whole(name))
}

/// The phrases that name the same embassies as a town or country, by its words.
static PHRASES: LazyLock<HashMap<String, BTreeSet<String>>> = LazyLock::new(|| {
    let lines = include_str!("../../data/embassies.tsv").lines();
    let rows: Vec<Row> =
        lines.filter(|line| !line.starts_with('#')).filter_map(Row::parse).collect();
    let mut phrases: HashMap<String, BTreeSet<String>> = HashMap::new();
    for (at, Row { towns, countries, .. }) in rows.iter().enumerate() {
        let is_part = |country: &str| {
            let country = to_words(country);
            let has = |row: &Row| row.words.iter().any(|name| name.contains(&country));
            rows.iter().zip(0..).any(|(row, other)| other != at && has(row))
        };
        let in_countries = countries.iter().flat_map(|country| {
            ["embassy in", "embassy in the"].map(|words| format!("{words} {country}"))
        });
        let alone = countries.iter().filter(|country| !is_part(country));
        let written = towns.iter().chain(alone).map(|name| (*name).to_owned());
        let same: BTreeSet<String> = written.chain(in_countries).collect();
        for name in towns.iter().chain(countries) {
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
        assert_eq!(phrases("Moscow"), phrases("soviet union"));
        assert!(phrases("moscow").contains("Soviet Union"));
        // The Republic of China is another country.
        assert!(!phrases("beijing").contains("China"));
        assert!(phrases("beijing").contains("embassy in China"));
        // Two embassies of one country, at different times.
        assert!(phrases("germany").is_superset(&BTreeSet::from(["Bonn", "Berlin"])));
        assert!(phrases("atlantis").is_empty());
    }
}
