//! Page lines: "ALGIERS 00000948  002.2 OF 004", "PAGE 02  STATE 023763  071504Z".
//!
//! Printers added them at page breaks; they are not part of the text. Usually
//! one is a whole line. In files that lost their line breaks they are in the
//! middle of a line, and are found there too.

use std::ops::Range;

use chancery_model::TextSpan;

use crate::cable_id::listed_post_name;
use crate::scan::is_all_capitals;
use crate::scan::{self, word_ranges};

/// Whether `line` (without its line break) is a page line.
pub fn is_page_line(line: &str) -> bool {
    // Cheap test first: a page line has two adjacent digits.
    let line = line.trim_matches(|c: char| c.is_whitespace() || c == '\\');
    if line.len() > 120
        || !line.as_bytes().windows(2).any(|pair| pair.iter().all(u8::is_ascii_digit))
    {
        return false;
    }
    let words: Vec<_> = word_ranges(line, 0..line.len()).collect();
    let at_number = first_page_number(line, &words);
    let at_page = first_page_word(line, &words);
    let capitals = |words: &[Range<usize>]| {
        words.len() <= 4 && words.iter().all(|word| is_all_capitals(&line[word.clone()]))
    };
    // "Kuala lump 00000752 002 of 002": some files have small letters throughout.
    let is_name = |words: &[Range<usize>]| {
        capitals(words)
            || words.len() <= 3
                && words.iter().all(|word| line[word.clone()].chars().all(char::is_alphabetic))
    };
    at_number
        .is_some_and(|(number, end)| number > 0 && is_name(&words[..number]) && end == words.len())
        || at_page.is_some_and(|(page, end)| {
            end == words.len() && (page == 0 || capitals(&words[..page]))
        })
}

/// The post and the serial in a page line: "PAGE 02 LA PAZ 03608 221935Z".
///
/// ```
/// use chancery_fields::page_line::post_and_serial_of_page_line;
///
/// let found = post_and_serial_of_page_line("PAGE 02        LA PAZ  03608  221935Z");
/// assert_eq!(found, Some(("LA PAZ", "03608")));
/// ```
pub fn post_and_serial_of_page_line(line: &str) -> Option<(&str, &str)> {
    let words: Vec<_> = word_ranges(line, 0..line.len()).collect();
    let (first, serial) = match first_page_number(line, &words) {
        Some((number, _)) => (0, number),
        None => {
            let (page, end) = first_page_word(line, &words)?;
            let is_serial = |&at: &usize| is_digits(&line[words[at].clone()], 4..=8);
            (page + 2, (page + 3..end).find(is_serial)?)
        }
    };
    (first < serial).then_some(())?;
    let post = &line[words[first].start..words[serial - 1].end];
    let is_post = post.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b' ');
    let named = is_post && !post.split(' ').any(is_classification_word);
    named.then_some((post, &line[words[serial].clone()]))
}

/// The section and the number of sections in a page line: "ALGIERS 00000948 002.2 OF 004",
/// "PAGE 02 STATE 023763 01 OF 03 071504Z".
///
/// ```
/// use chancery_fields::page_line::section_of_page_line;
///
/// assert_eq!(section_of_page_line("ALGIERS 00000948  002.2 OF 004"), Some((2, 4)));
/// assert_eq!(section_of_page_line("PAGE 02  STATE 023763  01 OF 03  071504Z"), Some((1, 3)));
/// assert_eq!(section_of_page_line("PAGE 02  STATE 023763  071504Z"), None);
/// ```
pub fn section_of_page_line(line: &str) -> Option<(u8, u8)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let of = words.iter().position(|word| word.eq_ignore_ascii_case("of"))?;
    let number = words.get(of.checked_sub(1)?)?.split('.').next()?.parse().ok()?;
    Some((number, words.get(of + 1)?.parse().ok()?))
}

/// Finds the page lines of `within`, in order and without overlap.
pub fn find_page_lines(text: &str, within: TextSpan) -> Vec<TextSpan> {
    let within = scan::clamp_to_text(text, within);
    let mut found = Vec::new();
    let window: Vec<_> = word_ranges(text, within).collect();
    let mut at = 0;
    let mut last = 0;
    while at < window.len() {
        if let Some((first, end)) = page_line_at(text, &window, at) {
            // The words before the number may belong to the previous page line.
            let first = first.max(last);
            found.push(TextSpan::from_range(window[first].start..window[end - 1].end));
            last = end;
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

/// A copy of `within` with page lines replaced by spaces, so that offsets stay
/// the same.
pub(crate) fn blank_page_lines(text: &str, within: Range<usize>) -> String {
    let mut copy = text[within.clone()].to_owned();
    for page in find_page_lines(text, TextSpan::from_range(within.clone())) {
        let range = page.byte_range();
        let local_range = range.start - within.start..range.end - within.start;
        copy.replace_range(local_range.clone(), &" ".repeat(local_range.len()));
    }
    copy
}

/// The page line around word `at`, which is PAGE or its number of five to eight
/// digits. Returns the index of its first word and one past its last.
fn page_line_at(text: &str, words: &[Range<usize>], at: usize) -> Option<(usize, usize)> {
    if let Some(end) = page_word_end(text, words, at) {
        let classified = |&n: &usize| is_classification_word(&text[words[n].clone()]);
        let first = (at.saturating_sub(3)..at).rev().take_while(classified).last().unwrap_or(at);
        return Some((first, end));
    }
    let end = page_number_end(text, words, at)?;
    // In the middle of a line, small letters are those of a sentence.
    (&text[words[at + 2].clone()] == "OF").then_some(())?;
    let stations = (at.saturating_sub(4)..at)
        .rev()
        .take_while(|&word| text[words[word].clone()].bytes().all(|byte| byte.is_ascii_uppercase()))
        .filter(|&first| listed_post_name(&text[words[first].start..words[at - 1].end]).is_some());
    Some((stations.min().or_else(|| at.checked_sub(1))?, end))
}

/// The first "00000948 002 OF 004" in a line: its word index and its end.
fn first_page_number(line: &str, words: &[Range<usize>]) -> Option<(usize, usize)> {
    (0..words.len().min(6)).find_map(|at| Some((at, page_number_end(line, words, at)?)))
}

/// The first "PAGE nn" in a line: its word index and its end.
fn first_page_word(line: &str, words: &[Range<usize>]) -> Option<(usize, usize)> {
    (0..words.len().min(6)).find_map(|at| Some((at, page_word_end(line, words, at)?)))
}

/// One past the last word of "00000948 002.2 OF 004", which starts at word `at`.
fn page_number_end(text: &str, words: &[Range<usize>], at: usize) -> Option<usize> {
    let word = |n: usize| words.get(n).map(|word| &text[word.clone()]);
    let serial = word(at).filter(|word| is_digits(word, 5..=8))?;
    let page = word(at + 1)?;
    let (whole, part) = page.split_once('.').unwrap_or((page, "0"));
    let fits = serial.len() >= 5
        && is_digits(whole, 2..=3)
        && is_digits(part, 1..=1)
        && word(at + 2)?.eq_ignore_ascii_case("of")
        && is_digits(word(at + 3)?, 2..=3);
    fits.then_some(at + 4)
}

/// One past the last word of "PAGE 02 STATE 023763 [01 OF 03] \[071504Z\]", which
/// starts at word `at`.
fn page_word_end(text: &str, words: &[Range<usize>], at: usize) -> Option<usize> {
    let word = |n: usize| words.get(n).map_or("", |word| &text[word.clone()]);
    if word(at) != "PAGE" || !is_digits(word(at + 1), 2..=3) {
        return None;
    }
    let serial = (at + 3..at + 7).find(|&n| is_digits(word(n), 4..=8))?;
    let mut end = serial + 1;
    if is_digits(word(end), 1..=2) && word(end + 1) == "OF" && is_digits(word(end + 2), 1..=2) {
        end += 3;
    }
    let time = word(end).strip_suffix('Z').is_some_and(|time| is_digits(time, 6..=6));
    Some(if time { end + 1 } else { end })
}

fn is_digits(word: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the word is part of the name of a classification.
pub(crate) fn is_classification_word(word: &str) -> bool {
    ["UNCLASSIFIED", "CONFIDENTIAL", "SECRET", "LIMITED", "OFFICIAL", "USE", "TOP"].contains(&word)
}
