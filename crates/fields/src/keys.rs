//! Finds the keys of fields ("TAGS:", "SUBJ:", "REFS:", "Classified By") and
//! the ends of their values.
//!
//! Keys are at the start of lines. But in files that lost their line breaks all
//! fields are on one line. So a key may start at any word, but must have its
//! colon if it is not at the start of a line.

use std::ops::Range;

use crate::scan::is_all_capitals;
use crate::scan::{count_digits, is_line_start, is_word_start, matches_word_at, skip_blanks};

/// The field that a key opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldKey {
    /// "E.O. 12958:".
    ExecutiveOrder,
    /// "TAGS:".
    Tags,
    /// "SUBJECT:".
    Subject,
    /// "REF:".
    References,
    /// "Classified By:".
    ClassifiedBy,
}

/// A key found in the text.
#[derive(Clone, Debug)]
pub(crate) struct KeyMatch {
    /// The field it opens.
    pub(crate) key: FieldKey,
    /// Its range, including the colon. The value follows.
    pub(crate) span: Range<usize>,
}

/// Spellings of the keys that need a colon; if one is a prefix of another, the
/// longer is first.
const KEYS_WITH_COLON: &[(&str, FieldKey)] = &[
    ("SUBJECT", FieldKey::Subject),
    ("SUBJET", FieldKey::Subject),
    ("SUJECT", FieldKey::Subject),
    ("UBJECT", FieldKey::Subject),
    ("SUBJ", FieldKey::Subject),
    ("TAGS", FieldKey::Tags),
    ("TAG", FieldKey::Tags),
    ("TAS", FieldKey::Tags),
    ("TABS", FieldKey::Tags),
    ("TGS", FieldKey::Tags),
    ("AGS", FieldKey::Tags),
    ("REFERENCES", FieldKey::References),
    ("REFERENCE", FieldKey::References),
    ("REFTELS", FieldKey::References),
    ("REFTEL", FieldKey::References),
    ("REF(S)", FieldKey::References),
    ("REFS", FieldKey::References),
    ("REF", FieldKey::References),
];

/// Finds the keys of `within`, in order. Linear: tests every word once.
pub(crate) fn find_keys(text: &str, within: Range<usize>) -> Vec<KeyMatch> {
    let mut keys = Vec::new();
    let mut at = within.start;
    while at < within.end {
        let first = text.as_bytes()[at].to_ascii_uppercase();
        if !matches!(first, b'A' | b'C' | b'E' | b'R' | b'S' | b'T' | b'U') {
            at += 1;
            continue;
        }
        match match_key(text, at, &within) {
            Some(found) => {
                at = found.span.end.max(at + 1);
                keys.push(found);
            }
            None => at += 1,
        }
    }
    keys
}

fn match_key(text: &str, at: usize, within: &Range<usize>) -> Option<KeyMatch> {
    let end = within.end;
    if !is_word_start(text, at) {
        // "…IN THE UKREF: A. PARIS 12": the line break was lost.
        let glued = text.as_bytes()[at] == b'R' && text[at..end].starts_with("REF:");
        return glued.then(|| KeyMatch { key: FieldKey::References, span: at..at + 4 });
    }
    if at > within.start && matches!(text.as_bytes()[at - 1], b'(' | b'-' | b'/') {
        return None;
    }
    match_executive_order(text, at, end)
        .or_else(|| match_classified_by(text, at, end))
        .or_else(|| match_key_with_colon(text, at, end))
        .or_else(|| match_key_without_colon(text, at, within))
}

/// Matches "E.O. 12958:", "EO 12958", "E.O.12065:". The key ends before the
/// number.
fn match_executive_order(text: &str, at: usize, end: usize) -> Option<KeyMatch> {
    let short = ["E.O.", "E.0.", "E. O.", "EO", "E.O"];
    let word = short.iter().find(|word| matches_word_at(text, at, word))?;
    let number = skip_blanks(text, at + word.len(), end, false).min(end);
    let number = number + usize::from(text.as_bytes().get(number) == Some(&b':'));
    let number = skip_blanks(text, number, end, false);
    let fits = number < end && (4..=5).contains(&count_digits(text, number, end));
    fits.then_some(KeyMatch { key: FieldKey::ExecutiveOrder, span: at..number })
}

fn match_classified_by(text: &str, at: usize, end: usize) -> Option<KeyMatch> {
    let by = ["CLASSIFIED", "CLASSIFED", "CLASSSIFIED"].iter().find_map(|word| {
        let by = skip_blanks(text, at + word.len(), end, true);
        (matches_word_at(text, at, word) && matches_word_at(text, by, "BY")).then_some(by)
    })?;
    let past = by + 2;
    if past > end || text.as_bytes().get(past).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    Some(KeyMatch {
        key: FieldKey::ClassifiedBy,
        span: at..end_of_colon(text, past, end).unwrap_or(past),
    })
}

fn match_key_with_colon(text: &str, at: usize, end: usize) -> Option<KeyMatch> {
    KEYS_WITH_COLON.iter().find_map(|&(word, key)| {
        let past = (matches_word_at(text, at, word) && at + word.len() <= end)
            .then_some(at + word.len())?;
        Some(KeyMatch { key, span: at..end_of_colon(text, past, end)? })
    })
}

/// Matches a key without a colon at the start of a line, or TAGS in capitals
/// anywhere.
fn match_key_without_colon(text: &str, at: usize, within: &Range<usize>) -> Option<KeyMatch> {
    let end = within.end;
    let first = is_line_start(text, at, within.start)
        || follows_bullet(text, at, within.start) && matches_word_at(text, at, "REF ");
    let blank = |past: usize| matches!(text.as_bytes().get(past), Some(b' ' | b'\t' | b'\n'));
    let tags = ["TAGS", "TAG"].iter().find(|word| {
        matches_word_at(text, at, word)
            && blank(at + word.len())
            && (first || text[at..end].starts_with("TAGS "))
    });
    if let Some(word) = tags.filter(|word| at + word.len() <= end) {
        return Some(KeyMatch { key: FieldKey::Tags, span: at..at + word.len() });
    }
    if !first {
        return None;
    }
    let reference =
        ["REFTEL", "REFS", "REF"].iter().find(|word| matches_word_at(text, at, word))?;
    let mut past = at + reference.len();
    past += usize::from(text.as_bytes().get(past) == Some(&b'.'));
    let value = skip_blanks(text, past, end, false);
    let fits = past < end && blank(past) && value < end && looks_like_reference(&text[value..end]);
    fits.then_some(KeyMatch { key: FieldKey::References, span: at..past })
}

/// Whether a value looks like the first reference: a bullet, or a word in
/// capitals and a number.
fn looks_like_reference(value: &str) -> bool {
    let line = value.lines().next().unwrap_or("");
    let bullet = line.trim_start_matches(['(', '[']);
    let mut chars = bullet.chars();
    let letter = chars.next().is_some_and(|c| c.is_ascii_uppercase());
    let closed = matches!(chars.next(), Some('.' | ')' | ']' | ' '));
    let words = line.split_whitespace().take(4).collect::<Vec<_>>();
    let serial = |word: &&str| word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_digit());
    letter && (closed || is_all_capitals(words.first().unwrap_or(&"")) && words.iter().any(serial))
        || words.first().is_some_and(serial) && words.len() > 2
}

/// Whether only "A. " is between the start of the line and `at`.
fn follows_bullet(text: &str, at: usize, from: usize) -> bool {
    let before = text[from..at].trim_end_matches([' ', '\t']);
    let Some(bullet) = before.strip_suffix(['.', ')']) else { return false };
    let Some((letter_at, letter)) = bullet.char_indices().next_back() else { return false };
    letter.is_ascii_uppercase() && is_line_start(text, from + letter_at, from)
}

fn end_of_colon(text: &str, past: usize, end: usize) -> Option<usize> {
    let colon = skip_blanks(text, past, end, false);
    (colon < end && text.as_bytes()[colon] == b':').then_some(colon + 1)
}

/// The end of the paragraph number at `at` ("1.", "¶12.", "2)"), including its
/// period; `None` if there is none.
pub(crate) fn paragraph_number_end(text: &str, at: usize, end: usize) -> Option<usize> {
    let mark = if text[at..end].starts_with('¶') { '¶'.len_utf8() } else { 0 };
    let number = skip_blanks(text, at + mark, end, false);
    let count = count_digits(text, number, end);
    // After a pilcrow, tokenised text may have a space: "¶1 .".
    let past = number + count;
    let past = if mark > 0 { skip_blanks(text, past, end, false) } else { past };
    let after = skip_blanks(text, (past + 1).min(end), end, false);
    let fits = (1..=3).contains(&count)
        && past < end
        && matches!(text.as_bytes()[past], b'.' | b')')
        && !text.as_bytes().get(past + 1).is_some_and(u8::is_ascii_digit)
        && (mark > 0
            || after >= end
            || after > past + 1
            || !text.as_bytes()[after].is_ascii_lowercase());
    fits.then_some(past + 1)
}

/// The latest end of the value that starts at `from`: before the next key other
/// than `current`, or before a numbered paragraph.
pub(crate) fn field_value_end(
    text: &str,
    from: usize,
    end: usize,
    keys: &[KeyMatch],
    current: FieldKey,
) -> usize {
    let next = keys_from(keys, from).iter().find(|next| next.key != current);
    let end = next.map_or(end, |next| next.span.start.min(end));
    first_numbered_paragraph(text, from..end).unwrap_or(end)
}

/// The keys at or after byte `from`.
pub(crate) fn keys_from(keys: &[KeyMatch], from: usize) -> &[KeyMatch] {
    &keys[keys.partition_point(|key| key.span.start < from)..]
}

/// The start of the first numbered paragraph of a range. Its number must be at
/// the start of a line, have a pilcrow, or precede a portion marking ("1. (C)").
pub(crate) fn first_numbered_paragraph(text: &str, within: Range<usize>) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = within.start;
    while at < within.end {
        let byte = bytes[at];
        let starts = byte.is_ascii_digit() && is_word_start(text, at)
            || text[at..within.end].starts_with('¶');
        if starts {
            let at_line = is_line_start(text, at, within.start) && at > within.start;
            let past = paragraph_number_end(text, at, within.end);
            let portion = past.is_some_and(|past| {
                crate::portion::portion_range_at_start(text, past..within.end).is_some()
            });
            let blank = at > within.start && bytes[at - 1].is_ascii_whitespace();
            if past.is_some() && (at_line || blank && portion) || past.is_some() && byte > 127 {
                return Some(at);
            }
        }
        at += text[at..].chars().next().map_or(1, char::len_utf8);
    }
    None
}
