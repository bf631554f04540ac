//! Dates in prose: "March 9, 1957", "9 March 1957", "the 9th of March",
//! "Mar. 9-12", "2009-06-15".
//!
//! Unlike the dates of a header these have no key. They are found by the name
//! of a month next to a number. The timeline uses them.

use std::ops::Range;

use chancery_model::{Date, MONTH_NAMES, Spanned, TextSpan};

use crate::date_time::expand_year;
use crate::scan::{self, clamp_to_text, word_ranges};

/// Finds the dates named in `within`, in order. A date without a year gets the
/// year that brings it nearest to `near`, the date of the text. If `near` is
/// unknown, such dates are left out.
pub fn find_named_days(text: &str, within: TextSpan, near: Option<Date>) -> Vec<Spanned<Date>> {
    let words = word_ranges(text, clamp_to_text(text, within));
    let words: Vec<DateWord<'_>> = words
        .flat_map(|range| split_at_clock(text, range))
        .filter(|range| !range.is_empty())
        .map(|range| DateWord::from_range(text, range))
        .collect();
    let near = near.map(Date::middle);
    let mut found = Vec::new();
    let mut next = 0;
    while next < words.len() {
        let Some((day, first, last)) = date_at_word(&words, next, near) else {
            next += 1;
            continue;
        };
        found.push(scan::field_at(day, words[first].range.start..words[last].range.end));
        next = last + 1;
    }
    found
}

/// Finds the first month with its year in `within`: "May 1972".
pub fn find_named_month(text: &str, within: TextSpan) -> Option<Spanned<Date>> {
    let words: Vec<DateWord<'_>> = word_ranges(text, clamp_to_text(text, within))
        .map(|range| DateWord::from_range(text, range))
        .collect();
    words.windows(2).find_map(|pair| {
        let month = pair[0].month_number().filter(|_| matches!(pair[0].after, "" | ","))?;
        let date = Date::of_month(pair[1].four_digit_year()?, month)?;
        Some(scan::field_at(date, pair[0].range.start..pair[1].range.end))
    })
}

/// The parts of a word in which a clock time follows a year: "1956—3", "1957,4:40".
fn split_at_clock(text: &str, word: Range<usize>) -> [Range<usize>; 2] {
    let printed = &text[word.clone()];
    let cut = printed.find('—').or_else(|| printed.find(',').filter(|&at| at >= 4));
    let cut = cut.map_or(word.end, |at| {
        word.start + at + printed[at..].chars().next().map_or(0, char::len_utf8)
    });
    [word.start..cut, cut..word.end]
}

/// A word without the punctuation around it.
struct DateWord<'a> {
    text: &'a str,
    range: Range<usize>,
    /// The punctuation that was cut off after it.
    after: &'a str,
}

impl<'a> DateWord<'a> {
    fn from_range(text: &'a str, range: Range<usize>) -> Self {
        let inner = scan::trim_range(
            text,
            range.clone(),
            &['(', ')', '[', ']', ',', ';', ':', '.', '—', '"', '“', '”'],
        );
        Self { text: &text[inner.clone()], after: &text[inner.end..range.end], range: inner }
    }

    /// The number of the month that it names; it must be capitalised.
    fn month_number(&self) -> Option<u8> {
        self.text.starts_with(|c: char| c.is_ascii_uppercase()).then_some(())?;
        let short = |name: &str| match self.text.len() {
            3 => name[..3].eq_ignore_ascii_case(self.text),
            4 => name == "September" && self.text.eq_ignore_ascii_case("sept"),
            _ => false,
        };
        let known = |name: &&str| name.eq_ignore_ascii_case(self.text) || short(name);
        MONTH_NAMES.iter().position(known).map(|month| month as u8 + 1)
    }

    /// The day of the month: "9", "9th", and the first of "9-12".
    fn day_of_month(&self) -> Option<u8> {
        let digits = scan::count_digits(self.text, 0, self.text.len());
        let rest = &self.text[digits..];
        let whole =
            ["", "st", "nd", "rd", "th"].contains(&rest) || rest.starts_with(['-', '–', '/']);
        ((1..=2).contains(&digits) && whole).then_some(())?;
        self.text[..digits].parse().ok().filter(|day| (1..=31).contains(day))
    }

    fn four_digit_year(&self) -> Option<u16> {
        let digits = self.text.len() == 4 && self.text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| expand_year(self.text)).flatten().filter(|year| (1700..2200).contains(year))
    }

    /// Parses "2009-06-15".
    fn iso_date(&self) -> Option<Date> {
        (self.text.len() == 10).then(|| Date::try_from(self.text.to_owned()).ok()).flatten()
    }
}

/// The date that starts at word `first`, and its first and last word.
fn date_at_word(
    words: &[DateWord<'_>],
    first: usize,
    near: Option<Date>,
) -> Option<(Date, usize, usize)> {
    let word = |at: usize| words.get(at);
    if let Some(day) = words[first].iso_date() {
        return Some((day, first, first));
    }
    if let Some(month) = words[first].month_number() {
        // "March 9, 1957"; the period of "Mar. 9" does not end it.
        let day = word(first + 1)?.day_of_month()?;
        let year = word(first + 2)
            .filter(|_| matches!(words[first + 1].after, "" | ","))
            .and_then(DateWord::four_digit_year);
        let last = first + 1 + usize::from(year.is_some());
        return Some((resolve_year(year, month, day, near)?, first, last));
    }
    // "9 March 1957", "the 9th of March".
    let day = words[first].day_of_month().filter(|_| words[first].after.is_empty())?;
    let of =
        usize::from(word(first + 1).is_some_and(|word| word.text == "of" && word.after.is_empty()));
    let at = first + 1 + of;
    let month = word(at)?.month_number()?;
    let year = word(at + 1)
        .filter(|_| matches!(words[at].after, "" | "," | "."))
        .and_then(DateWord::four_digit_year);
    // In "paragraph 3 March 9" the day follows the month.
    if year.is_none() && word(at + 1).is_some_and(|word| word.day_of_month().is_some()) {
        return None;
    }
    Some((resolve_year(year, month, day, near)?, first, at + usize::from(year.is_some())))
}

/// The date in `year`, or else in the year that brings it nearest to `near`.
fn resolve_year(year: Option<u16>, month: u8, day: u8, near: Option<Date>) -> Option<Date> {
    if let Some(year) = year {
        return Date::new(year, month, day);
    }
    let near = near?;
    // Counting 31 days per month does not change which date is nearest.
    let day_number =
        |date: Date| (i64::from(date.year) * 12 + i64::from(date.month)) * 31 + i64::from(date.day);
    let years = near.year.saturating_sub(1)..=near.year + 1;
    let days = years.filter_map(|year| Date::new(year, month, day));
    days.min_by_key(|date| (day_number(*date) - day_number(near)).abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_days_named_in_prose() {
        let cases: [(&str, &[(&str, &str)]); 19] = [
            ("On March 9, 1957, he left.", &[("March 9, 1957", "1957-03-09")]),
            ("on 9 March 1957.", &[("9 March 1957", "1957-03-09")]),
            ("the 9th of March 1957", &[("9th of March 1957", "1957-03-09")]),
            ("Mar. 9, (Sept. 12)", &[("Mar. 9", "2009-03-09"), ("Sept. 12", "2009-09-12")]),
            ("until December 20", &[("December 20", "2008-12-20")]),
            ("from 28 December on", &[("28 December", "2008-12-28")]),
            ("October 1-3, 1962", &[("October 1-3, 1962", "1962-10-01")]),
            ("JUNE 15 2009", &[("JUNE 15 2009", "2009-06-15")]),
            ("signed 2009-06-15, at noon", &[("2009-06-15", "2009-06-15")]),
            ("paragraph 3 March 9", &[("March 9", "2009-03-09")]),
            ("It may 9 times; he May be", &[]),
            ("February 30, 1957; 31 June", &[]),
            ("March 1957; 1957; 12 monthly", &[]),
            ("April 1. 1957 was", &[("April 1", "2009-04-01")]),
            ("Marchand 9, Sep 3", &[("Sep 3", "2009-09-03")]),
            ("January 1, 1957—8 p.m.", &[("January 1, 1957", "1957-01-01")]),
            ("January 1, 1957,4:40 p.m.", &[("January 1, 1957", "1957-01-01")]),
            ("March 9,000 men", &[]),
            ("", &[]),
        ];
        let near = Date::new(2009, 3, 20);
        for (text, expected) in cases {
            let found = find_named_days(text, TextSpan::new(0, text.len() as u32), near);
            let found: Vec<(&str, String)> = found
                .iter()
                .map(|field| (&text[field.span.byte_range()], field.value.to_string()))
                .collect();
            let expected: Vec<(&str, String)> =
                expected.iter().map(|&(words, day)| (words, day.to_owned())).collect();
            assert_eq!(found, expected, "{text}");
        }
        let text = "March 9; 9 March 1957";
        let found = find_named_days(text, TextSpan::new(0, text.len() as u32), None);
        assert_eq!(found.len(), 1, "without the date of the text");
    }
}
