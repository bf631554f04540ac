//! Institutions that are named by their kind: "the Executive Registry".
//!
//! The engines know the names of many institutions and miss those of offices within one.
//! A noun of the table `data/institution_heads.txt`, behind one or two capitalised words
//! and an article or preposition, names one. Where a mention touches these words, they
//! are left alone. A parliament is named by one word (`data/parliaments.txt`), and so is
//! the Department where it acts: "Department may wish". "Government of Mali" is one name.

use std::collections::HashSet;
use std::sync::LazyLock;

use chancery_model::{Label, Mention, TextSpan, Token, TokenKind, Words};

use super::overlapping_mention;

static HEADS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let lines = include_str!("../../data/institution_heads.txt").lines();
    lines.filter(|line| !line.starts_with('#')).collect()
});

static PARLIAMENTS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let lines = include_str!("../../data/parliaments.txt").lines();
    lines.filter(|line| !line.starts_with('#')).collect()
});

/// Words behind the Department that acts.
const MODALS: [&str; 10] =
    ["can", "has", "is", "may", "might", "must", "should", "was", "will", "would"];

/// Words before a name: they show that the words behind them are one.
const OPENINGS: [&str; 10] = ["the", "The", "at", "by", "for", "from", "in", "of", "to", "with"];

/// The most capitalised words before the noun.
const MAX_WORDS: usize = 2;

/// Probability that such words name an institution.
const SCORE: f32 = 0.8;

/// Marks the institutions that were missed.
pub(super) fn mark_institutions(text: &str, words: &Words, mentions: &mut Vec<Mention>) {
    let Some(source) = mentions.first().map(|mention| mention.source) else { return };
    let mut missed = Vec::new();
    for sentence in &words.sentences {
        let tokens = &words.tokens[sentence.token_range()];
        for (at, token) in tokens.iter().enumerate() {
            let word = &text[token.span.byte_range()];
            let span = if is_named_alone(text, word, tokens.get(at + 1)) {
                token.span
            } else if HEADS.contains(word) {
                let Some(first) = first_word(text, &tokens[..at]) else { continue };
                TextSpan::new(tokens[first].span.start, token.span.end)
            } else {
                continue;
            };
            if overlapping_mention(mentions, span).is_none() {
                missed.push(Mention { span, label: Label::Org, score: SCORE, source });
            }
        }
    }
    if !missed.is_empty() {
        mentions.extend(missed);
        mentions.sort_unstable_by_key(|mention| mention.span.start);
    }
    join_governments(text, mentions);
}

/// Makes a country behind "Government of" one name with these words.
fn join_governments(text: &str, mentions: &mut Vec<Mention>) {
    let mut floor = 0;
    for at in 0..mentions.len() {
        let mention = mentions[at];
        let before = &text[floor..mention.span.start as usize];
        floor = mention.span.end as usize;
        let mut words = before.split_whitespace().rev().peekable();
        words.next_if(|word| word.eq_ignore_ascii_case("the"));
        let is_of = words.next().is_some_and(|word| word.eq_ignore_ascii_case("of"));
        let head =
            words.next().filter(|word| is_of && matches!(*word, "Government" | "GOVERNMENT"));
        if let Some(start) = head.and_then(|head| before.rfind(head))
            && mention.label == Label::Loc
        {
            mentions[at].span.start -= (before.len() - start) as u32;
            mentions[at].label = Label::Org;
        } else if let Some(last) = at.checked_sub(1).map(|last| mentions[last])
            && mention.label == Label::Loc
            && last.label == Label::Org
            && matches!(&text[last.span.byte_range()], "Government of" | "GOVERNMENT OF")
            && matches!(before.trim(), "" | "the" | "THE")
        {
            mentions[at].span.start = last.span.start;
            mentions[at].label = Label::Org;
            mentions[at - 1].span.end = last.span.start;
        }
    }
    mentions.retain(|mention| !mention.span.is_empty());
}

/// Whether a word is an institution by itself.
fn is_named_alone(text: &str, word: &str, next: Option<&Token>) -> bool {
    let acts = || {
        let next = next.map_or("", |next| &text[next.span.byte_range()]);
        MODALS.iter().any(|modal| next.eq_ignore_ascii_case(modal))
    };
    PARLIAMENTS.contains(word) || matches!(word, "Department" | "DEPARTMENT") && acts()
}

/// The first of the capitalised words at the end of `before`, if an opening word is
/// before them.
fn first_word(text: &str, before: &[Token]) -> Option<usize> {
    let word = |token: &Token| &text[token.span.byte_range()];
    let is_capitalised = |token: &&Token| {
        let mut letters = word(token).chars();
        token.kind == TokenKind::Word
            && !OPENINGS.contains(&word(token))
            && letters.next().is_some_and(char::is_uppercase)
            && letters.next().is_some_and(char::is_lowercase)
    };
    let count = before.iter().rev().take_while(is_capitalised).count();
    let first = before.len() - count;
    let opening = before[..first].last().map_or("", word);
    ((1..=MAX_WORDS).contains(&count) && OPENINGS.contains(&opening)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{mentions_of, show, words_of};
    use super::*;

    #[test]
    fn a_noun_behind_a_capitalised_word_names_an_institution() {
        let cases = [
            (
                "[PER Dorn] asked the Executive Registry",
                "[PER Dorn] asked the [ORG Executive Registry]",
            ),
            (
                "[PER Dorn] of Central Policy Directorate",
                "[PER Dorn] of [ORG Central Policy Directorate]",
            ),
            ("[PER Dorn] asked the Registry", "[PER Dorn] asked the Registry"),
            ("[PER Dorn] asked the old Registry", "[PER Dorn] asked the old Registry"),
            ("[PER Dorn] asked Executive Registry", "[PER Dorn] asked Executive Registry"),
            ("[PER Dorn] in A Big Old Land Registry", "[PER Dorn] in A Big Old Land Registry"),
            ("the [MISC Greek] Secretariat", "the [MISC Greek] Secretariat"),
            ("[PER Dorn] asked the EXECUTIVE Registry", "[PER Dorn] asked the EXECUTIVE Registry"),
            ("The Executive Registry", "The Executive Registry"),
            ("[PER Dorn] asked in Parliament why", "[PER Dorn] asked in [ORG Parliament] why"),
            ("[PER Dorn] told the Sejm", "[PER Dorn] told the [ORG Sejm]"),
            ("[PER Dorn] of parliament", "[PER Dorn] of parliament"),
            ("the Government of the [LOC Gambia] said", "the [ORG Government of the Gambia] said"),
            ("THE [ORG GOVERNMENT OF] [LOC MALI]", "THE [ORG GOVERNMENT OF MALI]"),
            ("the government of [LOC Mali] said", "the government of [LOC Mali] said"),
            ("a Government of [PER Dorn]", "a Government of [PER Dorn]"),
            ("[PER DORN]. DEPARTMENT WILL ASK", "[PER DORN]. [ORG DEPARTMENT] WILL ASK"),
            ("[PER DORN] OF THE DEPARTMENT STORE", "[PER DORN] OF THE DEPARTMENT STORE"),
        ];
        for (marked, expected) in cases {
            let (text, mut mentions) = mentions_of(marked);
            mark_institutions(&text, &words_of(&text), &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
