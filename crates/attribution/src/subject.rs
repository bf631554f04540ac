//! The subject of a word of saying: where the words stand that name the speaker.

use std::ops::Range;

use crate::dates::MONTHS;
use crate::grammar::{CuePart, CueWord, VerbForm, WordClass};
use crate::people::is_person_noun;
use crate::phrase::{
    is_finite_saying, is_possessive_mark, is_verb, long_phrase_before, phrase_after, phrase_before,
};
use crate::sentence::SentenceView;

/// How the subject stands to the word of saying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SubjectKind {
    /// Directly before the verb: "the Minister said".
    Before,
    /// Before the verb, with words between commas: "Suran, DCM, said".
    BeforeInsertion,
    /// After the verb: "said the Minister", "according to Suran".
    After,
    /// After "by": "was told by Suran".
    By,
    /// A relative pronoun, with the phrase before it: "Suran, who said".
    Relative,
    /// The verb shares the subject of a verb before: "and added".
    Shared,
    /// The possessor of a noun: "Suran's view".
    Possessor,
    /// No words were found.
    Missing,
}

impl SubjectKind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::BeforeInsertion => "insertion",
            Self::After => "after",
            Self::By => "by",
            Self::Relative => "relative",
            Self::Shared => "shared",
            Self::Possessor => "possessor",
            Self::Missing => "missing",
        }
    }
}

/// The subject of a word of saying.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) kind: SubjectKind,
    /// Its words. Empty where they are missing or shared.
    pub(crate) range: Range<usize>,
    /// The first word of the verb group, with its auxiliaries and adverbs.
    pub(crate) group_start: usize,
    /// The verb is passive: the subject in front of it hears.
    pub(crate) is_passive: bool,
    /// What stands in front of a passive verb.
    pub(crate) passive_subject: Option<Range<usize>>,
}

/// Finds the subject of the word of saying at `at`.
pub(crate) fn find_subject(view: &SentenceView, at: usize, cue: &CueWord) -> Subject {
    match cue.part {
        CuePart::Noun => subject_of_noun(view, at),
        CuePart::Verb
            if matches!(cue.lemma, "hear" | "learn") && heard_from(view, at).is_some() =>
        {
            let range = heard_from(view, at).unwrap_or(at..at);
            let heard = subject_of_verb(view, at, cue);
            Subject {
                kind: SubjectKind::By,
                range,
                group_start: heard.group_start,
                is_passive: true,
                passive_subject: Some(heard.range).filter(|range| !range.is_empty()),
            }
        }
        CuePart::Verb if is_by_name(view, at) => subject_after(view, at, at + 1),
        CuePart::Verb | CuePart::Adjective => subject_of_verb(view, at, cue),
    }
}

/// "heard from the Minister that": who is heard.
fn heard_from(view: &SentenceView, at: usize) -> Option<Range<usize>> {
    let from = (at + 1..at + 4).find(|&next| view.lower(next) == "from")?;
    phrase_after(view, from + 1)
}

/// "according to" takes its subject behind it.
pub(crate) fn subject_after(view: &SentenceView, at: usize, from: usize) -> Subject {
    let range = phrase_after(view, from);
    Subject {
        kind: range.as_ref().map_or(SubjectKind::Missing, |_| SubjectKind::After),
        range: range.unwrap_or(at..at),
        group_start: at,
        is_passive: false,
        passive_subject: None,
    }
}

/// ", said Suran." or "\" said Suran": a verb of saying with its subject behind it.
fn is_by_name(view: &SentenceView, at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| &view.words[before]) else { return false };
    if !(before.is(",") || before.is_quote()) {
        return false;
    }
    let Some(phrase) = phrase_after(view, at + 1) else { return false };
    let ends = view.words.get(phrase.end).is_none_or(super::sentence::Word::is_punctuation);
    let first = &view.words[phrase.start];
    ends && (first.mention.is_some() || first.class == WordClass::Determiner)
}

/// Where the group of a verb starts: its auxiliaries, adverbs and verbs that govern it
/// ("went on to say"); and whether a form of "be" is among them.
fn group_start(view: &SentenceView, at: usize) -> (usize, bool) {
    let (mut start, mut has_be, mut has_to, mut in_time) = (at, false, false, false);
    while start > 0 {
        let word = &view.words[start - 1];
        if word.mention.is_some() {
            break;
        }
        match word.class {
            WordClass::Auxiliary => {
                has_be |=
                    ["is", "are", "was", "were", "be", "been", "being"].contains(&&*word.lower);
            }
            WordClass::Adverb | WordClass::Negation => {}
            WordClass::Open if is_time(view, start - 1) => in_time = true,
            // "in recent weeks have signaled", "several times have reported".
            WordClass::Open if in_time && matches!(&*word.lower, "recent" | "past") => {}
            WordClass::Determiner if in_time => {}
            WordClass::Determiner if word.is("most") && start < at => {}
            WordClass::Preposition if in_time && is_preposition_of_time(&word.lower) => {
                in_time = false;
            }
            WordClass::Open if is_copula(&word.lower) && start == at => has_be = true,
            WordClass::Preposition if word.is("to") && !has_to => {
                let Some(verb) = start.checked_sub(2) else { break };
                if !is_governor(view, verb) {
                    break;
                }
                has_to = true;
                start = verb + 1;
            }
            _ => break,
        }
        start -= 1;
    }
    (start, has_be)
}

/// The end of a time: "on December 29", "several times", "last week".
fn is_time(view: &SentenceView, at: usize) -> bool {
    const TIMES: [&str; 17] = [
        "times",
        "week",
        "weeks",
        "month",
        "months",
        "year",
        "years",
        "night",
        "evening",
        "occasions",
        "morning",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
    ];
    let word = &view.words[at];
    let number = word.lower.chars().all(|letter| letter.is_ascii_digit());
    let day = number && at.checked_sub(1).is_some_and(|before| is_month(view.lower(before)));
    day || is_month(&word.lower) || TIMES.contains(&&*word.lower)
}

fn is_preposition_of_time(word: &str) -> bool {
    matches!(word, "in" | "on" | "over" | "during" | "at")
}

fn is_month(word: &str) -> bool {
    MONTHS.contains(&word)
}

/// A verb that an adjective follows: "appeared optimistic".
fn is_copula(word: &str) -> bool {
    matches!(
        word,
        "appeared" | "appears" | "seemed" | "seems" | "remained" | "remains" | "became" | "sounded"
    )
}

/// A verb before "to": "went on to say", "worked to portray", "continued to insist".
fn is_governor(view: &SentenceView, at: usize) -> bool {
    let word = &view.words[at];
    let lower = &*word.lower;
    word.mention.is_none()
        && (lower == "on"
            || lower.ends_with("ed")
            || [
                "went",
                "began",
                "chose",
                "wanted",
                "seems",
                "appears",
                "continues",
                "wants",
                "had",
                "able",
                "quick",
            ]
            .contains(&lower))
}

fn subject_of_verb(view: &SentenceView, at: usize, cue: &CueWord) -> Subject {
    let (mut start, has_be) = group_start(view, at);
    // "went on to say": the preposition of the verb is skipped with it.
    if start > 0 && view.lower(start - 1) == "went" {
        start -= 1;
        start = group_start(view, start).0;
    }
    let is_passive = has_be
        && cue.part == CuePart::Verb
        && matches!(cue.form, VerbForm::Participle | VerbForm::PastOrParticiple);
    let mut subject = active_subject(view, at, start, cue);
    if is_passive {
        let passive_subject = Some(subject.range.clone()).filter(|range| !range.is_empty());
        let by = (at + 1..view.words.len().min(at + 12)).find(|&by| view.lower(by) == "by");
        let range = by.and_then(|by| phrase_after(view, by + 1));
        subject = Subject {
            kind: range.as_ref().map_or(SubjectKind::Missing, |_| SubjectKind::By),
            range: range.unwrap_or(at..at),
            group_start: subject.group_start,
            is_passive: true,
            passive_subject,
        };
    }
    subject
}

fn active_subject(view: &SentenceView, at: usize, start: usize, cue: &CueWord) -> Subject {
    let subject = |kind, range| Subject {
        kind,
        range,
        group_start: start,
        is_passive: false,
        passive_subject: None,
    };
    let shared = || subject(SubjectKind::Shared, at..at);
    let Some(before) = start.checked_sub(1) else {
        return match cue.form {
            VerbForm::Gerund => shared(),
            _ => subject(SubjectKind::Missing, at..at),
        };
    };
    let word = &view.words[before];
    if word.mention.is_none() {
        if matches!(&*word.lower, "who" | "which") {
            let end = before
                .checked_sub(1)
                .map_or(before, |comma| if view.lower(comma) == "," { comma } else { before });
            return match long_phrase_before(view, end) {
                Some(range) => subject(SubjectKind::Relative, range),
                None => shared(),
            };
        }
        if word.class == WordClass::Conjunction {
            return shared();
        }
        if word.is(",") || word.is(")") || word.is("--") {
            if cue.form == VerbForm::Gerund {
                return shared();
            }
            return match before_insertion(view, before) {
                Some(range) => subject(SubjectKind::BeforeInsertion, range),
                None => shared(),
            };
        }
        if cue.form == VerbForm::Gerund && word.class == WordClass::Preposition {
            return shared();
        }
    }
    let Some(range) = long_phrase_before(view, start) else {
        return subject(SubjectKind::Missing, at..at);
    };
    let found = before_clause(view, &range).or_else(|| name_before(view, &range));
    match found {
        Some(name) => subject(SubjectKind::BeforeInsertion, name),
        None => subject(SubjectKind::Before, range),
    }
}

/// "A student who took part in the protests said": the phrase before the clause, if the
/// phrase directly before the verb hangs in one.
fn before_clause(view: &SentenceView, phrase: &Range<usize>) -> Option<Range<usize>> {
    let hangs = view.class(phrase.start.checked_sub(1)?)?;
    // "who had taken part in the protests": the participle looks like a noun.
    if !matches!(hangs, WordClass::Preposition | WordClass::Open | WordClass::Auxiliary) {
        return None;
    }
    for at in (phrase.start.saturating_sub(14)..phrase.start).rev() {
        // "who took part in the march": the verb of the clause may be a word of saying.
        let is_own_verb = at > 0 && view.lower(at - 1) == "who";
        if view.words[at].is_punctuation() || is_finite_saying(view, at) && !is_own_verb {
            return None;
        }
        if view.lower(at) == "who" {
            return long_phrase_before(view, at);
        }
    }
    None
}

/// "Suran, a senior official, said" and "Suran, a senior official said": the name, if the
/// phrase is what stands behind it.
fn name_before(view: &SentenceView, phrase: &Range<usize>) -> Option<Range<usize>> {
    let comma = phrase.start.checked_sub(1)?;
    let last = comma.checked_sub(1)?;
    if view.lower(comma) != "," || !view.words[last].is_person {
        return None;
    }
    let head =
        (phrase.clone()).take_while(|&at| view.words[at].class != WordClass::Preposition).last()?;
    if view.words[head].mention.is_some() || !is_person_noun(view.lower(head)) {
        return None;
    }
    let name = phrase_before(view, comma)?;
    let opens = name.start.checked_sub(1).is_none_or(|before| {
        let word = &view.words[before];
        word.is_punctuation()
            || matches!(word.class, WordClass::Conjunction | WordClass::Subordinator)
    });
    opens.then_some(name)
}

/// The phrase before an insertion that ends at the comma or bracket `close`.
fn before_insertion(view: &SentenceView, close: usize) -> Option<Range<usize>> {
    // "Suran (strictly protect), said": the brackets belong to the insertion.
    let bracket = close.checked_sub(1).filter(|&at| view.lower(at) == ")");
    let bracket = bracket.and_then(|end| (0..end).rev().find(|&at| view.lower(at) == "("));
    let is_bracket = view.lower(close) == ")";
    let close = bracket.unwrap_or(close);
    let open = match view.lower(close) {
        ")" => "(",
        "(" if bracket.is_some() => ",",
        "--" => "--",
        _ => ",",
    };
    let mut opening = (0..close).rev().take(30).filter(|&at| view.lower(at) == open);
    for at in opening.by_ref().take(3) {
        // "the Minister, Ravi Osei, said": the name stands in the insertion.
        if !is_bracket
            && let Some(name) = phrase_after(view, at + 1)
            && name.end == close
            && view.words[name.end - 1].mention.is_some()
            && view.words[name.start..name.end]
                .iter()
                .all(|word| word.mention.is_some() || word.is_capital)
        {
            return Some(name);
        }
        if let Some(range) = long_phrase_before(view, at)
            && (view.words[range.end - 1].mention.is_some()
                || view.words[range.start].class == WordClass::Determiner
                || view.words[range.start].is_capital)
        {
            return Some(name_before(view, &range).unwrap_or(range));
        }
    }
    None
}

fn subject_of_noun(view: &SentenceView, at: usize) -> Subject {
    let missing = Subject {
        kind: SubjectKind::Missing,
        range: at..at,
        group_start: at,
        is_passive: false,
        passive_subject: None,
    };
    let found = |kind, range: Range<usize>| Subject { kind, range, ..missing.clone() };
    // "X's (long-standing) view", "his view", "the UAE belief".
    for before in (at.saturating_sub(4)..at).rev() {
        let word = &view.words[before];
        if is_possessive_mark(&word.lower) {
            return phrase_before(view, before)
                .map_or(missing.clone(), |range| found(SubjectKind::Possessor, range));
        }
        if word.class == WordClass::Possessive {
            return found(SubjectKind::Possessor, before..before + 1);
        }
        if word.mention.is_some() {
            return phrase_before(view, before + 1)
                .map_or(missing.clone(), |range| found(SubjectKind::Possessor, range));
        }
        // "A Mashad resident expressed fear": the noun belongs to the verb.
        if is_verb(view, before)
            || !(word.is_nominal() || word.is_quote() || word.class == WordClass::Adverb)
        {
            break;
        }
    }
    // "a request from X", "claims by X", "the view of X".
    if matches!(view.lower(at + 1), "by" | "from" | "of")
        && let Some(range) = phrase_after(view, at + 2)
        && (view.words[range.end - 1].mention.is_some() || view.lower(at + 1) == "by")
    {
        return found(SubjectKind::By, range);
    }
    // "made a request", "had the impression": the subject of the verb before.
    missing
}
