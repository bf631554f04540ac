//! Who met or spoke to whom so far, for statements that name no hearer.

use std::collections::BTreeMap;

use chancery_model::Party;

/// Who listened to whom, and who met whom.
#[derive(Default)]
pub(crate) struct Conversations {
    /// To whom each speaker spoke last, as the sentences before say.
    heard: BTreeMap<Party, Party>,
    /// Whom each person met first, in the whole document: a summary comes before the
    /// meeting that it tells of.
    met: BTreeMap<Party, Party>,
    /// Those of the sender's side who met others, with the number of meetings.
    hosts: Vec<(usize, Party)>,
}

impl Conversations {
    /// A speaker spoke to a hearer.
    pub(crate) fn hear(&mut self, speaker: &Party, hearer: &Party) {
        self.heard.insert(speaker.clone(), hearer.clone());
        self.heard.entry(hearer.clone()).or_insert_with(|| speaker.clone());
    }

    /// The first of these persons met the others. A meeting with the sender's side counts
    /// more than one with others: telegrams report of the former.
    pub(crate) fn meet(&mut self, persons: &[Party], is_ours: impl Fn(&Party) -> bool) {
        let Some((first, others)) = persons.split_first() else { return };
        if let Some(host) = persons.iter().find(|one| is_ours(one)) {
            match self.hosts.iter_mut().find(|(_, known)| known == host) {
                Some((count, _)) => *count += 1,
                None => self.hosts.push((1, host.clone())),
            }
        }
        let mut join = |one: &Party, other: &Party| {
            let known = self.met.get(one);
            if known.is_none_or(|known| !is_ours(known) && is_ours(other)) {
                self.met.insert(one.clone(), other.clone());
            }
        };
        for other in others {
            join(first, other);
            join(other, first);
        }
    }

    /// To whom a party spoke, or whom it met.
    pub(crate) fn partner(&self, party: &Party) -> Option<Party> {
        self.heard.get(party).or_else(|| self.met.get(party)).cloned()
    }

    /// The party of the sender's side that met others most often, or else the party that
    /// most others met or spoke to; of several, the last in their order, so that equal
    /// documents have equal hearers.
    pub(crate) fn host(&self) -> Option<Party> {
        let most = self.hosts.iter().rev().max_by_key(|(count, _)| *count);
        if let Some((_, host)) = most {
            return Some(host.clone());
        }
        let mut counts: Vec<(usize, &Party)> = Vec::new();
        for party in self.heard.values().chain(self.met.values()) {
            match counts.iter_mut().find(|(_, known)| *known == party) {
                Some((count, _)) => *count += 1,
                None => counts.push((1, party)),
            }
        }
        counts.into_iter().max_by_key(|(count, _)| *count).map(|(_, party)| party.clone())
    }
}

/// A word for a meeting or a talk.
pub(crate) fn is_meeting(word: &str) -> bool {
    const MEETINGS: [&str; 24] = [
        "met",
        "meeting",
        "meetings",
        "meets",
        "lunch",
        "luncheon",
        "dinner",
        "breakfast",
        "called",
        "call",
        "conversation",
        "discussion",
        "discussions",
        "talks",
        "visit",
        "hosted",
        "discussed",
        "delivered",
        "raised",
        "reinforced",
        "demarched",
        "briefed",
        "spoke",
        "summoned",
    ];
    MEETINGS.contains(&word)
}
