//! The hearers of statements whose words name none.
//!
//! Weights choose among the parties of the conversation: who speaks or is spoken to near
//! by, who met the speaker, the host of the telegram, the post. They may choose none.

use std::collections::HashMap;

use chancery_model::{Label, ParagraphRole, Party, Statement};

use super::PartyReader;
use crate::weights::Weights;

/// Statements before and behind whose parties may hear one.
const BEFORE: usize = 60;
const BEHIND: usize = 20;
/// The most parties that are compared.
const MOST: usize = 24;
/// The least sum of weights of a hearer. Pages say "perhaps to" of hearers that the words
/// do not name, so one is given where it is somewhat less likely than none.
const LEAST: f32 = -1.0;
/// Persons of the whole document who may hear.
const PROMINENT: usize = 8;

/// A statement as it was read, before its hearer is chosen.
pub(crate) struct Reported {
    pub(crate) statement: Statement,
    /// The index of the sentence of the cue.
    pub(crate) sentence: usize,
    /// The cue stands in what another statement says.
    pub(crate) is_nested: bool,
}

impl Reported {
    /// Likely, and said in this document.
    fn counts(&self) -> bool {
        self.statement.score >= 0.5 && !self.is_nested
    }

    fn is_by(&self, party: &Party) -> bool {
        self.statement.speaker.as_ref() == Some(party)
    }

    /// The words say that one party speaks to another.
    fn says_to(&self, speaker: &Party, hearer: &Party) -> bool {
        self.is_by(speaker) && self.statement.hearer.as_ref() == Some(hearer)
    }
}

/// The choice of a hearer: what holds for all choices, and each with its features.
pub(crate) struct HearerChoice {
    pub(crate) base: Vec<String>,
    pub(crate) parties: Vec<(Party, Vec<String>)>,
}

/// What is known of the whole document.
struct Talk<'r> {
    reported: &'r [Reported],
    /// The number of statements of each speaker.
    counts: HashMap<&'r Party, usize>,
    /// These numbers, the largest first.
    ranking: Vec<usize>,
    /// The sentences that mention each entity, in order.
    mentioned: HashMap<u32, Vec<usize>>,
    host: Option<Party>,
    /// The persons who are mentioned in most sentences.
    prominent: Vec<Party>,
}

/// Gives hearers to the statements that have none, where weights choose one.
pub(crate) fn choose_hearers(
    reported: &mut [Reported],
    parties: &PartyReader<'_>,
    weights: &Weights,
) {
    let chosen: Vec<(usize, Party)> = hearer_choices(reported, parties)
        .filter_map(|(at, choice)| {
            let features = choice.parties.iter().map(|(_, features)| features.as_slice());
            let best = weights.choose(&choice.base, features, LEAST)?;
            Some((at, choice.parties[best].0.clone()))
        })
        .collect();
    for (at, party) in chosen {
        reported[at].statement.hearer = Some(party);
    }
}

/// The statements without a hearer, by their index, each with the choice.
pub(crate) fn hearer_choices(
    reported: &[Reported],
    parties: &PartyReader<'_>,
) -> impl Iterator<Item = (usize, HearerChoice)> {
    let talk = Talk::new(reported, parties);
    (0..reported.len()).filter_map(move |at| Some((at, talk.choice(at, parties)?)))
}

impl<'r> Talk<'r> {
    fn new(reported: &'r [Reported], parties: &PartyReader<'_>) -> Self {
        let mut counts: HashMap<&Party, usize> = HashMap::new();
        for one in reported.iter().filter(|one| one.counts()) {
            if let Some(speaker) = &one.statement.speaker {
                *counts.entry(speaker).or_default() += 1;
            }
        }
        let mut ranking: Vec<usize> = counts.values().copied().collect();
        ranking.sort_unstable_by(|one, other| other.cmp(one));
        let mut mentioned: HashMap<u32, Vec<usize>> = HashMap::new();
        for (sentence, view) in parties.views.iter().enumerate() {
            for mention in view.words.iter().filter_map(|word| word.mention) {
                let entity = parties.annotated.entities.link_of_mention(mention as usize);
                let Some(entity) = entity.map(|link| link.entity) else { continue };
                let sentences = mentioned.entry(entity).or_default();
                if sentences.last() != Some(&sentence) {
                    sentences.push(sentence);
                }
            }
        }
        let mut persons: Vec<(usize, u32)> = (mentioned.iter())
            .filter(|(entity, _)| parties.label(**entity) == Some(Label::Per))
            .map(|(entity, sentences)| (sentences.len(), *entity))
            .collect();
        persons.sort_unstable_by_key(|&(count, entity)| (std::cmp::Reverse(count), entity));
        let prominent =
            persons.into_iter().take(PROMINENT).map(|(_, entity)| Party::Entity(entity)).collect();
        Self { reported, counts, ranking, mentioned, host: parties.conversations.host(), prominent }
    }

    fn choice(&self, at: usize, parties: &PartyReader<'_>) -> Option<HearerChoice> {
        let one = &self.reported[at];
        let speaker = one.statement.speaker.as_ref()?;
        if one.statement.hearer.is_some() {
            return None;
        }
        let window =
            &self.reported[at.saturating_sub(BEFORE)..self.reported.len().min(at + BEHIND)];
        let mut found: Vec<Party> = Vec::new();
        let nearest = window.iter().rev().filter(|other| other.counts());
        let said = nearest.flat_map(|other| [&other.statement.hearer, &other.statement.speaker]);
        let met = parties.conversations.partner(speaker);
        let asked = parties.meetings.iter().flat_map(|(_, persons)| persons).cloned();
        let prominent = self.prominent.iter().cloned();
        let all = [Some(Party::Post), met, self.host.clone()].into_iter().flatten();
        for party in all.chain(said.flatten().cloned()).chain(asked).chain(prominent) {
            if found.len() < MOST
                && party != *speaker
                && !found.contains(&party)
                && parties.can_listen(&party)
            {
                found.push(party);
            }
        }
        let base = self.base_features(one, speaker, parties);
        let parties = found
            .into_iter()
            .map(|party| {
                let features = self.features(at, speaker, &party, parties);
                (party, features)
            })
            .collect();
        Some(HearerChoice { base, parties })
    }

    /// What makes any hearer likely.
    fn base_features(
        &self,
        one: &Reported,
        speaker: &Party,
        parties: &PartyReader<'_>,
    ) -> Vec<String> {
        let kind = one.statement.kind.as_str();
        let label = parties.label_name(speaker);
        let nested = one.is_nested;
        let role = role_name(parties.views[one.sentence].role);
        vec![
            "h bias".to_owned(),
            format!("h kind={kind}"),
            format!("h nested={nested}"),
            format!("h speaker={label} {nested}"),
            format!("h role={role} {label}"),
            format!("h kind speaker={kind} {label}"),
            format!("h count={}", grade(self.count(speaker))),
        ]
    }

    fn count(&self, party: &Party) -> usize {
        self.counts.get(party).copied().unwrap_or(0)
    }

    fn features(
        &self,
        at: usize,
        speaker: &Party,
        party: &Party,
        parties: &PartyReader<'_>,
    ) -> Vec<String> {
        let one = &self.reported[at];
        let block = |reported: &Reported| parties.views[reported.sentence].block;
        let before = self.reported[at.saturating_sub(BEFORE)..at].iter().rev();
        let behind = self.reported[at + 1..].iter().take(BEHIND);
        // How near the closest statement of a kind is.
        let near = |mut found: Box<dyn Iterator<Item = &Reported> + '_>| match found.next() {
            None => "none",
            Some(other) if block(other) == block(one) => "paragraph",
            Some(_) => "far",
        };
        let told = near(Box::new(before.clone().filter(|o| o.says_to(speaker, party))));
        let told_by = near(Box::new(before.clone().filter(|o| o.says_to(party, speaker))));
        let will_tell = near(Box::new(behind.clone().filter(|o| o.says_to(speaker, party))));
        let answers = near(Box::new(behind.clone().filter(|o| o.counts() && o.is_by(party))));
        let spoke = near(Box::new(before.clone().filter(|o| o.counts() && o.is_by(party))));
        let last_other = before
            .clone()
            .filter(|other| other.counts() && !other.is_by(speaker))
            .find_map(|other| other.statement.speaker.as_ref());
        let is_last = last_other == Some(party);
        let conversations = &parties.conversations;
        let partner = conversations.partner(speaker).as_ref() == Some(party);
        let back = conversations.partner(party).as_ref() == Some(speaker);
        let is_host = self.host.as_ref() == Some(party);
        let together = parties
            .meetings
            .iter()
            .filter(|(_, persons)| persons.contains(speaker) && persons.contains(party))
            .count();
        let side = |one: &Party| if parties.named.is_ours(one) { "ours" } else { "theirs" };
        let sides = format!("{} {}", side(speaker), side(party));
        let (label, of_speaker) = (parties.label_name(party), parties.label_name(speaker));
        let count = self.count(party);
        let rank = self.ranking.partition_point(|other| *other > count);
        let rank = if count == 0 { "silent" } else { grade(rank) };
        let in_content = matches!(party, Party::Entity(_))
            && parties.parties_in(one.statement.content).contains(party);
        let mentioned = self.mentioned_before(party, one.sentence, parties);
        let nested = one.is_nested;
        let many = grade(self.mentions(party));
        vec![
            format!("h told={told} {nested}"),
            format!("h told by={told_by} {nested}"),
            format!("h will tell={will_tell} {nested}"),
            format!("h spoke={spoke} {nested}"),
            format!("h answers={answers} {nested}"),
            format!("h last={is_last} {spoke}"),
            format!("h partner={partner} {back} {nested}"),
            format!("h host={is_host} {nested} {sides}"),
            format!("h together={} {nested}", grade(together)),
            format!("h sides={sides} {label}"),
            format!("h labels={of_speaker} {label}"),
            format!("h labels nested={of_speaker} {label} {nested}"),
            format!("h rank={rank} {label}"),
            format!("h rank sides={rank} {sides}"),
            format!("h content={in_content} {label}"),
            format!("h mentioned={mentioned} {label}"),
            format!("h mentions={many} {label}"),
            format!("h told spoke={told} {spoke} {is_last}"),
            format!("h partner host={partner} {is_host} {told}"),
        ]
    }

    fn mentions(&self, party: &Party) -> usize {
        match party {
            Party::Entity(entity) => self.mentioned.get(entity).map_or(0, Vec::len),
            _ => 0,
        }
    }

    /// How near before a sentence a party is mentioned.
    fn mentioned_before(
        &self,
        party: &Party,
        sentence: usize,
        parties: &PartyReader<'_>,
    ) -> &'static str {
        let Party::Entity(entity) = party else { return "words" };
        let Some(sentences) = self.mentioned.get(entity) else { return "never" };
        let before = sentences.partition_point(|&other| other <= sentence);
        let Some(&last) = before.checked_sub(1).and_then(|at| sentences.get(at)) else {
            return "later";
        };
        let block = |sentence: usize| parties.views[sentence].block;
        match sentence - last {
            0 => "same",
            1 if block(last) == block(sentence) => "sentence",
            _ if block(last) == block(sentence) => "paragraph",
            _ => "far",
        }
    }
}

impl PartyReader<'_> {
    /// A party's class: a person, an organisation, a place, words, the post.
    pub(super) fn label_name(&self, party: &Party) -> &'static str {
        match party {
            Party::Post => "post",
            Party::Words(_) => "words",
            Party::Entity(entity) => match self.label(*entity) {
                Some(Label::Per) => "person",
                Some(Label::Org) => "organisation",
                Some(Label::Loc) => "place",
                _ => "other",
            },
        }
    }
}

const fn role_name(role: ParagraphRole) -> &'static str {
    match role {
        ParagraphRole::Comment => "comment",
        ParagraphRole::Summary => "summary",
        ParagraphRole::ActionRequest => "request",
        _ => "body",
    }
}

/// A number in steps.
const fn grade(count: usize) -> &'static str {
    match count {
        0 => "0",
        1 => "1",
        2 => "2",
        3..=5 => "3",
        6..=11 => "6",
        _ => "12",
    }
}
