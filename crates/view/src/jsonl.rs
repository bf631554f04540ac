//! One document a line, as JSON.
//!
//! ```json
//! {"id":"9f86…","source":"cables/09LOME1.txt","format":"telegram",
//!  "header":{"station":{"value":"LOME","start":3,"end":7}},
//!  "text":"Ama Osei left.",
//!  "mentions":[{"start":0,"end":8,"raw_start":412,"raw_end":420,
//!               "label":"PER","text":"Ama Osei","score":0.9981,
//!               "entity":"pocom:osei-ama","tie":"name"}],
//!  "entities":[{"id":"pocom:osei-ama","label":"PER","name":"Osei, Ama",
//!               "score":0.95,"reason":"full name; Ambassador, 1999 to 2003"}],
//!  "sentences":[[0,14]]}
//! ```
//!
//! `start` and `end` count code points of `text`, `raw_start` and `raw_end`
//! bytes of the file. `text[start:end]` is the mention's own `text`. An entity
//! of a volume's or user's list has in `same_as` its id in the reference facts.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};

use chancery_model::{
    Annotated, Block, BlockKind, CodePoints, DocumentId, Entities, Entity, Format, Label, Link,
    Paragraph, RawSpan, Text, TextSpan, Tie, Words,
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    entities: Vec<Known<'a>>,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entity: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tie: Option<Tie>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    office: Option<[u32; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    of: Option<u32>,
}

/// An entity.
#[derive(Serialize, Deserialize)]
struct Known<'a> {
    id: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    same_as: Option<Cow<'a, str>>,
    label: Label,
    #[serde(default)]
    name: Cow<'a, str>,
    #[serde(default = "sure")]
    score: f32,
    #[serde(default, skip_serializing_if = "str::is_empty")]
    reason: Cow<'a, str>,
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
    let entities = &annotated.entities;
    let mention = |(number, mention): (usize, &chancery_model::Mention)| {
        let raw = document.text.to_raw(mention.span);
        let link = entities.of(number);
        let entity = link.and_then(|link| entities.entities.get(link.entity as usize));
        Name {
            start: points.of(mention.span.start),
            end: points.of(mention.span.end),
            raw_start: raw.start,
            raw_end: raw.end,
            label: mention.label,
            text: Cow::Borrowed(&document.text[mention.span]),
            score: rounded(mention.score),
            entity: entity.map(|entity| Cow::Borrowed(entity.id.as_str())),
            tie: link.map(|link| link.tie),
            by: link.and_then(|link| link.by),
            office: link
                .and_then(|link| link.office)
                .map(|span| [points.of(span.start), points.of(span.end)]),
            of: link.and_then(|link| link.of),
        }
    };
    let known = |entity: &'_ Entity| Known {
        id: Cow::Owned(entity.id.clone()),
        same_as: entity.same_as.clone().map(Cow::Owned),
        label: entity.label,
        name: Cow::Owned(entity.name.clone()),
        score: rounded(entity.score),
        reason: Cow::Owned(entity.reason.clone()),
    };
    let sentences = annotated.words.sentences.iter();
    let record = Record {
        id: Cow::Owned(document.id.to_string()),
        source: Cow::Borrowed(source),
        format: document.format,
        header: HeaderForm::of(&document.header, &points),
        text: Cow::Borrowed(text),
        mentions: annotated.mentions.iter().enumerate().map(mention).collect(),
        entities: entities.entities.iter().map(known).collect(),
        sentences: sentences.map(|s| [points.of(s.span.start), points.of(s.span.end)]).collect(),
    };
    serde_json::to_writer(&mut *out, &record)?;
    out.write_all(b"\n")
}

/// Four decimals.
fn rounded(score: f32) -> f32 {
    (score * 1e4).round() / 1e4
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
    let entities = entities(&record, &places)?;
    given::order(&mut mentions)?;
    let sentences: Result<Vec<_>, _> =
        record.sentences.iter().map(|&[start, end]| places.span(start, end)).collect();
    let text = Text::verbatim(&record.text);
    let id = id(&record.id).unwrap_or_else(|| given::digest(record.text.as_bytes()));
    let mut document = given::document(id, RawSpan::new(0, text.len() as u32), text);
    document.format = record.format;
    document.blocks = blocks(&sentences?, document.text.span());
    document.header = record.header.header(&places)?;
    let annotated = Annotated { document, words: Words::default(), mentions, entities };
    Ok(Given { source: record.source.into_owned(), annotated })
}

/// The entities of a line. Links are kept where mentions stand in order, as
/// they are written.
fn entities(record: &Record<'_>, places: &Places<'_>) -> Result<Entities, Problem> {
    let mut entities = Entities::default();
    for known in &record.entities {
        entities.entities.push(Entity {
            id: known.id.clone().into_owned(),
            same_as: known.same_as.clone().map(Cow::into_owned),
            label: known.label,
            name: known.name.clone().into_owned(),
            score: known.score,
            reason: known.reason.clone().into_owned(),
        });
    }
    if !record.mentions.is_sorted_by_key(|name| name.start) {
        return Ok(entities);
    }
    let numbers: HashMap<&str, u32> =
        record.entities.iter().zip(0..).map(|(known, number)| (&*known.id, number)).collect();
    for (name, mention) in record.mentions.iter().zip(0..) {
        let entity = name.entity.as_deref().and_then(|id| numbers.get(id));
        let Some((&entity, tie)) = entity.zip(name.tie) else { continue };
        let office = name.office.map(|[start, end]| places.span(start, end)).transpose()?;
        entities.links.push(Link { mention, entity, tie, by: name.by, office, of: name.of });
    }
    Ok(entities)
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
