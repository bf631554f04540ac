//! Acts: who met whom, travelled, attended, signed, was appointed; and standing roles.
//!
//! A table names the words of acts, and roles stand beside names. Each is a candidate
//! with features; weights that were learnt with those of statements decide which are acts.

use chancery_model::{Act, ActKind, Annotated, TextSpan};

use crate::dates::telegram_day;
use crate::parties::PartyReader;
use crate::sentence::SentenceView;
use crate::weights::Weights;
use events::{EventCandidate, event_candidates};
use roles::{RoleCandidate, role_candidates};

mod events;
mod role_words;
mod roles;

/// Acts below this probability are left out.
const LEAST: f32 = 0.3;

/// Finds the acts of a document.
pub(crate) fn find_acts(
    annotated: &Annotated,
    views: &[SentenceView],
    parties: &PartyReader<'_>,
    weights: &Weights,
) -> Vec<Act> {
    let today = telegram_day(annotated, views);
    let mut acts: Vec<Act> = (role_candidates(annotated, views).iter())
        .filter_map(|role| {
            let score = weights.probability(&role.features);
            (score >= LEAST).then(|| role.act(score))
        })
        .collect();
    let mut last: Option<(usize, usize, f32)> = None;
    for event in event_candidates(views) {
        let score = weights.probability(&event.features);
        // A word is one act: the likeliest of its kinds.
        let is_same = last.is_some_and(|(sentence, at, _)| (sentence, at) == event.place());
        if score < LEAST || is_same && last.is_some_and(|(_, _, best)| best >= score) {
            continue;
        }
        if is_same {
            acts.pop();
        }
        last = Some((event.place().0, event.place().1, score));
        acts.push(event.act(views, parties, today, score));
    }
    acts.sort_by_key(|act| (act.cue.start, act.cue.end));
    acts
}

/// One possible act to learn from.
pub(crate) struct ActExample {
    pub(crate) kind: ActKind,
    pub(crate) cue: TextSpan,
    pub(crate) features: Vec<String>,
}

/// All possible acts of a document.
pub(crate) fn act_examples(annotated: &Annotated, views: &[SentenceView]) -> Vec<ActExample> {
    let roles = role_candidates(annotated, views).into_iter().map(RoleCandidate::into_example);
    let events = event_candidates(views);
    roles.chain(events.map(|event: EventCandidate| event.into_example(views))).collect()
}
