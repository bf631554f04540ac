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
mod turns;
mod weights;

use chancery_model::{Annotated, Attribution, Statement};

pub use training::{MarkedAct, MarkedDocument, MarkedStatement, learn_weights};
pub use weights::Weights;

use candidates::find_candidates;
use parties::{PartyReader, Reported, Telling, choose_hearers};
use sentence::{SentenceView, sentence_views};
use turns::find_turns;

/// Finds the statements and acts of a document.
pub fn attribute(annotated: &Annotated, weights: &Weights) -> Attribution {
    let views = sentence_views(annotated);
    let mut parties = PartyReader::new(annotated, &views);
    let mut reported = read_statements(&views, &mut parties, weights);
    choose_hearers(&mut reported, &parties, weights);
    let statements = reported.into_iter().map(|one| one.statement).collect();
    let acts = acts::find_acts(annotated, &views, &parties, weights);
    Attribution { statements, acts }
}

/// The statements of a document, with the hearers whom their words name.
pub(crate) fn read_statements(
    views: &[SentenceView],
    parties: &mut PartyReader<'_>,
    weights: &Weights,
) -> Vec<Reported> {
    let mut reported = Vec::new();
    let turns = find_turns(views);
    parties.hear_turns(&turns);
    let text = parties.text();
    let mut turns = turns.into_iter().peekable();
    let mut take_turns = |until: usize, parties: &mut PartyReader<'_>| {
        let mut taken = Vec::new();
        while let Some(turn) = turns.next_if(|turn| turn.sentences.start <= until) {
            let speaker = turn.speaker(parties);
            let told = speaker.and_then(|speaker| turn.statement(views, speaker, text));
            taken.extend(told.inspect(|told| parties.take_turn(told)));
        }
        taken
    };
    for candidate in find_candidates(views) {
        reported.extend(take_turns(candidate.sentence, parties));
        let view = &views[candidate.sentence];
        let (score, best) = weights.score(view, &candidate);
        let content = candidate.contents[best].span(view);
        let telling = Telling { candidate: &candidate, content, score };
        let speaker = parties.speaker(&telling);
        if score < LEAST {
            continue;
        }
        let hearer = parties.named_hearer(&telling, speaker.as_ref());
        let is_nested = parties.is_nested(&candidate);
        parties.keep_said(&telling);
        let source = &candidate.subject.range;
        let statement = Statement {
            kind: candidate.kind,
            source: (!source.is_empty()).then(|| view.span(source)),
            cue: view.span(&candidate.cue),
            addressee: candidate.opening.addressee.as_ref().map(|range| view.span(range)),
            content,
            speaker,
            hearer,
            score,
        };
        reported.push(Reported { statement, sentence: candidate.sentence, is_nested });
    }
    reported.extend(take_turns(views.len(), parties));
    reported.sort_by_key(|one: &Reported| one.statement.cue.start);
    reported
}

/// Statements below this probability are left out.
const LEAST: f32 = 0.3;
