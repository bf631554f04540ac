//! Reads the statements of a document in the order of the text.

use chancery_model::Statement;

use crate::candidates::find_candidates;
use crate::parties::{PartyReader, Reported, Telling, find_turns};
use crate::sentence::SentenceView;
use crate::weights::Weights;

/// Statements below this probability are left out.
const LEAST: f32 = 0.3;

/// The statements of a document, with the hearers whom their words name.
pub(crate) fn read_statements(
    views: &[SentenceView],
    parties: &mut PartyReader<'_>,
    weights: &Weights,
) -> Vec<Reported> {
    let mut reported = Vec::new();
    let turns = parties.take_up_turns(find_turns(views));
    let text = parties.text();
    let mut turns = turns.into_iter().peekable();
    let mut take_turns = |until: usize, parties: &mut PartyReader<'_>| {
        let mut taken = Vec::new();
        while let Some((turn, speaker)) = turns.next_if(|(turn, _)| turn.sentences.start <= until) {
            let statement = turn.statement(views, speaker, text);
            taken.extend(statement.inspect(|statement| parties.keep_turn(statement)));
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
