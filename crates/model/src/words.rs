//! Sentences and tokens: spans and kinds, no owned strings.

use std::ops::Range;

use crate::TextSpan;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Letters, perhaps with digits, hyphens, apostrophes or points inside.
    Word,
    /// Digits with their separators.
    Number,
    /// A mark or symbol.
    Punctuation,
    /// Data of the document that stands among the words and is no word of
    /// the prose: a paragraph number, a portion marking, a TAGS line, a row
    /// of dashes, a redaction. Never part of a name.
    Marking,
}

/// One word, number or mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its place in the reading text.
    pub span: TextSpan,
    /// What it is.
    pub kind: TokenKind,
}

/// One sentence: a span and its tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// From its first token's start to its last token's end.
    pub span: TextSpan,
    /// Index of its first token in [`Words::tokens`].
    pub first: u32,
    /// One past its last token.
    pub end: u32,
}

impl Sentence {
    /// The indices of its tokens.
    pub fn tokens(&self) -> Range<usize> {
        self.first as usize..self.end as usize
    }
}

/// A text cut into sentences and tokens, both in ascending order. Every
/// token belongs to exactly one sentence; sentences hold at least one token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The sentences.
    pub sentences: Vec<Sentence>,
    /// The tokens of all sentences.
    pub tokens: Vec<Token>,
}

impl Words {
    /// How many words there are, numbers among them.
    pub fn count(&self) -> u64 {
        let is_word = |kind| matches!(kind, TokenKind::Word | TokenKind::Number);
        self.tokens.iter().filter(|token| is_word(token.kind)).count() as u64
    }

    /// Appends a sentence of the given tokens; an empty list adds nothing.
    pub fn push_sentence(&mut self, tokens: impl IntoIterator<Item = Token>) {
        let first = self.tokens.len();
        self.tokens.extend(tokens);
        let Some(added) = self.tokens.get(first..).filter(|added| !added.is_empty()) else {
            return;
        };
        let span = TextSpan::new(added[0].span.start, added[added.len() - 1].span.end);
        self.sentences.push(Sentence { span, first: first as u32, end: self.tokens.len() as u32 });
    }
}
