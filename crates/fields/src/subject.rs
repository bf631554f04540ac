//! The subject, and its conversion to title case.
//!
//! A subject ends before the next key, a blank line, a row of dashes, a
//! numbered paragraph or a page line. A subject in capitals also ends before a
//! line that is mostly lower case.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use chancery_model::{PortionMarking, Spanned, TextSpan};

use crate::keys::{self, FieldKey, KeyMatch};
use crate::scan::is_all_capitals;
use crate::scan::{self, clamp_to_text, line_ranges, trim_range};
use crate::{page_line, portion};

/// A subject: its optional portion marking and its words.
#[derive(Clone, Debug, PartialEq)]
pub struct SubjectField {
    /// "(C/NF)" before the words.
    pub portion: Option<Spanned<PortionMarking>>,
    /// The words, joined into one line; the span may be several lines.
    pub words: Spanned<String>,
}

/// Finds the first subject of `within`.
pub fn find_subject(text: &str, within: TextSpan) -> Option<SubjectField> {
    let within = clamp_to_text(text, within);
    let keys = keys::find_keys(text, within.clone());
    let key = keys.iter().find(|found| found.key == FieldKey::Subject)?;
    parse_subject(text, key, within.end, &keys)
}

/// Parses the subject whose key is `key`.
pub(crate) fn parse_subject(
    text: &str,
    key: &KeyMatch,
    end: usize,
    keys: &[KeyMatch],
) -> Option<SubjectField> {
    let limit = keys::field_value_end(text, key.span.end, end, keys, FieldKey::Subject);
    let end = end_of_last_line(text, key.span.end..limit);
    let value = key.span.end..end;
    let page = page_line::find_page_lines(text, TextSpan::from_range(value.clone()));
    let value = value.start..page.first().map_or(value.end, |page| page.start as usize);
    let value = trim_range(text, cut_before_caption(text, value), &['\\']);
    let portion = portion::portion_at_start(text, TextSpan::from_range(value.clone()));
    let words = portion.as_ref().map_or(value.start, |portion| portion.span.end as usize);
    let words = trim_range(text, words..value.end, &['\\']);
    (!words.is_empty()).then(|| SubjectField {
        portion,
        words: scan::field_at(join_lines(&text[words.clone()]), words),
    })
}

/// The end of the last line of the subject.
fn end_of_last_line(text: &str, value: Range<usize>) -> usize {
    let mut end = value.start;
    let mut capitals = None;
    for line in line_ranges(text, value) {
        let words = text[line.clone()].trim_matches(|c: char| c.is_whitespace() || c == '\\');
        let begun = capitals.is_some();
        if words.is_empty() && !begun {
            continue;
        }
        let dashes = !words.is_empty() && words.chars().all(|c| "-=_*‐–—".contains(c));
        let lower = words.chars().filter(|c| c.is_lowercase()).count();
        let prose = begun && capitals == Some(true) && 2 * lower > words.len();
        if words.is_empty() || dashes || prose || begun && opens_body(words) {
            break;
        }
        capitals = Some(capitals.unwrap_or(true) && is_all_capitals(words));
        end = line.end;
    }
    end
}

/// Whether a line cannot belong to the subject before it.
fn opens_body(line: &str) -> bool {
    const HEADS: &[&str] = &["SUMMARY", "BEGIN SUMMARY", "SENSITIVE BUT UNCLASSIFIED", "SIPDIS"];
    page_line::is_page_line(line) || HEADS.iter().any(|head| scan::matches_word_at(line, 0, head))
}

/// Removes "Sensitive but Unclassified", which follows on the line of the
/// subject if line breaks were lost.
fn cut_before_caption(text: &str, value: Range<usize>) -> Range<usize> {
    let words = &text[value.clone()];
    let caption =
        ["Sensitive but", "SENSITIVE BUT UNCLASSIFIED"].iter().find_map(|cut| words.find(cut));
    value.start..caption.map_or(value.end, |at| value.start + at)
}

/// `words` with each run of white space replaced by one space. A line that ends
/// with a hyphen is joined to the next without a space.
fn join_lines(words: &str) -> String {
    let mut line = String::with_capacity(words.len());
    for part in words.lines() {
        let hyphen = line.ends_with('-') && !line.ends_with("--") && !line.ends_with(" -");
        for word in part.split_whitespace().filter(|&word| word != "\\") {
            let joins = hyphen && std::ptr::eq(word, part.split_whitespace().next().unwrap_or(""));
            if !line.is_empty() && !joins {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    line
}

/// Acronyms, which stay in capitals.
static ACRONYMS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("../data/acronyms.txt").lines();
    lines.filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect()
});

/// Converts a subject to title case: "THE WORLD ACCORDING TO THE FDP" becomes
/// "The World According to the FDP". A subject in mixed case is returned
/// unchanged.
pub fn title_case(subject: &str) -> String {
    let subject = subject.trim();
    let has = |test: fn(char) -> bool| subject.chars().any(test);
    if has(char::is_lowercase) && has(char::is_uppercase) {
        return subject.to_owned();
    }
    let mut title = String::with_capacity(subject.len());
    let mut opens = true;
    for word in subject.split(' ') {
        if !title.is_empty() {
            title.push(' ');
        }
        push_title_word(&mut title, word, opens);
        opens = word.ends_with([':', '?', '!', '.']) || word.chars().all(|c| !c.is_alphanumeric());
    }
    title
}

/// Words that are in lower case inside a title.
const LOWER_CASE_WORDS: &[&str] = &[
    "A", "AN", "AND", "AS", "AT", "BUT", "BY", "FOR", "FROM", "IN", "OF", "ON", "OR", "THE", "TO",
];

/// Appends a word part by part. Parts end at "-", "/" and similar characters.
fn push_title_word(title: &mut String, word: &str, opens: bool) {
    if LOWER_CASE_WORDS.iter().any(|small| small.eq_ignore_ascii_case(word)) && !opens {
        title.push_str(&word.to_lowercase());
        return;
    }
    for part in word.split_inclusive(['-', '/', '(', '"', '“']) {
        let bare = part.trim_end_matches(|c: char| !c.is_alphanumeric());
        let stem = bare.split(['\'', '’']).next().unwrap_or(bare).to_uppercase();
        let stem = stem.trim_start_matches(|c: char| !c.is_alphanumeric());
        let redacted = stem.len() >= 4 && stem.bytes().all(|byte| byte == b'X');
        let slashed = word.contains('/') && stem.len() <= 3;
        if ACRONYMS.contains(stem) || redacted || slashed && stem.len() == 1 {
            let (head, tail) = part.split_at(part.find(['\'', '’']).unwrap_or(part.len()));
            title.push_str(&head.to_uppercase());
            title.push_str(&tail.to_lowercase());
        } else {
            push_capitalised(title, part);
        }
    }
}

fn push_capitalised(title: &mut String, part: &str) {
    let mut first = true;
    for c in part.chars() {
        if first && c.is_alphabetic() {
            title.extend(c.to_uppercase());
        } else {
            title.extend(c.to_lowercase());
        }
        first = first && !c.is_alphanumeric();
    }
}
