//! The text of XML files: recognised pages (ALTO, PAGE XML), and any other XML.
//!
//! ALTO has its words in attributes (`String CONTENT`), PAGE XML in `TextEquiv` elements
//! of lines, regions and words. Lines of the page are lines of the text, and every word
//! keeps its bytes. A page ends with a form feed. Of another kind of XML the text between the tags is read; elements
//! part lines, except those within a line. A tag is never a word.

use std::ops::Range;

use crate::recognition::{PageConfidences, attribute, read_number};
use crate::xml_tags::{Piece, Tag, Tags};
use crate::{ParseFault, decode, html, mets};
use chancery_model::{RunKind, Text};

/// The text of an XML file, and the name of its root.
pub(crate) struct XmlText {
    /// The words, with line ends at the ends of lines and elements.
    pub text: Text,
    /// The confidences of its words, if it has any.
    pub confidences: PageConfidences,
    /// What is wrong: the kind is not known, or there is no text in it.
    pub fault: Option<ParseFault>,
}

/// Where the words of a file are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    /// In the attribute `CONTENT` of `String`.
    Content,
    /// In `Unicode` elements of this element of PAGE XML.
    Unicode(&'static [u8]),
    /// Between the tags.
    BetweenTags,
}

/// The elements of PAGE XML that bear text, finest of what is usual first. The text of a
/// region repeats that of its lines, so only one kind is read.
const PAGE_LEVELS: [&[u8]; 3] = [b"TextLine", b"TextRegion", b"Word"];

/// Elements within a line of text, in XML of any kind.
const INLINE_ELEMENTS: [&[u8]; 14] = [
    b"a", b"abbr", b"b", b"em", b"emph", b"hi", b"i", b"name", b"ref", b"span", b"strong", b"sub",
    b"sup", b"u",
];

/// The elements that bear the text of a work in TEI.
const TEI_ROOTS: [&[u8]; 2] = [b"TEI", b"TEI.2"];

/// The extents of the `TEI` elements of a file that are in no other; the whole file if it
/// has none.
pub(crate) fn tei_extents(raw: &[u8]) -> Vec<Range<usize>> {
    let mut extents = Vec::new();
    let (mut depth, mut start) = (0_u32, 0);
    for piece in Tags::new(raw) {
        let Piece::Tag(tag) = piece else { continue };
        if !TEI_ROOTS.contains(&tag.name) || tag.is_empty {
            continue;
        }
        match (tag.closes, depth) {
            (false, 0) => (depth, start) = (1, tag.range.start),
            (false, _) => depth += 1,
            (true, 1) => {
                depth = 0;
                extents.push(start..tag.range.end);
            }
            (true, _) => depth = depth.saturating_sub(1),
        }
    }
    if depth > 0 {
        extents.push(start..raw.len());
    }
    if extents.is_empty() {
        extents.push(0..raw.len());
    }
    extents
}

/// Reads the text of an XML file, or of a part of it.
pub(crate) fn read_xml(raw: &[u8], part: Range<usize>) -> XmlText {
    let root = Tags::within(raw, part.clone()).find_map(|piece| match piece {
        Piece::Tag(tag) if !tag.closes => Some(tag.name),
        _ => None,
    });
    let root = root.unwrap_or(b"");
    let read_words = |words| read_words(raw, part.clone(), words);
    let mut fault = None;
    let (text, confidences) = match root {
        b"alto" => read_words(Words::Content),
        b"PcGts" => {
            let levels = PAGE_LEVELS.iter().map(|level| read_words(Words::Unicode(level)));
            levels.into_iter().find(|(text, _)| has_words(text)).unwrap_or_default()
        }
        // METS bears the text of its pages only if they are inside.
        b"mets" => {
            let pages = read_words(Words::Content);
            if !has_words(&pages.0) {
                fault = Some(ParseFault::NoTextInMets { files: mets::text_files(raw) });
            }
            pages
        }
        root if TEI_ROOTS.contains(&root) => read_words(Words::BetweenTags),
        root => {
            let root = String::from_utf8_lossy(root).into_owned();
            let found = read_words(Words::BetweenTags);
            if has_words(&found.0) {
                fault = Some(ParseFault::UnknownXml(root));
            }
            found
        }
    };
    XmlText { text, confidences, fault }
}

fn has_words(text: &Text) -> bool {
    text.as_str().contains(char::is_alphanumeric)
}

fn read_words(raw: &[u8], part: Range<usize>, words: Words) -> (Text, PageConfidences) {
    let mut reader = XmlReader {
        raw,
        text: Text::default(),
        confidences: PageConfidences::default(),
        words,
        bearers: Vec::new(),
        in_unicode: false,
        in_header: false,
        in_title: false,
        defines_entities: memchr::memmem::find(raw, b"<!ENTITY").is_some(),
    };
    for piece in Tags::within(raw, part) {
        match piece {
            Piece::Tag(tag) => reader.read_tag(&tag),
            Piece::Characters(range) => reader.read_characters(range, true),
            Piece::Data(range) => reader.read_characters(range, false),
        }
    }
    (reader.text, reader.confidences)
}

struct XmlReader<'a> {
    raw: &'a [u8],
    text: Text,
    confidences: PageConfidences,
    words: Words,
    /// The open elements of PAGE XML that bear text, the innermost last.
    bearers: Vec<Bearer<'a>>,
    in_unicode: bool,
    /// Whether the reader is in the header of a TEI file, of which only the title is read.
    in_header: bool,
    in_title: bool,
    /// Whether the file defines entities itself.
    defines_entities: bool,
}

/// An open element of PAGE XML that bears text.
struct Bearer<'a> {
    name: &'a [u8],
    /// Whether its text was read. Further readings of it are alternatives.
    is_read: bool,
}

impl<'a> XmlReader<'a> {
    fn read_tag(&mut self, tag: &Tag<'a>) {
        let is_page = tag.name == b"Page" && !tag.closes && self.words != Words::BetweenTags;
        if is_page {
            if !self.confidences.is_empty() {
                self.text.push_run("\x0C", tag.range.clone(), RunKind::Joined);
            }
            self.confidences.start_page();
        }
        let gap = match tag.name {
            _ if is_page => "",
            b"TextBlock" | b"TextRegion" | b"Page" | b"p" | b"div" => "\n\n",
            b"TextLine" => "\n",
            b"SP" | b"Word" => " ",
            b"String" | b"HYP" => "",
            name if self.words == Words::BetweenTags && !INLINE_ELEMENTS.contains(&name) => "\n",
            _ => "",
        };
        self.push_gap(gap, &tag.range);
        match self.words {
            Words::Content => {
                if matches!(tag.name, b"String" | b"HYP") && !tag.closes {
                    self.read_content(tag);
                }
            }
            Words::Unicode(_) => {
                if PAGE_LEVELS.contains(&tag.name) && !tag.is_empty {
                    if tag.closes {
                        self.bearers.pop();
                    } else {
                        self.bearers.push(Bearer { name: tag.name, is_read: false });
                    }
                }
                if tag.name == b"TextEquiv" && !tag.closes && self.is_bearer_read(false) {
                    self.add_confidence(tag, b"conf");
                }
                if tag.name == b"Unicode" && tag.closes {
                    self.bearers.last_mut().into_iter().for_each(|bearer| bearer.is_read = true);
                }
                self.in_unicode = tag.name == b"Unicode" && !tag.closes && !tag.is_empty;
            }
            Words::BetweenTags => match tag.name {
                b"teiHeader" => self.in_header = !tag.closes && !tag.is_empty,
                b"titleStmt" => self.in_title = !tag.closes && !tag.is_empty,
                _ => {}
            },
        }
    }

    fn read_content(&mut self, tag: &Tag<'_>) {
        if tag.name == b"String" {
            self.add_confidence(tag, b"WC");
        }
        if let Some(value) = attribute(&self.raw[tag.range.clone()], b"CONTENT") {
            self.push_words(tag.range.start + value.start..tag.range.start + value.end, true);
        }
    }

    /// Counts the confidence of a tag, a number from 0 to 1.
    fn add_confidence(&mut self, tag: &Tag<'_>, name: &[u8]) {
        let inside = &self.raw[tag.range.clone()];
        let share = attribute(inside, name).and_then(|value| read_number(&inside[value]));
        if let Some(share) = share {
            self.confidences.add(share * 100.0);
        }
    }

    /// Whether the innermost bearer is of the kind that is read, and was read before or not.
    fn is_bearer_read(&self, expected: bool) -> bool {
        let bearer = self.bearers.last();
        bearer.is_some_and(|bearer| {
            matches!(self.words, Words::Unicode(level) if level == bearer.name)
                && bearer.is_read == expected
        })
    }

    fn read_characters(&mut self, range: Range<usize>, has_entities: bool) {
        let is_read = match self.words {
            Words::Content => false,
            Words::Unicode(_) => self.in_unicode && self.is_bearer_read(false),
            Words::BetweenTags => !self.in_header || self.in_title,
        };
        if is_read {
            self.push_words(range, has_entities);
        }
    }

    /// Adds characters. Line ends of the source are blanks.
    fn push_words(&mut self, range: Range<usize>, has_entities: bool) {
        let mut at = range.start;
        while at < range.end {
            let next = memchr::memchr3(b'&', b'\n', b'\r', &self.raw[at..range.end]);
            let next = next.map_or(range.end, |length| at + length);
            decode::push_decoded(&mut self.text, &self.raw[..range.end], at..next);
            if next == range.end {
                return;
            }
            at = match self.raw[next] {
                b'&' if has_entities => self.push_entity(next, range.end),
                b'&' => {
                    self.text.push_run("&", next..next + 1, RunKind::Copied);
                    next + 1
                }
                _ => {
                    self.text.push_run(" ", next..next + 1, RunKind::Joined);
                    next + 1
                }
            };
        }
    }

    fn push_entity(&mut self, at: usize, stop: usize) -> usize {
        let Some((meant, end)) = html::entity_at(self.raw, at, stop) else {
            // An entity that the file defines itself is left out, however long it is.
            let name = &self.raw[at + 1..stop];
            let length = name.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            if self.defines_entities && length > 0 && name.get(length) == Some(&b';') {
                return at + length + 2;
            }
            self.text.push_run("&", at..at + 1, RunKind::Copied);
            return at + 1;
        };
        self.text.push_run(&meant, at..end, RunKind::Decoded);
        end
    }

    /// Adds white space in place of a tag, unless there is as much already.
    fn push_gap(&mut self, gap: &str, tag: &Range<usize>) {
        if !gap.is_empty() && !self.text.is_empty() && !self.text.as_str().ends_with(gap) {
            self.text.push_run(gap, tag.clone(), RunKind::Joined);
        }
    }
}
