//! Disjoint sets.

/// Disjoint sets of the numbers from 0 (union-find). The root of a set is its
/// lowest number.
#[derive(Clone, Debug)]
pub(super) struct DisjointSets(Vec<u32>);

impl DisjointSets {
    /// Makes a set of each number below `count`.
    pub(super) fn singletons(count: usize) -> Self {
        Self((0..count as u32).collect())
    }

    /// Returns the root of the set of `at`.
    pub(super) fn find_root(&mut self, at: usize) -> usize {
        let mut root = at as u32;
        while self.0[root as usize] != root {
            root = self.0[root as usize];
        }
        let mut at = at as u32;
        while self.0[at as usize] != root {
            at = std::mem::replace(&mut self.0[at as usize], root);
        }
        root as usize
    }

    /// Joins the sets of two numbers.
    pub(super) fn join_sets(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find_root(a), self.find_root(b));
        let (low, high) = (a.min(b), a.max(b));
        self.0[high] = low as u32;
    }
}
