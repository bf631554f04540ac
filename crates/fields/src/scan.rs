//! Basic text functions of all finders: lines, words, letters.
//!
//! All functions take and return byte ranges of the whole text, so no offsets
//! need to be added. Ranges are cut at ASCII characters or at white space, which
//! are always character boundaries.

use std::ops::Range;

use chancery_model::{Spanned, TextSpan};

/// The lines of `within`, without their line breaks.
pub(crate) fn line_ranges(text: &str, within: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut next = Some(within.start);
    std::iter::from_fn(move || {
        let start = next?;
        let end = memchr::memchr(b'\n', &text.as_bytes()[start..within.end]);
        next = end.map(|length| start + length + 1);
        Some(start..end.map_or(within.end, |length| start + length))
    })
}

/// The words of `within`, separated by white space.
pub(crate) fn word_ranges(text: &str, within: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = within.start;
    std::iter::from_fn(move || {
        let rest = &text[at..within.end];
        let start = at + (rest.len() - rest.trim_start().len());
        let word = text[start..within.end].split(char::is_whitespace).next()?;
        at = start + word.len();
        (!word.is_empty()).then_some(start..at)
    })
}

/// `range` without white space and the characters `also` at both ends.
pub(crate) fn trim_range(text: &str, range: Range<usize>, also: &[char]) -> Range<usize> {
    let strip = |c: char| c.is_whitespace() || also.contains(&c);
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start_matches(strip).len());
    let end = range.end - (piece.len() - piece.trim_end_matches(strip).len());
    if start < end { start..end } else { range.start..range.start }
}

/// Whether `word` (ASCII) is at byte `at`, ignoring case.
pub(crate) fn matches_word_at(text: &str, at: usize, word: &str) -> bool {
    let bytes = text.as_bytes().get(at..at + word.len());
    bytes.is_some_and(|bytes| bytes.eq_ignore_ascii_case(word.as_bytes()))
}

/// The first byte at or after `at` that is not a blank. Line ends are blanks
/// only if `line_ends` is set.
pub(crate) fn skip_blanks(text: &str, mut at: usize, end: usize, line_ends: bool) -> usize {
    let bytes = text.as_bytes();
    while at < end && (matches!(bytes[at], b' ' | b'\t' | b'\r') || line_ends && bytes[at] == b'\n')
    {
        at += 1;
    }
    at
}

/// Number of ASCII digits from byte `at` on.
pub(crate) fn count_digits(text: &str, at: usize, end: usize) -> usize {
    text.as_bytes()[at..end].iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// Whether a word may start at `at`: the byte before is not alphanumeric.
pub(crate) fn is_word_start(text: &str, at: usize) -> bool {
    at == 0 || !text.as_bytes()[at - 1].is_ascii_alphanumeric()
}

/// Whether only white space is between the start of the line, or `from`, and
/// `at`.
pub(crate) fn is_line_start(text: &str, at: usize, from: usize) -> bool {
    let before = &text[from..at];
    before.trim_end_matches([' ', '\t', '\r']).chars().next_back().is_none_or(|c| c == '\n')
}

/// Whether `line` has letters and none of them is lower case.
pub fn is_all_capitals(line: &str) -> bool {
    let mut letters = line.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(|c| !c.is_lowercase())
}

/// A field with `value` at `range`.
pub(crate) fn field_at<T>(value: T, range: Range<usize>) -> Spanned<T> {
    Spanned { value, span: TextSpan::from_range(range) }
}

/// `within` limited to the text and to character boundaries, so that no span
/// from a caller can make a finder panic.
pub(crate) fn clamp_to_text(text: &str, within: TextSpan) -> Range<usize> {
    let mut end = (within.end as usize).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut start = (within.start as usize).min(end);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    start..end
}

/// Whether `a` and `b` differ by at most one typo: a letter omitted, inserted,
/// replaced, or two swapped.
#[allow(clippy::many_single_char_names, reason = "letters")]
pub(crate) fn is_one_typo_apart(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[head..], &b[head..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    match (a, b) {
        ([x, y], [p, q]) => x == q && y == p,
        _ => a.len() <= 1 && b.len() <= 1,
    }
}
