//! Parts of countries, occupied lands and bases: the Gaza Strip, Guantanamo Bay.
//!
//! Telegrams mean them by words that towns have too ("the border with Gaza"), so a name
//! of `data/territories.tsv` is a town only where the text calls it one.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::normalise;

/// A part of a country that has a name.
#[derive(Debug)]
pub(crate) struct Territory {
    /// ISO code of its country.
    pub(crate) iso: &'static str,
    pub(crate) name: &'static str,
    /// Degrees north and east.
    point: (f32, f32),
    /// Its names, normalised.
    names: Vec<&'static str>,
}

impl Territory {
    /// Returns its ID: "loc:gaza-strip.PS".
    pub(crate) fn id(&self) -> String {
        format!("loc:{}.{}", normalise::normalise_words(self.name).replace(' ', "-"), self.iso)
    }
}

/// The rows of `data/territories.tsv`.
static TERRITORIES: LazyLock<Vec<Territory>> = LazyLock::new(|| {
    let lines = include_str!("../data/territories.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).map(parse_territory).collect()
});

fn parse_territory(line: &'static str) -> Territory {
    let mut columns = line.split('\t');
    let mut column = || columns.next().unwrap_or("");
    let (iso, name) = (column(), column());
    let mut degrees = || column().parse().expect("degrees");
    let point = (degrees(), degrees());
    Territory { iso, name, point, names: column().split('|').collect() }
}

/// Returns the territory with a normalised name, unless the place named beside it is of
/// another country ("Gaza, Mozambique").
pub(crate) fn find_territory(folded: &str, beside: Option<&str>) -> Option<&'static Territory> {
    let folded = folded.strip_prefix("the ").unwrap_or(folded);
    let named = TERRITORIES.iter().find(|territory| territory.names.contains(&folded))?;
    beside.is_none_or(|iso| iso == named.iso).then_some(named)
}

/// Iterates over the territories: their IDs, with degrees north and east.
pub fn territory_coordinates() -> impl Iterator<Item = (String, (f32, f32))> {
    TERRITORIES.iter().map(|territory| (territory.id(), territory.point))
}

/// Iterates over the territories: their IDs, with the names by which a search finds them.
pub fn territory_names() -> impl Iterator<Item = (String, BTreeSet<String>)> {
    TERRITORIES.iter().map(|territory| {
        (territory.id(), territory.names.iter().map(|name| (*name).to_owned()).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_mean_territories_unless_another_country_is_beside() {
        let cases = [
            ("gaza", None, Some("loc:gaza-strip.PS")),
            ("the gaza strip", None, Some("loc:gaza-strip.PS")),
            ("gaza", Some("PS"), Some("loc:gaza-strip.PS")),
            ("gaza", Some("MZ"), None),
            ("gaza city", None, None),
            ("gtmo", None, Some("loc:guantanamo-bay.CU")),
            ("northern ireland", None, Some("loc:northern-ireland.GB")),
            ("ireland", None, None),
        ];
        for (folded, beside, expected) in cases {
            let found = find_territory(folded, beside).map(Territory::id);
            assert_eq!(found.as_deref(), expected, "{folded} {beside:?}");
        }
    }

    #[test]
    fn names_of_territories_are_normalised_and_used_once() {
        let mut seen = std::collections::HashSet::new();
        for name in TERRITORIES.iter().flat_map(|territory| &territory.names) {
            assert_eq!(normalise::normalise_words(name), *name);
            assert!(seen.insert(*name), "{name} is there twice");
        }
    }
}
