//! Date-time groups that recognition, relays or typists damaged: "161305Z JUN09",
//! "16 1305Z JUN 09", "161305 JUN 09", "1613O5Z JUN 09", "161365Z JUN 09".
//!
//! What is legible counts. A missing blank or Z, and a letter that looks like a digit, cost
//! nothing. An hour that no clock has leaves the day. A day that the month lacks leaves
//! the year, which the id of the telegram needs.

use chancery_model::{Date, DateTimeGroup, MONTH_NAMES, TextSpan};

use crate::date_time::{digit_of, expand_year, parse_month};
use crate::scan::{clamp_to_text, line_ranges, word_ranges};

/// A damaged date-time group.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DamagedGroup {
    /// Its words in the text.
    pub span: TextSpan,
    pub legible: Legible,
}

/// What can be read of a damaged group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Legible {
    /// All of it.
    Minute(DateTimeGroup),
    /// The day, or only the year and month.
    Part(Date),
}

/// Maximum number of words of a group: "16 1305 Z JUN 09".
const MAX_WORDS: usize = 5;

/// Finds the first damaged group of `within`: alone on its line but for precedences
/// before it and relays after it.
pub(crate) fn find_damaged_group(text: &str, within: TextSpan) -> Option<DamagedGroup> {
    line_ranges(text, clamp_to_text(text, within)).find_map(|line| {
        let words: Vec<_> = word_ranges(text, line).take(4 + MAX_WORDS).collect();
        let is_precedence = |word: &&std::ops::Range<usize>| {
            let word = &text[(*word).clone()];
            word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_uppercase())
        };
        let skipped = words.iter().take(3).take_while(is_precedence).count();
        let words = &words[skipped..];
        (1..=words.len().min(MAX_WORDS)).find_map(|count| {
            let joined: String = words[..count].iter().map(|word| &text[word.clone()]).collect();
            let legible = read_group(&joined)?;
            let span = TextSpan::from_range(words[0].start..words[count - 1].end);
            Some(DamagedGroup { span, legible })
        })
    })
}

/// Reads a group without its blanks: "161305ZJUN09".
fn read_group(joined: &str) -> Option<Legible> {
    let time: String = joined.chars().map_while(digit_of).collect();
    let rest: String = joined.chars().skip(time.len()).collect();
    let rest = rest.strip_prefix('Z').unwrap_or(&rest);
    let month = parse_month(rest)?;
    let name = MONTH_NAMES[usize::from(month) - 1].to_ascii_uppercase();
    let letters = [&name[..], "SEPT", &name[..3]].into_iter().find(|one| rest.starts_with(one))?;
    let year: Option<String> = rest[letters.len()..].chars().map(digit_of).collect();
    let year = expand_year(&year?)?;
    (4..=8).contains(&time.len()).then_some(())?;
    let part = |at: usize| time.get(at..at + 2)?.parse::<u8>().ok();
    let day = (time.len() == 6).then(|| Date::new(year, month, part(0)?)).flatten();
    Some(match (day, part(2), part(4)) {
        (Some(date), Some(hour), Some(minute)) if hour < 24 && minute < 60 => {
            Legible::Minute(DateTimeGroup { date, hour, minute })
        }
        (Some(date), ..) => Legible::Part(date),
        _ => Legible::Part(Date::of_month(year, month)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_legible_is_read() {
        let cases = [
            ("R 161305Z JUN09", "2009-06-16 13:05"),
            ("R 16 1305Z JUN 09", "2009-06-16 13:05"),
            ("R 161305 JUN 09", "2009-06-16 13:05"),
            ("R 1613O5Z JUN 09", "2009-06-16 13:05"),
            ("OO l61305Z JUN O9", "2009-06-16 13:05"),
            ("R P 161305Z JUN09 ZFF4", "2009-06-16 13:05"),
            ("161305Z MARCH79", "1979-03-16 13:05"),
            ("R 161365Z JUN 09", "2009-06-16"),
            ("R 012400Z JUN 09", "2009-06-01"),
            ("R 162505Z JUN 09", "2009-06-16"),
            ("R 311200Z FEB 09", "2009-02"),
            ("R 16130Z JUN 09", "2009-06"),
            ("161305Z JUL49", "1949-07-16 13:05"),
            ("THE 161305 JUN 09", "-"),
            ("16 JUN 09", "-"),
            ("161305Z SMARCH 09", "-"),
            ("161305Z JUN", "-"),
            ("", "-"),
        ];
        for (line, expected) in cases {
            let found = find_damaged_group(line, TextSpan::from_range(0..line.len()));
            let shown = match found.map(|found| found.legible) {
                None => "-".to_owned(),
                Some(Legible::Minute(at)) => {
                    format!("{} {:02}:{:02}", at.date, at.hour, at.minute)
                }
                Some(Legible::Part(date)) => date.to_string(),
            };
            assert_eq!(shown, expected, "{line}");
        }
    }
}
