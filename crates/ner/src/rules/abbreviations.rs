//! Abbreviations that the document explains: "Rodrigues Fishery Board (RFB)".
//!
//! If the letters of the abbreviation are the initials of the words before it, it stands
//! for them everywhere in the document. The words are one name from the first initial on
//! ("United States Air Force (USAF)"), and the abbreviation has its label. If they have
//! small letters ("spent fuel (SF)") or name an office ("Chief of Staff (COS)"), it is no
//! name.

use std::collections::{HashMap, HashSet};

use chancery_model::{Label, Mention, TextSpan, Token, TokenKind, Words, is_apostrophe, is_hyphen};

use super::{joined_names, overlapping_mention};
use crate::word_type::INNER_WORDS;

/// First words of offices, without a capital.
const OFFICE_STARTS: [&str; 11] = [
    "ambassador",
    "assistant",
    "chairman",
    "chief",
    "commander",
    "deputy",
    "director",
    "member",
    "members",
    "minister",
    "secretary",
];

/// Last words of offices, without a capital.
const OFFICE_ENDS: [&str; 10] = [
    "advisor",
    "adviser",
    "chief",
    "commander",
    "commanding",
    "director",
    "general",
    "manager",
    "officer",
    "representative",
];

/// An abbreviation in brackets, and the words before it that it stands for.
struct Explained<'a> {
    short: &'a str,
    long: TextSpan,
}

/// Reads the explanations of a document, and labels names and abbreviations by them.
pub(super) fn label_abbreviations(text: &str, words: &Words, mentions: &mut Vec<Mention>) {
    let explained = explained_abbreviations(text, words);
    if explained.is_empty() {
        return;
    }
    for one in &explained {
        join_long_form(text, one, mentions);
    }
    remove_common(text, &explained, mentions);
    mark_explained(text, words, &explained, mentions);
}

/// The abbreviations in brackets behind the words of which they have the initials.
fn explained_abbreviations<'a>(text: &'a str, words: &Words) -> Vec<Explained<'a>> {
    let word = |token: &Token| &text[token.span.byte_range()];
    let mut explained = Vec::new();
    for sentence in &words.sentences {
        let tokens = &words.tokens[sentence.token_range()];
        for (at, window) in tokens.windows(3).enumerate() {
            let [open, short, close] = window else { continue };
            let is_bracketed = word(open) == "(" && word(close) == ")";
            if !is_bracketed || !is_abbreviation(word(short)) {
                continue;
            }
            if let Some(first) = first_of_long_form(text, &tokens[..at], word(short)) {
                let long = TextSpan::new(tokens[first].span.start, tokens[at - 1].span.end);
                explained.push(Explained { short: word(short), long });
            }
        }
    }
    explained
}

/// Whether `word` may be an abbreviation: two to eight capitals.
fn is_abbreviation(word: &str) -> bool {
    (2..=8).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'&')
}

/// The first of the words at the end of `before` whose initials are those of `short`,
/// with or without the small words among them. Brackets and semicolons end the search.
fn first_of_long_form(text: &str, before: &[Token], short: &str) -> Option<usize> {
    let most = 2 * short.len() + 3;
    let is_end = |token: &&Token| matches!(&text[token.span.byte_range()], "(" | ")" | ";" | ":");
    let near = before.iter().rev().take(most).take_while(|token| !is_end(token)).count();
    (before.len() - near..before.len()).rev().find(|&first| {
        let is_word = before[first].kind == TokenKind::Word;
        let span = TextSpan::new(before[first].span.start, before[before.len() - 1].span.end);
        is_word && initials_match(&text[span.byte_range()], short)
    })
}

/// Whether the letters of `short` are the initials of `name`, with or without
/// its small words.
fn initials_match(name: &str, short: &str) -> bool {
    let short: String = short.chars().filter(|c| c.is_alphabetic()).collect();
    let parts = name.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    let initial = |part: &str| part.chars().next().map(|c| c.to_ascii_uppercase());
    let all: String = parts.clone().filter_map(initial).collect();
    let large: String = parts.filter(|part| !is_small_word(part)).filter_map(initial).collect();
    short.len() > 1 && (all == short || large == short)
}

fn is_small_word(word: &str) -> bool {
    INNER_WORDS.contains(&word.to_ascii_lowercase().as_str())
}

/// The words of a name that count, of which hyphens part compounds.
fn large_words(name: &str) -> impl Iterator<Item = &str> + Clone {
    let parts = name.split(|c: char| c.is_whitespace() || is_hyphen(c));
    parts.filter(|part| part.starts_with(char::is_alphabetic) && !is_small_word(part))
}

/// Whether the words are a common thing or an office, and no name.
fn is_common(name: &str) -> bool {
    let is_in = |word: Option<&str>, list: &[&str]| {
        word.is_some_and(|word| list.iter().any(|known| word.eq_ignore_ascii_case(known)))
    };
    let words = large_words(name);
    words.clone().all(|word| word.starts_with(char::is_lowercase))
        || is_in(words.clone().next(), &OFFICE_STARTS)
        || is_in(words.last(), &OFFICE_ENDS)
}

/// Makes the mentions within a long form one, if they are parts of it.
fn join_long_form(text: &str, one: &Explained<'_>, mentions: &mut Vec<Mention>) {
    let name = &text[one.long.byte_range()];
    let is_capitalised = large_words(name).all(|word| word.starts_with(char::is_uppercase));
    if !is_capitalised || is_common(name) || name.contains(is_apostrophe) {
        return;
    }
    let first = mentions.partition_point(|mention| mention.span.end <= one.long.start);
    let count = mentions[first..].iter().take_while(|mention| mention.span.start < one.long.end);
    let parts = &mentions[first..first + count.count()];
    let is_apart = matches!(parts, [nationality, service]
        if nationality.label == Label::Misc
            && joined_names::is_service(&text[service.span.byte_range()]));
    let Some(&(mut whole)) = parts.first() else { return };
    if parts.iter().any(|part| !one.long.contains(&part.span) || part.label == Label::Per)
        || is_apart
    {
        return;
    }
    let short = mentions.iter().find(|mention| &text[mention.span.byte_range()] == one.short);
    let labels = parts.iter().chain(short).map(|part| part.label);
    let is_whole = parts.len() == 1 && whole.span == one.long;
    if !is_whole {
        whole.label = match short {
            _ if labels.clone().any(|label| label == Label::Org) => Label::Org,
            Some(short) if short.label != Label::Per => short.label,
            _ => return,
        };
    }
    whole.span = one.long;
    let end = first + parts.len();
    mentions.splice(first..end, [whole]);
}

/// Removes the marks of abbreviations that stand for common things and offices.
fn remove_common(text: &str, explained: &[Explained<'_>], mentions: &mut Vec<Mention>) {
    // "Office of the High Representative (OHR)" is a name all the same.
    let is_name = |one: &Explained<'_>| {
        overlapping_mention(mentions, one.long).is_some_and(|name| name.span == one.long)
    };
    let common: HashSet<&str> = explained
        .iter()
        .filter(|one| is_common(&text[one.long.byte_range()]) && !is_name(one))
        .map(|one| one.short)
        .collect();
    if !common.is_empty() {
        mentions.retain(|mention| !common.contains(&text[mention.span.byte_range()]));
    }
}

/// Labels abbreviations as the names before them, and marks those that were missed.
fn mark_explained(
    text: &str,
    words: &Words,
    explained: &[Explained<'_>],
    mentions: &mut Vec<Mention>,
) {
    let labels = labels_of_abbreviations(explained, mentions);
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

/// The label of each abbreviation whose long form is a name, and the score of the name.
fn labels_of_abbreviations<'a>(
    explained: &[Explained<'a>],
    mentions: &[Mention],
) -> HashMap<&'a str, (Label, f32)> {
    let mut labels: HashMap<&str, (Label, f32)> = HashMap::new();
    for one in explained {
        let name = overlapping_mention(mentions, one.long);
        if let Some(name) = name.filter(|name| name.span == one.long && name.label != Label::Per) {
            labels.entry(one.short).or_insert((name.label, name.score));
        }
    }
    labels
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
            (
                "the [LOC Dorn Islands] [ORG Air Corps] (DIAC); DIAC",
                "the [ORG Dorn Islands Air Corps] ([ORG DIAC]); [ORG DIAC]",
            ),
            (
                "the [LOC East Dorn] Peace Process ([MISC EDPP])",
                "the [MISC East Dorn Peace Process] ([MISC EDPP])",
            ),
            ("the [LOC East Dorn] Tax Board (EDTB)", "the [LOC East Dorn] Tax Board (EDTB)"),
            (
                "the [MISC Malian] [ORG Air Force] ([ORG MAF])",
                "the [MISC Malian] [ORG Air Force] ([ORG MAF])",
            ),
            (
                "dried blue fish ([ORG DBF]), and [ORG DBF] of [LOC Mali]",
                "dried blue fish (DBF), and DBF of [LOC Mali]",
            ),
            (
                "Chief of Dry Docks ([ORG CDD]) of [LOC Mali]; the [ORG CDD]",
                "Chief of Dry Docks (CDD) of [LOC Mali]; the CDD",
            ),
            (
                "the Dry Dock Officer ([ORG DDO]) of [LOC Mali]",
                "the Dry Dock Officer (DDO) of [LOC Mali]",
            ),
            (
                "the [ORG Office of the Dry Representative] ([ORG ODR])",
                "the [ORG Office of the Dry Representative] ([ORG ODR])",
            ),
            (
                "[LOC Mali]'s [ORG Dock Board] ([ORG MDB])",
                "[LOC Mali]'s [ORG Dock Board] ([ORG MDB])",
            ),
        ];
        for (given, expected) in cases {
            let (text, mut mentions) = mentions_of(given);
            label_abbreviations(&text, &words_of(&text), &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
