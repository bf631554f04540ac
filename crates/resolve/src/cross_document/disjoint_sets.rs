//! Disjoint sets.

/// Disjoint sets of the numbers from 0 (union-find). The root of a set is its
/// lowest number.
#[derive(Clone, Debug)]
pub(super) struct DisjointSets(Vec<usize>);

impl DisjointSets {
    /// Makes a set of each number below `count`.
    pub(super) fn singletons(count: usize) -> Self {
        Self((0..count).collect())
    }

    /// Returns the root of the set of `at`.
    pub(super) fn find_root(&mut self, at: usize) -> usize {
        let mut root = at;
        while self.0[root] != root {
            root = self.0[root];
        }
        let mut at = at;
        while self.0[at] != root {
            at = std::mem::replace(&mut self.0[at], root);
        }
        root
    }

    /// Joins the sets of two numbers.
    pub(super) fn join_sets(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find_root(a), self.find_root(b));
        let (low, high) = (a.min(b), a.max(b));
        self.0[high] = low;
    }
}
