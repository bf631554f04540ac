//! Countries: codes, adjectives, abbreviations of governments, other names.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::knowledge_base::{KnowledgeBase, PlaceKind};
use crate::normalise;
use crate::word_list::read_word_list;

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
    lines.filter(|line| !line.starts_with('#')).map(parse_country).collect()
});

fn parse_country(line: &'static str) -> Country {
    let mut columns = line.split('\t');
    let mut column = || columns.next().unwrap_or("");
    let (iso, gsh) = (column(), column());
    let mut list = || column().split('|').filter(|name| !name.is_empty()).collect();
    Country { iso, gsh, adjectives: list(), names: list() }
}

/// How a word names a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountryNaming {
    /// By its name.
    Name,
    /// By an adjective or a name of its inhabitants.
    Adjective,
    /// By an abbreviation of its government: "GOA".
    Government,
}

static BY_NAME: LazyLock<HashMap<String, Vec<(CountryNaming, &'static str)>>> =
    LazyLock::new(|| {
        let mut names: HashMap<String, Vec<(CountryNaming, &'static str)>> = HashMap::new();
        for country in COUNTRIES.iter() {
            let named = country.names.iter().map(|name| (classify_country_name(name), name));
            let adjectives = country.adjectives.iter().map(|name| (CountryNaming::Adjective, name));
            for (naming, name) in named.chain(adjectives) {
                let entry = names.entry(normalise::normalise_words(name)).or_default();
                if !entry.iter().any(|(_, iso)| *iso == country.iso) {
                    entry.push((naming, country.iso));
                }
            }
        }
        names
    });

/// Classifies a name of a country. Capitals that begin or end with G stand for
/// a government: "GOA", "HMG", "GRC".
fn classify_country_name(name: &str) -> CountryNaming {
    let government = name.len() > 2
        && name.bytes().all(|byte| byte.is_ascii_uppercase())
        && (name.starts_with('G') || name.ends_with('G'));
    if government { CountryNaming::Government } else { CountryNaming::Name }
}

/// Returns the countries that a normalised name may mean.
pub fn countries_by_name(name: &str) -> &'static [(CountryNaming, &'static str)] {
    BY_NAME.get(name).map_or(&[], Vec::as_slice)
}

/// Whether a normalised name is a short form of a country or government in capitals:
/// "GOI", "ROC", "U.A.R.".
pub(crate) fn is_short_form(folded: &str) -> bool {
    static SHORT_FORMS: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let is_capital = |letter: char| letter.is_uppercase() || letter == '.';
        let names = COUNTRIES.iter().flat_map(|country| &country.names);
        let short = names.filter(|name| name.chars().all(is_capital));
        short.map(|name| normalise::normalise_words(name)).collect()
    });
    SHORT_FORMS.contains(folded)
}

/// Whether a normalised name is a province, state or region of a country, larger than
/// a town of its name or with a seat of another name.
pub(crate) fn is_region_of(folded: &str, iso: &str) -> bool {
    regions_by_name(folded).contains(&iso)
}

/// The countries that have a region with a normalised name.
pub(crate) fn regions_by_name(folded: &str) -> &'static [&'static str] {
    static REGIONS: LazyLock<HashMap<String, Vec<&'static str>>> = LazyLock::new(|| {
        let mut regions: HashMap<String, Vec<&'static str>> = HashMap::new();
        let lines = include_str!("../data/regions.tsv").lines();
        let lines = lines.filter(|line| !line.starts_with('#'));
        for (iso, names) in lines.filter_map(|line| line.split_once('\t')) {
            for name in names.split('|') {
                regions.entry(normalise::normalise_words(name)).or_default().push(iso);
            }
        }
        regions
    });
    REGIONS.get(folded).map_or(&[], Vec::as_slice)
}

/// Returns the country with an ISO code.
pub fn country_by_iso(iso: &str) -> Option<&'static Country> {
    static BY_ISO: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| {
        COUNTRIES.iter().enumerate().map(|(row, country)| (country.iso, row)).collect()
    });
    BY_ISO.get(iso).map(|&row| &COUNTRIES[row])
}

static US_STATES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| read_word_list(include_str!("../data/states.txt")));

/// Whether a normalised name is that of a state of the United States, or its
/// abbreviation.
pub(crate) fn is_us_state_name(folded: &str) -> bool {
    US_STATES.contains(folded)
}

/// Returns the row of a present country in the knowledge base by its ISO code.
pub(crate) fn row_of_iso(iso: &str) -> Option<u32> {
    CODES.rows.get(iso).copied()
}

/// Returns the name of the country with an ISO code, present or former.
pub fn name_of_country(iso: &str) -> Option<&'static str> {
    let present = row_of_iso(iso)
        .map(|row| KnowledgeBase::load_embedded().place_record(PlaceKind::Country, row).name);
    present.or_else(|| country_by_iso(iso)?.names.first().copied())
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
    let knowledge_base = KnowledgeBase::load_embedded();
    let mut codes = CountryCodes::default();
    for row in knowledge_base.country_rows() {
        let place = knowledge_base.place_record(PlaceKind::Country, row);
        codes.rows.insert(place.country, row);
        if let Some(fips) = place.details.split(' ').next().filter(|code| !code.is_empty()) {
            codes.iso_by_fips.insert(fips, place.country);
        }
    }
    codes
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_have_many_names() {
        let cases = [
            ("algerian", CountryNaming::Adjective, "DZ"),
            ("u s", CountryNaming::Name, "US"),
            ("united states", CountryNaming::Name, "US"),
            ("hmg", CountryNaming::Government, "GB"),
            ("ceylon", CountryNaming::Name, "LK"),
            ("filipinos", CountryNaming::Adjective, "PH"),
        ];
        for (name, naming, iso) in cases {
            assert_eq!(countries_by_name(name), [(naming, iso)], "{name}");
        }
        assert!(countries_by_name("goi").len() > 3, "several governments have this abbreviation");
        assert!(is_short_form("goi") && is_short_form("u a r") && !is_short_form("iran"));
        let lines = include_str!("../data/regions.tsv").lines().skip(1);
        let countries: Vec<&str> = lines.filter_map(|line| line.get(..2)).collect();
        assert!(countries.is_sorted_by(|a, b| a < b), "a country has one line");
        assert!(is_region_of("sucre", "VE") && !is_region_of("sucre", "BO"));
        assert_eq!(country_by_iso("DZ").map(|country| country.gsh), Some("algeria"));
    }
}
