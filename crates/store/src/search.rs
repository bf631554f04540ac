//! Search: counts, hits, facets and snippets.
//!
//! ```no_run
//! use chancery_store::{Archive, SearchRequest, Searcher, parse_query};
//!
//! let archive = Archive::open("cables".as_ref())?;
//! let searcher = Searcher::open(&archive)?;
//! let query = parse_query("person:huddleston date:2009 NOT classification:secret")?;
//! let results = searcher.search(&archive, &SearchRequest::new(query))?;
//! for hit in &results.hits {
//!     println!("{:?} {:?}", hit.document.cable_id, hit.snippets);
//! }
//! # Ok::<(), chancery_store::StoreError>(())
//! ```

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use chancery_model::{Label, TextSpan};

use crate::archive::{Archive, DocumentRow, StoredDocument};
use crate::entity_list::{EntityList, NamedEntity};
use crate::error::StoreError;
use crate::facet_counts::{Facet, FacetCounts, MAX_FACET_VALUES};
use crate::highlight::QueryHighlighter;
use crate::index::IndexSnapshot;
use crate::index_guard::run_guarded;
use crate::match_collector::{SortOrder, WantedMatches, collect_matches};
use crate::numbers::{BatchNumber, DocumentNumber};
use crate::queries::StoredEntity;
use crate::query::{Query, translate_query};
use crate::snippet::{self, Snippet};
use crate::surname_ids::group_id;

/// A search request.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// The query.
    pub query: Query,
    /// Order of the hits.
    pub sort: SortOrder,
    /// Number of hits to skip.
    pub offset: usize,
    /// Maximum number of hits to return.
    pub limit: usize,
    /// Whether to compute facets: counts by year, post and so on.
    pub facets: bool,
}

impl SearchRequest {
    /// Requests the ten best hits.
    pub fn new(query: Query) -> Self {
        Self { query, sort: SortOrder::Relevance, offset: 0, limit: 10, facets: false }
    }
}

/// Search results.
#[derive(Clone, Debug, Default)]
pub struct SearchResults {
    /// Number of matching documents.
    pub total: usize,
    /// The requested hits.
    pub hits: Vec<SearchHit>,
    /// Counts over all matching documents, by facet; the largest first.
    pub facets: Vec<Facet>,
    /// Number of documents per month, in order: 200910 is October 2009.
    pub months: Vec<(u32, u64)>,
    /// The most frequent entities of the matching documents, by label.
    pub entities: Vec<EntitiesOfLabel>,
    /// Number of batches that the index does not include yet.
    pub batches_behind: i64,
    /// Other spellings that find documents, if nothing matches.
    pub suggestions: Vec<QuerySuggestion>,
    /// As in [`RankedMatches`].
    pub near_duplicates: usize,
}

/// A query that finds documents, for one that finds none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuerySuggestion {
    /// The other query.
    pub query: Query,
    /// Number of documents that it finds.
    pub documents: usize,
}

/// A label and its most frequent entities, each with its number of documents.
pub type EntitiesOfLabel = (Label, Vec<(StoredEntity, u64)>);

/// Search results without the contents of the documents.
#[derive(Clone, Debug, Default)]
pub struct RankedMatches {
    /// Number of matching documents.
    pub total: usize,
    /// Numbers of the requested documents, with their scores.
    pub ranked: Vec<(DocumentNumber, f32)>,
    /// As in [`SearchResults`].
    pub facets: Vec<Facet>,
    /// As in [`SearchResults`].
    pub months: Vec<(u32, u64)>,
    /// As in [`SearchResults`].
    pub entities: Vec<EntitiesOfLabel>,
    /// Number of matching documents that are near-duplicates of another one that matches:
    /// with `copies:once` there are so many less.
    pub near_duplicates: usize,
}

impl RankedMatches {
    /// Returns the numbers of the requested documents.
    pub fn numbers(&self) -> Vec<DocumentNumber> {
        self.ranked.iter().map(|(number, _)| *number).collect()
    }
}

/// A matching document.
#[derive(Clone, Debug)]
pub struct SearchHit {
    /// Summary of the document.
    pub document: DocumentRow,
    /// Relevance score; 0 if hits are sorted by date.
    pub score: f32,
    /// All spans that match the query.
    pub spans: Vec<TextSpan>,
    /// Its most relevant sentences.
    pub snippets: Vec<Snippet>,
    /// Its near-duplicates, if the query counts them once.
    pub near_duplicates: Vec<DocumentRow>,
}

/// A snapshot of the index of an archive, taken when it was opened. Threads can
/// share it; each needs its own [`Archive`].
pub struct Searcher {
    pub(crate) reader: IndexSnapshot,
    /// Cached counts over all documents. Every visit of the web pages starts with
    /// them, and they do not change in a snapshot.
    all: OnceLock<FacetCounts>,
    /// Cached groups of surnames, by the base of their ids: a frequent one has thousands of
    /// members, of which each can have its spelling.
    surnames: Mutex<HashMap<String, Option<StoredEntity>>>,
    /// Cached names of all entities.
    pub(crate) names: OnceLock<Vec<NamedEntity>>,
    /// Cached list of all entities that documents name.
    pub(crate) all_entities: OnceLock<Arc<EntityList>>,
}

impl Searcher {
    /// Opens the index.
    ///
    /// # Errors
    /// If the index is missing or damaged. It can then be rebuilt.
    pub fn open(archive: &Archive) -> Result<Self, StoreError> {
        Self::open_snapshot(archive, None)
    }

    /// Opens the index as it is now. Files that did not change are not read
    /// again.
    ///
    /// # Errors
    /// If the index is missing or damaged. It can then be rebuilt.
    pub fn reopen(&self, archive: &Archive) -> Result<Self, StoreError> {
        Self::open_snapshot(archive, Some(&self.reader))
    }

    fn open_snapshot(
        archive: &Archive,
        earlier: Option<&IndexSnapshot>,
    ) -> Result<Self, StoreError> {
        let open = || IndexSnapshot::open(&archive.folder, earlier);
        let reader = run_guarded(&archive.budget, open)?;
        Ok(Self {
            reader,
            all: OnceLock::new(),
            surnames: Mutex::default(),
            names: OnceLock::new(),
            all_entities: OnceLock::new(),
        })
    }

    /// Returns the last batch that the index includes.
    pub fn indexed_batch(&self) -> BatchNumber {
        self.reader.indexed_batch
    }

    /// Searches, and returns hits with their snippets.
    pub fn search(
        &self,
        archive: &Archive,
        request: &SearchRequest,
    ) -> Result<SearchResults, StoreError> {
        let matches = self.rank_matches(archive, request)?;
        let RankedMatches { total, ranked: numbers, facets, months, entities, near_duplicates } =
            matches;
        let hits = load_hits(archive, &request.query, &numbers)?;
        let behind = archive.last_batch()?.0 - self.reader.indexed_batch.0;
        let suggestions = match total {
            0 => self.suggest_queries(archive, &request.query)?,
            _ => Vec::new(),
        };
        Ok(SearchResults {
            total,
            hits,
            facets,
            months,
            entities,
            batches_behind: behind,
            suggestions,
            near_duplicates,
        })
    }

    /// Searches without reading the documents.
    pub fn rank_matches(
        &self,
        archive: &Archive,
        request: &SearchRequest,
    ) -> Result<RankedMatches, StoreError> {
        let query = translate_query(archive, &self.reader, &request.query)?;
        let is_all = request.query == Query::All;
        let is_counted = is_all && self.all.get().is_some();
        let wanted = WantedMatches {
            sort: request.sort,
            best: request.offset.saturating_add(request.limit),
            facets: request.facets && !is_counted,
        };
        let found = collect_matches(archive, &self.reader, &*query, wanted)?;
        let near_duplicates = found.grouped.count_repeated(self.reader.near_duplicates(archive)?);
        let by_score = request.sort == SortOrder::Relevance;
        let hit = |&(key, number): &(u32, u32)| {
            (DocumentNumber(i64::from(number)), if by_score { f32::from_bits(key) } else { 0.0 })
        };
        let best = found.best.into_sorted();
        let ranked = best.iter().skip(request.offset).map(hit).collect();
        let total = found.total;
        let mut matches =
            RankedMatches { total, ranked, near_duplicates, ..RankedMatches::default() };
        let kept = match is_all {
            true => found.counts.map(|counts| self.all.get_or_init(|| counts)).or(self.all.get()),
            false => found.counts.as_ref(),
        };
        if let Some(counts) = kept.filter(|_| request.facets) {
            let top = self.top_entities(archive, counts)?;
            matches.facets.clone_from(&counts.facets);
            matches.facets.push(("entity", entity_facet(&top)));
            matches.entities = top_entities_by_label(top);
            matches.months.clone_from(&counts.months);
        }
        Ok(matches)
    }

    /// Returns the most frequent entities, with the surnames that nothing decided as
    /// groups. Only the most frequent entities overall are examined; rarer ones would not
    /// be useful.
    fn top_entities(
        &self,
        archive: &Archive,
        counts: &FacetCounts,
    ) -> Result<Vec<(StoredEntity, u64)>, StoreError> {
        let numbers: Vec<_> = counts.entities.iter().map(|(number, _)| *number).collect();
        let entities: HashMap<_, _> = archive.entities().listed(&numbers)?;
        let mut top = Vec::new();
        for &(number, count) in &counts.entities {
            let Some((entity, is_undecided)) = entities.get(&number) else { continue };
            // A surname of one document is in the group of its surname.
            if count > 1 || !is_undecided {
                top.push((entity.clone(), count));
            }
        }
        for (base, count) in &counts.surnames {
            if let Some(group) = self.surname_group(archive, base)? {
                top.push((group, *count));
            }
        }
        top.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.number.cmp(&other.0.number)));
        Ok(top)
    }

    /// Returns the group of surnames with this base of their ids, as lists show it.
    fn surname_group(
        &self,
        archive: &Archive,
        base: &str,
    ) -> Result<Option<StoredEntity>, StoreError> {
        let cached = || self.surnames.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(group) = cached().get(base) {
            return Ok(group.clone());
        }
        let group = archive.entities().listed_surname_group(&group_id(base))?;
        cached().insert(base.to_owned(), group.clone());
        Ok(group)
    }
}

/// Reads the documents that [`Searcher::rank_matches`] found, and adds the matching
/// spans and snippets.
pub fn load_hits(
    archive: &Archive,
    query: &Query,
    numbers: &[(DocumentNumber, f32)],
) -> Result<Vec<SearchHit>, StoreError> {
    let mut hits = load_matches(archive, query, numbers, |stored, document, score, spans| {
        let snippets = snippet::select_snippets(&stored.annotated, &spans);
        let spans = spans.into_iter().map(|(span, _)| span).collect();
        SearchHit { document, score, snippets, spans, near_duplicates: Vec::new() }
    })?;
    if query.counts_copies_once() {
        for hit in &mut hits {
            let others = archive.documents().near_duplicates(hit.document.number)?;
            let others: Vec<DocumentNumber> = others.into_iter().map(|(other, _)| other).collect();
            hit.near_duplicates = archive.documents().rows(&others)?;
        }
    }
    Ok(hits)
}

/// A document with the passages that match a query, as whole sentences.
#[derive(Clone, Debug)]
pub struct QuotedDocument {
    /// The document.
    pub stored: StoredDocument,
    /// Summary of the document.
    pub summary: DocumentRow,
    /// The passages; if none matches, the first sentence of prose.
    pub passages: Vec<Snippet>,
}

/// Reads the documents that [`Searcher::rank_matches`] found, with the passages to quote.
pub fn load_quotations(
    archive: &Archive,
    query: &Query,
    numbers: &[(DocumentNumber, f32)],
) -> Result<Vec<QuotedDocument>, StoreError> {
    load_matches(archive, query, numbers, |stored, summary, _, spans| {
        let passages = snippet::quoted_passages(&stored.annotated, &spans);
        QuotedDocument { stored, summary, passages }
    })
}

/// Reads documents with their matching spans and the number of the part of the query that
/// each matches, and makes something of each document.
fn load_matches<T>(
    archive: &Archive,
    query: &Query,
    numbers: &[(DocumentNumber, f32)],
    make: impl Fn(StoredDocument, DocumentRow, f32, Vec<(TextSpan, usize)>) -> T,
) -> Result<Vec<T>, StoreError> {
    let highlighter = QueryHighlighter::from_query(archive, query)?;
    let rows = archive.documents().rows(&numbers.iter().map(|hit| hit.0).collect::<Vec<_>>())?;
    let load = |(row, &(number, score)): (DocumentRow, &(DocumentNumber, f32))| {
        let stored = archive.documents().stored(number)?;
        let spans = highlighter.matching_spans(archive, &stored)?;
        Ok(make(stored, row, score, spans))
    };
    rows.into_iter().zip(numbers).map(load).collect()
}

/// Returns the most frequent entities, as `name [id]`, with their counts.
fn entity_facet(top: &[(StoredEntity, u64)]) -> Vec<(String, u64)> {
    let most = top.iter().take(MAX_FACET_VALUES);
    most.map(|(entity, count)| (format!("{} [{}]", entity.shown_name(), entity.id), *count))
        .collect()
}

/// Returns the most frequent entities of each label.
fn top_entities_by_label(top: Vec<(StoredEntity, u64)>) -> Vec<EntitiesOfLabel> {
    let mut groups: Vec<EntitiesOfLabel> = Label::ALL.map(|label| (label, Vec::new())).into();
    for (entity, count) in top {
        let group = groups.iter_mut().find(|(label, _)| *label == entity.label);
        if let Some((_, list)) = group.filter(|(_, list)| list.len() < MAX_FACET_VALUES) {
            list.push((entity, count));
        }
    }
    groups
}
