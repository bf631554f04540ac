//! How posts number their telegrams, and which serials are missing.
//!
//! How a post numbered its telegrams is inferred from its dated serials: under the right
//! numbering they rise with the dates. A restart in the middle of a period is a large
//! fall, telegrams out of order are small ones, so the numbering with the smallest sum of
//! falls is the right one.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chancery_store::DatedSerial;
use serde::Serialize;

/// The last day of the old numbering, where the dates of a post decide nothing: posts of
/// the State Department counted by fiscal years until the central files of July 1973.
const LAST_OLD_DAY: &str = "1973-06-30";

/// Number of calendar years over which serials have to rise to be one series.
const YEARS_OF_A_SERIES: usize = 3;

/// Maximum number of missing serials in a row; a larger step starts another series.
const MAX_RUN: i64 = 5_000;

/// How a post numbers its telegrams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Numbering {
    /// From 1 in every calendar year.
    CalendarYear,
    /// From 1 in every fiscal year, which begins on July 1.
    FiscalYear,
    /// One series over the years.
    Continuous,
}

impl Numbering {
    const ALL: [Self; 3] = [Self::CalendarYear, Self::FiscalYear, Self::Continuous];

    /// The name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CalendarYear => "calendar year",
            Self::FiscalYear => "fiscal year from July 1",
            Self::Continuous => "continuous",
        }
    }

    /// The period of a day, ISO 8601: the year in which it ends.
    fn period(self, date: &str) -> i64 {
        let year: i64 = date.get(..4).and_then(|year| year.parse().ok()).unwrap_or(0);
        match self {
            Self::CalendarYear => year,
            Self::FiscalYear => year + i64::from(date.get(5..7) >= Some("07")),
            Self::Continuous => 0,
        }
    }
}

/// The serials of a post in one period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SerialSeries {
    /// The post.
    pub post: String,
    /// How it numbers its telegrams.
    pub numbering: Numbering,
    /// Whether the dates of its telegrams say so; otherwise it is the custom of the time.
    pub is_inferred: bool,
    /// The year in which the period ends; 0 for a continuous series.
    pub period: i64,
    /// The first and last serial in the archive.
    pub first: i64,
    /// The last one.
    pub last: i64,
    /// Number of different serials in the archive.
    pub present: u64,
    /// Runs of missing serials between them: first and last.
    pub missing: Vec<(i64, i64)>,
}

impl SerialSeries {
    /// Number of missing serials.
    pub fn count_missing(&self) -> u64 {
        self.missing.iter().map(|(first, last)| (last - first + 1) as u64).sum()
    }
}

/// Returns the series of serials, by post and period. `serials` are in the order of
/// posts, dates and serials.
pub fn series_of_serials(serials: Vec<DatedSerial>) -> Vec<SerialSeries> {
    let mut posts: BTreeMap<(String, bool), Vec<(String, i64)>> = BTreeMap::new();
    for DatedSerial { post, date, serial } in serials {
        let is_new = date.as_str() > LAST_OLD_DAY;
        posts.entry((post, is_new)).or_default().push((date, serial));
    }
    let series = |((post, is_new), dated): ((String, bool), Vec<(String, i64)>)| {
        series_of_post(&post, is_new, &dated)
    };
    posts.into_iter().flat_map(series).collect()
}

/// The series of a post, from its serials in the order of their dates.
fn series_of_post(post: &str, is_new: bool, dated: &[(String, i64)]) -> Vec<SerialSeries> {
    let (numbering, is_inferred) = infer_numbering(is_new, dated);
    let mut periods: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for (date, serial) in dated {
        periods.entry(numbering.period(date)).or_default().insert(*serial);
    }
    let series = periods.into_iter().filter_map(|(period, serials)| {
        let (first, last) = (*serials.first()?, *serials.last()?);
        let follows = serials.iter().zip(serials.iter().skip(1));
        let runs = follows.filter(|(before, after)| (2..=MAX_RUN).contains(&(**after - **before)));
        let missing = runs.map(|(before, after)| (before + 1, after - 1)).collect();
        let (post, present) = (post.to_owned(), serials.len() as u64);
        Some(SerialSeries { post, numbering, is_inferred, period, first, last, present, missing })
    });
    series.collect()
}

/// The numbering under which the serials rise most steadily with the dates, and whether
/// the dates decide it.
fn infer_numbering(is_new: bool, dated: &[(String, i64)]) -> (Numbering, bool) {
    let custom = if is_new { Numbering::CalendarYear } else { Numbering::FiscalYear };
    let falls: HashMap<Numbering, i64> =
        Numbering::ALL.into_iter().map(|one| (one, sum_of_falls(one, dated))).collect();
    let least = falls.values().min().copied().unwrap_or(0);
    let years: HashSet<i64> =
        dated.iter().map(|(date, _)| Numbering::CalendarYear.period(date)).collect();
    if years.len() >= YEARS_OF_A_SERIES && falls[&Numbering::Continuous] == least {
        return (Numbering::Continuous, true);
    }
    let (calendar, fiscal) = (falls[&Numbering::CalendarYear], falls[&Numbering::FiscalYear]);
    match calendar.cmp(&fiscal) {
        std::cmp::Ordering::Less => (Numbering::CalendarYear, true),
        std::cmp::Ordering::Greater => (Numbering::FiscalYear, true),
        std::cmp::Ordering::Equal => (custom, false),
    }
}

/// How much serials fall from one day to a later one, within the periods.
fn sum_of_falls(numbering: Numbering, dated: &[(String, i64)]) -> i64 {
    let pairs = dated.iter().zip(dated.iter().skip(1));
    let within = pairs.filter(|((one, _), (other, _))| {
        one != other && numbering.period(one) == numbering.period(other)
    });
    within.map(|((_, before), (_, after))| (before - after).max(0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dated(pairs: &[(&str, i64)]) -> Vec<(String, i64)> {
        pairs.iter().map(|(date, serial)| ((*date).to_owned(), *serial)).collect()
    }

    /// Dates and serials, whether the Department sends, and what is inferred.
    type Case<'a> = (&'a [(&'a str, i64)], bool, Numbering, bool);

    #[test]
    fn the_numbering_follows_from_dates() {
        // Moscow 1962: 3102 on May 31, 56 on July 8; a telegram out of order changes nothing.
        let moscow = [("1962-01-10", 1800), ("1962-05-31", 3102), ("1962-06-01", 3100)];
        let moscow = [&moscow[..], &[("1962-07-08", 56), ("1963-01-02", 1700)]].concat();
        let cases: [Case<'_>; 5] = [
            (&moscow, false, Numbering::FiscalYear, true),
            (
                &[("1962-05-01", 900), ("1962-08-01", 1500), ("1963-01-05", 12)],
                false,
                Numbering::CalendarYear,
                true,
            ),
            (&[("1962-02-01", 900), ("1962-03-01", 950)], false, Numbering::FiscalYear, false),
            (&[("2009-02-01", 90), ("2009-03-01", 95)], true, Numbering::CalendarYear, false),
            (
                &[("1961-02-01", 90), ("1962-03-01", 95), ("1963-08-01", 120)],
                false,
                Numbering::Continuous,
                true,
            ),
        ];
        for (pairs, is_new, numbering, is_inferred) in cases {
            let found = infer_numbering(is_new, &dated(pairs));
            assert_eq!(found, (numbering, is_inferred), "{pairs:?}");
        }
        let series = series_of_post("MOSCOW", false, &dated(&moscow));
        let told: Vec<(i64, i64, i64, u64)> =
            series.iter().map(|one| (one.period, one.first, one.last, one.present)).collect();
        assert_eq!(told, [(1962, 1800, 3102, 3), (1963, 56, 1700, 2)]);
        assert_eq!(series[0].missing, [(1801, 3099), (3101, 3101)]);
    }
}
