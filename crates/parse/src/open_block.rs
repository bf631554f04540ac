//! The block that [`crate::reflow`] is building.

use chancery_model::{Spanned, TextSpan};

use crate::line_patterns;
use crate::line_segments::LineSegment;

/// The block under construction.
pub(crate) struct OpenBlock {
    pub start: u32,
    /// End of the last segment in it.
    pub end: u32,
    pub lines: usize,
    pub kind: OpenBlockKind,
    /// Start of the prose, after the number.
    pub prose: u32,
    pub number: Option<Spanned<Box<str>>>,
    pub header: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenBlockKind {
    Prose,
    Field(Option<TextSpan>),
    Heading,
    Dateline,
    Table,
    Signature,
}

impl OpenBlock {
    /// Its text so far.
    fn words<'a>(&self, text: &'a str) -> &'a str {
        &text[self.start as usize..self.end as usize]
    }

    /// Whether it is a paragraph that ends here: a row of dashes below it is over the next
    /// heading.
    pub(crate) fn is_closed(&self, text: &str) -> bool {
        self.kind == OpenBlockKind::Prose
            && (self.number.is_some() || line_patterns::ends_sentence(self.words(text)))
    }

    /// Whether a row of dashes below a blank line underlines it: it is a single line about
    /// as long as the row.
    pub(crate) fn is_underlined_by(&self, text: &str, row: &LineSegment<'_>) -> bool {
        let line = self.words(text);
        self.kind == OpenBlockKind::Prose
            && self.number.is_none()
            && self.lines == 1
            && !line_patterns::is_list_item(line)
            && !line.ends_with(['.', ',', ';'])
            && line.chars().count().abs_diff(row.span.len() as usize) <= 4
    }
}
