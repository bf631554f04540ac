//! Resolves names of one word: surnames, given names and families.

use chancery_model::Tie;

use super::groups::{Group, singulars};
use super::{Chain, Chains, FEW, parted_by_marriage, whole_names};
use crate::name::{Fit, Office, Offices, Spoken, alike};
use crate::roster::is_woman;

impl Chains<'_> {
    /// Adds a family as an entity by itself, with the mentions of its members.
    /// Returns `false` if the group is not a family.
    pub(super) fn add_family(&mut self, group: &Group) -> bool {
        let family = group.spoken.family();
        if !group.plural || self.by_word.contains_key(family) || self.roster.has_family(family) {
            return false;
        }
        let members = |word| {
            let named = self.by_word.get(word).into_iter().flatten();
            let members = named.map(|&at| &self.chains[at]);
            members.filter(move |chain| chain.spoken.family() == word)
        };
        let mut family_of: Vec<u32> =
            singulars(family).flat_map(members).map(|chain| chain.fullest).collect();
        family_of.sort_unstable();
        if family_of.is_empty() {
            return false;
        }
        self.chains.push(Chain {
            spoken: group.spoken.clone(),
            fullest: group.mentions[0],
            mentions: whole_names(&group.mentions),
            torn: true,
            family_of,
            ..Chain::default()
        });
        true
    }

    /// Resolves a group whose name has one word.
    pub(super) fn add_single(&mut self, group: &Group) {
        let word = group.spoken.family().to_owned();
        let here = self.here(&word, group.offices);
        match here[..] {
            _ if self.by_word.get(&word).is_some_and(|bearers| bearers.len() > FEW) => {
                self.add_apart(group, &group.mentions);
            }
            [] => self.add_from_list(group),
            // "C. Nasser": initials alone are weak evidence against the list.
            [chain] if self.is_weak(chain) => self.add_from_list(group),
            [chain] => self.join_single(chain, group),
            _ => {
                let share = |&&chain: &&usize| self.offices_of(chain).share(group.offices);
                let sharing: Vec<usize> = here.iter().filter(share).copied().collect();
                match sharing[..] {
                    [chain] => self.join_single(chain, group),
                    _ => self.add_nearest(group, &here),
                }
            }
        }
    }

    /// Whether a chain has only initials and the list has its family name.
    fn is_weak(&self, chain: usize) -> bool {
        let chain = &self.chains[chain];
        chain.listed.is_none()
            && chain.spoken.is_full()
            && !chain.spoken.has_given()
            && self.roster.has_family(chain.spoken.family())
    }

    /// Returns the chains of the document that a name of one word may mean.
    fn here(&self, word: &str, offices: Offices) -> Vec<usize> {
        let all = self.by_word.get(word).map_or(&[][..], Vec::as_slice);
        let possible = |chain: usize| {
            let other = &self.chains[chain];
            let known = self.offices_of(chain);
            let other_person = parted_by_marriage(offices, known)
                || (other.listed.is_some() && offices.contradict(known));
            let given_with_title = other.spoken.is_full()
                && is_only_given(word, &other.spoken)
                && !offices.is_silent();
            !other_person && !given_with_title && !self.is_wife(offices, chain)
        };
        let family = |chain: usize| self.chains[chain].spoken.family() == word;
        let mut here: Vec<usize> =
            all.iter().copied().filter(|&chain| family(chain) && possible(chain)).collect();
        if here.is_empty() {
            here = all.iter().copied().filter(|&chain| possible(chain)).collect();
        }
        here
    }

    /// Whether a person with these titles is the wife of a chain's person: the
    /// title is Mrs, and the full name of the chain is not known as a woman's.
    fn is_wife(&self, offices: Offices, chain: usize) -> bool {
        let spoken = &self.chains[chain].spoken;
        offices.has(Office::Mistress)
            && !self.offices_of(chain).has(Office::Mistress)
            && spoken.has_given()
            && !spoken.words.iter().any(|word| is_woman(word))
    }

    /// Returns the titles of a chain in the document and in the list.
    fn offices_of(&self, chain: usize) -> Offices {
        let chain = &self.chains[chain];
        let listed = chain.listed.map(|row| self.roster.get(row).offices);
        chain.offices.and(listed.unwrap_or_default())
    }

    /// Resolves a name without a chain in the document, by the list if possible.
    fn add_from_list(&mut self, group: &Group) {
        let word = group.spoken.family();
        let fits: Vec<(u32, Fit)> = self
            .roster
            .bearers(&group.spoken)
            .into_iter()
            .filter(|&(row, _)| !group.offices.contradict(self.roster.get(row).offices))
            .collect();
        let exact = |fit: Fit| fit == Fit::Family;
        let mut rows: Vec<u32> =
            fits.iter().filter(|(_, fit)| exact(*fit)).map(|(row, _)| *row).collect();
        let mut score = 0.93;
        if rows.is_empty() {
            rows = fits.iter().map(|(row, _)| *row).collect();
            score = 0.8;
        }
        let share = |row: &&u32| self.roster.get(**row).offices.share(group.offices);
        let sharing: Vec<u32> = rows.iter().filter(share).copied().collect();
        let (row, why) = match (&rows[..], &sharing[..]) {
            ([row], _) => (Some(*row), "the only one of this surname on the list"),
            (_, [row]) => (Some(*row), "the only one of this surname and office on the list"),
            _ => (None, ""),
        };
        if let Some(row) = row {
            let chain = self.of_listed(row, why, score);
            return self.join(chain, group, Tie::Surname, None);
        }
        let called = self.roster.called(word);
        if rows.is_empty()
            && group.offices.is_silent()
            && let [row] = called
            && let Some(&chain) = self.by_listed.get(row)
        {
            return self.join(chain, group, Tie::GivenName, Some(self.chains[chain].fullest));
        }
        let alike = self.transliterated(word, group.offices);
        if rows.is_empty()
            && let [chain] = alike[..]
        {
            return self.join_single(chain, group);
        }
        self.chains.push(Chain { torn: rows.len() > 1, ..Chain::default() });
        self.join(self.chains.len() - 1, group, Tie::Name, None);
    }

    /// Returns the chains with a word that `word` may transliterate.
    fn transliterated(&self, word: &str, offices: Offices) -> Vec<usize> {
        let fits = |&chain: &usize| {
            let known = self.offices_of(chain);
            let other = &self.chains[chain].spoken;
            other.words.iter().any(|part| alike(part, word))
                && !parted_by_marriage(offices, known)
                && !self.is_wife(offices, chain)
        };
        if word.len() < 4 || self.chains.len() > FEW {
            return Vec::new();
        }
        (0..self.chains.len()).filter(fits).collect()
    }

    fn join_single(&mut self, chain: usize, group: &Group) {
        let by = Some(self.chains[chain].fullest);
        let tie = if self.chains[chain].spoken == group.spoken {
            Tie::Name
        } else if is_only_given(group.spoken.family(), &self.chains[chain].spoken) {
            Tie::GivenName
        } else {
            Tie::Surname
        };
        self.join(chain, group, tie, by);
    }

    /// Assigns each mention to the person with that name who is mentioned last
    /// before it.
    fn add_nearest(&mut self, group: &Group, here: &[usize]) {
        let mut full: Vec<(u32, usize)> = Vec::new();
        for &chain in here {
            let mentions = self.chains[chain].mentions.iter();
            let names = mentions.filter(|(_, tie, _)| *tie == Tie::Name);
            full.extend(names.map(|(at, ..)| (*at, chain)));
        }
        full.sort_unstable();
        let mut left = Vec::new();
        for &mention in &group.mentions {
            match full[..full.partition_point(|(at, _)| *at < mention)].last() {
                Some(&(by, chain)) => {
                    self.chains[chain].mentions.push((mention, Tie::Surname, Some(by)));
                }
                None => left.push(mention),
            }
        }
        if !left.is_empty() {
            self.add_apart(group, &left);
        }
    }

    /// Adds mentions that may mean several persons as an ambiguous chain.
    fn add_apart(&mut self, group: &Group, mentions: &[u32]) {
        self.chains.push(Chain {
            spoken: group.spoken.clone(),
            fullest: mentions[0],
            offices: group.offices,
            mentions: whole_names(mentions),
            torn: true,
            ..Chain::default()
        });
    }
}

/// Whether `word` is the first word, and not the last, of a full name.
fn is_only_given(word: &str, spoken: &Spoken) -> bool {
    spoken.is_full() && spoken.family() != word
}
