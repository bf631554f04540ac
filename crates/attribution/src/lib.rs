//! Finds statements and acts in annotated telegrams: who says what to whom, and what
//! people did.

mod acts;
mod candidates;
mod content;
mod conversations;
mod dates;
mod grammar;
mod named_party;
mod parties;
mod people;
mod phrase;
mod sentence;
mod subject;
mod training;
mod weights;

use chancery_model::{Annotated, Attribution, Statement};

pub use training::{MarkedAct, MarkedDocument, MarkedStatement, learn_weights};
pub use weights::Weights;

use candidates::find_candidates;
use parties::{PartyReader, Telling};
use sentence::sentence_views;

/// Finds the statements of a document.
pub fn attribute(annotated: &Annotated, weights: &Weights) -> Attribution {
    let views = sentence_views(annotated);
    let mut parties = PartyReader::new(annotated, &views);
    let mut statements = Vec::new();
    for candidate in find_candidates(&views) {
        let view = &views[candidate.sentence];
        let (score, best) = weights.score(view, &candidate);
        let content = candidate.contents[best].span(view);
        let telling = Telling { candidate: &candidate, content, score };
        let speaker = parties.speaker(&telling);
        if score < LEAST {
            continue;
        }
        let hearer = parties.hearer(&telling, speaker.as_ref());
        let source = &candidate.subject.range;
        statements.push(Statement {
            kind: candidate.kind,
            source: (!source.is_empty()).then(|| view.span(source)),
            cue: view.span(&candidate.cue),
            addressee: candidate.opening.addressee.as_ref().map(|range| view.span(range)),
            content,
            speaker,
            hearer,
            score,
        });
    }
    let acts = acts::find_acts(annotated, &views, &parties, weights);
    Attribution { statements, acts }
}

/// Statements below this probability are left out.
const LEAST: f32 = 0.3;
