//! The text of one part of an Office Open XML file, of a document or a slide.
//!
//! Both use the same names for paragraphs, runs, tables and text. Names are compared
//! without their prefixes and name spaces, so that the strict form is read too.

use quick_xml::events::{BytesStart, Event};

use super::package::{attribute, character_of, for_each_event};
use super::text_builder::{Piece, TextBuilder};
use crate::UnpackError;

/// Elements whose content is no text of the part: what was deleted or moved away, and
/// the commands of fields.
const DELETIONS: [&str; 4] = ["del", "moveFrom", "delText", "delInstrText"];
const NO_TEXT: [&str; 3] = ["instrText", "docPr", "cNvPr"];

/// The text of a part.
#[derive(Default)]
pub(super) struct PartText {
    pub pieces: Vec<Piece>,
    /// The notes or comments that it consists of: id, author, text.
    pub notes: Vec<PartNote>,
    /// Ids of the footnotes and endnotes, in the order in which the text refers to them.
    pub footnotes: Vec<String>,
    pub endnotes: Vec<String>,
    /// Number of deleted and of hidden passages.
    pub deleted: usize,
    pub hidden: usize,
}

/// A footnote, an endnote or a comment.
pub(super) struct PartNote {
    pub id: String,
    pub author: String,
    /// The id of the author in the list of a presentation.
    pub author_id: String,
    pub pieces: Vec<Piece>,
}

/// Reads a part.
pub(super) fn read_part(xml: &[u8]) -> Result<PartText, UnpackError> {
    let mut reader = PartReader::default();
    for_each_event(xml, |event| reader.take_event(event))?;
    let mut text = reader.text;
    text.pieces = reader.builder.finish();
    Ok(text)
}

#[derive(Default)]
struct PartReader {
    builder: TextBuilder,
    text: PartText,
    /// Depth in an element that is skipped.
    skipped: usize,
    in_text: bool,
    /// Depth in the properties of a paragraph and of a run.
    in_paragraph_properties: usize,
    in_run_properties: usize,
    is_hidden_run: bool,
    /// Whether each open alternative has been chosen.
    alternatives: Vec<bool>,
    /// The note or comment that is read.
    note: Option<PartNote>,
}

impl PartReader {
    fn take_event(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(_) if self.skipped > 0 => self.skipped += 1,
            Event::End(_) if self.skipped > 0 => self.skipped -= 1,
            _ if self.skipped > 0 => {}
            Event::Start(tag) => self.start_element(tag),
            Event::Empty(tag) => self.take_empty(tag),
            Event::End(tag) => self.end_element(tag.local_name().as_ref()),
            Event::Text(words) => self.push_text(words),
            Event::CData(words) => self.push_text(words),
            Event::GeneralRef(entity) if self.in_text => self.push_text(&character_of(entity)),
            _ => {}
        }
    }

    fn push_text(&mut self, words: &str) {
        if !self.in_text {
            return;
        }
        if self.is_hidden_run {
            self.text.hidden += usize::from(!words.trim().is_empty());
            return;
        }
        self.builder.push(words);
    }

    fn start_element(&mut self, tag: &BytesStart<'_>) {
        let name = tag.local_name();
        match name.as_ref() {
            _ if self.in_paragraph_properties > 0 => self.take_property(tag, true),
            name if DELETIONS.contains(&name) => {
                // What was moved is in the text where it was moved to.
                self.text.deleted += usize::from(name == "del");
                self.skipped = 1;
            }
            name if NO_TEXT.contains(&name) => self.skipped = 1,
            "fld" if attribute(tag, "type").as_deref() == Some("slidenum") => self.skipped = 1,
            "AlternateContent" => self.alternatives.push(false),
            "Choice" => self.choose(),
            "Fallback" => {
                if self.alternatives.last() == Some(&true) {
                    self.skipped = 1;
                }
            }
            "p" => self.builder.start_paragraph(),
            "pPr" => self.in_paragraph_properties = 1,
            "rPr" => self.in_run_properties += 1,
            "r" => self.is_hidden_run = false,
            "t" => self.in_text = true,
            "txbxContent" => self.builder.start_flow(),
            "tr" => self.builder.start_row(),
            "tc" => self.builder.start_flow(),
            "footnote" | "endnote" | "comment" | "cm" => self.start_note(tag),
            // The text of a comment of a presentation.
            "text" if self.note.is_some() => {
                self.builder.start_paragraph();
                self.in_text = true;
            }
            _ => self.take_empty(tag),
        }
    }

    fn choose(&mut self) {
        match self.alternatives.last_mut() {
            Some(chosen) if *chosen => self.skipped = 1,
            Some(chosen) => *chosen = true,
            None => {}
        }
    }

    /// An element in the properties of a paragraph.
    fn take_property(&mut self, tag: &BytesStart<'_>, is_open: bool) {
        self.in_paragraph_properties += usize::from(is_open);
        if matches!(tag.local_name().as_ref(), "del" | "moveFrom") {
            self.builder.join_next_paragraph();
        }
    }

    fn start_note(&mut self, tag: &BytesStart<'_>) {
        let id = attribute(tag, "id").unwrap_or_default();
        // Lines that part the notes from the text are notes of a type.
        let is_line = attribute(tag, "type").is_some_and(|kind| kind != "normal");
        if is_line {
            self.skipped = 1;
            return;
        }
        let author = attribute(tag, "author").unwrap_or_default();
        let author_id = attribute(tag, "authorId").unwrap_or_default();
        self.note = Some(PartNote { id, author, author_id, pieces: Vec::new() });
        self.builder.start_flow();
    }

    /// An element without content, or whose content needs no attention.
    fn take_empty(&mut self, tag: &BytesStart<'_>) {
        if self.in_paragraph_properties > 0 {
            return self.take_property(tag, false);
        }
        let name = tag.local_name();
        if self.in_run_properties > 0 {
            let is_off = || matches!(attribute(tag, "val").as_deref(), Some("0" | "false" | "off"));
            self.is_hidden_run |= name.as_ref() == "vanish" && !is_off();
            return;
        }
        let mark = match name.as_ref() {
            "tab" | "ptab" => "\t",
            "br" if attribute(tag, "type").as_deref() == Some("page") => "\n\n",
            "br" | "cr" => "\n",
            "noBreakHyphen" => "-",
            "sym" => &symbol(tag),
            "footnoteReference" => return self.refer(tag, true),
            "endnoteReference" => return self.refer(tag, false),
            _ => return,
        };
        if !self.is_hidden_run {
            self.builder.push(mark);
        }
    }

    /// A reference to a note: its number is put into the text.
    fn refer(&mut self, tag: &BytesStart<'_>, is_footnote: bool) {
        let id = attribute(tag, "id").unwrap_or_default();
        let list = if is_footnote { &mut self.text.footnotes } else { &mut self.text.endnotes };
        list.push(id);
        let mark = note_mark(list.len(), is_footnote);
        self.builder.push(&mark);
    }

    fn end_element(&mut self, name: &str) {
        if self.in_paragraph_properties > 0 {
            self.in_paragraph_properties -= 1;
            return;
        }
        match name {
            "rPr" => self.in_run_properties = self.in_run_properties.saturating_sub(1),
            "r" => self.is_hidden_run = false,
            "t" => self.in_text = false,
            "p" => self.builder.end_paragraph(),
            "txbxContent" => self.builder.end_box(),
            "tc" => self.builder.end_cell(),
            "tr" => self.builder.end_row(),
            "AlternateContent" => drop(self.alternatives.pop()),
            "text" if self.note.is_some() => {
                self.in_text = false;
                self.builder.end_paragraph();
            }
            "footnote" | "endnote" | "comment" | "cm" => {
                let pieces = self.builder.end_flow();
                if let Some(note) = self.note.take() {
                    self.text.notes.push(PartNote { pieces, ..note });
                }
            }
            _ => {}
        }
    }
}

/// The mark of a note in the text: `[1]`, and `[e1]` of an endnote.
pub(super) fn note_mark(number: usize, is_footnote: bool) -> String {
    if is_footnote { format!("[{number}]") } else { format!("[e{number}]") }
}

/// The Greek letters at the places of the Latin ones in the font Symbol.
const SYMBOL_CAPITALS: &str = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";
const SYMBOL_LETTERS: &str = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";

/// The character of a symbol. Ornaments have none.
fn symbol(tag: &BytesStart<'_>) -> String {
    let code = attribute(tag, "char").and_then(|digits| u32::from_str_radix(&digits, 16).ok());
    let Some(code) = code else { return String::new() };
    let is_symbol = attribute(tag, "font").is_some_and(|font| font == "Symbol");
    let low = code & 0xFF;
    let letter = |letters: &str, first: u8| letters.chars().nth((low - u32::from(first)) as usize);
    let found = match code {
        0xF041..=0xF05A if is_symbol => letter(SYMBOL_CAPITALS, b'A'),
        0xF061..=0xF07A if is_symbol => letter(SYMBOL_LETTERS, b'a'),
        0xF0B7 => Some('•'),
        0xF000..=0xF0FF => None,
        code => char::from_u32(code),
    };
    found.map(String::from).unwrap_or_default()
}
