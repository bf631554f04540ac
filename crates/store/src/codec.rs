//! Codec of documents in the database: texts as lz4, numbers as varints,
//! structures with field names as JSON.
//!
//! A row must decode to an equal value, be small, and stay readable for many
//! years. JSON lets later versions add fields. lz4 costs a few percent of the
//! time to read a document and halves the size of the archive. Varints encode
//! the two long lists: the runs of the offset map and the mentions (see
//! `stored_mention.rs`).

use std::borrow::Cow;

use chancery_model::{
    Block, BlockKind, Document, DocumentId, EditorialMark, Encoding, Footnote, Header, Label, Page,
    PageLine, RawSpan, RunKind, SourceFormat, TelegramNumber, Text, TextReference, TextSpan,
    VolumePlace,
};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::numbers::EntityNumber;
use crate::pieces::{self, ITEMS_PER_PIECE};
pub(crate) use crate::pieces::{compress, damaged_error, decompress};

/// A document without its text, stored as JSON. The long lists are borrowed for writing.
#[derive(Serialize, Deserialize)]
struct DocumentParts<'a> {
    raw: RawSpan,
    format: SourceFormat,
    encoding: Encoding,
    header: Cow<'a, Header>,
    blocks: Cow<'a, [Block]>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    markings: Cow<'a, [TextSpan]>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    redactions: Cow<'a, [TextSpan]>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    page_lines: Cow<'a, [PageLine]>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pages: Cow<'a, [Page]>,
    /// Archives up to version 5 keep the footnotes here.
    #[serde(default, skip_serializing)]
    notes: Vec<SeparateNote>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    marks: Cow<'a, [EditorialMark]>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    references: Cow<'a, [TextReference]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    telegram: Option<TelegramNumber>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    volume: Option<VolumePlace>,
}

/// A footnote that is not part of the text.
#[derive(Deserialize)]
struct SeparateNote {
    label: String,
    at: u32,
    text: String,
    runs: Vec<u8>,
    #[serde(default)]
    marks: Vec<EditorialMark>,
}

/// The three encoded columns of a document's body.
#[derive(Clone, Debug)]
pub(crate) struct EncodedBody {
    pub(crate) text: Vec<u8>,
    pub(crate) runs: Vec<u8>,
    pub(crate) parts: Vec<u8>,
}

/// Encodes `document` into columns.
pub(crate) fn encode_body(document: &Document) -> EncodedBody {
    let (first, more) = document.blocks.split_at(document.blocks.len().min(ITEMS_PER_PIECE));
    let parts = DocumentParts {
        raw: document.raw,
        format: document.format,
        encoding: document.encoding,
        header: Cow::Borrowed(&document.header),
        blocks: Cow::Borrowed(first),
        markings: Cow::Borrowed(&document.markings),
        redactions: Cow::Borrowed(&document.redactions),
        page_lines: Cow::Borrowed(&document.page_lines),
        pages: Cow::Borrowed(&document.pages),
        notes: Vec::new(),
        marks: Cow::Borrowed(&document.marks),
        references: Cow::Borrowed(&document.references),
        telegram: document.telegram.clone(),
        volume: document.volume.clone(),
    };
    EncodedBody {
        text: compress(document.text.as_str().as_bytes()),
        runs: compress(&encode_runs(&document.text)),
        parts: pieces::encode_json(&parts, more),
    }
}

/// Decodes a document from its columns.
pub(crate) fn decode_document(id: DocumentId, body: &EncodedBody) -> Result<Document, StoreError> {
    let parts =
        pieces::decode_json(&body.parts, |parts: &mut DocumentParts<'static>, mut more| {
            parts.blocks.to_mut().append(&mut more);
        })?;
    let text = decode_text_column(&body.text)?;
    let text = decode_runs(&text, &decompress(&body.runs)?)?;
    let mut document = Document {
        id,
        raw: parts.raw,
        format: parts.format,
        encoding: parts.encoding,
        text,
        header: parts.header.into_owned(),
        blocks: parts.blocks.into_owned(),
        markings: parts.markings.into_owned(),
        redactions: parts.redactions.into_owned(),
        page_lines: parts.page_lines.into_owned(),
        pages: parts.pages.into_owned(),
        marks: parts.marks.into_owned(),
        references: parts.references.into_owned(),
        telegram: parts.telegram,
        volume: parts.volume,
    };
    append_separate_notes(&mut document, parts.notes)?;
    check_spans_inside(id, &document.text, document.all_spans())?;
    Ok(document)
}

/// Whether the parts of a document keep its footnotes apart from its text.
pub(crate) fn has_separate_notes(body: &EncodedBody) -> Result<bool, StoreError> {
    // Parts in pieces are younger than such notes.
    Ok(!pieces::has_pieces(&body.parts)
        && memchr::memmem::find(&decompress(&body.parts)?, br#""notes":[{"#).is_some())
}

/// Appends footnotes to the text of a document, as the parser does now.
fn append_separate_notes(
    document: &mut Document,
    mut notes: Vec<SeparateNote>,
) -> Result<(), StoreError> {
    notes.sort_by_key(|note| note.at);
    for note in notes {
        let span = document.text.push_apart(&decode_runs(&note.text, &note.runs)?);
        let mark = |mark: EditorialMark| {
            let at = |offset| span.start.checked_add(offset).filter(|at| *at <= span.end);
            let (start, end) = at(mark.span.start).zip(at(mark.span.end))?;
            (start <= end).then(|| EditorialMark { span: TextSpan::new(start, end), ..mark })
        };
        let marks: Option<Vec<_>> = note.marks.into_iter().map(mark).collect();
        document.marks.extend(marks.ok_or_else(|| damaged_error("a mark outside of its note"))?);
        let kind = BlockKind::Footnote(Footnote { marker: note.label, anchor: note.at });
        document.blocks.push(Block { span, kind });
    }
    Ok(())
}

/// Checks that all spans lie inside a text, so that damaged rows are detected.
pub(crate) fn check_spans_inside(
    id: DocumentId,
    text: &Text,
    mut spans: impl Iterator<Item = TextSpan>,
) -> Result<(), StoreError> {
    match spans.find(|span| text.as_str().get(span.byte_range()).is_none()) {
        Some(span) => {
            let what = format!("document {id}: span {}..{} is out of range", span.start, span.end);
            Err(StoreError::Damaged(what))
        }
        None => Ok(()),
    }
}

/// Encodes what links the persons of a document; nothing is no bytes.
pub(crate) fn encode_persons(json: &str) -> Vec<u8> {
    if json.is_empty() { Vec::new() } else { compress(json.as_bytes()) }
}

/// Decodes a text column.
pub(crate) fn decode_text_column(column: &[u8]) -> Result<String, StoreError> {
    String::from_utf8(decompress(column)?).map_err(damaged_error)
}

/// Encodes the runs of a text's offset map: length and kind, gap in the file,
/// length in the file. A gap backwards, before a footnote, wraps around at 2^32.
fn encode_runs(text: &Text) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.offset_map().runs().len() * 4);
    let mut raw_end = 0;
    for run in text.offset_map().runs() {
        let kind = match run.kind {
            RunKind::Copied => 0,
            RunKind::Decoded => 1,
            RunKind::Joined => 2,
        };
        write_varint(&mut out, u64::from(run.text.len()) * 3 + kind);
        write_varint(&mut out, u64::from(run.raw.start.wrapping_sub(raw_end)));
        if run.kind != RunKind::Copied {
            write_varint(&mut out, u64::from(run.raw.len()));
        }
        raw_end = run.raw.end;
    }
    out
}

/// Decodes a text and its offset map, as encoded by [`encode_runs`].
fn decode_runs(string: &str, mut packed: &[u8]) -> Result<Text, StoreError> {
    let short = || StoreError::Damaged("an offset map does not fit its text".into());
    let mut text = Text::default();
    let (mut at, mut raw_end) = (0, 0_usize);
    while !packed.is_empty() {
        let head = read_small_varint(&mut packed).ok_or_else(short)?;
        let gap = read_small_varint(&mut packed).ok_or_else(short)?;
        let gap = u32::try_from(gap).map_err(|_| short())?;
        let raw_start = (raw_end as u32).wrapping_add(gap) as usize;
        let len = head / 3;
        let (kind, raw_len) = match head % 3 {
            0 => (RunKind::Copied, len),
            1 => (RunKind::Decoded, read_small_varint(&mut packed).ok_or_else(short)?),
            _ => (RunKind::Joined, read_small_varint(&mut packed).ok_or_else(short)?),
        };
        let piece = string.get(at..at + len).ok_or_else(short)?;
        raw_end = raw_start + raw_len;
        if u32::try_from(raw_end).is_err() {
            return Err(short());
        }
        text.push_run_apart(piece, raw_start..raw_end, kind);
        at += len;
    }
    if at == string.len() { Ok(text) } else { Err(short()) }
}

/// Encodes ascending entity numbers.
pub(crate) fn encode_entities(entities: impl Iterator<Item = EntityNumber>) -> Vec<u8> {
    let (mut out, mut before) = (Vec::new(), 0);
    for EntityNumber(number) in entities {
        write_varint(&mut out, (number - before) as u64);
        before = number;
    }
    out
}

/// Decodes the output of [`encode_entities`].
pub(crate) fn decode_entities(mut packed: &[u8]) -> Vec<EntityNumber> {
    let mut before = 0;
    let next = || {
        before = i64::checked_add(before, i64::try_from(read_varint(&mut packed)?).ok()?)?;
        Some(EntityNumber(before))
    };
    std::iter::from_fn(next).collect()
}

/// Appends a number as LEB128: seven bits per byte, lowest first.
pub(crate) fn write_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Reads a number small enough that adding a few of them cannot overflow.
fn read_small_varint(packed: &mut &[u8]) -> Option<usize> {
    read_varint(packed).filter(|number| *number < 1 << 40).map(|number| number as usize)
}

pub(crate) fn read_varint(packed: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = packed.split_first()?;
        *packed = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// Returns the label of this name. A damaged row yields `Misc`.
pub(crate) fn label_from_name(name: &str) -> Label {
    name.parse().unwrap_or(Label::Misc)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Archives up to version 5 have footnotes as texts of their own.
    #[test]
    fn separate_notes_become_part_of_the_text() {
        let mut body = Text::default();
        body.push_run("Ama left.", 10..19, RunKind::Copied);
        let mut note = Text::default();
        note.push_run("See Osei.", 40..49, RunKind::Copied);
        let span = body.whole_span();
        let plain =
            Document::from_paragraphs(DocumentId([1; 32]), RawSpan::new(0, 60), body, [span]);
        let mut encoded = encode_body(&plain);
        let parts = decompress(&encoded.parts).expect("our column");
        let mut parts: serde_json::Value = serde_json::from_slice(&parts).expect("JSON");
        parts["notes"] = serde_json::json!([{ "label": "1", "at": 3, "text": "See Osei.",
            "runs": encode_runs(&note), "marks": [{"span": TextSpan::new(4, 8), "kind": "person",
            "target": "p1"}] }]);
        encoded.parts = compress(parts.to_string().as_bytes());
        assert!(has_separate_notes(&encoded).expect("our column"));
        let document = decode_document(plain.id, &encoded).expect("decoded");
        assert_eq!(document.text.as_str(), "Ama left.\nSee Osei.");
        assert_eq!(&document.text[document.marks[0].span], "Osei");
        assert_eq!(document.text.to_raw_span(document.marks[0].span).byte_range(), 44..48);
        let (place, footnote) = document.footnotes().next().expect("a footnote");
        assert_eq!((&document.text[place], footnote.anchor), ("See Osei.", 3));
        let again = encode_body(&document);
        assert!(!has_separate_notes(&again).expect("our column"));
        let read = decode_document(plain.id, &again).expect("decoded");
        assert_eq!((read.text, read.blocks), (document.text, document.blocks));
    }

    /// A piece of text, the number of raw bytes skipped before it, whether they are
    /// skipped backwards, and the number of raw bytes it stands for if it is not a copy.
    fn any_piece() -> impl Strategy<Value = (String, usize, bool, Option<(bool, usize)>)> {
        (".{1,8}", 0..9_usize, any::<bool>(), prop::option::of((any::<bool>(), 0..300_usize)))
    }

    proptest! {
        #[test]
        fn texts_are_read_back_equal(pieces in prop::collection::vec(any_piece(), 0..40)) {
            let mut text = Text::default();
            let mut raw: usize = 0;
            for (piece, gap, is_backwards, other) in &pieces {
                let (kind, len) = match other {
                    None => (RunKind::Copied, piece.len()),
                    Some((true, len)) => (RunKind::Decoded, *len),
                    Some((false, len)) => (RunKind::Joined, *len),
                };
                raw = if *is_backwards { raw.saturating_sub(*gap) } else { raw + gap };
                text.push_run_apart(piece, raw..raw + len, kind);
                raw += len;
            }
            let packed = encode_runs(&text);
            prop_assert_eq!(decode_runs(text.as_str(), &packed).ok(), Some(text.clone()));
            if let Some((_, short)) = packed.split_last() {
                prop_assert!(decode_runs(text.as_str(), short).is_err());
            }
        }

        #[test]
        fn damaged_rows_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = decode_runs("abc def", &bytes);
            let _ = decode_entities(&bytes);
        }

        #[test]
        fn overflowing_steps_end_the_list(far in 1..=i64::MAX) {
            let mut packed = Vec::new();
            write_varint(&mut packed, far as u64);
            write_varint(&mut packed, i64::MAX as u64);
            prop_assert_eq!(decode_entities(&packed), [EntityNumber(far)]);
        }

        #[test]
        fn numbers_are_read_back_equal(mut all in prop::collection::vec(1..1_i64 << 50, 0..40)) {
            all.sort_unstable();
            all.dedup();
            let all: Vec<EntityNumber> = all.into_iter().map(EntityNumber).collect();
            prop_assert_eq!(decode_entities(&encode_entities(all.iter().copied())), all);
        }
    }
}
