//! Statements in TEI: `said` around what is said, and the parties that it points to.
//!
//! ```xml
//! <standOff>…<listPerson><personGrp xml:id="d1.post" role="post"><p>the sending post</p></personGrp></listPerson>
//! <interpGrp type="statement"><interp xml:id="d1.say">say</interp></interpGrp></standOff>
//! … Ama Osei said that <said xml:id="d1.s1" who="#d1.e1" toWhom="#d1.post" ana="#d1.say" cert="0.87">it
//! rained</said>.
//! ```
//!
//! `who` and `toWhom` point to an entity of the document, to the sending post, or to a
//! group that has words without an entity. XML elements nest and statements need not: where
//! one ends inside another, or at the end of a block, the rest is another `said` with `prev`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::iter::Peekable;

use chancery_model::{Annotated, Party, Statement, StatementKind, TextSpan};

use crate::rounding::round_score;
use crate::xml::XmlWriter;

/// The parties that no entity of the document is, by their words; none for the post.
pub(super) struct OtherParties<'a> {
    document_id: &'a str,
    has_post: bool,
    groups: BTreeMap<&'a str, usize>,
}

impl<'a> OtherParties<'a> {
    pub(super) fn new(document_id: &'a str, annotated: &'a Annotated) -> Self {
        let mut others = Self { document_id, has_post: false, groups: BTreeMap::new() };
        let statements = annotated.attribution.statements.iter();
        for party in statements.flat_map(|one| one.speaker.iter().chain(&one.hearer)) {
            match party {
                Party::Entity(_) => {}
                Party::Post => others.has_post = true,
                Party::Words(words) => {
                    let number = others.groups.len() + 1;
                    others.groups.entry(words).or_insert(number);
                }
            }
        }
        others
    }

    fn target(&self, party: &Party) -> Option<String> {
        let id = self.document_id;
        Some(match party {
            Party::Entity(number) => format!("#{id}.e{}", number + 1),
            Party::Post => format!("#{id}.post"),
            Party::Words(words) => format!("#{id}.w{}", self.groups.get(words.as_str())?),
        })
    }

    /// Writes the groups, and the kinds of the statements, into the `standOff`.
    pub(super) fn write<W: Write>(
        &self,
        xml: &mut XmlWriter<W>,
        statements: &[Statement],
    ) -> io::Result<()> {
        let id = self.document_id;
        if self.has_post || !self.groups.is_empty() {
            xml.open_element("listPerson", &[("type", "parties")])?;
            xml.write_line_end()?;
            if self.has_post {
                let group = [("xml:id", &*format!("{id}.post")), ("role", "post")];
                write_group(xml, &group, "the sending post")?;
            }
            for (words, number) in &self.groups {
                write_group(xml, &[("xml:id", &*format!("{id}.w{number}"))], words)?;
            }
            xml.close_element("listPerson")?;
            xml.write_line_end()?;
        }
        if !statements.is_empty() {
            xml.open_element("interpGrp", &[("type", "statement")])?;
            for kind in StatementKind::ALL {
                if statements.iter().any(|one| one.kind == kind) {
                    let name = kind.as_str();
                    xml.write_element("interp", &[("xml:id", &format!("{id}.{name}"))], name)?;
                }
            }
            xml.close_element("interpGrp")?;
        }
        Ok(())
    }
}

fn write_group<W: Write>(
    xml: &mut XmlWriter<W>,
    attributes: &[(&str, &str)],
    words: &str,
) -> io::Result<()> {
    xml.open_element("personGrp", attributes)?;
    xml.write_element("p", &[], words)?;
    xml.close_element("personGrp")?;
    xml.write_line_end()
}

/// Opens and closes the elements of statements while the text is written.
pub(super) struct SaidElements<'a> {
    parties: &'a OtherParties<'a>,
    waiting: Peekable<std::vec::IntoIter<SaidElement<'a>>>,
    /// The outermost first.
    open: Vec<SaidElement<'a>>,
}

/// What one statement says.
struct SaidElement<'a> {
    /// From 1, in the order of the cues.
    number: usize,
    span: TextSpan,
    statement: &'a Statement,
    is_continued: bool,
}

impl<'a> SaidElements<'a> {
    /// What is said in a document. A content that begins or ends inside a name has the
    /// whole name.
    pub(super) fn new(annotated: &'a Annotated, parties: &'a OtherParties<'a>) -> Self {
        let around = |at: u32| {
            let after = annotated.mentions.partition_point(|mention| mention.span.end <= at);
            let mention = annotated.mentions.get(after).map(|mention| mention.span);
            mention.filter(|span| span.start < at && at < span.end)
        };
        let widened = |span: TextSpan| {
            let start = around(span.start).map_or(span.start, |name| name.start);
            TextSpan::new(start, around(span.end).map_or(span.end, |name| name.end))
        };
        let statements = annotated.attribution.statements.iter();
        let mut waiting: Vec<SaidElement<'a>> = (statements.zip(1..))
            .filter(|(statement, _)| !statement.content.is_empty())
            .map(|(statement, number)| {
                let span = widened(statement.content);
                SaidElement { number, span, statement, is_continued: false }
            })
            .collect();
        waiting.sort_by_key(|one| (one.span.start, std::cmp::Reverse(one.span.end), one.number));
        Self { parties, waiting: waiting.into_iter().peekable(), open: Vec::new() }
    }

    /// The next position after `at` where an element starts or ends.
    pub(super) fn next_boundary(&mut self, at: u32) -> u32 {
        let starts = self.waiting.peek().map(|one| one.span.start);
        let ends = self.open.iter().map(|one| one.span.end);
        ends.chain(starts).filter(|border| *border > at).min().unwrap_or(u32::MAX)
    }

    /// Closes what ends up to `at`. What was opened inside of it is closed too, and goes on
    /// in another element.
    pub(super) fn close_until<W: Write>(
        &mut self,
        xml: &mut XmlWriter<W>,
        at: u32,
    ) -> io::Result<()> {
        let Some(outermost) = self.open.iter().position(|one| one.span.end <= at) else {
            return Ok(());
        };
        for _ in outermost..self.open.len() {
            xml.close_element("said")?;
        }
        let inner = self.open.split_off(outermost);
        for element in inner.into_iter().filter(|one| one.span.end > at) {
            self.open_element(xml, SaidElement { is_continued: true, ..element })?;
        }
        Ok(())
    }

    /// Opens what starts up to `at`.
    pub(super) fn open_until<W: Write>(
        &mut self,
        xml: &mut XmlWriter<W>,
        at: u32,
    ) -> io::Result<()> {
        while let Some(element) = self.waiting.next_if(|one| one.span.start <= at) {
            self.open_element(xml, element)?;
        }
        Ok(())
    }

    /// Closes all elements at the end of a block.
    pub(super) fn interrupt<W: Write>(&mut self, xml: &mut XmlWriter<W>) -> io::Result<()> {
        self.open.iter().try_for_each(|_| xml.close_element("said"))
    }

    /// Opens them again in the next block.
    pub(super) fn resume<W: Write>(&mut self, xml: &mut XmlWriter<W>) -> io::Result<()> {
        for element in std::mem::take(&mut self.open) {
            self.open_element(xml, SaidElement { is_continued: true, ..element })?;
        }
        Ok(())
    }

    fn open_element<W: Write>(
        &mut self,
        xml: &mut XmlWriter<W>,
        element: SaidElement<'a>,
    ) -> io::Result<()> {
        let (id, statement) = (self.parties.document_id, element.statement);
        let own = format!("{id}.s{}", element.number);
        let mut attributes = vec![match element.is_continued {
            true => ("prev", format!("#{own}")),
            false => ("xml:id", own),
        }];
        let target =
            |party: &Option<Party>| party.as_ref().and_then(|one| self.parties.target(one));
        attributes.extend(target(&statement.speaker).map(|target| ("who", target)));
        attributes.extend(target(&statement.hearer).map(|target| ("toWhom", target)));
        attributes.push(("ana", format!("#{id}.{}", statement.kind.as_str())));
        attributes.push(("cert", round_score(statement.score).to_string()));
        let attributes: Vec<(&str, &str)> =
            attributes.iter().map(|(name, value)| (*name, value.as_str())).collect();
        xml.open_element("said", &attributes)?;
        self.open.push(element);
        Ok(())
    }
}
