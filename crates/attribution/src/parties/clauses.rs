//! Where the subject of a clause stands, for verbs that have none beside them.

use std::ops::Range;

use crate::grammar::WordClass;
use crate::phrase::{is_finite_saying, is_verb, phrase_after, with_name_behind};
use crate::sentence::SentenceView;

/// The first phrase of a sentence that hangs on no preposition.
pub(super) fn first_subject(view: &SentenceView, limit: usize) -> Option<Range<usize>> {
    // "Comment: Kuwaitis are worried": the heading is no subject.
    let heading = (1..limit.min(4)).find(|&at| view.lower(at) == ":");
    let mut at = heading.map_or(0, |colon| colon + 1);
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

/// "Noting the delay, the Minister said": the phrase before the first verb behind a comma,
/// for a clause that opens the sentence and has no subject.
pub(super) fn subject_behind_opening(view: &SentenceView, from: usize) -> Option<Range<usize>> {
    (from..view.words.len()).filter(|&at| view.lower(at) == ",").find_map(|comma| {
        let phrase = with_name_behind(view, phrase_after(view, comma + 1)?);
        let mut verb = phrase.end;
        while view.class(verb) == Some(WordClass::Adverb) {
            verb += 1;
        }
        let is_verb = verb < view.words.len()
            && (view.class(verb) == Some(WordClass::Auxiliary)
                || is_finite_saying(view, verb)
                || is_verb(view, verb));
        is_verb.then_some(phrase)
    })
}

/// The words before a phrase let it be the subject of a main clause.
pub(super) fn opens_clause(view: &SentenceView, start: usize) -> bool {
    let Some(before) = start.checked_sub(1) else { return true };
    let word = &view.words[before];
    word.is_punctuation() || word.class == WordClass::Conjunction || word.class == WordClass::Adverb
}
