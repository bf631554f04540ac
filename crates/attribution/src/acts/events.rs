//! Events: a word of meeting, travelling, attending, signing or appointing, with its
//! subject, whom it met, the day and the place.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use chancery_model::{Act, ActKind, ActStatus, Date, ParagraphRole, StatementKind};

use super::ActExample;
use crate::candidates::{phrase_shape, shown};
use crate::dates::{day_near, has_day};
use crate::grammar::{CuePart, CueWord, VerbForm, WordClass, table_lines};
use crate::parties::PartyReader;
use crate::phrase::phrase_after;
use crate::sentence::SentenceView;
use crate::subject::find_subject;

/// A word that may stand for an event.
pub(crate) struct EventCandidate {
    sentence: usize,
    at: usize,
    kind: ActKind,
    /// Its subject.
    acting: Option<Range<usize>>,
    /// The first word of the phrase that is met.
    with: Option<usize>,
    pub(crate) features: Vec<String>,
}

/// Iterates over the words of acts of a document, in the order of the text.
pub(crate) fn event_candidates(views: &[SentenceView]) -> impl Iterator<Item = EventCandidate> {
    let mut earlier: HashMap<ActKind, usize> = HashMap::new();
    views.iter().enumerate().flat_map(move |(sentence, view)| {
        let mut found = Vec::new();
        for at in 0..view.words.len() {
            for word in act_words(view, at) {
                let before = earlier.entry(word.kind).or_default();
                found.push(candidate(view, sentence, at, word, *before));
                *before += 1;
            }
        }
        found
    })
}

/// A word of acts: its kind, and the word that must follow it.
#[derive(Clone, Copy)]
struct ActWord {
    form: &'static str,
    kind: ActKind,
    part: CuePart,
    next: Option<&'static str>,
}

fn read_act_words() -> HashMap<&'static str, Vec<ActWord>> {
    let mut words: HashMap<&str, Vec<ActWord>> = HashMap::new();
    for line in table_lines(include_str!("../../data/acts.tsv")) {
        let mut cells = line.split('\t');
        let (Some(form), Some(kind), Some(part)) = (cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        let kind = ActKind::ALL.into_iter().find(|one| one.as_str() == kind);
        let word = ActWord {
            form,
            kind: kind.expect("the table names kinds"),
            part: if part == "n" { CuePart::Noun } else { CuePart::Verb },
            next: cells.next().filter(|next| *next != "-"),
        };
        words.entry(form).or_default().push(word);
    }
    words
}

/// The acts that the word at `at` can stand for.
fn act_words(view: &SentenceView, at: usize) -> impl Iterator<Item = ActWord> {
    static WORDS: LazyLock<HashMap<&str, Vec<ActWord>>> = LazyLock::new(read_act_words);
    let word = &view.words[at];
    let known = WORDS.get(&*word.lower).filter(|_| word.mention.is_none());
    known
        .into_iter()
        .flatten()
        .filter(move |act| act.next.is_none_or(|next| view.lower(at + 1) == next))
        .copied()
}

fn candidate(
    view: &SentenceView,
    sentence: usize,
    at: usize,
    word: ActWord,
    earlier: usize,
) -> EventCandidate {
    let cue = CueWord {
        lemma: "",
        part: word.part,
        kind: StatementKind::Say,
        takes_hearer: false,
        form: VerbForm::PastOrParticiple,
        strength: "",
    };
    let subject = find_subject(view, at, &cue);
    let acting = match (subject.is_passive, &subject.passive_subject) {
        (true, Some(range)) => Some(range.clone()),
        _ => Some(subject.range.clone()).filter(|range| !range.is_empty()),
    };
    let with = (word.kind == ActKind::Met).then(|| met_at(view, at));
    let mut candidate =
        EventCandidate { sentence, at, kind: word.kind, acting, with, features: Vec::new() };
    candidate.features = candidate.read_features(view, word, subject.kind.as_str(), earlier);
    candidate
}

/// Where those stand who are met: behind "with", "by" or the word itself.
fn met_at(view: &SentenceView, at: usize) -> usize {
    (at + 1..view.words.len().min(at + 14))
        .find(|&next| {
            let is_by = next == at + 1 && view.lower(next) == "by";
            is_by || matches!(view.lower(next), "with" | "between" | "for")
        })
        .map_or(at + 1, |with| with + 1)
}

impl EventCandidate {
    /// Its sentence and word.
    pub(crate) fn place(&self) -> (usize, usize) {
        (self.sentence, self.at)
    }

    pub(crate) fn into_example(self, views: &[SentenceView]) -> ActExample {
        let cue = views[self.sentence].words[self.at].span;
        ActExample { kind: self.kind, cue, features: self.features }
    }

    fn read_features(
        &self,
        view: &SentenceView,
        word: ActWord,
        subject: &str,
        earlier: usize,
    ) -> Vec<String> {
        let at = self.at;
        let kind = self.kind.as_str();
        let part = if word.part == CuePart::Noun { "noun" } else { "verb" };
        let before = at.checked_sub(1).map_or("<start>", |before| shown(view, before));
        let second = at.checked_sub(2).map_or("<start>", |before| shown(view, before));
        let after = if at + 1 < view.words.len() { shown(view, at + 1) } else { "<end>" };
        let third = if at + 2 < view.words.len() { shown(view, at + 2) } else { "<end>" };
        let who = self.acting.as_ref().map_or("none", |range| phrase_shape(view, range));
        let met = self.with.and_then(|with| phrase_after(view, with));
        let whom = met.as_ref().map_or("none", |range| phrase_shape(view, range));
        let is_with = self.with.is_some_and(|with| with > at + 1);
        let names = view.words.iter().filter(|word| word.is_person).count().min(3);
        let near = (at + 1..view.words.len().min(at + 6)).any(|next| view.words[next].is_person);
        let day = has_day(view, at, 8);
        let any_day = has_day(view, at, 60);
        let status = self.status(view).as_str();
        let determiner = (at.saturating_sub(3)..at)
            .rev()
            .find(|&before| {
                matches!(view.words[before].class, WordClass::Determiner | WordClass::Possessive)
            })
            .map_or("none", |before| view.lower(before));
        let auxiliary = (at.saturating_sub(3)..at)
            .rev()
            .find(|&before| view.words[before].class == WordClass::Auxiliary)
            .map_or("none", |before| view.lower(before));
        let role = match view.role {
            ParagraphRole::Comment => "comment",
            ParagraphRole::Summary => "summary",
            _ => "body",
        };
        let form = word.form;
        vec![
            format!("a word={form} {kind}"),
            format!("a word after={form} {after}"),
            format!("a word before={form} {before}"),
            format!("a word status={form} {status}"),
            "a bias".to_owned(),
            format!("a kind={kind} {part}"),
            format!("a before={before} {kind} {part}"),
            format!("a before second={second} {before} {part}"),
            format!("a after={after} {kind} {part}"),
            format!("a after third={after} {third} {part}"),
            format!("a subject={subject} {part}"),
            format!("a who={who} {kind} {part}"),
            format!("a who subject={who} {subject} {part}"),
            format!("a whom={whom} {is_with} {part}"),
            format!("a who whom={who} {whom} {kind}"),
            format!("a names={names} {kind}"),
            format!("a near={near} {kind} {part}"),
            format!("a day={day} {kind} {part}"),
            format!("a any day={any_day} {kind}"),
            format!("a status={status} {kind} {part}"),
            format!("a determiner={determiner} {part} {kind}"),
            format!("a auxiliary={auxiliary} {part}"),
            format!("a role={role}"),
            format!("a earlier={} {kind}", earlier.min(3)),
            format!("a early={} {day}", earlier.min(3)),
        ]
    }

    /// The act, with its parties, day and place.
    pub(crate) fn act(
        &self,
        views: &[SentenceView],
        parties: &PartyReader<'_>,
        today: Option<Date>,
        score: f32,
    ) -> Act {
        let (sentence, at) = (self.sentence, self.at);
        let view = &views[sentence];
        let acting = self.acting.clone().or_else(|| parties.first_phrase(sentence, at));
        let who = acting.map(|range| parties.all_of(sentence, &range)).unwrap_or_default();
        let mut whom = self.with.map(|with| parties.behind(sentence, with)).unwrap_or_default();
        whom.retain(|party| !who.contains(party));
        let place = (at + 1..view.words.len().min(at + 10))
            .find_map(|next| parties.place_at(sentence, next));
        Act {
            kind: self.kind,
            status: self.status(view),
            cue: view.words[at].span,
            who,
            whom,
            // Behind "met" stands who is met.
            what: phrase_after(view, at + 1)
                .filter(|_| self.kind != ActKind::Met)
                .map(|range| view.span(&range)),
            date: day_near(views, sentence, at, today),
            place,
            score,
        }
    }

    /// Whether the act took place, by the words before it.
    fn status(&self, view: &SentenceView) -> ActStatus {
        const REFUSED: [&str; 9] = [
            "cancelled",
            "canceled",
            "refused",
            "declined",
            "not",
            "n't",
            "never",
            "postponed",
            "without",
        ];
        const PLANNED: [&str; 35] = [
            "will",
            "would",
            "shall",
            "should",
            "may",
            "might",
            "could",
            "plan",
            "plans",
            "planned",
            "planning",
            "upcoming",
            "proposed",
            "future",
            "next",
            "intends",
            "intended",
            "hope",
            "hoped",
            "hopes",
            "wants",
            "wanted",
            "request",
            "requested",
            "asked",
            "possible",
            "potential",
            "if",
            "invitation",
            "invited",
            "scheduled",
            "to",
            "want",
            "propose",
            "suggested",
        ];
        let before = &view.words[self.at.saturating_sub(7)..self.at];
        let has = |words: &[&str]| before.iter().any(|word| words.contains(&&*word.lower));
        match () {
            () if has(&REFUSED) => ActStatus::Refused,
            () if has(&PLANNED) => ActStatus::Will,
            () => ActStatus::Did,
        }
    }
}
