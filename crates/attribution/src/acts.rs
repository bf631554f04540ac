//! Acts: who met whom, travelled, attended, signed, was appointed; and standing roles.
//!
//! A table names the words of acts. The subject of the word acts; behind "with", "on" or
//! the word itself stands whom they met. A role is the title in front of a name, or what
//! stands between commas behind it.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use chancery_model::{Act, ActKind, ActStatus, Annotated, Date, Label, Party, TextSpan, TokenKind};

use crate::dates::{day_near, telegram_day};
use crate::grammar::{CuePart, CueWord, VerbForm, WordClass, table_lines};
use crate::parties::PartyReader;
use crate::people::is_person_noun;
use crate::phrase::phrase_after;
use crate::sentence::SentenceView;
use crate::subject::find_subject;

/// Finds the acts of a document.
pub(crate) fn find_acts(
    annotated: &Annotated,
    views: &[SentenceView],
    parties: &PartyReader<'_>,
) -> Vec<Act> {
    let today = telegram_day(annotated);
    let mut acts = roles(annotated);
    for (sentence, view) in views.iter().enumerate() {
        for at in 0..view.words.len() {
            if let Some((kind, part)) = act_word(view, at) {
                acts.extend(event(parties, sentence, at, kind, part, today));
            }
        }
    }
    acts.sort_by_key(|act| (act.cue.start, act.cue.end));
    acts
}

/// A word of acts: its kind, and the word that must follow it.
struct ActWord {
    kind: ActKind,
    part: CuePart,
    next: Option<&'static str>,
}

fn read_act_words() -> HashMap<&'static str, ActWord> {
    let read = |line: &'static str| {
        let mut cells = line.split('\t');
        let (form, kind, part, next) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
        let kind = ActKind::ALL.into_iter().find(|one| one.as_str() == kind)?;
        let part = if part == "n" { CuePart::Noun } else { CuePart::Verb };
        Some((form, ActWord { kind, part, next: Some(next).filter(|next| *next != "-") }))
    };
    table_lines(include_str!("../data/acts.tsv")).filter_map(read).collect()
}

/// The kind of act that the word at `at` stands for.
fn act_word(view: &SentenceView, at: usize) -> Option<(ActKind, CuePart)> {
    static WORDS: LazyLock<HashMap<&str, ActWord>> = LazyLock::new(read_act_words);
    let word = &view.words[at];
    if word.mention.is_some() {
        return None;
    }
    let act = WORDS.get(&*word.lower)?;
    act.next.is_none_or(|next| view.lower(at + 1) == next).then_some((act.kind, act.part))
}

fn event(
    parties: &PartyReader<'_>,
    sentence: usize,
    at: usize,
    kind: ActKind,
    part: CuePart,
    today: Option<Date>,
) -> Option<Act> {
    let view = parties.view(sentence);
    let word = CueWord {
        lemma: "",
        part,
        kind: chancery_model::StatementKind::Say,
        takes_hearer: false,
        form: VerbForm::PastOrParticiple,
        strength: "",
    };
    let subject = find_subject(view, at, &word);
    let acting = match (subject.is_passive, &subject.passive_subject) {
        (true, Some(range)) => Some(range.clone()),
        _ => Some(subject.range.clone()).filter(|range| !range.is_empty()),
    };
    let acting = acting.or_else(|| parties.first_phrase(sentence, at));
    let who = acting.map(|range| parties.all_of(sentence, &range)).unwrap_or_default();
    let mut whom = Vec::new();
    if kind == ActKind::Met {
        let with = (at + 1..view.words.len().min(at + 14))
            .find(|&next| {
                let is_by = next == at + 1 && view.lower(next) == "by";
                is_by || matches!(view.lower(next), "with" | "between" | "for")
            })
            .map_or(at + 1, |with| with + 1);
        whom = parties.behind(sentence, with);
        whom.retain(|party| !who.contains(party));
        if whom.is_empty() {
            return None;
        }
    }
    if !who.iter().chain(&whom).any(|party| !matches!(party, Party::Words(_))) {
        return None;
    }
    let place =
        (at + 1..view.words.len().min(at + 10)).find_map(|next| parties.place_at(sentence, next));
    Some(Act {
        kind,
        status: status(view, at),
        cue: view.words[at].span,
        who,
        whom,
        // Behind "met" stands who is met.
        what: phrase_after(view, at + 1)
            .filter(|_| kind != ActKind::Met)
            .map(|range| view.span(&range)),
        date: day_near(view, at, today),
        place,
        score: 0.7,
    })
}

/// Whether the act took place, by the words before it.
fn status(view: &SentenceView, at: usize) -> ActStatus {
    let before = &view.words[at.saturating_sub(7)..at];
    let has = |words: &[&str]| before.iter().any(|word| words.contains(&&*word.lower));
    if has(&[
        "cancelled",
        "canceled",
        "refused",
        "declined",
        "not",
        "n't",
        "never",
        "postponed",
        "without",
    ]) {
        return ActStatus::Refused;
    }
    let planned = [
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
        "seek",
    ];
    if has(&planned) { ActStatus::Will } else { ActStatus::Did }
}

/// Roles: the titles of persons, each once, and what stands behind a name.
fn roles(annotated: &Annotated) -> Vec<Act> {
    let text = annotated.document.text.as_str();
    let mut seen = HashSet::new();
    let mut acts = Vec::new();
    for link in &annotated.entities.links {
        let mention = &annotated.mentions[link.mention as usize];
        if mention.label != Label::Per {
            continue;
        }
        let title = link.title.map(|title| without_markings(annotated, title));
        let title = title.filter(|title| is_role(&text[title.byte_range()]));
        let behind = role_behind(annotated, mention.span);
        for cue in title.into_iter().chain(behind) {
            if seen.insert((link.entity, text[cue.byte_range()].to_lowercase())) {
                acts.push(role(link.entity, cue));
            }
        }
    }
    acts
}

/// A title without the portion marking before it: "(U) Minister".
fn without_markings(annotated: &Annotated, title: TextSpan) -> TextSpan {
    let tokens = &annotated.words.tokens;
    let first = tokens.partition_point(|token| token.span.start < title.start);
    let mut inside = tokens[first..].iter().take_while(|token| token.span.start < title.end);
    let words = inside.find(|token| token.kind != TokenKind::Marking);
    TextSpan::new(words.map_or(title.start, |token| token.span.start), title.end)
}

fn role(entity: u32, cue: TextSpan) -> Act {
    Act {
        kind: ActKind::Member,
        status: ActStatus::Did,
        cue,
        who: vec![Party::Entity(entity)],
        whom: Vec::new(),
        what: Some(cue),
        date: None,
        place: None,
        score: 0.8,
    }
}

/// A title that is an office, and not only "Mr." or "Dr.".
fn is_role(title: &str) -> bool {
    let lower = title.to_lowercase();
    let mut words = lower.split(|letter: char| !letter.is_alphanumeric() && letter != '/');
    words.any(is_person_noun)
}

/// ", DCM at the French embassy,": the words of a role behind a name.
fn role_behind(annotated: &Annotated, name: TextSpan) -> Option<TextSpan> {
    let tokens = &annotated.words.tokens;
    let text = annotated.document.text.as_str();
    let lower =
        |at: usize| tokens.get(at).map(|token| text[token.span.byte_range()].to_lowercase());
    let after = tokens.partition_point(|token| token.span.start < name.end);
    let comma = lower(after)?;
    if comma != "," && comma != "(" {
        return None;
    }
    let mut at = after + 1;
    while matches!(
        lower(at).as_deref(),
        Some("the" | "a" | "an" | "its" | "his" | "our" | "who" | "is")
    ) {
        at += 1;
    }
    let start = at;
    let mut last = None;
    while at < start + 6 && tokens.get(at).is_some_and(|token| token.kind == TokenKind::Word) {
        let word = lower(at)?;
        if crate::grammar::class_of(&word) == WordClass::Preposition {
            break;
        }
        if is_person_noun(&word) {
            last = Some(at);
        }
        at += 1;
    }
    let last = last?;
    Some(TextSpan::new(tokens[start].span.start, tokens[last].span.end))
}
