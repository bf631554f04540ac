//! A document with everything that its page shows.

use std::collections::HashMap;

use chancery_model::{CodePoints, Label, ReferenceKind, TextSpan};
use chancery_store::{
    Field, Held, Known, Named, Neighbours, Query, Remark, RemarkKind, Request, Sort, Summary,
    parse_query,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::search_response::Listed;
use crate::state::ReadSession;
use crate::urls::short_id;

/// Maximum number of documents in a list.
const MOST: usize = 50;

/// A document as its page shows it.
pub(crate) struct Reading {
    /// The document, its mentions and paths.
    pub(crate) held: Held,
    /// Summary of the document.
    pub(crate) summary: Summary,
    /// The entities that it names, by number.
    pub(crate) known: HashMap<i64, Known>,
    /// Spans to highlight, in order.
    pub(crate) hits: Vec<TextSpan>,
    /// All sections of the telegram, if it is one of several.
    pub(crate) sections: Vec<Summary>,
    /// Previous document in its series or file.
    pub(crate) before: Option<Summary>,
    /// Next document in its series or file.
    pub(crate) after: Option<Summary>,
    /// Near-duplicates and their similarity.
    pub(crate) copies: Vec<(Summary, f64)>,
    /// Its references to documents of the archive, by cable id.
    pub(crate) references: HashMap<String, Summary>,
    /// Documents that cite it.
    pub(crate) cited_by: Vec<Summary>,
    /// Keywords and notes.
    pub(crate) remarks: Vec<Remark>,
    /// Text of its page lines, if the archive stores the file.
    pub(crate) page_lines: Vec<String>,
}

/// What to highlight in a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Within {
    /// The matches of this query.
    pub(crate) query: String,
    /// The mentions of the entity with this id.
    pub(crate) entity: String,
}

impl Reading {
    /// Reads the document with this id, prefix of an id or cable id.
    pub(crate) fn of(
        desk: &ReadSession<'_>,
        name: &str,
        within: &Within,
    ) -> Result<Self, ApiError> {
        let archive = desk.archive;
        let number = archive.find(name)?;
        let (document, names) = archive.named(number)?;
        let mut known = HashMap::new();
        for entity in names.iter().filter_map(|name| name.entity) {
            if let std::collections::hash_map::Entry::Vacant(place) = known.entry(entity) {
                place.insert(archive.known(entity)?);
            }
        }
        let mentions = names.iter().map(|name| name.mention).collect();
        let annotated = chancery_model::Annotated {
            document,
            words: chancery_model::Words::default(),
            mentions,
            entities: chancery_model::Entities::default(),
        };
        let held = Held { number, paths: archive.paths(number)?, annotated, names };
        let hits = hits(desk, &held, within)?;
        let summary = archive.summary(number)?;
        let Neighbours { before, after } = archive.neighbours(number)?;
        let one = |number: Option<i64>| number.map(|number| archive.summary(number)).transpose();
        let sections = archive.unit(number)?;
        let sections = if sections.len() > 1 { summaries(desk, sections)? } else { Vec::new() };
        let mut copies = Vec::new();
        for (copy, likeness) in archive.copies(number)?.into_iter().take(MOST) {
            copies.push((archive.summary(copy)?, likeness));
        }
        let mut references = HashMap::new();
        for reference in &held.annotated.document.header.references {
            let value = &reference.value.value;
            if reference.value.kind == ReferenceKind::Cable
                && let Some(number) = archive.of_reference(value)?
            {
                references.insert(value.clone(), archive.summary(number)?);
            }
        }
        let remarks = archive.remarks_on_document(&held.annotated.document.id)?;
        let cited_by = cited_by(desk, &summary)?;
        let (before, after) = (one(before)?, one(after)?);
        let page_lines = page_lines(desk, &held)?;
        Ok(Self {
            held,
            summary,
            known,
            hits,
            sections,
            before,
            after,
            copies,
            references,
            cited_by,
            remarks,
            page_lines,
        })
    }

    /// Returns the prefix of its id that is used in URLs.
    pub(crate) fn short_id(&self) -> String {
        short_id(&self.summary.id.to_string()).to_owned()
    }
}

/// Reads the page lines, which are not part of the reading text.
fn page_lines(desk: &ReadSession<'_>, held: &Held) -> Result<Vec<String>, ApiError> {
    let document = &held.annotated.document;
    let base = document.raw.start;
    if document.page_lines.is_empty() {
        return Ok(Vec::new());
    }
    let Some(bytes) = desk.archive.raw_of(held.number, document.raw)? else {
        return Ok(Vec::new());
    };
    let words = document.page_lines.iter().map(|line| {
        let (start, end) = (line.raw.start.saturating_sub(base), line.raw.end.saturating_sub(base));
        let bytes = bytes.get(start as usize..end as usize).unwrap_or_default();
        chancery_parse::characters(bytes)
    });
    Ok(words.collect())
}

/// Returns the bytes of the source file that contain the document.
pub(crate) fn raw(desk: &ReadSession<'_>, reading: &Reading) -> Result<Option<Vec<u8>>, ApiError> {
    let document = &reading.held.annotated.document;
    Ok(desk.archive.raw_of(reading.held.number, document.raw)?)
}

fn summaries(desk: &ReadSession<'_>, numbers: Vec<i64>) -> Result<Vec<Summary>, ApiError> {
    let one = |number| Ok(desk.archive.summary(number)?);
    numbers.into_iter().take(MOST).map(one).collect()
}

fn hits(desk: &ReadSession<'_>, held: &Held, within: &Within) -> Result<Vec<TextSpan>, ApiError> {
    if !within.entity.is_empty() {
        let entity = desk.archive.entity_number(&within.entity)?;
        let named = held.names.iter().filter(|name| name.entity == Some(entity));
        return Ok(named.map(|name| name.mention.span).collect());
    }
    if within.query.trim().is_empty() {
        return Ok(Vec::new());
    }
    let Ok(query) = parse_query(&within.query) else { return Ok(Vec::new()) };
    Ok(desk.archive.places(&query, held)?)
}

/// Returns the documents that cite this one.
fn cited_by(desk: &ReadSession<'_>, summary: &Summary) -> Result<Vec<Summary>, ApiError> {
    let Some(reference) = &summary.reference else { return Ok(Vec::new()) };
    let query = Query::words(Field::Ref, reference);
    let request = Request { sort: Sort::Oldest, limit: MOST, ..Request::new(query) };
    let found = desk.searcher()?.numbers(desk.archive, &request)?;
    let numbers = found.numbers.into_iter().map(|(number, _)| number).collect();
    let mut citing = summaries(desk, numbers)?;
    citing.retain(|other| other.reference.as_ref() != Some(reference));
    Ok(citing)
}

/// A document with everything that its page shows. Spans count code points of
/// `text`.
#[derive(Serialize, ToSchema)]
pub(crate) struct Document {
    /// Summary of the document.
    #[serde(flatten)]
    pub(crate) listed: Listed,
    /// Paths where it was found.
    pub(crate) paths: Vec<String>,
    /// Reading text.
    pub(crate) text: String,
    /// Blocks of the text, in order.
    pub(crate) blocks: Vec<Part>,
    /// Mentions, in order.
    pub(crate) names: Vec<Name>,
    /// Footnotes.
    pub(crate) notes: Vec<Footnote>,
    /// References to other documents.
    pub(crate) references: Vec<Refers>,
    /// Documents that cite it.
    pub(crate) cited_by: Vec<Listed>,
    /// Previous document in its series or file.
    pub(crate) before: Option<Listed>,
    /// Next document in its series or file.
    pub(crate) after: Option<Listed>,
    /// All sections of the telegram, if it is one of several.
    pub(crate) sections: Vec<Listed>,
    /// Near-duplicates of the document.
    pub(crate) copies: Vec<Copy>,
    /// Keywords and notes.
    pub(crate) remarks: Vec<RemarkMade>,
}

/// A block of the text.
#[derive(Serialize, ToSchema)]
pub(crate) struct Part {
    /// "header", "heading", "dateline", "paragraph", "table" or "signature".
    pub(crate) kind: &'static str,
    /// First code point.
    pub(crate) start: u32,
    /// One past the last.
    pub(crate) end: u32,
    /// Number of the paragraph as printed.
    pub(crate) number: Option<String>,
    /// Portion marking of the paragraph.
    pub(crate) portion: Option<String>,
}

/// A mention and the entity that it refers to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Name {
    /// First code point.
    pub(crate) start: u32,
    /// One past the last.
    pub(crate) end: u32,
    /// Text of the mention.
    pub(crate) text: String,
    /// Label: PER, LOC, ORG or MISC.
    #[schema(value_type = String)]
    pub(crate) class: Label,
    /// Probability of the mention.
    pub(crate) score: f32,
    /// Id of its entity.
    pub(crate) entity: Option<String>,
    /// Probability of the link to the entity.
    pub(crate) link_score: f32,
    /// Evidence for the link.
    pub(crate) reason: String,
    /// Whether a decision of a user affects it.
    pub(crate) decided: bool,
}

/// A footnote.
#[derive(Serialize, ToSchema)]
pub(crate) struct Footnote {
    /// Label as printed.
    pub(crate) label: String,
    /// Code point where the text refers to it.
    pub(crate) at: u32,
    /// Text of the footnote.
    pub(crate) text: String,
}

/// A reference to another document.
#[derive(Serialize, ToSchema)]
pub(crate) struct Refers {
    /// Cable id, or the text of the reference.
    pub(crate) to: String,
    /// Id of the document, if it is in the archive.
    pub(crate) document: Option<String>,
}

/// A near-duplicate of a document.
#[derive(Serialize, ToSchema)]
pub(crate) struct Copy {
    /// The document.
    pub(crate) document: Listed,
    /// Similarity, 0 to 1.
    pub(crate) likeness: f64,
}

/// A keyword or note.
#[derive(Serialize, ToSchema)]
pub(crate) struct RemarkMade {
    /// Number of the decision that added it.
    pub(crate) record: i64,
    /// "tag" (a keyword), "note", or "apart" (not the entity with this id).
    #[schema(value_type = String)]
    pub(crate) kind: RemarkKind,
    /// Text of the keyword or note.
    pub(crate) words: String,
}

impl From<&Remark> for RemarkMade {
    fn from(remark: &Remark) -> Self {
        let Remark { record, kind, words } = remark.clone();
        Self { record, kind, words }
    }
}

impl From<&Reading> for Document {
    fn from(reading: &Reading) -> Self {
        let document = &reading.held.annotated.document;
        let points = CodePoints::new(document.text.as_str());
        let listed = |all: &[Summary]| all.iter().map(Listed::from).collect();
        let references = document.header.references.iter().map(|field| Refers {
            to: field.value.value.clone(),
            document: reading.references.get(&field.value.value).map(|one| one.id.to_string()),
        });
        let notes = document.notes.iter().map(|note| Footnote {
            label: note.label.clone(),
            at: points.of(note.at),
            text: note.text.as_str().to_owned(),
        });
        let copies = reading.copies.iter();
        Self {
            listed: Listed::from(&reading.summary),
            paths: reading.held.paths.clone(),
            text: document.text.as_str().to_owned(),
            blocks: document.blocks.iter().map(|block| part(block, &points)).collect(),
            names: reading.held.names.iter().map(|named| name(reading, named, &points)).collect(),
            notes: notes.collect(),
            references: references.collect(),
            cited_by: listed(&reading.cited_by),
            before: reading.before.as_ref().map(Listed::from),
            after: reading.after.as_ref().map(Listed::from),
            sections: listed(&reading.sections),
            copies: copies
                .map(|(one, likeness)| Copy { document: one.into(), likeness: *likeness })
                .collect(),
            remarks: reading.remarks.iter().map(RemarkMade::from).collect(),
        }
    }
}

fn part(block: &chancery_model::Block, points: &CodePoints<'_>) -> Part {
    use chancery_model::BlockKind;
    let (kind, paragraph) = match &block.kind {
        BlockKind::Header => ("header", None),
        BlockKind::Heading => ("heading", None),
        BlockKind::Dateline => ("dateline", None),
        BlockKind::Paragraph(paragraph) => ("paragraph", Some(paragraph)),
        BlockKind::Table => ("table", None),
        BlockKind::Signature => ("signature", None),
    };
    Part {
        kind,
        start: points.of(block.span.start),
        end: points.of(block.span.end),
        number: paragraph.and_then(|known| Some(known.number.as_ref()?.value.clone())),
        portion: paragraph.and_then(|known| Some(known.portion.as_ref()?.value.marking.clone())),
    }
}

fn name(reading: &Reading, named: &Named, points: &CodePoints<'_>) -> Name {
    let span = named.mention.span;
    let rounded = |score: f32| (score * 1e4).round() / 1e4;
    let entity = named.entity.and_then(|entity| reading.known.get(&entity));
    Name {
        start: points.of(span.start),
        end: points.of(span.end),
        text: reading.held.annotated.document.text[span].to_owned(),
        class: named.mention.label,
        score: rounded(named.mention.score),
        entity: entity.map(|known| known.id.clone()),
        link_score: rounded(named.score),
        reason: named.reason.clone(),
        decided: named.decided,
    }
}

/// A mention with its entity and other documents that name it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Card {
    /// The document.
    pub(crate) document: Listed,
    /// The mention.
    pub(crate) name: Name,
    /// Its entity, if any.
    pub(crate) entity: Option<Carded>,
}

/// The entity of a mention.
#[derive(Serialize, ToSchema)]
pub(crate) struct Carded {
    /// Id of the entity.
    pub(crate) id: String,
    /// Name of the entity.
    pub(crate) name: String,
    /// Label: PER, LOC, ORG or MISC.
    #[schema(value_type = String)]
    pub(crate) class: Label,
    /// Number of its mentions in this document.
    pub(crate) here: u64,
    /// Number of its mentions in the archive.
    pub(crate) mentions: u64,
    /// Number of documents that name it.
    pub(crate) documents: u64,
    /// Some of the other documents.
    pub(crate) elsewhere: Vec<Listed>,
}

/// Maximum number of other documents on a card.
const ELSEWHERE: usize = 5;

/// Returns the card of the mention that starts at a code point of a document.
pub(crate) fn card(desk: &ReadSession<'_>, name_of: &str, start: u32) -> Result<Card, ApiError> {
    let reading = Reading::of(desk, name_of, &Within::default())?;
    let points = CodePoints::new(reading.held.annotated.document.text.as_str());
    let named = reading.held.names.iter().find(|name| points.of(name.mention.span.start) == start);
    let named =
        named.ok_or_else(|| ApiError::not_found(format!("no mention starts at {start}")))?;
    let entity = match named.entity.and_then(|number| reading.known.get(&number)) {
        Some(known) => Some(carded(desk, &reading, known)?),
        None => None,
    };
    let name = name(&reading, named, &points);
    Ok(Card { document: (&reading.summary).into(), name, entity })
}

fn carded(desk: &ReadSession<'_>, reading: &Reading, known: &Known) -> Result<Carded, ApiError> {
    let archive = desk.archive;
    let (documents, mentions) = archive.appearances(known.number)?;
    let query = Query::entity(&known.id);
    let request = Request { limit: ELSEWHERE + 1, ..Request::new(query) };
    let found = desk.searcher()?.numbers(archive, &request)?;
    let others = found.numbers.into_iter().map(|(number, _)| number);
    let others = others.filter(|number| *number != reading.held.number).take(ELSEWHERE).collect();
    let here = reading.held.names.iter().filter(|name| name.entity == Some(known.number));
    Ok(Carded {
        id: known.id.clone(),
        name: known.name.clone(),
        class: known.class,
        here: here.count() as u64,
        mentions,
        documents,
        elsewhere: summaries(desk, others)?.iter().map(Listed::from).collect(),
    })
}

/// Counts the mentions of each entity of a document, by label, most frequent
/// first.
pub(crate) fn cast(reading: &Reading) -> Vec<(Label, Vec<(&Known, usize)>)> {
    let mut counts: HashMap<i64, usize> = HashMap::new();
    for entity in reading.held.names.iter().filter_map(|name| name.entity) {
        *counts.entry(entity).or_default() += 1;
    }
    let by_class = |label: Label| {
        let of_class = counts.iter().filter_map(|(entity, count)| {
            let known = reading.known.get(entity)?;
            (known.class == label).then_some((known, *count))
        });
        let mut all: Vec<(&Known, usize)> = of_class.collect();
        all.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.name.cmp(&other.0.name)));
        (label, all)
    };
    Label::ALL.into_iter().map(by_class).filter(|(_, all)| !all.is_empty()).collect()
}
