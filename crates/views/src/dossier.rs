//! The dossier of a person, place or organisation: all passages that name it, in order
//! of date, narrowed by whatever a search can ask for.

use chancery_model::Label;
use chancery_store::{
    DocumentRow, Query, QuotedDocument, SearchRequest, Snippet, SortOrder, load_quotations,
};
use serde::Deserialize;

use crate::citation::cite_document;
use crate::entity::{
    EntityDetails, RelatedEntity, count_companions, counted_details, related_entities,
};
use crate::entity_acts::{EntityActs, read_acts};
use crate::entity_statements::count_statement_documents;
use crate::error::ViewError;
use crate::limits::check_offset;
use crate::passages::PassageParagraph;
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

/// A document with the passages that name an entity.
pub struct DossierDocument {
    /// The document and its passages.
    pub quoted: QuotedDocument,
    /// How the document is cited.
    pub citation: String,
    /// Where each passage stands.
    pub places: Vec<PassageParagraph>,
}

impl From<QuotedDocument> for DossierDocument {
    fn from(quoted: QuotedDocument) -> Self {
        let document = &quoted.stored.annotated.document;
        let place = |one: &Snippet| PassageParagraph::at(document, one.span.start);
        Self {
            citation: cite_document(document, &quoted.summary.path),
            places: quoted.passages.iter().map(place).collect(),
            quoted,
        }
    }
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
    pub documents: Vec<DossierDocument>,
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
    /// Number of documents in which it says something, in which it hears something, and in
    /// which others speak of it.
    pub statements: [usize; 3],
    /// What documents state of a person.
    pub acts: EntityActs,
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
    let found = count_companions(session, &request)?;
    let facet = |name: &str| {
        let counted = found.facets.iter().find(|(facet, _)| *facet == name);
        counted.map(|(_, counts)| counts.clone()).unwrap_or_default()
    };
    let entity = counted_details(session, id, &found)?;
    let (posts, classifications) = (facet("post"), facet("classification"));
    let quoted = load_quotations(session.archive, &Query::entity(id), &found.ranked)?;
    let group = entity.surname.as_ref().map_or(&entity.id, |surname| &surname.group);
    Ok(Dossier {
        names: EntityNames::of_query(session, &reading.query)?,
        total: found.total,
        offset: parameters.offset,
        documents: quoted.into_iter().map(DossierDocument::from).collect(),
        months: found.months,
        posts,
        classifications,
        related: related_entities(&found.entities, &[group, &entity.id]),
        seen: first_and_last(session, id)?,
        statements: count_statement_documents(session, id, &reading.query)?,
        // Acts are of all documents: a filter is for the passages.
        acts: match entity.label {
            Label::Per if parameters.offset == 0 => read_acts(session, id)?,
            _ => EntityActs::default(),
        },
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
