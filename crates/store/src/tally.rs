//! Counts over all documents that answer a query: who is named, who together
//! with whom, who wrote to whom, at which posts and on which days.
//!
//! Nothing is sampled. Counts come from the index's columns alone, so that a
//! quarter of a million hits are counted without reading one of them:
//! `O(hits × names of a document)`, for pairs in the square of those that are
//! asked for.

use std::collections::{BTreeMap, HashMap};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::archive::Archive;
use crate::error::StoreError;
use crate::fold;
use crate::query::{Query, lower};
use crate::search::{Searcher, most, most_first};

/// Every document that answers a query, ready to be counted.
pub struct Tally<'a> {
    searcher: &'a Searcher,
    /// The documents of each segment of the index.
    segments: Vec<(SegmentOrdinal, Vec<DocId>)>,
}

/// Two entities, by their places in the list that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The one further to the front.
    pub one: usize,
    /// The other.
    pub other: usize,
    /// Documents that name both.
    pub documents: u64,
}

/// What one wrote to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letters {
    /// The sender, as most documents write it.
    pub from: String,
    /// The addressee.
    pub to: String,
    /// Documents.
    pub documents: u64,
}

impl Searcher {
    /// All documents that answer a query.
    pub fn tally(&self, archive: &Archive, query: &Query) -> Result<Tally<'_>, StoreError> {
        let query = lower(archive, &self.reader.fields, query)?;
        let segments = self.reader.searcher.search(&*query, &Each)?;
        Ok(Tally { searcher: self, segments })
    }
}

impl Tally<'_> {
    /// How many documents there are.
    pub fn total(&self) -> usize {
        self.segments.iter().map(|(_, documents)| documents.len()).sum()
    }

    /// The entities that they name and in how many of them, most first.
    pub fn entities(&self) -> Result<Vec<(i64, u64)>, StoreError> {
        let mut counts: Vec<u64> = Vec::new();
        for (segment, documents) in self.segments() {
            let column = segment.fast_fields().u64("entity")?;
            counts.resize(counts.len().max(column.max_value() as usize + 1), 0);
            for &document in documents {
                column.values_for_doc(document).for_each(|entity| counts[entity as usize] += 1);
            }
        }
        Ok(most(&counts, usize::MAX))
    }

    /// How many documents name two of these entities, for each two that one
    /// document names; in the order of the list.
    pub fn pairs(&self, among: &[i64]) -> Result<Vec<Pair>, StoreError> {
        let places: HashMap<u64, usize> =
            among.iter().enumerate().map(|(place, &entity)| (entity as u64, place)).collect();
        let mut counts = vec![0_u64; among.len() * among.len()];
        let mut named: Vec<usize> = Vec::new();
        for (segment, documents) in self.segments() {
            let column = segment.fast_fields().u64("entity")?;
            for &document in documents {
                named.clear();
                let known = column.values_for_doc(document);
                named.extend(known.filter_map(|entity| places.get(&entity)));
                named.sort_unstable();
                for (n, one) in named.iter().enumerate() {
                    for other in &named[n + 1..] {
                        counts[one * among.len() + other] += 1;
                    }
                }
            }
        }
        let pair = |(n, &documents): (usize, &u64)| Pair {
            one: n / among.len(),
            other: n % among.len(),
            documents,
        };
        let counted = counts.iter().enumerate().filter(|(_, count)| **count > 0);
        Ok(counted.map(pair).collect())
    }

    /// The posts that sent them, in lower case, and how many; most first.
    pub fn posts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let mut counts: HashMap<String, u64> = HashMap::new();
        for (segment, documents) in self.segments() {
            let Some(column) = segment.fast_fields().str("post")? else { continue };
            let mut ordinals = vec![0_u64; column.num_terms()];
            for &document in documents {
                column.term_ords(document).for_each(|ordinal| ordinals[ordinal as usize] += 1);
            }
            for (ordinal, count) in ordinals.into_iter().enumerate().filter(|(_, n)| *n > 0) {
                *counts.entry(word(&column, ordinal as u64)?).or_default() += count;
            }
        }
        Ok(most_first(counts))
    }

    /// Documents by day, as 20091022, in order. Those without a date are not
    /// counted.
    pub fn days(&self) -> Result<BTreeMap<u32, u64>, StoreError> {
        let mut days = BTreeMap::new();
        for (segment, documents) in self.segments() {
            let column = segment.fast_fields().u64("date")?;
            for day in documents.iter().filter_map(|&document| column.first(document)) {
                *days.entry(day as u32).or_default() += 1;
            }
        }
        days.remove(&0);
        Ok(days)
    }

    /// Who wrote to whom, by the words of the headers; most first. Spellings
    /// that differ in case, accents or marks alone are one.
    pub fn letters(&self) -> Result<Vec<Letters>, StoreError> {
        let mut spelt: HashMap<String, HashMap<String, u64>> = HashMap::new();
        let mut counts: HashMap<(String, String), u64> = HashMap::new();
        for (segment, documents) in self.segments() {
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
                    let word = word(column, ordinal)?;
                    let key = fold::written(&word).join(" ");
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
        let letters = counts.iter();
        let mut letters: Vec<Letters> = letters
            .map(|((from, to), &documents)| Letters { from: usual(from), to: usual(to), documents })
            .collect();
        letters.sort_unstable_by(|one, other| {
            let key = |letters: &Letters| (letters.from.clone(), letters.to.clone());
            other.documents.cmp(&one.documents).then_with(|| key(one).cmp(&key(other)))
        });
        Ok(letters)
    }

    fn segments(&self) -> impl Iterator<Item = (&SegmentReader, &[DocId])> {
        let searcher = &self.searcher.reader.searcher;
        let segments = self.segments.iter();
        segments.map(|(ordinal, documents)| (searcher.segment_reader(*ordinal), &documents[..]))
    }
}

/// The word of an ordinal of a column.
fn word(column: &StrColumn, ordinal: u64) -> Result<String, StoreError> {
    let mut word = String::new();
    column.ord_to_str(ordinal, &mut word).map_err(tantivy::TantivyError::from)?;
    Ok(word)
}

/// Keeps each document that matches.
struct Each;

impl Collector for Each {
    type Fruit = Vec<(SegmentOrdinal, Vec<DocId>)>;
    type Child = EachOf;

    fn for_segment(&self, ordinal: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<EachOf> {
        Ok(EachOf { ordinal, documents: Vec::new() })
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

struct EachOf {
    ordinal: SegmentOrdinal,
    documents: Vec<DocId>,
}

impl SegmentCollector for EachOf {
    type Fruit = (SegmentOrdinal, Vec<DocId>);

    fn collect(&mut self, document: DocId, _: Score) {
        self.documents.push(document);
    }

    fn harvest(self) -> Self::Fruit {
        (self.ordinal, self.documents)
    }
}
