//! The text of the summary: from SUMMARY to END SUMMARY.
//!
//! The head may be a separate line or start a paragraph ("2. (C) Summary and
//! Action Request."). Without an END SUMMARY, the summary is the paragraph that
//! the head starts. An END SUMMARY without a head closes a summary that starts
//! with the first paragraph.

use std::ops::Range;

use chancery_model::TextSpan;

use crate::keys::paragraph_number_end;
use crate::portion;
use crate::scan::{
    self, clamp_to_text, is_word_start, line_ranges, matches_word_at, skip_blanks, trim_range,
};

/// Finds the paragraphs of the summary, without head, numbers and portion
/// markings.
pub fn find_summary(text: &str, within: TextSpan) -> Vec<TextSpan> {
    let within = clamp_to_text(text, within);
    let tail = find_end_mark(text, within.clone());
    let head =
        find_summary_head(text, within.start..tail.as_ref().map_or(within.end, |tail| tail.start));
    let body = match (head, tail) {
        (Some(head), Some(tail)) => head.end..tail.start,
        (Some(head), None) => head.end..paragraph_end(text, head.end, within.end),
        (None, Some(tail)) => match first_numbered_line(text, within.start..tail.start) {
            Some(start) => start..tail.start,
            None => return Vec::new(),
        },
        (None, None) => return Vec::new(),
    };
    let parts =
        split_paragraphs(text, body).into_iter().map(|range| strip_number_and_portion(text, range));
    parts.filter(|range| !range.is_empty()).map(TextSpan::from_range).collect()
}

/// The first SUMMARY that is a head, with the words and dashes after it.
fn find_summary_head(text: &str, within: Range<usize>) -> Option<Range<usize>> {
    summary_word_offsets(text, within.clone()).find_map(|at| {
        // A head is near the start of its line.
        let near = scan::clamp_to_text(
            text,
            TextSpan::from_range(at.saturating_sub(80).max(within.start)..at),
        );
        let line = text[near.clone()].rfind('\n').map(|end| near.start + end + 1);
        let line = line.or((near.start == within.start).then_some(near.start))?;
        let mut start = skip_blanks(text, line, at, false);
        start = paragraph_number_end(text, start, at).unwrap_or(start);
        start =
            portion::portion_range_at_start(text, start..at).map_or(start, |marking| marking.end);
        let before =
            text[start..at].trim_matches(|c: char| c.is_whitespace() || "-_=*".contains(c));
        let opens = ["", "BEGIN", "EXECUTIVE", "BRIEF"]
            .iter()
            .any(|word| word.eq_ignore_ascii_case(before));
        opens.then(|| at..end_of_head(text, at + "SUMMARY".len(), within.end))
    })
}

/// The end of a head: after "AND ACTION REQUEST", "/COMMENT", its period or
/// colon, and the dashes under it.
fn end_of_head(text: &str, past: usize, end: usize) -> usize {
    let line = past + text[past..end].find('\n').unwrap_or(end - past);
    let more =
        ["/", " AND ", " & ", " -- ", "-"].iter().any(|more| matches_word_at(text, past, more));
    let close = text[past..line].find(['.', ':']).map(|at| past + at + 1);
    let past = match close {
        Some(close) if more || text[past..close].trim().len() == 1 => close,
        None if more => line,
        _ => past,
    };
    let rest = &text[past..end];
    past + (rest.len()
        - rest.trim_start_matches(|c: char| c.is_whitespace() || "-_=*‐–—".contains(c)).len())
}

/// Finds "END SUMMARY"; the two words may be on two lines.
fn find_end_mark(text: &str, within: Range<usize>) -> Option<Range<usize>> {
    summary_word_offsets(text, within.clone()).find_map(|at| {
        let before = text[within.start..at].trim_end();
        let end = before.len().checked_sub(3)? + within.start;
        let of = matches_word_at(text, end, "END") && is_word_start(text, end);
        of.then_some(end..at + "SUMMARY".len())
    })
}

/// The offset of every word SUMMARY.
fn summary_word_offsets(text: &str, within: Range<usize>) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'S', b's', &bytes[within.clone()])
        .map(move |at| within.start + at)
        .filter(move |&at| at + 7 <= within.end && matches_word_at(text, at, "SUMMARY"))
        .filter(move |&at| is_word_start(text, at))
}

fn first_numbered_line(text: &str, within: Range<usize>) -> Option<usize> {
    line_ranges(text, within)
        .map(|line| line.start)
        .find(|&at| paragraph_number_end(text, at, text.len()).is_some())
}

/// The end of the paragraph that contains `from`.
fn paragraph_end(text: &str, from: usize, end: usize) -> usize {
    let blank =
        line_ranges(text, from..end).skip(1).find(|line| text[line.clone()].trim().is_empty());
    blank.map_or(end, |line| line.start)
}

/// Splits `body` at blank lines and before numbered lines.
fn split_paragraphs(text: &str, body: Range<usize>) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    parts.push(body.start..body.start);
    for line in line_ranges(text, body) {
        let blank = text[line.clone()].trim().is_empty();
        let start = skip_blanks(text, line.start, line.end, false);
        let cut = blank || paragraph_number_end(text, start, line.end).is_some();
        match parts.last_mut() {
            Some(last) if !cut => last.end = line.end,
            _ => parts.push(if blank { line.end..line.end } else { line }),
        }
    }
    parts
}

/// The range of a paragraph without its number and portion marking.
fn strip_number_and_portion(text: &str, range: Range<usize>) -> Range<usize> {
    let range = trim_range(text, range, &[]);
    let start = paragraph_number_end(text, range.start, range.end).unwrap_or(range.start);
    let start = portion::portion_range_at_start(text, start..range.end)
        .map_or(start, |marking| marking.end);
    let range = trim_range(text, start..range.end, &[]);
    let dashes = text[range.clone()].chars().all(|c| "-_=*‐–—".contains(c) || c.is_whitespace());
    if dashes { range.start..range.start } else { scan::trim_range(text, range, &[]) }
}
