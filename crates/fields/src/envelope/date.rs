//! The date of an envelope: "2009-09-16 13:30", "16 September 2009", "9/16/2009",
//! "1977-03-04T00:00:00", "161330Z SEP 09".
//!
//! A date of three numbers is read with the month first where a slash or dash parts
//! them, and with the day first where periods do; the other way round if only that is a
//! day of the calendar. An hour counts as UTC, as in telegrams. An hour of another time
//! zone is left out, and so is midnight: data files print it where no hour is known.

use chancery_model::{Date, DateTimeGroup, TextSpan};

use super::value::StatedDate;
use crate::date_time;

/// Parses the date of an envelope; `None` if a part of `value` is no part of a date.
pub(crate) fn parse_date(value: &str) -> Option<StatedDate> {
    let whole = TextSpan::from_range(0..value.len());
    let capitals = value.to_ascii_uppercase();
    if let Some(group) = date_time::find_date_time_group(&capitals, whole) {
        return Some(StatedDate::Minute(group.value));
    }
    let (day, clock) = split_clock(without_weekday_in_brackets(value));
    let day = parse_day(day.trim_end_matches([' ', ',']))?;
    match clock.map(parse_clock) {
        None => Some(StatedDate::Day(day)),
        Some(None) => None,
        Some(Some(Clock { hour: 0, minute: 0, .. } | Clock { is_utc: false, .. })) => {
            Some(StatedDate::Day(day))
        }
        Some(Some(Clock { hour, minute, .. })) => {
            Some(StatedDate::Minute(DateTimeGroup { date: day, hour, minute }))
        }
    }
}

/// "1976 January 23, 18:00 (Friday)" without the day of the week.
fn without_weekday_in_brackets(value: &str) -> &str {
    let (before, after) = value.rsplit_once('(').unwrap_or((value, ""));
    let day = after.strip_suffix(')').filter(|day| is_weekday(day));
    day.map_or(value, |_| before.trim_end())
}

/// Splits a value before its clock time: the digits before the first colon.
fn split_clock(value: &str) -> (&str, Option<&str>) {
    let Some(colon) = value.find(':') else { return (value, None) };
    let digits = value[..colon].bytes().rev().take_while(u8::is_ascii_digit).count();
    let (day, clock) = value.split_at(colon - digits);
    (day.strip_suffix(['T', 't']).unwrap_or(day), Some(clock))
}

struct Clock {
    hour: u8,
    minute: u8,
    is_utc: bool,
}

/// How a value says that its hour is UTC.
const UTC: [&str; 8] = ["", "Z", "UTC", "GMT", "+00:00", "+0000", "-0000", "-00:00"];

/// Parses "13:30", "1:30 PM", "13:30:00.000Z", "13:30:00-05:00".
fn parse_clock(clock: &str) -> Option<Clock> {
    let end = clock.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.');
    let (time, zone) = clock.split_at(end.unwrap_or(clock.len()));
    let mut parts = time.split([':', '.']);
    let mut hour: u8 = parts.next()?.parse().ok()?;
    let minute: u8 = parts.next()?.parse().ok()?;
    parts.all(|part| part.bytes().all(|byte| byte.is_ascii_digit())).then_some(())?;
    let mut zone = zone.trim().to_ascii_uppercase();
    for (half, is_afternoon) in [("AM", false), ("PM", true)] {
        if let Some(rest) = zone.strip_prefix(half) {
            (1..=12).contains(&hour).then_some(())?;
            hour = hour % 12 + if is_afternoon { 12 } else { 0 };
            zone = rest.trim().to_owned();
        }
    }
    let is_offset = zone.starts_with(['+', '-'])
        && zone[1..].bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    let is_zone = zone.len() <= 5 && zone.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_utc = UTC.contains(&zone.as_str());
    (hour < 24 && minute < 60 && (is_utc || is_offset || is_zone)).then_some(())?;
    Some(Clock { hour, minute, is_utc })
}

/// Parses a day without its hour.
fn parse_day(value: &str) -> Option<Date> {
    if value.len() == 8 && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Date::new(value[..4].parse().ok()?, number(&value[4..6])?, number(&value[6..])?);
    }
    let is_separator = |c: char| c.is_whitespace() || ",-/.".contains(c);
    let words = value.split(is_separator).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.filter(|word| !is_weekday(word) && *word != "of").collect();
    let [first, second, third] = words[..] else { return parse_vague(&words) };
    if let Some(month) = date_time::month_by_name(second) {
        // "16 September 2009", "2009 September 16".
        return match date_time::expand_year(first).filter(|_| first.len() == 4) {
            Some(year) => Date::new(year, month, day_of_month(third)?),
            None => Date::new(date_time::expand_year(third)?, month, day_of_month(first)?),
        };
    }
    if let Some(month) = date_time::month_by_name(first) {
        return Date::new(date_time::expand_year(third)?, month, day_of_month(second)?);
    }
    if first.len() == 4 {
        return Date::new(date_time::expand_year(first)?, number(second)?, number(third)?);
    }
    let year = date_time::expand_year(third)?;
    let (first, second) = (number(first)?, number(second)?);
    let (month, day) = if value.contains('.') { (second, first) } else { (first, second) };
    Date::new(year, month, day).or_else(|| Date::new(year, day, month))
}

/// Parses a year, or a month and a year: "1977", "March 1977", "1977-03".
fn parse_vague(words: &[&str]) -> Option<Date> {
    let year = |word: &str| {
        let year = date_time::expand_year(word).filter(|_| word.len() == 4)?;
        (1700..2100).contains(&year).then_some(year)
    };
    match *words {
        [only] => year(only).map(Date::of_year),
        [first, second] => match (year(first), year(second)) {
            (Some(year), None) => {
                Date::of_month(year, number(second).or_else(|| date_time::month_by_name(second))?)
            }
            (None, Some(year)) => {
                Date::of_month(year, number(first).or_else(|| date_time::month_by_name(first))?)
            }
            _ => None,
        },
        _ => None,
    }
}

fn number(word: &str) -> Option<u8> {
    word.parse().ok().filter(|_| word.len() <= 2)
}

/// Parses "16", "16th".
fn day_of_month(word: &str) -> Option<u8> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    number(digits).filter(|_| ["", "st", "nd", "rd", "th"].contains(&&word[digits.len()..]))
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let word = word.to_ascii_lowercase();
    word.len() >= 3 && DAYS.iter().any(|day| day.starts_with(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_forms_are_read() {
        let cases = [
            ("2009-09-16", "2009-09-16"),
            ("2009-09-16 13:30", "2009-09-16 13:30"),
            ("2009-09-16T13:30:05Z", "2009-09-16 13:30"),
            ("2009-09-16T13:30:05.250+00:00", "2009-09-16 13:30"),
            ("2009-09-16T13:30:00-05:00", "2009-09-16"),
            ("1977-03-04T00:00:00", "1977-03-04"),
            ("2009/09/16", "2009-09-16"),
            ("20090916", "2009-09-16"),
            ("9/16/2009", "2009-09-16"),
            ("9/16/2009 13:30", "2009-09-16 13:30"),
            ("9/16/2009 1:30:00 PM", "2009-09-16 13:30"),
            ("9/16/2009 12:05 AM", "2009-09-16 00:05"),
            ("9/6/09", "2009-09-06"),
            ("16/9/2009", "2009-09-16"),
            ("6.9.2009", "2009-09-06"),
            ("9.16.2009", "2009-09-16"),
            ("16 September 2009", "2009-09-16"),
            ("16th of September 2009", "2009-09-16"),
            ("September 16, 2009", "2009-09-16"),
            ("Sept. 16, 2009", "2009-09-16"),
            ("22 JUN 1973", "1973-06-22"),
            ("22-JUN-73", "1973-06-22"),
            ("Sep 16, 2009", "2009-09-16"),
            ("Wed, 16 Sep 2009 13:30:00 +0000", "2009-09-16 13:30"),
            ("Wednesday, September 16, 2009 1:30 PM EST", "2009-09-16"),
            ("1976 January 23, 18:00 (Friday)", "1976-01-23 18:00"),
            ("1976 January 23 (Friday)", "1976-01-23"),
            ("1977", "1977"),
            ("March 1977", "1977-03"),
            ("Mar. 1977", "1977-03"),
            ("1977-03", "1977-03"),
            ("3/1977", "1977-03"),
            ("161330Z SEP 09", "2009-09-16 13:30"),
            ("P 161330Z SEP 09", "2009-09-16 13:30"),
            ("161330z sep 2009", "2009-09-16 13:30"),
        ];
        for (value, expected) in cases {
            let found = match parse_date(value) {
                Some(StatedDate::Day(day)) => day.to_string(),
                Some(StatedDate::Minute(at)) => {
                    format!("{} {:02}:{:02}", at.date, at.hour, at.minute)
                }
                None => "none".into(),
            };
            assert_eq!(found, expected, "{value}");
        }
        for value in [
            "",
            "undated",
            "2009-02-30",
            "0000-00-00 00:00:00",
            "1609",
            "March",
            "2009-13",
            "16:30",
            "9/16/2009 25:00",
            "about 16 September 2009",
            "1/2/3/4",
            "16 Smarch 2009",
            "é",
            "2009-09-16 é:é",
        ] {
            assert_eq!(parse_date(value), None, "{value}");
        }
    }
}
