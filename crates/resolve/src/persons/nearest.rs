//! Decides between several bearers of a surname by what stands near it.

use chancery_model::LinkKind;

use super::ChainBuilder;
use super::mention_groups::{MentionGroup, Sex};
use crate::name::Title;
use crate::name::is_female_given_name;

/// A full name within so many mentions may be what a surname means.
const NEAR_MENTIONS: u32 = 4;

impl ChainBuilder<'_> {
    /// Assigns each mention to the one person whom the document calls by title and
    /// surname, or else to the person with that name whose last mention is nearest
    /// before it, unless another is nearly as near.
    pub(super) fn join_nearest_chains(&mut self, group: &MentionGroup, here: &[usize]) {
        let mut full: Vec<(u32, usize)> = Vec::new();
        let mut called: Vec<(u32, usize)> = Vec::new();
        for &chain in here {
            let mentions = self.chains[chain].mentions.iter();
            let whole_names = mentions.clone().filter(|(_, kind, _)| *kind == LinkKind::Name);
            full.extend(whole_names.map(|(at, ..)| (*at, chain)));
            called.extend(mentions.map(|(at, ..)| (*at, chain)));
        }
        full.sort_unstable();
        called.sort_unstable();
        let known: Vec<usize> =
            here.iter().copied().filter(|&at| self.chains[at].is_called_by_surname).collect();
        let mut left = Vec::new();
        for &mention in &group.mentions {
            let sex = group.sexes.iter().find(|(at, _)| *at == mention).map(|(_, sex)| *sex);
            if let Some(chain) = sex.and_then(|sex| self.only_chain_of_sex(here, sex)) {
                let antecedent = Some(self.chains[chain].fullest_mention);
                self.chains[chain].mentions.push((mention, LinkKind::Surname, antecedent));
                continue;
            }
            let before = &full[..full.partition_point(|(at, _)| *at < mention)];
            // Another of the name was called by title and surname since.
            let last = called[..called.partition_point(|(at, _)| *at < mention)].last();
            let is_last = before.last().zip(last).is_none_or(|(full, last)| full.1 == last.1);
            let nearest = before.last().filter(|(at, _)| at + NEAR_MENTIONS >= mention);
            if let [chain] = known[..]
                && group.titles.is_insignificant()
                && nearest.is_none_or(|(_, named)| *named == chain)
            {
                let antecedent = Some(self.chains[chain].fullest_mention);
                let link = (mention, LinkKind::Surname, antecedent.filter(|at| *at != mention));
                self.chains[chain].mentions.push(link);
                continue;
            }
            let is_rival = |&&(at, other): &&(u32, usize)| {
                at + NEAR_MENTIONS >= mention && before.last().is_some_and(|(_, own)| *own != other)
            };
            let nearest_full = before.last().filter(|_| is_last);
            match nearest_full.filter(|_| !before.iter().any(|full| is_rival(&full))) {
                Some(&(antecedent, chain)) => {
                    let link = (mention, LinkKind::Surname, Some(antecedent));
                    self.chains[chain].mentions.push(link);
                }
                None => left.push(mention),
            }
        }
        if !left.is_empty() {
            self.add_ambiguous_chain(group, &left);
        }
    }

    /// Returns the only one of some chains whose person may be of a sex.
    fn only_chain_of_sex(&self, chains: &[usize], sex: Sex) -> Option<usize> {
        let is_woman = |chain: usize| {
            self.titles_of_chain(chain).contains(Title::Woman)
                || self.chains[chain].name.words.iter().any(|word| is_female_given_name(word))
        };
        let is_man = |chain: usize| {
            self.titles_of_chain(chain).contains_any(&[Title::King, Title::Prince, Title::Mister])
        };
        let may_be = |&chain: &usize| match sex {
            Sex::Female => is_woman(chain) || !is_man(chain),
            Sex::Male => !is_woman(chain),
        };
        let mut fitting = chains.iter().copied().filter(|chain| may_be(chain));
        let only = fitting.next();
        only.filter(|_| fitting.next().is_none())
    }
}
