//! What is said: the ranges of words that a word of saying can introduce.

use std::ops::Range;

use chancery_model::TextSpan;

use crate::dates::MONTHS;
use crate::grammar::{CuePart, CueWord, VerbForm, WordClass, cue_words, is_voice};
use crate::people::is_person_noun;
use crate::phrase::{is_finite_saying, is_verb, phrase_after, with_name_behind};
use crate::sentence::SentenceView;
use crate::subject::{Subject, SubjectKind};

/// Where the content stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ContentPlace {
    /// Behind the word of saying and its hearer.
    Behind,
    /// Behind the word of saying, with the phrase that could have been the hearer.
    BehindObject,
    /// Behind the subject that stands behind the word of saying.
    AfterSubject,
    /// In front of it: "Sales fell, he said."
    Before,
    /// Behind it, a quotation of several sentences.
    Quotation,
    /// Around it: "Sales, he said, fell."
    Around,
}

impl ContentPlace {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Behind => "behind",
            Self::BehindObject => "object",
            Self::AfterSubject => "subject",
            Self::Before => "before",
            Self::Quotation => "quotation",
            Self::Around => "around",
        }
    }
}

/// One possible content of a word of saying.
#[derive(Clone, Debug)]
pub(crate) struct ContentChoice {
    pub(crate) place: ContentPlace,
    /// Its words in the sentence of the word of saying.
    pub(crate) range: Range<usize>,
    /// Where it ends if a quotation goes on in the sentences behind.
    pub(crate) quote_end: Option<u32>,
}

impl ContentChoice {
    /// Its span in the text.
    pub(crate) fn span(&self, view: &SentenceView) -> TextSpan {
        let span = view.span(&self.range);
        TextSpan::new(span.start, self.quote_end.unwrap_or(span.end))
    }
}

/// What stands between a word of saying and its content.
#[derive(Clone, Debug, Default)]
pub(crate) struct Opening {
    /// The words of the hearer.
    pub(crate) addressee: Option<Range<usize>>,
    /// The word that opens the content: "that", "to", "whether", "of", "\"" or nothing.
    pub(crate) opener: &'static str,
    /// The first word of the content.
    pub(crate) start: usize,
}

/// Reads the words behind a word of saying: a hearer, a day, "that".
pub(crate) fn read_opening(view: &SentenceView, at: usize, cue: &CueWord) -> Opening {
    let mut next = at + 1;
    let mut addressee = None;
    while view.class(next) == Some(WordClass::Adverb) && view.words[next].mention.is_none() {
        next += 1;
    }
    if view.lower(next) == "to" || view.lower(next) == "with" {
        if let Some(phrase) =
            phrase_after(view, next + 1).map(|phrase| with_name_behind(view, phrase))
            && let end = skip_day(view, phrase.end)
            && (opener_at(view, end).is_some()
                || matches!(view.class(end), Some(WordClass::Determiner | WordClass::Possessive)))
            && names_party(view, &phrase)
        {
            next = end;
            addressee = Some(phrase);
        }
    } else if cue.takes_hearer
        && let Some(phrase) = phrase_after(view, next).map(|phrase| with_name_behind(view, phrase))
        && (names_party(view, &phrase) || describes_party(view, &phrase))
    {
        let mut end = skip_day(view, phrase.end);
        // "told him bluntly that".
        while view.class(end) == Some(WordClass::Adverb) && view.lower(end + 1) == "that" {
            end += 1;
        }
        if opener_at(view, end).is_some()
            || view.words[phrase.start].class == WordClass::Pronoun
            || is_voice(view.lower(phrase.end - 1))
        {
            next = end;
            addressee = Some(phrase);
        }
    }
    next = skip_day(view, next);
    let opener = opener_at(view, next).unwrap_or("");
    let skips = matches!(
        opener,
        "that" | "of" | "about" | "for" | "on" | "with" | "over" | "as" | "," | ":"
    );
    let mut start = if skips { next + 1 } else { next };
    while start < view.words.len()
        && (view.words[start].is_quote() || matches!(view.lower(start), "," | ":" | "that" | "--"))
    {
        start += 1;
    }
    Opening { addressee, opener, start }
}

/// A phrase that can hear: a pronoun, a name, an office, or a group of people before "that".
fn names_party(view: &SentenceView, phrase: &Range<usize>) -> bool {
    let first = &view.words[phrase.start];
    if first.class == WordClass::Pronoun {
        return matches!(&*first.lower, "him" | "her" | "them" | "us" | "me" | "you");
    }
    let last = &view.words[phrase.end - 1];
    let has_name = last.mention.is_some() || last.is_capital || is_voice(&last.lower);
    has_name || (phrase.len() <= 3 && view.lower(phrase.end) == "that")
}

/// "Iran watcher", "Boeing officials": a description with a name in it.
fn describes_party(view: &SentenceView, phrase: &Range<usize>) -> bool {
    let has_name = phrase.clone().any(|at| view.words[at].mention.is_some());
    has_name && phrase.len() <= 4
}

/// Skips a day or time behind a verb: "told him January 5 that".
fn skip_day(view: &SentenceView, from: usize) -> usize {
    const OTHER_DAYS: [&str; 14] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "today",
        "yesterday",
        "jan",
        "feb",
        "nov",
        "dec",
        "sept",
    ];
    let is_day =
        |at: usize| MONTHS.contains(&view.lower(at)) || OTHER_DAYS.contains(&view.lower(at));
    let mut at = from;
    if view.lower(at) == "on" && is_day(at + 1) {
        at += 1;
    }
    let begin = at;
    while at < view.words.len()
        && (is_day(at)
            || (at > begin && view.lower(at).starts_with(|letter: char| letter.is_ascii_digit())))
    {
        at += 1;
    }
    if at == begin { from } else { at }
}

/// The word at `at` if it can open a content.
fn opener_at(view: &SentenceView, at: usize) -> Option<&'static str> {
    const OPENERS: [&str; 22] = [
        "that", "to", "whether", "if", "of", "about", "for", "on", "with", "over", "as", "how",
        "why", "what", "when", "where", "who", "which", ",", ":", "against", "not",
    ];
    let word = view.words.get(at)?;
    if word.is_quote() {
        return Some("\"");
    }
    OPENERS.into_iter().find(|opener| word.is(opener))
}

/// The end of the sentence without its closing marks.
pub(crate) fn sentence_end(view: &SentenceView) -> usize {
    let mut end = view.words.len();
    while end > 0 {
        let word = &view.words[end - 1];
        if !(word.is_punctuation()
            && (word.is_quote() || matches!(&*word.lower, "." | "!" | "?" | ";" | ":" | ",")))
        {
            break;
        }
        end -= 1;
    }
    end
}

/// The most ends of a content that are tried.
const MOST_STOPS: usize = 12;

/// All contents that the word of saying at `at` can have.
pub(crate) fn content_choices(
    view: &SentenceView,
    at: usize,
    cue: &CueWord,
    subject: &Subject,
    opening: &Opening,
) -> Vec<ContentChoice> {
    let end = sentence_end(view);
    let mut choices: Vec<ContentChoice> = Vec::new();
    let mut add = |place, range: Range<usize>| {
        let fits = range.start < range.end && range.end <= end;
        if fits && !choices.iter().any(|known| known.range == range) {
            choices.push(ContentChoice { place, range, quote_end: None });
        }
    };
    let first = if subject.kind == SubjectKind::Missing { at } else { subject.range.start.min(at) };
    if subject.kind == SubjectKind::After {
        let from = behind_apposition(view, subject.range.end)
            .unwrap_or_else(|| skip_comma(view, subject.range.end));
        add_behind(view, ContentPlace::AfterSubject, from, end, &mut add);
        before_and_around(view, first, subject.range.end, end, &mut add);
        return choices;
    }
    add_behind(view, ContentPlace::Behind, opening.start, end, &mut add);
    if opening.addressee.is_some() {
        // The phrase is what is said, and no hearer.
        add_behind(view, ContentPlace::BehindObject, at + 1, end, &mut add);
    }
    if cue.part == CuePart::Verb && cue.form != VerbForm::Gerund {
        before_and_around(view, first, at + 1, end, &mut add);
    }
    choices
}

/// "According to Suran, chairman of the fund, sales fell": where the content starts, if an
/// apposition stands behind the name that ends at `end`.
fn behind_apposition(view: &SentenceView, end: usize) -> Option<usize> {
    const LONGEST: usize = 12;
    if view.lower(end) != "," {
        return None;
    }
    let phrase = phrase_after(view, end + 1)?;
    let head = phrase.end - 1;
    if view.words[head].mention.is_some() || !is_person_noun(view.lower(head)) {
        return None;
    }
    let last = view.words.len().min(phrase.end + LONGEST);
    let close = (phrase.end..last).find(|&at| view.lower(at) == ",")?;
    let has_verb = (phrase.end..close)
        .any(|at| view.class(at) == Some(WordClass::Auxiliary) || is_verb(view, at));
    (!has_verb).then_some(close + 1)
}

/// The contents that start at `from`: up to the end, and up to each stop.
fn add_behind(
    view: &SentenceView,
    place: ContentPlace,
    from: usize,
    end: usize,
    add: &mut impl FnMut(ContentPlace, Range<usize>),
) {
    add(place, from..end);
    let stops = (from + 1..end).filter(|&stop| is_stop(view, stop)).take(MOST_STOPS);
    for stop in stops {
        let mut stop = stop;
        while stop > from + 1 && view.words[stop - 1].is_quote() {
            stop -= 1;
        }
        add(place, from..stop);
    }
}

/// A word in front of which a content can end.
fn is_stop(view: &SentenceView, at: usize) -> bool {
    let word = &view.words[at];
    if word.mention.is_some() && !word.is_punctuation() {
        return false;
    }
    matches!(
        &*word.lower,
        "," | ";"
            | ":"
            | "--"
            | "-"
            | "—"
            | "–"
            | "("
            | "and"
            | "but"
            | "while"
            | "during"
            | "in"
            | "at"
            | "when"
            | "with"
            | "because"
            | "as"
            | "since"
            | "after"
            | "by"
            | "to"
            | "from"
            | "or"
            | "on"
    )
}

/// "Sales fell, he said." and "Sales, he said, fell."
fn before_and_around(
    view: &SentenceView,
    first: usize,
    behind: usize,
    end: usize,
    add: &mut impl FnMut(ContentPlace, Range<usize>),
) {
    if first == 0 {
        return;
    }
    let is_mark =
        |at: usize| view.words[at].is(",") || view.words[at].is_quote() || view.words[at].is("--");
    let mut content_end = first;
    while content_end > 0 && is_mark(content_end - 1) {
        content_end -= 1;
    }
    let mut begin = 0;
    while begin < content_end
        && (view.words[begin].is_punctuation() || view.class(begin) == Some(WordClass::Conjunction))
    {
        begin += 1;
    }
    // The clause before starts behind a comma or a conjunction.
    let clause = (begin + 1..content_end.saturating_sub(2)).rev().find(|&at| {
        matches!(view.lower(at), "," | ";" | ":" | "and" | "but" | "--")
            && view.words[at].mention.is_none()
    });
    let clause = clause
        .map(|at| if view.class(at + 1) == Some(WordClass::Conjunction) { at + 2 } else { at + 1 });
    for begin in std::iter::once(begin).chain(clause) {
        if is_mark(first - 1) {
            add(ContentPlace::Before, begin..content_end);
        }
        if behind < end {
            add(ContentPlace::Around, begin..end);
        }
    }
}

fn skip_comma(view: &SentenceView, mut at: usize) -> usize {
    while at < view.words.len()
        && (view.words[at].is(",") || view.words[at].is_quote() || view.words[at].is("that"))
    {
        at += 1;
    }
    at
}

/// Words that open another statement: a verb of saying, with an optional subject and
/// adverbs before it.
pub(crate) fn starts_saying(view: &SentenceView, from: usize) -> bool {
    let mut at = skip_adverbs(view, from);
    if at >= view.words.len() {
        return false;
    }
    if is_gerund_saying(view, at) || is_finite_saying(view, at) {
        return true;
    }
    let Some(phrase) = phrase_after(view, at) else { return false };
    at = skip_adverbs(view, phrase.end);
    at < view.words.len() && is_finite_saying(view, at)
}

fn skip_adverbs(view: &SentenceView, mut at: usize) -> usize {
    while at < view.words.len()
        && view.words[at].mention.is_none()
        && matches!(view.words[at].class, WordClass::Adverb | WordClass::Auxiliary)
    {
        at += 1;
    }
    at
}

fn is_gerund_saying(view: &SentenceView, at: usize) -> bool {
    view.words.get(at).is_some_and(|word| {
        word.mention.is_none()
            && cue_words(&word.lower)
                .iter()
                .any(|cue| cue.part == CuePart::Verb && cue.form == VerbForm::Gerund)
    })
}

/// A quotation that starts in this sentence and ends in one behind it: its end.
pub(crate) fn quotation_end(views: &[SentenceView], sentence: usize, from: usize) -> Option<u32> {
    let view = &views[sentence];
    let quotes = |view: &SentenceView, from: usize| -> Vec<usize> {
        (from..view.words.len()).filter(|&at| view.words[at].is_quote()).collect()
    };
    let opening = from.saturating_sub(1);
    if quotes(view, opening).len() % 2 == 0 {
        return None;
    }
    for next in views[sentence + 1..].iter().take(8) {
        if next.block != view.block {
            return None;
        }
        if let Some(&at) = quotes(next, 0).first() {
            let last = at.checked_sub(1)?;
            let is_stop = next.words[last].is_punctuation();
            let last = if is_stop { last.checked_sub(1)? } else { last };
            return Some(next.words[last].span.end);
        }
    }
    None
}
