//! Splits text into sentences and tokens.
//!
//! [`segment_document`] splits a document into [`Words`]: tokens by the
//! conventions of CoNLL-2003 and the Penn Treebank, and sentences over the
//! tokens. [`tokenize_span`] splits any other text by the same rules.
//!
//! Both use rules over characters and word lists, not a learned model. The
//! same text always gives the same words. The training of the name model relies
//! on that. The word lists are the files in `data/`.
//! `docs/SEGMENTATION.md` describes the rules and their deliberate differences
//! from older taggers.
//!
//! ```
//! use chancery_model::Text;
//! use chancery_segment::tokenize_span;
//!
//! let text = "Algeria’s U.S.-Soviet aims didn't include al-Qa'ida.";
//! let mut tokens = Vec::new();
//! tokenize_span(text, Text::from_verbatim(text).whole_span(), &mut tokens);
//! let words: Vec<&str> = tokens.iter().map(|token| &text[token.span.byte_range()]).collect();
//! let expected = "Algeria ’s U.S. - Soviet aims did n't include al-Qa'ida .";
//! assert_eq!(words.join(" "), expected);
//! ```

mod char_classes;
mod compounds;
mod language;
mod sentences;
mod tokenizer;
mod word_lists;

use chancery_model::{Block, Document, TextSpan, Token, TokenKind, Words};

pub use language::detect_language;
pub use tokenizer::tokenize_span;

/// Splits `document` into sentences and tokens, and finds its language, in linear
/// time.
///
/// Block boundaries and line ends inside a block are sentence boundaries. (Soft
/// line ends are blanks in the reading text.) The ends of a marking or
/// redaction are token boundaries. Tokens inside it have the kind
/// [`TokenKind::Marking`] and belong to the surrounding sentence.
pub fn segment_document(document: &Document) -> Words {
    let text = document.text.as_str();
    // A telegram has one token per five bytes and one sentence per hundred.
    // Unused capacity costs no memory pages, but growing holds both copies.
    let mut words = Words {
        tokens: Vec::with_capacity(text.len() / 4),
        sentences: Vec::with_capacity(text.len() / 80),
        language: detect_language(document),
    };
    let mut data = [document.markings.as_slice(), document.redactions.as_slice()];
    for block in &document.blocks {
        let first = words.tokens.len();
        tokenize_block(text, block, &mut data, &mut words.tokens);
        sentences::split_sentences(text, first, &mut words);
    }
    words
}

/// Appends the tokens of one block. `data` holds the markings and redactions;
/// spans that end before the block are removed from the front of each list.
fn tokenize_block(text: &str, block: &Block, data: &mut [&[TextSpan]; 2], tokens: &mut Vec<Token>) {
    let mut at = block.span.start;
    while at < block.span.end {
        for spans in data.iter_mut() {
            let passed = spans.iter().take_while(|span| span.end <= at).count();
            *spans = &spans[passed..];
        }
        let next = data.iter().filter_map(|spans| spans.first()).min_by_key(|span| span.start);
        let Some(next) = next.filter(|next| next.start < block.span.end) else {
            tokenize_span(text, TextSpan::new(at, block.span.end), tokens);
            return;
        };
        let (start, end) = (next.start.max(at), next.end.min(block.span.end));
        tokenize_span(text, TextSpan::new(at, start), tokens);
        let first = tokens.len();
        tokenize_span(text, TextSpan::new(start, end), tokens);
        for token in &mut tokens[first..] {
            token.kind = TokenKind::Marking;
        }
        at = end;
    }
}
