//! Days in running text: "January 31", "October 2, 2008", "yesterday", counted from the
//! telegram's day.

use chancery_model::{Annotated, Date};

use crate::sentence::SentenceView;

/// The months in lower case, January first.
pub(crate) const MONTHS: [&str; 12] = [
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

/// The day of the telegram, or at least its year.
pub(crate) fn telegram_day(annotated: &Annotated) -> Option<Date> {
    let header = &annotated.document.header;
    let stamped = header.date_time.as_ref().map(|stamp| stamp.value.date);
    let stated = stamped.or(header.date.as_ref().map(|date| date.value));
    // The id of a cable has its year.
    let year = header.cable_id.as_ref().and_then(|id| id.value.0.get(..2)?.parse().ok());
    let century = |year: u16| if year < 66 { 2000 + year } else { 1900 + year };
    stated.or(year.map(|year| Date::of_year(century(year))))
}

/// The day that stands nearest to the word at `at` in its sentence.
pub(crate) fn day_near(view: &SentenceView, at: usize, telegram: Option<Date>) -> Option<Date> {
    let days =
        (0..view.words.len()).filter_map(|place| Some((place, day_at(view, place, telegram)?)));
    days.min_by_key(|(place, _)| place.abs_diff(at)).map(|(_, day)| day)
}

/// The day that starts at a word.
fn day_at(view: &SentenceView, at: usize, telegram: Option<Date>) -> Option<Date> {
    let word = view.lower(at);
    if let Some(month) = month_number(word) {
        let after = view.lower(at + 1);
        let before = at.checked_sub(1).map_or("", |before| view.lower(before));
        let day = day_number(after).or_else(|| day_number(before));
        let year =
            [at + 1, at + 2, at + 3].into_iter().find_map(|next| year_number(view.lower(next)));
        return match (day, year) {
            (Some(day), Some(year)) => Date::new(year, month, day),
            (Some(day), None) => nearest_year(month, day, telegram?),
            // "may" is a verb as often as a month.
            (None, _) if word == "may" || word == "march" => None,
            (None, Some(year)) => Date::of_month(year, month),
            (None, None) => {
                let near = nearest_year(month, 1, telegram?)?;
                Date::of_month(near.year, month)
            }
        };
    }
    if let Some(year) = year_number(word).filter(|_| view.lower(at.wrapping_sub(1)) == "in") {
        return Some(Date::of_year(year));
    }
    let back = match word {
        "yesterday" => 1,
        "today" => 0,
        "night" if view.lower(at.wrapping_sub(1)) == "last" => 1,
        _ => return None,
    };
    telegram.filter(|day| day.is_whole()).map(|day| days_before(day, back))
}

fn month_number(word: &str) -> Option<u8> {
    let word = word.trim_end_matches('.');
    let is_short = (3..=4).contains(&word.len());
    let fits = |month: &&str| *month == word || is_short && month.starts_with(word);
    MONTHS.iter().position(fits).map(|at| at as u8 + 1)
}

fn day_number(word: &str) -> Option<u8> {
    let digits = word.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']);
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

fn year_number(word: &str) -> Option<u16> {
    word.parse().ok().filter(|year| (1900..=2100).contains(year))
}

/// The year in which the day is nearest to the telegram's, at most two months later.
fn nearest_year(month: u8, day: u8, telegram: Date) -> Option<Date> {
    if telegram.month == 0 {
        return Date::new(telegram.year, month, day);
    }
    let later = i32::from(month) - i32::from(telegram.month);
    let year = match later {
        8.. => telegram.year - 1,
        ..=-10 => telegram.year + 1,
        _ => telegram.year,
    };
    Date::new(year, month, day)
}

fn days_before(date: Date, count: u8) -> Date {
    let mut date = date;
    for _ in 0..count {
        date = match (date.month, date.day) {
            (1, 1) => Date { year: date.year - 1, month: 12, day: 31 },
            (month, 1) => {
                (28..=31).rev().find_map(|day| Date::new(date.year, month - 1, day)).unwrap_or(date)
            }
            (month, day) => Date { year: date.year, month, day: day - 1 },
        };
    }
    date
}
