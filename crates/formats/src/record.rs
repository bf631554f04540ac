//! A flat form of a document for JSON and columns, with all offsets in code
//! points. [`jsonl`](crate::jsonl) writes it unchanged;
//! [`columns`](crate::columns), [`csv`](crate::csv) and others take from it
//! what they need. Strings are borrowed for writing and owned after reading.
//! Mentions are converted one by one, because a document may have very many.

use std::borrow::Cow;
use std::collections::HashMap;

use chancery_model::{
    Annotated, Block, BlockKind, Certainty, CodePoints, Date, Document, DocumentEntities, Entity,
    Label, Language, Link, LinkKind, Mention, OfficeReference, Page, PageReader, Paragraph,
    RawSpan, SourceFormat, Text, TextReference, TextSpan, Words, evidence_from_sentence,
    evidence_sentence,
};
use serde::{Deserialize, Serialize, Serializer};

use crate::byte_offsets::ByteOffsets;
use crate::error::{FormatError, FormatProblem, decode_utf8};
use crate::footnotes::{FootnoteRecord, footnote_records, set_footnotes};
use crate::header::HeaderRecord;
use crate::rounding::round_score;
use crate::statement_record::{ActRecord, AttributionWriter, StatementRecord, read_attribution};
use crate::token_document;

/// One document. It is read with a list of mentions and written with
/// [`MentionRecords`].
#[derive(Serialize, Deserialize)]
pub(crate) struct DocumentRecord<'a, M = Vec<MentionRecord<'a>>> {
    #[serde(default)]
    pub(crate) id: Cow<'a, str>,
    #[serde(default)]
    pub(crate) source: Cow<'a, str>,
    #[serde(default = "default_form")]
    pub(crate) format: SourceFormat,
    #[serde(default)]
    pub(crate) header: HeaderRecord,
    /// Its ISO 639-1 code, if it is not English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<Cow<'a, str>>,
    pub(crate) text: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) pages: Vec<PageRecord>,
    #[serde(default)]
    pub(crate) mentions: M,
    /// The footnotes, which the text has after the body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) footnotes: Vec<FootnoteRecord<'a>>,
    /// The references in the text. Those of the header are in the header.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) references: Vec<ReferenceRecord<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) entities: Vec<EntityRecord<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) offices: Vec<OfficeRecord<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) statements: Vec<StatementRecord<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) acts: Vec<ActRecord<'a>>,
    #[serde(default)]
    pub(crate) sentences: Vec<[u32; 2]>,
}

/// Where a page of the file begins, what read it, and how well.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct PageRecord {
    pub(crate) number: u32,
    pub(crate) start: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reader: Option<PageReader>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) quality: Option<u8>,
}

/// The records of pages.
pub(crate) fn page_records(pages: &[Page], points: &CodePoints<'_>) -> Vec<PageRecord> {
    let record = |page: &Page| PageRecord {
        number: page.number,
        start: points.code_point_offset(page.offset),
        reader: page.reader,
        quality: page.quality,
    };
    pages.iter().map(record).collect()
}

/// A mention, with its offsets and its link.
#[derive(Serialize, Deserialize)]
pub(crate) struct MentionRecord<'a> {
    pub(crate) start: u32,
    pub(crate) end: u32,
    #[serde(default)]
    pub(crate) raw_start: u32,
    #[serde(default)]
    pub(crate) raw_end: u32,
    pub(crate) label: Label,
    #[serde(default)]
    pub(crate) text: Cow<'a, str>,
    #[serde(default = "default_score")]
    pub(crate) score: f32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) entity: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) link_kind: Option<LinkKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) antecedent: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<[u32; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) affiliation: Option<u32>,
    /// The marker of the footnote it stands in: not read.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub(crate) footnote: Option<Cow<'a, str>>,
}

/// An entity of a document.
#[derive(Serialize, Deserialize)]
pub(crate) struct EntityRecord<'a> {
    pub(crate) id: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) same_as: Option<Cow<'a, str>>,
    pub(crate) label: Label,
    #[serde(default)]
    pub(crate) name: Cow<'a, str>,
    #[serde(default = "default_score")]
    pub(crate) score: f32,
    /// The word for the score, for people: not read.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub(crate) certainty: Option<Certainty>,
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub(crate) reason: Cow<'a, str>,
}

/// An office that stands for a person.
#[derive(Serialize, Deserialize)]
pub(crate) struct OfficeRecord<'a> {
    pub(crate) start: u32,
    pub(crate) end: u32,
    #[serde(default)]
    pub(crate) raw_start: u32,
    #[serde(default)]
    pub(crate) raw_end: u32,
    #[serde(default)]
    pub(crate) text: Cow<'a, str>,
    pub(crate) office: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) country: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) entity: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) antecedent: Option<u32>,
    #[serde(default)]
    pub(crate) score: f32,
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub(crate) reason: Cow<'a, str>,
}

/// A reference in the text, and the id of the document that it means.
#[derive(Serialize, Deserialize)]
pub(crate) struct ReferenceRecord<'a> {
    pub(crate) start: u32,
    pub(crate) end: u32,
    #[serde(default)]
    pub(crate) text: Cow<'a, str>,
    pub(crate) value: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) date: Option<Date>,
}

/// The references in the text of a document.
pub(crate) fn reference_records<'a>(
    document: &'a Document,
    points: &CodePoints<'_>,
) -> Vec<ReferenceRecord<'a>> {
    let record = |one| ReferenceRecord::from_reference(document, one, points);
    document.references.iter().map(record).collect()
}

impl<'a> ReferenceRecord<'a> {
    fn from_reference(
        document: &'a Document,
        reference: &'a TextReference,
        points: &CodePoints<'_>,
    ) -> Self {
        Self {
            start: points.code_point_offset(reference.span.start),
            end: points.code_point_offset(reference.span.end),
            text: Cow::Borrowed(&document.text[reference.span]),
            value: Cow::Borrowed(&reference.value),
            to: reference.to.as_deref().map(Cow::Borrowed),
            date: reference.date,
        }
    }

    fn to_reference(&self, offsets: &ByteOffsets<'_>) -> Result<TextReference, FormatProblem> {
        Ok(TextReference {
            span: offsets.byte_span(self.start, self.end)?,
            value: self.value.clone().into_owned(),
            to: self.to.clone().map(Cow::into_owned),
            date: self.date,
        })
    }
}

fn default_form() -> SourceFormat {
    SourceFormat::Plain
}

fn default_score() -> f32 {
    1.0
}

/// A document that was read, and its source.
#[derive(Clone, Debug)]
pub struct SourcedDocument {
    /// Where it came from, as the file says; empty if it does not say.
    pub source: String,
    /// The document and its mentions. Formats without tokens leave `words`
    /// empty. If they have sentences, these become the document's blocks, so
    /// that tokenisation keeps the sentence boundaries.
    pub annotated: Annotated,
}

/// The mentions of a document to be written. Scores are rounded to four
/// decimals.
pub(crate) struct MentionRecords<'a> {
    annotated: &'a Annotated,
    points: CodePoints<'a>,
}

impl<'a> MentionRecords<'a> {
    #[cfg(feature = "columns")]
    pub(crate) fn len(&self) -> usize {
        self.annotated.mentions.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = MentionRecord<'a>> {
        self.annotated
            .mentions
            .iter()
            .enumerate()
            .map(|(number, mention)| self.mention_record(number, mention))
    }

    fn mention_record(&self, number: usize, mention: &Mention) -> MentionRecord<'a> {
        let Annotated { document, entities, .. } = self.annotated;
        let raw = document.text.to_raw_span(mention.span);
        let footnote = document.footnote_at(mention.span.start);
        let link = entities.link_of_mention(number);
        let entity = link.and_then(|link| entities.entity_of_link(link));
        let offsets_of =
            |span: TextSpan| [span.start, span.end].map(|at| self.points.code_point_offset(at));
        let [start, end] = offsets_of(mention.span);
        MentionRecord {
            start,
            end,
            raw_start: raw.start,
            raw_end: raw.end,
            label: mention.label,
            text: Cow::Borrowed(&document.text[mention.span]),
            score: round_score(mention.score),
            entity: entity.map(|entity| Cow::Borrowed(entity.id.as_str())),
            link_kind: link.map(|link| link.kind),
            antecedent: link.and_then(|link| link.antecedent),
            title: link.and_then(|link| link.title).map(offsets_of),
            affiliation: link.and_then(|link| link.affiliation),
            footnote: footnote.map(|note| Cow::Borrowed(note.marker.as_str())),
        }
    }
}

impl Serialize for MentionRecords<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'a> DocumentRecord<'a, MentionRecords<'a>> {
    /// Creates the record of `annotated`. `source` says where it came from.
    pub(crate) fn from_annotated(annotated: &'a Annotated, source: &'a str) -> Self {
        let document = &annotated.document;
        let text = document.text.as_str();
        let points = CodePoints::new(text);
        let entity_record = |entity: &'a Entity| EntityRecord {
            id: Cow::Borrowed(&entity.id),
            same_as: entity.same_as.as_deref().map(Cow::Borrowed),
            label: entity.label,
            name: Cow::Borrowed(&entity.name),
            score: round_score(entity.score),
            certainty: entity.certainty(),
            reason: Cow::Owned(entity.reason()),
        };
        let sentences = annotated.words.sentences.iter();
        let attribution = AttributionWriter::new(annotated, &points);
        DocumentRecord {
            id: Cow::Owned(document.id.to_string()),
            source: Cow::Borrowed(source),
            format: document.format,
            header: HeaderRecord::from_header(&document.header, &points),
            language: foreign_code(annotated.words.language).map(Cow::Borrowed),
            text: Cow::Borrowed(text),
            pages: page_records(&document.pages, &points),
            footnotes: footnote_records(document, &points),
            references: reference_records(document, &points),
            entities: annotated.entities.entities.iter().map(entity_record).collect(),
            offices: annotated
                .entities
                .offices
                .iter()
                .map(|office| OfficeRecord::from_reference(annotated, office, &points))
                .collect(),
            statements: attribution.statements(),
            acts: attribution.acts(),
            sentences: sentences
                .map(|s| {
                    [points.code_point_offset(s.span.start), points.code_point_offset(s.span.end)]
                })
                .collect(),
            mentions: MentionRecords { annotated, points },
        }
    }
}

impl<'a> OfficeRecord<'a> {
    fn from_reference(
        annotated: &'a Annotated,
        office: &'a OfficeReference,
        points: &CodePoints<'_>,
    ) -> Self {
        let Annotated { document, entities, .. } = annotated;
        let raw = document.text.to_raw_span(office.span);
        let entity = office.entity.and_then(|number| entities.entities.get(number as usize));
        Self {
            start: points.code_point_offset(office.span.start),
            end: points.code_point_offset(office.span.end),
            raw_start: raw.start,
            raw_end: raw.end,
            text: Cow::Borrowed(&document.text[office.span]),
            office: Cow::Borrowed(&office.office),
            country: office.country.as_deref().map(Cow::Borrowed),
            entity: entity.map(|entity| Cow::Borrowed(entity.id.as_str())),
            antecedent: office.antecedent,
            score: round_score(office.score),
            reason: Cow::Owned(evidence_sentence(&office.evidence)),
        }
    }

    fn to_reference(
        &self,
        numbers: &HashMap<&str, u32>,
        offsets: &ByteOffsets<'_>,
    ) -> Result<OfficeReference, FormatProblem> {
        Ok(OfficeReference {
            span: offsets.byte_span(self.start, self.end)?,
            office: self.office.clone().into_owned(),
            country: self.country.clone().map(Cow::into_owned),
            entity: self.entity.as_deref().and_then(|id| numbers.get(id).copied()),
            antecedent: self.antecedent,
            score: round_score(self.score),
            evidence: evidence_from_sentence(&self.reason),
        })
    }
}

impl DocumentRecord<'_> {
    /// Deserialises a record that borrows nothing from `value`.
    #[cfg(feature = "columns")]
    pub(crate) fn from_json_value(
        value: serde_json::Value,
    ) -> Result<DocumentRecord<'static>, serde_json::Error> {
        serde_json::from_value(value)
    }

    /// Converts the record to a document.
    ///
    /// # Errors
    /// Fails if an offset is out of range or two mentions overlap.
    pub(crate) fn into_document(self) -> Result<SourcedDocument, FormatProblem> {
        let offsets = ByteOffsets::new(&self.text);
        let mut mentions = Vec::with_capacity(self.mentions.len());
        for record in &self.mentions {
            let mut mention = token_document::imported_mention(
                offsets.byte_span(record.start, record.end)?,
                record.label,
            );
            mention.score = round_score(record.score);
            mentions.push(mention);
        }
        let entities = self.linked_entities(&offsets)?;
        let numbers: HashMap<&str, u32> =
            self.entities.iter().zip(0..).map(|(record, number)| (&*record.id, number)).collect();
        let attribution = read_attribution(&self.statements, &self.acts, &numbers, &offsets)?;
        token_document::sort_mentions(&mut mentions)?;
        let sentences: Result<Vec<_>, _> =
            self.sentences.iter().map(|&[start, end]| offsets.byte_span(start, end)).collect();
        let text = Text::from_verbatim(&self.text);
        let id =
            self.id.parse().unwrap_or_else(|()| token_document::document_id(self.text.as_bytes()));
        let mut document =
            token_document::plain_document(id, RawSpan::new(0, text.len() as u32), text);
        document.format = self.format;
        document.blocks = sentence_blocks(&sentences?, document.text.whole_span());
        set_footnotes(&mut document, &self.footnotes, &offsets)?;
        document.references = self
            .references
            .iter()
            .map(|one| one.to_reference(&offsets))
            .collect::<Result<_, _>>()?;
        document.header = self.header.into_header(&offsets)?;
        for page in &self.pages {
            document.pages.push(Page {
                number: page.number,
                offset: offsets.byte_span(page.start, page.start)?.start,
                reader: page.reader,
                quality: page.quality,
            });
        }
        let language = self.language.as_deref().and_then(Language::from_code);
        let words = Words { language: language.unwrap_or_default(), ..Words::default() };
        let annotated = Annotated { document, words, mentions, entities, attribution };
        Ok(SourcedDocument { source: self.source.into_owned(), annotated })
    }

    /// Converts the entities and links. Links refer to mentions by number, so
    /// they are dropped if the mentions are not in order.
    fn linked_entities(
        &self,
        offsets: &ByteOffsets<'_>,
    ) -> Result<DocumentEntities, FormatProblem> {
        let mut entities = DocumentEntities::default();
        for record in &self.entities {
            entities.entities.push(Entity {
                id: record.id.clone().into_owned(),
                same_as: record.same_as.clone().map(Cow::into_owned),
                label: record.label,
                name: record.name.clone().into_owned(),
                score: round_score(record.score),
                evidence: evidence_from_sentence(&record.reason),
            });
        }
        let numbers: HashMap<&str, u32> =
            self.entities.iter().zip(0..).map(|(record, number)| (&*record.id, number)).collect();
        let is_sorted = self.mentions.is_sorted_by_key(|record| record.start);
        for record in &self.offices {
            let mut office = record.to_reference(&numbers, offsets)?;
            office.antecedent = office.antecedent.filter(|_| is_sorted);
            entities.offices.push(office);
        }
        if !is_sorted {
            return Ok(entities);
        }
        for (record, mention) in self.mentions.iter().zip(0..) {
            let entity = record.entity.as_deref().and_then(|id| numbers.get(id));
            let Some((&entity, kind)) = entity.zip(record.link_kind) else { continue };
            let title =
                record.title.map(|[start, end]| offsets.byte_span(start, end)).transpose()?;
            entities.links.push(Link {
                mention,
                entity,
                kind,
                antecedent: record.antecedent,
                title,
                affiliation: record.affiliation,
            });
        }
        Ok(entities)
    }
}

/// The code of a language other than English, in which no names are marked.
pub(crate) fn foreign_code(language: Language) -> Option<&'static str> {
    (!language.has_names_marked()).then(|| language.code())
}

/// Makes a block from the start of each sentence to the start of the next, so
/// that the blocks cover the whole text.
fn sentence_blocks(sentences: &[TextSpan], text: TextSpan) -> Vec<Block> {
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
pub(crate) fn read_json_lines<'a, Line: Deserialize<'a>>(
    bytes: &'a [u8],
    document: impl Fn(Line) -> Result<SourcedDocument, FormatProblem>,
) -> Result<Vec<SourcedDocument>, FormatError> {
    let lines = decode_utf8(bytes)?.lines().zip(1..);
    let lines = lines.filter(|(line, _)| !line.trim_ascii().is_empty());
    let read = |(words, line): (&'a str, usize)| {
        let read = serde_json::from_str(words).map_err(|error| FormatError {
            line,
            column: error.column().max(1),
            problem: FormatProblem::from_json_error(&error),
        })?;
        document(read).map_err(|problem| FormatError { line, column: 1, problem })
    };
    lines.map(read).collect()
}
