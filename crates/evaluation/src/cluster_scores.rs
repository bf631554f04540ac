//! Measures of clusters of mentions against true clusters.
//!
//! Every mention has a true and a found cluster. B-cubed (Bagga and Baldwin
//! 1998) scores the cluster of each mention; MUC (Vilain et al. 1995) counts
//! missing links; CEAF-e (Luo 2005) matches clusters one to one; the pairwise
//! measure counts pairs of mentions.

use std::collections::{BTreeMap, BTreeSet};

use crate::mention_score::MatchCounts;

/// Precision and recall as sums of fractions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClusterMeasure {
    /// Correct share of the found items.
    pub found_correct: f64,
    /// Number of found items.
    pub found: f64,
    /// Correct share of the true items.
    pub true_correct: f64,
    /// Number of true items.
    pub truth: f64,
}

impl ClusterMeasure {
    /// Precision in percent; 100 if nothing was found.
    pub fn precision(self) -> f64 {
        percent_or_full(self.found_correct, self.found)
    }

    /// Recall in percent; 100 if there was nothing to find.
    pub fn recall(self) -> f64 {
        percent_or_full(self.true_correct, self.truth)
    }

    /// The harmonic mean of precision and recall.
    pub fn f1_score(self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 }
    }

    fn add_measure(&mut self, other: Self) {
        self.found_correct += other.found_correct;
        self.found += other.found;
        self.true_correct += other.true_correct;
        self.truth += other.truth;
    }
}

impl From<MatchCounts> for ClusterMeasure {
    fn from(counts: MatchCounts) -> Self {
        let correct = counts.correct as f64;
        Self {
            found_correct: correct,
            found: counts.found as f64,
            true_correct: correct,
            truth: counts.gold as f64,
        }
    }
}

fn percent_or_full(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { 100.0 * part / whole } else { 100.0 }
}

/// The measures of a clustering.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClusterScores {
    /// B-cubed.
    pub bcubed: ClusterMeasure,
    /// Pairs of mentions.
    pub pairwise: ClusterMeasure,
    /// Entity-based CEAF.
    pub ceafe: ClusterMeasure,
    /// MUC.
    pub muc: ClusterMeasure,
}

impl ClusterScores {
    /// Compares true and found clusters. Each mention is a pair of the names of
    /// its true and its found cluster.
    pub fn from_cluster_pairs(mentions: &[(&str, &str)]) -> Self {
        let number = |names: BTreeSet<&str>| -> BTreeMap<String, usize> {
            names.into_iter().enumerate().map(|(n, name)| (name.to_owned(), n)).collect()
        };
        let true_clusters = number(mentions.iter().map(|pair| pair.0).collect());
        let found_clusters = number(mentions.iter().map(|pair| pair.1).collect());
        let mut shared: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        let mut true_sizes = vec![0.0; true_clusters.len()];
        let mut found_sizes = vec![0.0; found_clusters.len()];
        for (truth, found) in mentions {
            let (truth, found) = (true_clusters[*truth], found_clusters[*found]);
            *shared.entry((truth, found)).or_default() += 1.0;
            true_sizes[truth] += 1.0;
            found_sizes[found] += 1.0;
        }
        let table = ContingencyTable { shared, true_sizes, found_sizes };
        Self {
            bcubed: table.bcubed_measure(),
            pairwise: table.pairwise_measure(),
            ceafe: table.ceafe_measure(),
            muc: table.muc_measure(),
        }
    }

    /// Adds the clusters of another volume; no cluster may occur in both.
    pub fn add_volume(&mut self, other: Self) {
        self.bcubed.add_measure(other.bcubed);
        self.pairwise.add_measure(other.pairwise);
        self.ceafe.add_measure(other.ceafe);
        self.muc.add_measure(other.muc);
    }
}

/// The contingency table: how many mentions a true and a found cluster share.
struct ContingencyTable {
    shared: BTreeMap<(usize, usize), f64>,
    true_sizes: Vec<f64>,
    found_sizes: Vec<f64>,
}

impl ContingencyTable {
    fn bcubed_measure(&self) -> ClusterMeasure {
        let mut measure = ClusterMeasure::default();
        for (&(truth, found), &shared) in &self.shared {
            measure.found_correct += shared * shared / self.found_sizes[found];
            measure.true_correct += shared * shared / self.true_sizes[truth];
        }
        measure.found = self.found_sizes.iter().sum();
        measure.truth = measure.found;
        measure
    }

    fn pairwise_measure(&self) -> ClusterMeasure {
        let pairs =
            |sizes: &mut dyn Iterator<Item = f64>| sizes.map(|n| n * (n - 1.0) / 2.0).sum::<f64>();
        let correct = pairs(&mut self.shared.values().copied());
        ClusterMeasure {
            found_correct: correct,
            true_correct: correct,
            found: pairs(&mut self.found_sizes.iter().copied()),
            truth: pairs(&mut self.true_sizes.iter().copied()),
        }
    }

    fn muc_measure(&self) -> ClusterMeasure {
        let links = |sizes: &[f64]| sizes.iter().map(|n| n - 1.0).sum::<f64>();
        // A cluster of n mentions in k parts has n - k of its n - 1 links.
        let parts = self.shared.len() as f64;
        let mentions: f64 = self.true_sizes.iter().sum();
        ClusterMeasure {
            found_correct: mentions - parts,
            true_correct: mentions - parts,
            found: links(&self.found_sizes),
            truth: links(&self.true_sizes),
        }
    }

    /// The best one-to-one match of clusters. The value of a pair is the Dice
    /// coefficient of its clusters. Clusters that share no mention add nothing,
    /// so each connected group of clusters is matched separately.
    fn ceafe_measure(&self) -> ClusterMeasure {
        let count = self.true_sizes.len();
        let mut group: Vec<usize> = (0..count + self.found_sizes.len()).collect();
        for &(truth, found) in self.shared.keys() {
            let (a, b) = (group_root(&mut group, truth), group_root(&mut group, count + found));
            group[a.max(b)] = a.min(b);
        }
        let mut groups: BTreeMap<usize, (BTreeSet<usize>, BTreeSet<usize>)> = BTreeMap::new();
        for &(truth, found) in self.shared.keys() {
            let members = groups.entry(group_root(&mut group, truth)).or_default();
            members.0.insert(truth);
            members.1.insert(found);
        }
        let similarity = |truth: usize, found: usize| {
            let shared = self.shared.get(&(truth, found)).copied().unwrap_or(0.0);
            2.0 * shared / (self.true_sizes[truth] + self.found_sizes[found])
        };
        let best = groups.values().map(|(true_clusters, found_clusters)| {
            let row = |&truth: &usize| {
                found_clusters.iter().map(|&found| similarity(truth, found)).collect()
            };
            best_assignment(true_clusters.iter().map(row).collect())
        });
        let total = best.sum();
        ClusterMeasure {
            found_correct: total,
            true_correct: total,
            found: self.found_sizes.len() as f64,
            truth: count as f64,
        }
    }
}

fn group_root(group: &mut [usize], at: usize) -> usize {
    let mut root = at;
    while group[root] != root {
        group[root] = group[group[root]];
        root = group[root];
    }
    root
}

/// The maximum sum of a one-to-one assignment in a table (Kuhn 1955, with
/// potentials; cubic time).
fn best_assignment(mut similarity: Vec<Vec<f64>>) -> f64 {
    let columns = similarity.first().map_or(0, Vec::len);
    if similarity.len() > columns {
        similarity = (0..columns).map(|c| similarity.iter().map(|row| row[c]).collect()).collect();
    }
    let (rows, columns) = (similarity.len(), similarity.first().map_or(0, Vec::len));
    let (mut u, mut v) = (vec![0.0; rows + 1], vec![0.0; columns + 1]);
    let mut matched = vec![0; columns + 1];
    for row in 1..=rows {
        matched[0] = row;
        let (mut least, mut way) = (vec![f64::INFINITY; columns + 1], vec![0; columns + 1]);
        let mut used = vec![false; columns + 1];
        let mut column = 0;
        while matched[column] != 0 {
            used[column] = true;
            let from = matched[column];
            let (mut delta, mut next) = (f64::INFINITY, 0);
            for c in (1..=columns).filter(|&c| !used[c]) {
                let cost = -similarity[from - 1][c - 1] - u[from] - v[c];
                if cost < least[c] {
                    (least[c], way[c]) = (cost, column);
                }
                if least[c] < delta {
                    (delta, next) = (least[c], c);
                }
            }
            for c in 0..=columns {
                if used[c] {
                    u[matched[c]] += delta;
                    v[c] -= delta;
                } else {
                    least[c] -= delta;
                }
            }
            column = next;
        }
        while column != 0 {
            matched[column] = matched[way[column]];
            column = way[column];
        }
    }
    let pairs = (1..=columns).filter(|&c| matched[c] > 0);
    pairs.map(|c| similarity[matched[c] - 1][c - 1]).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Luo 2005 (and of the CoNLL-2011 scorer): truth
    /// {1-5}{6,7}{8,9,A,B,C}, found {1-5}{6,7,8,9,A,B,C}.
    #[test]
    fn measures_are_those_of_the_literature() {
        let truth = ["a", "a", "a", "a", "a", "b", "b", "c", "c", "c", "c", "c"];
        let found = ["x", "x", "x", "x", "x", "y", "y", "y", "y", "y", "y", "y"];
        let pairs: Vec<(&str, &str)> = truth.into_iter().zip(found).collect();
        let all = ClusterScores::from_cluster_pairs(&pairs);
        let close = |a: f64, b: f64| (a - b).abs() < 0.05;
        assert!(close(all.bcubed.precision(), 76.2) && close(all.bcubed.recall(), 100.0));
        assert!(close(all.muc.precision(), 90.0) && close(all.muc.recall(), 100.0));
        assert!(close(all.ceafe.precision(), 91.7) && close(all.ceafe.recall(), 61.1));
        assert!(close(all.pairwise.precision(), 100.0 * 21.0 / 31.0));
    }

    #[test]
    fn the_best_match_is_not_the_greedy_one() {
        assert_eq!(best_assignment(vec![vec![0.9, 0.8], vec![0.8, 0.1]]), 1.6);
        assert_eq!(best_assignment(vec![vec![0.5], vec![0.7], vec![0.1]]), 0.7);
        assert_eq!(best_assignment(Vec::new()), 0.0);
    }
}
