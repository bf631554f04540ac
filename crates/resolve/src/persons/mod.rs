//! Resolves mentions of persons to coreference chains.
//!
//! Mentions with the same words and significant titles are one
//! [group](mention_groups). Groups of full names come first. Each is linked to a person
//! of the list, or joins the chain of another form of its name. [Names of one
//! word](surnames) come next. Each joins the only chain of that name in the
//! document, or else the only person of the list whose titles do not contradict
//! it. Other groups become new chains. If a name may mean several persons and
//! nothing decides, it stays separate: a wrong merge is worse than a missed one.

mod mention_groups;
mod nearest;
mod realms;
mod surnames;

use std::collections::HashMap;

use chancery_model::{LinkKind, ListRule, Mention, TextSpan};

use crate::authority_list::{AuthorityList, ListedPerson};
use crate::context::LinkContext;
use crate::knowledge_base::KnowledgeBase;
use crate::name::is_male_given_name;
use crate::name::{
    ListedName, NameFit, NameForm, PersonName, Title, TitleSet, are_transliterations,
    differ_in_given_name, is_same_korean_name,
};
use crate::places::PlaceLinker;
use crate::title::SurroundingTitles;
use mention_groups::{MentionGroup, group_mentions};
pub(crate) use realms::is_monarchy;

/// Maximum number of chains for comparisons of each name with every other. In a
/// document with more, transliterations are not compared. A word in the names of
/// more chains does not identify a person.
const MAX_COMPARED_CHAINS: usize = 200;

/// Minimum strength of the fit of a full name to a listed name.
const MIN_NAME_STRENGTH: f32 = 0.5;

/// Added to the strength of a fit if the titles agree too.
const SHARED_TITLE_BONUS: f32 = 0.3;

/// Minimum distance between the best fit and the second.
const MIN_FIT_MARGIN: f32 = 0.15;

// The score of a link is a base plus a share of the strength of the name.

/// Base score if only one listed person fits.
const ONLY_FIT_SCORE: f32 = 0.7;

/// Share of the strength if only one listed person fits.
const ONLY_FIT_SLOPE: f32 = 0.29;

/// Base score if several listed persons fit and one fits best.
const BEST_FIT_SCORE: f32 = 0.6;

/// Share of the strength if several listed persons fit and one fits best.
const BEST_FIT_SLOPE: f32 = 0.3;

/// The mentions of one person in a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct CoreferenceChain {
    /// The row of the person in the list.
    pub(crate) list_row: Option<(u32, ListRule)>,
    /// The fullest name.
    pub(crate) name: PersonName,
    /// The mention with the fullest name.
    pub(crate) fullest_mention: u32,
    /// The titles of the person in the document.
    pub(crate) titles: TitleSet,
    /// The mentions, the kind of each link and the mention that it rests on.
    pub(crate) mentions: Vec<(u32, LinkKind, Option<u32>)>,
    /// Whether the name may mean several persons.
    pub(crate) is_ambiguous: bool,
    /// The mentions of the family's members, if it is a plural: "the Kennedys".
    pub(crate) family_of: Vec<u32>,
    /// The confidence of that link.
    pub(crate) score: f32,
    /// The country of a king or queen.
    pub(crate) realm: Option<&'static str>,
    /// Whether the document gives the person a title of the past: "former President Bush".
    pub(crate) is_former: bool,
    /// Whether the document calls the person by title and surname: "President Bush".
    is_called_by_surname: bool,
}

/// What stands around the mentions of a document.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    /// The spans of its signatures.
    pub(crate) signatures: &'a [TextSpan],
    /// The spans that name its senders.
    pub(crate) header: &'a [TextSpan],
    /// Its date, post and countries.
    pub(crate) context: &'a LinkContext,
    /// Finds countries.
    pub(crate) place_linker: PlaceLinker,
    /// Knows rulers.
    pub(crate) knowledge_base: KnowledgeBase<'static>,
}

/// Returns the listed name of the person whom a surname with titles means, or whom it means
/// as a signature.
pub(crate) type OfficeHolders<'a> =
    &'a mut dyn FnMut(&PersonName, TitleSet, bool) -> Option<ListedName>;

/// The persons of a document.
pub(crate) struct DocumentPersons {
    pub(crate) chains: Vec<CoreferenceChain>,
    /// The titles around each mention of a person.
    pub(crate) around: Vec<(u32, SurroundingTitles)>,
}

/// Resolves the mentions of persons in a document.
pub(crate) fn resolve_persons(
    text: &str,
    mentions: &[Mention],
    sources: Surroundings<'_>,
    office_holder: OfficeHolders<'_>,
    authority_list: &AuthorityList,
) -> DocumentPersons {
    let mut around_each = Vec::new();
    let groups = group_mentions(text, mentions, sources, &mut around_each);
    let mut chains = ChainBuilder {
        authority_list,
        office_holder,
        chains: Vec::new(),
        senders: mentions
            .iter()
            .map(|mention| sources.header.iter().any(|span| span.overlaps(&mention.span)))
            .collect(),
        by_listed: HashMap::new(),
        by_word: HashMap::new(),
    };
    let is_full = |group: &&MentionGroup| {
        group.name.has_several_words() && !authority_list.has_whole_family_name(&group.name)
    };
    let mut full: Vec<&MentionGroup> = groups.iter().filter(is_full).collect();
    full.sort_by_key(|group| {
        (std::cmp::Reverse(group.name.words.concat().len()), group.mentions[0])
    });
    for group in full {
        chains.add_full_name_group(group);
    }
    let (titled, bare): (Vec<&MentionGroup>, Vec<&MentionGroup>) = groups
        .iter()
        .filter(|group| !is_full(group))
        .partition(|group| !group.titles.is_insignificant());
    for group in titled.into_iter().chain(bare) {
        if !chains.add_family_group(group) {
            chains.add_single_word_group(group);
        }
    }
    let mut chains = chains.chains;
    for chain in &mut chains {
        chain.mentions.sort_unstable_by_key(|(mention, ..)| *mention);
        for (mention, kind, _) in &mut chain.mentions {
            let span = mentions[*mention as usize].span;
            if *kind == LinkKind::Surname
                && sources.signatures.iter().any(|signature| signature.overlaps(&span))
            {
                *kind = LinkKind::Signature;
            }
        }
    }
    chains.retain(|chain| !chain.mentions.is_empty());
    chains.sort_by_key(|chain| chain.mentions[0].0);
    DocumentPersons { chains, around: around_each }
}

struct ChainBuilder<'a> {
    authority_list: &'a AuthorityList,
    office_holder: OfficeHolders<'a>,
    chains: Vec<CoreferenceChain>,
    /// Whether each mention names a sender of the document.
    senders: Vec<bool>,
    by_listed: HashMap<u32, usize>,
    /// Chains by the words of their names. A frequent word has only its first
    /// chains.
    by_word: HashMap<String, Vec<usize>>,
}

impl ChainBuilder<'_> {
    fn add_full_name_group(&mut self, group: &MentionGroup) {
        if group.is_thing {
            return self.add_separate_chain(group);
        }
        if let Some((row, score)) = self.find_listed_full_name(group) {
            let chain = self.chain_of_listed_person(row, ListRule::FullName, score);
            return self.join_group(chain, group, LinkKind::Name, None);
        }
        if self.is_two_family_names(group) {
            return self.add_separate_chain(group);
        }
        let same = self.chains_of_same_name(group);
        match same[..] {
            [chain] => {
                let antecedent = Some(self.chains[chain].fullest_mention);
                self.join_group(chain, group, LinkKind::Variant, antecedent);
            }
            _ => {
                self.chains.push(CoreferenceChain {
                    is_ambiguous: same.len() > 1,
                    ..CoreferenceChain::default()
                });
                self.join_group(self.chains.len() - 1, group, LinkKind::Name, None);
            }
        }
    }

    /// Adds a chain that no other name joins.
    fn add_separate_chain(&mut self, group: &MentionGroup) {
        self.chains.push(CoreferenceChain {
            is_ambiguous: true,
            name: group.name.clone(),
            fullest_mention: group.mentions[0],
            mentions: whole_name_links(&group.mentions),
            ..CoreferenceChain::default()
        });
    }

    /// Whether a name is two family names of the list without the separator
    /// between them: "Nasser Hussein".
    fn is_two_family_names(&self, group: &MentionGroup) -> bool {
        let words = &group.name.words;
        let family = |word: &String| self.authority_list.has_family_name(word);
        words.len() == 2
            && words.iter().all(family)
            && self.authority_list.rows_by_given_name(&words[0]).is_empty()
    }

    /// Returns the only person of the list with this full name, and the score.
    fn find_listed_full_name(&self, group: &MentionGroup) -> Option<(u32, f32)> {
        let titles = group.titles;
        let mut fits: Vec<(f32, u32, f32)> = Vec::new();
        for (row, fit) in self.authority_list.find_by_name(&group.name) {
            let known = self.authority_list.person_at(row);
            if let NameFit::Full(strength) = fit
                && strength >= MIN_NAME_STRENGTH
                && !is_wife_of_listed_man(group, known)
            {
                let shared = titles.shares_significant(known.titles);
                let shared = if shared { SHARED_TITLE_BONUS } else { 0.0 };
                fits.push((strength + shared, row, strength));
            }
        }
        fits.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        match fits[..] {
            [(_, row, strength)] => Some((row, ONLY_FIT_SCORE + ONLY_FIT_SLOPE * strength)),
            [(best, row, strength), (second, ..), ..] if best - second > MIN_FIT_MARGIN => {
                Some((row, BEST_FIT_SCORE + BEST_FIT_SLOPE * strength))
            }
            _ => None,
        }
    }

    /// Returns the chains of the document with another form of this name.
    fn chains_of_same_name(&self, group: &MentionGroup) -> Vec<usize> {
        let listed = to_listed_name(&group.name);
        let agree = |&chain: &usize| {
            let other = &self.chains[chain];
            other.name.has_several_words()
                && suffixes_agree(&group.name, &other.name)
                && !differ_in_gender(group.titles, other.titles)
                && (matches!(listed.compare_name(&other.name), NameFit::Full(_))
                    || is_same_korean_name(&group.name.words, &other.name.words)
                    || group.name.is_same_chinese_name(&other.name)
                    || are_transliterations(&group.name.words.concat(), &other.name.words.concat()))
                && !differ_in_given_name(&group.name.words, &other.name.words)
        };
        let with_word = group.name.words.iter().filter_map(|word| self.by_word.get(word));
        let telling = with_word.filter(|bearers| bearers.len() <= MAX_COMPARED_CHAINS);
        let mut same: Vec<usize> = telling.flatten().copied().filter(agree).collect();
        if same.is_empty() && self.chains.len() < MAX_COMPARED_CHAINS {
            same = (0..self.chains.len()).filter(agree).collect();
        }
        same.sort_unstable();
        same.dedup();
        let both = |chain: &usize| self.chains[*chain].name.has_both_surnames(&group.name.words);
        let bearers = self.by_word.get(group.name.family_name()).into_iter().flatten();
        match bearers.copied().filter(both).collect::<Vec<_>>()[..] {
            [chain] => vec![chain],
            _ => same,
        }
    }

    /// Returns the chain of a person of the list. Adds it if it is new.
    fn chain_of_listed_person(&mut self, row: u32, rule: ListRule, score: f32) -> usize {
        if let Some(&chain) = self.by_listed.get(&row) {
            return chain;
        }
        self.chains.push(CoreferenceChain {
            list_row: Some((row, rule)),
            score,
            ..CoreferenceChain::default()
        });
        self.by_listed.insert(row, self.chains.len() - 1);
        self.chains.len() - 1
    }

    fn join_group(
        &mut self,
        at: usize,
        group: &MentionGroup,
        kind: LinkKind,
        antecedent: Option<u32>,
    ) {
        let chain = &mut self.chains[at];
        chain.titles = chain.titles.union_with(group.titles);
        chain.realm = chain.realm.or(group.realm);
        chain.is_former |= group.is_former;
        chain.is_called_by_surname |=
            !group.name.has_several_words() && !group.titles.is_insignificant();
        let antecedent = antecedent.filter(|antecedent| !group.mentions.contains(antecedent));
        chain.mentions.extend(group.mentions.iter().map(|&mention| (mention, kind, antecedent)));
        if chain.name.words.len() < group.name.words.len() || chain.name.words.is_empty() {
            chain.name = group.name.clone();
            chain.fullest_mention = group.mentions[0];
        }
        for word in group.name.words.iter().filter(|word| word.len() > 1) {
            let chains = self.by_word.entry(word.clone()).or_default();
            if chains.len() <= MAX_COMPARED_CHAINS && !chains.contains(&at) {
                chains.push(at);
            }
        }
    }
}

/// Creates links of mentions that have the whole name.
fn whole_name_links(mentions: &[u32]) -> Vec<(u32, LinkKind, Option<u32>)> {
    mentions.iter().map(|&mention| (mention, LinkKind::Name, None)).collect()
}

/// Converts a name of a text to a listed name. The last word is the family name.
pub(crate) fn to_listed_name(name: &PersonName) -> ListedName {
    let Some((family, given)) = name.words.split_last() else { return ListedName::default() };
    let family = vec![family.clone()];
    let form = NameForm { family, given: given.to_vec(), ..NameForm::default() };
    ListedName { forms: vec![form], nicknames: Vec::new(), titles: name.titles }
}

/// Whether a woman with the full name of a listed person is his wife: "Mrs. John Osei".
fn is_wife_of_listed_man(group: &MentionGroup, known: &ListedPerson) -> bool {
    let given = &group.name.words[..group.name.words.len() - 1];
    let is_man = given.iter().any(|word| is_male_given_name(word) || word.len() == 1)
        || known.titles.contains_any(&[Title::King, Title::Prince, Title::Pope]);
    group.titles.contains(Title::Woman) && group.titles.contradicts(known.titles) && is_man
}

fn suffixes_agree(a: &PersonName, b: &PersonName) -> bool {
    a.suffix.is_none() || b.suffix.is_none() || a.suffix == b.suffix
}

/// Whether one has the title of a woman and the other that of a man. "Mrs. Nixon" is
/// not "President Nixon", but a woman may be president.
fn differ_in_gender(a: TitleSet, b: TitleSet) -> bool {
    let (woman, other) = if a.contains(Title::Woman) { (a, b) } else { (b, a) };
    let president = other.contains(Title::President) && !woman.contains(Title::President);
    woman.contains(Title::Woman)
        && !other.contains(Title::Woman)
        && (president || other.contains(Title::Mister) || other.contains(Title::King))
}
