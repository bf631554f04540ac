//! XML as the formats of this crate write it: elements, attributes and text,
//! with what XML cannot hold replaced.

use std::borrow::Cow;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// A file of XML.
pub(crate) struct Xml<W: Write> {
    writer: Writer<W>,
}

impl<W: Write> Xml<W> {
    /// A file that goes to `out`, with its declaration.
    pub(crate) fn begin(out: W) -> io::Result<Self> {
        let mut writer = Writer::new(out);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let mut xml = Self { writer };
        xml.line_end()?;
        Ok(xml)
    }

    /// `<name …>`.
    pub(crate) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.writer.write_event(Event::Start(start(name, attributes)))
    }

    /// `<name …/>` and a line end.
    pub(crate) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.writer.write_event(Event::Empty(start(name, attributes)))?;
        self.line_end()
    }

    /// `</name>`.
    pub(crate) fn close(&mut self, name: &str) -> io::Result<()> {
        self.writer.write_event(Event::End(BytesEnd::new(name)))
    }

    /// Text. A carriage return is written as a reference, for readers turn
    /// it into a line end otherwise.
    pub(crate) fn text(&mut self, text: &str) -> io::Result<()> {
        let escaped = partial_escape(clean(text));
        let escaped = match escaped.contains('\r') {
            true => escaped.replace('\r', "&#13;").into(),
            false => escaped,
        };
        self.writer.write_event(Event::Text(BytesText::from_escaped(escaped)))
    }

    /// `<name …>text</name>`.
    pub(crate) fn whole(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        text: &str,
    ) -> io::Result<()> {
        self.open(name, attributes)?;
        self.text(text)?;
        self.close(name)
    }

    /// A line end, where white space does not count.
    pub(crate) fn line_end(&mut self) -> io::Result<()> {
        self.writer.get_mut().write_all(b"\n")
    }

    /// Where the file went.
    pub(crate) fn finish(self) -> W {
        self.writer.into_inner()
    }
}

fn start<'a>(name: &'a str, attributes: &[(&'a str, &'a str)]) -> BytesStart<'a> {
    let mut element = BytesStart::new(name);
    for (key, value) in attributes {
        let value = clean(value);
        element.push_attribute((*key, &*value));
    }
    element
}

/// `text` with U+FFFD for each character that XML 1.0 has no way to write, so
/// that code points keep their places.
fn clean(text: &str) -> Cow<'_, str> {
    let barred = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.contains(barred) { text.replace(barred, "\u{fffd}").into() } else { text.into() }
}
