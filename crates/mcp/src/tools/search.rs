//! Tools over all documents of a query.

#![expect(
    clippy::needless_pass_by_value,
    reason = "the arguments of a tool are parsed for its call"
)]

use chancery_store::SearchRequest;
use chancery_views::citation::cite_row;
use chancery_views::limits::{check_offset, parse_limited_query};
use chancery_views::map::ChartParameters;
use chancery_views::network::{NetworkParameters, NetworkRelation, build_network};
use chancery_views::passages::{QuotedDocument, quote_hits};
use chancery_views::results::terms_to_leave_out;
use chancery_views::search_response::{DocumentSummary, ResultOrder, SuggestedQuery};
use chancery_views::timeline::{Timeline, build_timeline};
use serde::Serialize;

use super::ToolContext;
use crate::answer::{Answer, AnswerBudget, ToolError};
use crate::arguments::{ListArguments, NoArguments, QueryArguments, SearchArguments};

/// Documents of an answer, unless the assistant asks for another number.
const DEFAULT_HITS: u32 = 10;

/// Maximum number of documents with quotations.
pub(super) const MAX_QUOTED: u32 = 50;

/// Documents of a list, unless the assistant asks for another number, and at most.
const LISTED: (u32, u32) = (50, 200);

/// Checks how many documents are asked for.
pub(super) fn limit_of(limit: Option<u32>, default: u32, most: u32) -> Result<usize, ToolError> {
    match limit.unwrap_or(default) {
        0 => Err(ToolError::Arguments("limit: 0 asks for nothing".to_owned())),
        limit if limit > most => {
            Err(ToolError::Arguments(format!("limit: {limit}, {most} at most")))
        }
        limit => Ok(limit as usize),
    }
}

/// The offset of the next page; `None` if nothing is left.
pub(super) fn next_offset(offset: u32, shown: usize, total: usize) -> Option<usize> {
    let next = offset as usize + shown;
    (next < total).then_some(next)
}

/// A value and its number of documents.
#[derive(Serialize)]
pub(super) struct Count {
    value: String,
    documents: i64,
}

/// What the archive has.
#[derive(Serialize)]
pub(super) struct ArchiveDescription {
    documents: i64,
    words: i64,
    years: Vec<Count>,
    posts: Vec<Count>,
    classifications: Vec<Count>,
}

/// Maximum number of posts that are listed.
const MAX_POSTS: usize = 60;

pub(super) fn describe_archive(
    context: &mut ToolContext<'_>,
    _: NoArguments,
) -> Result<Answer<ArchiveDescription>, ToolError> {
    let stats = context.session.archive.archive_stats()?;
    let counts = |pairs: Vec<(String, i64)>| -> Vec<Count> {
        pairs.into_iter().map(|(value, documents)| Count { value, documents }).collect()
    };
    let mut posts = counts(stats.posts);
    posts.truncate(MAX_POSTS);
    let description = ArchiveDescription {
        documents: stats.documents,
        words: stats.words,
        years: context.budget.keep(counts(stats.years)),
        posts: context.budget.keep(posts),
        classifications: counts(stats.classifications),
    };
    let is_empty = description.documents == 0;
    Ok(Answer::new(description, is_empty))
}

/// Documents with quotations.
#[derive(Serialize)]
pub(super) struct FoundPassages {
    pub(super) total: usize,
    pub(super) offset: u32,
    pub(super) next_offset: Option<usize>,
    pub(super) documents: Vec<QuotedDocument>,
    /// Number of passages of the last document that the answer has no room for.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) passages_left_out: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) did_you_mean: Vec<SuggestedQuery>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) without_a_term: Vec<SuggestedQuery>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// Keeps the first documents that fit, and at least a part of the first, of whose `parts`
/// as many as fit. Returns the number of its parts that are left out.
pub(super) fn keep_documents<D: Serialize, P: Serialize>(
    budget: &mut AnswerBudget,
    documents: Vec<D>,
    parts: impl Fn(&mut D) -> &mut Vec<P>,
) -> (Vec<D>, usize) {
    let (mut kept, mut left_out) = (Vec::new(), 0);
    for mut document in documents {
        if budget.takes(&document) {
            kept.push(document);
            continue;
        }
        // A document that does not fit is the first of the next page.
        if kept.is_empty() {
            let parts = parts(&mut document);
            let all = parts.len();
            *parts = budget.keep(std::mem::take(parts));
            left_out = all - parts.len();
            kept.push(document);
        }
        break;
    }
    (kept, left_out)
}

pub(super) fn search(
    context: &mut ToolContext<'_>,
    arguments: SearchArguments,
) -> Result<Answer<FoundPassages>, ToolError> {
    let session = context.session;
    check_offset(arguments.offset as usize)?;
    let query = parse_limited_query(&arguments.query)?;
    let request = SearchRequest {
        query: query.clone(),
        sort: ResultOrder::from(arguments.sort).into(),
        offset: arguments.offset as usize,
        limit: limit_of(arguments.limit, DEFAULT_HITS, MAX_QUOTED)?,
        facets: false,
    };
    let results = session.current_searcher()?.search(session.archive, &request)?;
    let quoted = quote_hits(session, &results.hits)?;
    let (documents, passages_left_out) =
        keep_documents(&mut context.budget, quoted, |one| &mut one.passages);
    let left_out = match results.total {
        0 => terms_to_leave_out(session, &query)?,
        _ => Vec::new(),
    };
    let suggest = |query: String, documents| SuggestedQuery { query, documents };
    let found = FoundPassages {
        total: results.total,
        offset: arguments.offset,
        next_offset: next_offset(arguments.offset, documents.len(), results.total),
        documents,
        passages_left_out,
        did_you_mean: results.suggestions.iter().map(SuggestedQuery::from).collect(),
        without_a_term: left_out
            .into_iter()
            .map(|left| suggest(left.query, left.documents))
            .collect(),
    };
    Ok(Answer::new(found, results.total == 0))
}

/// A document in a list.
#[derive(Serialize)]
pub(super) struct ListedDocument {
    #[serde(flatten)]
    document: DocumentSummary,
    citation: String,
}

/// Documents in order.
#[derive(Serialize)]
pub(super) struct DocumentList {
    total: usize,
    offset: u32,
    next_offset: Option<usize>,
    documents: Vec<ListedDocument>,
}

pub(super) fn list_documents(
    context: &mut ToolContext<'_>,
    arguments: ListArguments,
) -> Result<Answer<DocumentList>, ToolError> {
    let session = context.session;
    check_offset(arguments.offset as usize)?;
    let sort = arguments.sort.map_or(ResultOrder::Oldest, ResultOrder::from);
    let request = SearchRequest {
        query: parse_limited_query(&arguments.query)?,
        sort: sort.into(),
        offset: arguments.offset as usize,
        limit: limit_of(arguments.limit, LISTED.0, LISTED.1)?,
        facets: false,
    };
    let found = session.current_searcher()?.rank_matches(session.archive, &request)?;
    let mut documents = Vec::with_capacity(found.ranked.len());
    for (number, _) in found.ranked {
        let row = session.archive.documents().row(number)?;
        let citation = cite_row(session.archive, &row)?;
        documents.push(ListedDocument { citation, document: (&row).into() });
    }
    let documents = context.budget.keep(documents);
    let list = DocumentList {
        total: found.total,
        offset: arguments.offset,
        next_offset: next_offset(arguments.offset, documents.len(), found.total),
        documents,
    };
    Ok(Answer::new(list, found.total == 0))
}

pub(super) fn timeline(
    context: &mut ToolContext<'_>,
    arguments: QueryArguments,
) -> Result<Answer<Timeline>, ToolError> {
    let mut timeline = build_timeline(context.session, &ChartParameters { q: arguments.query })?;
    timeline.periods = context.budget.keep(timeline.periods);
    timeline.events.days = context.budget.keep(timeline.events.days);
    timeline.offices = context.budget.keep(timeline.offices);
    let is_empty = timeline.documents == 0;
    Ok(Answer::new(timeline, is_empty))
}

/// Documents from one correspondent to another.
#[derive(Serialize)]
pub(super) struct Exchange {
    from: String,
    to: String,
    documents: u64,
    /// Query that finds them.
    query: String,
}

/// Who wrote to whom.
#[derive(Serialize)]
pub(super) struct Correspondences {
    documents: usize,
    exchanges: Vec<Exchange>,
}

pub(super) fn correspondence(
    context: &mut ToolContext<'_>,
    arguments: QueryArguments,
) -> Result<Answer<Correspondences>, ToolError> {
    let by = NetworkRelation::Correspondence;
    let parameters = NetworkParameters { q: arguments.query, by, size: None };
    let graph = build_network(context.session, &parameters)?;
    let name = |node: usize| graph.nodes.get(node).map_or(String::new(), |node| node.name.clone());
    let exchange = |edge: &chancery_views::network::GraphEdge| Exchange {
        from: name(edge.source),
        to: name(edge.target),
        documents: edge.documents,
        query: edge.term.to_string(),
    };
    let exchanges = context.budget.keep(graph.edges.iter().map(exchange).collect());
    let is_empty = exchanges.is_empty();
    Ok(Answer::new(Correspondences { documents: graph.documents, exchanges }, is_empty))
}
