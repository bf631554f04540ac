//! TEI P5 (<https://tei-c.org/guidelines/p5/>): one `teiCorpus` with a `TEI`
//! for each document.
//!
//! ```xml
//! <TEI xml:id="d1">
//! <teiHeader>…<idno type="blake3">9f86…</idno><idno type="path">cables/09LOME1.txt</idno>…</teiHeader>
//! <standOff><listPerson>
//! <person xml:id="d1.e1"><persName>Osei, Ama</persName><idno>pocom:osei-ama</idno></person>
//! </listPerson></standOff>
//! <text><body><ab xml:space="preserve"><persName ref="#d1.e1">Ama Osei</persName> left.</ab></body></text>
//! </TEI>
//! ```
//!
//! Mentions are `persName`, `placeName`, `orgName` and `name type="misc"`. Their
//! entities are in lists of the document. Each block of the text is an `ab`.
//! Together these reproduce the text exactly, including line ends, so offsets
//! are code points of the text of the `body`. Footnotes come last, each as a `note`
//! with the number of its `anchor`. Control characters that XML
//! cannot represent become U+FFFD. What is said is in `said` elements, if the document has
//! statements.

mod reader;
mod said;

use std::io::{self, Write};
use std::iter::Peekable;
use std::ops::Range;

use chancery_model::{Annotated, Entity, Label, Text};

use crate::xml::XmlWriter;
use said::{OtherParties, SaidElements};

pub use reader::read_documents;

/// The TEI namespace.
const NAMESPACE: &str = "http://www.tei-c.org/ns/1.0";

/// The element of a mention with this label, and its attribute.
const fn mention_element(label: Label) -> (&'static str, Option<(&'static str, &'static str)>) {
    match label {
        Label::Per => ("persName", None),
        Label::Loc => ("placeName", None),
        Label::Org => ("orgName", None),
        Label::Misc => ("name", Some(("type", "misc"))),
    }
}

/// The elements for the entities of a label: the list, the entity, an optional
/// wrapper of name and id, and the name.
const fn list_elements(
    label: Label,
) -> (&'static str, &'static str, Option<&'static str>, &'static str) {
    match label {
        Label::Per => ("listPerson", "person", None, "persName"),
        Label::Loc => ("listPlace", "place", None, "placeName"),
        Label::Org => ("listOrg", "org", None, "orgName"),
        Label::Misc => ("listObject", "object", Some("objectIdentifier"), "objectName"),
    }
}

/// Writes a file, one document at a time.
pub struct TeiWriter<W: Write> {
    xml: XmlWriter<W>,
    documents: u64,
}

impl<W: Write> TeiWriter<W> {
    /// Creates a writer to `out` and writes the start of the file.
    ///
    /// # Errors
    /// This and the other methods return the errors of `out`.
    pub fn start_file(out: W) -> io::Result<Self> {
        let mut xml = XmlWriter::start_file(out)?;
        xml.open_element("teiCorpus", &[("xmlns", NAMESPACE)])?;
        xml.write_line_end()?;
        write_header(&mut xml, "Documents with their names marked", |xml| {
            xml.write_element("p", &[], "Marked by Chancery.")
        })?;
        Ok(Self { xml, documents: 0 })
    }

    /// Writes a document. `source` says where it came from.
    pub fn write_document(&mut self, annotated: &Annotated, source: &str) -> io::Result<()> {
        self.documents += 1;
        let document_id = format!("d{}", self.documents);
        let document = &annotated.document;
        let xml = &mut self.xml;
        xml.open_element("TEI", &[("xml:id", &document_id)])?;
        xml.write_line_end()?;
        let subject = document.header.subject.as_ref().map(|field| field.value.as_str());
        write_header(xml, subject.unwrap_or(source), |xml| {
            xml.open_element("bibl", &[])?;
            xml.write_element("idno", &[("type", "blake3")], &document.id.to_string())?;
            xml.write_element("idno", &[("type", "path")], source)?;
            if let Some(cable_id) = &document.header.cable_id {
                xml.write_element("idno", &[("type", "cable")], &cable_id.value.0)?;
            }
            if let Some(day) = document.header.document_date() {
                let day = day.to_string();
                xml.write_element("date", &[("when", &day)], &day)?;
            }
            xml.close_element("bibl")
        })?;
        let parties = OtherParties::new(&document_id, annotated);
        write_stand_off(xml, &document_id, annotated, &parties)?;
        write_body(xml, &document_id, annotated, &parties)?;
        xml.close_element("TEI")?;
        xml.write_line_end()
    }

    /// Writes the end of the file and returns the output.
    pub fn finish_file(mut self) -> io::Result<W> {
        self.xml.close_element("teiCorpus")?;
        self.xml.write_line_end()?;
        Ok(self.xml.into_output())
    }
}

/// Writes a header with a title and a description of the source.
fn write_header<W: Write>(
    xml: &mut XmlWriter<W>,
    title: &str,
    source: impl FnOnce(&mut XmlWriter<W>) -> io::Result<()>,
) -> io::Result<()> {
    for name in ["teiHeader", "fileDesc", "titleStmt"] {
        xml.open_element(name, &[])?;
    }
    xml.write_element("title", &[], title)?;
    xml.close_element("titleStmt")?;
    xml.open_element("publicationStmt", &[])?;
    xml.write_element("p", &[], "Written by chancery export.")?;
    xml.close_element("publicationStmt")?;
    xml.open_element("sourceDesc", &[])?;
    source(xml)?;
    for name in ["sourceDesc", "fileDesc", "teiHeader"] {
        xml.close_element(name)?;
    }
    xml.write_line_end()
}

/// Writes the `standOff`: the entities, and what statements point to.
fn write_stand_off<W: Write>(
    xml: &mut XmlWriter<W>,
    document_id: &str,
    annotated: &Annotated,
    parties: &OtherParties<'_>,
) -> io::Result<()> {
    let statements = &annotated.attribution.statements;
    let entities = &annotated.entities.entities;
    if entities.is_empty() && statements.is_empty() {
        return Ok(());
    }
    xml.open_element("standOff", &[])?;
    write_entity_lists(xml, document_id, entities)?;
    parties.write(xml, statements)?;
    xml.close_element("standOff")?;
    xml.write_line_end()
}

/// Writes a list of entities for each label.
fn write_entity_lists<W: Write>(
    xml: &mut XmlWriter<W>,
    document_id: &str,
    entities: &[Entity],
) -> io::Result<()> {
    for label in Label::ALL {
        let (list, item, around, name) = list_elements(label);
        let numbered = entities.iter().zip(1..).filter(|(entity, _)| entity.label == label);
        for (at, (entity, number)) in numbered.clone().enumerate() {
            if at == 0 {
                xml.open_element(list, &[])?;
                xml.write_line_end()?;
            }
            let id = format!("{document_id}.e{number}");
            xml.open_element(item, &[("xml:id", &id)])?;
            around.map_or(Ok(()), |around| xml.open_element(around, &[]))?;
            xml.write_element(name, &[], &entity.name)?;
            xml.write_element("idno", &[], &entity.id)?;
            around.map_or(Ok(()), |around| xml.close_element(around))?;
            xml.close_element(item)?;
            xml.write_line_end()?;
        }
        if numbered.count() > 0 {
            xml.close_element(list)?;
        }
    }
    Ok(())
}

/// The anchors of footnotes that are not written yet, in order.
struct Anchors<'a, I: Iterator<Item = (u32, u32)>> {
    document_id: &'a str,
    numbered: Peekable<I>,
}

impl<I: Iterator<Item = (u32, u32)>> Anchors<'_, I> {
    /// Writes a part of the text and the anchors in it. An anchor inside a mention
    /// follows the mention.
    fn write_text<W: Write>(
        &mut self,
        xml: &mut XmlWriter<W>,
        text: &Text,
        part: Range<u32>,
    ) -> io::Result<()> {
        let mut at = part.start;
        while let Some((anchor, number)) = self.numbered.next_if(|(anchor, _)| *anchor <= part.end)
        {
            let anchor = anchor.max(at);
            xml.write_text(&text.as_str()[at as usize..anchor as usize])?;
            xml.write_element(
                "anchor",
                &[("xml:id", &format!("{}.a{number}", self.document_id))],
                "",
            )?;
            at = anchor;
        }
        xml.write_text(&text.as_str()[at as usize..part.end as usize])
    }
}

/// Writes text outside of names, with its anchors and statements.
struct TextWriter<'a, I: Iterator<Item = (u32, u32)>> {
    text: &'a Text,
    anchors: Anchors<'a, I>,
    said: SaidElements<'a>,
}

impl<I: Iterator<Item = (u32, u32)>> TextWriter<'_, I> {
    /// Writes a part of the text. Statements that start at its end are not opened.
    fn write_part<W: Write>(&mut self, xml: &mut XmlWriter<W>, part: Range<u32>) -> io::Result<()> {
        let mut at = part.start;
        loop {
            self.said.close_until(xml, at)?;
            if at < part.end {
                self.said.open_until(xml, at)?;
            }
            let next = self.said.next_boundary(at).min(part.end);
            self.anchors.write_text(xml, self.text, at..next)?;
            if next >= part.end {
                return self.said.close_until(xml, part.end);
            }
            at = next;
        }
    }
}

/// Writes the text. Each `ab` goes from the start of a block to the start of
/// the next; blocks that start inside a mention do not start an `ab`.
fn write_body<W: Write>(
    xml: &mut XmlWriter<W>,
    document_id: &str,
    annotated: &Annotated,
    parties: &OtherParties<'_>,
) -> io::Result<()> {
    let text = &annotated.document.text;
    xml.open_element("text", &[])?;
    xml.open_element("body", &[])?;
    let in_mention = |at: u32| {
        let after = annotated.mentions.partition_point(|mention| mention.span.start < at);
        after > 0 && at < annotated.mentions[after - 1].span.end
    };
    let starts = annotated.document.blocks.iter().map(|block| block.span.start);
    let mut ends: Vec<u32> = starts.filter(|&at| at > 0 && !in_mention(at)).collect();
    ends.push(text.whole_span().end);
    let mut mentions = annotated.mentions.iter().enumerate().peekable();
    let mut notes = annotated.document.footnotes().zip(1..).peekable();
    let anchors = annotated.document.footnotes().map(|(_, note)| note.anchor);
    let anchors = Anchors { document_id, numbered: anchors.zip(1..).peekable() };
    let said = SaidElements::new(annotated, parties);
    let mut writer = TextWriter { text, anchors, said };
    let mut at = 0;
    for end in ends {
        while notes.next_if(|((span, _), _)| span.start < at).is_some() {}
        let note = notes.next_if(|((span, _), _)| span.start == at);
        let element = if note.is_some() { "note" } else { "ab" };
        let target = note.map(|(_, number)| format!("#{document_id}.a{number}"));
        let mut attributes = vec![("xml:space", "preserve")];
        if let (Some(((_, note), _)), Some(target)) = (note, &target) {
            attributes.extend([("place", "foot"), ("n", &note.marker), ("target", target)]);
        }
        xml.open_element(element, &attributes)?;
        writer.said.resume(xml)?;
        while let Some((number, mention)) = mentions.next_if(|(_, mention)| mention.span.end <= end)
        {
            writer.write_part(xml, at..mention.span.start)?;
            writer.said.open_until(xml, mention.span.start)?;
            let (element, kind) = mention_element(mention.label);
            let link = annotated.entities.link_of_mention(number);
            let target = link.map(|link| format!("#{document_id}.e{}", link.entity + 1));
            let mut attributes: Vec<(&str, &str)> = kind.into_iter().collect();
            attributes.extend(target.as_deref().map(|target| ("ref", target)));
            xml.write_element(element, &attributes, &text[mention.span])?;
            at = mention.span.end;
        }
        writer.write_part(xml, at..end)?;
        at = end;
        writer.said.interrupt(xml)?;
        xml.close_element(element)?;
    }
    xml.close_element("body")?;
    xml.close_element("text")?;
    xml.write_line_end()
}
