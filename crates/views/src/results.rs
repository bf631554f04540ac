//! What a page of results says beside the hits: who is meant, which word to leave out
//! where nothing matches, and where a document stands in a result.

use chancery_model::{CodePoints, Label};
use chancery_store::{
    DocumentNumber, DocumentRow, ListedEntity, Query, QueryField, QueryTerm, SearchRequest,
};

use crate::document::{DocumentView, HighlightSelection};
use crate::error::ViewError;
use crate::excerpts::{TextExcerpt, excerpt_around};
use crate::limits::check_offset;
use crate::query_reading::read_query;
use crate::query_words::describe_typed;
use crate::search_response::ResultOrder;
use crate::session::ReadSession;

/// Maximum number of entities that a query may mean.
const MAX_MEANT: usize = 3;

/// Maximum number of terms of a query that are left out one by one.
const MAX_TERMS_LEFT_OUT: usize = 12;

/// A term of a query that finds nothing, and what the query finds without it.
#[derive(Debug)]
pub struct TermLeftOut {
    /// The term.
    pub term: String,
    /// Whether no document has it.
    pub is_nowhere: bool,
    /// The query without the term.
    pub query: String,
    /// Number of documents that this query finds.
    pub documents: usize,
}

/// Returns, for each term of a query that finds nothing, what it finds without the
/// term; the most first.
pub fn terms_to_leave_out(
    session: &ReadSession<'_>,
    query: &Query,
) -> Result<Vec<TermLeftOut>, ViewError> {
    let terms: Vec<&Query> = query.terms().iter().take(MAX_TERMS_LEFT_OUT).collect();
    if terms.len() < 2 {
        return Ok(Vec::new());
    }
    let mut left_out = Vec::new();
    for (number, term) in terms.into_iter().enumerate() {
        let rest = query.clone().without_term(number);
        let documents = count(session, rest.clone())?;
        if documents > 0 {
            left_out.push(TermLeftOut {
                term: term.to_string(),
                is_nowhere: count(session, term.clone())? == 0,
                query: rest.to_string(),
                documents,
            });
        }
    }
    left_out.sort_by_key(|one| (!one.is_nowhere, std::cmp::Reverse(one.documents)));
    Ok(left_out)
}

/// Returns the number of documents that a query finds.
pub fn count(session: &ReadSession<'_>, query: Query) -> Result<usize, ViewError> {
    let request = SearchRequest { limit: 0, ..SearchRequest::new(query) };
    Ok(session.current_searcher()?.rank_matches(session.archive, &request)?.total)
}

/// Returns the people, places and organisations that a query may mean: the entity that
/// it asks for, or those whose names are its words.
pub fn entities_meant(
    session: &ReadSession<'_>,
    query: &Query,
) -> Result<Vec<ListedEntity>, ViewError> {
    let searcher = session.current_searcher()?;
    let Some((label, words)) = words_of_name(query) else {
        let list = searcher.entity_list(session.archive, &Query::All)?;
        let ids = entity_ids(query);
        let asked = list.entities.iter().filter(|entity| ids.contains(&&*entity.id));
        return Ok(asked.take(MAX_MEANT).cloned().collect());
    };
    let mut found = searcher.entities_named(session.archive, &words)?;
    found.retain(|entity| match label {
        Some(label) => entity.label == label,
        None => entity.label != Label::Misc,
    });
    found.truncate(MAX_MEANT);
    Ok(found)
}

/// The ids of the entities that all documents must name.
fn entity_ids(query: &Query) -> Vec<&str> {
    let leaves = match query {
        Query::And(terms) => terms.as_slice(),
        query => std::slice::from_ref(query),
    };
    leaves
        .iter()
        .filter_map(|term| match term {
            Query::Leaf(QueryField::Entity, QueryTerm::Words(id)) => Some(id.as_str()),
            _ => None,
        })
        .collect()
}

/// The words of a query that may be a name: words of the text, or of one field of names.
fn words_of_name(query: &Query) -> Option<(Option<Label>, String)> {
    let leaf = |term: &Query| match term {
        Query::Leaf(QueryField::Text, QueryTerm::Words(words)) => Some((None, words.clone())),
        Query::Leaf(QueryField::Person, QueryTerm::Words(words)) => {
            Some((Some(Label::Per), words.clone()))
        }
        Query::Leaf(QueryField::Place, QueryTerm::Words(words)) => {
            Some((Some(Label::Loc), words.clone()))
        }
        Query::Leaf(QueryField::Org, QueryTerm::Words(words)) => {
            Some((Some(Label::Org), words.clone()))
        }
        _ => None,
    };
    let terms = match query {
        Query::And(terms) => terms.as_slice(),
        Query::Leaf(..) => std::slice::from_ref(query),
        _ => return None,
    };
    let leaves: Option<Vec<(Option<Label>, String)>> = terms.iter().map(leaf).collect();
    let leaves = leaves?;
    let label = leaves.first()?.0;
    let words: Vec<&str> = leaves.iter().map(|(_, words)| words.as_str()).collect();
    leaves.iter().all(|(other, _)| *other == label).then(|| (label, words.join(" ")))
}

/// Where a document stands in a result.
#[derive(Debug)]
pub struct ResultPosition {
    /// Number of the document in the result, from 1.
    pub number: usize,
    /// Number of documents in the result.
    pub total: usize,
    /// The result before it.
    pub before: Option<DocumentRow>,
    /// The result after it.
    pub after: Option<DocumentRow>,
}

/// Returns where a document stands in the result of a query, if it is number `number`
/// there.
pub fn result_position(
    session: &ReadSession<'_>,
    document: DocumentNumber,
    typed: &str,
    order: ResultOrder,
    number: usize,
) -> Result<Option<ResultPosition>, ViewError> {
    let Some(index) = number.checked_sub(1) else { return Ok(None) };
    check_offset(index)?;
    let first = index.saturating_sub(1);
    let request = SearchRequest {
        query: read_query(typed)?.query,
        sort: order.into(),
        offset: first,
        limit: 3,
        facets: false,
    };
    let found = session.current_searcher()?.rank_matches(session.archive, &request)?;
    let at = |index: usize| found.ranked.get(index).map(|(number, _)| *number);
    let own = index - first;
    if at(own) != Some(document) {
        return Ok(None);
    }
    let row = |number: Option<DocumentNumber>| {
        number.map(|number| session.archive.documents().row(number)).transpose()
    };
    let before = own.checked_sub(1).and_then(at);
    Ok(Some(ResultPosition {
        number,
        total: found.total,
        before: row(before)?,
        after: row(at(own + 1))?,
    }))
}

/// How a reader came to a document: the result that it is in, and its hits.
#[derive(Default)]
pub struct ResultTrail {
    /// The query as it was typed.
    pub typed: String,
    /// Id of the entity whose mentions are highlighted, instead of a query.
    pub entity: String,
    /// The query or the entity in words.
    pub description: String,
    /// Order of the result.
    pub order: ResultOrder,
    /// Where the document stands in the result.
    pub position: Option<ResultPosition>,
    /// Number of hits in the document.
    pub hits: usize,
    /// The hit that is shown, from 1.
    pub hit: usize,
    /// This hit with the words around it.
    pub excerpt: Option<TextExcerpt>,
}

/// Where a reader stands in a result.
#[derive(Clone, Debug, Default)]
pub struct TrailParameters {
    /// What is highlighted.
    pub selection: HighlightSelection,
    /// Order of the result.
    pub order: ResultOrder,
    /// Number of the document in the result, from 1.
    pub number: Option<usize>,
    /// Number of the hit, from 1.
    pub hit: Option<usize>,
}

impl ResultTrail {
    /// Finds where a reader stands in a result.
    pub fn read_trail(
        session: &ReadSession<'_>,
        view: &DocumentView,
        parameters: TrailParameters,
    ) -> Result<Self, ViewError> {
        let TrailParameters { selection, order, number, hit } = parameters;
        let HighlightSelection { query: typed, entity } = selection;
        let named = view.entities.values().find(|one| one.id == entity);
        let description = match named {
            Some(entity) => entity.shown_name(),
            None => describe_typed(session, &typed)?,
        };
        let position = match number {
            Some(number) => result_position(session, view.stored.number, &typed, order, number)?,
            None => None,
        };
        let hits = view.hits.len();
        let hit = hit.unwrap_or(1).clamp(1, hits.max(1));
        let document = &view.stored.annotated.document;
        let span = view.hits.get(hit - 1);
        let points = || CodePoints::new(document.text.as_str());
        let excerpt = span.map(|span| excerpt_around(document, *span, &points()));
        Ok(Self { typed, entity, description, order, position, hits, hit, excerpt })
    }
}

#[cfg(test)]
mod tests {
    use chancery_store::parse_query;

    use super::*;

    #[test]
    fn only_words_and_names_can_be_a_name() {
        for (query, expected) in [
            ("henry kissinger", Some((None, "henry kissinger"))),
            ("\"henry kissinger\"", Some((None, "henry kissinger"))),
            ("person:kissinger", Some((Some(Label::Per), "kissinger"))),
            ("person:kissinger cuba", None),
            ("kissinger OR nixon", None),
            ("kissing*", None),
            ("", None),
        ] {
            let query = parse_query(query).expect("a query");
            let expected = expected.map(|(label, words)| (label, words.to_owned()));
            assert_eq!(words_of_name(&query), expected, "{query}");
        }
        let query = parse_query("entity:people:1 cuba").expect("a query");
        assert_eq!(entity_ids(&query), ["people:1"]);
    }
}
