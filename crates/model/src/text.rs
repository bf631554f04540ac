//! The reading text and its mapping to the raw bytes.
//!
//! A reading text is built piece by piece from left to right. Each piece
//! records its raw bytes and how it was derived from them. Adjacent copied
//! pieces are merged, so a clean file of any length needs one run. Raw bytes
//! that no run covers (page lines, markup) were removed on purpose.

use std::ops::{Index, Range};

use crate::{RawSpan, TextSpan};

/// How a run of reading text was derived from its raw bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunKind {
    /// The same bytes.
    Copied,
    /// One character in another encoding: an entity, a Windows-1252 byte.
    Decoded,
    /// White space (line ends, blanks) or a page line, replaced by one blank
    /// or one line end.
    Joined,
}

/// A run of reading text and the raw bytes it was derived from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextRun {
    /// Its span in the reading text.
    pub text: TextSpan,
    /// Its span in the raw file.
    pub raw: RawSpan,
    /// How the text was derived from the raw bytes.
    pub kind: RunKind,
}

/// Maps offsets in the reading text to offsets in the raw file.
///
/// The runs are in ascending order of text offsets, without gaps in the text. Raw
/// offsets ascend too, except that a text appended with [`Text::push_apart`] (a
/// footnote) may lie anywhere in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OffsetMap {
    runs: Vec<TextRun>,
}

impl OffsetMap {
    /// The runs in order.
    pub fn runs(&self) -> &[TextRun] {
        &self.runs
    }

    /// The raw bytes of a span of the text, in `O(log runs)`. A run that is not
    /// a copy is included whole. An empty span maps to an empty span.
    pub fn to_raw_span(&self, span: TextSpan) -> RawSpan {
        if self.runs.is_empty() {
            return RawSpan::new(0, 0);
        }
        let start = self.raw_offset_at(span.start);
        if span.is_empty() {
            return RawSpan::new(start, start);
        }
        let last = self.run_containing(span.end - 1);
        let end = match last.kind {
            RunKind::Copied => last.raw.start + (span.end - last.text.start).min(last.raw.len()),
            RunKind::Decoded | RunKind::Joined => last.raw.end,
        };
        RawSpan::new(start, end.max(start))
    }

    /// Makes the bytes of copied text at `offsets`, which ascend, runs of the kind
    /// [`RunKind::Joined`].
    fn join_bytes(&mut self, offsets: &[u32]) {
        let mut offsets = offsets.iter().copied().peekable();
        let runs = std::mem::take(&mut self.runs);
        self.runs.reserve_exact(runs.len());
        for mut run in runs {
            while let Some(at) = offsets.next_if(|at| *at < run.text.end) {
                if run.kind != RunKind::Copied || at < run.text.start {
                    continue;
                }
                let raw = run.raw.start + (at - run.text.start);
                let part = |text: TextSpan, raw: RawSpan, kind| TextRun { text, raw, kind };
                let before = TextSpan::new(run.text.start, at);
                let kept = part(before, RawSpan::new(run.raw.start, raw), RunKind::Copied);
                self.runs.extend((!before.is_empty()).then_some(kept));
                let one = (TextSpan::new(at, at + 1), RawSpan::new(raw, raw + 1));
                self.runs.push(part(one.0, one.1, RunKind::Joined));
                run.text.start = at + 1;
                run.raw.start = raw + 1;
            }
            self.runs.extend((!run.text.is_empty()).then_some(run));
        }
    }

    fn raw_offset_at(&self, at: u32) -> u32 {
        let run = self.run_containing(at);
        let inside = at.saturating_sub(run.text.start);
        match run.kind {
            _ if inside >= run.text.len() => run.raw.end,
            RunKind::Copied => run.raw.start + inside,
            RunKind::Decoded | RunKind::Joined => run.raw.start,
        }
    }

    /// The run that holds text byte `at`, or the last one.
    fn run_containing(&self, at: u32) -> &TextRun {
        let after = self.runs.partition_point(|run| run.text.start <= at);
        &self.runs[after.saturating_sub(1)]
    }
}

/// The reading text of a document, in UTF-8: what a person would read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    string: String,
    map: OffsetMap,
}

impl Text {
    /// A text that is identical to its raw bytes.
    pub fn from_verbatim(string: &str) -> Self {
        let mut text = Self::default();
        text.push_run(string, 0..string.len(), RunKind::Copied);
        text
    }

    /// Appends `piece`, which was derived from the raw bytes `raw`.
    ///
    /// # Panics
    /// In debug builds, if `raw` starts before the end of the last run, or if
    /// a copied piece is not as long as its raw bytes.
    pub fn push_run(&mut self, piece: &str, raw: Range<usize>, kind: RunKind) {
        let end = self.map.runs.last().map_or(0, |last| last.raw.end);
        debug_assert!(piece.is_empty() || end as usize <= raw.start);
        self.push_run_apart(piece, raw, kind);
    }

    /// Appends a piece as [`Text::push_run`] does. Its raw bytes may lie before
    /// those of the last run.
    pub fn push_run_apart(&mut self, piece: &str, raw: Range<usize>, kind: RunKind) {
        if piece.is_empty() {
            return;
        }
        debug_assert!(kind != RunKind::Copied || piece.len() == raw.len());
        let raw = RawSpan::from_range(raw);
        let start = self.string.len();
        self.string.push_str(piece);
        let text = TextSpan::from_range(start..self.string.len());
        if let Some(last) = self.map.runs.last_mut() {
            let follows = last.raw.end == raw.start && last.kind == RunKind::Copied;
            if kind == RunKind::Copied && follows {
                last.raw.end = raw.end;
                last.text.end = text.end;
                return;
            }
        }
        self.map.runs.push(TextRun { text, raw, kind });
    }

    /// Appends `other` on a line of its own; its raw bytes may lie anywhere. Returns
    /// the span of `other` in this text.
    pub fn push_apart(&mut self, other: &Self) -> TextSpan {
        if !self.is_empty() && !other.is_empty() {
            let start = other.to_raw_span(TextSpan::new(0, 0)).start as usize;
            self.push_run_apart("\n", start..start, RunKind::Joined);
        }
        let start = self.len();
        for run in &other.map.runs {
            self.push_run_apart(&other[run.text], run.raw.byte_range(), run.kind);
        }
        TextSpan::from_range(start..self.len())
    }

    /// Appends the part `range` of `other`, with its raw bytes.
    ///
    /// # Panics
    /// If `range` is out of bounds, or for the reasons of [`Text::push_run`].
    pub fn push_part(&mut self, other: &Self, range: Range<usize>) {
        let runs = &other.map.runs;
        let first = runs.partition_point(|run| run.text.end as usize <= range.start);
        let mut at = range.start;
        for run in &runs[first..] {
            if at >= range.end {
                break;
            }
            let end = range.end.min(run.text.end as usize);
            let raw = match run.kind {
                RunKind::Copied => {
                    let from = run.raw.start as usize + at - run.text.start as usize;
                    from..from + end - at
                }
                RunKind::Decoded | RunKind::Joined => run.raw.byte_range(),
            };
            self.push_run(&other.string[at..end], raw, run.kind);
            at = end;
        }
    }

    /// Replaces the line ends at the byte offsets `ends`, which ascend, with blanks. Use
    /// it for line ends that come from wrapping and not from the author. Offsets do
    /// not change. Bytes other than line ends are left unchanged. The blanks are
    /// [`RunKind::Joined`].
    pub fn soften_line_ends(&mut self, ends: &[u32]) {
        let is_line_end = |end: &u32| self.string.as_bytes().get(*end as usize) == Some(&b'\n');
        let softened: Vec<u32> = ends.iter().copied().filter(is_line_end).collect();
        if softened.is_empty() {
            return;
        }
        self.map.join_bytes(&softened);
        let mut bytes = std::mem::take(&mut self.string).into_bytes();
        for end in softened {
            bytes[end as usize] = b' ';
        }
        self.string = String::from_utf8(bytes).expect("one ASCII byte replaced another");
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.string
    }

    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.string.len()
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.string.is_empty()
    }

    /// The span of the whole text.
    pub fn whole_span(&self) -> TextSpan {
        TextSpan::from_range(0..self.string.len())
    }

    /// The mapping to the raw file.
    pub fn offset_map(&self) -> &OffsetMap {
        &self.map
    }

    /// Shorthand for [`OffsetMap::to_raw_span`].
    pub fn to_raw_span(&self, span: TextSpan) -> RawSpan {
        self.map.to_raw_span(span)
    }
}

impl Index<TextSpan> for Text {
    type Output = str;

    fn index(&self, span: TextSpan) -> &str {
        &self.string[span.byte_range()]
    }
}

/// Converts byte offsets of a string to offsets in Unicode code points, which
/// Python, brat and the W3C annotation model use.
///
/// One count is stored per 64 bytes, so a lookup reads at most 64 bytes.
pub struct CodePoints<'a> {
    string: &'a str,
    /// The number of code points before byte `64 * i`. Empty for ASCII.
    counts: Vec<u32>,
}

impl<'a> CodePoints<'a> {
    const BYTES_PER_COUNT: usize = 64;

    /// Counts the code points of `string` once.
    pub fn new(string: &'a str) -> Self {
        let mut counts = Vec::new();
        if !string.is_ascii() {
            let mut before = 0;
            for chunk in string.as_bytes().chunks(Self::BYTES_PER_COUNT) {
                counts.push(before);
                before += count_code_points(chunk);
            }
            counts.push(before);
        }
        Self { string, counts }
    }

    /// The number of code points before byte `at`.
    pub fn code_point_offset(&self, at: u32) -> u32 {
        if self.counts.is_empty() {
            return at;
        }
        let block = at as usize / Self::BYTES_PER_COUNT;
        let bytes = &self.string.as_bytes()[block * Self::BYTES_PER_COUNT..at as usize];
        self.counts[block] + count_code_points(bytes)
    }
}

/// The bytes of code points `start..end` of `string`, or `None` if they are out
/// of range.
///
/// Counts from the start of the string on each call.
pub fn span_of_code_points(string: &str, start: u32, end: u32) -> Option<TextSpan> {
    let mut ends = string.char_indices().map(|(at, _)| at).chain([string.len()]);
    let first = ends.nth(start as usize)?;
    let last = match end.checked_sub(start)? {
        0 => first,
        more => ends.nth(more as usize - 1)?,
    };
    Some(TextSpan::from_range(first..last))
}

/// The number of code points that start in `bytes`.
fn count_code_points(bytes: &[u8]) -> u32 {
    bytes.iter().map(|&b| u32::from(b & 0xC0 != 0x80)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn runs_merge_and_map_back() {
        let mut text = Text::default();
        text.push_run("a", 2..3, RunKind::Copied);
        text.push_run("b", 3..4, RunKind::Copied);
        text.push_run("é", 4..5, RunKind::Decoded);
        text.push_run(" ", 5..30, RunKind::Joined);
        text.push_run("c", 30..31, RunKind::Copied);
        assert_eq!(text.offset_map().runs().len(), 4);
        let cases =
            [((0, 2), 2..4), ((1, 4), 3..5), ((2, 4), 4..5), ((3, 6), 4..31), ((6, 6), 31..31)];
        for ((start, end), raw) in cases {
            assert_eq!(
                text.to_raw_span(TextSpan::new(start, end)).byte_range(),
                raw,
                "{start}..{end}"
            );
        }
        assert_eq!(Text::default().to_raw_span(TextSpan::new(0, 0)).byte_range(), 0..0);
    }

    #[test]
    fn softened_line_ends_are_no_copies() {
        let mut text = Text::from_verbatim("a\nb\n\nc\n");
        text.soften_line_ends(&[0, 1, 3, 6, 90]);
        assert_eq!(text.as_str(), "a b \nc ");
        let runs: Vec<_> = text
            .offset_map()
            .runs()
            .iter()
            .map(|run| (run.text.byte_range(), run.raw.byte_range(), run.kind))
            .collect();
        let (copied, joined) = (RunKind::Copied, RunKind::Joined);
        let kinds = [(0..1, copied), (1..2, joined), (2..3, copied), (3..4, joined)];
        let kinds = kinds.into_iter().chain([(4..6, copied), (6..7, joined)]);
        let expected: Vec<_> = kinds.map(|(at, kind)| (at.clone(), at, kind)).collect();
        assert_eq!(runs, expected);
    }

    proptest! {
        #[test]
        fn code_points_agree_with_chars(string in ".{0,300}") {
            let points = CodePoints::new(&string);
            for (n, (at, _)) in string.char_indices().enumerate() {
                prop_assert_eq!(points.code_point_offset(at as u32), n as u32);
            }
            let all = string.chars().count() as u32;
            prop_assert_eq!(points.code_point_offset(string.len() as u32), all);
            for end in 0..=all {
                let span = span_of_code_points(&string, all / 2, end);
                prop_assert_eq!(span.is_some(), end >= all / 2);
                if let Some(span) = span {
                    prop_assert_eq!((points.code_point_offset(span.start), points.code_point_offset(span.end)), (all / 2, end));
                }
            }
            prop_assert_eq!(span_of_code_points(&string, 0, all + 1), None);
        }
    }
}
