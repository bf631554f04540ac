//! The dossier of a person, place or organisation: all passages that name it, in order
//! of date, narrowed by whatever a search can ask for.

use chancery_store::{
    DocumentRow, Query, QuotedDocument, SearchRequest, SortOrder, load_quotations,
};
use serde::Deserialize;

use crate::entity::{EntityDetails, RelatedEntity, counted_details, related_entities};
use crate::entity_statements::count_statement_documents;
use crate::error::ViewError;
use crate::limits::check_offset;
use crate::query_reading::{QueryReading, read_query};
use crate::query_words::EntityNames;
use crate::session::ReadSession;

/// Documents per page of passages.
pub const DOCUMENTS_PER_PAGE: usize = 10;

/// What a dossier is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DossierParameters {
    /// A query that narrows the passages; empty for all.
    pub q: String,
    /// Number of documents to skip.
    pub offset: usize,
}

/// An entity with one page of its passages.
pub struct Dossier {
    /// The entity.
    pub entity: EntityDetails,
    /// What narrows the passages, as it was read.
    pub reading: QueryReading,
    /// Names of the entities of this query.
    pub names: EntityNames,
    /// Number of documents left.
    pub total: usize,
    /// Number of documents before this page.
    pub offset: usize,
    /// The documents of this page, oldest first, with all their passages.
    pub documents: Vec<QuotedDocument>,
    /// Documents left by month: 200910 is October 2009.
    pub months: Vec<(u32, u64)>,
    /// Posts of the documents left.
    pub posts: Vec<(String, u64)>,
    /// Classifications of the documents left.
    pub classifications: Vec<(String, u64)>,
    /// Entities that the documents left name too.
    pub related: Vec<RelatedEntity>,
    /// The first and the last dated document that names the entity.
    pub seen: Option<[DocumentRow; 2]>,
    /// Number of documents in which it says something, and in which it hears something.
    pub statements: [usize; 2],
}

impl Dossier {
    /// The query of the documents left.
    pub fn query(&self) -> Query {
        Query::entity(&self.entity.id).and(self.reading.query.clone())
    }
}

/// Reads a dossier.
///
/// # Errors
/// If the entity does not exist, or the query or the offset exceeds a limit.
pub fn read_dossier(
    session: &ReadSession<'_>,
    id: &str,
    parameters: &DossierParameters,
) -> Result<Dossier, ViewError> {
    check_offset(parameters.offset)?;
    let reading = read_query(&parameters.q)?;
    let request = SearchRequest {
        offset: parameters.offset,
        limit: DOCUMENTS_PER_PAGE,
        sort: SortOrder::Oldest,
        facets: true,
        ..SearchRequest::new(Query::entity(id).and(reading.query.clone()))
    };
    let found = session.current_searcher()?.rank_matches(session.archive, &request)?;
    let facet = |name: &str| {
        let counted = found.facets.iter().find(|(facet, _)| *facet == name);
        counted.map(|(_, counts)| counts.clone()).unwrap_or_default()
    };
    let entity = counted_details(session, id, &found)?;
    let (posts, classifications) = (facet("post"), facet("classification"));
    let group = entity.surname.as_ref().map_or(&entity.id, |surname| &surname.group);
    Ok(Dossier {
        names: EntityNames::of_query(session, &reading.query)?,
        total: found.total,
        offset: parameters.offset,
        documents: load_quotations(session.archive, &Query::entity(id), &found.ranked)?,
        months: found.months,
        posts,
        classifications,
        related: related_entities(&found.entities, &[group, &entity.id]),
        seen: first_and_last(session, id)?,
        statements: count_statement_documents(session, id, &reading.query)?,
        reading,
        entity,
    })
}

/// The first and the last dated document that names an entity.
fn first_and_last(
    session: &ReadSession<'_>,
    id: &str,
) -> Result<Option<[DocumentRow; 2]>, ViewError> {
    let mut ends = Vec::new();
    for sort in [SortOrder::Oldest, SortOrder::Newest] {
        let request = SearchRequest { limit: 1, sort, ..SearchRequest::new(Query::entity(id)) };
        let found = session.current_searcher()?.rank_matches(session.archive, &request)?;
        let Some(&(number, _)) = found.ranked.first() else { return Ok(None) };
        ends.push(session.archive.documents().row(number)?);
    }
    let ends: Option<[DocumentRow; 2]> = ends.try_into().ok();
    Ok(ends.filter(|ends| ends.iter().all(|row| row.date.is_some())))
}
