//! Who speaks and who hears: the party behind the words around a word of saying.
//!
//! Sentences are read in order. Names and offices have entities already. A pronoun
//! stands for the last party that fits it; a verb without a subject shares that of the
//! verb before; a definite phrase ("the Minister") stands for a person with that title.

use std::collections::HashMap;
use std::ops::Range;

use chancery_model::{Annotated, Label, Party};

use crate::candidates::Candidate;
use crate::grammar::{WordClass, table_lines};
use crate::phrase::{is_possessive_mark, phrase_after};
use crate::sentence::SentenceView;
use crate::subject::SubjectKind;

/// What a pronoun can stand for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PronounKind {
    /// he, him, his
    Man,
    /// she, her
    Woman,
    /// they, them, their
    Group,
    /// it, its
    Thing,
}

fn pronoun_kind(word: &str) -> Option<PronounKind> {
    match word {
        "he" | "him" | "his" | "himself" => Some(PronounKind::Man),
        "she" | "her" | "herself" => Some(PronounKind::Woman),
        "they" | "them" | "their" | "themselves" => Some(PronounKind::Group),
        "it" | "its" | "itself" => Some(PronounKind::Thing),
        _ => None,
    }
}

/// A party that was named, for pronouns that come later.
#[derive(Clone)]
struct Named {
    party: Party,
    sentence: usize,
    block: usize,
    is_person: bool,
    is_group: bool,
}

/// Reads the parties of the candidates of one document, in order.
pub(crate) struct PartyReader<'a> {
    annotated: &'a Annotated,
    views: &'a [SentenceView],
    /// The speakers so far, the last one last.
    speakers: Vec<Named>,
    /// The speaker of the last candidate of the sentence.
    last_in_sentence: Option<(usize, Party)>,
    /// Persons that a pronoun stood for.
    pronoun_of: HashMap<u32, PronounKind>,
    /// To whom each speaker spoke last.
    heard: HashMap<Party, Party>,
    last_pair: Option<(Party, Party)>,
}

impl<'a> PartyReader<'a> {
    pub(crate) fn new(annotated: &'a Annotated, views: &'a [SentenceView]) -> Self {
        Self {
            annotated,
            views,
            speakers: Vec::new(),
            last_in_sentence: None,
            pronoun_of: HashMap::new(),
            heard: HashMap::new(),
            last_pair: None,
        }
    }

    /// The speaker of a candidate. `counts` says that it makes a statement, so that
    /// pronouns can stand for its speaker.
    pub(crate) fn speaker(&mut self, candidate: &Candidate, counts: bool) -> Option<Party> {
        let view = &self.views[candidate.sentence];
        let subject = &candidate.subject;
        let found = match subject.kind {
            SubjectKind::Shared | SubjectKind::Missing => self.shared(candidate),
            _ => self.party(candidate.sentence, &subject.range),
        };
        if let Some(party) = &found {
            self.last_in_sentence = Some((candidate.sentence, party.clone()));
            if counts {
                let is_group = subject.range.clone().any(|at| view.lower(at) == "and")
                    || matches!(party, Party::Words(words) if words.ends_with('s'));
                self.remember(candidate.sentence, party.clone(), is_group);
            }
        }
        found
    }

    /// The hearer of a candidate: the words say it, or else it is whom the speaker
    /// spoke to before.
    pub(crate) fn hearer(&mut self, candidate: &Candidate, speaker: Option<&Party>) -> Option<Party> {
        let words = candidate.opening.addressee.clone().or(candidate.subject.passive_subject.clone());
        let said = words.and_then(|range| self.party(candidate.sentence, &range));
        let speaker = speaker?;
        let found = said.filter(|hearer| hearer != speaker);
        if let Some(hearer) = &found {
            self.heard.insert(speaker.clone(), hearer.clone());
            self.heard.entry(hearer.clone()).or_insert_with(|| speaker.clone());
            self.last_pair = Some((speaker.clone(), hearer.clone()));
            return found;
        }
        let known = self.heard.get(speaker).cloned();
        known.or_else(|| match &self.last_pair {
            Some((_, other)) if *speaker == Party::Post && *other != Party::Post => Some(other.clone()),
            Some((first, _)) if *speaker == Party::Post && *first != Party::Post => Some(first.clone()),
            _ if *speaker == Party::Post => self
                .speakers
                .iter()
                .rev()
                .find(|named| named.is_person && named.party != Party::Post)
                .map(|named| named.party.clone()),
            Some((_, hearer)) if hearer != speaker => Some(hearer.clone()),
            Some((first, _)) if first != speaker => Some(first.clone()),
            _ => Some(Party::Post),
        })
    }

    fn remember(&mut self, sentence: usize, party: Party, is_group: bool) {
        let is_person = match &party {
            Party::Entity(entity) => self.label(*entity) == Some(Label::Per),
            Party::Words(_) => !is_group,
            Party::Post => false,
        };
        let block = self.views[sentence].block;
        self.speakers.push(Named { party, sentence, block, is_person, is_group });
    }

    fn label(&self, entity: u32) -> Option<Label> {
        self.annotated.entities.entities.get(entity as usize).map(|entity| entity.label)
    }

    /// The subject of the verb before, or else the first phrase of the sentence.
    fn shared(&self, candidate: &Candidate) -> Option<Party> {
        if let Some((sentence, party)) = &self.last_in_sentence
            && *sentence == candidate.sentence
        {
            return Some(party.clone());
        }
        let view = &self.views[candidate.sentence];
        let skipped = (0..candidate.cue.start).find(|&at| {
            view.words[at].mention.is_some()
                || matches!(view.words[at].class, WordClass::Determiner | WordClass::Pronoun | WordClass::Possessive)
                || view.words[at].is_nominal() && view.words[at].is_capital
        })?;
        let range = phrase_after(view, skipped)?;
        if range.end > candidate.cue.start {
            return None;
        }
        self.party(candidate.sentence, &range)
    }

    /// The party that a phrase stands for.
    fn party(&self, sentence: usize, range: &Range<usize>) -> Option<Party> {
        let view = &self.views[sentence];
        let words = &view.words[range.clone()];
        let first = words.first()?;
        if words.len() == 1 && first.mention.is_none() {
            if is_voice(&first.lower) {
                return Some(Party::Post);
            }
            if let Some(kind) = pronoun_kind(&first.lower) {
                return self.of_pronoun(sentence, range.start, kind);
            }
        }
        self.named(view, range)
            .or_else(|| self.of_office(view, range))
            .or_else(|| self.of_voice(view, range))
            .or_else(|| self.of_title(view, range))
            .or_else(|| self.of_words(view, range))
    }

    /// A name at the end of the phrase, or in front of the phrases that hang on it.
    fn named(&self, view: &SentenceView, range: &Range<usize>) -> Option<Party> {
        let words = &view.words[range.clone()];
        let mut ends = (0..words.len()).filter(|&at| {
            words[at].mention.is_some()
                && words.get(at + 1).is_none_or(|next| next.mention != words[at].mention)
        });
        let is_head = |at: usize| {
            words.get(at + 1).is_none_or(|next| {
                next.class == WordClass::Preposition
                    || next.class == WordClass::Conjunction
                    || next.is_punctuation()
                    || (is_possessive_mark(&next.lower) && at + 2 >= words.len())
            })
        };
        let person = ends.clone().find(|&at| {
            let mention = words[at].mention.expect("it was filtered");
            self.annotated.mentions[mention as usize].label == Label::Per && is_head(at)
        });
        let head = person.or_else(|| ends.find(|&at| is_head(at)))?;
        if person.is_none() && words[..head].iter().any(|word| word.class == WordClass::Preposition) {
            return None;
        }
        let mention = words[head].mention?;
        let link = self.annotated.entities.link_of_mention(mention as usize)?;
        Some(Party::Entity(link.entity))
    }

    fn of_office(&self, view: &SentenceView, range: &Range<usize>) -> Option<Party> {
        let span = view.span(range);
        let offices = &self.annotated.entities.offices;
        let office = offices
            .iter()
            .find(|office| office.span.start >= span.start && office.span.end <= span.end)?;
        // "the Minister's office" is not the Minister.
        let behind = view.words[range.clone()].iter().filter(|word| word.span.start >= office.span.end);
        if behind.clone().any(|word| word.is_nominal() && word.mention.is_none() && !is_possessive_mark(&word.lower)) {
            return None;
        }
        Some(match office.entity {
            Some(entity) => Party::Entity(entity),
            None => Party::Words(office.office.clone()),
        })
    }

    fn of_voice(&self, view: &SentenceView, range: &Range<usize>) -> Option<Party> {
        let words = &view.words[range.clone()];
        let head = words.iter().take_while(|word| word.class != WordClass::Preposition && !word.is_punctuation()).last()?;
        let is_foreign = words.iter().any(|word| {
            word.mention.is_some_and(|mention| {
                let entity = self.annotated.entities.entity_of_mention(mention as usize);
                entity.is_none_or(|entity| entity.name != "United States")
            })
        });
        (is_voice(&head.lower) && !is_foreign).then_some(Party::Post)
    }

    /// "the Minister": the last person before with such a title.
    fn of_title(&self, view: &SentenceView, range: &Range<usize>) -> Option<Party> {
        let words = &view.words[range.clone()];
        let first = words.first()?;
        if first.class != WordClass::Determiner && !first.is_capital {
            return None;
        }
        let head = words.last().filter(|word| word.mention.is_none() && word.lower.len() > 2)?;
        let text = self.annotated.document.text.as_str();
        let before = self.annotated.entities.links.iter().rev().filter(|link| {
            self.annotated.mentions[link.mention as usize].span.start < head.span.start
        });
        for link in before {
            let Some(title) = link.title else { continue };
            if text[title.byte_range()].to_lowercase().split(|letter: char| !letter.is_alphanumeric()).any(|word| word == head.lower) {
                return Some(Party::Entity(link.entity));
            }
        }
        None
    }

    fn of_words(&self, view: &SentenceView, range: &Range<usize>) -> Option<Party> {
        let mut range = range.clone();
        while range.len() > 1
            && matches!(view.words[range.start].class, WordClass::Determiner | WordClass::Possessive)
        {
            range.start += 1;
        }
        while range.len() > 1 && is_possessive_mark(view.lower(range.end - 1)) {
            range.end -= 1;
        }
        let text = self.annotated.document.text.as_str();
        let words = text[view.span(&range).byte_range()].split_whitespace().collect::<Vec<_>>();
        Some(Party::Words(words.join(" ")))
    }

    /// The last party before that the pronoun can stand for.
    fn of_pronoun(&self, sentence: usize, at: usize, kind: PronounKind) -> Option<Party> {
        let wants_person = matches!(kind, PronounKind::Man | PronounKind::Woman);
        if wants_person && let Some(party) = self.person_before(sentence, at, kind) {
            return Some(party);
        }
        let fits = |named: &&Named| match kind {
            PronounKind::Man | PronounKind::Woman => {
                named.is_person && self.agrees(&named.party, kind)
            }
            PronounKind::Group => named.is_group || !named.is_person && named.party != Party::Post,
            PronounKind::Thing => !named.is_person && named.party != Party::Post,
        };
        self.speakers.iter().rev().find(fits).map(|named| named.party.clone())
    }

    /// A person who opens this sentence or the one before, if no speaker is nearer.
    fn person_before(&self, sentence: usize, at: usize, kind: PronounKind) -> Option<Party> {
        let nearest = self.speakers.iter().rev().find(|named| named.is_person && self.agrees(&named.party, kind));
        let block = self.views[sentence].block;
        for number in [sentence, sentence.wrapping_sub(1)] {
            if nearest.is_some_and(|named| named.sentence >= number) {
                return None;
            }
            let Some(view) = self.views.get(number).filter(|view| view.block == block) else { continue };
            let limit = if number == sentence { at } else { view.words.len() };
            let opening = view.words[..limit].iter().enumerate().find_map(|(at, word)| {
                let mention = word.mention?;
                let is_person = self.annotated.mentions[mention as usize].label == Label::Per;
                let hangs = at > 0 && view.words[at - 1].class == WordClass::Preposition;
                (is_person && !hangs && at < 12).then_some(mention)
            });
            if let Some(link) = opening.and_then(|mention| self.annotated.entities.link_of_mention(mention as usize)) {
                let party = Party::Entity(link.entity);
                if self.agrees(&party, kind) {
                    return Some(party);
                }
            }
        }
        None
    }

    fn agrees(&self, party: &Party, kind: PronounKind) -> bool {
        let Party::Entity(entity) = party else { return true };
        self.pronoun_of.get(entity).is_none_or(|known| *known == kind)
    }
}

fn is_voice(word: &str) -> bool {
    table_lines(include_str!("../data/voice.txt")).any(|one| one == word)
}
