//! Resolves names of one word: surnames, given names and families.

use chancery_model::{LinkKind, ListRule};

use super::mention_groups::{MentionGroup, possible_singulars};
use super::{
    ChainBuilder, CoreferenceChain, MAX_COMPARED_CHAINS, differ_in_gender, whole_name_links,
};
use crate::name::{NameFit, PersonName, Title, TitleSet, are_transliterations};
use crate::name::{is_female_given_name, is_male_given_name};

/// Score of a link by title and given name.
const GIVEN_NAME_SCORE: f32 = 0.85;

/// Titles of heads of state and government.
const HEADS: [Title; 4] = [Title::President, Title::Premier, Title::King, Title::Queen];

/// Titles of others, whom a head of state or government of the same surname is not.
const BELOW_HEADS: [Title; 7] = [
    Title::Minister,
    Title::Ambassador,
    Title::Senator,
    Title::Congressman,
    Title::Governor,
    Title::Prince,
    Title::Princess,
];

/// Titles of royal houses, whose members are called by their given names.
const ROYAL: [Title; 4] = [Title::King, Title::Queen, Title::Prince, Title::Princess];

/// Ranks of officers.
const MILITARY: [Title; 3] = [Title::General, Title::Admiral, Title::Officer];

/// Civilian offices.
const CIVILIAN: [Title; 5] =
    [Title::Minister, Title::Ambassador, Title::Senator, Title::Congressman, Title::Judge];

impl ChainBuilder<'_> {
    /// Adds a family as an entity by itself, with the mentions of its members.
    /// Returns `false` if the group is not a family.
    pub(super) fn add_family_group(&mut self, group: &MentionGroup) -> bool {
        let family = group.name.family_name();
        if !group.is_plural
            || self.by_word.contains_key(family)
            || self.authority_list.has_family_name(family)
        {
            return false;
        }
        let members = |word| {
            let named = self.by_word.get(word).into_iter().flatten();
            let members = named.map(|&at| &self.chains[at]);
            members.filter(move |chain| chain.name.family_name() == word)
        };
        let mut family_of: Vec<u32> = possible_singulars(family)
            .flat_map(members)
            .map(|chain| chain.fullest_mention)
            .collect();
        family_of.sort_unstable();
        if family_of.is_empty() {
            return false;
        }
        self.chains.push(CoreferenceChain {
            name: group.name.clone(),
            fullest_mention: group.mentions[0],
            mentions: whole_name_links(&group.mentions),
            is_ambiguous: true,
            family_of,
            ..CoreferenceChain::default()
        });
        true
    }

    /// Resolves a group whose name has one word.
    pub(super) fn add_single_word_group(&mut self, group: &MentionGroup) {
        let word = group.name.family_name().to_owned();
        let is_frequent =
            self.by_word.get(&word).is_some_and(|bearers| bearers.len() > MAX_COMPARED_CHAINS);
        if is_frequent || group.is_thing {
            return self.add_ambiguous_chain(group, &group.mentions);
        }
        let mut here = self.chains_by_word(&word, group);
        if group.is_signature {
            here.retain(|&chain| self.may_sign(chain));
        }
        self.keep_office_holder(group, &mut here);
        self.remove_husbands_in_office(group, &mut here);
        match here[..] {
            [] => self.link_or_add_chain(group),
            [chain] if are_other_offices(self.titles_of_chain(chain), group.titles) => {
                self.link_or_add_chain(group);
            }
            // Beside "Mrs. Osei" a bare "Osei" is her husband, if the list has one.
            [chain] if self.is_wife_of_listed(chain, group) => self.link_or_add_chain(group),
            // "C. Nasser": initials alone are weak evidence against the list.
            [chain] if self.has_only_initials(chain) => self.link_or_add_chain(group),
            [chain] => self.join_single_word_group(chain, group),
            _ => self.join_one_of_several(group, &here),
        }
    }

    /// Joins a group to one of several chains: the one that shares a title, or the
    /// one that the title does not contradict, or the nearest.
    fn join_one_of_several(&mut self, group: &MentionGroup, here: &[usize]) {
        let titles = |&&chain: &&usize| self.titles_of_chain(chain);
        let share = |chain: &&usize| titles(chain).shares_significant(group.titles);
        let fit = |chain: &&usize| !are_other_offices(titles(chain), group.titles);
        let sharing: Vec<usize> = here.iter().filter(share).copied().collect();
        let fitting: Vec<usize> = here.iter().filter(fit).copied().collect();
        match (&sharing[..], &fitting[..]) {
            ([chain], _) => self.join_single_word_group(*chain, group),
            (_, [chain]) if !group.titles.is_insignificant() => {
                self.join_single_word_group(*chain, group);
            }
            // All are in other offices: it is one more of the name.
            (_, []) => self.link_or_add_chain(group),
            _ => self.join_nearest_chains(group, here),
        }
    }

    /// Removes the persons that are not the one whom the knowledge base knows in the
    /// office: in 1989 "Prime Minister Bhutto" is not Zulfikar Ali Bhutto.
    fn keep_office_holder(&mut self, group: &MentionGroup, here: &mut Vec<usize>) {
        let is_officer = group.titles.contains_any(&MILITARY);
        if here.is_empty() || !(is_officer || group.titles.contains_any(&HEADS)) {
            return;
        }
        let Some(holder) = (self.office_holder)(&group.name, group.titles, false) else { return };
        here.retain(|&chain| {
            let name = &self.chains[chain].name;
            !name.has_several_words() || holder.compare_name(name) >= NameFit::Family
        });
    }

    /// Removes the heads of state and government of whom the knowledge base knows that they
    /// are men, if the group is a woman: "Begum Osei" is not Prime Minister Kofi Osei.
    fn remove_husbands_in_office(&mut self, group: &MentionGroup, here: &mut Vec<usize>) {
        if !group.titles.contains(Title::Woman) || group.titles.contains_any(&HEADS) {
            return;
        }
        here.retain(|&chain| {
            let titles = self.titles_of_chain(chain);
            if titles.contains(Title::Woman) || !titles.contains_any(&HEADS) {
                return true;
            }
            let holder = (self.office_holder)(&self.chains[chain].name, titles, false);
            let given = holder.into_iter().flat_map(|holder| holder.forms);
            !given.flat_map(|form| form.given).any(|word| is_male_given_name(&word))
        });
    }

    /// Whether the person of a chain may have signed. The text of a telegram
    /// rarely names its signer, but may name the head of the post.
    fn may_sign(&self, chain: usize) -> bool {
        let chain = &self.chains[chain];
        chain.list_row.is_some()
            || chain.titles.contains(Title::Ambassador)
            || chain.mentions.iter().any(|(mention, ..)| self.senders[*mention as usize])
    }

    /// Whether a chain has only initials and the list has its family name.
    fn has_only_initials(&self, chain: usize) -> bool {
        let chain = &self.chains[chain];
        chain.list_row.is_none()
            && chain.name.has_several_words()
            && !chain.name.has_full_given_name()
            && self.authority_list.has_family_name(chain.name.family_name())
    }

    /// Whether a chain is a woman called by her surname alone, on no list, and the list has
    /// the surname for a group that does not call its person a woman.
    fn is_wife_of_listed(&self, chain: usize, group: &MentionGroup) -> bool {
        let chain = &self.chains[chain];
        chain.list_row.is_none()
            && !chain.name.has_several_words()
            && chain.titles.contains(Title::Woman)
            && !group.titles.contains(Title::Woman)
            && self.authority_list.has_family_name(group.name.family_name())
    }

    /// Returns the chains of the document that a name of one word may mean.
    fn chains_by_word(&self, word: &str, group: &MentionGroup) -> Vec<usize> {
        let titles = group.titles;
        let all = self.by_word.get(word).map_or(&[][..], Vec::as_slice);
        let possible = |chain: usize| {
            let other = &self.chains[chain];
            let known = self.titles_of_chain(chain);
            let other_realm = |realm| group.realm.is_some_and(|own| own != realm);
            let other_person = differ_in_gender(titles, known)
                || other.realm.is_some_and(other_realm)
                || (other.list_row.is_some() && titles.contradicts(known));
            // Thais, Arabs, and members of royal houses, are called by title and given name.
            let is_called_so = titles.shares_significant(known)
                && (other.list_row.is_some()
                    || titles.contains_any(&ROYAL)
                    || other.name.is_called_by_first_name(word));
            let given_with_title = other.name.has_several_words()
                && is_given_name_only(word, &other.name)
                && !titles.is_insignificant()
                && !is_called_so;
            let is_of_house = other.name.is_of_house() && !other.name.is_called(word);
            !other_person
                && !is_of_house
                && !given_with_title
                && !self.is_probably_wife(titles, chain)
        };
        let bearers = |of: fn(&PersonName, &str) -> bool| -> Vec<usize> {
            let named = |chain: usize| of(&self.chains[chain].name, word);
            all.iter().copied().filter(|&chain| named(chain) && possible(chain)).collect()
        };
        let mut here = bearers(PersonName::is_called);
        if here.is_empty() {
            here = bearers(PersonName::may_be_called);
        }
        if here.is_empty() {
            // The surname of a listed person is not the given name of another: "Eban Jan".
            let is_surname = self.authority_list.has_family_name(word);
            let fits = |&chain: &usize| {
                possible(chain) && (!is_surname || self.chains[chain].list_row.is_some())
            };
            here = all.iter().copied().filter(fits).collect();
        }
        if here.is_empty()
            && (3..=4).contains(&word.len())
            && self.chains.len() <= MAX_COMPARED_CHAINS
        {
            let initials = |chain: &usize| self.chains[*chain].name.has_initials(word);
            here = (0..self.chains.len()).filter(initials).filter(|&at| possible(at)).collect();
        }
        here
    }

    /// Whether a person with these titles is the wife of a chain's person: the
    /// title is Mrs, and the full name of the chain is not known as a woman's.
    fn is_probably_wife(&self, titles: TitleSet, chain: usize) -> bool {
        let name = &self.chains[chain].name;
        titles.contains(Title::Woman)
            && !self.titles_of_chain(chain).contains(Title::Woman)
            && name.has_full_given_name()
            && !name.words.iter().any(|word| is_female_given_name(word))
    }

    /// Returns the titles of a chain in the document and in the list.
    pub(super) fn titles_of_chain(&self, chain: usize) -> TitleSet {
        let chain = &self.chains[chain];
        let listed = chain.list_row.map(|(row, _)| self.authority_list.person_at(row).titles);
        chain.titles.union_with(listed.unwrap_or_default())
    }

    /// Resolves a name without a chain in the document, by the list if possible.
    fn link_or_add_chain(&mut self, group: &MentionGroup) {
        let word = group.name.family_name();
        let fits: Vec<(u32, NameFit)> = self
            .authority_list
            .find_by_name(&group.name)
            .into_iter()
            .filter(|&(row, _)| {
                !group.titles.contradicts(self.authority_list.person_at(row).titles)
            })
            .collect();
        let exact = |fit: NameFit| fit == NameFit::Family;
        let mut rows: Vec<u32> =
            fits.iter().filter(|(_, fit)| exact(*fit)).map(|(row, _)| *row).collect();
        let mut score = 0.93;
        if rows.is_empty() {
            rows = fits.iter().map(|(row, _)| *row).collect();
            score = 0.8;
        }
        let share = |row: &&u32| {
            self.authority_list.person_at(**row).titles.shares_significant(group.titles)
        };
        let sharing: Vec<u32> = rows.iter().filter(share).copied().collect();
        let only = match (&rows[..], &sharing[..]) {
            ([row], _) => Some((*row, ListRule::OnlySurname)),
            (_, [row]) => Some((*row, ListRule::OnlySurnameAndOffice)),
            ([], _) => None,
            _ if group.is_signature => {
                let signer = self.signer_among(&rows, group);
                signer.map(|row| (row, ListRule::OnlySurnameAndOffice))
            }
            _ => None,
        };
        if let Some((row, rule)) = only {
            let chain = self.chain_of_listed_person(row, rule, score);
            return self.join_group(chain, group, LinkKind::Surname, None);
        }
        let called = self.authority_list.rows_by_given_name(word);
        if rows.is_empty()
            && let [row] = *called
            && self.authority_list.person_at(row).titles.shares_significant(group.titles)
        {
            let chain = self.chain_of_listed_person(
                row,
                ListRule::OnlyGivenNameAndOffice,
                GIVEN_NAME_SCORE,
            );
            return self.join_group(chain, group, LinkKind::GivenName, None);
        }
        if rows.is_empty()
            && group.titles.is_insignificant()
            && let [row] = called
            && let Some(&chain) = self.by_listed.get(row)
        {
            return self.join_group(
                chain,
                group,
                LinkKind::GivenName,
                Some(self.chains[chain].fullest_mention),
            );
        }
        let alike = self.find_transliterations(word, group.titles);
        if rows.is_empty()
            && !group.is_signature
            && !group.is_introduced
            && let [chain] = alike[..]
        {
            return self.join_single_word_group(chain, group);
        }
        self.chains
            .push(CoreferenceChain { is_ambiguous: rows.len() > 1, ..CoreferenceChain::default() });
        self.join_group(self.chains.len() - 1, group, LinkKind::Name, None);
    }

    /// Returns the only one of some listed persons who headed the post or the Department on
    /// that day: the list has two Dulles, of whom one was Secretary of State.
    fn signer_among(&mut self, rows: &[u32], group: &MentionGroup) -> Option<u32> {
        let signer = (self.office_holder)(&group.name, group.titles, true)?;
        let signer = PersonName::new(&signer.in_text_order());
        let is_signer = |row: &&u32| {
            let listed = &self.authority_list.person_at(**row).parsed_name;
            matches!(listed.compare_name(&signer), NameFit::Full(_))
        };
        let mut signers = rows.iter().filter(is_signer);
        let only = signers.next().copied();
        only.filter(|_| signers.next().is_none())
    }

    /// Returns the chains with a word that `word` may transliterate.
    fn find_transliterations(&self, word: &str, titles: TitleSet) -> Vec<usize> {
        let fits = |&chain: &usize| {
            let known = self.titles_of_chain(chain);
            let other = &self.chains[chain].name;
            let is_sender = |mention: u32| self.senders[mention as usize];
            let mentions = &self.chains[chain].mentions;
            // A document does not misspell those who sent it.
            let is_only_sender = mentions.iter().all(|(mention, ..)| is_sender(*mention));
            // An equal word was considered and ruled out.
            other.family_name() != word
                && !is_only_sender
                && are_transliterations(other.family_name(), word)
                && !are_other_offices(titles, known)
                && !differ_in_gender(titles, known)
                && !self.is_probably_wife(titles, chain)
        };
        if word.len() < 4 || self.chains.len() > MAX_COMPARED_CHAINS {
            return Vec::new();
        }
        (0..self.chains.len()).filter(fits).collect()
    }

    fn join_single_word_group(&mut self, chain: usize, group: &MentionGroup) {
        let antecedent = Some(self.chains[chain].fullest_mention);
        let kind = if self.chains[chain].name == group.name {
            LinkKind::Name
        } else if is_given_name_only(group.name.family_name(), &self.chains[chain].name) {
            LinkKind::GivenName
        } else {
            LinkKind::Surname
        };
        self.join_group(chain, group, kind, antecedent);
    }

    /// Adds mentions that may mean several persons as an ambiguous chain.
    pub(super) fn add_ambiguous_chain(&mut self, group: &MentionGroup, mentions: &[u32]) {
        let is_called_by_surname = !group.titles.is_insignificant();
        if is_called_by_surname {
            let bearers = self.by_word.entry(group.name.family_name().to_owned()).or_default();
            if bearers.len() <= MAX_COMPARED_CHAINS {
                bearers.push(self.chains.len());
            }
        }
        self.chains.push(CoreferenceChain {
            name: group.name.clone(),
            fullest_mention: mentions[0],
            titles: group.titles,
            realm: group.realm,
            mentions: whole_name_links(mentions),
            is_ambiguous: true,
            is_called_by_surname,
            ..CoreferenceChain::default()
        });
    }
}

/// Whether two sets have offices that one person does not have at one time: a head of
/// state or government is no minister, an officer no ambassador, a bishop neither.
fn are_other_offices(a: TitleSet, b: TitleSet) -> bool {
    let differ = |a: TitleSet, b: TitleSet| {
        let is_churchman = |titles: TitleSet| titles.contains(Title::Pope);
        (a.contains_any(&HEADS) && b.contains_any(&BELOW_HEADS) && !b.contains_any(&HEADS))
            || (a.contains_any(&MILITARY)
                && b.contains_any(&CIVILIAN)
                && !a.contains_any(&CIVILIAN)
                && !b.contains_any(&MILITARY)
                && !b.contains_any(&HEADS))
            || (is_churchman(a) && !is_churchman(b) && !b.is_insignificant())
    };
    !a.shares_significant(b) && (differ(a, b) || differ(b, a))
}

/// Whether `word` is the first word, and not the last, of a full name.
fn is_given_name_only(word: &str, name: &PersonName) -> bool {
    name.has_several_words() && !name.may_be_called(word) && !name.has_initials(word)
}
