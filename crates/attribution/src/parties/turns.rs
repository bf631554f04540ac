//! Turns of a conversation that is written down like a play, as memoranda of conversation
//! are: "The President: It is raining." Each turn is a statement.

use std::collections::HashMap;
use std::ops::Range;

use chancery_model::{Party, Statement, StatementKind, TextSpan};

use super::{PartyReader, Reported};
use crate::people::{names_person, names_persons};
use crate::sentence::SentenceView;

/// The most words of a label.
const LONGEST_LABEL: usize = 6;
/// A conversation has so many turns, and more than one speaker.
const FEWEST: usize = 4;
/// How sure a turn is. The label leaves little doubt of the speaker.
const SCORE: f32 = 0.9;

/// A turn: its label stands before the colon.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    /// The index of its first sentence, and of the one behind its paragraph.
    pub(crate) sentences: Range<usize>,
    /// The words of the label.
    label: Range<usize>,
}

/// The turns of a document, in order. None if it has no conversation of this form.
pub(crate) fn find_turns(views: &[SentenceView]) -> Vec<Turn> {
    let mut turns = Vec::new();
    let mut counts: HashMap<String, usize> = HashMap::new();
    for (sentence, view) in views.iter().enumerate() {
        let is_first = sentence == 0 || views[sentence - 1].block != view.block;
        let Some(label) = label_of(view).filter(|_| is_first) else { continue };
        let count = views[sentence..].iter().take_while(|next| next.block == view.block).count();
        *counts.entry(written(view, &label)).or_default() += 1;
        turns.push(Turn { sentences: sentence..sentence + count, label });
    }
    // A label that stands once is a heading, unless it names a person.
    turns.retain(|turn| {
        let view = &views[turn.sentences.start];
        let is_named = turn.label.clone().any(|at| view.words[at].is_person);
        let label = written(view, &turn.label);
        is_named || names_person(&label) || counts.get(&label).is_some_and(|&count| count > 2)
    });
    let speakers = turns.iter().map(|turn| written(&views[turn.sentences.start], &turn.label));
    let mut speakers: Vec<String> = speakers.collect();
    speakers.sort_unstable();
    speakers.dedup();
    if turns.len() < FEWEST || speakers.len() < 2 {
        return Vec::new();
    }
    turns
}

fn written(view: &SentenceView, label: &Range<usize>) -> String {
    view.words[label.clone()].iter().map(|word| &*word.lower).collect::<Vec<_>>().join(" ")
}

/// The words before a colon that opens a turn.
fn label_of(view: &SentenceView) -> Option<Range<usize>> {
    const HEADINGS: [&str; 14] = [
        "comment",
        "summary",
        "note",
        "subject",
        "ref",
        "question",
        "answer",
        "q",
        "a",
        "background",
        "response",
        "action",
        "point",
        "conclusion",
    ];
    let colon = (1..view.words.len().min(LONGEST_LABEL + 1)).find(|&at| view.lower(at) == ":")?;
    if colon + 1 >= view.words.len() {
        return None;
    }
    let words = &view.words[..colon];
    let is_label = words.iter().enumerate().all(|(at, word)| {
        word.mention.is_some() || word.is_capital || at == 0 && word.is("the") || word.is(".")
    });
    (is_label && !HEADINGS.contains(&view.lower(0))).then_some(0..colon)
}

impl Turn {
    /// The party that speaks.
    pub(crate) fn speaker(&self, parties: &PartyReader<'_>) -> Option<Party> {
        let party = parties.party_of(self.sentences.start, &self.label)?;
        let speaks = match &party {
            Party::Words(words) => names_persons(words) || words.split(' ').count() <= 3,
            _ => true,
        };
        speaks.then_some(party)
    }

    /// The statement of the whole turn.
    pub(crate) fn statement(
        &self,
        views: &[SentenceView],
        speaker: Party,
        text: &str,
    ) -> Option<Reported> {
        let (first, last) = (&views[self.sentences.start], &views[self.sentences.end - 1]);
        let colon = self.label.end;
        let start = first.words.get(colon + 1)?.span.start;
        let mut end = last.words.last()?.span.end;
        if text[..end as usize].ends_with('.') {
            end -= 1;
        }
        let statement = Statement {
            kind: StatementKind::Say,
            source: Some(first.span(&self.label)),
            cue: first.words[colon].span,
            addressee: None,
            content: TextSpan::new(start, end.max(start + 1)),
            speaker: Some(speaker),
            hearer: None,
            score: SCORE,
        };
        Some(Reported { statement, sentence: self.sentences.start, is_nested: false })
    }
}
