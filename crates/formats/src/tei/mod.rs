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
//! are code points of the text of the `body`. Control characters that XML
//! cannot represent become U+FFFD.

mod read;

use std::io::{self, Write};

use chancery_model::{Annotated, Entity, Label};

use crate::xml::Xml;

pub use read::read;

/// The TEI namespace.
const NAMESPACE: &str = "http://www.tei-c.org/ns/1.0";

/// The element of a mention with this label, and its attribute.
const fn element(label: Label) -> (&'static str, Option<(&'static str, &'static str)>) {
    match label {
        Label::Per => ("persName", None),
        Label::Loc => ("placeName", None),
        Label::Org => ("orgName", None),
        Label::Misc => ("name", Some(("type", "misc"))),
    }
}

/// The elements for the entities of a label: the list, the entity, an optional
/// wrapper of name and id, and the name.
const fn list(label: Label) -> (&'static str, &'static str, Option<&'static str>, &'static str) {
    match label {
        Label::Per => ("listPerson", "person", None, "persName"),
        Label::Loc => ("listPlace", "place", None, "placeName"),
        Label::Org => ("listOrg", "org", None, "orgName"),
        Label::Misc => ("listObject", "object", Some("objectIdentifier"), "objectName"),
    }
}

/// Writes a file, one document at a time.
pub struct Writer<W: Write> {
    xml: Xml<W>,
    documents: u64,
}

impl<W: Write> Writer<W> {
    /// Creates a writer to `out` and writes the start of the file.
    ///
    /// # Errors
    /// This and the other methods return the errors of `out`.
    pub fn begin(out: W) -> io::Result<Self> {
        let mut xml = Xml::begin(out)?;
        xml.open("teiCorpus", &[("xmlns", NAMESPACE)])?;
        xml.line_end()?;
        header(&mut xml, "Documents with their names marked", |xml| {
            xml.whole("p", &[], "Marked by Chancery.")
        })?;
        Ok(Self { xml, documents: 0 })
    }

    /// Writes a document. `source` says where it came from.
    pub fn write(&mut self, annotated: &Annotated, source: &str) -> io::Result<()> {
        self.documents += 1;
        let own = format!("d{}", self.documents);
        let document = &annotated.document;
        let xml = &mut self.xml;
        xml.open("TEI", &[("xml:id", &own)])?;
        xml.line_end()?;
        let subject = document.header.subject.as_ref().map(|field| field.value.as_str());
        header(xml, subject.unwrap_or(source), |xml| {
            xml.open("bibl", &[])?;
            xml.whole("idno", &[("type", "blake3")], &document.id.to_string())?;
            xml.whole("idno", &[("type", "path")], source)?;
            if let Some(reference) = &document.header.reference_id {
                xml.whole("idno", &[("type", "cable")], &reference.value.0)?;
            }
            if let Some(day) = document.header.day() {
                let day = day.to_string();
                xml.whole("date", &[("when", &day)], &day)?;
            }
            xml.close("bibl")
        })?;
        lists(xml, &own, &annotated.entities.entities)?;
        body(xml, &own, annotated)?;
        xml.close("TEI")?;
        xml.line_end()
    }

    /// Writes the end of the file and returns the output.
    pub fn finish(mut self) -> io::Result<W> {
        self.xml.close("teiCorpus")?;
        self.xml.line_end()?;
        Ok(self.xml.finish())
    }
}

/// Writes a header with a title and a description of the source.
fn header<W: Write>(
    xml: &mut Xml<W>,
    title: &str,
    source: impl FnOnce(&mut Xml<W>) -> io::Result<()>,
) -> io::Result<()> {
    for name in ["teiHeader", "fileDesc", "titleStmt"] {
        xml.open(name, &[])?;
    }
    xml.whole("title", &[], title)?;
    xml.close("titleStmt")?;
    xml.open("publicationStmt", &[])?;
    xml.whole("p", &[], "Written by chancery export.")?;
    xml.close("publicationStmt")?;
    xml.open("sourceDesc", &[])?;
    source(xml)?;
    for name in ["sourceDesc", "fileDesc", "teiHeader"] {
        xml.close(name)?;
    }
    xml.line_end()
}

/// Writes the `standOff` with a list of entities for each label.
fn lists<W: Write>(xml: &mut Xml<W>, own: &str, entities: &[Entity]) -> io::Result<()> {
    if entities.is_empty() {
        return Ok(());
    }
    xml.open("standOff", &[])?;
    for label in Label::ALL {
        let (list, item, around, name) = list(label);
        let numbered = entities.iter().zip(1..).filter(|(entity, _)| entity.label == label);
        for (at, (entity, number)) in numbered.clone().enumerate() {
            if at == 0 {
                xml.open(list, &[])?;
                xml.line_end()?;
            }
            let id = format!("{own}.e{number}");
            xml.open(item, &[("xml:id", &id)])?;
            around.map_or(Ok(()), |around| xml.open(around, &[]))?;
            xml.whole(name, &[], &entity.name)?;
            xml.whole("idno", &[], &entity.id)?;
            around.map_or(Ok(()), |around| xml.close(around))?;
            xml.close(item)?;
            xml.line_end()?;
        }
        if numbered.count() > 0 {
            xml.close(list)?;
        }
    }
    xml.close("standOff")?;
    xml.line_end()
}

/// Writes the text. Each `ab` goes from the start of a block to the start of
/// the next; blocks that start inside a mention do not start an `ab`.
fn body<W: Write>(xml: &mut Xml<W>, own: &str, annotated: &Annotated) -> io::Result<()> {
    let text = &annotated.document.text;
    xml.open("text", &[])?;
    xml.open("body", &[])?;
    let in_name = |at: u32| {
        let after = annotated.mentions.partition_point(|name| name.span.start < at);
        after > 0 && at < annotated.mentions[after - 1].span.end
    };
    let starts = annotated.document.blocks.iter().map(|block| block.span.start);
    let mut ends: Vec<u32> = starts.filter(|&at| at > 0 && !in_name(at)).collect();
    ends.push(text.span().end);
    let mut names = annotated.mentions.iter().enumerate().peekable();
    let mut at = 0;
    for end in ends {
        xml.open("ab", &[("xml:space", "preserve")])?;
        while let Some((number, name)) = names.next_if(|(_, name)| name.span.end <= end) {
            xml.text(&text.as_str()[at as usize..name.span.start as usize])?;
            let (element, kind) = element(name.label);
            let link = annotated.entities.of(number);
            let reference = link.map(|link| format!("#{own}.e{}", link.entity + 1));
            let mut attributes: Vec<(&str, &str)> = kind.into_iter().collect();
            attributes.extend(reference.as_deref().map(|reference| ("ref", reference)));
            xml.whole(element, &attributes, &text[name.span])?;
            at = name.span.end;
        }
        xml.text(&text.as_str()[at as usize..end as usize])?;
        at = end;
        xml.close("ab")?;
    }
    xml.close("body")?;
    xml.close("text")?;
    xml.line_end()
}
