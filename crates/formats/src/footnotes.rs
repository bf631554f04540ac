//! Footnotes as the formats carry them: marker, anchor and span.
//!
//! A footnote is part of the text, after the body. Formats say of each where it is, so
//! that a reader can tell its names from those of the body.

use std::borrow::Cow;

use chancery_model::{Block, BlockKind, CodePoints, Document, Footnote, TextSpan};
use serde::{Deserialize, Serialize};

use crate::byte_offsets::ByteOffsets;
use crate::error::FormatProblem;

/// A footnote, with offsets in code points of the text.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FootnoteRecord<'a> {
    /// Its marker as printed; may be empty.
    #[serde(default)]
    pub(crate) marker: Cow<'a, str>,
    /// Where the marker stands in the body.
    pub(crate) anchor: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// The footnotes of a document, in order.
pub(crate) fn footnote_records<'a>(
    document: &'a Document,
    points: &CodePoints<'_>,
) -> Vec<FootnoteRecord<'a>> {
    let record = |(span, note): (TextSpan, &'a Footnote)| FootnoteRecord {
        marker: Cow::Borrowed(&note.marker),
        anchor: points.code_point_offset(note.anchor),
        start: points.code_point_offset(span.start),
        end: points.code_point_offset(span.end),
    };
    document.footnotes().map(record).collect()
}

/// Makes footnotes of the end of a document's text. Blocks that reach into it are cut.
///
/// # Errors
/// Fails if a span is out of range, a footnote overlaps another, or an anchor lies
/// behind the first footnote.
pub(crate) fn set_footnotes(
    document: &mut Document,
    records: &[FootnoteRecord<'_>],
    offsets: &ByteOffsets<'_>,
) -> Result<(), FormatProblem> {
    let mut notes = Vec::with_capacity(records.len());
    for record in records {
        let span = offsets.byte_span(record.start, record.end)?;
        let anchor = offsets.byte_span(record.anchor, record.anchor)?.start;
        let marker = record.marker.clone().into_owned();
        notes.push(Block { span, kind: BlockKind::Footnote(Footnote { marker, anchor }) });
    }
    notes.sort_by_key(|note| note.span.start);
    let Some(first) = notes.first().map(|note| note.span.start) else { return Ok(()) };
    let is_apart = notes.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start);
    let is_anchored = notes.iter().all(|note| match &note.kind {
        BlockKind::Footnote(footnote) => footnote.anchor <= first && !note.span.is_empty(),
        _ => true,
    });
    if !(is_apart && is_anchored) {
        return Err(FormatProblem::MisplacedFootnote);
    }
    document.blocks.retain(|block| block.span.start < first);
    if let Some(last) = document.blocks.last_mut() {
        last.span.end = last.span.end.min(first);
    }
    document.blocks.extend(notes);
    Ok(())
}
