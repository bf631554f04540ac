//! Codec of documents in the database: texts as lz4, numbers as varints,
//! structures with field names as JSON.
//!
//! A row must decode to an equal value, be small, and stay readable for many
//! years. JSON lets later versions add fields. lz4 costs a few percent of the
//! time to read a document and halves the size of the archive. Varints encode
//! the two long lists: the runs of the offset map and the mentions (see
//! `stored_mention.rs`).

use chancery_model::{
    Block, Document, DocumentId, EditorialMark, Encoding, Footnote, Header, Label, Page, PageLine,
    RawSpan, RunKind, SourceFormat, Text, TextSpan,
};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::numbers::EntityNumber;

/// A document without its text, stored as JSON.
#[derive(Serialize, Deserialize)]
struct DocumentParts {
    raw: RawSpan,
    format: SourceFormat,
    encoding: Encoding,
    header: Header,
    blocks: Vec<Block>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    markings: Vec<TextSpan>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    redactions: Vec<TextSpan>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    page_lines: Vec<PageLine>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pages: Vec<Page>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<NoteParts>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    marks: Vec<EditorialMark>,
}

#[derive(Serialize, Deserialize)]
struct NoteParts {
    label: String,
    at: u32,
    text: String,
    runs: Vec<u8>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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
    let note = |note: &Footnote| NoteParts {
        label: note.marker.clone(),
        at: note.offset,
        text: note.text.as_str().to_owned(),
        runs: encode_runs(&note.text),
        marks: note.marks.clone(),
    };
    let parts = DocumentParts {
        raw: document.raw,
        format: document.format,
        encoding: document.encoding,
        header: document.header.clone(),
        blocks: document.blocks.clone(),
        markings: document.markings.clone(),
        redactions: document.redactions.clone(),
        page_lines: document.page_lines.clone(),
        pages: document.pages.clone(),
        notes: document.notes.iter().map(note).collect(),
        marks: document.marks.clone(),
    };
    let json = serde_json::to_vec(&parts).expect("maps have strings for keys");
    EncodedBody {
        text: compress(document.text.as_str().as_bytes()),
        runs: compress(&encode_runs(&document.text)),
        parts: compress(&json),
    }
}

/// Decodes a document from its columns.
pub(crate) fn decode_document(id: DocumentId, body: &EncodedBody) -> Result<Document, StoreError> {
    let parts: DocumentParts =
        serde_json::from_slice(&decompress(&body.parts)?).map_err(damaged_error)?;
    let text = decode_text_column(&body.text)?;
    let text = decode_runs(&text, &decompress(&body.runs)?)?;
    let note = |note: NoteParts| {
        Ok(Footnote {
            text: decode_runs(&note.text, &note.runs)?,
            marker: note.label,
            offset: note.at,
            marks: note.marks,
        })
    };
    let document = Document {
        id,
        raw: parts.raw,
        format: parts.format,
        encoding: parts.encoding,
        text,
        header: parts.header,
        blocks: parts.blocks,
        markings: parts.markings,
        redactions: parts.redactions,
        page_lines: parts.page_lines,
        pages: parts.pages,
        notes: parts.notes.into_iter().map(note).collect::<Result<_, StoreError>>()?,
        marks: parts.marks,
    };
    check_spans_inside(id, &document.text, document.all_spans())?;
    for note in &document.notes {
        check_spans_inside(id, &note.text, note.marks.iter().map(|mark| mark.span))?;
    }
    Ok(document)
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

/// Maximum growth per lz4 byte: a length byte adds at most 255.
/// <https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md>
const LZ4_GROWTH: usize = 255;

/// Compresses bytes with lz4; the uncompressed length comes first.
pub(crate) fn compress(bytes: &[u8]) -> Vec<u8> {
    lz4_flex::block::compress_prepend_size(bytes)
}

/// Decompresses the output of [`compress`].
pub(crate) fn decompress(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    let (size, packed) = lz4_flex::block::uncompressed_size(bytes).map_err(damaged_error)?;
    // lz4_flex allocates the declared size at once, so check it first.
    if size / LZ4_GROWTH > packed.len() {
        return Err(damaged_error("a compressed row declares an impossible size"));
    }
    lz4_flex::block::decompress_size_prepended(bytes).map_err(damaged_error)
}

pub(crate) fn damaged_error(error: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged(error.to_string())
}

/// Encodes the runs of a text's offset map: length and kind, gap in the file,
/// length in the file.
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
        write_varint(&mut out, u64::from(run.raw.start - raw_end));
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
    let (mut at, mut raw_end) = (0, 0);
    while !packed.is_empty() {
        let head = read_small_varint(&mut packed).ok_or_else(short)?;
        let raw_start = raw_end + read_small_varint(&mut packed).ok_or_else(short)?;
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
        text.push_run(piece, raw_start..raw_end, kind);
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

    /// A piece of text, the number of raw bytes skipped before it, and the
    /// number of raw bytes it stands for if it is not a copy.
    fn any_piece() -> impl Strategy<Value = (String, usize, Option<(bool, usize)>)> {
        (".{1,8}", 0..9_usize, prop::option::of((any::<bool>(), 0..300_usize)))
    }

    proptest! {
        #[test]
        fn texts_are_read_back_equal(pieces in prop::collection::vec(any_piece(), 0..40)) {
            let mut text = Text::default();
            let mut raw = 0;
            for (piece, gap, other) in &pieces {
                let (kind, len) = match other {
                    None => (RunKind::Copied, piece.len()),
                    Some((true, len)) => (RunKind::Decoded, *len),
                    Some((false, len)) => (RunKind::Joined, *len),
                };
                raw += gap;
                text.push_run(piece, raw..raw + len, kind);
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
