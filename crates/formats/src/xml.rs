//! XML writer of this crate's formats: elements, attributes and text.
//! Characters that XML cannot represent are replaced.

use std::borrow::Cow;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// Writes an XML file.
pub(crate) struct XmlWriter<W: Write> {
    writer: Writer<W>,
}

impl<W: Write> XmlWriter<W> {
    /// Creates a writer to `out` and writes the XML declaration.
    pub(crate) fn start_file(out: W) -> io::Result<Self> {
        let mut writer = Writer::new(out);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let mut xml = Self { writer };
        xml.write_line_end()?;
        Ok(xml)
    }

    /// Writes `<name …>`.
    pub(crate) fn open_element(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
    ) -> io::Result<()> {
        self.writer.write_event(Event::Start(start_tag(name, attributes)))
    }

    /// Writes `<name …/>` and a line end.
    pub(crate) fn write_empty_element(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
    ) -> io::Result<()> {
        self.writer.write_event(Event::Empty(start_tag(name, attributes)))?;
        self.write_line_end()
    }

    /// Writes `</name>`.
    pub(crate) fn close_element(&mut self, name: &str) -> io::Result<()> {
        self.writer.write_event(Event::End(BytesEnd::new(name)))
    }

    /// Writes text. A carriage return is written as a character reference,
    /// because XML readers would turn it into a line feed.
    pub(crate) fn write_text(&mut self, text: &str) -> io::Result<()> {
        let escaped = partial_escape(replace_invalid(text));
        let escaped = match escaped.contains('\r') {
            true => escaped.replace('\r', "&#13;").into(),
            false => escaped,
        };
        self.writer.write_event(Event::Text(BytesText::from_escaped(escaped)))
    }

    /// Writes `<name …>text</name>`.
    pub(crate) fn write_element(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        text: &str,
    ) -> io::Result<()> {
        self.open_element(name, attributes)?;
        self.write_text(text)?;
        self.close_element(name)
    }

    /// Writes a line end. Use only where white space is not significant.
    pub(crate) fn write_line_end(&mut self) -> io::Result<()> {
        self.writer.get_mut().write_all(b"\n")
    }

    /// Returns the underlying writer.
    pub(crate) fn into_output(self) -> W {
        self.writer.into_inner()
    }
}

fn start_tag<'a>(name: &'a str, attributes: &[(&'a str, &'a str)]) -> BytesStart<'a> {
    let mut element = BytesStart::new(name);
    for (key, value) in attributes {
        let value = replace_invalid(value);
        element.push_attribute((*key, &*value));
    }
    element
}

/// Replaces each character that XML 1.0 cannot represent by U+FFFD. Offsets in
/// code points do not change.
fn replace_invalid(text: &str) -> Cow<'_, str> {
    let barred = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.contains(barred) { text.replace(barred, "\u{fffd}").into() } else { text.into() }
}
