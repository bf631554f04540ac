//! The card of a mention: its entity, and the other documents that name it.

use chancery_model::{CodePoints, Label};
use chancery_store::{MentionRef, MentionScope, Query, SearchRequest, StoredEntity};
use serde::Serialize;
use utoipa::ToSchema;

use crate::document::{DocumentView, HighlightSelection, MentionDetails, mention_details};
use crate::error::ViewError;
use crate::search_response::DocumentSummary;
use crate::session::ReadSession;
use crate::summaries::read_summaries;

/// A mention with its entity and other documents that name it.
#[derive(Serialize, ToSchema)]
pub struct MentionCard {
    /// The document.
    pub document: DocumentSummary,
    /// The mention.
    pub mention: MentionDetails,
    /// Its entity, if any.
    pub entity: Option<EntityCard>,
    /// Path of the page of the document.
    pub address: String,
    /// Number of mentions in the document with the same words and entity, with this one.
    pub same_here: usize,
    /// Number of near-duplicates' passages with the same words, which no decision is about.
    pub in_copies: usize,
}

/// The entity of a mention.
#[derive(Serialize, ToSchema)]
pub struct EntityCard {
    /// Id of the entity.
    pub id: String,
    /// Name of the entity.
    pub name: String,
    /// Label: PER, LOC, ORG or MISC.
    pub label: Label,
    /// Number of its mentions in this document.
    pub mentions_here: u64,
    /// Number of its mentions in the archive.
    pub mentions: u64,
    /// Number of documents that name it.
    pub documents: u64,
    /// Number of documents with the name: for a surname that nothing decided, all that
    /// say no more.
    pub documents_of_name: u64,
    /// Some of the other documents.
    pub other_documents: Vec<DocumentSummary>,
}

/// Maximum number of other documents on a card.
const MAX_OTHER_DOCUMENTS: usize = 5;

/// Returns the card of the mention that starts at a code point of a document.
pub fn mention_card(
    session: &ReadSession<'_>,
    id_or_cable_id: &str,
    start: u32,
) -> Result<MentionCard, ViewError> {
    let view =
        DocumentView::read_document(session, id_or_cable_id, &HighlightSelection::default())?;
    let points = CodePoints::new(view.stored.annotated.document.text.as_str());
    let mention = view
        .stored
        .mentions
        .iter()
        .find(|mention| points.code_point_offset(mention.mention.span.start) == start);
    let mention =
        mention.ok_or_else(|| ViewError::not_found(format!("no mention starts at {start}")))?;
    let entity = match mention.entity().and_then(|number| view.entities.get(&number)) {
        Some(entity) => Some(entity_card(session, &view, entity)?),
        None => None,
    };
    let mention = mention_details(&view, mention, &points);
    let document = view.summary.id.to_string();
    let at = MentionRef { document, start: mention.start, end: mention.end };
    let others = session.archive.other_mentions(&at, MentionScope::Document)?.len();
    let in_copies = session.archive.other_mentions(&at, MentionScope::Copies)?.len();
    let (document, address) = ((&view.summary).into(), view.page_path());
    Ok(MentionCard { document, mention, entity, address, same_here: others + 1, in_copies })
}

fn entity_card(
    session: &ReadSession<'_>,
    view: &DocumentView,
    entity: &StoredEntity,
) -> Result<EntityCard, ViewError> {
    let archive = session.archive;
    let (documents, mentions) = archive.entities().appearance_counts(entity.number)?;
    let group = archive.entities().group_of_surname(entity.number)?;
    let query = Query::entity(&entity.id);
    let request = SearchRequest { limit: MAX_OTHER_DOCUMENTS + 1, ..SearchRequest::new(query) };
    let found = session.current_searcher()?.rank_matches(archive, &request)?;
    let others = found.ranked.into_iter().map(|(number, _)| number);
    let others =
        others.filter(|number| *number != view.stored.number).take(MAX_OTHER_DOCUMENTS).collect();
    let here =
        view.stored.mentions.iter().filter(|mention| mention.entity() == Some(entity.number));
    Ok(EntityCard {
        id: entity.id.clone(),
        name: entity.shown_name(),
        label: entity.label,
        mentions_here: here.count() as u64,
        mentions,
        documents,
        documents_of_name: group.map_or(documents, |group| group.members.len() as u64),
        other_documents: read_summaries(session, others)?
            .iter()
            .map(DocumentSummary::from)
            .collect(),
    })
}
