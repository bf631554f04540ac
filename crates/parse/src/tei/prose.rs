//! Builds document text from XML mixed content.
//!
//! White space in XML prose only separates words. A run of it becomes one
//! space, and none is kept at the edges of a block. Where markup separates two
//! words without white space (`</head><p>`), the text gets a line break. So a
//! gap is remembered when it is read and written before the next word.

use std::cmp::Reverse;
use std::ops::Range;

use chancery_model::{
    EditorialMark, EditorialMarkKind, RunKind, Spanned, Text, TextReference, TextSpan,
    decode_windows_1252,
};

/// A separator between two words, weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum WordGap {
    Blank,
    Cell,
    Line,
}

impl WordGap {
    fn as_str(self) -> &'static str {
        match self {
            Self::Blank => " ",
            Self::Cell => "\t",
            Self::Line => "\n",
        }
    }
}

/// A marked name whose element is still open.
#[derive(Clone)]
pub(super) struct OpenMark {
    pub(super) kind: EditorialMarkKind,
    pub(super) target: Option<String>,
    pub(super) start: usize,
}

/// A text under construction: a document's, a note's or a list item's.
#[derive(Default)]
pub(super) struct Prose {
    pub(super) text: Text,
    pub(super) marks: Vec<EditorialMark>,
    /// The documents to which the mark-up refers, in order.
    pub(super) references: Vec<TextReference>,
    /// Whether the text contains bytes that are not valid UTF-8.
    pub(super) damaged: bool,
    pending_gap: Option<(WordGap, Range<usize>)>,
    block_start: Option<usize>,
}

impl Prose {
    /// Remembers a gap at the bytes `raw`, unless a wider one is pending.
    pub(super) fn widen_gap(&mut self, gap: WordGap, raw: Range<usize>) {
        if self.pending_gap.as_ref().is_none_or(|(old, _)| *old < gap) {
            self.pending_gap = Some((gap, raw));
        }
    }

    /// Ends a block; returns the span written since the last one ended.
    pub(super) fn end_block(&mut self, raw: Range<usize>) -> Option<TextSpan> {
        self.widen_gap(WordGap::Line, raw);
        self.block_start.take().map(|start| TextSpan::from_range(start..self.text.len()))
    }

    /// Appends a text that stands elsewhere in the file, with its marks, on a line of
    /// its own. Returns its span.
    pub(super) fn append_apart(&mut self, other: Self) -> TextSpan {
        let span = self.text.push_apart(&other.text);
        self.damaged |= other.damaged;
        self.marks.extend(other.marks.into_iter().map(|mark| EditorialMark {
            span: TextSpan::new(span.start + mark.span.start, span.start + mark.span.end),
            ..mark
        }));
        self.references.extend(other.references.into_iter().map(|one| TextReference {
            span: TextSpan::new(span.start + one.span.start, span.start + one.span.end),
            ..one
        }));
        span
    }

    /// Appends the characters of `raw[range]`.
    pub(super) fn write_bytes(&mut self, raw: &[u8], range: Range<usize>) {
        let mut at = range.start;
        for chunk in raw[range].utf8_chunks() {
            self.write_valid(raw, chunk.valid(), at);
            at += chunk.valid().len();
            for &byte in chunk.invalid() {
                self.damaged = true;
                let mut buffer = [0; 4];
                let piece = decode_windows_1252(byte).encode_utf8(&mut buffer);
                self.push_words(raw, piece, at..at + 1, RunKind::Decoded);
                at += 1;
            }
        }
    }

    /// Appends the characters of the reference at `range`.
    pub(super) fn write_decoded(&mut self, raw: &[u8], characters: &str, range: Range<usize>) {
        if characters.bytes().all(is_xml_white_space) {
            self.widen_gap(WordGap::Blank, range);
        } else {
            self.push_words(raw, characters, range, RunKind::Decoded);
        }
    }

    fn write_valid(&mut self, raw: &[u8], string: &str, base: usize) {
        let bytes = string.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let white = bytes[at..].iter().take_while(|&&byte| is_xml_white_space(byte)).count();
            if white > 0 {
                self.widen_gap(WordGap::Blank, base + at..base + at + white);
                at += white;
            }
            let end = end_of_words(bytes, at);
            if at < end {
                self.push_words(raw, &string[at..end], base + at..base + end, RunKind::Copied);
            }
            at = end;
        }
    }

    fn push_words(&mut self, raw: &[u8], piece: &str, range: Range<usize>, kind: RunKind) {
        if let Some((gap, at)) = self.pending_gap.take()
            && !self.text.is_empty()
        {
            let same = &raw[at.clone()] == gap.as_str().as_bytes();
            let kind = if same { RunKind::Copied } else { RunKind::Joined };
            self.text.push_run(gap.as_str(), at, kind);
        }
        self.block_start.get_or_insert(self.text.len());
        self.text.push_run(piece, range, kind);
    }

    /// The words since text byte `start`, without white space around them.
    pub(super) fn span_since(&self, start: usize) -> Option<TextSpan> {
        let words = &self.text.as_str()[start..];
        let lead = words.bytes().take_while(|&byte| is_xml_white_space(byte)).count();
        (lead < words.len()).then(|| TextSpan::from_range(start + lead..self.text.len()))
    }

    /// Closes a marked name.
    pub(super) fn close_mark(&mut self, mark: OpenMark) {
        if let Some(span) = self.span_since(mark.start) {
            self.marks.push(EditorialMark { span, kind: mark.kind, target: mark.target });
        }
    }

    /// Records that the words since `start` refer to the document `value`.
    pub(super) fn close_reference(&mut self, start: usize, value: String) {
        let end = self.references.last().map_or(0, |last| last.span.end);
        if let Some(span) = self.span_since(start)
            && span.start >= end
        {
            self.references.push(TextReference { span, value, to: None, date: None });
        }
    }

    /// Whether a name of the given kind is marked inside `span`. The marks
    /// must be sorted; takes `O(log marks)` plus the marks inside.
    pub(super) fn contains_mark(&self, kind: EditorialMarkKind, span: TextSpan) -> bool {
        self.marks_starting_in(span).any(|mark| mark.kind == kind)
    }

    fn marks_starting_in(&self, span: TextSpan) -> impl Iterator<Item = &EditorialMark> {
        let first = self.marks.partition_point(|mark| mark.span.start < span.start);
        self.marks[first..].iter().take_while(move |mark| mark.span.start < span.end)
    }

    /// The name in a signature: the line with a marked person, else the first
    /// line, up to a comma and without "\[signed\]".
    pub(super) fn signature_name(&self, span: TextSpan) -> Option<Spanned<String>> {
        let person =
            self.marks_starting_in(span).find(|mark| mark.kind == EditorialMarkKind::Person);
        let named = person.map_or(0, |mark| (mark.span.start - span.start) as usize);
        let words = &self.text[span];
        let start = words[..named].rfind('\n').map_or(0, |at| at + 1);
        let line = words[start..].lines().next().unwrap_or_default();
        let line = line.find(", ").map_or(line, |at| &line[..at]);
        let name = line.strip_prefix("[signed] ").unwrap_or(line);
        let start = span.start as usize + start + line.len() - name.len();
        let span = TextSpan::from_range(start..start + name.len());
        (!name.is_empty()).then(|| Spanned { value: name.to_owned(), span })
    }

    /// Sorts the marks, an outer one before those inside it.
    pub(super) fn sort_marks(&mut self) {
        self.marks.sort_by_key(|mark| (mark.span.start, Reverse(mark.span.end)));
    }
}

/// The end of the words from `at` on that are separated by single spaces only.
fn end_of_words(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    while let Some(&byte) = bytes.get(end) {
        let single =
            byte == b' ' && bytes.get(end + 1).is_some_and(|&next| !is_xml_white_space(next));
        if is_xml_white_space(byte) && !single {
            break;
        }
        end += 1;
    }
    end
}

/// Whether a byte is XML white space or form feed.
pub(super) fn is_xml_white_space(byte: u8) -> bool {
    byte <= b' ' && byte.is_ascii_whitespace()
}
