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

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use chancery_model::{Label, TextSpan};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::archive::{Archive, DocumentRow, StoredDocument};
use crate::best_matches::BestMatches;
use crate::entity_list::{EntityList, NamedEntity};
use crate::error::StoreError;
use crate::highlight::QueryHighlighter;
use crate::index::{IndexSnapshot, SIGNER_SURNAMES};
use crate::index_guard::{damaged_index, run_guarded};
use crate::near_duplicates::NearDuplicateGroups;
use crate::numbers::{BatchNumber, DocumentNumber, EntityNumber};
use crate::queries::StoredEntity;
use crate::query::{Query, translate_query};
use crate::snippet::{self, Snippet};
use crate::surname_ids::group_id;
use crate::work_budget::{BudgetMeter, WorkBudget};

/// Order of the hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortOrder {
    /// Best match first (BM25).
    #[default]
    Relevance,
    /// Latest first.
    Newest,
    /// Earliest first; documents without a date come last.
    Oldest,
}

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
    /// The same without the documents that an entity only signs, drafts or classifies.
    pub companions: Vec<EntitiesOfLabel>,
    /// Number of matching documents that are near-duplicates of another one that matches:
    /// with `copies:once` there are so many less.
    pub near_duplicates: usize,
}

/// Name of a facet, and the counts of its values.
pub type Facet = (&'static str, Vec<(String, u64)>);

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
        let RankedMatches {
            total, ranked: numbers, facets, months, entities, near_duplicates, ..
        } = matches;
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
        let counted = is_all && self.all.get().is_some();
        let facets = request.facets && !counted;
        let end = request.offset.saturating_add(request.limit);
        let groups = self.reader.near_duplicates(archive)?;
        let collector = MatchCollector {
            groups: groups.clone(),
            sort: request.sort,
            most: end,
            facets,
            last_entity: if facets { archive.last_entity()? } else { 0 },
            budget: archive.budget.clone(),
        };
        let found = run_guarded(&archive.budget, || {
            Ok(self.reader.searcher.search(&*query, &collector)?)
        })?;
        archive.budget.check()?;
        let (total, best) = (found.total, found.best.into_sorted());
        let near_duplicates = groups.repeated(found.grouped.into_iter()).len();
        let by_score = request.sort == SortOrder::Relevance;
        let hit = |&(key, number): &(u32, u32)| {
            (DocumentNumber(i64::from(number)), if by_score { f32::from_bits(key) } else { 0.0 })
        };
        let hits = best.iter().skip(request.offset).map(hit).collect();
        let mut matches =
            RankedMatches { total, ranked: hits, near_duplicates, ..RankedMatches::default() };
        if request.facets {
            let counts = match is_all {
                true => self.all.get_or_init(|| found.counts),
                false => &found.counts,
            };
            matches.facets = counts.to_facets();
            let top = top_entities(archive, counts)?;
            matches.facets.push(("entity", entity_facet(&top)));
            matches.entities = top_entities_by_label(top);
            matches.companions = match is_all {
                true => matches.entities.clone(),
                false => top_entities_by_label(top_entities(archive, &counts.without_signers())?),
            };
            matches.months = counts.months.iter().map(|(&month, &count)| (month, count)).collect();
        }
        Ok(matches)
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
            let others = archive.documents().near_duplicates(hit.document.number)?.into_iter();
            let rows = others.map(|(other, _)| archive.documents().row(other));
            hit.near_duplicates = rows.collect::<Result<_, _>>()?;
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
    let load = |&(number, score): &(DocumentNumber, f32)| {
        let stored = archive.documents().stored(number)?;
        let spans = highlighter.matching_spans(archive, &stored)?;
        Ok(make(stored, archive.documents().row(number)?, score, spans))
    };
    numbers.iter().map(load).collect()
}

/// Returns the `limit` most frequent entities, most frequent first. `counts` is
/// indexed by entity number.
pub(crate) fn most_frequent_entities(counts: &[u64], limit: usize) -> Vec<(EntityNumber, u64)> {
    let counted = (0..).map(EntityNumber).zip(counts).filter(|(_, count)| **count > 0);
    let mut most: Vec<(EntityNumber, u64)> =
        counted.map(|(entity, &count)| (entity, count)).collect();
    let order = |&(entity, count): &(EntityNumber, u64)| (Reverse(count), entity);
    if most.len() > limit {
        most.select_nth_unstable_by_key(limit, order);
        most.truncate(limit);
    }
    most.sort_unstable_by_key(order);
    most
}

/// Sorts strings by their counts, largest first.
pub(crate) fn sort_by_count(counts: HashMap<String, u64>) -> Vec<(String, u64)> {
    let mut all: Vec<(String, u64)> = counts.into_iter().collect();
    all.sort_unstable_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(&other.0)));
    all
}

/// Returns the most frequent entities, with the surnames that nothing decided as
/// groups. Only the most frequent entities overall are examined; rarer ones would not
/// be useful.
fn top_entities(
    archive: &Archive,
    counts: &FacetCounts,
) -> Result<Vec<(StoredEntity, u64)>, StoreError> {
    let entities = archive.entities();
    let mut top = Vec::new();
    for (number, count) in most_frequent_entities(&counts.entities, MAX_GROUPED_ENTITIES) {
        // A surname of one document is in the group of its surname.
        if count > 1 || entities.undecided_surname(number)?.is_none() {
            top.push((entities.get(number)?, count));
        }
    }
    for (base, count) in counts.surnames() {
        if let Some(group) = entities.listed_surname_group(&group_id(&base))? {
            top.push((group, count));
        }
    }
    top.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.number.cmp(&other.0.number)));
    Ok(top)
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

/// Maximum number of entities to group by label.
const MAX_GROUPED_ENTITIES: usize = 400;

/// Maximum number of values that a facet returns.
const MAX_FACET_VALUES: usize = 20;

/// Facets that are counted by string value.
const FACETS: [&str; 7] =
    ["year", "post", "classification", "tag", "keyword", SURNAMES, SIGNER_SURNAMES];

/// Column of the surnames that nothing decided. Lists show them among the entities.
const SURNAMES: &str = "surname";

/// The facets that are columns of entities.
const ENTITY_FACETS: [&str; 2] = [SURNAMES, SIGNER_SURNAMES];

/// Maximum number of distinct values of a column. A column that claims more is
/// damaged, and must not decide how much memory is reserved.
const MAX_DISTINCT_VALUES: usize = 10_000_000;

/// Returns a count of zero for each distinct value of a column.
///
/// # Errors
/// If the column claims more values than any archive has.
pub(crate) fn zeroed_counts(values: usize) -> tantivy::Result<Vec<u64>> {
    match values {
        0..=MAX_DISTINCT_VALUES => Ok(vec![0; values]),
        _ => Err(damaged_index("a column has too many values")),
    }
}

/// Adds counts to sums.
fn add_counts(sums: &mut Vec<u64>, counts: &[u64]) {
    sums.resize(sums.len().max(counts.len()), 0);
    sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
}

/// Counts an entity. Those that the tables no longer have are left out.
pub(crate) fn count_entity(counts: &mut [u64], entity: u64) {
    if let Some(count) = counts.get_mut(entity as usize) {
        *count += 1;
    }
}

/// Counts the matching documents, and collects the best in the same pass.
struct MatchCollector {
    groups: Arc<NearDuplicateGroups>,
    sort: SortOrder,
    /// How many are collected.
    most: usize,
    facets: bool,
    /// Largest number of an entity in the tables.
    last_entity: u64,
    budget: WorkBudget,
}

/// The best matches, and the counts of all.
struct CollectedMatches {
    total: usize,
    best: BestMatches,
    /// Those that are in a group of near-duplicates.
    grouped: Vec<DocumentNumber>,
    counts: FacetCounts,
}

#[derive(Default)]
struct FacetCounts {
    words: [HashMap<String, u64>; FACETS.len()],
    /// Indexed by entity number.
    entities: Vec<u64>,
    /// The same of the documents that an entity only signs.
    signers: Vec<u64>,
    /// Keyed by month: 200910 is October 2009.
    months: BTreeMap<u32, u64>,
}

impl FacetCounts {
    fn to_facets(&self) -> Vec<Facet> {
        let sorted = |counts: &HashMap<String, u64>| {
            let mut all = sort_by_count(counts.clone());
            all.truncate(MAX_FACET_VALUES);
            all
        };
        let facets =
            FACETS.iter().zip(&self.words).filter(|(name, _)| !ENTITY_FACETS.contains(name));
        facets.map(|(name, counts)| (*name, sorted(counts))).collect()
    }

    /// The counts of entities without the documents that they only sign.
    fn without_signers(&self) -> Self {
        let mut named = Self { entities: self.entities.clone(), ..Self::default() };
        for (count, signed) in named.entities.iter_mut().zip(&self.signers) {
            *count = count.saturating_sub(*signed);
        }
        let of = |name: &str| FACETS.iter().position(|facet| *facet == name).unwrap_or_default();
        let (surnames, signed) = (&self.words[of(SURNAMES)], &self.words[of(SIGNER_SURNAMES)]);
        let left = surnames.iter().map(|(surname, count)| {
            let signed = signed.get(surname).copied().unwrap_or_default();
            (surname.clone(), count.saturating_sub(signed))
        });
        named.words[of(SURNAMES)] = left.filter(|(_, count)| *count > 0).collect();
        named
    }

    /// The most frequent surnames that nothing decided.
    fn surnames(&self) -> Vec<(String, u64)> {
        let counts = FACETS.iter().zip(&self.words).filter(|(name, _)| **name == SURNAMES);
        let mut all =
            counts.flat_map(|(_, counts)| sort_by_count(counts.clone())).collect::<Vec<_>>();
        all.truncate(MAX_FACET_VALUES);
        all
    }
}

struct SegmentMatches {
    budget: BudgetMeter,
    sort: SortOrder,
    numbers: Column<u64>,
    dates: Column<u64>,
    total: usize,
    best: BestMatches,
    groups: Arc<NearDuplicateGroups>,
    grouped: Vec<DocumentNumber>,
    /// Column of each facet, and the counts of its ordinals.
    facets: Vec<(StrColumn, Vec<u64>)>,
    /// The columns of entities and of signers, and their counts.
    entities: Option<[(Column<u64>, Vec<u64>); 2]>,
    months: Option<HashMap<u32, u64>>,
}

impl Collector for MatchCollector {
    type Fruit = CollectedMatches;
    type Child = SegmentMatches;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<SegmentMatches> {
        let fast = segment.fast_fields();
        let mut facets = Vec::new();
        for name in FACETS.iter().filter(|_| self.facets) {
            if let Some(column) = fast.str(name)? {
                let ordinals = zeroed_counts(column.num_terms())?;
                facets.push((column, ordinals));
            }
        }
        let counted = |column: Column<u64>| {
            let counts = vec![0; column.max_value().min(self.last_entity) as usize + 1];
            (column, counts)
        };
        let entities = match self.facets {
            true => Some([counted(fast.u64("entity")?), counted(fast.u64("signer")?)]),
            false => None,
        };
        Ok(SegmentMatches {
            budget: BudgetMeter::new(&self.budget),
            sort: self.sort,
            numbers: fast.u64("number")?,
            dates: fast.u64("date")?,
            total: 0,
            best: BestMatches::new(self.most),
            groups: self.groups.clone(),
            grouped: Vec::new(),
            facets,
            entities,
            months: self.facets.then(HashMap::new),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.sort == SortOrder::Relevance
    }

    fn merge_fruits(
        &self,
        segments: Vec<tantivy::Result<CollectedMatches>>,
    ) -> tantivy::Result<CollectedMatches> {
        let mut all = CollectedMatches {
            total: 0,
            best: BestMatches::new(self.most),
            grouped: Vec::new(),
            counts: FacetCounts::default(),
        };
        for found in segments {
            let found = found?;
            all.total += found.total;
            all.grouped.extend(found.grouped);
            for (key, number) in found.best.hits {
                all.best.add(key, || number);
            }
            for (sum, counts) in all.counts.words.iter_mut().zip(found.counts.words) {
                for (word, count) in counts {
                    *sum.entry(word).or_default() += count;
                }
            }
            for (month, count) in found.counts.months {
                *all.counts.months.entry(month).or_default() += count;
            }
            add_counts(&mut all.counts.entities, &found.counts.entities);
            add_counts(&mut all.counts.signers, &found.counts.signers);
        }
        Ok(all)
    }
}

impl SegmentCollector for SegmentMatches {
    type Fruit = tantivy::Result<CollectedMatches>;

    fn collect(&mut self, doc: DocId, score: Score) {
        if !self.budget.allows_one_more() {
            return;
        }
        let date = || self.dates.first(doc).unwrap_or(0) as u32;
        // Scores are not negative, so their bits sort like the scores.
        let key = match self.sort {
            SortOrder::Relevance => score.max(0.0).to_bits(),
            SortOrder::Newest => date(),
            SortOrder::Oldest => match date() {
                0 => 0,
                date => u32::MAX - date,
            },
        };
        if let Some(months) = &mut self.months
            && date() / 100 % 100 > 0
        {
            *months.entry(date() / 100).or_default() += 1;
        }
        self.total += 1;
        self.best.add(key, || self.numbers.first(doc).unwrap_or(0) as u32);
        if !self.groups.is_empty()
            && let Some(number) = self.numbers.first(doc)
            && self.groups.has(DocumentNumber(number as i64))
        {
            self.grouped.push(DocumentNumber(number as i64));
        }
        for (column, counts) in &mut self.facets {
            for ordinal in column.term_ords(doc) {
                counts[ordinal as usize] += 1;
            }
        }
        for (column, counts) in self.entities.iter_mut().flatten() {
            column.values_for_doc(doc).for_each(|entity| count_entity(counts, entity));
        }
    }

    fn harvest(self) -> tantivy::Result<CollectedMatches> {
        let mut counts = FacetCounts::default();
        for ((column, ordinals), words) in self.facets.iter().zip(&mut counts.words) {
            let mut word = String::new();
            for (ordinal, &count) in ordinals.iter().enumerate().filter(|(_, count)| **count > 0) {
                word.clear();
                column.ord_to_str(ordinal as u64, &mut word)?;
                words.insert(word.clone(), count);
            }
        }
        counts.months = self.months.into_iter().flatten().collect();
        if let Some([(_, entities), (_, signers)]) = self.entities {
            (counts.entities, counts.signers) = (entities, signers);
        }
        let Self { total, best, grouped, .. } = self;
        Ok(CollectedMatches { total, best, grouped, counts })
    }
}
