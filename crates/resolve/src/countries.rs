//! Countries: their codes, adjectives, governments and other names.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::fold;

/// A country, or one of the past that telegrams speak of as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166 code; of past countries that of ISO 3166-3, or our own.
    pub iso: &'static str,
    /// Its id in HistoryAtState/gsh; empty where it has none.
    pub gsh: &'static str,
    /// Adjectives and words for its people.
    pub adjectives: Vec<&'static str>,
    /// Its other names, and what telegrams call its government.
    pub names: Vec<&'static str>,
}

/// The table of data/countries.tsv.
pub static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    let lines = include_str!("../data/countries.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).map(country).collect()
});

fn country(line: &'static str) -> Country {
    let mut columns = line.split('\t');
    let mut column = || columns.next().unwrap_or("");
    let (iso, gsh) = (column(), column());
    let mut list = || column().split('|').filter(|name| !name.is_empty()).collect();
    Country { iso, gsh, adjectives: list(), names: list() }
}

/// How a word names a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Naming {
    /// By a name of its own.
    Name,
    /// By an adjective, or a word for its people.
    Adjective,
    /// By the shorthand for its government: "GOA".
    Government,
}

static BY_NAME: LazyLock<HashMap<String, Vec<(Naming, &'static str)>>> = LazyLock::new(|| {
    let mut names: HashMap<String, Vec<(Naming, &'static str)>> = HashMap::new();
    for country in COUNTRIES.iter() {
        let named = country.names.iter().map(|name| (naming(name), name));
        let adjectives = country.adjectives.iter().map(|name| (Naming::Adjective, name));
        for (naming, name) in named.chain(adjectives) {
            let entry = names.entry(fold::words(name)).or_default();
            if !entry.iter().any(|(_, iso)| *iso == country.iso) {
                entry.push((naming, country.iso));
            }
        }
    }
    names
});

/// "GOA", "HMG", "GRC": capitals with a G for government.
fn naming(name: &str) -> Naming {
    let government = name.len() > 2
        && name.bytes().all(|byte| byte.is_ascii_uppercase())
        && (name.starts_with('G') || name.ends_with('G'));
    if government { Naming::Government } else { Naming::Name }
}

/// The countries that the folded words `name` may name.
pub fn named(name: &str) -> &'static [(Naming, &'static str)] {
    BY_NAME.get(name).map_or(&[], Vec::as_slice)
}

/// The country of an ISO code.
pub fn of_iso(iso: &str) -> Option<&'static Country> {
    static BY_ISO: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| {
        COUNTRIES.iter().enumerate().map(|(row, country)| (country.iso, row)).collect()
    });
    BY_ISO.get(iso).map(|&row| &COUNTRIES[row])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_go_by_many_names() {
        let cases = [
            ("algerian", Naming::Adjective, "DZ"),
            ("u s", Naming::Name, "US"),
            ("united states", Naming::Name, "US"),
            ("hmg", Naming::Government, "GB"),
            ("ceylon", Naming::Name, "LK"),
            ("filipinos", Naming::Adjective, "PH"),
        ];
        for (name, naming, iso) in cases {
            assert_eq!(named(name), [(naming, iso)], "{name}");
        }
        assert!(named("goi").len() > 3, "whose government, the document tells");
        assert_eq!(of_iso("DZ").map(|country| country.gsh), Some("algeria"));
    }
}
