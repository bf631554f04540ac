//! A document with everything that its page shows.

use std::collections::HashMap;

use chancery_engine::detect_language;
use chancery_formats::citation::Citation;
use chancery_model::{Certainty, CodePoints, Evidence, Label, LinkKind, RawSpan, TextSpan};
use chancery_store::{
    DocumentNumber, DocumentRow, EntityNumber, Highlight, Neighbours, Remark, StoredDocument,
    StoredEntity, StoredLink, StoredMention, parse_query,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::changes::ChangedPlace;
use crate::document_parts::{DocumentParts, PartParameters};
use crate::error::ViewError;
use crate::references::{ResolvedReference, citing_documents, resolve_references};
use crate::remarks::RemarkDetails;
use crate::search_response::DocumentSummary;
use crate::session::ReadSession;
use crate::statements::{ShownStatements, shown_statements};
use crate::summaries::{MAX_LISTED, read_summaries};
use crate::urls::{percent_encode, short_document_id};

/// A document with everything that its page renders.
pub struct DocumentView {
    /// The document, its mentions and paths.
    pub stored: StoredDocument,
    /// Summary of the document.
    pub summary: DocumentRow,
    /// The entities that it names, by number.
    pub entities: HashMap<EntityNumber, StoredEntity>,
    /// Spans to highlight, in order.
    pub hits: Vec<TextSpan>,
    /// All sections of the telegram, if it is one of several.
    pub sections: Vec<DocumentRow>,
    /// Previous document in its series or file.
    pub before: Option<DocumentRow>,
    /// Next document in its series or file.
    pub after: Option<DocumentRow>,
    /// Near-duplicates and their similarity.
    pub near_duplicates: Vec<(DocumentRow, f64)>,
    /// Its references, in the order of the text: those of the header first.
    pub references: Vec<ResolvedReference>,
    /// Documents that cite it.
    pub cited_by: Vec<DocumentRow>,
    /// Keywords and notes.
    pub remarks: Vec<Remark>,
    /// Highlights of passages, in the order of the text.
    pub highlights: Vec<Highlight>,
    /// All keywords of the archive, to choose from.
    pub keywords: Vec<String>,
    /// What follows "/doc/" in its address.
    pub address: String,
    /// The parts of its text, and which one is shown.
    pub parts: DocumentParts,
    /// Text of the page lines of the part that is shown, if the archive stores the file.
    pub page_lines: PageLines,
    /// Number of statements that were found in it, however certain.
    pub statement_count: u64,
    /// Its statements, if the page shows them.
    pub statements: Option<ShownStatements>,
    /// Where the last decision changed something, if the page comes from it.
    pub changed: Option<ChangedPlace>,
}

/// The page lines of a part of a document.
#[derive(Clone, Debug, Default)]
pub struct PageLines {
    /// The first of them, among those of the document.
    pub first: usize,
    /// Their text.
    pub lines: Vec<String>,
}

/// What to highlight in a document.
#[derive(Clone, Debug, Default)]
pub struct HighlightSelection {
    /// The matches of this query.
    pub query: String,
    /// The mentions of the entity with this id.
    pub entity: String,
}

impl DocumentView {
    /// Reads the document with this id, prefix of an id or cable id.
    pub fn read_document(
        session: &ReadSession<'_>,
        name: &str,
        selection: &HighlightSelection,
    ) -> Result<Self, ViewError> {
        let archive = session.archive;
        let number = archive.documents().find(name)?;
        let (document, stored_mentions) = archive.documents().with_mentions(number)?;
        let mut entities = HashMap::new();
        for entity in stored_mentions.iter().filter_map(StoredMention::entity) {
            if let std::collections::hash_map::Entry::Vacant(slot) = entities.entry(entity) {
                slot.insert(archive.entities().get(entity)?);
            }
        }
        let mentions = stored_mentions.iter().map(|mention| mention.mention).collect();
        let annotated = chancery_model::Annotated {
            words: chancery_model::Words {
                language: detect_language(&document),
                ..chancery_model::Words::default()
            },
            document,
            mentions,
            entities: chancery_model::DocumentEntities::default(),
            attribution: chancery_model::Attribution::default(),
        };
        let stored = StoredDocument {
            number,
            paths: archive.documents().paths(number)?,
            annotated,
            mentions: stored_mentions,
        };
        let hits = highlight_spans(session, &stored, selection)?;
        let summary = archive.documents().row(number)?;
        let Neighbours { before, after } = archive.documents().neighbours(number)?;
        let one = |number: Option<DocumentNumber>| {
            number.map(|number| archive.documents().row(number)).transpose()
        };
        let sections = archive.documents().telegram_sections(number)?;
        let sections =
            if sections.len() > 1 { read_summaries(session, sections)? } else { Vec::new() };
        let mut near_duplicates = Vec::new();
        for (number, similarity) in
            archive.documents().near_duplicates(number)?.into_iter().take(MAX_LISTED)
        {
            near_duplicates.push((archive.documents().row(number)?, similarity));
        }
        let references = resolve_references(archive, &stored.annotated.document)?;
        let remarks = archive.documents().remarks(&stored.annotated.document.id)?;
        let cited_by = citing_documents(session, &summary, &stored.annotated.document)?;
        let (before, after) = (one(before)?, one(after)?);
        let highlights = archive.documents().highlights(&stored.annotated.document.id)?;
        let keywords = archive.documents().keywords()?;
        let address = document_address(session, number)?;
        let parts = DocumentParts::whole(&stored.annotated.document);
        Ok(Self {
            stored,
            summary,
            entities,
            hits,
            sections,
            before,
            after,
            near_duplicates,
            references,
            cited_by,
            remarks,
            highlights,
            keywords,
            address,
            parts,
            page_lines: PageLines::default(),
            changed: None,
            statement_count: archive.documents().statement_count(number)?,
            statements: None,
        })
    }

    /// Reads its statements too.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn with_statements(mut self, session: &ReadSession<'_>) -> Result<Self, ViewError> {
        self.statements = Some(shown_statements(session, &self.summary.id.to_string())?);
        Ok(self)
    }

    /// Chooses what the page shows: the part that `asked` names, else that of the last
    /// change, else that of the hit with this number.
    pub fn show_part(
        &mut self,
        session: &ReadSession<'_>,
        asked: &PartParameters,
        hit: Option<usize>,
    ) -> Result<(), ViewError> {
        let document = &self.stored.annotated.document;
        let of_hit = || self.hits.get(hit?.checked_sub(1)?).map(|hit| hit.start);
        let of_change = self.changed.as_ref().and_then(|changed| changed.span);
        let offset = of_change.map(|span| span.start).or_else(of_hit);
        self.parts = DocumentParts::new(document);
        self.parts.choose(document, asked, offset);
        self.page_lines = read_page_lines(session, &self.stored, &self.parts)?;
        Ok(())
    }

    /// Returns what a citation says of the document.
    pub fn citation(&self) -> Citation {
        let path = self.stored.paths.first().map_or("", String::as_str);
        Citation::new(&self.stored.annotated.document, path)
    }

    /// Returns the path of its page.
    pub fn page_path(&self) -> String {
        format!("/doc/{}", self.address)
    }

    /// Returns the prefix of its id that is used in URLs.
    pub fn url_id(&self) -> String {
        short_document_id(&self.summary.id.to_string()).to_owned()
    }
}

/// Returns what follows "/doc/" in the address of a document: its readable address, else
/// the first digits of its id.
pub fn document_address(
    session: &ReadSession<'_>,
    number: DocumentNumber,
) -> Result<String, ViewError> {
    let documents = session.archive.documents();
    Ok(match documents.address(number)? {
        Some(address) => {
            let parts: Vec<String> =
                address.split('/').map(|part| percent_encode(part).to_string()).collect();
            parts.join("/")
        }
        None => short_document_id(&documents.row(number)?.id.to_string()).to_owned(),
    })
}

/// Reads the page lines of a part, which are not part of the reading text.
fn read_page_lines(
    session: &ReadSession<'_>,
    stored: &StoredDocument,
    parts: &DocumentParts,
) -> Result<PageLines, ViewError> {
    let document = &stored.annotated.document;
    let shown = parts.shown_span(document);
    let lines = &document.page_lines;
    let first = lines.partition_point(|line| line.offset < shown.start);
    let end = lines.partition_point(|line| line.offset < shown.end);
    let lines = &lines[first..end.max(first)];
    let (Some(start), Some(end)) = (
        lines.iter().map(|line| line.raw.start).min(),
        lines.iter().map(|line| line.raw.end).max(),
    ) else {
        return Ok(PageLines::default());
    };
    let raw = RawSpan::new(start, end.max(start));
    let Some(bytes) = session.archive.documents().raw_bytes(stored.number, raw)? else {
        return Ok(PageLines::default());
    };
    let words = lines.iter().map(|line| {
        let (from, to) = (line.raw.start - start, line.raw.end.saturating_sub(start));
        let bytes = bytes.get(from as usize..to as usize).unwrap_or_default();
        chancery_parse::decode_characters(bytes)
    });
    Ok(PageLines { first, lines: words.collect() })
}

/// Returns the bytes of the source file that contain the document.
pub fn raw_bytes(
    session: &ReadSession<'_>,
    view: &DocumentView,
) -> Result<Option<Vec<u8>>, ViewError> {
    let document = &view.stored.annotated.document;
    Ok(session.archive.documents().raw_bytes(view.stored.number, document.raw)?)
}

fn highlight_spans(
    session: &ReadSession<'_>,
    stored: &StoredDocument,
    selection: &HighlightSelection,
) -> Result<Vec<TextSpan>, ViewError> {
    if !selection.entity.is_empty() {
        let entity = session.archive.entities().find(&selection.entity)?;
        let mentions = stored.mentions.iter().filter(|mention| mention.entity() == Some(entity));
        return Ok(mentions.map(|mention| mention.mention.span).collect());
    }
    if selection.query.trim().is_empty() {
        return Ok(Vec::new());
    }
    let Ok(query) = parse_query(&selection.query) else { return Ok(Vec::new()) };
    Ok(session.archive.documents().matching_spans(&query, stored)?)
}

/// A document as the API returns it. Spans count code points of
/// `text`.
#[derive(Serialize, ToSchema)]
pub struct DocumentDetails {
    /// Summary of the document.
    #[serde(flatten)]
    pub summary: DocumentSummary,
    /// Paths where it was found.
    pub paths: Vec<String>,
    /// ISO 639-1 code of its language. Names are marked only in English ("en").
    pub language: &'static str,
    /// Reading text.
    pub text: String,
    /// Blocks of the text, in order.
    pub blocks: Vec<TextBlock>,
    /// Mentions, in order.
    pub mentions: Vec<MentionDetails>,
    /// Footnotes.
    pub notes: Vec<FootnoteDetails>,
    /// References to other documents.
    pub references: Vec<DocumentReference>,
    /// Documents that cite it.
    pub cited_by: Vec<DocumentSummary>,
    /// Previous document in its series or file.
    pub before: Option<DocumentSummary>,
    /// Next document in its series or file.
    pub after: Option<DocumentSummary>,
    /// All sections of the telegram, if it is one of several.
    pub sections: Vec<DocumentSummary>,
    /// Near-duplicates of the document.
    pub near_duplicates: Vec<NearDuplicate>,
    /// Keywords and notes.
    pub remarks: Vec<RemarkDetails>,
}

/// A block of the text.
#[derive(Serialize, ToSchema)]
pub struct TextBlock {
    /// "header", "heading", "dateline", "paragraph", "table", "signature" or
    /// "footnote".
    pub kind: &'static str,
    /// First code point.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Number of the paragraph as printed.
    pub number: Option<String>,
    /// Portion marking of the paragraph.
    pub portion_marking: Option<String>,
}

/// A mention and the entity that it refers to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MentionDetails {
    /// First code point.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Text of the mention.
    pub text: String,
    /// Label: PER, LOC, ORG or MISC.
    pub label: Label,
    /// Marker of the footnote that it stands in.
    pub footnote: Option<String>,
    /// Probability of the mention.
    pub score: f32,
    /// Id of its entity.
    pub entity: Option<String>,
    /// Probability of the link to the entity.
    pub link_score: f32,
    /// How certain the link is; null if the id is made from the name, or a user
    /// decided.
    pub certainty: Option<Certainty>,
    /// How the mention refers to the entity.
    pub link_kind: Option<LinkKind>,
    /// Evidence that the entity is this one.
    pub evidence: Vec<Evidence>,
    /// Kind and evidence as a sentence.
    pub reason: String,
    /// Whether a decision of a user affects it.
    pub decided: bool,
}

/// A footnote.
#[derive(Serialize, ToSchema)]
pub struct FootnoteDetails {
    /// Label as printed.
    pub marker: String,
    /// Code point of the body where the text refers to it.
    pub offset: u32,
    /// First code point: footnotes follow the body in the text.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Text of the footnote.
    pub text: String,
}

/// A reference to another document.
#[derive(Serialize, ToSchema)]
pub struct DocumentReference {
    /// Cable id or id in a volume, or the text of the reference.
    pub to: String,
    /// First code point; 0 if the text does not have it.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Where it stands: "header", "text" or "footnote".
    pub place: &'static str,
    /// Id of the document, if it is in the archive.
    pub document: Option<String>,
    /// Why no document of the archive is meant.
    pub reason: Option<String>,
}

/// A near-duplicate of a document.
#[derive(Serialize, ToSchema)]
pub struct NearDuplicate {
    /// The document.
    pub document: DocumentSummary,
    /// Similarity, 0 to 1.
    pub similarity: f64,
}

impl From<&DocumentView> for DocumentDetails {
    fn from(view: &DocumentView) -> Self {
        let document = &view.stored.annotated.document;
        let points = CodePoints::new(document.text.as_str());
        let listed = |all: &[DocumentRow]| all.iter().map(DocumentSummary::from).collect();
        let references = view.references.iter().map(|one| {
            let span = one.reference.span;
            DocumentReference {
                to: one.reference.value.clone(),
                start: points.code_point_offset(span.start),
                end: points.code_point_offset(span.end),
                place: match document.footnote_at(span.start) {
                    _ if one.is_in_header => "header",
                    Some(_) => "footnote",
                    None => "text",
                },
                document: one.document.as_ref().ok().map(|row| row.id.to_string()),
                reason: one.document.as_ref().err().cloned(),
            }
        });
        let notes = document.footnotes().map(|(span, note)| FootnoteDetails {
            marker: note.marker.clone(),
            offset: points.code_point_offset(note.anchor),
            start: points.code_point_offset(span.start),
            end: points.code_point_offset(span.end),
            text: document.text[span].to_owned(),
        });
        let near_duplicates = view.near_duplicates.iter();
        Self {
            summary: DocumentSummary::from(&view.summary),
            paths: view.stored.paths.clone(),
            language: view.stored.annotated.words.language.code(),
            text: document.text.as_str().to_owned(),
            blocks: document.blocks.iter().map(|block| text_block(block, &points)).collect(),
            mentions: view
                .stored
                .mentions
                .iter()
                .map(|mention| mention_details(view, mention, &points))
                .collect(),
            notes: notes.collect(),
            references: references.collect(),
            cited_by: listed(&view.cited_by),
            before: view.before.as_ref().map(DocumentSummary::from),
            after: view.after.as_ref().map(DocumentSummary::from),
            sections: listed(&view.sections),
            near_duplicates: near_duplicates
                .map(|(one, similarity)| NearDuplicate {
                    document: one.into(),
                    similarity: *similarity,
                })
                .collect(),
            remarks: view.remarks.iter().map(RemarkDetails::from).collect(),
        }
    }
}

fn text_block(block: &chancery_model::Block, points: &CodePoints<'_>) -> TextBlock {
    let paragraph = match &block.kind {
        chancery_model::BlockKind::Paragraph(paragraph) => Some(paragraph),
        _ => None,
    };
    TextBlock {
        kind: block.kind.as_str(),
        start: points.code_point_offset(block.span.start),
        end: points.code_point_offset(block.span.end),
        number: paragraph.and_then(|paragraph| Some(paragraph.number.as_ref()?.value.to_string())),
        portion_marking: paragraph
            .and_then(|paragraph| Some(paragraph.portion.as_ref()?.value.marking.clone())),
    }
}

/// Returns what the API says of a mention.
pub fn mention_details(
    view: &DocumentView,
    mention: &StoredMention,
    points: &CodePoints<'_>,
) -> MentionDetails {
    let document = &view.stored.annotated.document;
    let (span, link) = (mention.mention.span, mention.link.as_ref());
    let rounded = |score: f32| (score * 1e4).round() / 1e4;
    let entity = mention.entity().and_then(|entity| view.entities.get(&entity));
    MentionDetails {
        start: points.code_point_offset(span.start),
        end: points.code_point_offset(span.end),
        text: document.text[span].to_owned(),
        label: mention.mention.label,
        footnote: document.footnote_at(span.start).map(|note| note.marker.clone()),
        score: rounded(mention.mention.score),
        entity: entity.map(|entity| entity.id.clone()),
        link_score: rounded(link.map_or(0.0, |link| link.score)),
        certainty: link.filter(|_| !mention.decided).and_then(StoredLink::certainty),
        link_kind: link.map(|link| link.kind),
        evidence: link.map(|link| link.evidence.clone()).unwrap_or_default(),
        reason: mention.reason(),
        decided: mention.decided,
    }
}

/// Counts the mentions of each entity of a document, by label, most frequent
/// first.
pub fn count_entities_by_label(view: &DocumentView) -> Vec<(Label, Vec<(&StoredEntity, usize)>)> {
    let mut counts: HashMap<EntityNumber, usize> = HashMap::new();
    for entity in view.stored.mentions.iter().filter_map(StoredMention::entity) {
        *counts.entry(entity).or_default() += 1;
    }
    let of_label = |label: Label| {
        let counted = counts.iter().filter_map(|(number, count)| {
            let entity = view.entities.get(number)?;
            (entity.label == label).then_some((entity, *count))
        });
        let mut all: Vec<(&StoredEntity, usize)> = counted.collect();
        all.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.name.cmp(&other.0.name)));
        (label, all)
    };
    Label::ALL.into_iter().map(of_label).filter(|(_, all)| !all.is_empty()).collect()
}
