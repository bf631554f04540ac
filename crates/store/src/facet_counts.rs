//! Facets: how many of the matching documents have each year, post, tag and entity.
//!
//! Documents are counted by the ordinals of the columns of the index. Only the values
//! that were counted are read from the dictionary, in one pass, and only the most
//! frequent are kept.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader};

use crate::index_guard::damaged_index;
use crate::numbers::EntityNumber;

/// Maximum number of entities to group by label.
const MAX_GROUPED_ENTITIES: usize = 400;

/// Maximum number of values that a facet returns.
pub(crate) const MAX_FACET_VALUES: usize = 20;

/// Facets that are counted by string value.
const FACETS: [&str; 5] = ["year", "post", "classification", "tag", "keyword"];

/// Column of the surnames that nothing decided. Lists show them among the entities.
const SURNAMES: &str = "surname";

/// Maximum number of distinct values of a column. A column that claims more is
/// damaged, and must not decide how much memory is reserved.
const MAX_DISTINCT_VALUES: usize = 10_000_000;

/// Name of a facet, and the counts of its values.
pub type Facet = (&'static str, Vec<(String, u64)>);

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

/// Counts an entity. Those that the tables no longer have are left out.
pub(crate) fn count_entity(counts: &mut [u64], entity: u64) {
    if let Some(count) = counts.get_mut(entity as usize) {
        *count += 1;
    }
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
    all.sort_unstable_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    all
}

/// The most frequent values over all matching documents.
#[derive(Debug)]
pub(crate) struct FacetCounts {
    /// The facets, each with its most frequent values.
    pub(crate) facets: Vec<Facet>,
    /// The most frequent surnames that nothing decided.
    pub(crate) surnames: Vec<(String, u64)>,
    /// The most frequent entities.
    pub(crate) entities: Vec<(EntityNumber, u64)>,
    /// Number of documents per month: 200910 is October 2009.
    pub(crate) months: Vec<(u32, u64)>,
}

impl FacetCounts {
    /// Adds up the counts of all segments.
    ///
    /// # Errors
    /// If the dictionary of a column is damaged.
    pub(crate) fn sum(
        segments: &[SegmentFacets],
        entities: &EntityCounts,
    ) -> tantivy::Result<Self> {
        let mut months = BTreeMap::new();
        for segment in segments {
            for (&month, count) in &segment.months {
                *months.entry(month).or_default() += count;
            }
        }
        let most_frequent = |name| {
            let columns = segments.iter().flat_map(|segment| &segment.words);
            sum_values(columns.filter(|column| column.name == name))
        };
        let facets = FACETS.into_iter().map(|name| Ok((name, most_frequent(name)?)));
        Ok(Self {
            facets: facets.collect::<tantivy::Result<_>>()?,
            surnames: most_frequent(SURNAMES)?,
            entities: most_frequent_entities(&entities.sum(), MAX_GROUPED_ENTITIES),
            months: months.into_iter().collect(),
        })
    }
}

/// Counts of entities by their numbers. A segment takes them while it is read and adds to
/// them, because an archive has many entities and a search few: to clear counts for each
/// segment would take longer than to count.
#[derive(Clone, Debug)]
pub(crate) struct EntityCounts {
    free: Arc<Mutex<Vec<Vec<u64>>>>,
    /// Largest number of an entity in the tables.
    last_entity: u64,
}

impl EntityCounts {
    /// Prepares counts for entities up to this number.
    pub(crate) fn up_to(last_entity: u64) -> Self {
        Self { free: Arc::default(), last_entity }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Vec<u64>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> tantivy::Result<Vec<u64>> {
        match self.lock().pop() {
            Some(counts) => Ok(counts),
            None => zeroed_counts(self.last_entity as usize + 1),
        }
    }

    /// Adds up the counts that were given back.
    fn sum(&self) -> Vec<u64> {
        let mut all = std::mem::take(&mut *self.lock()).into_iter();
        let mut sums = all.next().unwrap_or_default();
        for counts in all {
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        sums
    }
}

/// The counts of the matching documents of one segment.
pub(crate) struct SegmentFacets {
    words: Vec<CountedColumn>,
    entities: Column<u64>,
    entity_counts: Vec<u64>,
    months: HashMap<u32, u64>,
}

/// A column of strings, and the counts of its ordinals.
struct CountedColumn {
    name: &'static str,
    column: StrColumn,
    counts: Vec<u64>,
}

impl SegmentFacets {
    /// Opens the columns of a segment, and takes the counts of entities.
    ///
    /// # Errors
    /// If a column is missing or damaged.
    pub(crate) fn open(segment: &SegmentReader, counts: &EntityCounts) -> tantivy::Result<Self> {
        let fast = segment.fast_fields();
        let mut words = Vec::new();
        for name in FACETS.into_iter().chain([SURNAMES]) {
            if let Some(column) = fast.str(name)? {
                let counts = zeroed_counts(column.num_terms())?;
                words.push(CountedColumn { name, column, counts });
            }
        }
        let entities = fast.u64("entity")?;
        let entity_counts = counts.take()?;
        Ok(Self { words, entities, entity_counts, months: HashMap::new() })
    }

    /// Gives the counts of entities back.
    pub(crate) fn finish(&mut self, counts: &EntityCounts) {
        counts.lock().push(std::mem::take(&mut self.entity_counts));
    }

    /// Counts a document of this date.
    pub(crate) fn add(&mut self, document: DocId, date: u32) {
        if !(date / 100).is_multiple_of(100) {
            *self.months.entry(date / 100).or_default() += 1;
        }
        for CountedColumn { column, counts, .. } in &mut self.words {
            column.term_ords(document).for_each(|ordinal| counts[ordinal as usize] += 1);
        }
        let counts = &mut self.entity_counts;
        self.entities.values_for_doc(document).for_each(|entity| count_entity(counts, entity));
    }
}

/// Adds up the values of the columns of all segments, and returns the most frequent.
fn sum_values<'a>(
    columns: impl Iterator<Item = &'a CountedColumn>,
) -> tantivy::Result<Vec<(String, u64)>> {
    let mut sums: HashMap<String, u64> = HashMap::new();
    for CountedColumn { column, counts, .. } in columns {
        let counted = (0..).zip(counts).filter(|(_, count)| **count > 0);
        let (ordinals, counts): (Vec<u64>, Vec<u64>) = counted.unzip();
        let mut counts = counts.into_iter();
        let mut is_text = true;
        let found =
            column.dictionary().sorted_ords_to_term_cb(
                &ordinals,
                |value| match std::str::from_utf8(value) {
                    Ok(value) => {
                        *sums.entry(value.to_owned()).or_default() += counts.next().unwrap_or(0);
                    }
                    Err(_) => is_text = false,
                },
            )?;
        if !found || !is_text {
            return Err(damaged_index("the dictionary of a column is damaged"));
        }
    }
    let mut sums = sort_by_count(sums);
    sums.truncate(MAX_FACET_VALUES);
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tantivy::schema::{FAST, INDEXED, Schema, TEXT};
    use tantivy::{Index, IndexWriter, TantivyDocument};

    use super::*;

    #[test]
    fn the_most_frequent_entities_come_first() {
        let numbered = |pairs: &[(i64, u64)]| -> Vec<(EntityNumber, u64)> {
            pairs.iter().map(|&(number, count)| (EntityNumber(number), count)).collect()
        };
        let counts = [0, 2, 0, 5, 2, 1];
        assert_eq!(most_frequent_entities(&counts, 9), numbered(&[(3, 5), (1, 2), (4, 2), (5, 1)]));
        assert_eq!(most_frequent_entities(&counts, 2), numbered(&[(3, 5), (1, 2)]));
    }

    /// Documents as month, tags and entities.
    type Documents = Vec<(u32, Vec<u8>, Vec<u64>)>;

    /// Counts the even documents of an index with the documents of two segments.
    fn count_even(segments: &[Documents; 2]) -> FacetCounts {
        let mut schema = Schema::builder();
        let tag = schema.add_text_field("tag", TEXT | FAST);
        let entity = schema.add_u64_field("entity", INDEXED | FAST);
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 15_000_000).expect("memory");
        writer.set_merge_policy(Box::new(tantivy::merge_policy::NoMergePolicy));
        for documents in segments {
            for (_, tags, entities) in documents {
                let mut document = TantivyDocument::new();
                for one in tags {
                    document.add_text(tag, format!("t{one}"));
                }
                for one in entities {
                    document.add_u64(entity, *one);
                }
                writer.add_document(document).expect("added");
            }
            writer.commit().expect("committed");
        }
        let searcher = index.reader().expect("an index").searcher();
        let entities = EntityCounts::up_to(8);
        let count = |(segment, documents): (&SegmentReader, &Documents)| {
            let mut facets = SegmentFacets::open(segment, &entities).expect("columns");
            for (document, (month, ..)) in (0..).zip(documents).step_by(2) {
                facets.add(document, month * 100 + 3);
            }
            facets.finish(&entities);
            facets
        };
        // An empty commit makes no segment, and the larger segment may come first.
        let mut readers: Vec<&SegmentReader> = searcher.segment_readers().iter().collect();
        let filled = segments.iter().filter(|documents| !documents.is_empty());
        let mut counted = Vec::new();
        for documents in filled {
            let own = readers.iter().position(|one| one.num_docs() as usize == documents.len());
            counted.push(count((readers.swap_remove(own.expect("a segment")), documents)));
        }
        FacetCounts::sum(&counted, &entities).expect("counts")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(30))]

        #[test]
        fn counts_are_those_of_the_documents(
            one in prop::collection::vec(a_document(), 0..12),
            other in prop::collection::vec(a_document(), 12..24),
        ) {
            let segments = [one, other];
            let even = || segments.iter().flat_map(|documents| documents.iter().step_by(2));
            let mut tags: HashMap<String, u64> = HashMap::new();
            let mut entities = vec![0; 9];
            let mut months: BTreeMap<u32, u64> = BTreeMap::new();
            for (month, own_tags, own_entities) in even() {
                for tag in own_tags {
                    *tags.entry(format!("t{tag}")).or_default() += 1;
                }
                for one in own_entities {
                    entities[*one as usize] += 1;
                }
                *months.entry(*month).or_default() += u64::from(month % 100 > 0);
            }
            months.retain(|_, count| *count > 0);
            let mut tags = sort_by_count(tags);
            tags.truncate(MAX_FACET_VALUES);
            let counted = count_even(&segments);
            let facet = counted.facets.iter().find(|(name, _)| *name == "tag").expect("tags");
            prop_assert_eq!(&facet.1, &tags);
            prop_assert_eq!(counted.entities, most_frequent_entities(&entities, 400));
            prop_assert_eq!(counted.months, months.into_iter().collect::<Vec<_>>());
        }
    }

    fn a_document() -> impl Strategy<Value = (u32, Vec<u8>, Vec<u64>)> {
        let month = (1970..1973_u32, 0..3_u32).prop_map(|(year, month)| year * 100 + month);
        let tags = prop::collection::hash_set(0..30_u8, 0..9);
        let entities = prop::collection::hash_set(1..9_u64, 0..5);
        (month, tags, entities).prop_map(|(month, tags, entities)| {
            (month, tags.into_iter().collect(), entities.into_iter().collect())
        })
    }
}
