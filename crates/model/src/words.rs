//! Sentences and tokens, stored as spans without owned strings.

use std::ops::Range;

use crate::{Language, TextSpan};

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Letters, possibly with digits, hyphens, apostrophes or periods inside.
    Word,
    /// Digits with their separators.
    Number,
    /// A punctuation mark or symbol.
    Punctuation,
    /// Data among the words that is not prose: a paragraph number, a portion
    /// marking, a TAGS line, a row of dashes, a redaction. Never part of a name.
    Marking,
}

/// One word, number, punctuation mark or marking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its span in the reading text.
    pub span: TextSpan,
    /// Its kind.
    pub kind: TokenKind,
}

/// One sentence: a span and its tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// From its first token's start to its last token's end.
    pub span: TextSpan,
    /// Index of its first token in [`Words::tokens`].
    pub token_start: u32,
    /// One past the index of its last token.
    pub token_end: u32,
}

impl Sentence {
    /// The indices of its tokens.
    pub fn token_range(&self) -> Range<usize> {
        self.token_start as usize..self.token_end as usize
    }
}

/// The sentences and tokens of a text, both in ascending order. Every token
/// belongs to exactly one sentence, and every sentence has at least one token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The sentences.
    pub sentences: Vec<Sentence>,
    /// The tokens of all sentences.
    pub tokens: Vec<Token>,
    /// The language of the words: English if it is not clearly another.
    pub language: Language,
}

impl Words {
    /// The number of words, including numbers.
    pub fn count_words(&self) -> u64 {
        let is_word = |kind| matches!(kind, TokenKind::Word | TokenKind::Number);
        self.tokens.iter().filter(|token| is_word(token.kind)).count() as u64
    }

    /// Appends a sentence of the given tokens. Does nothing if there are none.
    pub fn push_sentence(&mut self, tokens: impl IntoIterator<Item = Token>) {
        let first = self.tokens.len();
        self.tokens.extend(tokens);
        let Some(added) = self.tokens.get(first..).filter(|added| !added.is_empty()) else {
            return;
        };
        let span = TextSpan::new(added[0].span.start, added[added.len() - 1].span.end);
        self.sentences.push(Sentence {
            span,
            token_start: first as u32,
            token_end: self.tokens.len() as u32,
        });
    }
}
