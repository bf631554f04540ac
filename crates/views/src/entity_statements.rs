//! The page of what an entity says and hears: by date, or by the other party.

use std::cmp::Reverse;

use chancery_store::{Query, SearchRequest};
use serde::Deserialize;

use crate::entity::{EntityDetails, entity_details};
use crate::error::ViewError;
use crate::session::ReadSession;
use crate::statements::{
    DocumentStatements, StatementDetails, StatementFilter, StatementParty, StatementRole,
    list_statements,
};

/// Documents per page, by date.
pub const DOCUMENTS_PER_PAGE: usize = 20;

/// Documents whose statements are grouped by the other party: the oldest.
pub const MAX_GROUPED_DOCUMENTS: usize = 200;

/// How statements are ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementOrder {
    /// By the date of their documents.
    #[default]
    Date,
    /// By the other party.
    Party,
}

impl StatementOrder {
    /// The name in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Party => "party",
        }
    }
}

/// What the page is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EntityStatementParameters {
    /// What the entity does; `Any` is what it says.
    pub role: StatementRole,
    /// How the statements are ordered.
    pub by: StatementOrder,
    /// A query that narrows the documents; empty for all.
    pub q: String,
    /// Number of documents to skip.
    pub offset: usize,
}

/// What an entity says to one hearer, or hears from one speaker.
#[derive(Debug)]
pub struct PartyStatements {
    /// The other party; none where the text does not say.
    pub other: Option<StatementParty>,
    /// The index of the document of each statement, and the statement; oldest first.
    pub statements: Vec<(usize, StatementDetails)>,
}

/// What an entity says, or hears.
pub struct EntityStatements {
    /// The entity.
    pub entity: EntityDetails,
    /// What was asked for.
    pub parameters: EntityStatementParameters,
    /// Number of documents with such statements.
    pub total: usize,
    /// The documents that are shown, oldest first.
    pub documents: Vec<DocumentStatements>,
    /// The same statements by the other party, if that is asked for.
    pub parties: Vec<PartyStatements>,
}

/// Reads what an entity says, or hears.
///
/// # Errors
/// If the entity does not exist, or the query or the offset exceeds a limit.
pub fn entity_statements(
    session: &ReadSession<'_>,
    id: &str,
    parameters: &EntityStatementParameters,
) -> Result<EntityStatements, ViewError> {
    let mut parameters = parameters.clone();
    if parameters.role == StatementRole::Any {
        parameters.role = StatementRole::Said;
    }
    let filter = StatementFilter {
        entity: Some(id.to_owned()),
        role: parameters.role,
        query: parameters.q.clone(),
        ..StatementFilter::default()
    };
    let page = match parameters.by {
        StatementOrder::Date => (parameters.offset, DOCUMENTS_PER_PAGE),
        StatementOrder::Party => (0, MAX_GROUPED_DOCUMENTS),
    };
    let (total, documents) = list_statements(session, &filter, page)?;
    let parties = match parameters.by {
        StatementOrder::Date => Vec::new(),
        StatementOrder::Party => group_by_party(&documents, parameters.role),
    };
    Ok(EntityStatements {
        entity: entity_details(session, id)?,
        parameters,
        total,
        documents,
        parties,
    })
}

/// Returns in how many documents an entity says something, in how many it hears something,
/// and in how many others speak of it.
///
/// # Errors
/// If the archive cannot be read.
pub fn count_statement_documents(
    session: &ReadSession<'_>,
    id: &str,
    narrower: &Query,
) -> Result<[usize; 3], ViewError> {
    let mut counts = [0; 3];
    let roles = [StatementRole::Said, StatementRole::Told, StatementRole::About];
    for (count, role) in counts.iter_mut().zip(roles) {
        let entity = Some(id.to_owned());
        let filter = StatementFilter { entity, role, ..StatementFilter::default() };
        let query = filter.document_query()?.and(narrower.clone());
        let request = SearchRequest { limit: 1, ..SearchRequest::new(query) };
        *count = session.current_searcher()?.rank_matches(session.archive, &request)?.total;
    }
    Ok(counts)
}

/// Groups statements by the other party, those of most statements first, and those
/// without a known party last.
fn group_by_party(documents: &[DocumentStatements], role: StatementRole) -> Vec<PartyStatements> {
    let mut groups: Vec<PartyStatements> = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        for one in &document.statements {
            let named = if one.is_hearer_named { &one.hearer } else { &None };
            let is_by_speaker = matches!(role, StatementRole::Told | StatementRole::About);
            let other = if is_by_speaker { &one.speaker } else { named };
            let is_same = |known: &Option<StatementParty>| match (known, other) {
                (Some(known), Some(other)) if known.entity.is_some() => {
                    known.entity == other.entity
                }
                (known, other) => known == other,
            };
            match groups.iter_mut().find(|group| is_same(&group.other)) {
                Some(group) => group.statements.push((at, one.clone())),
                None => groups.push(PartyStatements {
                    other: other.clone(),
                    statements: vec![(at, one.clone())],
                }),
            }
        }
    }
    groups.sort_by_key(|group| (group.other.is_none(), Reverse(group.statements.len())));
    groups
}
