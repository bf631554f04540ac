//! Noun phrases: the words around a verb that can name a speaker or a hearer.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use crate::dates::MONTHS;
use crate::grammar::{CuePart, VerbForm, WordClass, cue_words, table_lines};
use crate::people::is_person_noun;
use crate::sentence::SentenceView;

/// The most words of a phrase.
const LONGEST: usize = 14;

/// The noun phrase that ends before `end`, without the phrases that hang on it.
pub(crate) fn phrase_before(view: &SentenceView, end: usize) -> Option<Range<usize>> {
    let mut start = end;
    while start > 0 && end - start < LONGEST {
        let word = &view.words[start - 1];
        let inside = match word.class {
            _ if word.mention.is_some() => true,
            WordClass::Determiner | WordClass::Possessive => {
                start -= 1;
                break;
            }
            WordClass::Pronoun
                if start == end && !matches!(&*word.lower, "who" | "which" | "whom") =>
            {
                start -= 1;
                break;
            }
            WordClass::Open if is_possessive_mark(&word.lower) => start < end,
            WordClass::Open => {
                word.is_nominal() && !is_finite_saying(view, start - 1) && !is_verb(view, start - 1)
            }
            _ => false,
        };
        if !inside {
            break;
        }
        start -= 1;
    }
    // "both the Minister and" and "all the members" have two determiners.
    if start > 0 && start < end && ["both", "all", "many", "some"].contains(&view.lower(start - 1))
    {
        start -= 1;
    }
    (start < end).then_some(start..end)
}

/// The noun phrase that starts at `start`, without the phrases that hang on it.
pub(crate) fn phrase_after(view: &SentenceView, start: usize) -> Option<Range<usize>> {
    let mut end = start;
    let mut seen_noun = false;
    while end < view.words.len() && end - start < LONGEST {
        let word = &view.words[end];
        let inside = match word.class {
            _ if word.mention.is_some() => {
                seen_noun = true;
                true
            }
            WordClass::Determiner | WordClass::Possessive => !seen_noun,
            WordClass::Pronoun if end == start => {
                end += 1;
                break;
            }
            WordClass::Open if is_possessive_mark(&word.lower) => seen_noun,
            // "told the Ambassador January 5", "the Minister took".
            WordClass::Open if seen_noun && (is_month(view, end) || is_verb(view, end)) => false,
            WordClass::Open => {
                seen_noun |= word.is_nominal();
                word.is_nominal()
            }
            _ => false,
        };
        if !inside {
            break;
        }
        end += 1;
    }
    let is_pronoun = end == start + 1 && view.words[start].class == WordClass::Pronoun;
    (end > start && (seen_noun || is_pronoun)).then_some(start..end)
}

/// The phrase that ends before `end` with the phrases before it that it hangs on:
/// "the Director for Asia at the Ministry" is one.
pub(crate) fn long_phrase_before(view: &SentenceView, end: usize) -> Option<Range<usize>> {
    let mut phrase = phrase_before(view, end)?;
    for _ in 0..4 {
        let Some(before) = phrase.start.checked_sub(1) else { break };
        let joins = match view.words[before].class {
            WordClass::Preposition => {
                !["according", "during", "since"].contains(&view.lower(before))
            }
            WordClass::Conjunction => view.lower(before) == "and",
            _ => false,
        };
        if !joins {
            break;
        }
        let Some(outer) = phrase_before(view, before) else { break };
        // A conjunction joins names and offices, not clauses.
        if view.words[before].class == WordClass::Conjunction
            && view.words[outer.end - 1].mention.is_none()
        {
            break;
        }
        phrase.start = outer.start;
    }
    Some(phrase)
}

/// "the Deputy Secretary of Defense (DASD) Ambassador Ines Okafor": an office with the name
/// behind it, if the phrase is an office.
pub(crate) fn with_name_behind(view: &SentenceView, phrase: Range<usize>) -> Range<usize> {
    const MOST: usize = 12;
    let is_office =
        is_person_noun(view.lower(phrase.end - 1)) && view.words[phrase.end - 1].mention.is_none();
    if !is_office {
        return phrase;
    }
    let mut at = phrase.end;
    while at < view.words.len().min(phrase.end + MOST) {
        let word = &view.words[at];
        if word.is_person {
            let mention = word.mention;
            let rest = view.words[at..].iter().take_while(|word| word.mention == mention);
            return phrase.start..at + rest.count();
        }
        let joins = matches!(&*word.lower, "of" | "for" | "to" | "the" | "(" | ")")
            || word.is("and") && at > phrase.end
            || word.mention.is_some()
            || word.is_capital && word.class == WordClass::Open && !is_month(view, at);
        if !joins {
            break;
        }
        at += 1;
    }
    phrase
}

pub(crate) fn is_possessive_mark(lower: &str) -> bool {
    matches!(lower, "'s" | "'" | ",s" | "´s" | "`s")
}

/// A word of saying in a form that is a finite verb here: "said", "believes".
pub(crate) fn is_finite_saying(view: &SentenceView, at: usize) -> bool {
    let word = &view.words[at];
    if word.mention.is_some() {
        return false;
    }
    let before = at.checked_sub(1).and_then(|at| view.class(at));
    let after_determiner = matches!(before, Some(WordClass::Determiner | WordClass::Possessive));
    cue_words(&word.lower).iter().any(|cue| {
        cue.part == CuePart::Verb
            && matches!(
                cue.form,
                VerbForm::Past | VerbForm::PastOrParticiple | VerbForm::ThirdPerson
            )
            && !after_determiner
            && !(cue.form == VerbForm::ThirdPerson
                && cue_words(&word.lower).iter().any(|other| other.part == CuePart::Noun))
    })
}

/// The name of a month with a day behind it.
fn is_month(view: &SentenceView, at: usize) -> bool {
    let has_day = view.lower(at + 1).starts_with(|letter: char| letter.is_ascii_digit());
    has_day && MONTHS.contains(&view.lower(at))
}

/// A verb in a finite form that is no attribute: "participated in meetings", but "the
/// proposed plan".
pub(crate) fn is_verb(view: &SentenceView, at: usize) -> bool {
    static VERBS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        table_lines(include_str!("../data/verbs.txt")).flat_map(|line| line.split(' ')).collect()
    });
    let word = &view.words[at];
    let before = at.checked_sub(1).and_then(|at| view.class(at));
    let is_attribute = matches!(
        before,
        Some(
            WordClass::Determiner
                | WordClass::Possessive
                | WordClass::Adverb
                | WordClass::Preposition
        )
    );
    if word.mention.is_some() || (word.is_capital && !view.is_in_capitals) {
        return false;
    }
    let form = &*word.lower;
    VERBS.contains(form) && !matches!(before, Some(WordClass::Determiner | WordClass::Possessive))
        || form.len() > 4 && form.ends_with("ed") && !is_attribute
}
