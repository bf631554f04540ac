//! Which layout the header of a document has.
//!
//! Most headers are those of telegrams: FM, TO, a classification line, fields with keys.
//! Cables since about 2009, memoranda and printed e-mails label each line instead. A
//! layout counts only if several of its labels stand together at the top, so that a
//! paragraph that starts with "To:" is none.

use std::ops::Range;

use crate::labels::{self, LabelField, LabelSet, LabelledLine};
use crate::scan::{clamp_to_text, line_ranges, trim_range};
use chancery_model::TextSpan;

/// The layout of a header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeaderLayout {
    /// A telegram, or a text without a header.
    #[default]
    Telegram,
    /// A British telegram: FM, TO IMMEDIATE FCO, TELNO.
    British,
    /// A cable since about 2009: MRN, Date/DTG, From, Action.
    Smart,
    /// An e-mail in print: From, Sent, To, Subject.
    Mail,
    /// A memorandum or airgram: TO, FROM, DATE, SUBJECT.
    Memorandum,
    /// A letter: place and date, addressee, salutation.
    Letter,
    /// A document of FRUS as plain text: heading and dateline of the editors.
    Frus,
}

impl HeaderLayout {
    /// Whether each line of the header is a field by itself, also in a transcript, whose
    /// other header lines were typeset for readers.
    pub const fn is_labelled(self) -> bool {
        !matches!(self, Self::Telegram | Self::Frus)
    }

    /// Whether the title of the signer stands below the signature.
    pub const fn has_titles(self) -> bool {
        matches!(self, Self::Memorandum | Self::Letter)
    }
}

/// Bytes at the top of a text that decide its layout.
const MAX_TOP_BYTES: usize = 8 * 1024;

/// Maximum number of lines of other words above the first label.
const MAX_LINES_ABOVE: usize = 14;

/// Finds the labelled header of `body`, and its layout.
pub(crate) fn find_labelled_header(
    text: &str,
    body: Range<usize>,
) -> Option<(HeaderLayout, Vec<LabelledLine>)> {
    let end = (body.start + MAX_TOP_BYTES).min(body.end);
    let top = clamp_to_text(text, TextSpan::from_range(body.start..end));
    [
        (HeaderLayout::Smart, LabelSet::Smart),
        (HeaderLayout::Mail, LabelSet::Mail),
        (HeaderLayout::Memorandum, LabelSet::Memo),
    ]
    .into_iter()
    .find_map(|(layout, set)| {
        let start = start_of_labels(text, top.clone(), layout, set)?;
        let mut lines = labels::read_labelled_lines(text, start..body.end, &[set]);
        if let Some(last) = lines.last_mut().filter(|last| last.field == LabelField::Subject) {
            extend_subject(text, last, body.end);
        }
        is_header_of(layout, text, &top, &lines).then_some((layout, lines))
    })
}

/// Extends a subject over blank lines: recognised pages have them between the lines of a
/// subject that ends with a dash, and between the items "(a)" and "(b)".
fn extend_subject(text: &str, subject: &mut LabelledLine, end: usize) {
    const MAX_LINE_BYTES: usize = 70;
    for line in line_ranges(text, subject.whole.end..end).skip(1) {
        let line = trim_range(text, line, &[]);
        if line.is_empty() {
            continue;
        }
        let words = &text[line.clone()];
        let is_open = text[subject.value.clone()].ends_with(['-', '–', '—']);
        let is_item = words.len() > 3
            && words.starts_with('(')
            && words.as_bytes()[1].is_ascii_lowercase()
            && words.as_bytes()[2] == b')'
            && text[subject.value.clone()].starts_with("(a)");
        if words.len() > MAX_LINE_BYTES || words.ends_with('.') || !(is_open || is_item) {
            break;
        }
        (subject.value.end, subject.whole.end) = (line.end, line.end);
    }
}

/// The start of the line with the first label. A cable may be the text of an e-mail, so
/// its first label may be anywhere in the top.
fn start_of_labels(
    text: &str,
    top: Range<usize>,
    layout: HeaderLayout,
    set: LabelSet,
) -> Option<usize> {
    let lines = line_ranges(text, top).filter(|line| !text[line.clone()].trim().is_empty());
    let most = if layout == HeaderLayout::Smart { usize::MAX } else { MAX_LINES_ABOVE };
    lines.take(most).find_map(|line| {
        let (field, _) = labels::label_of_line(text, line.clone(), &[set])?;
        (layout != HeaderLayout::Smart || field == LabelField::Id).then_some(line.start)
    })
}

/// Whether labelled lines are a header of this layout.
fn is_header_of(
    layout: HeaderLayout,
    text: &str,
    top: &Range<usize>,
    lines: &[LabelledLine],
) -> bool {
    let has = |field: LabelField| lines.iter().any(|line| line.field == field);
    let has_line = |start: &str| {
        line_ranges(text, top.clone()).any(|line| text[line].trim_start().starts_with(start))
    };
    match layout {
        HeaderLayout::Smart => has(LabelField::Date) || has(LabelField::From),
        HeaderLayout::Mail => {
            has(LabelField::From)
                && has(LabelField::Subject)
                && (has(LabelField::To) || has(LabelField::Date))
                && !lines.iter().any(|line| text[line.whole.clone()].starts_with("FROM"))
        }
        HeaderLayout::Memorandum => {
            let parties = usize::from(has(LabelField::To)) + usize::from(has(LabelField::From));
            let is_titled = has_line("MEMORANDUM") || has_line("AIRGRAM");
            !has_line("FM ")
                && parties > 0
                && (has(LabelField::Subject) || is_titled || parties == 2)
        }
        _ => false,
    }
}
