//! Splits lines at the borders of fields and paragraphs.
//!
//! Some files have whole telegrams on one line. Fields and numbered paragraphs
//! then start in the middle of a line. A [`LineSegment`] is a line or such a
//! part of one, so that [`crate::reflow`] can treat both the same way.

use chancery_model::{Text, TextSpan};

use crate::line_patterns;
use crate::line_text::TextLine;
use chancery_fields::{FieldSpan, FoundHeader};

/// A line, or the part of a line that is in one field or paragraph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LineSegment<'a> {
    /// Its words, trimmed.
    pub span: TextSpan,
    /// Width of the white space before it.
    pub indent: u16,
    /// Whether a blank line or a cut precedes it.
    pub after_blank: bool,
    /// The field it belongs to.
    pub field: Option<&'a FieldSpan>,
    /// Whether it is in the header, before the prose.
    pub in_header: bool,
}

/// Splits the lines at the start and end of fields, and before paragraph
/// numbers with a pilcrow.
pub(crate) fn split_into_segments<'a>(
    text: &Text,
    lines: &[TextLine],
    found: &'a FoundHeader,
) -> Vec<LineSegment<'a>> {
    let mut cuts: Vec<u32> = vec![found.end];
    cuts.extend(found.fields.iter().flat_map(|field| [field.span.start, field.span.end]));
    let string = text.as_str();
    cuts.extend(memchr::memmem::find_iter(string.as_bytes(), "¶").map(|at| at as u32).filter(
        |&at| {
            line_patterns::paragraph_opening(opening_window(string, at))
                .is_some_and(|opening| opening.value > 0)
        },
    ));
    cuts.sort_unstable();
    cuts.dedup();

    let mut pieces = Vec::with_capacity(lines.len());
    let (mut cuts, mut fields) = (cuts.into_iter().peekable(), found.fields.iter().peekable());
    for line in lines {
        let mut start = line.span.start;
        while start < line.span.end {
            while cuts.next_if(|&cut| cut <= start).is_some() {}
            let end = cuts.peek().map_or(line.span.end, |&cut| cut.min(line.span.end));
            while fields.next_if(|field| field.span.end <= start).is_some() {}
            let field = fields.peek().filter(|field| field.span.start <= start).copied();
            let whole = start == line.span.start;
            if let Some(span) = trim_span(string, TextSpan::new(start, end)) {
                pieces.push(LineSegment {
                    span,
                    indent: if whole { line.indent } else { 0 },
                    after_blank: !whole || line.after_blank,
                    field,
                    in_header: start < found.end,
                });
            }
            start = end;
        }
    }
    pieces
}

/// The text from `at` on, as much as a paragraph number may take.
pub(crate) fn opening_window(string: &str, at: u32) -> &str {
    let at = at as usize;
    let mut end = string.len().min(at + 24);
    while !string.is_char_boundary(end) {
        end -= 1;
    }
    &string[at..end]
}

/// The span without white space at its ends; `None` if nothing is left.
pub(crate) fn trim_span(string: &str, span: TextSpan) -> Option<TextSpan> {
    let words = &string[span.byte_range()];
    let start = span.end as usize - words.trim_start().len();
    let end = span.start as usize + words.trim_end().len();
    (start < end).then(|| TextSpan::from_range(start..end))
}
