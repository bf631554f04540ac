//! Where are the sentences and words?
//!
//! [`segment`] cuts a document into [`Words`]: tokens as the CoNLL-2003 and
//! Penn treebanks write them, and sentences over the tokens. [`tokenize`]
//! cuts any other text, a query for example, by the same rules, so that the
//! words of a query are the words of the text.
//!
//! Both are rules over characters and word lists and no learned model: the
//! same text gives the same words for ever, which the archive's index and
//! the name model's training rely on. The word lists are the files in
//! `data/`. What the rules do, and where they part from older taggers on
//! purpose, is told in `docs/SEGMENTATION.md`.
//!
//! ```
//! use chancery_model::Text;
//! use chancery_segment::tokenize;
//!
//! let text = "Algeria’s U.S.-Soviet aims didn't include al-Qa'ida.";
//! let mut tokens = Vec::new();
//! tokenize(text, Text::verbatim(text).span(), &mut tokens);
//! let words: Vec<&str> = tokens.iter().map(|token| &text[token.span.range()]).collect();
//! let expected = "Algeria ’s U.S. - Soviet aims did n't include al-Qa'ida .";
//! assert_eq!(words.join(" "), expected);
//! ```

mod chars;
mod compounds;
mod lists;
mod sentences;
mod tokens;

use chancery_model::{Block, Document, TextSpan, Token, TokenKind, Words};

pub use tokens::tokenize;

/// Cuts `document` into sentences and tokens.
///
/// The border of a block is a border of a sentence, and so is a line end
/// inside one (soft line ends are blanks in a reading text). The border of a
/// marking or redaction is a border of a token; the tokens inside are of kind
/// [`TokenKind::Marking`] and stay in the sentence they stand in.
///
/// Linear in the length of the text.
pub fn segment(document: &Document) -> Words {
    let text = document.text.as_str();
    // A telegram has a token in five bytes and a sentence in a hundred. What is
    // not filled is never touched, but to grow means to be there twice.
    let mut words = Words {
        tokens: Vec::with_capacity(text.len() / 4),
        sentences: Vec::with_capacity(text.len() / 80),
    };
    let mut data = [document.markings.as_slice(), document.redactions.as_slice()];
    for block in &document.blocks {
        let first = words.tokens.len();
        cut_block(text, block, &mut data, &mut words.tokens);
        sentences::split(text, first, &mut words);
    }
    words
}

/// The tokens of one block. `data` holds the lists of spans that are no
/// prose; spans that end before the block are dropped from their fronts.
fn cut_block(text: &str, block: &Block, data: &mut [&[TextSpan]; 2], tokens: &mut Vec<Token>) {
    let mut at = block.span.start;
    while at < block.span.end {
        for spans in data.iter_mut() {
            let passed = spans.iter().take_while(|span| span.end <= at).count();
            *spans = &spans[passed..];
        }
        let next = data.iter().filter_map(|spans| spans.first()).min_by_key(|span| span.start);
        let Some(next) = next.filter(|next| next.start < block.span.end) else {
            tokenize(text, TextSpan::new(at, block.span.end), tokens);
            return;
        };
        let (start, end) = (next.start.max(at), next.end.min(block.span.end));
        tokenize(text, TextSpan::new(at, start), tokens);
        let first = tokens.len();
        tokenize(text, TextSpan::new(start, end), tokens);
        for token in &mut tokens[first..] {
            token.kind = TokenKind::Marking;
        }
        at = end;
    }
}
