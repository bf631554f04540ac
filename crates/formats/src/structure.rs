//! The structure of a document as JSON, for programs and for debugging: header
//! fields, blocks, markings, redactions, page lines, notes and marks, each with
//! its offsets.
//!
//! `start`, `end` and `at` count code points of the text that contains them
//! (that of the document or of a note). `raw_start` and `raw_end` count bytes
//! of the file.

use std::io::{self, Write};

use chancery_model::{
    Block, BlockKind, CodePoints, Document, Encoding, Format, Mark, MarkKind, Note, Portion,
    RawSpan, Role, TextSpan,
};
use serde::Serialize;

use crate::header::{HeaderForm, Placed};

#[derive(Serialize)]
struct Whole<'a> {
    id: String,
    raw_start: u32,
    raw_end: u32,
    format: Format,
    encoding: Encoding,
    header: HeaderForm,
    blocks: Vec<Part>,
    markings: Vec<[u32; 2]>,
    redactions: Vec<[u32; 2]>,
    page_lines: Vec<Page>,
    notes: Vec<Foot<'a>>,
    marks: Vec<Marked<'a>>,
    text: &'a str,
}

#[derive(Serialize)]
struct Part {
    kind: &'static str,
    start: u32,
    end: u32,
    raw_start: u32,
    raw_end: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<Placed<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    portion: Option<Placed<Portion>>,
}

#[derive(Serialize)]
struct Page {
    at: u32,
    raw_start: u32,
    raw_end: u32,
}

#[derive(Serialize)]
struct Foot<'a> {
    label: &'a str,
    at: u32,
    marks: Vec<Marked<'a>>,
    text: &'a str,
}

#[derive(Serialize)]
struct Marked<'a> {
    start: u32,
    end: u32,
    kind: MarkKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a str>,
}

/// Writes `document` as indented JSON and a line end.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write(document: &Document, out: &mut impl Write) -> io::Result<()> {
    let points = CodePoints::new(document.text.as_str());
    let places = |spans: &[TextSpan]| spans.iter().map(|&span| place(span, &points)).collect();
    let page = |line: &chancery_model::PageLine| Page {
        at: points.of(line.at),
        raw_start: line.raw.start,
        raw_end: line.raw.end,
    };
    let whole = Whole {
        id: document.id.to_string(),
        raw_start: document.raw.start,
        raw_end: document.raw.end,
        format: document.format,
        encoding: document.encoding,
        header: HeaderForm::of(&document.header, &points),
        blocks: document
            .blocks
            .iter()
            .map(|block| part(block, document.text.to_raw(block.span), &points))
            .collect(),
        markings: places(&document.markings),
        redactions: places(&document.redactions),
        page_lines: document.page_lines.iter().map(page).collect(),
        notes: document.notes.iter().map(|note| foot(note, &points)).collect(),
        marks: marks(&document.marks, &points),
        text: document.text.as_str(),
    };
    serde_json::to_writer_pretty(&mut *out, &whole)?;
    out.write_all(b"\n")
}

fn place(span: TextSpan, points: &CodePoints<'_>) -> [u32; 2] {
    [points.of(span.start), points.of(span.end)]
}

fn part(block: &Block, raw: RawSpan, points: &CodePoints<'_>) -> Part {
    let [start, end] = place(block.span, points);
    let paragraph = match &block.kind {
        BlockKind::Paragraph(paragraph) => Some(paragraph),
        _ => None,
    };
    let number = paragraph.and_then(|p| p.number.as_ref());
    let portion = paragraph.and_then(|p| p.portion.as_ref());
    Part {
        kind: kind(&block.kind),
        start,
        end,
        raw_start: raw.start,
        raw_end: raw.end,
        role: paragraph.map(|paragraph| paragraph.role),
        number: number.map(|field| Placed::of(field, points)),
        portion: portion.map(|field| Placed::of(field, points)),
    }
}

/// The name of a block's kind.
pub(crate) const fn kind(kind: &BlockKind) -> &'static str {
    match kind {
        BlockKind::Header => "header",
        BlockKind::Heading => "heading",
        BlockKind::Dateline => "dateline",
        BlockKind::Paragraph(_) => "paragraph",
        BlockKind::Table => "table",
        BlockKind::Signature => "signature",
    }
}

fn foot<'a>(note: &'a Note, points: &CodePoints<'_>) -> Foot<'a> {
    let own = CodePoints::new(note.text.as_str());
    Foot {
        label: &note.label,
        at: points.of(note.at),
        marks: marks(&note.marks, &own),
        text: note.text.as_str(),
    }
}

fn marks<'a>(marks: &'a [Mark], points: &CodePoints<'_>) -> Vec<Marked<'a>> {
    let marked = |mark: &'a Mark| {
        let [start, end] = place(mark.span, points);
        Marked { start, end, kind: mark.kind, target: mark.target.as_deref() }
    };
    marks.iter().map(marked).collect()
}
