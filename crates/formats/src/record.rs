//! A flat form of a document for JSON and columns, with all offsets in code
//! points. [`jsonl`](crate::jsonl) writes it unchanged;
//! [`columns`](crate::columns), [`csv`](crate::csv) and others take from it
//! what they need. Strings are borrowed for writing and owned after reading.
//! Mentions are converted one by one, because a document may have very many.

use std::borrow::Cow;
use std::collections::HashMap;

use chancery_model::{
    Annotated, Block, BlockKind, CodePoints, Entities, Entity, Format, Label, Link, Mention,
    Paragraph, RawSpan, Text, TextSpan, Tie, Words,
};
use serde::{Deserialize, Serialize, Serializer};

use crate::error::{FormatError, Problem, utf8};
use crate::given;
use crate::header::HeaderForm;
use crate::places::Places;

/// One document. It is read with a list of mentions and written with
/// [`Names`].
#[derive(Serialize, Deserialize)]
pub(crate) struct Record<'a, M = Vec<Name<'a>>> {
    #[serde(default)]
    pub(crate) id: Cow<'a, str>,
    #[serde(default)]
    pub(crate) source: Cow<'a, str>,
    #[serde(default = "plain")]
    pub(crate) format: Format,
    #[serde(default)]
    pub(crate) header: HeaderForm,
    pub(crate) text: Cow<'a, str>,
    #[serde(default)]
    pub(crate) mentions: M,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) entities: Vec<Known<'a>>,
    #[serde(default)]
    pub(crate) sentences: Vec<[u32; 2]>,
}

/// A mention, with its offsets and its link.
#[derive(Serialize, Deserialize)]
pub(crate) struct Name<'a> {
    pub(crate) start: u32,
    pub(crate) end: u32,
    #[serde(default)]
    pub(crate) raw_start: u32,
    #[serde(default)]
    pub(crate) raw_end: u32,
    pub(crate) label: Label,
    #[serde(default)]
    pub(crate) text: Cow<'a, str>,
    #[serde(default = "sure")]
    pub(crate) score: f32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) entity: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tie: Option<Tie>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) office: Option<[u32; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) of: Option<u32>,
}

/// An entity of a document.
#[derive(Serialize, Deserialize)]
pub(crate) struct Known<'a> {
    pub(crate) id: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) same_as: Option<Cow<'a, str>>,
    pub(crate) label: Label,
    #[serde(default)]
    pub(crate) name: Cow<'a, str>,
    #[serde(default = "sure")]
    pub(crate) score: f32,
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub(crate) reason: Cow<'a, str>,
}

fn plain() -> Format {
    Format::Plain
}

fn sure() -> f32 {
    1.0
}

/// A document that was read, and its source.
#[derive(Clone, Debug)]
pub struct Sourced {
    /// Where it came from, as the file says; empty if it does not say.
    pub source: String,
    /// The document and its mentions. Formats without tokens leave `words`
    /// empty. If they have sentences, these become the document's blocks, so
    /// that tokenisation keeps the sentence boundaries.
    pub annotated: Annotated,
}

/// The mentions of a document to be written. Scores are rounded to four
/// decimals.
pub(crate) struct Names<'a> {
    annotated: &'a Annotated,
    points: CodePoints<'a>,
}

impl<'a> Names<'a> {
    pub(crate) fn len(&self) -> usize {
        self.annotated.mentions.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Name<'a>> {
        self.annotated.mentions.iter().enumerate().map(|(number, mention)| self.of(number, mention))
    }

    fn of(&self, number: usize, mention: &Mention) -> Name<'a> {
        let Annotated { document, entities, .. } = self.annotated;
        let raw = document.text.to_raw(mention.span);
        let link = entities.of(number);
        let entity = link.and_then(|link| entities.linked(link));
        let places = |span: TextSpan| [span.start, span.end].map(|at| self.points.of(at));
        let [start, end] = places(mention.span);
        Name {
            start,
            end,
            raw_start: raw.start,
            raw_end: raw.end,
            label: mention.label,
            text: Cow::Borrowed(&document.text[mention.span]),
            score: rounded(mention.score),
            entity: entity.map(|entity| Cow::Borrowed(entity.id.as_str())),
            tie: link.map(|link| link.tie),
            by: link.and_then(|link| link.by),
            office: link.and_then(|link| link.office).map(places),
            of: link.and_then(|link| link.of),
        }
    }
}

impl Serialize for Names<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'a> Record<'a, Names<'a>> {
    /// Creates the record of `annotated`. `source` says where it came from.
    pub(crate) fn of(annotated: &'a Annotated, source: &'a str) -> Self {
        let document = &annotated.document;
        let text = document.text.as_str();
        let points = CodePoints::new(text);
        let known = |entity: &'a Entity| Known {
            id: Cow::Borrowed(&entity.id),
            same_as: entity.same_as.as_deref().map(Cow::Borrowed),
            label: entity.label,
            name: Cow::Borrowed(&entity.name),
            score: rounded(entity.score),
            reason: Cow::Borrowed(&entity.reason),
        };
        let sentences = annotated.words.sentences.iter();
        Record {
            id: Cow::Owned(document.id.to_string()),
            source: Cow::Borrowed(source),
            format: document.format,
            header: HeaderForm::of(&document.header, &points),
            text: Cow::Borrowed(text),
            entities: annotated.entities.entities.iter().map(known).collect(),
            sentences: sentences
                .map(|s| [points.of(s.span.start), points.of(s.span.end)])
                .collect(),
            mentions: Names { annotated, points },
        }
    }
}

impl Record<'_> {
    /// Deserialises a record that borrows nothing from `value`.
    pub(crate) fn deserialized(
        value: serde_json::Value,
    ) -> Result<Record<'static>, serde_json::Error> {
        serde_json::from_value(value)
    }

    /// Converts the record to a document.
    ///
    /// # Errors
    /// Fails if an offset is out of range or two mentions overlap.
    pub(crate) fn document(self) -> Result<Sourced, Problem> {
        let places = Places::new(&self.text);
        let mut mentions = Vec::with_capacity(self.mentions.len());
        for name in &self.mentions {
            let mut mention = given::mention(places.span(name.start, name.end)?, name.label);
            mention.score = rounded(name.score);
            mentions.push(mention);
        }
        let entities = self.linked(&places)?;
        given::order(&mut mentions)?;
        let sentences: Result<Vec<_>, _> =
            self.sentences.iter().map(|&[start, end]| places.span(start, end)).collect();
        let text = Text::verbatim(&self.text);
        let id = self.id.parse().unwrap_or_else(|()| given::digest(self.text.as_bytes()));
        let mut document = given::document(id, RawSpan::new(0, text.len() as u32), text);
        document.format = self.format;
        document.blocks = blocks(&sentences?, document.text.span());
        document.header = self.header.header(&places)?;
        let annotated = Annotated { document, words: Words::default(), mentions, entities };
        Ok(Sourced { source: self.source.into_owned(), annotated })
    }

    /// Converts the entities and links. Links refer to mentions by number, so
    /// they are dropped if the mentions are not in order.
    fn linked(&self, places: &Places<'_>) -> Result<Entities, Problem> {
        let mut entities = Entities::default();
        for known in &self.entities {
            entities.entities.push(Entity {
                id: known.id.clone().into_owned(),
                same_as: known.same_as.clone().map(Cow::into_owned),
                label: known.label,
                name: known.name.clone().into_owned(),
                score: rounded(known.score),
                reason: known.reason.clone().into_owned(),
            });
        }
        if !self.mentions.is_sorted_by_key(|name| name.start) {
            return Ok(entities);
        }
        let numbers: HashMap<&str, u32> =
            self.entities.iter().zip(0..).map(|(known, number)| (&*known.id, number)).collect();
        for (name, mention) in self.mentions.iter().zip(0..) {
            let entity = name.entity.as_deref().and_then(|id| numbers.get(id));
            let Some((&entity, tie)) = entity.zip(name.tie) else { continue };
            let office = name.office.map(|[start, end]| places.span(start, end)).transpose()?;
            entities.links.push(Link { mention, entity, tie, by: name.by, office, of: name.of });
        }
        Ok(entities)
    }
}

/// Clamps a score to a probability and rounds it to four decimals.
pub(crate) fn rounded(score: f32) -> f32 {
    let probability = if score.is_nan() { 0.0 } else { score.clamp(0.0, 1.0) };
    (probability * 1e4).round() / 1e4
}

/// Makes a block from the start of each sentence to the start of the next, so
/// that the blocks cover the whole text.
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

/// Reads a file of JSON lines and converts each with `document`. Blank lines are
/// skipped.
pub(crate) fn json_lines<'a, Line: Deserialize<'a>>(
    bytes: &'a [u8],
    document: impl Fn(Line) -> Result<Sourced, Problem>,
) -> Result<Vec<Sourced>, FormatError> {
    let lines = utf8(bytes)?.lines().zip(1..);
    let lines = lines.filter(|(line, _)| !line.trim_ascii().is_empty());
    let read = |(words, line): (&'a str, usize)| {
        let read = serde_json::from_str(words).map_err(|error| FormatError {
            line,
            column: error.column().max(1),
            problem: Problem::json(&error),
        })?;
        document(read).map_err(|problem| FormatError { line, column: 1, problem })
    };
    lines.map(read).collect()
}
