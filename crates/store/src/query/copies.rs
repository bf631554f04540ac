//! `copies:once`: of near-duplicates that match a query, only the first counts.
//!
//! The first is the one that was added first of those that match, whatever the order
//! of the hits. So counts, lists, exports and charts of a query agree.

use tantivy::Term;
use tantivy::query::{BooleanQuery, Occur, Query as IndexQuery};

use super::any_term::AnyTermQuery;
use crate::archive::Archive;
use crate::error::StoreError;
use crate::index::IndexSnapshot;
use crate::index_guard::run_guarded;
use crate::match_collector::{WantedMatches, collect_matches};

/// Returns a query that leaves out all but the first of near-duplicates that match.
pub(super) fn match_copies_once(
    archive: &Archive,
    index: &IndexSnapshot,
    query: Box<dyn IndexQuery>,
) -> Result<Box<dyn IndexQuery>, StoreError> {
    if index.near_duplicates(archive)?.is_empty() {
        return Ok(query);
    }
    let found = collect_matches(archive, index, &*query, WantedMatches::default())?;
    let repeated =
        run_guarded(archive.work_budget(), || found.grouped.repeated(&index.searcher))?.into_iter();
    let terms = repeated.map(|one| Term::from_field_u64(index.fields.number, one.0 as u64));
    let left_out: Box<dyn IndexQuery> = Box::new(terms.collect::<AnyTermQuery>());
    let clauses = vec![(Occur::Must, query), (Occur::MustNot, left_out)];
    Ok(Box::new(BooleanQuery::new(clauses)))
}
