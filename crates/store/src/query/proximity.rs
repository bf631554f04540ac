//! Words and mentions near each other: `"arms embargo"~5`, `"crime PERSON"~5`.
//!
//! All slots have to be filled, each at a different position, in any order, with at most
//! so many other words between them.

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, Term};

use super::found_documents::FoundDocuments;
use crate::analyzer;
use crate::index_guard::check_budget;
use crate::mention_classes::MentionClass;

/// Maximum number of slots.
const MAX_SLOTS: usize = 8;

/// Documents between two checks of the budget.
const DOCUMENTS_PER_CHECK: usize = 256;

/// What has to stand at one position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// A folded word.
    Word(String),
    /// A mention.
    Mention(MentionClass),
}

/// The slots of a phrase: words in capitals such as PERSON stand for mentions. `None` if
/// there are too many, or none.
pub(crate) fn slots_of_phrase(words: &str) -> Option<Vec<Slot>> {
    let mut slots = Vec::new();
    for word in words.split_whitespace() {
        match MentionClass::from_query_word(word) {
            Some(class) => slots.push(Slot::Mention(class)),
            None => slots.extend(analyzer::written_forms(word).into_iter().map(Slot::Word)),
        }
    }
    (1..=MAX_SLOTS).contains(&slots.len()).then_some(slots)
}

/// The width of a window with `slots` positions and `gap` other words between them.
pub(crate) fn window_width(slots: usize, gap: u32) -> u32 {
    gap.saturating_add(slots as u32).saturating_sub(1)
}

/// Returns the positions of the slots in each window that has all of them. Windows do not
/// overlap. `positions` has the sorted positions of each slot.
pub(crate) fn filled_windows(positions: &[Vec<u32>], width: u32) -> Vec<Vec<u32>> {
    let mut starts: Vec<u32> = positions.iter().flatten().copied().collect();
    starts.sort_unstable();
    starts.dedup();
    let mut windows: Vec<Vec<u32>> = Vec::new();
    let mut free_from = 0;
    for start in starts {
        if start < free_from {
            continue;
        }
        let end = start.saturating_add(width);
        let inside: Vec<&[u32]> = positions
            .iter()
            .map(|of_slot| {
                let first = of_slot.partition_point(|position| *position < start);
                let last = of_slot.partition_point(|position| *position <= end);
                &of_slot[first..last]
            })
            .collect();
        let mut chosen = Vec::with_capacity(positions.len());
        if choose_positions(&inside, &mut chosen) {
            free_from = chosen.iter().max().map_or(start, |last| last + 1);
            windows.push(chosen);
        }
    }
    windows
}

/// Chooses a position for each slot, all of them different.
fn choose_positions(inside: &[&[u32]], chosen: &mut Vec<u32>) -> bool {
    let Some(candidates) = inside.get(chosen.len()) else { return true };
    for &position in *candidates {
        if !chosen.contains(&position) {
            chosen.push(position);
            if choose_positions(inside, chosen) {
                return true;
            }
            chosen.pop();
        }
    }
    false
}

/// A query for terms near each other. Each term is of one slot.
#[derive(Clone, Debug)]
pub(super) struct ProximityQuery {
    pub(super) terms: Vec<Term>,
    pub(super) width: u32,
}

impl Query for ProximityQuery {
    fn weight(&self, _scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(ProximityWeight(self.clone())))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.terms.iter().for_each(|term| visitor(term, true));
    }
}

struct ProximityWeight(ProximityQuery);

impl ProximityWeight {
    /// The documents of a segment that match, with their scores.
    fn matches(&self, reader: &SegmentReader) -> tantivy::Result<Vec<(DocId, Score)>> {
        let mut slots = Vec::new();
        let mut rarity = 0.0;
        for term in &self.0.terms {
            let inverted = reader.inverted_index(term.field())?;
            let option = IndexRecordOption::WithFreqsAndPositions;
            let Some(postings) = inverted.read_postings(term, option)? else {
                return Ok(Vec::new());
            };
            let (all, with) = (reader.max_doc() as f32, inverted.doc_freq(term)? as f32);
            rarity += (1.0 + (all - with + 0.5) / (with + 0.5)).ln();
            slots.push(postings);
        }
        let mut found = Vec::new();
        let mut positions = vec![Vec::new(); slots.len()];
        let mut steps = 0;
        while let Some(document) = next_common_document(&mut slots) {
            steps += 1;
            if steps % DOCUMENTS_PER_CHECK == 0 {
                check_budget()?;
            }
            for (postings, positions) in slots.iter_mut().zip(&mut positions) {
                postings.positions(positions);
            }
            let times = filled_windows(&positions, self.0.width).len() as f32;
            if times > 0.0 {
                found.push((document, rarity * times / (times + 1.0)));
            }
            slots[0].advance();
        }
        Ok(found)
    }
}

/// Moves all postings to the next document that they share.
fn next_common_document(slots: &mut [SegmentPostings]) -> Option<DocId> {
    let mut target = slots.first()?.doc();
    loop {
        let mut is_common = true;
        for postings in slots.iter_mut() {
            if postings.doc() < target {
                postings.seek(target);
            }
            if postings.doc() > target {
                target = postings.doc();
                is_common = false;
            }
        }
        if target == TERMINATED {
            return None;
        }
        if is_common {
            return Some(target);
        }
    }
}

impl Weight for ProximityWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        check_budget()?;
        let mut found = self.matches(reader)?;
        if found.is_empty() {
            return Ok(Box::new(EmptyScorer));
        }
        for (_, score) in &mut found {
            *score *= boost;
        }
        Ok(Box::new(FoundDocuments::new(found)))
    }

    fn explain(&self, _reader: &SegmentReader, _doc: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("words near each other", 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Positions of the slots, the width, and the positions in each filled window.
    type Case<'a> = (&'a [&'a [u32]], u32, &'a [&'a [u32]]);

    #[test]
    fn windows_have_all_slots_at_different_positions() {
        let cases: [Case<'_>; 6] = [
            (&[&[3], &[7]], 4, &[&[3, 7]]),
            (&[&[3], &[7]], 3, &[]),
            (&[&[7], &[3]], 4, &[&[7, 3]]),
            // Two slots of one kind need two mentions.
            (&[&[3], &[3]], 9, &[]),
            (&[&[3, 5], &[3, 5]], 9, &[&[3, 5]]),
            (&[&[1, 20], &[2, 21]], 2, &[&[1, 2], &[20, 21]]),
        ];
        for (positions, width, expected) in cases {
            let positions: Vec<Vec<u32>> = positions.iter().map(|one| one.to_vec()).collect();
            assert_eq!(filled_windows(&positions, width), expected, "{positions:?} {width}");
        }
    }

    #[test]
    fn capitals_are_mentions() {
        let word = |form: &str| Slot::Word(form.to_owned());
        for (phrase, expected) in [
            ("crime PERSON", Some(vec![word("crime"), Slot::Mention(MentionClass::Person)])),
            ("Crime person", Some(vec![word("crime"), word("person")])),
            ("cease-fire DATE", {
                Some(vec![word("cease"), word("fire"), Slot::Mention(MentionClass::Date)])
            }),
            ("--", None),
            ("a b c d e f g h i", None),
        ] {
            assert_eq!(slots_of_phrase(phrase), expected, "{phrase}");
        }
    }
}
