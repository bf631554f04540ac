//! Invariants for arbitrary text, blocks and markings.

mod document;

use chancery_model::{Document, TextSpan, TokenKind, Words};
use proptest::prelude::*;

/// Texts of characters that the rules treat specially and of arbitrary ones.
fn arbitrary_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[ \n.,'’“”\"!?()/&@:_$%-]{1,3}",
        3 => "[A-Za-z]{1,4}",
        1 => "[0-9]{1,4}",
        1 => prop::sample::select(vec!["U.S.", "'s", "@x.y", "Gen.", "n't", "al-", "://", "ß", "İ", "…", "–", "\u{301}"])
            .prop_map(String::from),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Ascending spans of `text` on character boundaries.
fn ascending_spans(text: &str, cuts: &[prop::sample::Index]) -> Vec<TextSpan> {
    let borders: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut ends: Vec<usize> = cuts.iter().map(|cut| *cut.get(&borders)).collect();
    ends.sort_unstable();
    ends.chunks_exact(2).map(|pair| TextSpan::from_range(pair[0]..pair[1])).collect()
}

prop_compose! {
    fn documents()(
        text in arbitrary_text(),
        blocks in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        markings in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        redactions in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) -> Document {
        let mut document = document::document_of_blocks(&text, ascending_spans(&text, &blocks));
        document.markings = ascending_spans(&text, &markings);
        document.redactions = ascending_spans(&text, &redactions);
        document
    }
}

/// The parts of the blocks that no token covers.
fn uncovered_text<'a>(document: &'a Document, words: &Words) -> Vec<&'a str> {
    let mut rest = Vec::new();
    for block in &document.blocks {
        let mut at = block.span.start;
        for token in words.tokens.iter().filter(|token| block.span.contains(&token.span)) {
            rest.push(&document.text[TextSpan::new(at, token.span.start)]);
            at = token.span.end;
        }
        rest.push(&document.text[TextSpan::new(at, block.span.end)]);
    }
    rest
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn tokens_cover_the_blocks_in_order(document in documents()) {
        let words = chancery_segment::segment_document(&document);
        for token in &words.tokens {
            let word = document.text.as_str().get(token.span.byte_range());
            let word = word.expect("on character boundaries");
            prop_assert!(!word.is_empty() && !word.contains(char::is_whitespace), "{word:?}");
        }
        prop_assert!(words.tokens.windows(2).all(|two| two[0].span.end <= two[1].span.start));
        for rest in uncovered_text(&document, &words) {
            prop_assert!(rest.trim().is_empty(), "{rest:?} is not in any token");
        }
    }

    #[test]
    fn markings_are_separate_tokens(document in documents()) {
        let words = chancery_segment::segment_document(&document);
        let data: Vec<_> = document.markings.iter().chain(&document.redactions).collect();
        for token in &words.tokens {
            let inside = data.iter().any(|span| span.contains(&token.span));
            let touching = data.iter().any(|span| span.overlaps(&token.span));
            prop_assert_eq!(inside, token.kind == TokenKind::Marking);
            prop_assert_eq!(inside, touching);
        }
    }

    #[test]
    fn sentences_contain_each_token_once(document in documents()) {
        let words = chancery_segment::segment_document(&document);
        let mut next = 0;
        for sentence in &words.sentences {
            let tokens = sentence.token_range();
            prop_assert_eq!(tokens.start, next);
            prop_assert!(tokens.start < tokens.end);
            prop_assert_eq!(sentence.span.start, words.tokens[tokens.start].span.start);
            prop_assert_eq!(sentence.span.end, words.tokens[tokens.end - 1].span.end);
            prop_assert!(!document.text[sentence.span].contains('\n'));
            prop_assert!(document.blocks.iter().any(|block| block.span.contains(&sentence.span)));
            next = tokens.end;
        }
        prop_assert_eq!(next, words.tokens.len());
    }

    #[test]
    fn numbers_contain_no_letters(text in arbitrary_text()) {
        let words = chancery_segment::segment_document(&document::single_paragraph(&text));
        for token in words.tokens.iter().filter(|token| token.kind == TokenKind::Number) {
            let number = &text[token.span.byte_range()];
            prop_assert!(!number.chars().any(char::is_alphabetic), "{number:?}");
        }
    }
}
