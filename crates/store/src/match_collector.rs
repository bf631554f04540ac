//! One pass over the matches of a query: their number, the best of them, those with
//! near-duplicates, and the counts of facets.

use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::query::Query as IndexQuery;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::archive::Archive;
use crate::best_matches::BestMatches;
use crate::error::StoreError;
use crate::facet_counts::{EntityCounts, FacetCounts, SegmentFacets};
use crate::grouped_matches::{GroupedMatches, IndexedGroups, SegmentGroups};
use crate::index::{IndexSnapshot, SegmentColumns};
use crate::index_guard::{damaged_index, run_guarded};
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

/// What is collected beside the number of matches.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WantedMatches {
    pub(crate) sort: SortOrder,
    /// How many of the best.
    pub(crate) best: usize,
    /// Whether facets are counted.
    pub(crate) facets: bool,
}

/// The number of matches, the best of them, and the counts of all.
pub(crate) struct CollectedMatches {
    pub(crate) total: usize,
    pub(crate) best: BestMatches,
    /// Those that have near-duplicates.
    pub(crate) grouped: GroupedMatches,
    /// The facets, if they are wanted.
    pub(crate) counts: Option<FacetCounts>,
}

/// Runs a query of the index.
///
/// # Errors
/// If the index is damaged, or the budget of the archive is spent.
pub(crate) fn collect_matches(
    archive: &Archive,
    index: &IndexSnapshot,
    query: &dyn IndexQuery,
    wanted: WantedMatches,
) -> Result<CollectedMatches, StoreError> {
    let collector = MatchCollector {
        groups: Arc::clone(index.near_duplicates(archive)?),
        wanted,
        columns: index.columns(archive)?,
        entities: EntityCounts::up_to(if wanted.facets { archive.last_entity()? } else { 0 }),
        budget: archive.work_budget().clone(),
    };
    let search = || Ok(index.searcher.search(query, &collector)?);
    let found = run_guarded(archive.work_budget(), search)?;
    archive.work_budget().check()?;
    Ok(found)
}

struct MatchCollector {
    groups: Arc<IndexedGroups>,
    columns: Arc<[SegmentColumns]>,
    wanted: WantedMatches,
    entities: EntityCounts,
    budget: WorkBudget,
}

struct SegmentMatches {
    budget: BudgetMeter,
    sort: SortOrder,
    columns: SegmentColumns,
    total: usize,
    best: BestMatches,
    grouped: SegmentGroups,
    facets: Option<SegmentFacets>,
    entities: EntityCounts,
}

impl Collector for MatchCollector {
    type Fruit = CollectedMatches;
    type Child = SegmentMatches;

    fn for_segment(
        &self,
        ordinal: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<SegmentMatches> {
        let columns = self.columns.get(ordinal as usize);
        let facets = || SegmentFacets::open(segment, &self.entities);
        Ok(SegmentMatches {
            budget: BudgetMeter::new(&self.budget),
            sort: self.wanted.sort,
            columns: columns.cloned().ok_or_else(|| damaged_index("a segment is missing"))?,
            total: 0,
            best: BestMatches::new(self.wanted.best),
            grouped: self.groups.collect_segment(ordinal),
            facets: self.wanted.facets.then(facets).transpose()?,
            entities: self.entities.clone(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.wanted.sort == SortOrder::Relevance && self.wanted.best > 0
    }

    fn merge_fruits(&self, segments: Vec<SegmentMatches>) -> tantivy::Result<CollectedMatches> {
        let mut all = CollectedMatches {
            total: 0,
            best: BestMatches::new(self.wanted.best),
            grouped: GroupedMatches::default(),
            counts: None,
        };
        let mut facets = Vec::new();
        for found in segments {
            all.total += found.total;
            all.grouped.push(found.grouped);
            for (key, number) in found.best.hits {
                all.best.add(key, || number);
            }
            facets.extend(found.facets);
        }
        if self.wanted.facets {
            all.counts = Some(FacetCounts::sum(&facets, &self.entities)?);
        }
        Ok(all)
    }
}

impl SegmentCollector for SegmentMatches {
    type Fruit = Self;

    fn collect(&mut self, doc: DocId, score: Score) {
        if !self.budget.allows_one_more() {
            return;
        }
        self.total += 1;
        self.grouped.add(doc);
        let date = || self.columns.dates.first(doc).unwrap_or(0) as u32;
        // Scores are not negative, so their bits sort like the scores.
        let key = match self.sort {
            SortOrder::Relevance => score.max(0.0).to_bits(),
            SortOrder::Newest => date(),
            SortOrder::Oldest => match date() {
                0 => 0,
                date => u32::MAX - date,
            },
        };
        self.best.add(key, || self.columns.numbers.first(doc).unwrap_or(0) as u32);
        if let Some(facets) = &mut self.facets {
            facets.add(doc, self.columns.dates.first(doc).unwrap_or(0) as u32);
        }
    }

    fn harvest(mut self) -> Self {
        if let Some(facets) = &mut self.facets {
            facets.finish(&self.entities);
        }
        self
    }
}
