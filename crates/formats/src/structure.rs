//! The structure of a document as JSON, for programs and for debugging: header
//! fields, blocks, markings, redactions, page lines, pages, marks and references, each
//! with its offsets. A block of the kind `footnote` has a marker and an anchor.
//!
//! `start`, `end`, `at` and `anchor` count code points of the text. `raw_start` and `raw_end` count bytes
//! of the file.

use std::io::{self, Write};

use chancery_model::{
    Block, BlockKind, CodePoints, Document, EditorialMark, EditorialMarkKind, Encoding, Language,
    ParagraphRole, PortionMarking, RawSpan, SourceFormat, TextSpan,
};
use serde::Serialize;

use crate::header::{HeaderRecord, LocatedField};
use crate::record::{PageRecord, ReferenceRecord, foreign_code, page_records, reference_records};

#[derive(Serialize)]
struct StructureRecord<'a> {
    id: String,
    raw_start: u32,
    raw_end: u32,
    format: SourceFormat,
    encoding: Encoding,
    header: HeaderRecord,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'static str>,
    blocks: Vec<BlockRecord<'a>>,
    markings: Vec<[u32; 2]>,
    redactions: Vec<[u32; 2]>,
    page_lines: Vec<PageLineRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pages: Vec<PageRecord>,
    marks: Vec<MarkRecord<'a>>,
    references: Vec<ReferenceRecord<'a>>,
    text: &'a str,
}

#[derive(Serialize)]
struct BlockRecord<'a> {
    kind: &'static str,
    start: u32,
    end: u32,
    raw_start: u32,
    raw_end: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<ParagraphRole>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<LocatedField<Box<str>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    portion: Option<LocatedField<PortionMarking>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    anchor: Option<u32>,
}

#[derive(Serialize)]
struct PageLineRecord {
    at: u32,
    raw_start: u32,
    raw_end: u32,
}

#[derive(Serialize)]
struct MarkRecord<'a> {
    start: u32,
    end: u32,
    kind: EditorialMarkKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a str>,
}

/// Writes `document`, which is in `language`, as indented JSON and a line end.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_structure(
    document: &Document,
    language: Language,
    out: &mut impl Write,
) -> io::Result<()> {
    let points = CodePoints::new(document.text.as_str());
    let offsets_of =
        |spans: &[TextSpan]| spans.iter().map(|&span| code_point_offsets(span, &points)).collect();
    let page = |line: &chancery_model::PageLine| PageLineRecord {
        at: points.code_point_offset(line.offset),
        raw_start: line.raw.start,
        raw_end: line.raw.end,
    };
    let whole = StructureRecord {
        id: document.id.to_string(),
        raw_start: document.raw.start,
        raw_end: document.raw.end,
        format: document.format,
        encoding: document.encoding,
        header: HeaderRecord::from_header(&document.header, &points),
        language: foreign_code(language),
        blocks: document
            .blocks
            .iter()
            .map(|block| block_record(block, document.text.to_raw_span(block.span), &points))
            .collect(),
        markings: offsets_of(&document.markings),
        redactions: offsets_of(&document.redactions),
        page_lines: document.page_lines.iter().map(page).collect(),
        pages: page_records(&document.pages, &points),
        marks: mark_records(&document.marks, &points),
        references: reference_records(document, &points),
        text: document.text.as_str(),
    };
    serde_json::to_writer_pretty(&mut *out, &whole)?;
    out.write_all(b"\n")
}

fn code_point_offsets(span: TextSpan, points: &CodePoints<'_>) -> [u32; 2] {
    [points.code_point_offset(span.start), points.code_point_offset(span.end)]
}

fn block_record<'a>(block: &'a Block, raw: RawSpan, points: &CodePoints<'_>) -> BlockRecord<'a> {
    let [start, end] = code_point_offsets(block.span, points);
    let (paragraph, note) = match &block.kind {
        BlockKind::Paragraph(paragraph) => (Some(paragraph), None),
        BlockKind::Footnote(note) => (None, Some(note)),
        _ => (None, None),
    };
    let number = paragraph.and_then(|p| p.number.as_ref());
    let portion = paragraph.and_then(|p| p.portion.as_deref());
    BlockRecord {
        kind: block.kind.as_str(),
        start,
        end,
        raw_start: raw.start,
        raw_end: raw.end,
        role: paragraph.map(|paragraph| paragraph.role),
        number: number.map(|field| LocatedField::from_field(field, points)),
        portion: portion.map(|field| LocatedField::from_field(field, points)),
        marker: note.map(|note| note.marker.as_str()),
        anchor: note.map(|note| points.code_point_offset(note.anchor)),
    }
}

fn mark_records<'a>(marks: &'a [EditorialMark], points: &CodePoints<'_>) -> Vec<MarkRecord<'a>> {
    let to_record = |mark: &'a EditorialMark| {
        let [start, end] = code_point_offsets(mark.span, points);
        MarkRecord { start, end, kind: mark.kind, target: mark.target.as_deref() }
    };
    marks.iter().map(to_record).collect()
}
