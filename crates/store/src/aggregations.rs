//! Aggregations over all documents that match a query: entities, pairs of
//! entities, correspondents, posts and days.
//!
//! Counts are exact, not sampled. They use only the columns of the index, so
//! that a quarter of a million hits are counted without reading a document.
//! The cost is `O(hits × entities per document)`; for pairs, it is quadratic in
//! the requested entities of a document.

use std::collections::{BTreeMap, HashMap};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::analyzer;
use crate::archive::Archive;
use crate::error::StoreError;
use crate::facet_counts::{count_entity, most_frequent_entities, sort_by_count, zeroed_counts};
use crate::index::SIGNER_SURNAMES;
use crate::index_guard::run_guarded;
use crate::numbers::EntityNumber;
use crate::query::{Query, translate_query};
use crate::search::{EntitiesOfLabel, Searcher};
use crate::surname_ids::{group_id, is_surname_group};
use crate::work_budget::{BudgetMeter, WorkBudget};

/// All documents that match a query, ready for aggregation.
pub struct QueryAggregation<'a> {
    searcher: &'a Searcher,
    budget: WorkBudget,
    /// Largest number of an entity in the tables.
    last_entity: u64,
    /// Matching documents of each index segment.
    segments: Vec<(SegmentOrdinal, Vec<DocId>)>,
}

/// Two entities that occur together, by their indexes in the requested list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntityPair {
    /// Smaller index.
    pub first: usize,
    /// Larger index.
    pub second: usize,
    /// Number of documents that mention both.
    pub documents: u64,
}

/// The documents from one sender to one addressee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correspondence {
    /// Sender, in the most frequent spelling.
    pub from: String,
    /// Addressee, in the most frequent spelling.
    pub to: String,
    /// Number of documents.
    pub documents: u64,
}

impl Searcher {
    /// Collects all documents that match a query.
    pub fn aggregate_query(
        &self,
        archive: &Archive,
        query: &Query,
    ) -> Result<QueryAggregation<'_>, StoreError> {
        let query = translate_query(archive, &self.reader, query)?;
        let budget = archive.work_budget().clone();
        let collector = DocumentCollector(budget.clone());
        let search = || Ok(self.reader.searcher.search(&*query, &collector)?);
        let segments = run_guarded(&budget, search)?;
        budget.check()?;
        let last_entity = archive.last_entity()?;
        Ok(QueryAggregation { searcher: self, budget, last_entity, segments })
    }
}

impl QueryAggregation<'_> {
    /// Returns the number of documents.
    pub fn document_count(&self) -> usize {
        self.segments.iter().map(|(_, documents)| documents.len()).sum()
    }

    /// Returns the mentioned entities with their numbers of documents, the most
    /// frequent first.
    pub fn entity_counts(&self) -> Result<Vec<(EntityNumber, u64)>, StoreError> {
        self.counts_in_column("entity")
    }

    /// Returns entities with their counts less the documents that they only sign, draft or
    /// classify; those that are left with none are left out.
    pub fn without_signers(
        &self,
        mut entities: Vec<EntitiesOfLabel>,
    ) -> Result<Vec<EntitiesOfLabel>, StoreError> {
        let signers: HashMap<EntityNumber, u64> =
            self.counts_in_column("signer")?.into_iter().collect();
        let surnames: HashMap<String, u64> = (self.value_counts(SIGNER_SURNAMES)?.into_iter())
            .map(|(surname, count)| (group_id(&surname), count))
            .collect();
        for (_, list) in &mut entities {
            for (entity, count) in list.iter_mut() {
                let signed = match is_surname_group(&entity.id) {
                    true => surnames.get(&entity.id),
                    false => signers.get(&entity.number),
                };
                *count = count.saturating_sub(signed.copied().unwrap_or_default());
            }
            list.retain(|(_, count)| *count > 0);
            list.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        }
        Ok(entities)
    }

    /// The entities of a column with their numbers of documents, the most frequent first.
    fn counts_in_column(&self, name: &str) -> Result<Vec<(EntityNumber, u64)>, StoreError> {
        run_guarded(&self.budget, || {
            let mut counts: Vec<u64> = Vec::new();
            for (segment, documents) in self.segment_documents() {
                let column = segment.fast_fields().u64(name)?;
                let last = column.max_value().min(self.last_entity) as usize;
                counts.resize(counts.len().max(last + 1), 0);
                for &document in documents {
                    let named = column.values_for_doc(document);
                    named.for_each(|entity| count_entity(&mut counts, entity));
                }
            }
            Ok(most_frequent_entities(&counts, usize::MAX))
        })
    }

    /// Returns the number of documents for each pair of these entities that occurs
    /// in a document, in the order of the list.
    pub fn entity_pairs(&self, among: &[EntityNumber]) -> Result<Vec<EntityPair>, StoreError> {
        run_guarded(&self.budget, || {
            let indexes: HashMap<u64, usize> =
                among.iter().enumerate().map(|(index, entity)| (entity.0 as u64, index)).collect();
            let mut counts = vec![0_u64; among.len() * among.len()];
            let mut named: Vec<usize> = Vec::new();
            for (segment, documents) in self.segment_documents() {
                let column = segment.fast_fields().u64("entity")?;
                for &document in documents {
                    named.clear();
                    let mentioned = column.values_for_doc(document);
                    named.extend(mentioned.filter_map(|entity| indexes.get(&entity)));
                    named.sort_unstable();
                    for (n, one) in named.iter().enumerate() {
                        for other in &named[n + 1..] {
                            counts[one * among.len() + other] += 1;
                        }
                    }
                }
            }
            let pair = |(n, &documents): (usize, &u64)| EntityPair {
                first: n / among.len(),
                second: n % among.len(),
                documents,
            };
            let counted = counts.iter().enumerate().filter(|(_, count)| **count > 0);
            Ok(counted.map(pair).collect())
        })
    }

    /// Returns the sending posts, in lower case, with their numbers of documents,
    /// the most frequent first.
    pub fn post_counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        self.value_counts("post")
    }

    /// The values of a column with their numbers of documents, the most frequent first.
    fn value_counts(&self, name: &str) -> Result<Vec<(String, u64)>, StoreError> {
        run_guarded(&self.budget, || {
            let mut counts: HashMap<String, u64> = HashMap::new();
            for (segment, documents) in self.segment_documents() {
                let Some(column) = segment.fast_fields().str(name)? else { continue };
                let mut ordinals = zeroed_counts(column.num_terms())?;
                for &document in documents {
                    column.term_ords(document).for_each(|ordinal| ordinals[ordinal as usize] += 1);
                }
                for (ordinal, count) in ordinals.into_iter().enumerate().filter(|(_, n)| *n > 0) {
                    *counts.entry(term_of_ordinal(&column, ordinal as u64)?).or_default() += count;
                }
            }
            Ok(sort_by_count(counts))
        })
    }

    /// Returns the number of documents per day (20091022), in order. Documents
    /// without a date are not counted.
    pub fn day_counts(&self) -> Result<BTreeMap<u32, u64>, StoreError> {
        run_guarded(&self.budget, || {
            let mut days = BTreeMap::new();
            for (segment, documents) in self.segment_documents() {
                let column = segment.fast_fields().u64("date")?;
                for day in documents.iter().filter_map(|&document| column.first(document)) {
                    *days.entry(day as u32).or_default() += 1;
                }
            }
            days.remove(&0);
            Ok(days)
        })
    }

    /// Returns the pairs of sender and addressee from the headers, the most
    /// frequent first. Spellings that differ only in case, accents or punctuation
    /// count as one.
    pub fn count_correspondence(&self) -> Result<Vec<Correspondence>, StoreError> {
        run_guarded(&self.budget, || self.correspondence_of_headers())
    }

    fn correspondence_of_headers(&self) -> Result<Vec<Correspondence>, StoreError> {
        let mut spelt: HashMap<String, HashMap<String, u64>> = HashMap::new();
        let mut counts: HashMap<(String, String), u64> = HashMap::new();
        for (segment, documents) in self.segment_documents() {
            let fast = segment.fast_fields();
            let (Some(senders), Some(addressees)) = (fast.str("sender")?, fast.str("addressee")?)
            else {
                continue;
            };
            let mut ordinals: HashMap<(u64, u64), u64> = HashMap::new();
            for &document in documents {
                for from in senders.term_ords(document) {
                    for to in addressees.term_ords(document) {
                        *ordinals.entry((from, to)).or_default() += 1;
                    }
                }
            }
            for ((from, to), count) in ordinals {
                let mut key = |column: &StrColumn, ordinal| -> Result<String, StoreError> {
                    let word = term_of_ordinal(column, ordinal)?;
                    let key = analyzer::written_forms(&word).join(" ");
                    *spelt.entry(key.clone()).or_default().entry(word).or_default() += count;
                    Ok(key)
                };
                let (from, to) = (key(&senders, from)?, key(&addressees, to)?);
                if from != to {
                    *counts.entry((from, to)).or_default() += count;
                }
            }
        }
        let usual = |key: &String| {
            let forms = spelt.get(key).into_iter().flatten();
            let most = forms.max_by(|one, other| one.1.cmp(other.1).then(other.0.cmp(one.0)));
            most.map_or_else(String::new, |(form, _)| form.clone())
        };
        let pairs = counts.iter();
        let mut pairs: Vec<Correspondence> = pairs
            .map(|((from, to), &documents)| Correspondence {
                from: usual(from),
                to: usual(to),
                documents,
            })
            .collect();
        pairs.sort_unstable_by(|one, other| {
            let key = |pairs: &Correspondence| (pairs.from.clone(), pairs.to.clone());
            other.documents.cmp(&one.documents).then_with(|| key(one).cmp(&key(other)))
        });
        Ok(pairs)
    }

    fn segment_documents(&self) -> impl Iterator<Item = (&SegmentReader, &[DocId])> {
        let searcher = &self.searcher.reader.searcher;
        let segments = self.segments.iter();
        segments.map(|(ordinal, documents)| (searcher.segment_reader(*ordinal), &documents[..]))
    }
}

/// Returns the string of an ordinal of a column.
fn term_of_ordinal(column: &StrColumn, ordinal: u64) -> Result<String, StoreError> {
    let mut word = String::new();
    column.ord_to_str(ordinal, &mut word).map_err(tantivy::TantivyError::from)?;
    Ok(word)
}

/// Collector that keeps every matching document.
struct DocumentCollector(WorkBudget);

impl Collector for DocumentCollector {
    type Fruit = Vec<(SegmentOrdinal, Vec<DocId>)>;
    type Child = SegmentDocuments;

    fn for_segment(
        &self,
        ordinal: SegmentOrdinal,
        _: &SegmentReader,
    ) -> tantivy::Result<SegmentDocuments> {
        let budget = BudgetMeter::new(&self.0);
        Ok(SegmentDocuments { budget, ordinal, documents: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(
        &self,
        segments: Vec<(SegmentOrdinal, Vec<DocId>)>,
    ) -> tantivy::Result<Self::Fruit> {
        Ok(segments)
    }
}

struct SegmentDocuments {
    budget: BudgetMeter,
    ordinal: SegmentOrdinal,
    documents: Vec<DocId>,
}

impl SegmentCollector for SegmentDocuments {
    type Fruit = (SegmentOrdinal, Vec<DocId>);

    fn collect(&mut self, document: DocId, _: Score) {
        if self.budget.allows_one_more() {
            self.documents.push(document);
        }
    }

    fn harvest(self) -> Self::Fruit {
        (self.ordinal, self.documents)
    }
}
