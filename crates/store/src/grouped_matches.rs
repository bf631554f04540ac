//! Near-duplicates among the documents that a search finds.
//!
//! The groups are laid out once for each snapshot of the index, by the documents of its
//! segments. A search then looks the group of a match up by its place, and both
//! `copies:once` and the number of near-duplicates of a result come from these matches.

use std::collections::HashMap;
use std::sync::Arc;

use tantivy::{DocId, Searcher, SegmentOrdinal};

use crate::error::StoreError;
use crate::near_duplicates::NearDuplicateGroups;
use crate::numbers::DocumentNumber;

/// The groups of near-duplicates, by the documents of a snapshot of the index.
#[derive(Debug, Default)]
pub(crate) struct IndexedGroups {
    /// For each segment the group of each document, from 1; 0 if it has no
    /// near-duplicate.
    segments: Vec<Arc<[u32]>>,
    /// Number of groups.
    count: usize,
}

impl IndexedGroups {
    /// Finds the documents of the groups in the index.
    pub(crate) fn new(groups: &NearDuplicateGroups, index: &Searcher) -> Result<Self, StoreError> {
        let mut ordinals: HashMap<DocumentNumber, u32> = HashMap::new();
        let mut count = 0;
        for (number, first) in groups.members() {
            let group = *ordinals.entry(first).or_insert_with(|| {
                count += 1;
                count
            });
            ordinals.insert(number, group);
        }
        let mut segments = Vec::new();
        for segment in index.segment_readers().iter().filter(|_| count > 0) {
            let numbers = segment.fast_fields().u64("number")?;
            let group_of = |document| {
                let number = numbers.first(document)?;
                ordinals.get(&DocumentNumber(number as i64)).copied()
            };
            let groups = (0..segment.max_doc()).map(|one| group_of(one).unwrap_or(0));
            segments.push(groups.collect());
        }
        Ok(Self { segments, count: count as usize })
    }

    /// Whether no document has a near-duplicate.
    pub(crate) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Begins to collect the matches of a segment.
    pub(crate) fn collect_segment(&self, segment: SegmentOrdinal) -> SegmentGroups {
        let groups = self.segments.get(segment as usize).cloned().unwrap_or_default();
        SegmentGroups { segment, groups, found: Vec::new() }
    }
}

/// The matches of a segment that have near-duplicates.
#[derive(Debug)]
pub(crate) struct SegmentGroups {
    segment: SegmentOrdinal,
    groups: Arc<[u32]>,
    /// The groups and the matches.
    found: Vec<(u32, DocId)>,
}

impl SegmentGroups {
    /// Adds a match if it has near-duplicates.
    pub(crate) fn add(&mut self, document: DocId) {
        if let Some(&group) = self.groups.get(document as usize)
            && group > 0
        {
            self.found.push((group, document));
        }
    }
}

/// The matches of all segments that have near-duplicates.
#[derive(Debug, Default)]
pub(crate) struct GroupedMatches(Vec<SegmentGroups>);

impl GroupedMatches {
    /// Adds the matches of a segment.
    pub(crate) fn push(&mut self, segment: SegmentGroups) {
        self.0.push(segment);
    }

    /// Returns the number of matches that have a near-duplicate before them among the
    /// matches.
    pub(crate) fn count_repeated(&self, groups: &IndexedGroups) -> usize {
        let mut seen = vec![false; groups.count + 1];
        let all = self.0.iter().flat_map(|segment| &segment.found);
        all.filter(|(group, _)| std::mem::replace(&mut seen[*group as usize], true)).count()
    }

    /// Returns the matches that have a near-duplicate with a lower number among the
    /// matches.
    pub(crate) fn repeated(&self, index: &Searcher) -> Result<Vec<DocumentNumber>, StoreError> {
        let mut all: Vec<(u32, DocumentNumber)> = Vec::new();
        for SegmentGroups { segment, found, .. } in &self.0 {
            let numbers = index.segment_reader(*segment).fast_fields().u64("number")?;
            let numbered = found.iter().filter_map(|&(group, document)| {
                Some((group, DocumentNumber(numbers.first(document)? as i64)))
            });
            all.extend(numbered);
        }
        all.sort_unstable();
        let after = all.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        Ok(after.map(|pair| pair[1].1).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use tantivy::schema::{FAST, Schema};
    use tantivy::{Index, IndexWriter, doc};

    use super::*;

    /// An index of the documents 1, 2, 3 …, with as many in each segment.
    fn index_of(segments: &[u64]) -> Searcher {
        let mut schema = Schema::builder();
        let number = schema.add_u64_field("number", FAST);
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 15_000_000).expect("memory");
        writer.set_merge_policy(Box::new(tantivy::merge_policy::NoMergePolicy));
        let mut numbers = 1_u64..;
        for &documents in segments {
            for document in numbers.by_ref().take(documents as usize) {
                writer.add_document(doc!(number => document)).expect("added");
            }
            writer.commit().expect("committed");
        }
        index.reader().expect("an index").searcher()
    }

    #[test]
    fn the_first_of_each_group_is_not_repeated() {
        let index = index_of(&[4, 5]);
        let leaders = [(4, 2), (7, 2), (6, 5), (9, 1)];
        let leaders = leaders.map(|(one, first)| (DocumentNumber(one), DocumentNumber(first)));
        let groups = NearDuplicateGroups::from(HashMap::from(leaders));
        let groups = IndexedGroups::new(&groups, &index).expect("groups");
        for (found, expected) in [
            (vec![1, 2, 3, 5], vec![]),
            (vec![7, 3, 2, 4, 5, 6], vec![4, 6, 7]),
            // The first of the group is not among them.
            (vec![7, 4], vec![7]),
            (vec![9, 8], vec![]),
        ] {
            let matches = matches_of(&groups, &index, &found);
            let mut repeated = matches.repeated(&index).expect("numbers");
            repeated.sort_unstable();
            assert_eq!(repeated, expected.into_iter().map(DocumentNumber).collect::<Vec<_>>());
            assert_eq!(matches.count_repeated(&groups), repeated.len());
        }
    }

    /// The matches of a search that finds these documents.
    fn matches_of(groups: &IndexedGroups, index: &Searcher, found: &[i64]) -> GroupedMatches {
        let mut matches = GroupedMatches::default();
        for (ordinal, segment) in (0..).zip(index.segment_readers()) {
            let numbers = segment.fast_fields().u64("number").expect("a column");
            let mut collected = groups.collect_segment(ordinal);
            for document in 0..segment.max_doc() {
                if found.contains(&(numbers.first(document).expect("a number") as i64)) {
                    collected.add(document);
                }
            }
            matches.push(collected);
        }
        matches
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(30))]

        #[test]
        fn one_match_of_each_group_counts(
            leaders in prop::collection::hash_map(7..30_i64, 1..7_i64, 0..20),
            found in prop::collection::btree_set(1..30_i64, 0..25),
        ) {
            let index = index_of(&[11, 1, 17]);
            let numbered = |(&one, &first): (&i64, &i64)| (DocumentNumber(one), DocumentNumber(first));
            let groups = NearDuplicateGroups::from(
                leaders.iter().map(numbered).collect::<HashMap<_, _>>(),
            );
            let groups = IndexedGroups::new(&groups, &index).expect("groups");
            let found: Vec<i64> = found.into_iter().collect();
            let mut expected = Vec::new();
            let mut seen = BTreeMap::new();
            for &number in &found {
                let first = leaders.get(&number).copied().unwrap_or(number);
                if seen.insert(first, number).is_some() {
                    expected.push(DocumentNumber(number));
                }
            }
            let matches = matches_of(&groups, &index, &found);
            let mut repeated = matches.repeated(&index).expect("numbers");
            repeated.sort_unstable();
            prop_assert_eq!(matches.count_repeated(&groups), expected.len());
            prop_assert_eq!(repeated, expected);
        }
    }
}
