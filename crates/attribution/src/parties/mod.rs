//! Who speaks and who hears: the party behind the words around a word of saying.
//!
//! Sentences are read in order. Names and offices have entities already. A pronoun
//! stands for the last party that fits it; a verb without a subject shares that of the
//! verb before; a definite phrase ("the Minister") stands for a person with that title.

use std::collections::HashMap;
use std::ops::Range;

use chancery_model::{Annotated, Label, Party, TextSpan};

use crate::candidates::Candidate;
use crate::conversations::Conversations;
use crate::grammar::{CuePart, WordClass};
use crate::named_party::NamedParties;
use crate::people::{
    PronounKind, Sex, can_speak, is_first_person, names_person, names_persons, sex_of_words, sexes,
};
use crate::phrase::{phrase_after, with_name_behind};
use crate::sentence::SentenceView;
use crate::subject::SubjectKind;

use turns::Turn;

use clauses::{first_subject, opens_clause, subject_behind_opening};

pub(crate) use hearers::{Reported, choose_hearers, hearer_choices};
pub(crate) use turns::find_turns;

mod clauses;
mod hearers;
mod meetings;
mod pronouns;
mod turns;

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
    /// The turns of a conversation that is written down like a play: the first sentence
    /// of each, and its speaker.
    turns: Vec<(usize, Party)>,
    conversations: Conversations,
    /// The parties of each sentence that tells of a meeting, by its index.
    meetings: Vec<(usize, Vec<Party>)>,
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
            turns: Vec::new(),
            conversations: Conversations::default(),
            meetings: Vec::new(),
            said: Vec::new(),
        };
        reader.read_meetings();
        reader
    }

    /// The text of the document.
    pub(crate) fn text(&self) -> &'a str {
        self.annotated.document.text.as_str()
    }

    /// The party that words name.
    pub(crate) fn party_of(&self, sentence: usize, words: &Range<usize>) -> Option<Party> {
        self.party(sentence, words, &[])
    }

    /// Finds the speakers of turns, and keeps them: they say "I" in their turns.
    pub(crate) fn take_up_turns(&mut self, turns: Vec<Turn>) -> Vec<(Turn, Party)> {
        let turns = turns.into_iter();
        let spoken: Vec<(Turn, Party)> =
            turns.filter_map(|turn| turn.speaker(self).map(|speaker| (turn, speaker))).collect();
        let first = |(turn, speaker): &(Turn, Party)| (turn.sentences.start, speaker.clone());
        self.turns = spoken.iter().map(first).collect();
        spoken
    }

    /// Keeps the speaker of a turn for pronouns that come later.
    pub(crate) fn keep_turn(&mut self, turn: &Reported) {
        if let Some(speaker) = &turn.statement.speaker {
            self.remember(turn.sentence, speaker.clone(), false);
        }
        self.said.push((turn.statement.cue, turn.statement.content));
    }

    /// The speaker of the turn that a sentence is in.
    fn turn_speaker(&self, sentence: usize) -> Option<&Party> {
        let behind = self.turns.partition_point(|(first, _)| *first <= sentence);
        self.turns.get(behind.checked_sub(1)?).map(|(_, speaker)| speaker)
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
                let party = self.party(candidate.sentence, &subject.range, &excluded);
                match &party {
                    // "took particular note and asked": the phrase is no subject.
                    Some(Party::Words(words)) if !can_speak(words) => {
                        self.shared(candidate).or(party)
                    }
                    _ => party,
                }
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

    /// The hearer whom the words name.
    pub(crate) fn named_hearer(
        &mut self,
        telling: &Telling<'_>,
        speaker: Option<&Party>,
    ) -> Option<Party> {
        let candidate = telling.candidate;
        let words =
            candidate.opening.addressee.clone().or(candidate.subject.passive_subject.clone());
        let named = words.and_then(|range| {
            let excluded: Vec<Party> = speaker.cloned().into_iter().collect();
            self.party(candidate.sentence, &range, &excluded)
        });
        let asked = self.asked_party(candidate);
        let speaker = speaker?;
        let hearer = named.or(asked).filter(|hearer| hearer != speaker)?;
        if !self.is_nested(candidate) && self.can_listen(&hearer) {
            self.conversations.hear(speaker, &hearer);
        }
        Some(hearer)
    }

    /// Keeps what is likely to be said: statements may stand in it.
    pub(crate) fn keep_said(&mut self, telling: &Telling<'_>) {
        if telling.score >= 0.5 {
            let cue = self.views[telling.candidate.sentence].span(&telling.candidate.cue);
            self.said.push((cue, telling.content));
        }
    }

    /// Whether the cue is inside the content of another statement.
    pub(crate) fn is_nested(&self, candidate: &Candidate) -> bool {
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
        let mut parties = self.parties_in(span);
        parties.retain(|party| self.is_person(party));
        parties
    }

    /// The parties that are named in a part of the text.
    fn parties_in(&self, span: TextSpan) -> Vec<Party> {
        let mentions = &self.annotated.mentions;
        let first = mentions.partition_point(|mention| mention.span.start < span.start);
        (first..mentions.len())
            .take_while(|&at| mentions[at].span.end <= span.end)
            .filter_map(|at| self.annotated.entities.link_of_mention(at))
            .map(|link| Party::Entity(link.entity))
            .collect()
    }

    fn is_person(&self, party: &Party) -> bool {
        matches!(party, Party::Entity(entity) if self.label(*entity) == Some(Label::Per))
    }

    /// A person or a group, not a country.
    fn can_listen(&self, party: &Party) -> bool {
        match party {
            Party::Entity(entity) => self.label(*entity) != Some(Label::Loc),
            Party::Post => true,
            Party::Words(words) => names_persons(words),
        }
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
            Party::Entity(_) => self.is_person(&party),
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
        let party = self.party(candidate.sentence, &range, &[]);
        party.filter(|party| !matches!(party, Party::Words(words) if !can_speak(words)))
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
                return self.turn_speaker(sentence).cloned().or(Some(Party::Post));
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
