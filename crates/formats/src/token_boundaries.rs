//! Splits tokens at the boundaries of mentions, for token-based formats.

use chancery_model::{Annotated, Mention, Token, Words};

/// Splits tokens in which a mention starts or ends. Mentions from other sources
/// may do so, unlike those that Chancery finds.
pub fn split_tokens_at_mentions(annotated: &mut Annotated) {
    annotated.words = split_words(&annotated.words, &annotated.mentions);
}

/// Returns a copy of `words` with tokens split at the boundaries of `mentions`.
fn split_words(words: &Words, mentions: &[Mention]) -> Words {
    let borders: Vec<u32> =
        mentions.iter().flat_map(|mention| [mention.span.start, mention.span.end]).collect();
    let mut split = Words { language: words.language, ..Words::default() };
    for sentence in &words.sentences {
        let tokens = &words.tokens[sentence.token_range()];
        split.push_sentence(tokens.iter().flat_map(|token| token_pieces(*token, &borders)));
    }
    split
}

/// Splits one token at those of the sorted `borders` that are inside it.
fn token_pieces(token: Token, borders: &[u32]) -> impl Iterator<Item = Token> {
    let first = borders.partition_point(|&border| border <= token.span.start);
    let inside =
        borders[first..].iter().copied().take_while(move |&border| border < token.span.end);
    let mut start = token.span.start;
    inside.chain([token.span.end]).filter_map(move |end| {
        let mut piece = token;
        (piece.span.start, piece.span.end) = (start, end);
        start = end;
        (!piece.span.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use chancery_model::{Label, MentionSource, TextSpan, TokenKind};

    use super::*;

    #[test]
    fn tokens_are_split_at_mentions() {
        let token = |start, end| Token { span: TextSpan::new(start, end), kind: TokenKind::Word };
        let name = |start, end| Mention {
            span: TextSpan::new(start, end),
            label: Label::Per,
            score: 1.0,
            source: MentionSource::Imported,
        };
        let mut words = Words::default();
        words.push_sentence([token(0, 4), token(5, 9)]);
        let cases = [
            (vec![], vec![(0, 4), (5, 9)]),
            (vec![name(0, 4)], vec![(0, 4), (5, 9)]),
            (vec![name(0, 7)], vec![(0, 4), (5, 7), (7, 9)]),
            (vec![name(1, 2), name(2, 3)], vec![(0, 1), (1, 2), (2, 3), (3, 4), (5, 9)]),
        ];
        for (names, expected) in cases {
            let split = split_words(&words, &names);
            let spans: Vec<(u32, u32)> =
                split.tokens.iter().map(|token| (token.span.start, token.span.end)).collect();
            assert_eq!(spans, expected, "{names:?}");
            assert_eq!(split.sentences.len(), 1);
        }
    }
}
