//! Who met whom, as the sentences of the whole document tell.

use chancery_model::{Label, Party};

use super::PartyReader;
use crate::conversations::{Conversations, is_meeting};
use crate::grammar::is_voice;

/// Sentences of meetings that are kept: those of a long document are not compared with
/// each of its statements.
const MOST_MEETINGS: usize = 24;

impl PartyReader<'_> {
    /// Reads who met whom in the whole document.
    pub(super) fn read_meetings(&mut self) {
        let mut conversations = Conversations::default();
        let mut meetings = Vec::new();
        for (number, view) in self.views.iter().enumerate() {
            if view.words.iter().any(|word| is_meeting(&word.lower)) {
                let persons = self.persons_of(number);
                conversations.meet(&persons, |party| self.named.is_ours(party));
                if persons.len() > 1 && meetings.len() < MOST_MEETINGS {
                    meetings.push((number, persons));
                }
            }
        }
        self.conversations = conversations;
        self.meetings = meetings;
    }

    /// The persons of a sentence, and the post's voice, in order and each once.
    fn persons_of(&self, sentence: usize) -> Vec<Party> {
        let view = &self.views[sentence];
        let mut parties: Vec<Party> = Vec::new();
        let mut at = 0;
        while at < view.words.len() {
            let word = &view.words[at];
            let end = match word.mention {
                Some(mention) => {
                    (at..view.words.len())
                        .take_while(|&next| view.words[next].mention == Some(mention))
                        .count()
                        + at
                }
                None => at + 1,
            };
            let is_person = match word.mention {
                Some(mention) => self.annotated.mentions[mention as usize].label == Label::Per,
                // "Ambassador Osei" is named by the mention.
                None => {
                    let is_title = view.words.get(end).is_some_and(|next| next.is_person);
                    !is_title && (is_voice(&word.lower) || word.is("ambassador"))
                }
            };
            if is_person
                && let Some(party) = self.party(sentence, &(at..end), &[])
                && !parties.contains(&party)
            {
                parties.push(party);
            }
            at = end;
        }
        parties
    }
}
