//! One document a line, as JSON.
//!
//! ```json
//! {"id":"9f86…","source":"cables/09LOME1.txt","format":"telegram",
//!  "header":{"station":{"value":"LOME","start":3,"end":7}},
//!  "text":"Ama Osei left.",
//!  "mentions":[{"start":0,"end":8,"raw_start":412,"raw_end":420,
//!               "label":"PER","text":"Ama Osei","score":0.9981}],
//!  "sentences":[[0,14]]}
//! ```
//!
//! `start` and `end` count code points of `text`, `raw_start` and `raw_end`
//! bytes of the file. `text[start:end]` is the mention's own `text`.

use std::borrow::Cow;
use std::io::{self, Write};

use chancery_model::{
    Annotated, Block, BlockKind, CodePoints, DocumentId, Format, Label, Paragraph, RawSpan, Text,
    TextSpan, Words,
};
use serde::{Deserialize, Serialize};

use crate::error::{FormatError, Problem, utf8};
use crate::given;
use crate::header::HeaderForm;
use crate::places::Places;

/// A line: one document.
#[derive(Serialize, Deserialize)]
struct Record<'a> {
    #[serde(default)]
    id: Cow<'a, str>,
    #[serde(default)]
    source: Cow<'a, str>,
    #[serde(default = "plain")]
    format: Format,
    #[serde(default)]
    header: HeaderForm,
    text: Cow<'a, str>,
    #[serde(default)]
    mentions: Vec<Name<'a>>,
    #[serde(default)]
    sentences: Vec<[u32; 2]>,
}

/// A mention.
#[derive(Serialize, Deserialize)]
struct Name<'a> {
    start: u32,
    end: u32,
    #[serde(default)]
    raw_start: u32,
    #[serde(default)]
    raw_end: u32,
    label: Label,
    #[serde(default)]
    text: Cow<'a, str>,
    #[serde(default = "sure")]
    score: f32,
}

fn plain() -> Format {
    Format::Plain
}

fn sure() -> f32 {
    1.0
}

/// A document as a line gives it back.
#[derive(Clone, Debug)]
pub struct Given {
    /// Where the document came from, as the line says.
    pub source: String,
    /// The document and its names, whose source is now the line. The format
    /// holds no tokens, so `words` is empty; the blocks of the document are
    /// the sentences of the line, so that cutting it into words again keeps
    /// to them.
    pub annotated: Annotated,
}

/// Writes `annotated`, which came from `source`, as one line. Scores are
/// rounded to four decimals.
///
/// # Errors
/// Those of `out`.
pub fn write(annotated: &Annotated, source: &str, out: &mut impl Write) -> io::Result<()> {
    let document = &annotated.document;
    let text = document.text.as_str();
    let points = CodePoints::new(text);
    let mention = |mention: &chancery_model::Mention| {
        let raw = document.text.to_raw(mention.span);
        Name {
            start: points.of(mention.span.start),
            end: points.of(mention.span.end),
            raw_start: raw.start,
            raw_end: raw.end,
            label: mention.label,
            text: Cow::Borrowed(&document.text[mention.span]),
            score: (mention.score * 1e4).round() / 1e4,
        }
    };
    let sentences = annotated.words.sentences.iter();
    let record = Record {
        id: Cow::Owned(document.id.to_string()),
        source: Cow::Borrowed(source),
        format: document.format,
        header: HeaderForm::of(&document.header, &points),
        text: Cow::Borrowed(text),
        mentions: annotated.mentions.iter().map(mention).collect(),
        sentences: sentences.map(|s| [points.of(s.span.start), points.of(s.span.end)]).collect(),
    };
    serde_json::to_writer(&mut *out, &record)?;
    out.write_all(b"\n")
}

/// Reads a file of such lines; blank lines are passed over. Of a line only
/// `text` must be there, and of a mention `start`, `end` and `label`; places
/// in the raw file are not read, as the raw file is not at hand.
///
/// # Errors
/// Where a line is no such JSON, or a place is none of its text.
pub fn read(bytes: &[u8]) -> Result<Vec<Given>, FormatError> {
    let lines = utf8(bytes)?.lines().zip(1..);
    let lines = lines.filter(|(line, _)| !line.trim_ascii().is_empty());
    let read = |(line, number): (&str, usize)| {
        let record: Record<'_> = serde_json::from_str(line).map_err(|error| FormatError {
            line: number,
            column: error.column().max(1),
            problem: Problem::Json(error.to_string()),
        })?;
        document(record).map_err(|problem| FormatError { line: number, column: 1, problem })
    };
    lines.map(read).collect()
}

/// The document of a line.
fn document(record: Record<'_>) -> Result<Given, Problem> {
    let places = Places::new(&record.text);
    let mut mentions = Vec::with_capacity(record.mentions.len());
    for name in &record.mentions {
        let mut mention = given::mention(places.span(name.start, name.end)?, name.label);
        mention.score = name.score;
        mentions.push(mention);
    }
    given::order(&mut mentions)?;
    let sentences: Result<Vec<_>, _> =
        record.sentences.iter().map(|&[start, end]| places.span(start, end)).collect();
    let text = Text::verbatim(&record.text);
    let id = id(&record.id).unwrap_or_else(|| given::digest(record.text.as_bytes()));
    let mut document = given::document(id, RawSpan::new(0, text.len() as u32), text);
    document.format = record.format;
    document.blocks = blocks(&sentences?, document.text.span());
    document.header = record.header.header(&places)?;
    let annotated = Annotated { document, words: Words::default(), mentions };
    Ok(Given { source: record.source.into_owned(), annotated })
}

/// A block from the start of each sentence to the start of the next, so that
/// together they hold the whole text.
fn blocks(sentences: &[TextSpan], text: TextSpan) -> Vec<Block> {
    let mut borders: Vec<u32> = sentences.iter().skip(1).map(|span| span.start).collect();
    borders.push(text.end);
    borders.sort_unstable();
    let mut start = text.start;
    let mut blocks = Vec::with_capacity(borders.len());
    for end in borders {
        if start < end {
            let kind = BlockKind::Paragraph(Paragraph::default());
            blocks.push(Block { span: TextSpan::new(start, end), kind });
            start = end;
        }
    }
    blocks
}

/// The id that 64 hexadecimal digits spell.
fn id(digits: &str) -> Option<DocumentId> {
    let mut id = [0; 32];
    if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, at) in id.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&digits[at..at + 2], 16).ok()?;
    }
    Some(DocumentId(id))
}
