//! Documents that have any of some terms.
//!
//! tantivy's set of terms walks the dictionary as an automaton, which takes milliseconds
//! for a thousand terms. This query looks up each term.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

use super::found_documents::FoundDocuments;
use crate::index_guard::check_budget;

/// A query for any of these terms. All its documents score the same.
#[derive(Clone, Debug)]
pub(super) struct AnyTermQuery(Vec<Term>);

impl FromIterator<Term> for AnyTermQuery {
    fn from_iter<T: IntoIterator<Item = Term>>(terms: T) -> Self {
        Self(terms.into_iter().collect())
    }
}

impl Query for AnyTermQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(AnyTermWeight(self.0.clone())))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.0.iter().for_each(|term| visitor(term, false));
    }
}

struct AnyTermWeight(Vec<Term>);

impl Weight for AnyTermWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut found: Vec<DocId> = Vec::new();
        for term in &self.0 {
            check_budget()?;
            let index = reader.inverted_index(term.field())?;
            let Some(mut postings) = index.read_postings(term, IndexRecordOption::Basic)? else {
                continue;
            };
            while postings.doc() != TERMINATED {
                found.push(postings.doc());
                postings.advance();
            }
        }
        found.sort_unstable();
        found.dedup();
        let scored = found.into_iter().map(|document| (document, boost)).collect();
        Ok(Box::new(FoundDocuments::new(scored)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        match self.scorer(reader, 1.0)?.seek(doc) == doc {
            true => Ok(Explanation::new("AnyTerm", 1.0)),
            false => Err(TantivyError::InvalidArgument(format!("document {doc} has no term"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tantivy::collector::TopDocs;
    use tantivy::query::TermSetQuery;
    use tantivy::schema::{FAST, INDEXED, Schema};
    use tantivy::{Index, IndexWriter, TantivyDocument};

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(30))]

        #[test]
        fn it_finds_what_a_set_of_terms_finds(
            documents in prop::collection::vec(prop::collection::vec(0..20_u64, 0..5), 1..30),
            asked in prop::collection::vec(0..25_u64, 0..9),
        ) {
            let mut schema = Schema::builder();
            let entity = schema.add_u64_field("entity", INDEXED | FAST);
            let index = Index::create_in_ram(schema.build());
            let mut writer: IndexWriter =
                index.writer_with_num_threads(1, 15_000_000).expect("memory");
            for entities in documents {
                let mut document = TantivyDocument::new();
                for one in entities {
                    document.add_u64(entity, one);
                }
                writer.add_document(document).expect("added");
            }
            writer.commit().expect("committed");
            let searcher = index.reader().expect("an index").searcher();
            let terms = || asked.iter().map(|one| Term::from_field_u64(entity, *one));
            let find = |query: &dyn Query| {
                let best = TopDocs::with_limit(50).order_by_score();
                searcher.search(query, &best).expect("documents")
            };
            let own: AnyTermQuery = terms().collect();
            prop_assert_eq!(find(&own), find(&TermSetQuery::new(terms())));
        }
    }
}
