//! `OpenDocument` texts and presentations (.odt, .odp).

use quick_xml::events::{BytesStart, Event};

use super::package::{Package, attribute, character_of, for_each_event};
use super::text_builder::{DistinctPieces, Piece, TextBuilder, text_of};
use super::word::opened;
use crate::extracted_text::{ExtractedText, ExtractionRemark};
use crate::{UnpackError, UnpackLimits};

/// Maximum number of blanks that are written for one element, which may stand for
/// billions.
const MAX_BLANKS: usize = 8;

/// The headers of pages, the text, then its notes, comments and the footers.
pub(crate) fn extract_odt_text(
    bytes: &[u8],
    limits: &UnpackLimits,
) -> Result<ExtractedText, UnpackError> {
    let mut package = Package::open(bytes, limits)?;
    let content = read_part(&package.read("content.xml")?, "body")?;
    let (mut headers, mut footers) = (DistinctPieces::default(), DistinctPieces::default());
    if package.has("styles.xml") {
        let styles = read_part(&package.read("styles.xml")?, "master-styles")?;
        headers.add(styles.headers);
        footers.add(styles.footers);
    }
    let mut pieces = headers.into_pieces();
    pieces.extend(content.pieces);
    pieces.extend(content.notes);
    pieces.extend(content.comments);
    pieces.extend(footers.into_pieces());
    let mut text = ExtractedText::whole(text_of(&pieces));
    if content.deleted > 0 {
        text.remark(ExtractionRemark::DeletedText(content.deleted));
    }
    let embedded = package.count_names("Object ") / 2;
    if embedded > 0 {
        text.remark(ExtractionRemark::EmbeddedFiles(embedded));
    }
    Ok(text)
}

#[derive(Default)]
struct PartText {
    pieces: Vec<Piece>,
    notes: Vec<Piece>,
    comments: Vec<Piece>,
    headers: Vec<Piece>,
    footers: Vec<Piece>,
    deleted: usize,
}

/// Reads what is in the element `root` of a part.
fn read_part(xml: &[u8], root: &'static str) -> Result<PartText, UnpackError> {
    let mut reader = PartReader { root, ..PartReader::default() };
    for_each_event(xml, |event| reader.take_event(event))?;
    reader.text.pieces = reader.builder.finish();
    Ok(reader.text)
}

#[derive(Default)]
struct PartReader {
    root: &'static str,
    is_inside: bool,
    builder: TextBuilder,
    text: PartText,
    /// Depth in an element that is skipped.
    skipped: usize,
    /// Depth of paragraphs: only their text counts.
    paragraphs: usize,
    /// The mark of the note that is read, and whether the mark is read now.
    mark: String,
    in_mark: bool,
    /// The author of the comment that is read, and whether the name is read now.
    author: String,
    in_author: bool,
    comments: usize,
}

impl PartReader {
    fn take_event(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(tag) if self.skipped > 0 => {
                self.skipped += 1;
                self.text.deleted += usize::from(tag.local_name().as_ref() == "deletion");
            }
            Event::End(_) if self.skipped > 0 => self.skipped -= 1,
            _ if self.skipped > 0 => {}
            Event::Start(tag) => self.start_element(tag),
            Event::Empty(tag) => self.take_empty(tag),
            Event::End(tag) => self.end_element(tag.local_name().as_ref()),
            Event::Text(words) => self.push_text(words),
            Event::CData(words) => self.push_text(words),
            Event::GeneralRef(entity) => self.push_text(&character_of(entity)),
            _ => {}
        }
    }

    fn push_text(&mut self, words: &str) {
        if self.in_mark {
            self.mark += words;
        } else if self.in_author {
            self.author += words;
        } else if self.is_inside && self.paragraphs > 0 {
            // Line ends in mark-up are blanks.
            self.builder.push(&words.replace(['\n', '\r'], " "));
        }
    }

    fn start_element(&mut self, tag: &BytesStart<'_>) {
        let name = tag.local_name();
        let name = name.as_ref();
        self.is_inside |= name == self.root;
        match name {
            "tracked-changes" | "title" | "desc" | "date" | "page-number" | "sequence-decls" => {
                self.skipped = 1;
            }
            "p" | "h" => {
                self.builder.start_paragraph();
                self.paragraphs += 1;
            }
            "note-citation" => (self.in_mark, self.mark) = (true, String::new()),
            "creator" => (self.in_author, self.author) = (true, String::new()),
            "note-body" | "text-box" | "header" | "header-left" | "header-first" | "footer"
            | "footer-left" | "footer-first" => self.builder.start_flow(),
            "annotation" => {
                self.comments += 1;
                self.author.clear();
                self.builder.start_flow();
            }
            "table-row" => self.builder.start_row(),
            "table-cell" => self.builder.start_flow(),
            _ => self.take_empty(tag),
        }
    }

    fn take_empty(&mut self, tag: &BytesStart<'_>) {
        if self.paragraphs == 0 {
            return;
        }
        match tag.local_name().as_ref() {
            "tab" => self.builder.push("\t"),
            "line-break" => self.builder.push("\n"),
            "s" => {
                let count = attribute(tag, "c").and_then(|count| count.parse::<usize>().ok());
                self.builder.push(&" ".repeat(count.unwrap_or(1).min(MAX_BLANKS)));
            }
            _ => {}
        }
    }

    fn end_element(&mut self, name: &str) {
        match name {
            "p" | "h" => {
                self.builder.end_paragraph();
                self.paragraphs = self.paragraphs.saturating_sub(1);
            }
            "note-citation" => {
                self.in_mark = false;
                let mark = format!("[{}]", self.mark.trim());
                self.builder.push(&mark);
            }
            "creator" => self.in_author = false,
            "note-body" => {
                let mark = format!("[{}]", self.mark.trim());
                let pieces = self.builder.end_flow();
                self.text.notes.extend(opened(&mark, pieces));
            }
            "annotation" => {
                let author = match self.author.trim() {
                    "" => "Comment:".to_owned(),
                    author => format!("Comment by {author}:"),
                };
                let pieces = self.builder.end_flow();
                self.text.comments.extend(opened(&author, pieces));
            }
            "text-box" => self.builder.end_box(),
            "table-cell" => self.builder.end_cell(),
            "table-row" => self.builder.end_row(),
            "header" | "header-left" | "header-first" => {
                let pieces = self.builder.end_flow();
                self.text.headers.extend(pieces);
            }
            "footer" | "footer-left" | "footer-first" => {
                let pieces = self.builder.end_flow();
                self.text.footers.extend(pieces);
            }
            _ => {}
        }
        if name == self.root {
            self.is_inside = false;
        }
    }
}
