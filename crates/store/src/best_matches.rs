//! The best matches of a search, without holding all of them.

use std::cmp::Reverse;

/// Keeps the best of the matches that are added: those with the highest keys; of equal
/// ones, those of the documents with the lowest numbers.
///
/// It holds at most twice as many as are kept, so `n` matches cost `O(n)`, and those that
/// come after better ones cost one comparison each.
pub(crate) struct BestMatches {
    most: usize,
    /// Key and document number, in no order.
    pub(crate) hits: Vec<(u32, u32)>,
    /// The last of those that are kept, once there are enough.
    worst: Option<(u32, u32)>,
}

impl BestMatches {
    /// Keeps `most` matches.
    pub(crate) const fn new(most: usize) -> Self {
        Self { most, hits: Vec::new(), worst: None }
    }

    /// Adds a match. `number` is called only for one that may be kept.
    pub(crate) fn add(&mut self, key: u32, number: impl FnOnce() -> u32) {
        if self.most == 0 || self.worst.is_some_and(|worst| key < worst.0) {
            return;
        }
        let hit = (key, number());
        if self.worst.is_some_and(|worst| rank(hit) > rank(worst)) {
            return;
        }
        self.hits.push(hit);
        if self.hits.len() >= self.most.saturating_mul(2) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.most > 0 && self.hits.len() > self.most {
            let (_, worst, _) =
                self.hits.select_nth_unstable_by_key(self.most - 1, |hit| rank(*hit));
            self.worst = Some(*worst);
            self.hits.truncate(self.most);
        }
    }

    /// Returns the kept matches, the best first.
    pub(crate) fn into_sorted(mut self) -> Vec<(u32, u32)> {
        self.cut();
        self.hits.sort_unstable_by_key(|hit| rank(*hit));
        self.hits
    }
}

/// Lower is better.
const fn rank((key, number): (u32, u32)) -> (Reverse<u32>, u32) {
    (Reverse(key), number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_best_are_the_first_of_all_sorted(
            hits in prop::collection::vec((0..6_u32, 0..40_u32), 0..200),
            most in 0..30_usize,
        ) {
            let mut best = BestMatches::new(most);
            for &(key, number) in &hits {
                best.add(key, || number);
                prop_assert!(best.hits.len() <= 2 * most);
            }
            let mut all = hits;
            all.sort_by_key(|hit| rank(*hit));
            all.truncate(most);
            prop_assert_eq!(best.into_sorted(), all);
        }
    }
}
