//! Stand-off pairs: a text file and a JSON file with its mentions.
//!
//! `NAME.txt` is UTF-8. `NAME.json` has four keys. `mentions` is
//! [[start, end, label]…] in code points of the text, end exclusive.
//! `optional` is [[start, end]…]: spans on which careful annotators may differ,
//! and which are not scored. `footnotes`, if there are any, has marker, anchor, start
//! and end of each. `sha256` is the digest of the text and detects
//! files that do not belong together.

use std::io::{self, Write};

use chancery_model::{
    Annotated, CodePoints, DocumentEntities, Label, Mention, RawSpan, Text, TextSpan, Words,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::byte_offsets::ByteOffsets;
use crate::error::{FormatError, FormatProblem, decode_utf8};
use crate::footnotes::{FootnoteRecord, footnote_records, set_footnotes};
use crate::token_document;

/// The content of `NAME.json`.
#[derive(Serialize, Deserialize)]
struct StandoffAnnotations<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    mentions: Vec<(u32, u32, Label)>,
    #[serde(default)]
    optional: Vec<(u32, u32)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    footnotes: Vec<FootnoteRecord<'a>>,
}

/// A pair that was read.
#[derive(Clone, Debug)]
pub struct StandoffPair {
    /// The text as one paragraph, and its mentions. The format has no tokens,
    /// so `words` is empty.
    pub annotated: Annotated,
    /// Spans that are not scored, in order.
    pub optional: Vec<TextSpan>,
}

/// Reads the bytes of `NAME.txt` and of `NAME.json`.
///
/// # Errors
/// Fails if one of the files cannot be read, the JSON belongs to another text,
/// or an offset is out of range. Line and column refer to the JSON, except if
/// the text is not valid UTF-8.
pub fn read_pair(text: &[u8], json: &[u8]) -> Result<StandoffPair, FormatError> {
    let string = decode_utf8(text)?;
    let annotations: StandoffAnnotations<'_> =
        serde_json::from_slice(json).map_err(|error| FormatError {
            line: error.line().max(1),
            column: error.column().max(1),
            problem: FormatProblem::from_json_error(&error),
        })?;
    let of_text = |problem| FormatError { line: 1, column: 1, problem };
    if annotations
        .sha256
        .as_ref()
        .is_some_and(|digits| !digits.eq_ignore_ascii_case(&sha256_hex(text)))
    {
        return Err(of_text(FormatProblem::ChecksumMismatch));
    }
    let offsets = ByteOffsets::new(string);
    let mentions: Result<Vec<Mention>, _> = annotations
        .mentions
        .iter()
        .map(|&(start, end, label)| {
            Ok(token_document::imported_mention(offsets.byte_span(start, end)?, label))
        })
        .collect();
    let mut mentions = mentions.map_err(of_text)?;
    token_document::sort_mentions(&mut mentions).map_err(of_text)?;
    let optional: Result<Vec<_>, _> =
        annotations.optional.iter().map(|&(start, end)| offsets.byte_span(start, end)).collect();
    let mut optional = optional.map_err(of_text)?;
    optional.sort_unstable();
    let raw = RawSpan::from_range(0..text.len());
    let mut document = token_document::plain_document(
        token_document::document_id(text),
        raw,
        Text::from_verbatim(string),
    );
    set_footnotes(&mut document, &annotations.footnotes, &offsets).map_err(of_text)?;
    Ok(StandoffPair {
        annotated: Annotated {
            document,
            words: Words::default(),
            mentions,
            entities: DocumentEntities::default(),
            attribution: chancery_model::Attribution::default(),
        },
        optional,
    })
}

/// Writes the `NAME.json` that belongs to the reading text of `annotated`.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_annotations(
    annotated: &Annotated,
    optional: &[TextSpan],
    out: &mut impl Write,
) -> io::Result<()> {
    let text = annotated.document.text.as_str();
    let points = CodePoints::new(text);
    let offsets_of =
        |span: TextSpan| (points.code_point_offset(span.start), points.code_point_offset(span.end));
    let mention = |mention: &Mention| {
        let (start, end) = offsets_of(mention.span);
        (start, end, mention.label)
    };
    let annotations = StandoffAnnotations {
        sha256: Some(sha256_hex(text.as_bytes())),
        mentions: annotated.mentions.iter().map(mention).collect(),
        optional: optional.iter().copied().map(offsets_of).collect(),
        footnotes: footnote_records(&annotated.document, &points),
    };
    serde_json::to_writer(&mut *out, &annotations)?;
    out.write_all(b"\n")
}

fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_code_points() {
        let text = "Zoë Ünal left Lomé.";
        let json = br#"{"mentions":[[14,18,"LOC"],[0,8,"PER"]],"optional":[[9,13]]}"#;
        let pair = read_pair(text.as_bytes(), json).expect("a pair");
        let names = pair.annotated.mentions.iter().map(|m| (&text[m.span.byte_range()], m.label));
        let expected = [("Zoë Ünal", Label::Per), ("Lomé", Label::Loc)];
        assert!(names.eq(expected));
        assert_eq!(&text[pair.optional[0].byte_range()], "left");
    }

    #[test]
    fn damaged_pairs_are_refused() {
        let other = format!(r#"{{"sha256":"{}","mentions":[]}}"#, sha256_hex(b"other"));
        for (json, problem) in [
            (r#"{"mentions":[[0,3,"PER"]]}"#, FormatProblem::SpanOutOfRange { start: 0, end: 3 }),
            (r#"{"mentions":[[2,1,"PER"]]}"#, FormatProblem::SpanOutOfRange { start: 2, end: 1 }),
            (r#"{"mentions":[[0,2,"PER"],[1,2,"LOC"]]}"#, FormatProblem::OverlappingMentions),
            (&other, FormatProblem::ChecksumMismatch),
        ] {
            let error = read_pair(b"ab", json.as_bytes()).expect_err(json);
            assert_eq!(error.problem, problem, "{json}");
        }
        let error =
            read_pair(b"ab", b"{\n\"mentions\":[[0,1,\"DATE\"]]}").expect_err("unknown label");
        assert_eq!(error.line, 2);
        assert_eq!(read_pair(b"a\xff", b"{}").expect_err("invalid UTF-8").column, 2);
    }
}
