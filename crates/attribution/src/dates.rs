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

/// The day of the telegram, or at least its year. Where the header has no month, it is
/// that of the first day in the text without a year: posts report of the days just past.
pub(crate) fn telegram_day(annotated: &Annotated, views: &[SentenceView]) -> Option<Date> {
    let header = &annotated.document.header;
    let stamped = header.date_time.as_ref().map(|stamp| stamp.value.date);
    let stated = stamped.or(header.date.as_ref().map(|date| date.value));
    // The id of a cable has its year.
    let year = header.cable_id.as_ref().and_then(|id| id.value.0.get(..2)?.parse().ok());
    let century = |year: u16| if year < 66 { 2000 + year } else { 1900 + year };
    let day = stated.or(year.map(|year| Date::of_year(century(year))))?;
    if day.month > 0 {
        return Some(day);
    }
    let days = views.iter().flat_map(|view| (0..view.words.len()).map(move |at| (view, at)));
    let month = days.into_iter().find_map(|(view, at)| {
        let month = month_number(view.lower(at))?;
        let (day, year) = day_and_year(view, at);
        (day.is_some() && year.is_none()).then_some(month)
    });
    month.and_then(|month| Date::of_month(day.year, month)).or(Some(day))
}

/// Whether a day stands within so many words of the word at `at`.
pub(crate) fn has_day(view: &SentenceView, at: usize, within: usize) -> bool {
    let near = at.saturating_sub(within)..view.words.len().min(at + within + 1);
    near.into_iter().any(|place| {
        let is_month = month_number(view.lower(place)).is_some();
        is_month && day_and_year(view, place) != (None, None)
            || matches!(view.lower(place), "yesterday" | "today")
    })
}

/// The day that belongs to the word at `at`: the nearest of its clause, or else of the
/// sentence, or else the last of the sentence before in the same paragraph.
pub(crate) fn day_near(
    views: &[SentenceView],
    sentence: usize,
    at: usize,
    telegram: Option<Date>,
) -> Option<Date> {
    /// How many words a clause between counts for.
    const CLAUSE: usize = 12;
    let view = &views[sentence];
    let days = |view: &'_ SentenceView| -> Vec<(usize, Date)> {
        let places = 0..view.words.len();
        places.filter_map(|place| Some((place, day_at(view, place, telegram)?))).collect()
    };
    let distance = |place: usize| {
        let between = place.min(at)..place.max(at);
        let opens = |&word: &usize| {
            matches!(
                view.lower(word),
                "that" | "which" | "who" | "whom" | "when" | "after" | "before" | "until"
            )
        };
        place.abs_diff(at) + CLAUSE * between.filter(opens).count()
    };
    let nearest = days(view).into_iter().min_by_key(|(place, _)| distance(*place));
    let before = || {
        let before = views.get(sentence.checked_sub(1)?)?;
        (before.block == view.block).then(|| days(before).pop()).flatten()
    };
    nearest.or_else(before).map(|(_, day)| day)
}

/// The day that starts at a word.
fn day_at(view: &SentenceView, at: usize, telegram: Option<Date>) -> Option<Date> {
    let word = view.lower(at);
    if let Some(month) = month_number(word) {
        let (day, year) = day_and_year(view, at);
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
    let before = at.checked_sub(1).map_or("", |before| view.lower(before));
    let today = telegram.filter(|day| day.is_whole());
    let back = match word {
        "yesterday" => 1,
        "today" => 0,
        "night" | "evening" if before == "last" => 1,
        "month" if before == "last" => {
            let day = telegram.filter(|day| day.month > 0)?;
            return match day.month {
                1 => Date::of_month(day.year - 1, 12),
                month => Date::of_month(day.year, month - 1),
            };
        }
        "year" if before == "last" => return Some(Date::of_year(telegram?.year - 1)),
        _ if before != "next" => days_back_to(word, today?)?,
        _ => return None,
    };
    today.map(|day| days_before(day, back))
}

/// How many days before the telegram's day the last day of this name was.
fn days_back_to(weekday: &str, telegram: Date) -> Option<u8> {
    const DAYS: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let named = DAYS.iter().position(|day| *day == weekday)? as i32;
    // 1 January 1970 was a Thursday.
    let today = (telegram.days_since_epoch() + 3).rem_euclid(7);
    Some((today - named).rem_euclid(7) as u8)
}

/// The day and the year beside the month at a word: "2 October 2008", "October 2, 2008".
fn day_and_year(view: &SentenceView, at: usize) -> (Option<u8>, Option<u16>) {
    let before = at.checked_sub(1).map_or("", |before| view.lower(before));
    let day = day_number(view.lower(at + 1)).or_else(|| day_number(before));
    let year = [at + 1, at + 2, at + 3].into_iter().find_map(|next| year_number(view.lower(next)));
    (day, year)
}

fn month_number(word: &str) -> Option<u8> {
    let word = word.trim_end_matches('.');
    let is_short = (3..=4).contains(&word.len());
    let fits = |month: &&str| *month == word || is_short && month.starts_with(word);
    MONTHS.iter().position(fits).map(|at| at as u8 + 1)
}

/// The day that a word says; of "14-18" the first.
fn day_number(word: &str) -> Option<u8> {
    let first = word.split(['-', '–']).next().unwrap_or(word);
    let digits = first.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']);
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
