//! Documents of Word (.docx): the text with its notes, comments, headers and footers.

use super::open_xml::{self, PartNote, PartText, note_mark};
use super::package::Package;
use super::text_builder::{DistinctPieces, Piece, text_of};
use crate::extracted_text::{ExtractedText, ExtractionRemark};
use crate::{UnpackError, UnpackLimits};

/// The headers of pages, the text, then footnotes, endnotes, comments and the footers.
pub(crate) fn extract_docx_text(
    bytes: &[u8],
    limits: &UnpackLimits,
) -> Result<ExtractedText, UnpackError> {
    let mut package = Package::open(bytes, limits)?;
    let main = package.main_part("word/document.xml")?;
    let mut body = open_xml::read_part(&package.read(&main)?)?;
    let mut parts = Parts::new(&mut package, &main)?;
    let headers = parts.running("header", &mut body)?;
    let diagrams = parts.diagrams(&mut body)?;
    let footnotes = parts.notes("footnotes", &mut body)?;
    let endnotes = parts.notes("endnotes", &mut body)?;
    let comments = parts.notes("comments", &mut body)?;
    let footers = parts.running("footer", &mut body)?;
    let embedded = package.count_names("/embeddings/");

    let mut pieces = headers;
    pieces.append(&mut body.pieces);
    pieces.extend(diagrams);
    pieces.extend(numbered(footnotes, &body.footnotes, true));
    pieces.extend(numbered(endnotes, &body.endnotes, false));
    pieces.extend(comments.into_iter().flat_map(comment));
    pieces.extend(footers);
    let mut text = ExtractedText::whole(text_of(&pieces));
    add_remarks(&mut text, &body, embedded);
    Ok(text)
}

/// Says what is not in the text.
pub(super) fn add_remarks(text: &mut ExtractedText, part: &PartText, embedded: usize) {
    if part.deleted > 0 {
        text.remark(ExtractionRemark::DeletedText(part.deleted));
    }
    if part.hidden > 0 {
        text.remark(ExtractionRemark::HiddenText(part.hidden));
    }
    if embedded > 0 {
        text.remark(ExtractionRemark::EmbeddedFiles(embedded));
    }
}

/// The notes with their numbers, in the order of the text; then those that the text
/// does not refer to.
fn numbered(notes: Vec<PartNote>, order: &[String], is_footnote: bool) -> Vec<Piece> {
    let mut rest: Vec<Option<PartNote>> = notes.into_iter().map(Some).collect();
    let mut pieces = Vec::new();
    let places: std::collections::HashMap<String, usize> = rest
        .iter()
        .enumerate()
        .filter_map(|(at, note)| Some((note.as_ref()?.id.clone(), at)))
        .collect();
    for (number, id) in order.iter().enumerate() {
        let note = places.get(id).and_then(|&at| rest[at].take());
        pieces.extend(
            note.map(|note| opened(&note_mark(number + 1, is_footnote), note.pieces))
                .into_iter()
                .flatten(),
        );
    }
    pieces.extend(rest.into_iter().flatten().flat_map(|note| note.pieces));
    pieces
}

/// A comment with its author.
pub(super) fn comment(note: PartNote) -> Vec<Piece> {
    let author = match &*note.author {
        "" => "Comment:".to_owned(),
        author => format!("Comment by {author}:"),
    };
    opened(&author, note.pieces)
}

/// The pieces with `words` before the first.
pub(super) fn opened(words: &str, mut pieces: Vec<Piece>) -> Vec<Piece> {
    match pieces.first_mut() {
        Some(Piece::Paragraph(first) | Piece::Row(first)) => *first = format!("{words} {first}"),
        None => {}
    }
    pieces
}

/// The parts to which the main part refers.
struct Parts<'p, 'a> {
    package: &'p mut Package<'a>,
    /// Kind and name.
    names: Vec<(String, String)>,
}

impl<'p, 'a> Parts<'p, 'a> {
    /// A file without references has the parts of the usual names.
    fn new(package: &'p mut Package<'a>, main: &str) -> Result<Self, UnpackError> {
        let references = package.relationships(main)?.into_iter();
        let mut names: Vec<(String, String)> =
            references.map(|one| (one.kind, one.target)).collect();
        let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
        let usual = [
            ("footnotes", "footnotes"),
            ("endnotes", "endnotes"),
            ("comments", "comments"),
            ("header", "header1"),
            ("header", "header2"),
            ("header", "header3"),
            ("footer", "footer1"),
            ("footer", "footer2"),
            ("footer", "footer3"),
        ];
        for (kind, name) in usual {
            let name = format!("{folder}/{name}.xml");
            if !names.iter().any(|(_, known)| *known == name) {
                names.push((kind.to_owned(), name));
            }
        }
        names.retain(|(_, name)| package.has(name));
        Ok(Self { package, names })
    }

    fn read(&mut self, kind: &str, body: &mut PartText) -> Result<Vec<PartText>, UnpackError> {
        let names = self.names.iter().filter(|(known, _)| known == kind);
        let names: Vec<String> = names.map(|(_, name)| name.clone()).collect();
        let mut read = Vec::new();
        for name in names {
            let part = open_xml::read_part(&self.package.read(&name)?)?;
            body.deleted += part.deleted;
            body.hidden += part.hidden;
            read.push(part);
        }
        Ok(read)
    }

    /// The headers or footers of pages, each once.
    fn running(&mut self, kind: &str, body: &mut PartText) -> Result<Vec<Piece>, UnpackError> {
        let mut distinct = DistinctPieces::default();
        self.read(kind, body)?.into_iter().for_each(|part| distinct.add(part.pieces));
        Ok(distinct.into_pieces())
    }

    fn diagrams(&mut self, body: &mut PartText) -> Result<Vec<Piece>, UnpackError> {
        let parts = self.read("diagramData", body)?;
        Ok(parts.into_iter().flat_map(|part| part.pieces).collect())
    }

    fn notes(&mut self, kind: &str, body: &mut PartText) -> Result<Vec<PartNote>, UnpackError> {
        Ok(self.read(kind, body)?.into_iter().flat_map(|part| part.notes).collect())
    }
}
