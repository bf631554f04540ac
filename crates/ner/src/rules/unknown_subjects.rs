//! Names that no reference text has: "Gnatushenko denies it".
//!
//! At the beginning of a sentence every word has a capital letter, and a single surname
//! there is missed most often. A word without a vector (`lexicon`) before a verb is a
//! name, mostly of a person: of 295 such words in the training data 12 are other names,
//! and 41 none, nearly all of them offices and messages ("Poloff", "Septel").

use chancery_model::{Label, Mention, Token, TokenKind, Words};

use super::overlapping_mention;
use crate::lexicon::Lexicon;
use crate::word_type::normalise_word;

/// Ends of words that cable writers made for offices and messages, and of words that are
/// more often misspelt than names.
const ORDINARY_ENDS: [&str; 23] = [
    "able", "air", "al", "att", "cit", "cits", "couns", "del", "dels", "ed", "gram", "ic", "ing",
    "ly", "off", "offs", "tel", "tels", "ion", "ism", "ity", "ment", "ness",
];

/// Verbs that do not end with "s" or "ed".
const VERBS: [&str; 35] = [
    "also", "began", "came", "can", "could", "did", "felt", "gave", "got", "had", "has", "himself",
    "is", "knew", "left", "made", "may", "met", "might", "must", "said", "saw", "sent", "should",
    "spoke", "then", "thought", "told", "took", "was", "went", "were", "will", "would", "wrote",
];

/// The fewest letters of such a name.
const MIN_LETTERS: usize = 5;

/// Probability that such a word is a person.
const SCORE: f32 = 0.8;

/// Marks unknown words before a verb at the beginning of a sentence as persons.
pub(super) fn mark_unknown_subjects(text: &str, words: &Words, mentions: &mut Vec<Mention>) {
    let Some(source) = mentions.first().map(|mention| mention.source) else { return };
    let lexicon = Lexicon::shipped_lexicon();
    let word = |token: &Token| &text[token.span.byte_range()];
    let mut missed: Vec<Mention> = Vec::new();
    for sentence in &words.sentences {
        let tokens = &words.tokens[sentence.token_range()];
        let first = tokens.iter().position(|token| is_first_word(word(token), token.kind));
        let behind_colon = tokens.windows(2).enumerate().filter_map(|(at, pair)| {
            let ends = word(&pair[0]) == ":" && pair[1].kind == TokenKind::Word;
            ends.then_some(at + 1)
        });
        for at in first.into_iter().chain(behind_colon) {
            let Some(verb) = tokens.get(at + 1) else { continue };
            let span = tokens[at].span;
            if is_surname(word(&tokens[at]))
                && is_verb(word(verb))
                && lexicon.clusters_of_word(&normalise_word(word(&tokens[at]))).is_none()
                && overlapping_mention(mentions, span).is_none()
            {
                missed.push(Mention { span, label: Label::Per, score: SCORE, source });
            }
        }
    }
    if !missed.is_empty() {
        mentions.extend(missed);
        mentions.sort_unstable_by_key(|mention| mention.span.start);
        mentions.dedup_by_key(|mention| mention.span);
    }
}

/// Whether a token is a word, and not a marking or the label of an item ("3", "a").
fn is_first_word(token: &str, kind: TokenKind) -> bool {
    kind == TokenKind::Word && token.chars().filter(|c| c.is_alphabetic()).count() > 1
}

/// Whether a word may be a surname that is written like one.
fn is_surname(word: &str) -> bool {
    word.chars().count() >= MIN_LETTERS
        && word.starts_with(char::is_uppercase)
        && word.chars().skip(1).all(char::is_lowercase)
        && !ORDINARY_ENDS.iter().any(|end| word.ends_with(end))
}

/// Whether a word is a verb, as far as its letters show.
fn is_verb(word: &str) -> bool {
    let is_small = word.chars().all(char::is_lowercase);
    let looks_so = word.len() > 3 && (word.ends_with("ed") || word.ends_with('s'));
    is_small && (looks_so || VERBS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{mentions_of, show, words_of};
    use super::*;

    #[test]
    fn an_unknown_word_before_a_verb_is_a_person() {
        let cases = [
            ("Gnatushovo denies it to [PER Dorn].", "[PER Gnatushovo] denies it to [PER Dorn]."),
            (
                "\"Zafimbolo gives much to [PER Dorn].\"",
                "\"[PER Zafimbolo] gives much to [PER Dorn].\"",
            ),
            (
                "2. Comment: Zafimbolo met [PER Dorn].",
                "2. Comment: [PER Zafimbolo] met [PER Dorn].",
            ),
            ("Nobody gives much to [PER Dorn].", "Nobody gives much to [PER Dorn]."),
            ("Econcouns gives much to [PER Dorn].", "Econcouns gives much to [PER Dorn]."),
            ("Zafimbolo Street, said [PER Dorn].", "Zafimbolo Street, said [PER Dorn]."),
            ("ZAFIMBOLO gives much to [PER Dorn].", "ZAFIMBOLO gives much to [PER Dorn]."),
            ("The Zafimbolo gives much to [PER Dorn].", "The Zafimbolo gives much to [PER Dorn]."),
            ("[ORG Zafimbolo] gives much.", "[ORG Zafimbolo] gives much."),
        ];
        for (marked, expected) in cases {
            let (text, mut mentions) = mentions_of(marked);
            mark_unknown_subjects(&text, &words_of(&text), &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
