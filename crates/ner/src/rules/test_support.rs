//! Texts with mentions in brackets, for the tests of the rules.

use chancery_model::{Label, Mention, MentionSource, TextSpan, Token, TokenKind, Words};

/// Reads "[PER Ana Dorn] left" as a text and its mentions.
pub(super) fn mentions_of(marked: &str) -> (String, Vec<Mention>) {
    let (mut text, mut mentions) = (String::new(), Vec::new());
    for (at, part) in marked.split('[').enumerate() {
        let Some((inside, rest)) = part.split_once(']').filter(|_| at > 0) else {
            text.push_str(part);
            continue;
        };
        let (label, name) = inside.split_once(' ').expect("a label and a name");
        let label: Label = label.parse().expect("a label");
        let start = text.len();
        text.push_str(name);
        let span = TextSpan::from_range(start..text.len());
        mentions.push(Mention { span, label, score: 0.9, source: MentionSource::Fast(1) });
        text.push_str(rest);
    }
    (text, mentions)
}

/// The text with its mentions in brackets.
pub(super) fn show(text: &str, mentions: &[Mention]) -> String {
    let mut shown = String::new();
    let mut at = 0;
    for mention in mentions {
        let span = mention.span.byte_range();
        shown += &format!("{}[{} {}]", &text[at..span.start], mention.label, &text[span.clone()]);
        at = span.end;
    }
    shown + &text[at..]
}

/// One sentence of words and single marks.
pub(super) fn words_of(text: &str) -> Words {
    let mut tokens: Vec<Token> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        let end = (at + c.len_utf8()) as u32;
        match tokens.last_mut() {
            Some(last)
                if c.is_alphanumeric()
                    && last.kind == TokenKind::Word
                    && last.span.end as usize == at =>
            {
                last.span = TextSpan::new(last.span.start, end);
            }
            _ => {
                let kind =
                    if c.is_alphanumeric() { TokenKind::Word } else { TokenKind::Punctuation };
                tokens.push(Token { span: TextSpan::new(at as u32, end), kind });
            }
        }
    }
    let mut words = Words::default();
    words.push_sentence(tokens);
    words
}
