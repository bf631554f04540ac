//! Who speaks and who hears: the party behind the words around a word of saying.
//!
//! Sentences are read in order. Names and offices have entities already. A pronoun
//! stands for the last party that fits it; a verb without a subject shares that of the
//! verb before; a definite phrase ("the Minister") stands for a person with that title.

use std::collections::HashMap;
use std::ops::Range;

use chancery_model::{Annotated, Label, Party, TextSpan};

use crate::candidates::Candidate;
use crate::conversations::{Conversations, is_meeting};
use crate::grammar::{CuePart, WordClass, is_voice};
use crate::named_party::NamedParties;
use crate::people::{
    PronounKind, Sex, is_first_person, names_person, names_persons, sex_of_words, sexes,
};
use crate::phrase::{phrase_after, with_name_behind};
use crate::sentence::SentenceView;
use crate::subject::SubjectKind;

use clauses::{first_subject, opens_clause, subject_behind_opening};

mod clauses;
mod pronouns;

/// A party that was named, for pronouns that come later.
#[derive(Clone)]
struct Named {
    party: Party,
    sentence: usize,
    is_person: bool,
    is_group: bool,
    sex: Option<Sex>,
}

/// Reads the parties of the candidates of one document, in order.
pub(crate) struct PartyReader<'a> {
    annotated: &'a Annotated,
    views: &'a [SentenceView],
    named: NamedParties<'a>,
    sexes: HashMap<u32, Sex>,
    /// The speakers so far, the last one last.
    speakers: Vec<Named>,
    /// The speakers of the statements of the last sentence, and whether their clauses are
    /// main clauses.
    of_sentence: (usize, Vec<(Party, bool)>),
    /// Whether each sentence starts within a quotation.
    starts_quoted: Vec<bool>,
    conversations: Conversations,
    /// What was said so far that may hold statements of others: cue and content.
    said: Vec<(TextSpan, TextSpan)>,
}

/// A statement whose parties are sought.
pub(crate) struct Telling<'c> {
    pub(crate) candidate: &'c Candidate,
    pub(crate) content: TextSpan,
    /// Probability that it is a statement.
    pub(crate) score: f32,
}

impl<'a> PartyReader<'a> {
    pub(crate) fn new(annotated: &'a Annotated, views: &'a [SentenceView]) -> Self {
        let mut reader = Self {
            annotated,
            views,
            named: NamedParties::new(annotated, views),
            sexes: sexes(annotated),
            speakers: Vec::new(),
            of_sentence: (0, Vec::new()),
            starts_quoted: quoted_starts(views),
            conversations: Conversations::default(),
            said: Vec::new(),
        };
        reader.read_meetings();
        reader
    }

    /// The speaker of what may be a statement.
    pub(crate) fn speaker(&mut self, telling: &Telling<'_>) -> Option<Party> {
        let Telling { candidate, content, score } = telling;
        let view = &self.views[candidate.sentence];
        let subject = &candidate.subject;
        let found = match subject.kind {
            _ if self.asked_party(candidate).is_some() => {
                let asked = self.asked_party(candidate);
                asked.and_then(|asked| self.conversations.partner(&asked)).or(Some(Party::Post))
            }
            SubjectKind::Shared | SubjectKind::Missing => self.shared(candidate),
            _ => {
                let mut excluded = self.persons_in(*content);
                if let Some(addressee) = &candidate.opening.addressee {
                    excluded.extend(self.persons_in(view.span(addressee)));
                }
                self.party(candidate.sentence, &subject.range, &excluded)
            }
        };
        if let Some(party) = &found {
            if self.of_sentence.0 != candidate.sentence {
                self.of_sentence = (candidate.sentence, Vec::new());
            }
            if *score >= 0.25 && !subject.range.is_empty() {
                let is_main = opens_clause(view, subject.range.start);
                self.of_sentence.1.push((party.clone(), is_main));
            }
            if *score >= 0.5 && !self.is_nested(candidate) {
                let is_group = subject.range.clone().any(|at| view.lower(at) == "and")
                    || matches!(party, Party::Words(words) if words.ends_with('s'));
                self.remember(candidate.sentence, party.clone(), is_group);
            }
        }
        found
    }

    /// The hearer: the words say it, or else it is whom the speaker met or spoke to
    /// before.
    pub(crate) fn hearer(
        &mut self,
        telling: &Telling<'_>,
        speaker: Option<&Party>,
    ) -> Option<Party> {
        let candidate = telling.candidate;
        let is_nested = self.is_nested(candidate);
        if telling.score >= 0.5 {
            let cue = self.views[candidate.sentence].span(&candidate.cue);
            self.said.push((cue, telling.content));
        }
        let words =
            candidate.opening.addressee.clone().or(candidate.subject.passive_subject.clone());
        let said = words.and_then(|range| {
            let excluded: Vec<Party> = speaker.cloned().into_iter().collect();
            self.party(candidate.sentence, &range, &excluded)
        });
        let asked = self.asked_party(candidate);
        let speaker = speaker?;
        let found = said.or(asked).filter(|hearer| hearer != speaker);
        if let Some(hearer) = found {
            if !is_nested && self.can_listen(&hearer) {
                self.conversations.hear(speaker, &hearer);
            }
            return Some(hearer);
        }
        let partner = self.conversations.partner(speaker);
        // What others said elsewhere is quoted: the host of this telegram did not hear it.
        let speaks_here = self.speakers.iter().any(|named| named.party == *speaker);
        if is_nested && !speaks_here {
            return partner;
        }
        partner.or_else(|| {
            let last = self.speakers.iter().rev().find(|named| {
                named.party != *speaker && (named.is_person || named.party == Party::Post)
            });
            match speaker {
                Party::Post => last.map(|named| named.party.clone()),
                _ => self.conversations.host().or(Some(Party::Post)).filter(|host| host != speaker),
            }
        })
    }

    /// Whether the cue is inside the content of another statement.
    fn is_nested(&self, candidate: &Candidate) -> bool {
        let cue = self.views[candidate.sentence].span(&candidate.cue);
        self.said.iter().rev().take(6).any(|(other, content)| {
            *other != cue && content.start <= cue.start && cue.end <= content.end
        })
    }

    /// "Asked whether it rained, the Minister said": who is asked.
    fn asked_party(&self, candidate: &Candidate) -> Option<Party> {
        let view = &self.views[candidate.sentence];
        let is_asked = matches!(candidate.lemma, "ask" | "press" | "question" | "query")
            && candidate.part == CuePart::Verb
            && view.words[..candidate.cue.start]
                .iter()
                .all(|word| matches!(word.class, WordClass::Adverb | WordClass::Subordinator))
            && view.lower(candidate.cue.start).ends_with("ed");
        if !is_asked {
            return None;
        }
        let comma = (candidate.cue.end..view.words.len()).find(|&at| view.lower(at) == ",")?;
        let phrase = phrase_after(view, comma + 1)?;
        self.party(candidate.sentence, &phrase, &[])
    }

    /// The persons who are named in a part of the text.
    fn persons_in(&self, span: TextSpan) -> Vec<Party> {
        let mentions = &self.annotated.mentions;
        let first = mentions.partition_point(|mention| mention.span.start < span.start);
        (first..mentions.len())
            .take_while(|&at| mentions[at].span.end <= span.end)
            .filter(|&at| mentions[at].label == Label::Per)
            .filter_map(|at| self.annotated.entities.link_of_mention(at))
            .map(|link| Party::Entity(link.entity))
            .collect()
    }

    /// A person or a group, not a country.
    fn can_listen(&self, party: &Party) -> bool {
        match party {
            Party::Entity(entity) => self.label(*entity) != Some(Label::Loc),
            Party::Post => true,
            Party::Words(words) => names_persons(words),
        }
    }

    /// Reads who met whom in the whole document.
    fn read_meetings(&mut self) {
        let mut conversations = Conversations::default();
        for (number, view) in self.views.iter().enumerate() {
            if view.words.iter().any(|word| is_meeting(&word.lower)) {
                conversations.meet(&self.persons_of(number), |party| self.named.is_ours(party));
            }
        }
        self.conversations = conversations;
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

    /// The first phrase of the sentence, up to a word.
    pub(crate) fn first_phrase(&self, sentence: usize, limit: usize) -> Option<Range<usize>> {
        first_subject(&self.views[sentence], limit)
    }

    /// All parties of a phrase that joins several with "and" or commas.
    pub(crate) fn all_of(&self, sentence: usize, range: &Range<usize>) -> Vec<Party> {
        let view = &self.views[sentence];
        let mut parties = Vec::new();
        let mut start = range.start;
        for at in range.start..=range.end {
            let is_joint = at == range.end
                || (view.words[at].mention.is_none() && matches!(view.lower(at), "and" | ","));
            if is_joint {
                let party = (start < at).then(|| self.party(sentence, &(start..at), &[])).flatten();
                parties.extend(party.filter(|party| !parties.contains(party)));
                start = at + 1;
            }
        }
        parties
    }

    /// The parties of the phrases that start at a word: "with the Minister and his deputy".
    pub(crate) fn behind(&self, sentence: usize, start: usize) -> Vec<Party> {
        let view = &self.views[sentence];
        let mut parties = Vec::new();
        let mut at = start;
        while let Some(phrase) = phrase_after(view, at) {
            let phrase = with_name_behind(view, phrase);
            let party = self.party(sentence, &phrase, &[]);
            parties.extend(party.filter(|party| !parties.contains(party)));
            at = phrase.end;
            if !matches!(view.lower(at), "," | "and") {
                break;
            }
            at += 1;
            if view.lower(at) == "and" {
                at += 1;
            }
        }
        parties
    }

    /// The mention of a place at a word.
    pub(crate) fn place_at(&self, sentence: usize, at: usize) -> Option<u32> {
        let mention = self.views[sentence].words.get(at)?.mention?;
        (self.annotated.mentions[mention as usize].label == Label::Loc).then_some(mention)
    }

    fn remember(&mut self, sentence: usize, party: Party, is_group: bool) {
        let is_person = match &party {
            Party::Entity(entity) => self.label(*entity) == Some(Label::Per),
            Party::Words(words) => !is_group && names_person(words),
            Party::Post => false,
        };
        let sex = match &party {
            Party::Entity(entity) => self.sexes.get(entity).copied(),
            Party::Words(words) => sex_of_words(words),
            Party::Post => None,
        };
        self.speakers.push(Named { party, sentence, is_person, is_group, sex });
    }

    fn label(&self, entity: u32) -> Option<Label> {
        self.annotated.entities.entities.get(entity as usize).map(|entity| entity.label)
    }

    /// The subject of the verb before, or else the first phrase of the sentence.
    fn shared(&self, candidate: &Candidate) -> Option<Party> {
        let (sentence, speakers) = &self.of_sentence;
        if *sentence == candidate.sentence
            && let Some((party, _)) =
                speakers.iter().rev().find(|(_, is_main)| *is_main).or(speakers.first())
        {
            return Some(party.clone());
        }
        let view = &self.views[candidate.sentence];
        let range = first_subject(view, candidate.cue.start)
            .or_else(|| subject_behind_opening(view, candidate.cue.end))?;
        self.party(candidate.sentence, &range, &[])
    }

    /// The party that a phrase stands for. A pronoun stands for none of the excluded.
    fn party(&self, sentence: usize, range: &Range<usize>, excluded: &[Party]) -> Option<Party> {
        let view = &self.views[sentence];
        let words = &view.words[range.clone()];
        let first = words.first()?;
        if words.len() == 1 && first.mention.is_none() {
            if is_first_person(&first.lower) && self.is_quoted(sentence, range.start) {
                return self.speakers.last().map(|named| named.party.clone());
            }
            if is_first_person(&first.lower) {
                return Some(Party::Post);
            }
            if let Some(kind) = PronounKind::of_word(&first.lower) {
                return self.of_pronoun(sentence, range.start, kind, excluded);
            }
        }
        Some(self.named.of_phrase(view, range))
    }

    fn is_quoted(&self, sentence: usize, at: usize) -> bool {
        let mut quoted = self.starts_quoted[sentence];
        for word in &self.views[sentence].words[..at] {
            quoted = after_quote(&word.lower, quoted);
        }
        quoted
    }
}

/// Whether a quotation is open behind a word.
fn after_quote(word: &str, open: bool) -> bool {
    match word {
        "\"" => !open,
        "“" | "``" | "«" => true,
        "”" | "''" | "»" => false,
        _ => open,
    }
}

/// Whether each sentence starts within a quotation. Quotations end with their paragraph.
fn quoted_starts(views: &[SentenceView]) -> Vec<bool> {
    let (mut open, mut block) = (false, usize::MAX);
    views
        .iter()
        .map(|view| {
            open = open && view.block == block;
            block = view.block;
            let start = open;
            open = view.words.iter().fold(open, |open, word| after_quote(&word.lower, open));
            start
        })
        .collect()
}
