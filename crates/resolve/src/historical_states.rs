//! States of the past that a present country succeeded: Czechoslovakia, Rhodesia.
//!
//! They share the ISO code of the present country, so that evidence about the country
//! holds for both, and have an ID and a name of their own. Former states without a
//! present country of their land (the Soviet Union, South Vietnam) are rows of
//! `data/countries.tsv`.

use std::sync::LazyLock;

use crate::countries::CountryNaming;

/// A state of the past.
#[derive(Debug)]
pub(crate) struct HistoricalState {
    iso: &'static str,
    /// ID in HistoryAtState/gsh.
    pub(crate) gsh: &'static str,
    pub(crate) name: &'static str,
    years: (u16, u16),
    /// Its names and adjectives, normalised.
    pub(crate) names: Vec<&'static str>,
}

/// The rows of `data/historical_states.tsv`.
pub(crate) static HISTORICAL_STATES: LazyLock<Vec<HistoricalState>> = LazyLock::new(|| {
    let lines = include_str!("../data/historical_states.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).map(parse_state).collect()
});

fn parse_state(line: &'static str) -> HistoricalState {
    let mut columns = line.split('\t');
    let mut column = || columns.next().unwrap_or("");
    let (iso, gsh, name) = (column(), column(), column());
    let mut year = || column().parse().expect("a year");
    let years = (year(), year());
    HistoricalState { iso, gsh, name, years, names: column().split('|').collect() }
}

/// Returns the state of the past that a word for a present country means: by its own
/// name, or by an adjective in one of its years.
pub(crate) fn find_historical_state(
    iso: &str,
    folded: &str,
    naming: CountryNaming,
    year: u16,
) -> Option<&'static HistoricalState> {
    HISTORICAL_STATES.iter().filter(|state| state.iso == iso).find(|state| {
        let existed = (state.years.0..=state.years.1).contains(&year);
        state.names.contains(&folded) || (naming != CountryNaming::Name && existed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_a_state_of_the_past_by_name_or_year() {
        let cases = [
            ("CZ", "czechoslovakia", CountryNaming::Name, 2005, Some("Czechoslovakia")),
            ("CZ", "czech", CountryNaming::Adjective, 1968, Some("Czechoslovakia")),
            ("CZ", "czech", CountryNaming::Adjective, 2005, None),
            ("CZ", "czech republic", CountryNaming::Name, 1968, None),
            ("ZW", "rhodesian", CountryNaming::Adjective, 1976, Some("Rhodesia")),
            ("ZW", "zimbabwe", CountryNaming::Name, 1976, None),
            ("ZW", "zimbabwean", CountryNaming::Adjective, 1990, None),
            ("FR", "french", CountryNaming::Adjective, 1968, None),
        ];
        for (iso, folded, naming, year, expected) in cases {
            let found = find_historical_state(iso, folded, naming, year).map(|state| state.name);
            assert_eq!(found, expected, "{folded} {year}");
        }
    }
}
