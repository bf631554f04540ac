//! What the remarks on persons say of offices: "Prime Minister of Mali from May 1968
//! until June 1970".
//!
//! Only clauses are read that are an office, its country and days, and nothing else.

use std::collections::BTreeMap;

use chancery_resolve::normalise::normalise_words;
use chancery_resolve::offices::office_by_name;

use super::places::CountryCodes;

/// An office in a remark. Days are yyyymmdd, with 0 for what is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OfficeInRemark {
    /// The kind of the office, as in `data/offices.tsv`.
    pub(super) office: &'static str,
    /// The ISO code of the country.
    pub(super) country: String,
    pub(super) from: u32,
    pub(super) until: u32,
}

/// Reads remarks.
pub(super) struct RemarkReader {
    /// ISO codes by normalised names and adjectives of countries.
    countries: BTreeMap<String, String>,
}

/// Words that begin the days of an office.
const FIRST_DAYS: [&str; 4] = ["from", "since", "after", "beginning"];
const LAST_DAYS: [&str; 4] = ["until", "to", "through", "till"];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl RemarkReader {
    pub(super) fn new(codes: &CountryCodes) -> Self {
        Self { countries: codes.iso_by_name() }
    }

    /// Returns the offices with days in a remark.
    pub(super) fn offices_in(&self, remark: &str) -> Vec<OfficeInRemark> {
        remark.split(';').flat_map(|clause| self.offices_in_clause(clause)).collect()
    }

    fn offices_in_clause(&self, clause: &str) -> Vec<OfficeInRemark> {
        // Ranges of years are written with a dash.
        let folded = normalise_words(&clause.replace(['–', '—', '-'], " to "));
        let words: Vec<&str> = folded.split(' ').collect();
        let is_day = |word: &&str| {
            FIRST_DAYS.contains(word)
                || LAST_DAYS.contains(word)
                || MONTHS.contains(word)
                || parse_year(word).is_some()
        };
        let Some(at) = words.iter().position(is_day) else { return Vec::new() };
        let Some((from, until)) = parse_days(&words[at..]) else { return Vec::new() };
        let mut country: Option<&str> = None;
        let mut offices = Vec::new();
        for part in words[..at].split(|word| *word == "and") {
            let Some((office, own)) = self.office_and_country(part) else { break };
            country = own.or(country);
            let Some(country) = country else { break };
            let country = country.to_owned();
            offices.push(OfficeInRemark { office, country, from, until });
        }
        offices
    }

    /// Reads "algerian foreign minister" or "king of iraq".
    fn office_and_country(&self, words: &[&str]) -> Option<(&'static str, Option<&str>)> {
        let words = words.strip_prefix(&["the"]).unwrap_or(words);
        let whole = words.join(" ");
        if let Some(office) = office_by_name(&whole) {
            return Some((office.kind, office.owner));
        }
        for at in 1..words.len() {
            let (first, last) = (words[..at].join(" "), words[at..].join(" "));
            if let Some(office) = office_by_name(&last)
                && let Some(country) = self.countries.get(&first)
            {
                return Some((office.kind, Some(country)));
            }
            let name = last.strip_prefix("of ").or_else(|| last.strip_prefix("of the "));
            let name = name.map(|name| name.strip_prefix("the ").unwrap_or(name));
            if let Some(office) = office_by_name(&first)
                && let Some(country) = name.and_then(|name| self.countries.get(name))
            {
                return Some((office.kind, Some(country)));
            }
        }
        None
    }
}

/// Reads "from may 1968 until june 1970", "until 1968", "1963 to 1968". `None` if the
/// words say more than that.
fn parse_days(words: &[&str]) -> Option<(u32, u32)> {
    let (mut from, mut until) = (0, 0);
    let mut rest = words;
    let mut is_last = None;
    while let Some((word, after)) = rest.split_first() {
        if FIRST_DAYS.contains(word) || LAST_DAYS.contains(word) {
            is_last = Some(LAST_DAYS.contains(word));
            rest = after;
            continue;
        }
        let (day, count) = parse_day(rest)?;
        match is_last {
            Some(true) => until = day,
            // A year alone: the office was held in it.
            None if rest.len() == count => (from, until) = (day, day),
            _ if from == 0 => from = day,
            _ => return None,
        }
        rest = &rest[count..];
        is_last = None;
        if until > 0 && !rest.is_empty() {
            return None;
        }
    }
    (from > 0 || until > 0).then_some((from, until))
}

/// Reads "may 10 1968", "may 1968" or "1968". Returns the day and the number of words.
fn parse_day(words: &[&str]) -> Option<(u32, usize)> {
    if let Some(year) = parse_year(words.first()?) {
        return Some((year * 10_000, 1));
    }
    let month = MONTHS.iter().position(|month| month == &words[0])? as u32 + 1;
    if let Some(year) = words.get(1).and_then(|word| parse_year(word)) {
        return Some((year * 10_000 + month * 100, 2));
    }
    let day: u32 = words.get(1)?.parse().ok().filter(|day| (1..=31).contains(day))?;
    let year = parse_year(words.get(2)?)?;
    Some((year * 10_000 + month * 100 + day, 3))
}

fn parse_year(word: &str) -> Option<u32> {
    let year = word.parse().ok().filter(|_| word.len() == 4)?;
    (1700..2100).contains(&year).then_some(year)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Office, country, first and last day.
    type Term = (&'static str, &'static str, u32, u32);

    #[test]
    fn only_offices_with_country_and_days_are_read() {
        let countries = [("mali", "ML"), ("malian", "ML"), ("niger", "NE"), ("south mali", "XM")];
        let countries =
            countries.map(|(name, iso)| (name.to_owned(), iso.to_owned())).into_iter().collect();
        let reader = RemarkReader { countries };
        let cases: [(&str, &[Term]); 12] = [
            (
                "Prime Minister of Mali from May 1968 until June 3, 1970",
                &[("premier", "ML", 19_680_500, 19_700_603)],
            ),
            ("Malian Foreign Minister until 1968", &[("foreign minister", "ML", 0, 19_680_000)]),
            ("King of Mali", &[]),
            ("President of the Bank of Mali until 1968", &[]),
            ("Adviser to the President of Mali, 1968–1970", &[]),
            ("President of South Mali, 1968–1970", &[("president", "XM", 19_680_000, 19_700_000)]),
            (
                "Malian Foreign Minister, 1968",
                &[("foreign minister", "ML", 19_680_000, 19_680_000)],
            ),
            (
                "Malian Prime Minister and Minister of Defense until 1968",
                &[("premier", "ML", 0, 19_680_000), ("defense minister", "ML", 0, 19_680_000)],
            ),
            (
                "Secretary of Defense from January 21, 1961, until 1968",
                &[("secretary of defense", "US", 19_610_121, 19_680_000)],
            ),
            ("Former President of Mali from 1960", &[]),
            ("Envoy of Niger; President of Niger from 1974", &[("president", "NE", 19_740_000, 0)]),
            ("President of Niger until 1974 and then Ambassador", &[]),
        ];
        for (remark, expected) in cases {
            let found: Vec<_> = reader.offices_in(remark);
            let found: Vec<(&str, &str, u32, u32)> = found
                .iter()
                .map(|said| (said.office, said.country.as_str(), said.from, said.until))
                .collect();
            assert_eq!(found, expected, "{remark}");
        }
    }
}
