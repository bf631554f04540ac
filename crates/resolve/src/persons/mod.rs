//! Resolves mentions of persons to coreference chains.
//!
//! Mentions with the same words and significant titles are one
//! [group](groups). Groups of full names come first. Each is linked to a person
//! of the list, or joins the chain of another form of its name. [Names of one
//! word](surnames) come next. Each joins the only chain of that name in the
//! document, or else the only person of the list whose titles do not contradict
//! it. Other groups become new chains. If a name may mean several persons and
//! nothing decides, it stays separate: a wrong merge is worse than a missed one.

mod groups;
mod surnames;

use std::collections::HashMap;

use chancery_model::{Mention, TextSpan, Tie};

use crate::name::{Fit, Form, Listed, Office, Offices, Spoken, alike};
use crate::office::Around;
use crate::roster::Roster;
use groups::{Group, groups};

/// Maximum number of chains for comparisons of each name with every other. In a
/// document with more, transliterations are not compared. A word in the names of
/// more chains does not identify a person.
const FEW: usize = 200;

/// The mentions of one person in a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chain {
    /// The row of the person in the list.
    pub(crate) listed: Option<u32>,
    /// The fullest name.
    pub(crate) spoken: Spoken,
    /// The mention with the fullest name.
    pub(crate) fullest: u32,
    /// The titles of the person in the document.
    pub(crate) offices: Offices,
    /// The mentions, the kind of each link and the mention that it rests on.
    pub(crate) mentions: Vec<(u32, Tie, Option<u32>)>,
    /// Whether the name may mean several persons.
    pub(crate) torn: bool,
    /// The mentions of the family's members, if it is a plural: "the Kennedys".
    pub(crate) family_of: Vec<u32>,
    /// The reason for the link to the list.
    pub(crate) why: &'static str,
    /// The confidence of that link.
    pub(crate) score: f32,
}

/// The persons of a document.
pub(crate) struct Persons {
    pub(crate) chains: Vec<Chain>,
    /// The titles around each mention of a person.
    pub(crate) around: Vec<(u32, Around)>,
}

/// Resolves the mentions of persons in a document.
pub(crate) fn persons(
    text: &str,
    mentions: &[Mention],
    signatures: &[TextSpan],
    roster: &Roster,
) -> Persons {
    let mut around_each = Vec::new();
    let groups = groups(text, mentions, &mut around_each);
    let mut chains =
        Chains { roster, chains: Vec::new(), by_listed: HashMap::new(), by_word: HashMap::new() };
    let is_full = |group: &&Group| group.spoken.is_full();
    let mut full: Vec<&Group> = groups.iter().filter(is_full).collect();
    full.sort_by_key(|group| {
        (std::cmp::Reverse(group.spoken.words.concat().len()), group.mentions[0])
    });
    for group in full {
        chains.add_full(group);
    }
    let (titled, bare): (Vec<&Group>, Vec<&Group>) =
        groups.iter().filter(|group| !is_full(group)).partition(|group| !group.offices.is_silent());
    for group in titled.into_iter().chain(bare) {
        if !chains.add_family(group) {
            chains.add_single(group);
        }
    }
    let mut chains = chains.chains;
    for chain in &mut chains {
        chain.mentions.sort_unstable_by_key(|(mention, ..)| *mention);
        for (mention, tie, _) in &mut chain.mentions {
            let span = mentions[*mention as usize].span;
            if *tie == Tie::Surname && signatures.iter().any(|signature| signature.overlaps(&span))
            {
                *tie = Tie::Signature;
            }
        }
    }
    chains.retain(|chain| !chain.mentions.is_empty());
    chains.sort_by_key(|chain| chain.mentions[0].0);
    Persons { chains, around: around_each }
}

struct Chains<'a> {
    roster: &'a Roster,
    chains: Vec<Chain>,
    by_listed: HashMap<u32, usize>,
    /// Chains by the words of their names. A frequent word has only its first
    /// chains.
    by_word: HashMap<String, Vec<usize>>,
}

impl Chains<'_> {
    fn add_full(&mut self, group: &Group) {
        if let Some((row, score)) = self.listed_full(group) {
            let chain = self.of_listed(row, "the full name", score);
            return self.join(chain, group, Tie::Name, None);
        }
        if self.is_glued(group) {
            self.chains.push(Chain {
                torn: true,
                spoken: group.spoken.clone(),
                fullest: group.mentions[0],
                mentions: whole_names(&group.mentions),
                ..Chain::default()
            });
            return;
        }
        let same = self.same_name(group);
        match same[..] {
            [chain] => {
                let by = Some(self.chains[chain].fullest);
                self.join(chain, group, Tie::Variant, by);
            }
            _ => {
                self.chains.push(Chain { torn: same.len() > 1, ..Chain::default() });
                self.join(self.chains.len() - 1, group, Tie::Name, None);
            }
        }
    }

    /// Whether a name is two family names of the list without the separator
    /// between them: "Nasser Hussein".
    fn is_glued(&self, group: &Group) -> bool {
        let words = &group.spoken.words;
        let family = |word: &String| self.roster.has_family(word);
        words.len() == 2 && words.iter().all(family) && self.roster.called(&words[0]).is_empty()
    }

    /// Returns the only person of the list with this full name, and the score.
    fn listed_full(&self, group: &Group) -> Option<(u32, f32)> {
        let offices = group.offices;
        let mut fits: Vec<(f32, u32, f32)> = Vec::new();
        for (row, fit) in self.roster.bearers(&group.spoken) {
            let known = self.roster.get(row);
            if let Fit::Full(strength) = fit
                && strength >= 0.5
                && !(offices.has(Office::Mistress) && offices.contradict(known.offices))
            {
                let shared = if offices.share(known.offices) { 0.3 } else { 0.0 };
                fits.push((strength + shared, row, strength));
            }
        }
        fits.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        match fits[..] {
            [(_, row, strength)] => Some((row, 0.7 + 0.29 * strength)),
            [(best, row, strength), (second, ..), ..] if best - second > 0.15 => {
                Some((row, 0.6 + 0.3 * strength))
            }
            _ => None,
        }
    }

    /// Returns the chains of the document with another form of this name.
    fn same_name(&self, group: &Group) -> Vec<usize> {
        let listed = listed(&group.spoken);
        let agree = |&chain: &usize| {
            let other = &self.chains[chain];
            other.spoken.is_full()
                && suffixes_agree(&group.spoken, &other.spoken)
                && !parted_by_marriage(group.offices, other.offices)
                && (matches!(listed.fit(&other.spoken), Fit::Full(_))
                    || alike(&group.spoken.words.concat(), &other.spoken.words.concat()))
        };
        let with_word = group.spoken.words.iter().filter_map(|word| self.by_word.get(word));
        let telling = with_word.filter(|bearers| bearers.len() <= FEW);
        let mut same: Vec<usize> = telling.flatten().copied().filter(agree).collect();
        if same.is_empty() && self.chains.len() < FEW {
            same = (0..self.chains.len()).filter(agree).collect();
        }
        same.sort_unstable();
        same.dedup();
        same
    }

    /// Returns the chain of a person of the list. Adds it if it is new.
    fn of_listed(&mut self, row: u32, why: &'static str, score: f32) -> usize {
        if let Some(&chain) = self.by_listed.get(&row) {
            return chain;
        }
        self.chains.push(Chain { listed: Some(row), why, score, ..Chain::default() });
        self.by_listed.insert(row, self.chains.len() - 1);
        self.chains.len() - 1
    }

    fn join(&mut self, at: usize, group: &Group, tie: Tie, by: Option<u32>) {
        let chain = &mut self.chains[at];
        chain.offices = chain.offices.and(group.offices);
        let by = by.filter(|by| !group.mentions.contains(by));
        chain.mentions.extend(group.mentions.iter().map(|&mention| (mention, tie, by)));
        if chain.spoken.words.len() < group.spoken.words.len() || chain.spoken.words.is_empty() {
            chain.spoken = group.spoken.clone();
            chain.fullest = group.mentions[0];
        }
        for word in group.spoken.words.iter().filter(|word| word.len() > 1) {
            let chains = self.by_word.entry(word.clone()).or_default();
            if chains.len() <= FEW && !chains.contains(&at) {
                chains.push(at);
            }
        }
    }
}

/// Creates links of mentions that have the whole name.
fn whole_names(mentions: &[u32]) -> Vec<(u32, Tie, Option<u32>)> {
    mentions.iter().map(|&mention| (mention, Tie::Name, None)).collect()
}

/// Converts a name of a text to one of a list. The last word is the family name.
pub(crate) fn listed(spoken: &Spoken) -> Listed {
    let Some((family, given)) = spoken.words.split_last() else { return Listed::default() };
    let form = Form { family: vec![family.clone()], given: given.to_vec(), free: false };
    Listed { forms: vec![form], nicknames: Vec::new(), offices: spoken.offices }
}

fn suffixes_agree(a: &Spoken, b: &Spoken) -> bool {
    a.suffix.is_none() || b.suffix.is_none() || a.suffix == b.suffix
}

/// Whether one is Mrs and the other has the title of a man.
fn parted_by_marriage(a: Offices, b: Offices) -> bool {
    a.has(Office::Mistress) != b.has(Office::Mistress) && {
        let other = if a.has(Office::Mistress) { b } else { a };
        other.has(Office::Mister) || other.has(Office::President) || other.has(Office::King)
    }
}
