//! Lines of a header that start with a label: "MRN: 13 PORT LOUIS 1544",
//! "MEMORANDUM FOR: The Director", "**Subject:** Trawlers", "| Subject: | Trawlers |".
//!
//! The labels of each layout are a table: [labels.tsv](../data/labels.tsv). A label opens
//! a line. Its value is the rest of the line and the lines below it, up to the next label
//! or a blank line.

use std::ops::Range;
use std::sync::LazyLock;

use crate::scan::{self, line_ranges, trim_range};

/// What a labelled line states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LabelField {
    Id,
    Date,
    From,
    To,
    Info,
    Order,
    Tags,
    Captions,
    References,
    Subject,
    Signature,
    Drafted,
    Cleared,
    Approved,
    Released,
    Data,
}

/// The layouts that the table of labels knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LabelSet {
    /// The head of a cable since about 2009.
    Smart,
    /// The lines below the text of such a cable.
    Trailer,
    Mail,
    Memo,
}

/// A labelled line with the lines that continue it.
#[derive(Clone, Debug)]
pub(crate) struct LabelledLine {
    pub field: LabelField,
    /// From the label to the end of the value.
    pub whole: Range<usize>,
    /// The value; empty if only the label is printed.
    pub value: Range<usize>,
}

struct Label {
    set: LabelSet,
    words: &'static str,
    field: LabelField,
}

/// The labels, longest first, so that "MEMORANDUM FOR" is not read as another.
static LABELS: LazyLock<Vec<Label>> = LazyLock::new(|| {
    let lines = include_str!("../data/labels.tsv").lines();
    let mut labels: Vec<Label> =
        lines.filter(|line| !line.starts_with('#')).filter_map(read_label).collect();
    labels.sort_by_key(|label| std::cmp::Reverse(label.words.len()));
    labels
});

/// Whether these words are the label of a header line in some layout.
pub fn is_header_label(words: &str) -> bool {
    LABELS.iter().any(|label| label.words.eq_ignore_ascii_case(words))
}

/// Reads a row of the table.
fn read_label(line: &'static str) -> Option<Label> {
    let mut cells = line.split('\t');
    let set = match cells.next()? {
        "smart" => LabelSet::Smart,
        "trailer" => LabelSet::Trailer,
        "mail" => LabelSet::Mail,
        _ => LabelSet::Memo,
    };
    let words = cells.next()?;
    let field = match cells.next()? {
        "id" => LabelField::Id,
        "date" => LabelField::Date,
        "from" => LabelField::From,
        "to" => LabelField::To,
        "info" => LabelField::Info,
        "order" => LabelField::Order,
        "tags" => LabelField::Tags,
        "captions" => LabelField::Captions,
        "references" => LabelField::References,
        "subject" => LabelField::Subject,
        "signature" => LabelField::Signature,
        "drafted" => LabelField::Drafted,
        "cleared" => LabelField::Cleared,
        "approved" => LabelField::Approved,
        "released" => LabelField::Released,
        _ => LabelField::Data,
    };
    Some(Label { set, words, field })
}

/// Characters with which Markdown decorates a label and its value.
const DECORATION: &[char] = &['*', '|', '_', '`', '#'];

/// The label at the start of `line` and the start of its value. Two blanks or a tab can
/// stand for the colon, which recognised pages lose.
pub(crate) fn label_of_line(
    text: &str,
    line: Range<usize>,
    sets: &[LabelSet],
) -> Option<(LabelField, usize)> {
    let start = trim_range(text, line.clone(), DECORATION).start;
    LABELS.iter().filter(|label| sets.contains(&label.set)).find_map(|label| {
        let end = start + label.words.len();
        (end <= line.end && scan::matches_word_at(text, start, label.words)).then_some(())?;
        let rest = &text[end..line.end];
        let marks = rest.trim_start_matches(|c: char| c == ' ' || DECORATION.contains(&c));
        let after = match marks.strip_prefix(':') {
            Some(after) => after,
            None if label.words.starts_with("MEMORANDUM ") && rest.starts_with(' ') => rest,
            None if rest.starts_with("   ") || rest.starts_with('\t') => rest,
            None => return None,
        };
        let value = after.trim_start_matches(|c: char| c.is_whitespace() || c == '*' || c == '|');
        Some((label.field, line.end - value.len()))
    })
}

/// The second label of a line, after a wide gap: "FROM: Amembassy LISBON     DATE: June 12".
fn second_label(text: &str, within: Range<usize>, sets: &[LabelSet]) -> Option<LabelledLine> {
    let words = &text[within.clone()];
    let gap = words.find("   ").or_else(|| words.find('\t'))?;
    let start = within.end - words[gap..].trim_start().len();
    let (field, value) = label_of_line(text, start..within.end, sets)?;
    let has_colon = text[start..value].contains(':');
    let value = trim_range(text, value..within.end, DECORATION);
    has_colon.then(|| LabelledLine {
        field,
        whole: trim_range(text, start..within.end, &[]),
        value,
    })
}

/// Reads the labelled lines of `within` from its first label on. They end at the first
/// line after a blank line that has no label.
pub(crate) fn read_labelled_lines(
    text: &str,
    within: Range<usize>,
    sets: &[LabelSet],
) -> Vec<LabelledLine> {
    let mut found: Vec<LabelledLine> = Vec::new();
    let mut is_after_blank = false;
    for line in line_ranges(text, within) {
        let words = trim_range(text, line.clone(), DECORATION);
        let is_rule = text[words.clone()].chars().all(|c| "-=: |".contains(c));
        if is_rule {
            is_after_blank |= text[line].trim().is_empty();
            continue;
        }
        if let Some((field, start)) = label_of_line(text, line.clone(), sets) {
            let second = second_label(text, start..line.end, sets);
            let end = second.as_ref().map_or(line.end, |second| second.whole.start);
            let value = trim_range(text, start..end, DECORATION);
            let whole = trim_range(text, line.start..end, &[]);
            found.push(LabelledLine { field, whole, value });
            found.extend(second);
        } else {
            let Some(last) = found.last_mut() else { continue };
            if is_after_blank {
                break;
            }
            let start = if last.value.is_empty() { words.start } else { last.value.start };
            last.value = start..words.end;
            last.whole.end = trim_range(text, line, &[]).end;
        }
        is_after_blank = false;
    }
    found
}
