//! Possible statements of a document, each with the features that decide about it.

use std::ops::Range;

use chancery_model::{ParagraphRole, StatementKind};

use crate::content::{
    ContentChoice, ContentPlace, Opening, content_choices, quotation_end, read_opening,
    sentence_end, starts_saying,
};
use crate::grammar::{CuePart, CueWord, VerbForm, WordClass, cue_words};
use crate::people::is_person_noun;
use crate::sentence::SentenceView;
use crate::subject::{Subject, SubjectKind, find_subject, subject_after};

/// A word of saying with its subject, and all contents that it can have.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// The index of the sentence.
    pub(crate) sentence: usize,
    /// The words of the cue.
    pub(crate) cue: Range<usize>,
    pub(crate) kind: StatementKind,
    pub(crate) lemma: &'static str,
    pub(crate) part: CuePart,
    pub(crate) strength: &'static str,
    pub(crate) subject: Subject,
    pub(crate) opening: Opening,
    pub(crate) contents: Vec<ContentChoice>,
    /// What holds for all contents.
    pub(crate) features: Vec<String>,
}

/// Iterates over all words of saying of a document. One at a time is in memory.
pub(crate) fn find_candidates(views: &[SentenceView]) -> impl Iterator<Item = Candidate> {
    views.iter().enumerate().flat_map(move |(sentence, view)| {
        (0..view.words.len()).filter_map(move |at| candidate_at(views, sentence, at))
    })
}

const ACCORDING: CueWord = CueWord {
    lemma: "according to",
    part: CuePart::Verb,
    kind: StatementKind::Say,
    takes_hearer: false,
    form: VerbForm::Base,
    strength: "strong",
};

fn candidate_at(views: &[SentenceView], sentence: usize, at: usize) -> Option<Candidate> {
    let view = &views[sentence];
    let word = &view.words[at];
    if word.mention.is_some() && !view.is_in_capitals {
        return None;
    }
    if word.is("according") && view.lower(at + 1) == "to" {
        let subject = subject_after(view, at, at + 2);
        return finish(views, sentence, at..at + 2, &ACCORDING, subject);
    }
    let cue = best_reading(view, at)?;
    let subject = find_subject(view, at, &cue);
    finish(views, sentence, at..at + 1, &cue, subject)
}

/// Verb or noun, by the word before.
fn best_reading(view: &SentenceView, at: usize) -> Option<CueWord> {
    let readings = cue_words(view.lower(at));
    let [first, ..] = readings else { return None };
    let noun = readings.iter().find(|one| one.part == CuePart::Noun);
    let Some(noun) = noun.filter(|_| readings.len() > 1) else { return Some(*first) };
    let before = at.checked_sub(1).map(|before| &view.words[before]);
    let is_noun = before.is_some_and(|word| {
        matches!(word.class, WordClass::Determiner | WordClass::Possessive | WordClass::Preposition)
            && !word.is("to")
            || crate::phrase::is_possessive_mark(&word.lower)
            || matches!(word.class, WordClass::Open)
                && word.mention.is_none()
                && !word.is_capital
                && !word.is_punctuation()
                && first.form != VerbForm::ThirdPerson
    });
    Some(if is_noun { *noun } else { *first })
}

fn finish(
    views: &[SentenceView],
    sentence: usize,
    cue: Range<usize>,
    word: &CueWord,
    subject: Subject,
) -> Option<Candidate> {
    let view = &views[sentence];
    let opening = match subject.kind {
        SubjectKind::By | SubjectKind::After if !subject.range.is_empty() => {
            read_opening(view, subject.range.end - 1, &CueWord { takes_hearer: false, ..*word })
        }
        _ => read_opening(view, cue.end - 1, word),
    };
    let mut contents = content_choices(view, cue.start, word, &subject, &opening);
    let whole = opening.start..sentence_end(view);
    if whole.start < whole.end
        && let Some(quote_end) = quotation_end(views, sentence, whole.start)
    {
        let quote_end = Some(quote_end);
        contents.push(ContentChoice { place: ContentPlace::Quotation, range: whole, quote_end });
    }
    if contents.is_empty() {
        return None;
    }
    let features = cue_features(view, &cue, word, &subject, &opening);
    Some(Candidate {
        sentence,
        kind: word.kind,
        lemma: word.lemma,
        part: word.part,
        strength: word.strength,
        cue,
        subject,
        opening,
        contents,
        features,
    })
}

/// How a phrase is written: a name, a pronoun, an office, or other words.
pub(crate) fn phrase_shape(view: &SentenceView, range: &Range<usize>) -> &'static str {
    if range.is_empty() {
        return "none";
    }
    let first = &view.words[range.start];
    if first.mention.is_none() && first.class == WordClass::Pronoun {
        return match &*first.lower {
            "he" | "she" => "he",
            "they" => "they",
            "we" | "i" => "we",
            "it" => "it",
            _ => "other pronoun",
        };
    }
    let words = &view.words[range.clone()];
    match () {
        () if words.last().is_some_and(|word| word.mention.is_some()) => "name",
        () if words.iter().any(|word| word.mention.is_some()) => "has name",
        () if words.iter().any(|word| word.is_capital) => "capital",
        () if first.class == WordClass::Determiner => "determiner",
        () => "words",
    }
}

const fn part_name(part: CuePart) -> &'static str {
    match part {
        CuePart::Verb => "verb",
        CuePart::Noun => "noun",
        CuePart::Adjective => "adjective",
    }
}

const fn form_name(form: VerbForm) -> &'static str {
    match form {
        VerbForm::Base => "base",
        VerbForm::ThirdPerson => "third",
        VerbForm::Past => "past",
        VerbForm::Participle => "participle",
        VerbForm::PastOrParticiple => "past or participle",
        VerbForm::Gerund => "gerund",
    }
}

fn cue_features(
    view: &SentenceView,
    cue: &Range<usize>,
    word: &CueWord,
    subject: &Subject,
    opening: &Opening,
) -> Vec<String> {
    let (lemma, part, form) = (word.lemma, part_name(word.part), form_name(word.form));
    let shape = phrase_shape(view, &subject.range);
    let opener = opening.opener;
    let hearer = if opening.addressee.is_some() { "hearer" } else { "no hearer" };
    let subject_kind = subject.kind.as_str();
    let before = cue.start.checked_sub(1).map_or("<start>", |at| shown(view, at));
    let after = if cue.end < view.words.len() { shown(view, cue.end) } else { "<end>" };
    let second = cue.start.checked_sub(2).map_or("<start>", |at| shown(view, at));
    let third = if cue.end + 1 < view.words.len() { shown(view, cue.end + 1) } else { "<end>" };
    let near = cue.end..view.words.len().min(cue.end + 6);
    let has_that = near.clone().any(|at| view.words[at].is("that"));
    let has_quote = near.clone().any(|at| view.words[at].is_quote());
    let place = match cue.start {
        0..=3 => "opens",
        4..=11 => "early",
        _ => "late",
    };
    let person = subject
        .range
        .clone()
        .last()
        .is_some_and(|last| view.words[last].is_person || is_person_noun(view.lower(last)));
    let role = match view.role {
        ParagraphRole::Comment => "comment",
        ParagraphRole::Summary => "summary",
        ParagraphRole::ActionRequest => "request",
        _ => "body",
    };
    let capitals = if view.is_in_capitals { "capitals" } else { "mixed" };
    vec![
        "bias".to_owned(),
        format!("lemma={lemma} {part}"),
        format!("lemma form={lemma} {form}"),
        format!("lemma opener={lemma} {opener}"),
        format!("lemma before={lemma} {before}"),
        format!("lemma shape={lemma} {shape}"),
        format!("part form={part} {form}"),
        format!("person={person} {part} {}", word.strength),
        format!("person opener={person} {opener} {form}"),
        format!("before second={second} {before}"),
        format!("that={has_that} {part} {form}"),
        format!("quote={has_quote} {part} {shape}"),
        format!("after second={after} {third}"),
        format!("place={place} {part}"),
        format!("strength={} {part}", word.strength),
        format!("strength form={} {form} {opener}", word.strength),
        format!("strength shape={} {shape} {part}", word.strength),
        format!("strength subject={} {subject_kind} {form}", word.strength),
        format!("strength before={} {before}", word.strength),
        format!("subject={subject_kind} {part}"),
        format!("shape={shape} {part}"),
        format!("subject shape={subject_kind} {shape} {form}"),
        format!("opener={opener} {part}"),
        format!("opener form={opener} {form}"),
        format!("opener shape={opener} {shape}"),
        format!("hearer={hearer} {part}"),
        format!("kind={} {part} {opener}", word.kind.as_str()),
        format!("kind shape={} {part} {shape}", word.kind.as_str()),
        format!("before={before}"),
        format!("before form={before} {form}"),
        format!("after={after}"),
        format!("after form={after} {form}"),
        format!("role={role} {part}"),
        format!("passive={} {form}", subject.is_passive),
        format!("case={capitals} {form}"),
        format!("group={}", subject.group_start != cue.start),
    ]
}

/// A word for features: closed classes and words of saying by themselves, others by kind.
pub(crate) fn shown(view: &SentenceView, at: usize) -> &str {
    let word = &view.words[at];
    if word.mention.is_some() {
        return "<name>";
    }
    match word.class {
        WordClass::Open if word.is_punctuation() => &word.lower,
        WordClass::Open if !cue_words(&word.lower).is_empty() => "<saying>",
        WordClass::Open if word.is_capital => "<capital>",
        WordClass::Open => "<word>",
        WordClass::Adverb => "<adverb>",
        _ => &word.lower,
    }
}

/// The features of one content of a candidate.
pub(crate) fn content_features(
    view: &SentenceView,
    candidate: &Candidate,
    content: &ContentChoice,
) -> Vec<String> {
    let place = content.place.as_str();
    let (lemma, part) = (candidate.lemma, part_name(candidate.part));
    let opener = candidate.opening.opener;
    let range = &content.range;
    let length = match range.len() {
        1 => "1",
        2 => "2",
        3..=4 => "3",
        5..=8 => "5",
        9..=16 => "9",
        17..=32 => "17",
        _ => "33",
    };
    let kind = candidate.subject.kind.as_str();
    let end = sentence_end(view);
    let is_end = range.end >= end;
    let behind = if is_end { "<end>" } else { shown(view, range.end) };
    let next = if range.end + 1 >= end { "<end>" } else { shown(view, range.end + 1) };
    let third = if range.end + 2 >= end { "<end>" } else { shown(view, range.end + 2) };
    let joint = usize::from(!is_end);
    let second_joint = usize::from(matches!(next, "and" | "but" | "while" | "who" | "which"));
    let saying = !is_end && starts_saying(view, range.end + joint + second_joint);
    let saying_inside = (range.start + 1..range.end).any(|at| {
        matches!(view.lower(at), "," | "and" | "but" | ";") && starts_saying(view, at + 1)
    });
    let left = match end.saturating_sub(range.end) {
        0 => "0",
        1..=4 => "1",
        5..=12 => "5",
        _ => "13",
    };
    let first = shown(view, range.start);
    let last = shown(view, range.end - 1);
    let has_verb = range.clone().any(|at| view.class(at) == Some(WordClass::Auxiliary));
    let starts_clause = opener == "that" || has_verb;
    let quotes = range.clone().filter(|&at| view.words[at].is_quote()).count() % 2;
    let open = range.clone().filter(|&at| view.lower(at) == "(").count()
        > range.clone().filter(|&at| view.lower(at) == ")").count();
    let strength = candidate.strength;
    let subject = &candidate.subject.range;
    let saying_end = candidate.cue.end.max(subject.end);
    let word_at = |at: usize| if at < end { shown(view, at) } else { "<end>" };
    let (after, second) = (word_at(saying_end), word_at(saying_end + 1));
    let saying_start = if subject.is_empty() {
        candidate.cue.start
    } else {
        candidate.cue.start.min(subject.start)
    };
    let before = saying_start.checked_sub(1).map_or("<start>", |at| shown(view, at));
    let inside = match (range.start < saying_start, range.end > saying_end) {
        (true, true) => "around",
        (true, false) => "before",
        _ => "behind",
    };
    vec![
        format!("c after={inside} {after} {second}"),
        format!("c before={inside} {before}"),
        format!("c before after={inside} {before} {after}"),
        format!("c place={place} {part}"),
        format!("c place opener={place} {opener} {part}"),
        format!("c place lemma={place} {lemma}"),
        format!("c place kind={place} {kind}"),
        format!("c place strength={place} {strength}"),
        format!("c length={length} {part}"),
        format!("c length opener={length} {opener}"),
        format!("c behind={behind} {place}"),
        format!("c behind opener={behind} {opener}"),
        format!("c behind next={behind} {next}"),
        format!("c behind next third={behind} {next} {third}"),
        format!("c saying={saying} {behind}"),
        format!("c saying opener={saying} {opener} {behind}"),
        format!("c saying inside={saying_inside} {is_end}"),
        format!("c saying inside opener={saying_inside} {is_end} {opener}"),
        format!("c left={left} {behind}"),
        format!("c left opener={left} {opener}"),
        format!("c first={first} {place}"),
        format!("c first opener={first} {opener}"),
        format!("c last={last}"),
        format!("c verb={has_verb} {length}"),
        format!("c verb place={has_verb} {place} {opener}"),
        format!("c verb behind={starts_clause} {has_verb} {behind}"),
        format!("c verb next={starts_clause} {has_verb} {behind} {next}"),
        format!("c quotes={quotes} {is_end}"),
        format!("c open={open}"),
    ]
}
