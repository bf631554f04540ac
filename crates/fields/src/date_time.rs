//! Dates: the date-time group "O 202222Z OCT 09" and the date after "DECL:".

use std::ops::Range;

use chancery_model::{Date, DateTimeGroup, MONTH_NAMES, Spanned, TextSpan};

use crate::scan::{
    self, clamp_to_text, count_digits, line_ranges, matches_word_at, skip_blanks, word_ranges,
};

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
pub fn month_by_name(word: &str) -> Option<u8> {
    let is_named = |name: &&str| {
        word.len() >= 3 && name.get(..word.len()).is_some_and(|n| n.eq_ignore_ascii_case(word))
    };
    MONTH_NAMES.iter().position(is_named).map(|month| month as u8 + 1)
}

pub(crate) fn parse_month(word: &str) -> Option<u8> {
    let start = word.get(..3)?.to_ascii_uppercase();
    let month = MONTH_ABBREVIATIONS.iter().position(|month| *month == start)?;
    Some(month as u8 + 1)
}

/// The full year of two or four digits. Two digits mean 1930 to 2029, because telegrams
/// and what they cite are not sent in the future.
pub fn expand_year(year: &str) -> Option<u16> {
    expand_year_until(year, 29)
}

/// The full year of a declassification date: 1950 to 2049.
fn expand_year_of_deadline(year: &str) -> Option<u16> {
    expand_year_until(year, 49)
}

/// The full year of two or four digits; the last year of two digits is 20`last`.
fn expand_year_until(year: &str, last: u16) -> Option<u16> {
    let value: u16 = year.parse().ok()?;
    match year.len() {
        2 if value <= last => Some(2000 + value),
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
            let (value, end) = parse_deadline(text, start, within.end)?;
            Some(scan::field_at(value, start..end))
        })
}

/// Parses a date such as "11/03/2015", "6-18-08" or "11.03.2015" (month first),
/// "2019-06-15" or "June 15, 2019". Recognised pages have blanks around the separators
/// and letters for digits: "06 /l5/2019". Also returns the end of the date.
fn parse_deadline(text: &str, start: usize, end: usize) -> Option<(Date, usize)> {
    let line = line_ranges(text, start..end).next()?;
    if let Some((month, after)) = leading_month(&text[line.clone()]) {
        return parse_day_and_year(text, month, line.start + after..line.end);
    }
    let mut at = line.start;
    let mut parts: [String; 3] = Default::default();
    for (n, part) in parts.iter_mut().enumerate() {
        let length = text[at..line.end].chars().take_while(|&c| digit_of(c).is_some()).count();
        *part = text[at..at + length].chars().filter_map(digit_of).collect();
        at += length;
        if n < 2 {
            let separator = skip_blanks(text, at, line.end, false);
            let mark = text.as_bytes().get(separator).filter(|_| separator < line.end)?;
            matches!(mark, b'/' | b'-' | b'.').then_some(())?;
            at = skip_blanks(text, separator + 1, line.end, false);
        }
    }
    let small = |part: &str| part.parse::<u8>().ok();
    let date = if parts[0].len() == 4 {
        Date::new(parts[0].parse().ok()?, small(&parts[1])?, small(&parts[2])?)
    } else {
        Date::new(expand_year_of_deadline(&parts[2])?, small(&parts[0])?, small(&parts[1])?)
    };
    Some((date?, at))
}

/// The month whose name opens a line, and the offset after it.
fn leading_month(line: &str) -> Option<(u8, usize)> {
    let letters = line.bytes().take_while(u8::is_ascii_alphabetic).count();
    let month = month_by_name(&line[..letters])?;
    let after = line[letters..].trim_start_matches(['.', ' ']);
    Some((month, line.len() - after.len()))
}

/// Parses "15, 2019" after the name of a month.
fn parse_day_and_year(text: &str, month: u8, rest: Range<usize>) -> Option<(Date, usize)> {
    let length = count_digits(text, rest.start, rest.end);
    let day = text[rest.start..rest.start + length].parse().ok()?;
    let after = text[rest.start + length..rest.end].trim_start_matches([',', ' ']);
    let year = rest.end - after.len();
    let digits = count_digits(text, year, rest.end);
    let date = Date::new(expand_year_of_deadline(&text[year..year + digits])?, month, day)?;
    Some((date, year + digits))
}

/// The digit that a character is, or that it looks like in recognised pages.
pub(crate) fn digit_of(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        'O' | 'o' => Some('0'),
        'l' | 'I' => Some('1'),
        _ => None,
    }
}
