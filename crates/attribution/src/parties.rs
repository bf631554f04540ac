//! Who speaks and who hears: the party behind the words around a word of saying.
//!
//! Sentences are read in order. Names and offices have entities already. A pronoun
//! stands for the last party that fits it; a verb without a subject shares that of the
//! verb before; a definite phrase ("the Minister") stands for a person with that title.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use chancery_model::{Annotated, Label, Party};

use crate::candidates::Candidate;
use crate::grammar::{WordClass, is_voice, table_lines};
use crate::phrase::{is_possessive_mark, phrase_after};
use crate::sentence::SentenceView;
use crate::subject::SubjectKind;

/// What a pronoun can stand for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PronounKind {
    /// he, him, his, she, her
    Person,
    /// they, them, their
    Group,
    /// it, its
    Thing,
}

fn pronoun_kind(word: &str) -> Option<PronounKind> {
    match word {
        "he" | "him" | "his" | "himself" | "she" | "her" | "herself" => Some(PronounKind::Person),
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
    is_person: bool,
    is_group: bool,
}

/// Reads the parties of the candidates of one document, in order.
pub(crate) struct PartyReader<'a> {
    annotated: &'a Annotated,
    views: &'a [SentenceView],
    /// The speakers so far, the last one last.
    speakers: Vec<Named>,
    /// The speakers of the statements of the last sentence, and whether their clauses are
    /// main clauses.
    of_sentence: (usize, Vec<(Party, bool)>),
    /// Whether each sentence starts within a quotation.
    starts_quoted: Vec<bool>,
    /// To whom each speaker spoke last.
    heard: BTreeMap<Party, Party>,
    /// Whom each person met last, as sentences before say.
    met: BTreeMap<Party, Party>,
    /// The sentences before were searched for meetings.
    next_sentence: usize,
}

impl<'a> PartyReader<'a> {
    pub(crate) fn new(annotated: &'a Annotated, views: &'a [SentenceView]) -> Self {
        Self {
            annotated,
            views,
            speakers: Vec::new(),
            of_sentence: (0, Vec::new()),
            starts_quoted: quoted_starts(views),
            heard: BTreeMap::new(),
            met: BTreeMap::new(),
            next_sentence: 0,
        }
    }

    /// The speaker of a candidate that makes a statement with this probability.
    pub(crate) fn speaker(&mut self, candidate: &Candidate, score: f32) -> Option<Party> {
        self.read_meetings(candidate.sentence);
        let view = &self.views[candidate.sentence];
        let subject = &candidate.subject;
        let found = match subject.kind {
            SubjectKind::Shared | SubjectKind::Missing => self.shared(candidate),
            _ => self.party(candidate.sentence, &subject.range),
        };
        if let Some(party) = &found {
            if self.of_sentence.0 != candidate.sentence {
                self.of_sentence = (candidate.sentence, Vec::new());
            }
            if score >= 0.25 && !subject.range.is_empty() {
                let is_main = opens_clause(view, subject.range.start);
                self.of_sentence.1.push((party.clone(), is_main));
            }
            if score >= 0.5 {
                let is_group = subject.range.clone().any(|at| view.lower(at) == "and")
                    || matches!(party, Party::Words(words) if words.ends_with('s'));
                self.remember(candidate.sentence, party.clone(), is_group);
            }
        }
        found
    }

    /// The hearer of a candidate: the words say it, or else it is whom the speaker met
    /// or spoke to before.
    pub(crate) fn hearer(
        &mut self,
        candidate: &Candidate,
        speaker: Option<&Party>,
    ) -> Option<Party> {
        let words =
            candidate.opening.addressee.clone().or(candidate.subject.passive_subject.clone());
        let said = words.and_then(|range| self.party(candidate.sentence, &range));
        let speaker = speaker?;
        let found = said.filter(|hearer| hearer != speaker);
        if let Some(hearer) = found.as_ref().filter(|hearer| self.can_listen(hearer)) {
            self.heard.insert(speaker.clone(), hearer.clone());
            self.heard.entry(hearer.clone()).or_insert_with(|| speaker.clone());
        }
        if found.is_some() {
            return found;
        }
        let known = self.heard.get(speaker).or_else(|| self.met.get(speaker)).cloned();
        known.or_else(|| {
            let last = self.speakers.iter().rev().find(|named| {
                named.party != *speaker && (named.is_person || named.party == Party::Post)
            });
            match speaker {
                Party::Post => last.map(|named| named.party.clone()),
                _ => self.hosts().or(Some(Party::Post)).filter(|host| host != speaker),
            }
        })
    }

    /// A person or a group, not a country.
    fn can_listen(&self, party: &Party) -> bool {
        match party {
            Party::Entity(entity) => self.label(*entity) != Some(Label::Loc),
            Party::Post | Party::Words(_) => true,
        }
    }

    /// The party that most others met or spoke to; of several, the last in their order, so
    /// that equal documents have equal hearers.
    fn hosts(&self) -> Option<Party> {
        let mut counts: Vec<(usize, &Party)> = Vec::new();
        for party in self.heard.values().chain(self.met.values()) {
            match counts.iter_mut().find(|(_, known)| *known == party) {
                Some((count, _)) => *count += 1,
                None => counts.push((1, party)),
            }
        }
        counts.into_iter().max_by_key(|(count, _)| *count).map(|(_, party)| party.clone())
    }

    /// Reads who met whom in the sentences up to this one.
    fn read_meetings(&mut self, sentence: usize) {
        while self.next_sentence <= sentence {
            let number = self.next_sentence;
            self.next_sentence += 1;
            let view = &self.views[number];
            if !view.words.iter().any(|word| is_meeting(&word.lower)) {
                continue;
            }
            let parties = self.persons_of(number);
            if let [first, second, ..] = &parties[..] {
                self.met.entry(first.clone()).or_insert_with(|| second.clone());
                for other in &parties[1..] {
                    self.met.entry(other.clone()).or_insert_with(|| first.clone());
                }
            }
        }
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
                None => is_voice(&word.lower) || word.is("ambassador"),
            };
            if is_person
                && let Some(party) = self.party(sentence, &(at..end))
                && !parties.contains(&party)
            {
                parties.push(party);
            }
            at = end;
        }
        parties
    }

    pub(crate) fn view(&self, sentence: usize) -> &'a SentenceView {
        &self.views[sentence]
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
                let party = (start < at).then(|| self.party(sentence, &(start..at))).flatten();
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
            parties.extend(self.party(sentence, &phrase).filter(|party| !parties.contains(party)));
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
        self.speakers.push(Named { party, sentence, is_person, is_group });
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
        let range = first_subject(&self.views[candidate.sentence], candidate.cue.start)?;
        self.party(candidate.sentence, &range)
    }

    /// The party that a phrase stands for.
    fn party(&self, sentence: usize, range: &Range<usize>) -> Option<Party> {
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
            if let Some(kind) = pronoun_kind(&first.lower) {
                return self.of_pronoun(sentence, range.start, kind);
            }
        }
        self.named(view, range)
            .or_else(|| self.of_officer(view, range))
            .or_else(|| self.of_office(view, range))
            .or_else(|| self.of_voice(view, range))
            .or_else(|| self.of_title(view, range))
            .or_else(|| self.of_initials(view, range))
            .or_else(|| Some(self.of_words(view, range)))
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
        if words
            .iter()
            .any(|word| matches!(word.lower.as_str(), "embassy" | "consulate" | "post" | "mission"))
            && words.first().is_some_and(|word| word.mention.is_none())
        {
            return None;
        }
        let person = ends.clone().find(|&at| {
            let mention = words[at].mention.expect("it was filtered");
            self.annotated.mentions[mention as usize].label == Label::Per && is_head(at)
        });
        let head = person.or_else(|| ends.find(|&at| is_head(at)))?;
        if person.is_none() && words[..head].iter().any(|word| word.class == WordClass::Preposition)
        {
            return None;
        }
        let mention = words[head].mention?;
        let link = self.annotated.entities.link_of_mention(mention as usize)?;
        Some(Party::Entity(link.entity))
    }

    /// "Ambassador", "Polcouns": the officer who classified the telegram, if the title
    /// agrees.
    fn of_officer(&self, view: &SentenceView, range: &Range<usize>) -> Option<Party> {
        let head = view.words[range.clone()].last()?;
        if view.words[range.clone()].iter().any(|word| word.mention.is_some()) {
            return None;
        }
        let officer = self.annotated.document.header.classified_by.as_ref()?;
        // An officer without a title is the head of the post.
        let title = officer.value.title.as_deref().unwrap_or("ambassador").to_lowercase();
        let mut titles = table_lines(include_str!("../data/officers.tsv"))
            .filter_map(|line| line.split_once('\t'))
            .filter(|(word, _)| head.is(word));
        titles.find(|(_, words)| title.contains(words))?;
        let family = officer.value.name.rsplit(' ').next()?;
        let text = &self.annotated.document.text;
        let links = &self.annotated.entities.links;
        let named = links.iter().find(|link| {
            let mention = &self.annotated.mentions[link.mention as usize];
            mention.label == Label::Per && text[mention.span].ends_with(family)
        })?;
        Some(Party::Entity(named.entity))
    }

    /// "the COS": a person whose title before has these initials.
    fn of_initials(&self, view: &SentenceView, range: &Range<usize>) -> Option<Party> {
        let head = view.words[range.clone()].last()?;
        let text = self.annotated.document.text.as_str();
        let surface = &text[head.span.byte_range()];
        if !(2..=5).contains(&surface.len())
            || surface.bytes().any(|byte| !byte.is_ascii_uppercase())
        {
            return None;
        }
        let initials = |title: &str, all: bool| -> String {
            let words = title.split(|letter: char| !letter.is_alphanumeric());
            let kept = words.filter(|word| all || word.starts_with(char::is_uppercase));
            kept.filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
        };
        let links = self.annotated.entities.links.iter().filter(|link| link.title.is_some());
        let mut fits = links.filter(|link| {
            let Some(title) = link.title else { return false };
            let title = &text[title.byte_range()];
            initials(title, false).contains(surface) || initials(title, true).contains(surface)
        });
        fits.next_back().map(|link| Party::Entity(link.entity)).or_else(|| self.spelt_out(surface))
    }

    /// The person behind the words that a short form stands for: "Chief of Staff Hamid
    /// Thani" for "COS".
    fn spelt_out(&self, short: &str) -> Option<Party> {
        let short = short.to_lowercase();
        for view in self.views {
            for start in 0..view.words.len().saturating_sub(short.len()) {
                let words = &view.words[start..start + short.len()];
                let fits = words
                    .iter()
                    .zip(short.chars())
                    .all(|(word, letter)| word.lower.starts_with(letter));
                if !fits || !words[0].is_capital || words[0].lower.len() < 2 {
                    continue;
                }
                let behind = view.words[start + short.len()..].iter().take(14);
                let person = behind
                    .filter_map(|word| word.mention)
                    .find(|&mention| self.annotated.mentions[mention as usize].label == Label::Per);
                let link =
                    person.and_then(|one| self.annotated.entities.link_of_mention(one as usize));
                if let Some(link) = link {
                    return Some(Party::Entity(link.entity));
                }
            }
        }
        None
    }

    fn is_quoted(&self, sentence: usize, at: usize) -> bool {
        let mut quoted = self.starts_quoted[sentence];
        for word in &self.views[sentence].words[..at] {
            quoted = after_quote(&word.lower, quoted);
        }
        quoted
    }

    fn of_office(&self, view: &SentenceView, range: &Range<usize>) -> Option<Party> {
        let span = view.span(range);
        let offices = &self.annotated.entities.offices;
        let office = offices
            .iter()
            .find(|office| office.span.start >= span.start && office.span.end <= span.end)?;
        // "the Minister's office" is not the Minister.
        let behind =
            view.words[range.clone()].iter().filter(|word| word.span.start >= office.span.end);
        if behind.clone().any(|word| {
            word.is_nominal() && word.mention.is_none() && !is_possessive_mark(&word.lower)
        }) {
            return None;
        }
        Some(match office.entity {
            Some(entity) => Party::Entity(entity),
            None => Party::Words(office.office.clone()),
        })
    }

    fn of_voice(&self, view: &SentenceView, range: &Range<usize>) -> Option<Party> {
        let words = &view.words[range.clone()];
        let head = words
            .iter()
            .take_while(|word| word.class != WordClass::Preposition && !word.is_punctuation())
            .last()?;
        let is_foreign = words.iter().any(|word| {
            word.mention.is_some_and(|mention| {
                let entity = self.annotated.entities.entity_of_mention(mention as usize);
                entity.is_none_or(|entity| entity.name != "United States")
            })
        });
        // "Embassy Stockholm", but not "the Swedish Embassy".
        let is_ours = matches!(words[0].lower.as_str(), "embassy" | "consulate" | "post");
        let is_foreign = is_foreign && !is_ours;
        let head = if is_ours { &words[0] } else { head };
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
            if text[title.byte_range()]
                .to_lowercase()
                .split(|letter: char| !letter.is_alphanumeric())
                .any(|word| word == head.lower)
            {
                return Some(Party::Entity(link.entity));
            }
        }
        None
    }

    fn of_words(&self, view: &SentenceView, range: &Range<usize>) -> Party {
        let mut range = range.clone();
        while range.len() > 1
            && matches!(
                view.words[range.start].class,
                WordClass::Determiner | WordClass::Possessive
            )
        {
            range.start += 1;
        }
        while range.len() > 1 && is_possessive_mark(view.lower(range.end - 1)) {
            range.end -= 1;
        }
        let text = self.annotated.document.text.as_str();
        let words = text[view.span(&range).byte_range()].split_whitespace().collect::<Vec<_>>();
        Party::Words(words.join(" "))
    }

    /// The last party before that the pronoun can stand for.
    fn of_pronoun(&self, sentence: usize, at: usize, kind: PronounKind) -> Option<Party> {
        if kind == PronounKind::Person
            && let Some(party) = self.person_before(sentence, at)
        {
            return Some(party);
        }
        let fits = |named: &&Named| match kind {
            PronounKind::Person => named.is_person,
            PronounKind::Group => named.is_group || !named.is_person && named.party != Party::Post,
            PronounKind::Thing => !named.is_person && named.party != Party::Post,
        };
        self.speakers.iter().rev().find(fits).map(|named| named.party.clone())
    }

    /// A person who opens this sentence or the one before, if no speaker is nearer.
    fn person_before(&self, sentence: usize, at: usize) -> Option<Party> {
        let nearest = self.speakers.iter().rev().find(|named| named.is_person);
        let block = self.views[sentence].block;
        for number in [sentence, sentence.wrapping_sub(1)] {
            if nearest.is_some_and(|named| named.sentence >= number) {
                return None;
            }
            let Some(view) = self.views.get(number).filter(|view| view.block == block) else {
                continue;
            };
            let limit = if number == sentence { at } else { view.words.len() };
            let opening = view.words[..limit].iter().enumerate().find_map(|(at, word)| {
                let mention = word.mention?;
                let is_person = self.annotated.mentions[mention as usize].label == Label::Per;
                let hangs = at > 0 && view.words[at - 1].class == WordClass::Preposition;
                (is_person && !hangs && at < 12).then_some(mention)
            });
            if let Some(link) = opening
                .and_then(|mention| self.annotated.entities.link_of_mention(mention as usize))
            {
                return Some(Party::Entity(link.entity));
            }
        }
        None
    }
}

fn is_first_person(word: &str) -> bool {
    matches!(word, "i" | "we" | "me" | "us" | "my" | "our" | "ourselves")
}

fn is_meeting(word: &str) -> bool {
    const MEETINGS: [&str; 17] = [
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
    ];
    MEETINGS.contains(&word)
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

/// The first phrase of a sentence that hangs on no preposition.
fn first_subject(view: &SentenceView, limit: usize) -> Option<Range<usize>> {
    let mut at = 0;
    while at < limit {
        let Some(phrase) = phrase_after(view, at) else {
            at += 1;
            continue;
        };
        let hangs = at.checked_sub(1).is_some_and(|before| {
            view.words[before].class == WordClass::Preposition
                && view.words[before].mention.is_none()
        });
        if !hangs && phrase.end <= limit {
            return Some(phrase);
        }
        at = phrase.end;
    }
    None
}

/// The words before a phrase let it be the subject of a main clause.
fn opens_clause(view: &SentenceView, start: usize) -> bool {
    let Some(before) = start.checked_sub(1) else { return true };
    let word = &view.words[before];
    word.is_punctuation() || word.class == WordClass::Conjunction || word.class == WordClass::Adverb
}

/// The last noun of the phrase is a person.
fn names_person(words: &str) -> bool {
    let lower = words.to_lowercase();
    let head = lower
        .split([' ', ','])
        .take_while(|word| *word != "of" && *word != "for" && *word != "from")
        .last();
    let is_redacted = lower.starts_with("xxx");
    is_redacted || head.is_some_and(is_person_noun)
}

/// A noun for one person, or a short word for an officer.
pub(crate) fn is_person_noun(word: &str) -> bool {
    static NOUNS: LazyLock<HashSet<&str>> =
        LazyLock::new(|| table_lines(include_str!("../data/persons.txt")).collect());
    NOUNS.contains(word) || (is_voice(word) && word.len() > 2 && !is_first_person(word))
}
