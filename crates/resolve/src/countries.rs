//! Countries: codes, adjectives, abbreviations of governments, other names.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::facts::{Facts, PlaceKind};
use crate::fold;

/// A present or former country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166 code. A former country has its ISO 3166-3 code or one of this
    /// program.
    pub iso: &'static str,
    /// ID in HistoryAtState/gsh; empty if it has none.
    pub gsh: &'static str,
    /// Adjectives and names of its inhabitants.
    pub adjectives: Vec<&'static str>,
    /// Other names, and abbreviations of its government in telegrams.
    pub names: Vec<&'static str>,
}

/// All countries of `data/countries.tsv`.
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
    /// By its name.
    Name,
    /// By an adjective or a name of its inhabitants.
    Adjective,
    /// By an abbreviation of its government: "GOA".
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

/// Classifies a name of a country. Capitals that begin or end with G stand for
/// a government: "GOA", "HMG", "GRC".
fn naming(name: &str) -> Naming {
    let government = name.len() > 2
        && name.bytes().all(|byte| byte.is_ascii_uppercase())
        && (name.starts_with('G') || name.ends_with('G'));
    if government { Naming::Government } else { Naming::Name }
}

/// Returns the countries that a normalised name may mean.
pub fn named(name: &str) -> &'static [(Naming, &'static str)] {
    BY_NAME.get(name).map_or(&[], Vec::as_slice)
}

/// Returns the country with an ISO code.
pub fn of_iso(iso: &str) -> Option<&'static Country> {
    static BY_ISO: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| {
        COUNTRIES.iter().enumerate().map(|(row, country)| (country.iso, row)).collect()
    });
    BY_ISO.get(iso).map(|&row| &COUNTRIES[row])
}

/// Returns the row of a present country in the knowledge base by its ISO code.
pub(crate) fn row_of_iso(iso: &str) -> Option<u32> {
    CODES.rows.get(iso).copied()
}

/// Returns the static copy of the ISO code of a present country, or "" if it is
/// unknown.
pub(crate) fn static_iso(iso: &str) -> &'static str {
    CODES.rows.get_key_value(iso).map_or("", |(known, _)| known)
}

/// Returns the ISO code for a FIPS code. The TAGS of telegrams have FIPS codes.
pub(crate) fn iso_from_fips(fips: &str) -> Option<&'static str> {
    CODES.iso_by_fips.get(fips).copied()
}

/// The codes of the present countries in the knowledge base.
#[derive(Default)]
struct CountryCodes {
    /// Rows by ISO code.
    rows: HashMap<&'static str, u32>,
    iso_by_fips: HashMap<&'static str, &'static str>,
}

static CODES: LazyLock<CountryCodes> = LazyLock::new(|| {
    let facts = Facts::shipped();
    let mut codes = CountryCodes::default();
    for row in facts.countries() {
        let place = facts.place(PlaceKind::Country, row);
        codes.rows.insert(place.country, row);
        if let Some(fips) = place.more.split(' ').next().filter(|code| !code.is_empty()) {
            codes.iso_by_fips.insert(fips, place.country);
        }
    }
    codes
});

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
        assert!(named("goi").len() > 3, "several governments have this abbreviation");
        assert_eq!(of_iso("DZ").map(|country| country.gsh), Some("algeria"));
    }
}
