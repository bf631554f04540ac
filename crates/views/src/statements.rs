//! Statements for readers and programs: who says what to whom, each with its exact words.
//!
//! [`list_statements`] goes through the documents of an entity or a query, oldest first, as
//! [`passages`](crate::passages) does. [`statements_of_document`] has those of one document,
//! with the decisions of users about them.

use std::collections::{BTreeSet, HashSet};

use chancery_formats::statement_rows::{StatementRow, statement_rows};
use chancery_model::{Annotated, Certainty, CodePoints, Label, Statement, StatementKind, TextSpan};
use chancery_store::{
    DecisionNumber, DocumentNumber, EntityNumber, LEAST_STATEMENT_SCORE, Query, QueryField,
    SearchRequest, SortOrder, StatementDecision, StoredEntity, StoredMention,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::ViewError;
use crate::exported_document::exported_document;
use crate::limits::{check_name_length, check_offset, parse_limited_query};
use crate::passages::{Passage, Quoter};
use crate::search_response::DocumentSummary;
use crate::session::ReadSession;

/// A party of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ToSchema)]
pub struct StatementParty {
    /// Its name, as the text has it; "post" is the telegram's own voice.
    pub name: String,
    /// Id of the entity; null if the words name none, or it is the post.
    pub entity: Option<String>,
}

/// A statement: who says what to whom.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatementDetails {
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: StatementKind,
    /// Who says it.
    pub speaker: Option<StatementParty>,
    /// Who hears it.
    pub hearer: Option<StatementParty>,
    /// Whether the sentence names the hearer. Else the hearer is inferred from the
    /// conversation, and is often wrong.
    pub is_hearer_named: bool,
    /// The word of saying: the text of the document from `cue_start` to `cue_end`.
    pub cue: String,
    /// First code point of the word of saying.
    pub cue_start: u32,
    /// One past its last.
    pub cue_end: u32,
    /// What is said: the text of the document from `content_start` to `content_end`.
    pub content: String,
    /// First code point of what is said.
    pub content_start: u32,
    /// One past its last.
    pub content_end: u32,
    /// From the first to the last word of the statement, with its citation.
    #[serde(flatten)]
    pub passage: Passage,
    /// Probability that this is a statement with this content.
    pub score: f32,
    /// The same in words.
    pub certainty: Certainty,
    /// The decision of a user about the speaker.
    pub decision: Option<DecisionNumber>,
}

/// The statements of one document.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentStatements {
    /// The document.
    #[serde(flatten)]
    pub document: DocumentSummary,
    /// How to cite the document.
    pub citation: String,
    /// The statements, in the order of the text.
    pub statements: Vec<StatementDetails>,
}

/// The part that an entity has in a statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatementRole {
    /// It says something, or hears it.
    #[default]
    Any,
    /// It says something.
    Said,
    /// It hears something.
    Told,
    /// It is named in what is said.
    About,
}

impl StatementRole {
    /// The name in addresses and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Said => "said",
            Self::Told => "told",
            Self::About => "about",
        }
    }
}

/// Which statements are wanted.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct StatementFilter {
    /// Id of an entity that speaks, hears or is spoken of; all statements without it.
    pub entity: Option<String>,
    /// What the entity does.
    pub role: StatementRole,
    /// A query that narrows the documents; empty for all.
    pub query: String,
    /// Lowest score.
    pub least: f32,
}

impl Default for StatementFilter {
    fn default() -> Self {
        Self {
            entity: None,
            role: StatementRole::Any,
            query: String::new(),
            least: LEAST_STATEMENT_SCORE,
        }
    }
}

impl StatementFilter {
    /// The query of the documents that have such statements.
    ///
    /// # Errors
    /// If the query is invalid.
    pub fn document_query(&self) -> Result<Query, ViewError> {
        let narrower = parse_limited_query(&self.query)?;
        let Some(id) = &self.entity else { return Ok(narrower) };
        let party = |field| Query::words(field, id);
        let of_entity = match self.role {
            StatementRole::Said => party(QueryField::Said),
            StatementRole::Told => party(QueryField::Told),
            StatementRole::About => party(QueryField::About),
            StatementRole::Any => Query::Or(vec![party(QueryField::Said), party(QueryField::Told)]),
        };
        Ok(of_entity.and(narrower))
    }
}

/// Returns the number of documents that a filter finds, and one page of them with their
/// statements, oldest document first.
///
/// # Errors
/// If there is no such entity, or the query is invalid.
pub fn list_statements(
    session: &ReadSession<'_>,
    filter: &StatementFilter,
    (offset, limit): (usize, usize),
) -> Result<(usize, Vec<DocumentStatements>), ViewError> {
    check_offset(offset)?;
    let ids = entity_ids(session, filter.entity.as_deref())?;
    let query = filter.document_query()?;
    let request = SearchRequest { query, sort: SortOrder::Oldest, offset, limit, facets: false };
    let found = session.current_searcher()?.rank_matches(session.archive, &request)?;
    let mut documents = Vec::with_capacity(found.ranked.len());
    for (number, _) in found.ranked {
        let mut document = read_statements(session, number, filter.least)?;
        if let Some(ids) = &ids {
            let is_one = |party: &Option<StatementParty>| {
                let id = party.as_ref().and_then(|party| party.entity.as_ref());
                id.is_some_and(|id| ids.contains(id))
            };
            let named = match filter.role {
                StatementRole::About => named_at(session, number, ids)?,
                _ => Vec::new(),
            };
            document.statements.retain(|one| match filter.role {
                StatementRole::Said => is_one(&one.speaker),
                StatementRole::Told => is_one(&one.hearer),
                StatementRole::About => named
                    .iter()
                    .any(|&[start, end]| one.content_start <= start && end <= one.content_end),
                StatementRole::Any => is_one(&one.speaker) || is_one(&one.hearer),
            });
        }
        documents.push(document);
    }
    Ok((found.total, documents))
}

/// Returns where a document names one of these entities, in code points.
fn named_at(
    session: &ReadSession<'_>,
    number: DocumentNumber,
    ids: &HashSet<String>,
) -> Result<Vec<[u32; 2]>, ViewError> {
    let entities = session.archive.entities();
    let numbers = ids.iter().map(|id| entities.with_id(id));
    let numbers: Vec<Vec<EntityNumber>> = numbers.collect::<Result<_, _>>()?;
    let members = numbers.into_iter().flatten().collect();
    let (document, mentions) = session.archive.documents().with_mentions(number)?;
    let points = CodePoints::new(document.text.as_str());
    let ends = |span: TextSpan| [span.start, span.end].map(|at| points.code_point_offset(at));
    Ok(StoredMention::spans_of(&mentions, &members).into_iter().map(ends).collect())
}

/// Returns the ids that an entity, or the members of a group of surnames, have in documents.
fn entity_ids(
    session: &ReadSession<'_>,
    id: Option<&str>,
) -> Result<Option<HashSet<String>>, ViewError> {
    let Some(id) = id else { return Ok(None) };
    check_name_length(id)?;
    let entities = session.archive.entities();
    let numbers = entities.with_id(id)?.into_iter();
    let ids = numbers.map(|number| Ok(entities.get(number)?.id));
    Ok(Some(ids.collect::<Result<_, ViewError>>()?))
}

/// Returns the statements of a document that are at least this certain.
///
/// # Errors
/// If there is no such document.
pub fn statements_of_document(
    session: &ReadSession<'_>,
    name: &str,
    least: f32,
) -> Result<DocumentStatements, ViewError> {
    check_name_length(name)?;
    read_statements(session, session.archive.documents().find(name)?, least)
}

fn read_statements(
    session: &ReadSession<'_>,
    number: DocumentNumber,
    least: f32,
) -> Result<DocumentStatements, ViewError> {
    let row = session.archive.documents().row(number)?;
    let (annotated, source) = exported_document(session.archive, number, true)?;
    let decisions = session.archive.documents().statement_decisions(&row.id)?;
    let quoter = Quoter::new(&row, &annotated.document);
    let rows = statement_rows(&annotated, &source, false);
    let statements = (annotated.attribution.statements.iter().zip(rows))
        .filter(|(statement, _)| statement.score >= least)
        .map(|(statement, row)| details(&annotated, statement, row, &quoter, &decisions));
    let statements = statements.collect();
    Ok(DocumentStatements {
        document: (&row).into(),
        citation: quoter.citation().to_owned(),
        statements,
    })
}

fn details(
    annotated: &Annotated,
    statement: &Statement,
    row: StatementRow,
    quoter: &Quoter<'_>,
    decisions: &[StatementDecision],
) -> StatementDetails {
    let text = &annotated.document.text;
    let spans =
        [Some(statement.cue), Some(statement.content), statement.source, statement.addressee];
    let spans = || spans.iter().flatten();
    let start = spans().map(|span| span.start).min().unwrap_or(statement.cue.start);
    let end = spans().map(|span| span.end).max().unwrap_or(statement.cue.end);
    let party = |name: String, id: String| {
        let is_none = name.is_empty() && id.is_empty();
        let entity = Some(id).filter(|id| !id.is_empty() && id != "post");
        (!is_none).then_some(StatementParty { name, entity })
    };
    let decision = decisions.iter().find(|one| one.cue == statement.cue && !one.is_rejected);
    StatementDetails {
        kind: statement.kind,
        speaker: party(row.speaker, row.speaker_id),
        hearer: party(row.hearer, row.hearer_id),
        is_hearer_named: statement.addressee.is_some(),
        cue: text[statement.cue].to_owned(),
        cue_start: row.cue_start,
        cue_end: row.cue_end,
        content: text[statement.content].to_owned(),
        content_start: row.content_start.unwrap_or(row.cue_start),
        content_end: row.content_end.unwrap_or(row.cue_end),
        passage: quoter.quote(TextSpan::new(start, end)),
        score: row.score,
        certainty: Certainty::from_score(statement.score),
        decision: decision.map(|one| one.decision),
    }
}

/// A statement, and the entities of its document, one of which may be the speaker.
pub struct StatementCard {
    /// The document.
    pub document: DocumentSummary,
    /// The statement.
    pub statement: StatementDetails,
    /// Persons, places and organisations that the document names, by label and name.
    pub entities: Vec<StoredEntity>,
}

/// Reads the statement whose word of saying starts at a code point.
///
/// # Errors
/// If there is no such document, or no such statement.
pub fn statement_card(
    session: &ReadSession<'_>,
    name: &str,
    start: u32,
) -> Result<StatementCard, ViewError> {
    let DocumentStatements { document, statements, .. } =
        statements_of_document(session, name, 0.0)?;
    let statement = statements
        .into_iter()
        .find(|one| one.cue_start == start)
        .ok_or_else(|| ViewError::not_found(format!("no statement has its cue at {start}")))?;
    let documents = session.archive.documents();
    let (_, mentions) = documents.with_mentions(documents.find(name)?)?;
    let numbers: BTreeSet<EntityNumber> =
        mentions.iter().filter_map(StoredMention::entity).collect();
    let mut entities = Vec::with_capacity(numbers.len());
    for number in numbers {
        let entity = session.archive.entities().get(number)?;
        if entity.label != Label::Misc {
            entities.push(entity);
        }
    }
    entities.sort_by(|one, other| (one.label, &one.name).cmp(&(other.label, &other.name)));
    Ok(StatementCard { document, statement, entities })
}

/// The statements of a document with what users decided about them, for its page.
pub struct ShownStatements {
    /// The statements, in the order of the text.
    pub statements: Vec<StatementDetails>,
    /// Statements that a user rejected: the decision, and the code points and text of the
    /// word of saying.
    pub rejected: Vec<(DecisionNumber, u32, String)>,
}

/// Reads the statements of a document for its page.
///
/// # Errors
/// If there is no such document.
pub fn shown_statements(
    session: &ReadSession<'_>,
    name: &str,
) -> Result<ShownStatements, ViewError> {
    let documents = session.archive.documents();
    let document = documents.parsed(documents.find(name)?)?;
    let points = CodePoints::new(document.text.as_str());
    let decisions = documents.statement_decisions(&document.id)?.into_iter();
    let rejected = decisions.filter(|one| one.is_rejected).filter_map(|one| {
        let words = document.text.as_str().get(one.cue.byte_range())?.to_owned();
        Some((one.decision, points.code_point_offset(one.cue.start), words))
    });
    let rejected = rejected.collect();
    let found = statements_of_document(session, name, LEAST_STATEMENT_SCORE)?;
    Ok(ShownStatements { statements: found.statements, rejected })
}
