//! Double surnames: "Anna Smith-Jones" is one person, "Nixon-Brezhnev" are two.
//!
//! `segment` separates the parts of a hyphenated name, because they often are
//! names by themselves. A hyphen after a given name and a surname joins a second
//! surname, unless that one is a person elsewhere in the document. Later
//! mentions without the given name follow. A hyphen before a full name joins the
//! first part of a given name ("Gholam-Ali Haddad") in the same way.

use std::collections::HashSet;

use chancery_model::{Label, Mention, TextSpan, fold_word, is_clause_dash, is_hyphen};

/// Joins the parts of double surnames.
pub(super) fn join_double_surnames(text: &str, mentions: &mut Vec<Mention>) {
    let persons_alone = surnames_alone(text, mentions);
    let mut compounds: HashSet<String> = HashSet::new();
    for pair in mentions.windows(2) {
        let (left, right) = (text_of(text, &pair[0]), text_of(text, &pair[1]));
        let single = match [left, right].map(|name| name.contains(char::is_whitespace)) {
            [true, false] => right,
            [false, true] => left,
            _ => continue,
        };
        if are_joined(text, pair) && !persons_alone.contains(&fold_word(single)) {
            compounds.insert(compound(left, right));
        }
    }
    if compounds.is_empty() {
        return;
    }
    let mut joined: Vec<Mention> = Vec::with_capacity(mentions.len());
    for mention in mentions.drain(..) {
        let right = text_of(text, &mention);
        let continued = joined.last_mut().filter(|last| {
            are_joined(text, &[**last, mention])
                && compounds.contains(&compound(text_of(text, last), right))
        });
        match continued {
            Some(last) => {
                last.span = TextSpan::new(last.span.start, mention.span.end);
                last.score = last.score.min(mention.score);
            }
            None => joined.push(mention),
        }
    }
    *mentions = joined;
}

fn text_of<'a>(text: &'a str, mention: &Mention) -> &'a str {
    &text[mention.span.byte_range()]
}

/// Whether a hyphen and nothing else stands between two persons.
fn are_joined(text: &str, pair: &[Mention]) -> bool {
    let between = text.get(pair[0].span.end as usize..pair[1].span.start as usize);
    let mut chars = between.unwrap_or("").chars();
    let hyphen = chars.next().is_some_and(|c| is_hyphen(c) && !is_clause_dash(c));
    hyphen && chars.next().is_none() && pair.iter().all(|mention| mention.label == Label::Per)
}

/// The words on both sides of the hyphen, folded.
fn compound(left: &str, right: &str) -> String {
    let before = left.rsplit(char::is_whitespace).next().unwrap_or(left);
    let after = right.split(char::is_whitespace).next().unwrap_or(right);
    format!("{}-{}", fold_word(before), fold_word(after))
}

/// The surnames of persons that stand alone somewhere, away from hyphens.
fn surnames_alone(text: &str, mentions: &[Mention]) -> HashSet<String> {
    let near_hyphen = |mention: &&Mention| {
        let before = text[..mention.span.start as usize].chars().next_back();
        let after = text[mention.span.end as usize..].chars().next();
        before.is_some_and(is_hyphen) || after.is_some_and(is_hyphen)
    };
    mentions
        .iter()
        .filter(|mention| mention.label == Label::Per && !near_hyphen(mention))
        .map(|mention| text_of(text, mention).rsplit(char::is_whitespace).next().unwrap_or(""))
        .map(fold_word)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::test_support::{mentions_of, show};

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
            ("[PER Gholam]-[PER Ali Dorn] spoke", "[PER Gholam-Ali Dorn] spoke"),
            (
                "[PER Nixon] wrote of a [PER Nixon]-[PER Jan Dorn] pact",
                "[PER Nixon] wrote of a [PER Nixon]-[PER Jan Dorn] pact",
            ),
            ("[PER Amos Pike]—[PER Dorn] too", "[PER Amos Pike]—[PER Dorn] too"),
            ("[PER Anna Smith]-[LOC Mali] talks", "[PER Anna Smith]-[LOC Mali] talks"),
        ];
        for (given, expected) in cases {
            let (text, mut mentions) = mentions_of(given);
            join_double_surnames(&text, &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
