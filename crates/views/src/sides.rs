//! One of two entities that may be the same, with all that helps to tell.

use chancery_model::{BlockKind, CodePoints, Label};
use chancery_store::{
    EntityNumber, Query, QuotedDocument, SearchRequest, SortOrder, StoredEntity, StoredMention,
    group_id, id_without_document, load_quotations, shown_name,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::entity_facts::knowledge_base_entry;
use crate::error::ViewError;
use crate::excerpts::{TextExcerpt, block_with, excerpt_around};
use crate::search_response::DocumentSummary;
use crate::session::ReadSession;

/// Number of documents that are quoted.
const MAX_PASSAGES: usize = 2;

/// Maximum number of spellings, and the number of documents that are read for them.
const MAX_SPELLINGS: usize = 8;
const SPELLING_SAMPLE: usize = 20;

/// Maximum number of entities named in the same documents.
const MAX_COMPANY: usize = 5;

/// An entity, or a group of surnames, that may be the same as another one.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntitySide {
    /// Id of the entity or group.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Label: PER, LOC, ORG or MISC.
    pub label: Label,
    /// Number of documents that name it.
    pub documents: u64,
    /// Number of its mentions.
    pub mentions: u64,
    /// First and last date of these documents.
    pub dates: Option<[String; 2]>,
    /// What the knowledge base says of it; may be empty.
    pub description: String,
    /// Its spellings, the most frequent first.
    pub spellings: Vec<String>,
    /// Entities that are most often named with it.
    pub named_with: Vec<String>,
    /// Passages that name it, the oldest first.
    pub passages: Vec<SidePassage>,
}

/// A passage that names an entity.
#[derive(Debug, Serialize, ToSchema)]
pub struct SidePassage {
    /// The document.
    pub document: DocumentSummary,
    /// The mention with the words around it.
    pub excerpt: TextExcerpt,
}

/// Reads an entity or a group of surnames.
///
/// # Errors
/// If there is none with this id.
pub fn read_side(session: &ReadSession<'_>, id: &str) -> Result<EntitySide, ViewError> {
    let entities = session.archive.entities();
    let members = entities.with_id(id)?;
    let group = entities.surname_group(id)?;
    let first = entities.get(members[0])?;
    let (documents, mentions) = match &group {
        Some(group) => (group.members.len() as u64, group.mentions),
        None => entities.appearance_counts(first.number)?,
    };
    let request = SearchRequest {
        limit: MAX_PASSAGES,
        facets: true,
        sort: SortOrder::Oldest,
        ..SearchRequest::new(Query::entity(id))
    };
    let found = session.current_searcher()?.rank_matches(session.archive, &request)?;
    let company = found.entities.iter().flat_map(|(_, counted)| counted);
    // A surname of one document is counted with its group.
    let own = [id.to_owned(), group_id(id_without_document(id))];
    let is_other =
        |other: &StoredEntity| !own.contains(&other.id) && !members.contains(&other.number);
    let mut company: Vec<_> = company.filter(|(other, _)| is_other(other)).collect();
    company.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.id.cmp(&other.0.id)));
    let quoted = load_quotations(session.archive, &Query::entity(id), &found.ranked)?;
    let mut spellings = Vec::new();
    for member in members.iter().take(SPELLING_SAMPLE) {
        let sample = if group.is_some() { 1 } else { SPELLING_SAMPLE };
        let forms = entities.spellings(*member, sample)?.forms;
        spellings.extend(forms.into_iter().map(|(form, ..)| form));
    }
    let mut seen = std::collections::HashSet::new();
    spellings.retain(|form| seen.insert(form.clone()));
    spellings.truncate(MAX_SPELLINGS);
    let known = knowledge_base_entry(&first.id, &first.name);
    let name = group.as_ref().map_or(&first.name, |group| &group.name);
    Ok(EntitySide {
        name: shown_name(id, first.label, name),
        label: first.label,
        documents,
        mentions,
        dates: dates_of(session, &members)?,
        description: known.map(|entry| entry.description).unwrap_or_default(),
        spellings,
        named_with: company
            .into_iter()
            .take(MAX_COMPANY)
            .map(|(one, _)| one.shown_name())
            .collect(),
        passages: quoted.iter().filter_map(|document| passage_of(document, &members)).collect(),
        id: id.to_owned(),
    })
}

fn dates_of(
    session: &ReadSession<'_>,
    members: &[EntityNumber],
) -> Result<Option<[String; 2]>, ViewError> {
    let mut dates: Option<[String; 2]> = None;
    for member in members {
        let Some((first, last)) = session.archive.entities().dates_of(*member)? else { continue };
        dates = Some(match dates {
            None => [first, last],
            Some([from, until]) => [from.min(first), until.max(last)],
        });
    }
    Ok(dates)
}

fn passage_of(quoted: &QuotedDocument, members: &[EntityNumber]) -> Option<SidePassage> {
    let is_one =
        |mention: &&StoredMention| mention.entity().is_some_and(|entity| members.contains(&entity));
    let document = &quoted.stored.annotated.document;
    let is_in_prose = |mention: &&StoredMention| {
        let block = block_with(document, mention.mention.span);
        block.is_some_and(|block| matches!(block.kind, BlockKind::Paragraph(_)))
    };
    // A header or a signature says less of a person than a sentence.
    let all = || quoted.stored.mentions.iter().filter(is_one);
    let mention = all().find(is_in_prose).or_else(|| all().next())?;
    let points = CodePoints::new(document.text.as_str());
    let excerpt = excerpt_around(document, mention.mention.span, &points);
    Some(SidePassage { document: (&quoted.summary).into(), excerpt })
}
