//! What stands in the same paragraphs as an entity: what the map and the timeline of a
//! person show. A long telegram names many places that have nothing to do with the person.

use std::collections::{BTreeMap, BTreeSet};

use chancery_model::{BlockKind, Document, TextSpan};
use chancery_store::{EntityNumber, Query, QueryField, SearchRequest, SortOrder, StoredMention};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ViewError;
use crate::query_words::entity_id;
use crate::session::ReadSession;

/// Maximum number of documents that are read: the oldest. Three hundred take a few tenths
/// of a second.
const MAX_DOCUMENTS: usize = 300;

/// The entity whose paragraphs alone are counted.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NearEntity {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Number of documents that were read, the oldest.
    pub documents_read: usize,
}

/// An entity, and what stands in its paragraphs.
pub(crate) struct Surroundings {
    /// The entity.
    pub(crate) near: NearEntity,
    /// Its number; those of the members of a group of surnames.
    pub(crate) members: BTreeSet<EntityNumber>,
    /// Entities of its paragraphs with their numbers of documents, the most frequent first.
    pub(crate) entities: Vec<(EntityNumber, u64)>,
}

/// Reads what stands near the entity of a query. None if it asks for none, or for several.
pub(crate) fn surroundings(
    session: &ReadSession<'_>,
    query: &Query,
) -> Result<Option<Surroundings>, ViewError> {
    let asked = query.terms().iter().filter_map(|term| match term {
        Query::Leaf(QueryField::Entity, term) => entity_id(term),
        _ => None,
    });
    let [id] = &asked.collect::<Vec<String>>()[..] else { return Ok(None) };
    let entities = session.archive.entities();
    let members: BTreeSet<EntityNumber> = entities.with_id(id)?.into_iter().collect();
    let name = match entities.surname_group(id)? {
        Some(group) => group.name,
        None => entities.get(entities.find(id)?)?.shown_name(),
    };
    let request = SearchRequest {
        sort: SortOrder::Oldest,
        limit: MAX_DOCUMENTS,
        ..SearchRequest::new(query.clone())
    };
    let found = session.current_searcher()?.rank_matches(session.archive, &request)?;
    let mut counts: BTreeMap<EntityNumber, u64> = BTreeMap::new();
    for &(number, _) in &found.ranked {
        let (document, mentions) = session.archive.documents().with_mentions(number)?;
        let paragraphs = paragraphs_with(&document, &mentions, &members);
        let is_near = |one: &&StoredMention| {
            paragraphs.iter().any(|paragraph| paragraph.contains(&one.mention.span))
        };
        let near: BTreeSet<EntityNumber> =
            mentions.iter().filter(is_near).filter_map(StoredMention::entity).collect();
        for entity in near {
            *counts.entry(entity).or_default() += 1;
        }
    }
    let mut entities: Vec<(EntityNumber, u64)> = counts.into_iter().collect();
    entities.sort_by_key(|(_, documents)| std::cmp::Reverse(*documents));
    let near = NearEntity { id: id.clone(), name, documents_read: found.ranked.len() };
    Ok(Some(Surroundings { near, members, entities }))
}

/// Returns the paragraphs, headings and footnotes that name one of these entities. Headers
/// and signatures are left out: the addressees of a telegram have nothing to do with it.
pub(crate) fn paragraphs_with(
    document: &Document,
    mentions: &[StoredMention],
    members: &BTreeSet<EntityNumber>,
) -> Vec<TextSpan> {
    let named = StoredMention::spans_of(mentions, members);
    let blocks = document.blocks.iter();
    let blocks = blocks
        .filter(|block| !matches!(block.kind, BlockKind::Header | BlockKind::Signature))
        .map(|block| block.span);
    blocks.filter(|block| named.iter().any(|span| block.contains(span))).collect()
}
