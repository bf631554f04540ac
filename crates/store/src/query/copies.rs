//! `copies:once`: of near-duplicates that match a query, only the first counts.
//!
//! The first is the one that was added first of those that match, whatever the order
//! of the hits. So counts, lists, exports and charts of a query agree.

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::query::{BooleanQuery, Occur, Query as IndexQuery, TermSetQuery};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader, Term};

use crate::archive::Archive;
use crate::error::StoreError;
use crate::index::IndexSnapshot;
use crate::index_guard::run_guarded;
use crate::numbers::DocumentNumber;
use crate::work_budget::{BudgetMeter, WorkBudget};

/// Returns a query that leaves out all but the first of near-duplicates that match.
pub(super) fn match_copies_once(
    archive: &Archive,
    index: &IndexSnapshot,
    query: Box<dyn IndexQuery>,
) -> Result<Box<dyn IndexQuery>, StoreError> {
    let groups = index.near_duplicates(archive)?;
    if groups.is_empty() {
        return Ok(query);
    }
    let collector = NumberCollector(archive.work_budget().clone());
    let found =
        run_guarded(archive.work_budget(), || Ok(index.searcher.search(&*query, &collector)?))?;
    archive.work_budget().check()?;
    let repeated = groups.repeated(found.into_iter()).into_iter();
    let terms = repeated.map(|one| Term::from_field_u64(index.fields.number, one.0 as u64));
    let left_out: Box<dyn IndexQuery> = Box::new(TermSetQuery::new(terms));
    let clauses = vec![(Occur::Must, query), (Occur::MustNot, left_out)];
    Ok(Box::new(BooleanQuery::new(clauses)))
}

/// Collects the numbers of all documents that match.
struct NumberCollector(WorkBudget);

struct SegmentNumbers {
    budget: BudgetMeter,
    column: Column<u64>,
    found: Vec<DocumentNumber>,
}

impl Collector for NumberCollector {
    type Fruit = Vec<DocumentNumber>;
    type Child = SegmentNumbers;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<SegmentNumbers> {
        let column = segment.fast_fields().u64("number")?;
        Ok(SegmentNumbers { budget: BudgetMeter::new(&self.0), column, found: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, found: Vec<Vec<DocumentNumber>>) -> tantivy::Result<Self::Fruit> {
        Ok(found.concat())
    }
}

impl SegmentCollector for SegmentNumbers {
    type Fruit = Vec<DocumentNumber>;

    fn collect(&mut self, doc: DocId, _: Score) {
        if self.budget.allows_one_more() {
            self.found.extend(self.column.first(doc).map(|one| DocumentNumber(one as i64)));
        }
    }

    fn harvest(self) -> Vec<DocumentNumber> {
        self.found
    }
}
