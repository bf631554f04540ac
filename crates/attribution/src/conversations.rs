//! Who met or spoke to whom so far, for statements that name no hearer.

use std::collections::BTreeMap;

use chancery_model::Party;

/// Who listened to whom, and who met whom, as the sentences before say.
#[derive(Default)]
pub(crate) struct Conversations {
    /// To whom each speaker spoke last.
    heard: BTreeMap<Party, Party>,
    /// Whom each person met first.
    met: BTreeMap<Party, Party>,
}

impl Conversations {
    /// A speaker spoke to a hearer.
    pub(crate) fn hear(&mut self, speaker: &Party, hearer: &Party) {
        self.heard.insert(speaker.clone(), hearer.clone());
        self.heard.entry(hearer.clone()).or_insert_with(|| speaker.clone());
    }

    /// The first of these persons met the others.
    pub(crate) fn meet(&mut self, persons: &[Party]) {
        let [first, others @ ..] = persons else { return };
        for other in others {
            self.met.entry(first.clone()).or_insert_with(|| other.clone());
            self.met.entry(other.clone()).or_insert_with(|| first.clone());
        }
    }

    /// To whom a party spoke, or whom it met.
    pub(crate) fn partner(&self, party: &Party) -> Option<Party> {
        self.heard.get(party).or_else(|| self.met.get(party)).cloned()
    }

    /// The party that most others met or spoke to; of several, the last in their order, so
    /// that equal documents have equal hearers.
    pub(crate) fn host(&self) -> Option<Party> {
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
