//! Abbreviations that the document explains: "Rodrigues Fishery Board (RFB)".
//!
//! If the letters of the abbreviation are the initials of the name before it,
//! the abbreviation has the label of the name, everywhere in the document.

use std::collections::HashMap;

use chancery_model::{Label, Mention, TextSpan, Token, TokenKind, Words};

use super::overlapping_mention;
use crate::word_type::INNER_WORDS;

/// Labels explained abbreviations as the names that they stand for.
pub(super) fn label_abbreviations(text: &str, words: &Words, mentions: &mut Vec<Mention>) {
    let labels = explained_labels(text, words, mentions);
    if labels.is_empty() {
        return;
    }
    let mut found: Vec<(TextSpan, Label)> = Vec::new();
    for token in words.tokens.iter().filter(|token| token.kind == TokenKind::Word) {
        if let Some((label, _)) = labels.get(&text[token.span.byte_range()]) {
            found.push((token.span, *label));
        }
    }
    for mention in mentions.iter_mut() {
        if let Ok(at) = found.binary_search_by_key(&mention.span, |(span, _)| *span) {
            mention.label = found[at].1;
        }
    }
    let score = |span: &TextSpan| labels[&text[span.byte_range()]].1;
    let source = mentions.first().map(|mention| mention.source);
    let missed: Vec<Mention> = found
        .iter()
        .filter(|(span, _)| overlapping_mention(mentions, *span).is_none())
        .filter_map(|(span, label)| {
            Some(Mention { span: *span, label: *label, score: score(span), source: source? })
        })
        .collect();
    mentions.extend(missed);
    mentions.sort_unstable_by_key(|mention| mention.span.start);
}

/// The label of each abbreviation that follows its name in brackets, and the
/// score of that name.
fn explained_labels<'a>(
    text: &'a str,
    words: &Words,
    mentions: &[Mention],
) -> HashMap<&'a str, (Label, f32)> {
    let mut labels: HashMap<&str, (Label, f32)> = HashMap::new();
    let token_text = |token: &Token| &text[token.span.byte_range()];
    for window in words.tokens.windows(3) {
        let [open, short, close] = window else { continue };
        let bracketed = token_text(open) == "(" && token_text(close) == ")";
        if !bracketed || !is_abbreviation(token_text(short)) {
            continue;
        }
        let before = mentions.partition_point(|mention| mention.span.end <= open.span.start);
        let Some(long) = before.checked_sub(1).map(|last| &mentions[last]) else { continue };
        let gap = &text[long.span.end as usize..open.span.start as usize];
        let name = &text[long.span.byte_range()];
        if gap.trim().is_empty()
            && long.label != Label::Per
            && initials_match(name, token_text(short))
        {
            labels.entry(token_text(short)).or_insert((long.label, long.score));
        }
    }
    labels
}

/// Whether `word` may be an abbreviation: two to eight capitals.
fn is_abbreviation(word: &str) -> bool {
    (2..=8).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'&')
}

/// Whether the letters of `short` are the initials of `name`, with or without
/// its small words.
fn initials_match(name: &str, short: &str) -> bool {
    let parts = name.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    let initial = |part: &str| part.chars().next().map(|c| c.to_ascii_uppercase());
    let small = |part: &&str| INNER_WORDS.contains(&part.to_ascii_lowercase().as_str());
    let all: String = parts.clone().filter_map(initial).collect();
    let large: String = parts.filter(|part| !small(part)).filter_map(initial).collect();
    short.len() > 1 && (all == short || large == short)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::test_support::{mentions_of, show, words_of};

    #[test]
    fn abbreviations_follow_their_names() {
        let cases = [
            (
                "The [ORG Rodrigues Fishery Board] ([LOC RFB]) met. RFB said no; [PER RFB] left.",
                "The [ORG Rodrigues Fishery Board] ([ORG RFB]) met. [ORG RFB] said no; [ORG RFB] left.",
            ),
            (
                "the [MISC Treaty of Blue Waters] (TBW) and TBW",
                "the [MISC Treaty of Blue Waters] ([MISC TBW]) and [MISC TBW]",
            ),
            ("[ORG Fishery Board] (NGO) and NGO", "[ORG Fishery Board] (NGO) and NGO"),
            ("[PER Ines Abadie] (IA) and IA", "[PER Ines Abadie] (IA) and IA"),
        ];
        for (given, expected) in cases {
            let (text, mut mentions) = mentions_of(given);
            label_abbreviations(&text, &words_of(&text), &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
