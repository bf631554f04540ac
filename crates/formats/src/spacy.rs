//! JSON lines of spaCy and Prodigy: text, tokens and spans, one document per
//! line.
//!
//! ```json
//! {"text":"Ama Osei left.","meta":{"id":"9f86…","source":"cables/09LOME1.txt"},
//!  "tokens":[{"id":0,"start":0,"end":3,"text":"Ama","ws":true},…],
//!  "spans":[{"start":0,"end":8,"label":"PER","token_start":0,"token_end":1,
//!            "kb_id":"pocom:osei-ama"}]}
//! ```
//!
//! Offsets count code points. `token_end` is the index of the last token of
//! the span (inclusive), as in Prodigy. The tokens cover the whole text: `ws`
//! says whether one blank follows a token, and all other white space is a
//! separate token. Every span starts and ends at a token boundary. Therefore
//! `Doc(vocab, words=[…text…], spaces=[…ws…])` reproduces the text exactly,
//! and `char_span` finds every mention.

use std::io::{self, Write};

use chancery_model::{Annotated, CodePoints};
use serde::{Deserialize, Serialize};

use crate::error::{FormatError, FormatProblem};
use crate::record::{self, SourcedDocument};
use crate::token_document::{self, LabelledSpan};

/// One line of the file: a document.
#[derive(Serialize, Deserialize)]
struct SpacyLine<'a> {
    text: std::borrow::Cow<'a, str>,
    #[serde(default)]
    meta: SpacyMeta,
    #[serde(default, skip_deserializing)]
    tokens: Vec<SpacyToken<'a>>,
    #[serde(default)]
    spans: Vec<SpacySpan>,
}

/// The document's id and source.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct SpacyMeta {
    id: String,
    source: String,
}

#[derive(Default, Serialize)]
struct SpacyToken<'a> {
    id: usize,
    start: u32,
    end: u32,
    text: &'a str,
    ws: bool,
}

#[derive(Serialize, Deserialize)]
struct SpacySpan {
    start: u32,
    end: u32,
    label: String,
    #[serde(default)]
    token_start: usize,
    #[serde(default)]
    token_end: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kb_id: Option<String>,
    /// The marker of the footnote in which it stands.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    footnote: Option<String>,
}

/// Writes `annotated` as one line. `source` says where it came from.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_line(annotated: &Annotated, source: &str, out: &mut impl Write) -> io::Result<()> {
    let text = annotated.document.text.as_str();
    let points = CodePoints::new(text);
    let cut = split_tokens(annotated);
    let mut tokens = Vec::with_capacity(cut.len());
    for &(start, end, ws) in &cut {
        tokens.push(SpacyToken {
            id: tokens.len(),
            start: points.code_point_offset(start),
            end: points.code_point_offset(end),
            text: &text[start as usize..end as usize],
            ws,
        });
    }
    let entities = &annotated.entities;
    let span = |(number, mention): (usize, &chancery_model::Mention)| SpacySpan {
        start: points.code_point_offset(mention.span.start),
        end: points.code_point_offset(mention.span.end),
        label: mention.label.to_string(),
        token_start: cut.partition_point(|token| token.0 < mention.span.start),
        token_end: cut.partition_point(|token| token.0 < mention.span.end).saturating_sub(1),
        kb_id: entities.entity_of_mention(number).map(|entity| entity.id.clone()),
        footnote: annotated
            .document
            .footnote_at(mention.span.start)
            .map(|note| note.marker.clone()),
    };
    let line = SpacyLine {
        text: text.into(),
        meta: SpacyMeta { id: annotated.document.id.to_string(), source: source.to_owned() },
        tokens,
        spans: annotated.mentions.iter().enumerate().map(span).collect(),
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}

/// Splits the text into tokens for spaCy: start, end, and whether one blank
/// follows. Together with these blanks the tokens cover the whole text.
/// Boundaries are those of Chancery's tokens and of the mentions.
fn split_tokens(annotated: &Annotated) -> Vec<(u32, u32, bool)> {
    let text = annotated.document.text.as_str();
    let (tokens, mentions) = (&annotated.words.tokens, &annotated.mentions);
    let mut borders = vec![text.len() as u32];
    borders.extend(tokens.iter().flat_map(|token| [token.span.start, token.span.end]));
    borders.extend(mentions.iter().flat_map(|name| [name.span.start, name.span.end]));
    borders.sort_unstable();
    borders.dedup();
    let mut cut: Vec<(u32, u32, bool)> = Vec::with_capacity(borders.len());
    let mut start = 0;
    for end in borders {
        let piece = &text[start as usize..end as usize];
        // A mention that starts or ends with a blank needs that blank as a token.
        let named = mentions.binary_search_by_key(&start, |name| name.span.start).is_ok()
            || mentions.binary_search_by_key(&(start + 1), |name| name.span.end).is_ok();
        let blank = piece.starts_with(' ') && !named;
        if let Some(last) = cut.last_mut().filter(|last| blank && !last.2) {
            last.2 = true;
            start += 1;
        }
        if start < end {
            cut.push((start, end, false));
        }
        start = end;
    }
    cut
}

/// Reads a file of JSON lines. Blank lines are skipped. A line must have
/// `text`, and a span must have `start`, `end` and `label`.
///
/// # Errors
/// Fails if a line is not valid JSON for this format, a label is unknown, or
/// an offset is out of range.
pub fn read_documents(bytes: &[u8]) -> Result<Vec<SourcedDocument>, FormatError> {
    record::read_json_lines(bytes, line_document)
}

fn line_document(line: SpacyLine<'_>) -> Result<SourcedDocument, FormatProblem> {
    let spot = |span: &SpacySpan| {
        let (start, end) = (span.start, span.end);
        Ok(LabelledSpan {
            start,
            end,
            label: token_document::parse_label(&span.label)?,
            score: 1.0,
        })
    };
    let spots = line.spans.iter().map(spot).collect::<Result<_, _>>()?;
    let mut annotated =
        token_document::annotate_text(&line.text, spots).map_err(|(_, problem)| problem)?;
    if let Ok(id) = line.meta.id.parse() {
        annotated.document.id = id;
    }
    Ok(SourcedDocument { source: line.meta.source, annotated })
}
