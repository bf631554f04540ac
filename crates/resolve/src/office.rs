//! Finds titles, ranks and offices around a name, and whose offices they are.

use chancery_model::{Label, Mention, TextSpan};

use crate::fold;
use crate::name::{Office, Offices, title};

/// Number of bytes before a name that are searched for titles.
const BEFORE: usize = 72;

/// Number of bytes after a name that are searched for titles.
const BEHIND: usize = 64;

/// The titles around a mention of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Around {
    /// The titles before and after it.
    pub(crate) offices: Offices,
    /// The span of the titles before it.
    pub(crate) words: Option<TextSpan>,
    /// The mention of the country or organisation that the titles belong to.
    pub(crate) of: Option<u32>,
}

/// Finds the titles around mention `number`.
pub(crate) fn around(text: &str, mentions: &[Mention], number: usize) -> Around {
    let span = mentions[number].span;
    let before = number.checked_sub(1).map(|before| mentions[before]);
    let floor = before.map_or(0, |before| before.span.end as usize);
    let mut around = before_name(text, floor, span.start as usize);
    if let (Some(words), Some(before)) = (around.words, before) {
        let between = &text[before.span.end as usize..(words.start as usize).max(floor)];
        if before.label != Label::Per && matches!(between, " " | "" | "'s " | "’s ") {
            around.of = Some(number as u32 - 1);
        }
    }
    let ceiling = mentions.get(number + 1).map_or(text.len(), |next| next.span.start as usize);
    let next_is_person = mentions.get(number + 1).is_some_and(|next| next.label == Label::Per);
    let behind = behind_name(text, span.end as usize, ceiling, next_is_person);
    around.offices = around.offices.and(behind);
    around
}

/// Finds the titles directly before a name. `floor` is the end of the previous
/// mention.
fn before_name(text: &str, floor: usize, start: usize) -> Around {
    let mut from = start.saturating_sub(BEFORE).max(floor);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let window = &text[from..start];
    let window_start = window.rfind(['\n', '\t', ';', ':']).map_or(0, |at| at + 1);
    let window = &window[window_start..];
    let base = from + window_start;
    if let Some(inside) = window.strip_suffix('(') {
        return before_bracket(inside, base);
    }
    let mut around = Around::default();
    let mut end = window.trim_end().len();
    if end == window.len() && !window.is_empty() {
        return around;
    }
    let mut first = None;
    while end > 0 {
        let Some((office, at)) = longest_title(&window[..end]) else { break };
        around.offices = around.offices.and(Offices::one(office));
        first = Some(at);
        end = window[..at].trim_end().len();
    }
    around.words = first.map(|at| TextSpan::from_range(base + at..base + window.trim_end().len()));
    around
}

/// Returns the longest title, of at most four words, at the end of `words`, and
/// its start.
fn longest_title(words: &str) -> Option<(Office, usize)> {
    let mut found = None;
    let mut at = words.len();
    for _ in 0..4 {
        let head = words[..at].trim_end();
        if head.is_empty() {
            break;
        }
        at = head.rfind(' ').map_or(0, |blank| blank + 1);
        let phrase = &words[at..];
        if phrase.contains(',') {
            break;
        }
        if let Some(office) = title(&fold::words(phrase)) {
            found = Some((office, at));
        }
    }
    found
}

/// Finds the title before a name in brackets: "From the President's Assistant
/// (Kissinger)".
fn before_bracket(words: &str, base: usize) -> Around {
    let starts = [" From the ", " to the ", " by the ", " and the ", "From ", " to ", " and "];
    let start = starts.iter().filter_map(|word| words.rfind(word).map(|at| at + word.len())).max();
    let start = start.unwrap_or(0);
    let start = start + if words[start..].starts_with("the ") { 4 } else { 0 };
    let office = words[start..].trim_end();
    let offices = Offices::of_remark(office);
    let span = (!offices.is_silent())
        .then(|| TextSpan::from_range(base + start..base + start + office.len()));
    Around { offices, words: span, of: None }
}

/// Finds the titles after a name: ", Ambassador to Togo,".
fn behind_name(text: &str, end: usize, ceiling: usize, next_is_person: bool) -> Offices {
    let Some(rest) = text[end..].strip_prefix(", ") else { return Offices::default() };
    let mut stop = rest.len().min(BEHIND);
    while !rest.is_char_boundary(stop) {
        stop -= 1;
    }
    let phrase = &rest[..stop];
    let phrase = &phrase[..phrase.find([',', '.', ';', '\n', ')', '(']).unwrap_or(phrase.len())];
    if next_is_person && end + 2 + phrase.len() >= ceiling {
        return Offices::default();
    }
    Offices::of_remark(phrase)
}

#[cfg(test)]
mod tests {
    use chancery_model::Source;

    use super::*;

    #[test]
    fn offices_stand_before_and_behind() {
        let cases = [
            ("met Algerian Foreign Minister #Medelci# today", "minister", "Foreign Minister"),
            ("AFRICOM Commander General #Ward# said", "general", "Commander General"),
            (
                "From the Assistant Secretary of State (#Talbot#)",
                "secretary",
                "Assistant Secretary of State",
            ),
            ("and #Ama Osei#, Ambassador to Togo, left", "ambassador", ""),
            ("the King, #Osei# and", "", ""),
            ("Mrs. #Osei#", "mistress", "Mrs."),
        ];
        for (marked, office, words) in cases {
            let start = marked.find('#').expect("a mark");
            let text = marked.replace('#', "");
            let end = marked.rfind('#').expect("a mark") - 1;
            let span = TextSpan::from_range(start..end);
            let mention = Mention { span, label: Label::Per, score: 1.0, source: Source::Given };
            let around = around(&text, &[mention], 0);
            let said: Vec<&str> = around.offices.iter().map(Office::as_str).collect();
            assert_eq!(said.join(" "), office, "{marked}");
            let found = around.words.map_or("", |span| &text[span.range()]);
            assert_eq!(found, words, "{marked}");
        }
    }
}
