//! Joins of family names across documents that keep different persons apart.
//!
//! A family name can meet one full name by one title, and another by a second title. If
//! these are two persons, joining it with both would join them, so it joins neither. The
//! result does not depend on the order of the joins.

use std::collections::{BTreeMap, BTreeSet};

use super::disjoint_sets::DisjointSets;

/// Joins of persons of whom only the family name is known. Persons are numbers.
#[derive(Debug, Default)]
pub(super) struct FamilyNameJoins {
    /// The full names that each family name meets, by their roots.
    firm: BTreeMap<usize, BTreeSet<usize>>,
    /// Family names that meet others.
    single: Vec<(usize, usize)>,
}

impl FamilyNameJoins {
    /// Adds family names that meet the person at `root`, who has a full name.
    pub(super) fn add_firm_joins(&mut self, singles: impl Iterator<Item = usize>, root: usize) {
        for single in singles {
            self.firm.entry(single).or_default().insert(root);
        }
    }

    /// Adds family names that meet each other.
    pub(super) fn add_single_joins(&mut self, mut singles: impl Iterator<Item = usize>) {
        let Some(first) = singles.next() else { return };
        self.single.extend(singles.map(|single| (first, single)));
    }

    /// Joins what may be one. `may_be_one` says whether two roots may be one person.
    pub(super) fn apply(
        self,
        joined: &mut DisjointSets,
        may_be_one: impl Fn(usize, usize) -> bool,
    ) {
        let agree = |roots: &BTreeSet<usize>| {
            let mut pairs = roots.iter().flat_map(|&a| roots.range(a + 1..).map(move |&b| (a, b)));
            pairs.all(|(a, b)| may_be_one(a, b))
        };
        let is_open = |single: &usize| self.firm.get(single).is_none_or(agree);
        let mut groups: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let mut sets = joined.clone();
        let single_joins: Vec<(usize, usize)> =
            self.single.iter().copied().filter(|(a, b)| is_open(a) && is_open(b)).collect();
        for &(a, b) in &single_joins {
            sets.join_sets(a, b);
        }
        for (single, roots) in self.firm.iter().filter(|(_, roots)| agree(roots)) {
            groups.entry(sets.find_root(*single)).or_default().extend(roots);
        }
        for (a, b) in single_joins {
            if groups.get(&sets.find_root(a)).is_none_or(agree) {
                joined.join_sets(a, b);
            }
        }
        for (single, roots) in self.firm.iter().filter(|(_, roots)| agree(roots)) {
            for &root in roots {
                joined.join_sets(*single, root);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sets of six persons of whom 0 and 1 are two, and 2 may be 0.
    fn sets_after(joins: FamilyNameJoins) -> Vec<usize> {
        let mut joined = DisjointSets::singletons(6);
        joins.apply(&mut joined, |a, b| (a, b) != (0, 1) && (a, b) != (1, 2));
        (0..6).map(|at| joined.find_root(at)).collect()
    }

    #[test]
    fn a_family_name_does_not_join_two_persons() {
        let mut joins = FamilyNameJoins::default();
        joins.add_firm_joins([3, 4].into_iter(), 0);
        joins.add_firm_joins([4, 5].into_iter(), 1);
        let sets = sets_after(joins);
        assert!(sets[3] == sets[0] && sets[5] == sets[1] && sets[0] != sets[1]);
        assert!(sets[4] != sets[0] && sets[4] != sets[1]);
    }

    #[test]
    fn family_names_that_meet_do_not_join_two_persons() {
        let mut joins = FamilyNameJoins::default();
        joins.add_single_joins([3, 4, 5].into_iter());
        joins.add_firm_joins([3].into_iter(), 0);
        joins.add_firm_joins([5].into_iter(), 1);
        let sets = sets_after(joins);
        assert!(sets[3] == sets[0] && sets[5] == sets[1] && sets[0] != sets[1]);
    }

    #[test]
    fn a_family_name_joins_two_forms_of_one_name() {
        let mut joins = FamilyNameJoins::default();
        joins.add_firm_joins([3].into_iter(), 0);
        joins.add_firm_joins([3].into_iter(), 2);
        let sets = sets_after(joins);
        assert!(sets[0] == sets[2] && sets[3] == sets[0]);
    }
}
