//! Lists whose items are lines, and the labels of items.
//!
//! After "Participants:" each line is a name by itself, although it is too short
//! to be a wrapped line of prose. [`find_item_lines`] finds such lines, so that
//! [`crate::reflow`] keeps their line ends. [`find_item_labels`] finds labels
//! such as "J.", "(ii)" and "AA.", which would otherwise be taken for initials.
//! One label alone proves nothing: "J. Porter" may open a paragraph. So a label
//! counts only if the label before or after it in the sequence is near.

use std::collections::BTreeMap;

use chancery_model::TextSpan;

use crate::line_patterns;
use crate::line_segments::LineSegment;
use crate::wrapping::Wrapping;

/// Minimum width of a text in bytes: the lines of a short text show too little.
const MIN_WIDTH: usize = 60;

/// Lines of a list after its introduction that are looked at: a bound on the work
/// where each line of a long text ends in a colon.
const MAX_LIST_LINES: usize = 300;

/// How many lines apart the labels of neighbouring items may be.
const MAX_LINES_BETWEEN_LABELS: usize = 40;

/// For each segment, whether it is an item of a list that a line ending in a
/// colon introduces.
pub(crate) fn find_item_lines(
    text: &str,
    segments: &[LineSegment<'_>],
    wrapping: Wrapping,
) -> Vec<bool> {
    let mut items = vec![false; segments.len()];
    let Wrapping::Wrapped(width) = wrapping else { return items };
    let width = width.max(MIN_WIDTH);
    let line = |index: usize| &text[segments[index].span.byte_range()];
    // The length of a line with the first word of the next one.
    let filled = |index: usize| {
        let next = line(index + 1);
        line(index).len() + 1 + next.find(' ').unwrap_or(next.len())
    };
    let ends_early = |index: usize| filled(index) <= width * 3 / 4;
    let group_end = |first: usize| {
        let group = segments[first..].iter().take_while(|segment| continues_group(text, segment));
        first + group.take(MAX_LIST_LINES).count()
    };
    let mut at = 0;
    while at < segments.len() {
        let introduces =
            !segments[at].in_header && segments[at].field.is_none() && line(at).ends_with(':');
        let first = at + 1;
        // A list may go on below a blank line.
        if !introduces && at > 0 && items[at - 1] && segments[at].field.is_none() {
            let end = group_end(first);
            let is_item = |index: usize| {
                ends_early(index)
                    && line(index).starts_with(char::is_uppercase)
                    && !line_patterns::ends_sentence(line(index))
            };
            if end > first && (at..end - 1).all(is_item) {
                items[first..end].fill(true);
                at = end;
                continue;
            }
        }
        at = first;
        if !introduces {
            continue;
        }
        let end = group_end(first);
        if end == first || line(first).starts_with(char::is_lowercase) {
            continue;
        }
        let early = (first..end - 1).filter(|&index| ends_early(index)).count();
        let is_list =
            if end - first == 1 { ends_early(first - 1) } else { 2 * early >= end - first - 1 };
        if !is_list {
            continue;
        }
        for (index, item) in (first..end).zip(&mut items[first..end]) {
            let goes_on = line(index).starts_with(char::is_lowercase)
                || (index > first && (line(index - 1).ends_with(',') || filled(index - 1) > width));
            *item = !goes_on;
        }
        at = end;
    }
    items
}

/// Whether a segment belongs to the lines that follow an introduction.
fn continues_group(text: &str, segment: &LineSegment<'_>) -> bool {
    let line = &text[segment.span.byte_range()];
    !segment.after_blank
        && segment.field.is_none()
        && line_patterns::paragraph_opening(line).is_none()
        && !line_patterns::is_list_item(line)
        && !line_patterns::is_dash_row(line)
}

/// A label at the start of a line: its sequence and its place in it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct ItemLabel {
    sequence: LabelSequence,
    ordinal: u32,
    len: usize,
}

/// How labels are written. Labels of one list are written alike.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LabelSequence {
    /// "A." to "Z.", then "AA.".
    Letters { lowercase: bool, parentheses: bool },
    /// "(i)", "(ii)", or with a period.
    Roman { lowercase: bool, parentheses: bool },
}

/// The spans of the labels at the start of segments whose lists are known, by the number
/// of the segment.
pub(crate) fn find_item_labels(
    text: &str,
    segments: &[LineSegment<'_>],
) -> BTreeMap<usize, TextSpan> {
    let labels_of = |segment: &LineSegment<'_>| {
        if segment.field.is_some() || segment.in_header {
            return Vec::new();
        }
        // Some web pages have a pilcrow before them.
        let line = &text[segment.span.byte_range()];
        let mark = if line.starts_with('¶') { '¶'.len_utf8() } else { 0 };
        let mut labels = read_labels(&line[mark..]);
        for label in &mut labels {
            label.len += mark;
        }
        labels
    };
    let labels = segments.iter().map(labels_of).enumerate();
    let labelled: Vec<(usize, Vec<ItemLabel>)> =
        labels.filter(|(_, labels)| !labels.is_empty()).collect();
    let mut spans = BTreeMap::new();
    for (at, (index, labels)) in labelled.iter().enumerate() {
        let near = |other: &&(usize, _)| other.0.abs_diff(*index) <= MAX_LINES_BETWEEN_LABELS;
        // A sequence repeats nothing, so a few labels on each side are enough.
        let others = labelled[at.saturating_sub(3)..labelled.len().min(at + 4)].iter().filter(near);
        let others = others.flat_map(|(_, labels)| labels);
        let neighbours = |label: &&ItemLabel| {
            others.clone().any(|other| {
                other.sequence == label.sequence && other.ordinal.abs_diff(label.ordinal) == 1
            })
        };
        let start = segments[*index].span.start;
        if let Some(label) = labels.iter().find(neighbours) {
            spans.insert(*index, TextSpan::new(start, start + label.len as u32));
        }
    }
    spans
}

/// The ways to read the label at the start of `line`: "I." is a letter or a number.
fn read_labels(line: &str) -> Vec<ItemLabel> {
    let Some(first) = line_patterns::opening_word(line) else { return Vec::new() };
    let Some(inner) = line_patterns::inside_of_label(first) else { return Vec::new() };
    if !(1..=5).contains(&inner.len()) || !inner.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Vec::new();
    }
    let lowercase = inner.bytes().all(|b| b.is_ascii_lowercase());
    if !lowercase && !inner.bytes().all(|b| b.is_ascii_uppercase()) {
        return Vec::new();
    }
    let parentheses = first.ends_with(')');
    let mut labels = Vec::new();
    let letter = inner.to_ascii_lowercase();
    let same = letter.bytes().all(|b| b == letter.as_bytes()[0]);
    if same && letter.len() <= 2 {
        let ordinal = u32::from(letter.as_bytes()[0] - b'a') + 26 * (letter.len() as u32 - 1);
        let sequence = LabelSequence::Letters { lowercase, parentheses };
        labels.push(ItemLabel { sequence, ordinal, len: first.len() });
    }
    if let Some(at) = ROMAN_NUMBERS.iter().position(|roman| *roman == letter) {
        let sequence = LabelSequence::Roman { lowercase, parentheses };
        labels.push(ItemLabel { sequence, ordinal: at as u32 + 1, len: first.len() });
    }
    labels
}

const ROMAN_NUMBERS: [&str; 15] =
    ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv"];
