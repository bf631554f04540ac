//! Groups tokens into sentences.
//!
//! A sentence ends at a line end and at the end of its block. It also ends at
//! `.`, `!`, `?` or an ellipsis, including closing quotes and brackets, if the
//! next token can start a sentence. The period of an abbreviation ends a
//! sentence only if the next word seldom follows an abbreviation, or if two
//! blanks follow, as typists leave after a sentence.

use chancery_model::{Sentence, TextSpan, Token, TokenKind, Words};

use crate::char_classes::{char_at, is_closing_mark, is_opening_mark};
use crate::tokenizer::{is_dotted_abbreviation, is_single_initial};
use crate::word_lists::{
    BEFORE_NUMBERS, OTHER_ABBREVIATIONS, SENTENCE_ENDERS, SENTENCE_STARTERS, STARTERS_IN_CAPITALS,
    TITLES,
};

/// Appends the sentences of the tokens from `first` on, which form one block.
pub(crate) fn split_sentences(text: &str, first: usize, words: &mut Words) {
    let block = BlockTokens { text, tokens: &words.tokens };
    let mut start = first;
    while start < block.tokens.len() {
        let end = block.end_of_sentence(start);
        let (opening, closing) = (&block.tokens[start], &block.tokens[end - 1]);
        words.sentences.push(Sentence {
            span: TextSpan::new(opening.span.start, closing.span.end),
            token_start: start as u32,
            token_end: end as u32,
        });
        start = end;
    }
}

/// How a token may end a sentence.
#[derive(Clone, Copy, PartialEq)]
enum SentenceEnd {
    /// `.`, `!`, `?` or an ellipsis.
    Full,
    /// The period of an abbreviation.
    Abbreviation,
    /// The period of a single initial.
    Initial,
}

struct BlockTokens<'a> {
    text: &'a str,
    tokens: &'a [Token],
}

impl BlockTokens<'_> {
    /// One past the last token of the sentence that starts at `start`.
    fn end_of_sentence(&self, start: usize) -> usize {
        // The first token so far that is not a marking.
        let mut opening = start;
        let mut at = start;
        while at + 1 < self.tokens.len() {
            if self.gap_after(at).contains('\n') {
                return at + 1;
            }
            if opening == at && self.tokens[at].kind == TokenKind::Marking {
                opening += 1;
            }
            if let Some(kind) = self.sentence_end_kind(opening, at) {
                let after = self.skip_closing_marks(at);
                if after == self.tokens.len() || self.gap_after(after - 1).contains('\n') {
                    return after;
                }
                if self.can_start_sentence(after, kind) {
                    return after;
                }
                at = after - 1;
            }
            at += 1;
        }
        self.tokens.len()
    }

    fn token_text(&self, at: usize) -> &str {
        &self.text[self.tokens[at].span.byte_range()]
    }

    /// The white space after a token.
    fn gap_after(&self, at: usize) -> &str {
        let (end, next) = (self.tokens[at].span.end, self.tokens[at + 1].span.start);
        &self.text[end as usize..next as usize]
    }

    /// How the token at `at` may end the sentence. `opening` is the first token
    /// of the sentence that is not a marking.
    fn sentence_end_kind(&self, opening: usize, at: usize) -> Option<SentenceEnd> {
        let token = self.tokens[at];
        // Most tokens end in a letter; "…" ends in byte A6.
        let last = self.text.as_bytes()[token.span.end as usize - 1];
        if !matches!(last, b'.' | b'!' | b'?' | 0xA6) || token.kind == TokenKind::Marking {
            return None;
        }
        let word = self.token_text(at);
        match token.kind {
            TokenKind::Punctuation => {
                let ends = word.ends_with(['.', '!', '?', '…']);
                (ends && !self.is_list_number(opening, at)).then_some(SentenceEnd::Full)
            }
            _ => {
                let stem = word.strip_suffix('.')?;
                match () {
                    () if is_single_initial(stem) => {
                        // "It said: A. The aim": a list letter.
                        let named = at > opening && self.tokens[at - 1].kind == TokenKind::Word;
                        named.then_some(SentenceEnd::Initial)
                    }
                    () if TITLES.contains_word(stem) => None,
                    () if SENTENCE_ENDERS.contains_word(stem) => Some(SentenceEnd::Full),
                    () if is_dotted_abbreviation(stem)
                        || OTHER_ABBREVIATIONS.contains_word(stem) =>
                    {
                        Some(SentenceEnd::Abbreviation)
                    }
                    () if BEFORE_NUMBERS.contains_word(stem) => None,
                    () => Some(SentenceEnd::Full),
                }
            }
        }
    }

    /// Whether the token is the period of "1." or "a." at the start of a
    /// sentence.
    fn is_list_number(&self, opening: usize, at: usize) -> bool {
        let short = |token: &Token| token.kind == TokenKind::Number || token.span.len() == 1;
        at <= opening || (at == opening + 1 && short(&self.tokens[opening]))
    }

    /// The token after the closing quotes and brackets that follow `at`. A
    /// straight quote closes only if no white space precedes it.
    fn skip_closing_marks(&self, mut at: usize) -> usize {
        while at + 1 < self.tokens.len() {
            let gap = self.gap_after(at);
            let next = self.token_text(at + 1);
            let closing = char_at(next, 0).is_some_and(is_closing_mark);
            let sure = matches!(next, "”" | ")" | "]" | "»");
            if !closing || gap.contains('\n') || !(gap.is_empty() || sure) {
                break;
            }
            at += 1;
        }
        at + 1
    }

    /// Whether the token at `next` can start a sentence after an end of `kind`.
    fn can_start_sentence(&self, next: usize, kind: SentenceEnd) -> bool {
        let gap = self.gap_after(next - 1);
        if kind == SentenceEnd::Full {
            return self.looks_like_sentence_start(next, gap.is_empty());
        }
        let word = self.token_text(next);
        if gap.is_empty() || !char_at(word, 0).is_some_and(char::is_uppercase) {
            return false;
        }
        let two_blanks = gap.len() > 1;
        let capitals = word.len() > 1 && !word.chars().any(char::is_lowercase);
        match (two_blanks, capitals) {
            (true, _) => kind == SentenceEnd::Abbreviation || SENTENCE_STARTERS.contains_word(word),
            (false, true) => STARTERS_IN_CAPITALS.contains_word(word),
            (false, false) => SENTENCE_STARTERS.contains_word(word),
        }
    }

    fn looks_like_sentence_start(&self, next: usize, glued: bool) -> bool {
        let first =
            |at: usize| self.tokens.get(at).and_then(|t| char_at(self.text, t.span.start as usize));
        let Some(mut c) = first(next) else {
            return false;
        };
        let opener = is_opening_mark(c);
        if opener {
            let Some(inside) = first(next + 1) else {
                return false;
            };
            c = inside;
        }
        if glued {
            // "cable.The", "organization.“These": a blank is missing.
            if !c.is_uppercase() {
                return false;
            }
            let before = self.tokens[..next].iter().rev().map(|t| &self.text[t.span.byte_range()]);
            let mut words = before.filter(|word| word.chars().any(char::is_alphanumeric));
            return words
                .next()
                .is_some_and(|word| word.len() > 2 && word.chars().all(char::is_lowercase));
        }
        let goes_on = c.is_lowercase()
            || matches!(c, ',' | ';' | ':' | '.' | '!' | '?' | '%' | '…')
            || (!opener && is_closing_mark(c) && c != '"' && c != '\'');
        !goes_on
    }
}
