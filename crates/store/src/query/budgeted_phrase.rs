//! A phrase whose search stops when the budget of the work is spent.
//!
//! A phrase is the only part of a query that can read the positions of all
//! documents without a match. A collector sees only matches, so it could not stop
//! the search: a hundred phrases of common words would run for a minute.

use tantivy::query::{EnableScoring, Explanation, PhraseQuery, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED, Term};

use crate::index_guard::check_budget;

/// A phrase query that checks the budget of the thread's work.
#[derive(Clone, Debug)]
pub(super) struct BudgetedPhrase(pub(super) PhraseQuery);

impl Query for BudgetedPhrase {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(PhraseWeight(self.0.weight(scoring)?)))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.0.query_terms(visitor);
    }
}

struct PhraseWeight(Box<dyn Weight>);

impl Weight for PhraseWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        check_budget()?;
        Ok(Box::new(PhraseScorer { inner: self.0.scorer(reader, boost)?, stopped: false }))
    }

    fn scorer_danger(
        &self,
        reader: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<(SeekDangerResult, Box<dyn Scorer>)> {
        check_budget()?;
        let (found, inner) = self.0.scorer_danger(reader, target, boost)?;
        Ok((found, Box::new(PhraseScorer { inner, stopped: false })))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.0.explain(reader, doc)
    }
}

/// Has no more documents once the budget is spent. The search then
/// returns an error, because the documents found so far are only a part.
struct PhraseScorer {
    inner: Box<dyn Scorer>,
    stopped: bool,
}

impl PhraseScorer {
    fn is_stopped(&mut self) -> bool {
        self.stopped = self.stopped || check_budget().is_err();
        self.stopped
    }
}

impl DocSet for PhraseScorer {
    fn advance(&mut self) -> DocId {
        if self.is_stopped() { TERMINATED } else { self.inner.advance() }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.is_stopped() { TERMINATED } else { self.inner.seek(target) }
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        match self.is_stopped() {
            true => SeekDangerResult::SeekLowerBound(TERMINATED),
            false => self.inner.seek_danger(target),
        }
    }

    fn doc(&self) -> DocId {
        if self.stopped { TERMINATED } else { self.inner.doc() }
    }

    fn size_hint(&self) -> u32 {
        self.inner.size_hint()
    }

    fn cost(&self) -> u64 {
        self.inner.cost()
    }
}

impl Scorer for PhraseScorer {
    fn score(&mut self) -> Score {
        self.inner.score()
    }
}

#[cfg(test)]
mod tests {
    use tantivy::collector::Count;
    use tantivy::schema::{Schema, TEXT};
    use tantivy::{Index, IndexWriter, doc};

    use super::*;
    use crate::error::StoreError;
    use crate::index_guard::run_guarded;
    use crate::work_budget::WorkBudget;

    #[test]
    fn a_phrase_finds_the_same_and_stops() {
        let mut schema = Schema::builder();
        let text = schema.add_text_field("text", TEXT);
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 20_000_000).expect("memory");
        for number in 0..1000 {
            let words = if number % 3 == 0 { "one two" } else { "two one" };
            writer.add_document(doc!(text => words)).expect("added");
        }
        writer.commit().expect("committed");
        let searcher = index.reader().expect("an index").searcher();
        let term = |word| Term::from_field_text(text, word);
        let plain = PhraseQuery::new(vec![term("one"), term("two")]);
        let budgeted = BudgetedPhrase(plain.clone());
        let count = |query: &dyn Query| searcher.search(query, &Count).expect("a count");
        assert_eq!((count(&plain), count(&budgeted)), (334, 334));

        let budget = WorkBudget::until_stopped();
        let searched = run_guarded(&budget, || {
            let weight = budgeted.weight(EnableScoring::disabled_from_searcher(&searcher))?;
            let mut scorer = weight.scorer(searcher.segment_reader(0), 1.0)?;
            assert_eq!((scorer.doc(), scorer.advance()), (0, 3));
            budget.stop();
            assert_eq!((scorer.advance(), scorer.doc()), (TERMINATED, TERMINATED));
            assert!(weight.scorer(searcher.segment_reader(0), 1.0).is_err());
            Ok::<_, StoreError>(())
        });
        assert!(searched.is_ok());
    }
}
