//! Finds the words beside a name that may say a role: in front of it, behind it, in
//! brackets, or behind "is".

use std::ops::Range;

use chancery_model::{Annotated, Label, TextSpan, TokenKind};

use crate::grammar::{WordClass, class_of};
use crate::people::is_role_noun;
use crate::phrase::{phrase_after, phrase_before, with_name_behind};
use crate::sentence::SentenceView;

/// Where a role stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RolePlace {
    /// "Minister Okafor".
    Title,
    /// "Okafor, the chairman".
    Behind,
    /// "the Director of the Office Ines Okafor", "his sister, Ines Okafor".
    Before,
    /// "Okafor (PDP)".
    Bracket,
    /// "Okafor is the chairman".
    Copula,
    /// "Classified by: Poloff Ines Okafor".
    Classifier,
}

impl RolePlace {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Behind => "behind",
            Self::Before => "before",
            Self::Bracket => "bracket",
            Self::Copula => "copula",
            Self::Classifier => "classifier",
        }
    }
}

/// Words of a role, with the name that they belong to.
pub(super) struct Found {
    pub(super) entity: u32,
    pub(super) name: TextSpan,
    pub(super) cue: TextSpan,
    pub(super) place: RolePlace,
}

/// Titles in front of names, and what stands between commas behind them.
pub(super) fn roles_beside_names(annotated: &Annotated) -> Vec<Found> {
    let text = annotated.document.text.as_str();
    let mut found = Vec::new();
    for link in &annotated.entities.links {
        let mention = &annotated.mentions[link.mention as usize];
        if mention.label != Label::Per {
            continue;
        }
        let name = mention.span;
        let title = link.title.map(|title| without_markings(annotated, title));
        let title = title.filter(|title| is_role(&text[title.byte_range()]));
        let title = title.map(|cue| (cue, RolePlace::Title));
        let classifier = || Some((classifier_role(annotated, name)?, RolePlace::Classifier));
        let behind = role_behind(annotated, name).map(|cue| (cue, RolePlace::Behind));
        for (cue, place) in title.or_else(classifier).into_iter().chain(behind) {
            found.push(Found { entity: link.entity, name, cue, place });
        }
    }
    found
}

/// A title without the words before it that are none of it: "(U) Minister", "of Minister".
fn without_markings(annotated: &Annotated, title: TextSpan) -> TextSpan {
    let tokens = &annotated.words.tokens;
    let first = tokens.partition_point(|token| token.span.start < title.start);
    let mut inside = tokens[first..].iter().take_while(|token| token.span.start < title.end);
    let text = annotated.document.text.as_str();
    let words = inside.find(|token| {
        let word = text[token.span.byte_range()].to_lowercase();
        let class = class_of(&word);
        token.kind == TokenKind::Word
            && !matches!(
                class,
                WordClass::Preposition | WordClass::Conjunction | WordClass::Determiner
            )
    });
    TextSpan::new(words.map_or(title.start, |token| token.span.start), title.end)
}

/// A title that is an office, and not only "Mr." or "Dr.".
fn is_role(title: &str) -> bool {
    let lower = title.to_lowercase();
    let mut words = lower.split(|letter: char| !letter.is_alphanumeric() && letter != '/');
    words.any(is_role_noun)
}

/// "Classified by: Poloff Ines Okafor" and "Classified by: Ines Okafor, Polcouns;": the
/// words beside the name of the officer who classified the telegram.
fn classifier_role(annotated: &Annotated, name: TextSpan) -> Option<TextSpan> {
    const MOST: usize = 4;
    let classifier = annotated.document.header.classified_by.as_ref()?;
    if name.start < classifier.span.start || classifier.span.end < name.end {
        return None;
    }
    let text = annotated.document.text.as_str();
    let tokens = &annotated.words.tokens;
    let is_role_word = |at: usize| {
        let word = &text[tokens[at].span.byte_range()];
        tokens[at].kind == TokenKind::Word && word.starts_with(char::is_uppercase)
            || matches!(word, "/" | "and" | "of" | "for")
    };
    let first = tokens.partition_point(|token| token.span.end <= name.start);
    let after = tokens.partition_point(|token| token.span.start < name.end);
    let is_at = |at: usize, mark: &str| {
        tokens.get(at).is_some_and(|token| &text[token.span.byte_range()] == mark)
    };
    let range: Range<usize> = if is_at(after, ",") {
        let end = (after + 1..tokens.len().min(after + 1 + 2 * MOST))
            .take_while(|&at| is_role_word(at))
            .last()?;
        after + 1..end + 1
    } else {
        let start =
            (first.saturating_sub(MOST)..first).rev().take_while(|&at| is_role_word(at)).last()?;
        start..first
    };
    let is_capital =
        |at: &usize| text[tokens[*at].span.byte_range()].starts_with(char::is_uppercase);
    let start = range.clone().find(is_capital)?;
    let last = range.rev().find(is_capital)?;
    Some(TextSpan::new(tokens[start].span.start, tokens[last].span.end))
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
        match class_of(&word) {
            WordClass::Preposition => break,
            WordClass::Auxiliary => return None,
            _ => {}
        }
        if is_role_noun(&word) {
            last = Some(at);
        }
        at += 1;
    }
    let last = last?;
    Some(TextSpan::new(tokens[start].span.start, tokens[last].span.end))
}

/// Roles that the words of a sentence state.
pub(super) fn roles_in_sentence(annotated: &Annotated, view: &SentenceView) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < view.words.len() {
        let word = &view.words[at];
        let Some(mention) = word.mention.filter(|_| word.is_person) else {
            at += 1;
            continue;
        };
        let end = (at..view.words.len())
            .take_while(|&next| view.words[next].mention == Some(mention))
            .count()
            + at;
        if let Some(link) = annotated.entities.link_of_mention(mention as usize) {
            let name = annotated.mentions[mention as usize].span;
            // "Chairman of the Council Admiral Okafor": a rank stands between.
            let title = link.title.filter(|title| title.start < name.start);
            let start = title.map_or(at, |title| {
                (0..at).find(|&word| view.words[word].span.start >= title.start).unwrap_or(at)
            });
            let before = before_name(view, start);
            let before = before.map(|range| (range, RolePlace::Before));
            let bracket = in_bracket(annotated, view, end).map(|range| (range, RolePlace::Bracket));
            let copula = behind_copula(view, end).map(|range| (range, RolePlace::Copula));
            for (range, place) in before.into_iter().chain(bracket).chain(copula) {
                found.push(Found { entity: link.entity, name, cue: view.span(&range), place });
            }
        }
        at = end;
    }
    found
}

/// "the Director of the Office Ines Okafor", "his sister, Ines Okafor": the role that ends
/// in front of the name at `at`.
fn before_name(view: &SentenceView, at: usize) -> Option<Range<usize>> {
    const MOST: usize = 12;
    let has_comma = at > 1 && view.lower(at - 1) == ",";
    let end = if has_comma { at - 1 } else { at };
    let office = (end.saturating_sub(MOST)..end)
        .rev()
        .find(|&office| view.words[office].mention.is_none() && is_role_noun(view.lower(office)))?;
    let phrase = phrase_before(view, office + 1)?;
    let reaches = office + 1 == end || {
        let named = with_name_behind(view, phrase.clone());
        named.end > at || has_comma && hangs_together(view, office + 1..end)
    };
    if !reaches {
        return None;
    }
    let mut start = phrase.start;
    while start < office
        && matches!(view.words[start].class, WordClass::Determiner | WordClass::Possessive)
    {
        start += 1;
    }
    Some(start..end)
}

/// "for Africa", "of the Council for Trade": phrases that hang on the office before them.
fn hangs_together(view: &SentenceView, range: Range<usize>) -> bool {
    view.words.get(range.start).is_some_and(|word| word.class == WordClass::Preposition)
        && range.clone().all(|at| {
            let word = &view.words[at];
            word.mention.is_some()
                || word.is_capital
                || matches!(word.class, WordClass::Preposition | WordClass::Determiner)
                || word.is("and")
        })
}

/// "Okafor (PDP)": the party or office in brackets.
fn in_bracket(annotated: &Annotated, view: &SentenceView, end: usize) -> Option<Range<usize>> {
    if view.lower(end) != "(" {
        return None;
    }
    let close = (end + 1..view.words.len().min(end + 8)).find(|&at| view.lower(at) == ")")?;
    let mention = view.words.get(end + 1)?.mention?;
    let is_group = annotated.mentions[mention as usize].label == Label::Org;
    let is_whole = (end + 1..close).all(|at| view.words[at].mention == Some(mention));
    (is_group && is_whole).then_some(end + 1..close)
}

/// "Okafor is the chairman", "Okafor served as chairman": the role behind the verb.
fn behind_copula(view: &SentenceView, end: usize) -> Option<Range<usize>> {
    let start = match (view.lower(end), view.lower(end + 1)) {
        ("is" | "was" | "remains" | "remained" | "became", _) => end + 1,
        ("served" | "serves" | "acted", "as") => end + 2,
        (",", "who") if matches!(view.lower(end + 2), "is" | "was") => end + 3,
        _ => return None,
    };
    let phrase = phrase_after(view, start)?;
    let head = phrase.end - 1;
    if view.words[head].mention.is_some() || !is_role_noun(view.lower(head)) {
        return None;
    }
    let mut start = phrase.start;
    while start < head
        && matches!(view.words[start].class, WordClass::Determiner | WordClass::Possessive)
    {
        start += 1;
    }
    Some(start..phrase.end)
}
