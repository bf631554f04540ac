//! Counts the documents of every entity in a result, and finds entities by the
//! beginning of a name; see [`crate::entity_list`].

use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::analyzer;
use crate::archive::Archive;
use crate::entity_list::{EntityCount, EntityList, ListedEntity, list_counted, read_names};
use crate::error::StoreError;
use crate::facet_counts::zeroed_counts;
use crate::index_guard::run_guarded;
use crate::numbers::EntityNumber;
use crate::query::{Query, entities_with_name, translate_query};
use crate::search::{SearchRequest, Searcher};
use crate::work_budget::{BudgetMeter, WorkBudget};

/// Letters from which on the table of names is asked for words that begin so. With
/// fewer, the list of entities is searched from its top.
const MIN_LETTERS_OF_LOOKUP: usize = 3;

/// Maximum number of entities that the table of names returns for a prefix.
const MAX_PREFIX_ENTITIES: i64 = 20_000;

impl Searcher {
    /// Returns all entities that the documents of a query name.
    ///
    /// # Errors
    /// If the archive or its index cannot be read.
    pub fn entity_list(
        &self,
        archive: &Archive,
        query: &Query,
    ) -> Result<Arc<EntityList>, StoreError> {
        let names = match self.names.get() {
            Some(names) => names,
            None => {
                let names = read_names(archive)?;
                self.names.get_or_init(|| names)
            }
        };
        if *query != Query::All {
            let counts = self.count_entities(archive, query)?;
            return Ok(Arc::new(list_counted(names, &counts)));
        }
        if let Some(list) = self.all_entities.get() {
            return Ok(Arc::clone(list));
        }
        let list = Arc::new(list_counted(names, &self.count_entities(archive, query)?));
        Ok(Arc::clone(self.all_entities.get_or_init(|| list)))
    }

    /// Returns entities whose names have these words, the last one only by its
    /// beginning: those in the most documents first.
    ///
    /// # Errors
    /// If the archive or its index cannot be read.
    pub fn entities_starting(
        &self,
        archive: &Archive,
        words: &str,
        limit: usize,
    ) -> Result<Vec<ListedEntity>, StoreError> {
        let list = self.entity_list(archive, &Query::All)?;
        let forms = analyzer::written_forms(words);
        let Some((prefix, before)) = forms.split_last() else { return Ok(Vec::new()) };
        let has_words = |entity: &&ListedEntity| {
            let own = analyzer::written_forms(&entity.name);
            own.iter().any(|word| word.starts_with(prefix.as_str()))
                && before.iter().all(|word| own.contains(word))
        };
        if prefix.chars().count() < MIN_LETTERS_OF_LOOKUP {
            let most = list.entities.iter().take(MAX_PREFIX_ENTITIES as usize);
            return Ok(most.filter(has_words).take(limit).cloned().collect());
        }
        let sql = "SELECT DISTINCT coalesce(merged_into, number)
             FROM name_words JOIN entities ON number = entity
             WHERE word >= ?1 AND word < ?2 LIMIT ?3";
        let after = format!("{prefix}{}", char::MAX);
        let with = rusqlite::params![prefix, after, MAX_PREFIX_ENTITIES];
        let numbers: Vec<EntityNumber> = archive.query_numbers(sql, with)?;
        let mut found = list.of_numbers(&numbers);
        found.retain(|one| before.is_empty() || has_words(&one));
        found.truncate(limit);
        Ok(found)
    }

    /// Returns the entities that have all of these words in their names, those in the
    /// most documents first.
    ///
    /// # Errors
    /// If the archive or its index cannot be read.
    pub fn entities_named(
        &self,
        archive: &Archive,
        words: &str,
    ) -> Result<Vec<ListedEntity>, StoreError> {
        let list = self.entity_list(archive, &Query::All)?;
        let numbers = entities_with_name(archive, words, None)?;
        Ok(list.of_numbers(&numbers))
    }

    /// Returns the number of mentions of each entity of a list in the documents of a
    /// query, in the order of the list.
    ///
    /// # Errors
    /// If the archive or its index cannot be read.
    pub fn count_mentions(
        &self,
        archive: &Archive,
        query: &Query,
        list: &EntityList,
    ) -> Result<Vec<u64>, StoreError> {
        let mut counts = vec![0; list.entities.len()];
        let mut add = |row: &rusqlite::Row<'_>| -> rusqlite::Result<()> {
            if let Some(place) = list.place(row.get(0)?) {
                counts[place] += row.get::<_, i64>(1)? as u64;
            }
            Ok(())
        };
        let (condition, documents) = match query {
            Query::All => ("", String::new()),
            query => {
                let all = SearchRequest { limit: usize::MAX, ..SearchRequest::new(query.clone()) };
                let found = self.rank_matches(archive, &all)?.ranked;
                let numbers: Vec<i64> = found.iter().map(|(number, _)| number.0).collect();
                let condition = "WHERE document IN (SELECT value FROM json_each(?1))";
                (condition, serde_json::to_string(&numbers).expect("numbers"))
            }
        };
        let sql =
            format!("SELECT entity, sum(mentions) FROM appearances {condition} GROUP BY entity");
        let mut statement = archive.db.prepare_cached(&sql)?;
        let mut rows = match condition {
            "" => statement.query([])?,
            _ => statement.query([documents])?,
        };
        while let Some(row) = rows.next()? {
            add(row)?;
        }
        Ok(counts)
    }

    fn count_entities(
        &self,
        archive: &Archive,
        query: &Query,
    ) -> Result<Vec<EntityCount>, StoreError> {
        let translated = translate_query(archive, &self.reader, query)?;
        let budget = archive.work_budget().clone();
        let collector = EntityCollector { last_entity: archive.last_entity()?, budget };
        let counts = run_guarded(archive.work_budget(), || {
            Ok(self.reader.searcher.search(&*translated, &collector)?)
        })?;
        archive.work_budget().check()?;
        Ok(counts)
    }
}

/// Counts the documents of each entity.
struct EntityCollector {
    /// Largest number of an entity in the tables.
    last_entity: u64,
    budget: WorkBudget,
}

struct SegmentEntities {
    budget: BudgetMeter,
    entities: Column<u64>,
    dates: Column<u64>,
    counts: Vec<EntityCount>,
}

impl Collector for EntityCollector {
    type Fruit = Vec<EntityCount>;
    type Child = SegmentEntities;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<SegmentEntities> {
        let fast = segment.fast_fields();
        let entities = fast.u64("entity")?;
        let most = entities.max_value().min(self.last_entity) as usize + 1;
        // Refuses a column that claims more values than any archive has.
        let counts = vec![EntityCount::default(); zeroed_counts(most)?.len()];
        let budget = BudgetMeter::new(&self.budget);
        Ok(SegmentEntities { budget, entities, dates: fast.u64("date")?, counts })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Vec<EntityCount>>) -> tantivy::Result<Vec<EntityCount>> {
        let mut sums: Vec<EntityCount> = Vec::new();
        for counts in segments {
            sums.resize(sums.len().max(counts.len()), EntityCount::default());
            sums.iter_mut().zip(counts).for_each(|(sum, count)| sum.add(count));
        }
        Ok(sums)
    }
}

impl SegmentCollector for SegmentEntities {
    type Fruit = Vec<EntityCount>;

    fn collect(&mut self, doc: DocId, _: Score) {
        if !self.budget.allows_one_more() {
            return;
        }
        let date = self.dates.first(doc).unwrap_or(0) as u32;
        let one = EntityCount { documents: 1, days: (date, date) };
        for entity in self.entities.values_for_doc(doc) {
            if let Some(count) = self.counts.get_mut(entity as usize) {
                count.add(one);
            }
        }
    }

    fn harvest(self) -> Vec<EntityCount> {
        self.counts
    }
}
