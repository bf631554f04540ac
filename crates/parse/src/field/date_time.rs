//! Dates: the date-time group "O 202222Z OCT 09" and the date after "DECL:".

use std::ops::Range;

use chancery_model::{Date, DateTimeGroup, Spanned, TextSpan};

use super::scan::{
    self, clamp_to_text, count_digits, line_ranges, matches_word_at, skip_blanks, word_ranges,
};

/// The names of the months.
pub(crate) const MONTH_NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The abbreviations of the months in telegrams.
const MONTH_ABBREVIATIONS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// Finds the first date-time group of `within`.
pub fn find_date_time_group(text: &str, within: TextSpan) -> Option<Spanned<DateTimeGroup>> {
    let within = clamp_to_text(text, within);
    line_ranges(text, within).find_map(|line| {
        // Cheap test first: a group contains Z.
        memchr::memchr(b'Z', &text.as_bytes()[line.clone()])?;
        let words: Vec<_> = word_ranges(text, line).take(24).collect();
        words.windows(3).find_map(|window| {
            let word = |n: usize| &text[window[n].clone()];
            let value = parse_date_time_group(word(0), word(1), word(2))?;
            Some(scan::field_at(value, window[0].start..window[2].end))
        })
    })
}

/// Parses "202222Z", "OCT", "09".
fn parse_date_time_group(time: &str, month: &str, year: &str) -> Option<DateTimeGroup> {
    let time = time
        .strip_suffix('Z')
        .filter(|time| time.len() == 6 && time.bytes().all(|b| b.is_ascii_digit()))?;
    let part = |range: Range<usize>| time.get(range)?.parse::<u8>().ok();
    let month = parse_month(month)?;
    let year = year.trim_end_matches(|c: char| !c.is_ascii_digit());
    let date = Date::new(expand_year(year)?, month, part(0..2)?)?;
    let (hour, minute) = (part(2..4)?, part(4..6)?);
    (hour < 24 && minute < 60).then_some(DateTimeGroup { date, hour, minute })
}

/// The number of a month named whole or by its first letters: "Sept".
pub(crate) fn month_by_name(word: &str) -> Option<u8> {
    let is_named = |name: &&str| {
        word.len() >= 3 && name.get(..word.len()).is_some_and(|n| n.eq_ignore_ascii_case(word))
    };
    MONTH_NAMES.iter().position(is_named).map(|month| month as u8 + 1)
}

fn parse_month(word: &str) -> Option<u8> {
    let start = word.get(..3)?.to_ascii_uppercase();
    let month = MONTH_ABBREVIATIONS.iter().position(|month| *month == start)?;
    Some(month as u8 + 1)
}

/// The full year of two or four digits. Two digits mean 1950 to 2049: telegrams
/// start in the 1950s, and declassification dates reach the 2040s.
pub(crate) fn expand_year(year: &str) -> Option<u16> {
    let value: u16 = year.parse().ok()?;
    match year.len() {
        2 if value < 50 => Some(2000 + value),
        2 => Some(1900 + value),
        4 => Some(value),
        _ => None,
    }
}

/// Finds the date on which the text may be declassified: "DECL: 11/03/2015".
pub fn find_declassification_date(text: &str, within: TextSpan) -> Option<Spanned<Date>> {
    let within = clamp_to_text(text, within);
    memchr::memchr2_iter(b'D', b'd', &text.as_bytes()[within.clone()])
        .map(|at| within.start + at)
        .find_map(|at| {
            let key = ["DECLASSIFY ON", "DECLAS", "DECL"]
                .iter()
                .find(|key| matches_word_at(text, at, key))?;
            let past = (at + key.len()).min(within.end);
            let colon = skip_blanks(text, past, within.end, false);
            let past = colon + usize::from(text.as_bytes().get(colon) == Some(&b':'));
            let start = skip_blanks(text, past.min(within.end), within.end, true);
            let (value, end) = parse_numeric_date(text, start, within.end)?;
            Some(scan::field_at(value, start..end))
        })
}

/// Parses a date such as "11/03/2015", "6-18-08" or "11.03.2015" (month
/// first). Also returns its end.
fn parse_numeric_date(text: &str, start: usize, end: usize) -> Option<(Date, usize)> {
    let mut at = start;
    let mut parts = ["", "", ""];
    for (n, part) in parts.iter_mut().enumerate() {
        let length = count_digits(text, at, end);
        *part = &text[at..at + length];
        at += length;
        if n < 2 {
            let separator = text.as_bytes().get(at).filter(|_| at < end)?;
            matches!(separator, b'/' | b'-' | b'.').then_some(())?;
            at += 1;
        }
    }
    let small = |part: &str| part.parse::<u8>().ok();
    Some((Date::new(expand_year(parts[2])?, small(parts[0])?, small(parts[1])?)?, at))
}
