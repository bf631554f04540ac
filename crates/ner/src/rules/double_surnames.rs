//! Double surnames: "Anna Smith-Jones" is one person, "Nixon-Brezhnev" are two.
//!
//! `segment` separates the parts of a hyphenated name, because they often are
//! names by themselves. A hyphen after a given name and a surname joins a second
//! surname, unless that one is a person elsewhere in the document. Later
//! mentions without the given name follow. A hyphen before a full name joins the
//! first part of a given name ("Gholam-Ali Haddad") in the same way.

use std::cell::LazyCell;
use std::collections::HashSet;

use chancery_model::{
    Label, Mention, TextSpan, TokenKind, Words, fold_word, is_hyphen, joins_compound,
};

use super::overlapping_mention;

/// Joins the parts of double names.
pub(super) fn join_double_surnames(text: &str, words: &Words, mentions: &mut Vec<Mention>) {
    let compounds = double_names(text, words, mentions);
    if compounds.is_empty() {
        return;
    }
    let mut spans = Vec::new();
    for (at, token) in words.tokens.iter().enumerate() {
        let joined = words.tokens.get(at + 2).filter(|_| is_joint(text, words, at + 1));
        let whole = Some(token).filter(|_| text[token.span.byte_range()].contains(is_hyphen));
        for last in [whole, joined].into_iter().flatten() {
            let span = TextSpan::new(token.span.start, last.span.end);
            if compounds.contains(&fold_word(&text[span.byte_range()])) {
                spans.push(span);
            }
        }
    }
    *mentions = join_parts(mentions, &spans);
}

/// Makes what overlaps each span one person, unless it is part of another name.
/// Mentions and spans are in order.
fn join_parts(mentions: &[Mention], spans: &[TextSpan]) -> Vec<Mention> {
    let mut joined: Vec<Mention> = Vec::with_capacity(mentions.len());
    let mut rest = mentions;
    for span in spans {
        let before = rest.iter().take_while(|mention| mention.span.end <= span.start).count();
        joined.extend(&rest[..before]);
        rest = &rest[before..];
        let count = rest.iter().take_while(|mention| mention.span.start < span.end).count();
        // In "A-B-C" the span of "B-C" overlaps what the one of "A-B" made.
        let last = joined.pop_if(|last| last.span.end > span.start);
        let parts = || last.iter().chain(&rest[..count]);
        let is_part =
            |mention: &Mention| mention.label == Label::Per || span.contains(&mention.span);
        let Some(first) = parts().next().filter(|_| parts().all(is_part)) else {
            joined.extend(last);
            continue;
        };
        let start = parts().map(|mention| mention.span.start).fold(span.start, u32::min);
        let end = parts().map(|mention| mention.span.end).fold(span.end, u32::max);
        let score = parts().map(|mention| mention.score).fold(1.0, f32::min);
        let span = TextSpan::new(start, end);
        joined.push(Mention { span, label: Label::Per, score, source: first.source });
        rest = &rest[count..];
    }
    joined.extend(rest);
    joined
}

fn text_of<'a>(text: &'a str, mention: &Mention) -> &'a str {
    &text[mention.span.byte_range()]
}

/// The double names of the document, folded.
fn double_names(text: &str, words: &Words, mentions: &[Mention]) -> HashSet<String> {
    // Few documents have a candidate.
    let alone = LazyCell::new(|| names_alone(text, mentions));
    let is_part = |word: &TextSpan| {
        is_one_name(text, mentions, *word) && !alone.contains(&fold_word(&text[word.byte_range()]))
    };
    let compound = |left: &str, right: &str| format!("{}-{}", fold_word(left), fold_word(right));
    let mut compounds = HashSet::new();
    let persons = mentions.iter().filter(|mention| mention.label == Label::Per);
    for mention in persons {
        let name = text_of(text, mention);
        let mut parts = name.split(char::is_whitespace);
        let (first, last) = (parts.next().unwrap_or(name), parts.next_back());
        let Some(last) = last else { continue };
        // The engine joined it itself.
        compounds.extend([first, last].into_iter().filter(|part| is_double(part)).map(fold_word));
        let (before, after) = neighbours(text, words, mention.span);
        let after = after.filter(is_part).map(|word| compound(last, &text[word.byte_range()]));
        let before = before.filter(is_part).map(|word| compound(&text[word.byte_range()], first));
        compounds.extend(after.into_iter().chain(before));
    }
    compounds.extend(half_read_names(text, words, mentions, &|name| alone.contains(name)));
    compounds
}

/// Compounds of which the engine read one half as a person and the other as
/// another name, and of which neither half stands alone anywhere.
fn half_read_names(
    text: &str,
    words: &Words,
    mentions: &[Mention],
    is_alone: &dyn Fn(&str) -> bool,
) -> Vec<String> {
    let is_half = |mention: &Mention| {
        let name = text_of(text, mention);
        let one_word = name.chars().all(char::is_alphabetic) && name.contains(char::is_lowercase);
        one_word && !is_alone(&fold_word(name))
    };
    let pairs = mentions.windows(2).filter(|pair| {
        let persons = pair.iter().filter(|mention| mention.label == Label::Per).count();
        let joined = neighbours(text, words, pair[0].span).1 == Some(pair[1].span);
        persons == 1 && joined && pair.iter().all(is_half)
    });
    pairs.map(|pair| [0, 1].map(|at| fold_word(text_of(text, &pair[at]))).join("-")).collect()
}

/// Whether `part` is two capitalised words with a hyphen between them.
fn is_double(part: &str) -> bool {
    part.split_once(is_hyphen).is_some_and(|(left, right)| {
        left.starts_with(char::is_uppercase) && right.starts_with(char::is_uppercase)
    })
}

/// The words that hyphens join to both ends of `span`.
fn neighbours(text: &str, words: &Words, span: TextSpan) -> (Option<TextSpan>, Option<TextSpan>) {
    let tokens = &words.tokens;
    let first = tokens.partition_point(|token| token.span.start < span.start);
    let after = tokens.partition_point(|token| token.span.start < span.end);
    let before = first.checked_sub(2).filter(|_| is_joint(text, words, first - 1));
    let next = Some(after + 1).filter(|_| is_joint(text, words, after));
    (before.map(|at| tokens[at].span), next.map(|at| tokens[at].span))
}

/// Whether token `at` is a hyphen between two capitalised words without blanks.
fn is_joint(text: &str, words: &Words, at: usize) -> bool {
    let Some([left, hyphen, right]) = at.checked_sub(1).and_then(|i| words.tokens.get(i..i + 3))
    else {
        return false;
    };
    let is_word = |span: TextSpan| text[span.byte_range()].starts_with(char::is_uppercase);
    let mut chars = text[hyphen.span.byte_range()].chars();
    let is_sign = chars.next().is_some_and(joins_compound);
    is_sign
        && chars.next().is_none()
        && left.span.end == hyphen.span.start
        && hyphen.span.end == right.span.start
        && [left, right].iter().all(|token| token.kind == TokenKind::Word && is_word(token.span))
}

/// Whether the word at `span` is a name by itself, or no name that the engine
/// found. An abbreviation is no surname: "Nixon-ERA". A word of two letters at the end
/// of a person's name is a part too: "Clarisse Ah" before "-Teck Veloutier".
fn is_one_name(text: &str, mentions: &[Mention], span: TextSpan) -> bool {
    let mention = overlapping_mention(mentions, span);
    let is_person = mention.is_some_and(|mention| mention.label == Label::Per);
    let is_short = is_person && span.byte_range().len() <= 2;
    let is_alone =
        |mention: &Mention| mention.span == span || is_short && mention.span.end == span.end;
    mention.is_none_or(is_alone)
        && (is_person || text[span.byte_range()].contains(char::is_lowercase))
}

/// The surnames of persons and the other names that stand alone somewhere, away
/// from hyphens.
fn names_alone(text: &str, mentions: &[Mention]) -> HashSet<String> {
    let near_hyphen = |mention: &&Mention| {
        let before = text[..mention.span.start as usize].chars().next_back();
        let after = text[mention.span.end as usize..].chars().next();
        before.is_some_and(is_hyphen) || after.is_some_and(is_hyphen)
    };
    mentions
        .iter()
        .filter(|mention| !near_hyphen(mention))
        .map(|mention| text_of(text, mention).rsplit(char::is_whitespace).next().unwrap_or(""))
        .map(fold_word)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::test_support::{mentions_of, show, words_of};

    #[test]
    fn surnames_are_joined_or_stay_two() {
        let cases = [
            (
                "[PER Anna Smith]-[PER Jones] came. [PER Smith]-[PER Jones] left.",
                "[PER Anna Smith-Jones] came. [PER Smith-Jones] left.",
            ),
            (
                "[PER Ines Okoro]–[PER Bell] and [PER Okoro]-[PER Bell]",
                "[PER Ines Okoro–Bell] and [PER Okoro-Bell]",
            ),
            ("the [PER Nixon]-[PER Brezhnev] summit", "the [PER Nixon]-[PER Brezhnev] summit"),
            (
                "[PER Amos Pike]-[PER Dorn] talks; [PER Dorn] agreed",
                "[PER Amos Pike]-[PER Dorn] talks; [PER Dorn] agreed",
            ),
            ("[PER Amos Pike]-[PER Jan Dorn] talks", "[PER Amos Pike]-[PER Jan Dorn] talks"),
            (
                "[PER Anna Smith]-Jones came. [PER Smith]-Jones left, so did Smith-[PER Jones].",
                "[PER Anna Smith-Jones] came. [PER Smith-Jones] left, so did [PER Smith-Jones].",
            ),
            (
                "[PER Anna Smith-Jones] came. [PER Smith]-[PER Jones] left.",
                "[PER Anna Smith-Jones] came. [PER Smith-Jones] left.",
            ),
            (
                "[PER Anna Smith]-[PER Jones] of the [ORG Smith-Jones Trust]",
                "[PER Anna Smith-Jones] of the [ORG Smith-Jones Trust]",
            ),
            ("On [LOC Zafima]-[PER Dorn] he was silent", "On [PER Zafima-Dorn] he was silent"),
            (
                "On [LOC Mali]-[PER Dorn] ties, as [LOC Mali] said",
                "On [LOC Mali]-[PER Dorn] ties, as [LOC Mali] said",
            ),
            (
                "[PER Anna Smith-Jones-Bell] came. [PER Smith]-[PER Jones] left, then [PER Bell].",
                "[PER Anna Smith-Jones-Bell] came. [PER Smith]-[PER Jones] left, then [PER Bell].",
            ),
            ("[PER Gholam]-[PER Ali Dorn] spoke", "[PER Gholam-Ali Dorn] spoke"),
            (
                "[PER Nixon] wrote of a [PER Nixon]-[PER Jan Dorn] pact",
                "[PER Nixon] wrote of a [PER Nixon]-[PER Jan Dorn] pact",
            ),
            ("[PER Amos Pike]—[PER Dorn] too", "[PER Amos Pike]—[PER Dorn] too"),
            (
                "[PER Anna Smith]-[LOC Mali] talks in [LOC Mali]",
                "[PER Anna Smith]-[LOC Mali] talks in [LOC Mali]",
            ),
            ("[PER Anna Smith]-[LOC Jordan] came", "[PER Anna Smith-Jordan] came"),
            ("wife, [PER Lise Ah]-[PER Tek Dorn], left", "wife, [PER Lise Ah-Tek Dorn], left"),
            ("[PER Anna Smith]-[ORG ANC] talks", "[PER Anna Smith]-[ORG ANC] talks"),
        ];
        for (given, expected) in cases {
            let (text, mut mentions) = mentions_of(given);
            join_double_surnames(&text, &words_of(&text), &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
