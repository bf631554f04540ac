//! The tags of an XML file, and the characters between them.

use std::ops::Range;

use memchr::{memchr, memchr2, memmem};

use crate::decode;

/// A tag, without the prefix of its name.
pub(crate) struct Tag<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) range: Range<usize>,
    pub(crate) closes: bool,
    pub(crate) is_empty: bool,
}

/// A piece of a file.
pub(crate) enum Piece<'a> {
    Tag(Tag<'a>),
    /// Characters with entities.
    Characters(Range<usize>),
    /// The characters of a CDATA section.
    Data(Range<usize>),
}

/// The pieces of a file. Comments, declarations and instructions are left out.
pub(crate) struct Tags<'a> {
    raw: &'a [u8],
    at: usize,
}

impl<'a> Tags<'a> {
    pub(crate) fn new(raw: &'a [u8]) -> Self {
        Self { raw, at: if raw.starts_with(decode::BOM) { decode::BOM.len() } else { 0 } }
    }

    /// The pieces of a part of a file.
    pub(crate) fn within(raw: &'a [u8], part: Range<usize>) -> Self {
        let whole = Self::new(&raw[..part.end]);
        Self { at: whole.at.max(part.start), ..whole }
    }

    /// The end of a construct that starts here and ends with `close`.
    fn end_of(&self, close: &[u8]) -> usize {
        let found = memmem::find(&self.raw[self.at..], close);
        found.map_or(self.raw.len(), |length| self.at + length + close.len())
    }
}

/// The start of a section whose characters have no entities.
const DATA: &[u8] = b"<![CDATA[";

impl<'a> Iterator for Tags<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            let raw = self.raw;
            let rest = raw.get(self.at..).filter(|rest| !rest.is_empty())?;
            let start = self.at;
            if rest[0] != b'<' {
                self.at = memchr(b'<', rest).map_or(raw.len(), |length| start + length);
                return Some(Piece::Characters(start..self.at));
            }
            if rest.starts_with(DATA) {
                self.at = self.end_of(b"]]>");
                let closed = raw[..self.at].ends_with(b"]]>");
                let end = if closed { self.at - 3 } else { self.at };
                return Some(Piece::Data(start + DATA.len()..end.max(start + DATA.len())));
            }
            if rest.starts_with(b"<!--") {
                self.at = self.end_of(b"-->");
            } else if rest.starts_with(b"<?") {
                self.at = self.end_of(b"?>");
            } else if rest.starts_with(b"<!") {
                // A document type may declare entities between brackets.
                let first = memchr2(b'[', b'>', rest);
                let declares = first.is_some_and(|at| rest[at] == b'[');
                self.at = self.end_of(if declares { b"]>" } else { b">" });
            } else {
                return Some(self.read_tag(start));
            }
        }
    }
}

impl<'a> Tags<'a> {
    /// Reads the tag at `start`. A `<` that opens no tag is a character.
    fn read_tag(&mut self, start: usize) -> Piece<'a> {
        let closes = self.raw.get(start + 1) == Some(&b'/');
        let name_start = start + 1 + usize::from(closes);
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(byte);
        let length = self.raw[name_start..].iter().take_while(is_name).count();
        let end = memchr2(b'<', b'>', &self.raw[name_start..]).map(|length| name_start + length);
        let Some(end) = end.filter(|&end| length > 0 && self.raw[end] == b'>') else {
            self.at = start + 1;
            return Piece::Characters(start..start + 1);
        };
        self.at = end + 1;
        let name = &self.raw[name_start..name_start + length];
        let name = name.rsplit(|&byte| byte == b':').next().unwrap_or(name);
        let is_empty = self.raw[end - 1] == b'/';
        Piece::Tag(Tag { name, range: start..end + 1, closes, is_empty })
    }
}
