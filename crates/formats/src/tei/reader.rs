//! Reads TEI written by Chancery or by other programs.
//!
//! The text of a document is that of the `text` element of a `TEI`. It is taken
//! unchanged where `xml:space` is `preserve`. Elsewhere, each run of white space
//! becomes one blank, and block elements (paragraphs, headings, cells) start a
//! line. Notes are left out, except those at the foot of the text that keep white space
//! and have an `anchor`, as Chancery writes them: they become footnotes. Of nested names, only the outer one is read.

use std::collections::HashMap;

use chancery_model::Label;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::byte_offsets::ByteOffsets;
use crate::error::{FormatError, FormatProblem, decode_utf8};
use crate::footnotes::{FootnoteRecord, set_footnotes};
use crate::record::SourcedDocument;
use crate::token_document::{self, LabelledSpan};

/// Elements that do not start a line.
const INLINE: &[&str] = &[
    "persName",
    "placeName",
    "orgName",
    "geogName",
    "name",
    "rs",
    "hi",
    "date",
    "gloss",
    "term",
    "ref",
    "ptr",
    "seg",
    "w",
    "pc",
    "c",
    "abbr",
    "expan",
    "choice",
    "sic",
    "corr",
    "emph",
    "foreign",
    "title",
    "num",
    "forename",
    "surname",
    "roleName",
    "settlement",
    "country",
    "affiliation",
    "del",
    "add",
    "gap",
    "supplied",
    "unclear",
    "q",
    "said",
    "quote",
    "anchor",
    "milestone",
    "pb",
    "time",
];

/// Reads a TEI file: one document for each `TEI` element.
///
/// # Errors
/// Fails if the file is not valid UTF-8, is not well-formed XML, or has no
/// `TEI` element.
pub fn read_documents(bytes: &[u8]) -> Result<Vec<SourcedDocument>, FormatError> {
    let file = decode_utf8(bytes)?;
    let mut reader = Reader::from_str(file);
    let mut documents = Vec::new();
    let mut open = TeiDocumentBuilder::default();
    let mut is_tei = false;
    loop {
        let at = reader.buffer_position() as usize;
        let wrong = |what: String| FormatError::at_byte(bytes, at, FormatProblem::Xml(what));
        match reader.read_event().map_err(|error| wrong(error.to_string()))? {
            Event::Start(start) => {
                is_tei |= matches!(start.local_name().as_ref(), "TEI" | "teiCorpus");
                open.start_element(&start);
            }
            Event::Empty(start) => {
                open.start_element(&start);
                open.end_element(start.local_name().as_ref());
            }
            Event::End(end) => {
                let name = end.local_name();
                open.end_element(name.as_ref());
                if name.as_ref() == "TEI" {
                    // The elements around it are still open.
                    let path = std::mem::take(&mut open.path);
                    let document = std::mem::replace(
                        &mut open,
                        TeiDocumentBuilder { path, ..TeiDocumentBuilder::default() },
                    );
                    let document = document.finish_document();
                    documents.push(
                        document.map_err(|problem| FormatError::at_byte(bytes, at, problem))?,
                    );
                }
            }
            Event::Text(text) => open.push_text(&text.xml10_content()),
            Event::CData(text) => open.push_text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let character =
                    reference.resolve_char_ref().map_err(|error| wrong(error.to_string()))?;
                let named = match &*reference.xml10_content() {
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "amp" => Some('&'),
                    "apos" => Some('\''),
                    "quot" => Some('"'),
                    _ => None,
                };
                let character =
                    character.or(named).ok_or_else(|| wrong("unknown entity reference".into()))?;
                open.push_text(character.encode_utf8(&mut [0; 4]));
            }
            Event::Eof if !is_tei => {
                return Err(FormatError::at_byte(bytes, 0, FormatProblem::MissingTei));
            }
            Event::Eof if !open.path.is_empty() => {
                return Err(wrong("the file ends inside an element".into()));
            }
            Event::Eof => return Ok(documents),
            _ => {}
        }
    }
}

/// The document that is being read, and the open elements.
#[derive(Default)]
struct TeiDocumentBuilder {
    /// For each open element, whether it preserves white space.
    path: Vec<bool>,
    /// Whether the next character starts a line.
    breaks: bool,
    /// Numbers of open `text` and `note` elements.
    texts: u32,
    notes: u32,
    footnotes: Vec<FootnoteRecord<'static>>,
    /// Code points at which the anchors of footnotes stand, by id.
    anchors: HashMap<String, u32>,
    /// Depth of the open footnote.
    footnote: Option<usize>,
    text: String,
    /// Length of `text` in code points.
    points: u32,
    spans: Vec<LabelledSpan>,
    /// The open mention: label, first code point, depth.
    name: Option<(Label, u32, usize)>,
    /// The `type` of the open `idno`.
    idno: Option<String>,
    id: String,
    source: String,
}

impl TeiDocumentBuilder {
    fn start_element(&mut self, start: &BytesStart<'_>) {
        let name = start.local_name();
        let name = name.as_ref();
        let value = |key: &str| {
            let attribute = start.try_get_attribute(key).ok().flatten()?;
            Some(attribute.value.to_string())
        };
        let preserves = match value("xml:space").as_deref() {
            Some("preserve") => true,
            Some(_) => false,
            None => self.path.last().copied().unwrap_or(false),
        };
        if !preserves && !INLINE.contains(&name) {
            self.request_line_break();
        }
        self.path.push(preserves);
        match name {
            "text" => self.texts += 1,
            "note" => self.start_note(preserves, &value),
            "anchor" => {
                value("xml:id").map(|id| self.anchors.insert(id, self.points));
            }
            "idno" => self.idno = value("type"),
            _ => {}
        }
        if self.is_in_text()
            && self.name.is_none()
            && let Some(label) = element_label(name, value("type").as_deref())
        {
            self.write_line_break();
            self.name = Some((label, self.points, self.path.len()));
        }
    }

    fn end_element(&mut self, name: &str) {
        if let Some((label, start, depth)) = self.name
            && depth == self.path.len()
        {
            self.spans.push(LabelledSpan { start, end: self.points, label, score: 1.0 });
            self.name = None;
        }
        let is_footnote = name == "note" && self.footnote == Some(self.path.len());
        if is_footnote {
            self.end_footnote();
        }
        let preserves = self.path.pop().unwrap_or(false);
        match name {
            "text" => self.texts = self.texts.saturating_sub(1),
            "note" if !is_footnote => self.notes = self.notes.saturating_sub(1),
            "idno" => self.idno = None,
            _ if !preserves && !INLINE.contains(&name) => self.request_line_break(),
            _ => {}
        }
    }

    /// Starts a note: a footnote whose anchor was read, or one that is left out.
    fn start_note(&mut self, preserves: bool, value: &impl Fn(&str) -> Option<String>) {
        let target = value("target").unwrap_or_default();
        let anchor = self.anchors.get(target.trim_start_matches('#')).copied();
        match anchor.filter(|_| preserves && self.notes == 0 && self.footnote.is_none()) {
            Some(anchor) => {
                let marker = value("n").unwrap_or_default().into();
                let start = self.points;
                self.footnote = Some(self.path.len());
                self.footnotes.push(FootnoteRecord { marker, anchor, start, end: start });
            }
            None => self.notes += 1,
        }
    }

    /// Ends the open footnote. The line end that separates it from the next is not part
    /// of it.
    fn end_footnote(&mut self) {
        self.footnote = None;
        if let Some(note) = self.footnotes.last_mut() {
            let text = self.text.trim_end_matches('\n');
            note.end = self.points - (self.text.len() - text.len()) as u32;
            if note.end <= note.start {
                self.footnotes.pop();
            }
        }
    }

    fn is_in_text(&self) -> bool {
        self.texts > 0 && self.notes == 0
    }

    /// Starts a line at the next character, except inside a mention.
    fn request_line_break(&mut self) {
        self.breaks |= self.is_in_text() && self.name.is_none();
    }

    fn write_line_break(&mut self) {
        let begins = std::mem::take(&mut self.breaks);
        if begins && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.push_character('\n');
        }
    }

    fn push_character(&mut self, letter: char) {
        self.text.push(letter);
        self.points += 1;
    }

    fn push_text(&mut self, text: &str) {
        match self.idno.as_deref() {
            Some("blake3") => self.id += text,
            Some("path") => self.source += text,
            _ => {}
        }
        if !self.is_in_text() {
            return;
        }
        let preserves = self.path.last().copied().unwrap_or(false);
        for letter in text.chars() {
            if preserves || !letter.is_whitespace() {
                self.write_line_break();
                self.push_character(letter);
            } else if !self.breaks && !self.text.is_empty() && !self.text.ends_with(' ') {
                self.push_character(' ');
            }
        }
    }

    fn finish_document(self) -> Result<SourcedDocument, FormatProblem> {
        let mut annotated = token_document::annotate_text(&self.text, self.spans)
            .map_err(|(_, problem)| problem)?;
        let offsets = ByteOffsets::new(&self.text);
        set_footnotes(&mut annotated.document, &self.footnotes, &offsets)?;
        if let Ok(id) = self.id.parse() {
            annotated.document.id = id;
        }
        Ok(SourcedDocument { source: self.source, annotated })
    }
}

/// The label of an element that marks a name.
fn element_label(element: &str, kind: Option<&str>) -> Option<Label> {
    match element {
        "persName" => Some(Label::Per),
        "placeName" | "geogName" => Some(Label::Loc),
        "orgName" => Some(Label::Org),
        "name" => token_document::parse_label(kind?).ok(),
        _ => None,
    }
}
