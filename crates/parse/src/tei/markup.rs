//! XML events with their raw ranges, from files that may be malformed.
//!
//! `quick-xml` parses well-formed markup and gives its position. It fails on
//! truncated tags, unclosed quotes and bytes that are not valid UTF-8.
//! [`MarkupReader`] then skips the malformed part and continues after it. It limits
//! the number of bytes scanned in vain, so that reading stays linear.

use std::ops::Range;

use memchr::{memchr2, memmem};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::decode::BOM;

/// A piece of markup or text.
pub(super) enum MarkupEvent<'a> {
    /// A start tag.
    Open(BytesStart<'a>),
    /// An element without content.
    Empty(BytesStart<'a>),
    /// An end tag.
    Close,
    /// Characters, in any encoding.
    Text,
    /// The characters of an entity or character reference.
    CharacterReference(String),
    /// Markup without effect: comments, processing instructions.
    Skipped,
    /// Malformed markup, which was skipped.
    Broken,
    /// Too much markup is malformed: reading stops here.
    Abandoned,
}

/// Iterates over the pieces of a file, in order and without gaps.
pub(super) struct MarkupReader<'a> {
    raw: &'a [u8],
    /// Offset in `raw` at which `reader` starts.
    base: usize,
    reader: Reader<&'a [u8]>,
    /// Number of bytes scanned before a tag turned out to be malformed.
    wasted: usize,
}

impl<'a> MarkupReader<'a> {
    /// Maximum of [`Self::wasted`], in multiples of the file's length.
    const MAX_WASTED_PASSES: usize = 16;

    pub(super) fn new(raw: &'a [u8]) -> Self {
        let mut markup = Self { raw, base: 0, reader: Reader::from_reader(raw), wasted: 0 };
        markup.restart_at(0);
        markup
    }

    /// Continues at byte `at`; skips a byte-order mark there.
    fn restart_at(&mut self, at: usize) {
        let rest = &self.raw[at..];
        self.base = if rest.starts_with(BOM) { at + BOM.len() } else { at };
        self.reader = Reader::from_reader(&self.raw[self.base..]);
        let config = self.reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
    }

    fn raw_position(&self) -> usize {
        let inside = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
        self.base.saturating_add(inside).min(self.raw.len())
    }

    /// The next piece and its raw range; `None` at the end of the file.
    pub(super) fn next_event(&mut self) -> Option<(Range<usize>, MarkupEvent<'a>)> {
        let start = self.raw_position();
        let event = self.reader.read_event();
        let range = start..self.raw_position();
        let piece = match event {
            Ok(Event::Eof) if range.end == self.raw.len() => return None,
            Ok(Event::Text(_)) => MarkupEvent::Text,
            Ok(Event::CData(_)) => return Some(cdata_text(range)),
            Ok(Event::GeneralRef(reference)) => resolve_reference(&reference),
            Ok(Event::Start(tag)) if self.is_complete_tag(&range) => MarkupEvent::Open(tag),
            Ok(Event::Empty(tag)) if self.is_complete_tag(&range) => MarkupEvent::Empty(tag),
            Ok(Event::End(_)) if self.is_complete_tag(&range) => MarkupEvent::Close,
            Ok(Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_)) => {
                MarkupEvent::Skipped
            }
            _ => return Some(self.skip_broken_markup(range)),
        };
        Some((range, piece))
    }

    /// Whether a tag has a name and contains no second `<`. A tag with an
    /// unclosed quote does.
    fn is_complete_tag(&self, range: &Range<usize>) -> bool {
        let tag = &self.raw[range.clone()];
        memchr::memrchr(b'<', tag) == Some(0) && !element_name(tag).is_empty()
    }

    /// Skips the malformed markup at the start of `scanned`.
    fn skip_broken_markup(&mut self, scanned: Range<usize>) -> (Range<usize>, MarkupEvent<'a>) {
        let (end, piece) = self.broken_extent(scanned.start);
        self.wasted += scanned.end.saturating_sub(end);
        if self.wasted > self.raw.len().saturating_mul(Self::MAX_WASTED_PASSES) {
            self.restart_at(self.raw.len());
            return (scanned.start..self.raw.len(), MarkupEvent::Abandoned);
        }
        self.restart_at(end);
        (scanned.start..end, piece)
    }

    /// The end of the malformed markup at `start`, and its event. A `<` that
    /// starts no tag is text.
    fn broken_extent(&mut self, start: usize) -> (usize, MarkupEvent<'a>) {
        let rest = &self.raw[start..];
        if rest.first() != Some(&b'<') {
            let end = rest.get(1..).and_then(|rest| memchr2(b'<', b'&', rest));
            return (end.map_or(self.raw.len(), |at| start + 1 + at), MarkupEvent::Text);
        }
        if rest.starts_with(b"<!--") {
            let end = memmem::find(rest, b"-->");
            self.wasted += end.map_or(rest.len(), |_| 0);
            if let Some(end) = end {
                return (start + end + 3, MarkupEvent::Broken);
            }
        }
        let next = memchr2(b'<', b'>', &rest[1..]).map(|at| 1 + at);
        let end = next.unwrap_or(rest.len());
        match next {
            Some(at) if rest[at] == b'>' => (start + at + 1, MarkupEvent::Broken),
            Some(at) if !rest[..at].contains(&b'=') => (start + end, MarkupEvent::Text),
            _ => (start + end, MarkupEvent::Broken),
        }
    }
}

fn cdata_text(range: Range<usize>) -> (Range<usize>, MarkupEvent<'static>) {
    let (open, close) = ("<![CDATA[".len(), "]]>".len());
    if range.len() < open + close {
        return (range, MarkupEvent::Broken);
    }
    (range.start + open..range.end - close, MarkupEvent::Text)
}

/// Resolves a reference. An undefined one is text: "AT&T is big; yes".
fn resolve_reference<'a>(reference: &quick_xml::events::BytesRef<'_>) -> MarkupEvent<'a> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return MarkupEvent::CharacterReference(character.to_string());
    }
    match quick_xml::escape::resolve_html5_entity(reference) {
        Some(characters) => MarkupEvent::CharacterReference(characters.to_owned()),
        None => MarkupEvent::Text,
    }
}

/// The element name in the bytes of a tag, without namespace prefix.
pub(super) fn element_name(tag: &[u8]) -> &[u8] {
    let start = if tag.starts_with(b"</") { 2 } else { 1 };
    let name = tag.get(start..).unwrap_or_default();
    let ends = |&byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>');
    let name = &name[..name.iter().position(ends).unwrap_or(name.len())];
    match name.iter().position(|&byte| byte == b':') {
        Some(colon) => &name[colon + 1..],
        None => name,
    }
}
