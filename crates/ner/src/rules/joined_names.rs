//! Marks that hold more than one name, or a word that is no part of it.
//!
//! A title or rank stands outside of the name: "Captain Dorn". A nationality stands apart
//! from the service behind it ("the Malian | Coast Guard"; the services are a table,
//! `data/services.txt`). The place before a comma is no part of the company behind it: "in
//! Tulear, | Compagnie Dorn" (`data/leading_heads.txt` has the nouns with which names of
//! organisations begin in other languages than English).

use std::sync::LazyLock;

use chancery_model::{Label, Mention, TextSpan};

use crate::lexicon::is_title_or_rank;

static SERVICES: LazyLock<Vec<&str>> =
    LazyLock::new(|| lines_of(include_str!("../../data/services.txt")));

static LEADING_HEADS: LazyLock<Vec<&str>> =
    LazyLock::new(|| lines_of(include_str!("../../data/leading_heads.txt")));

/// Titles that are forenames too.
const ALSO_FORENAMES: [&str; 12] = [
    "agha", "amir", "dato", "don", "haji", "sayed", "sayyed", "shah", "sultan", "tan", "tengku",
    "tunku",
];

fn lines_of(table: &'static str) -> Vec<&'static str> {
    table.lines().filter(|line| !line.starts_with('#')).collect()
}

/// Parts what is joined, in all mentions.
pub(super) fn part_joined_names(text: &str, mentions: &mut Vec<Mention>) {
    let mut parted = Vec::with_capacity(mentions.len());
    for mention in mentions.iter() {
        match mention.label {
            Label::Per => parted.push(leave_title_outside(text, *mention)),
            Label::Org => match split_at(text, mention, mentions) {
                Some([first, second]) => parted.extend([first, second]),
                None => parted.push(*mention),
            },
            _ => parted.push(*mention),
        }
    }
    *mentions = parted;
}

/// The name of a person without the titles at its beginning.
fn leave_title_outside(text: &str, mut mention: Mention) -> Mention {
    loop {
        let name = &text[mention.span.byte_range()];
        let Some((first, rest)) = name.split_once(char::is_whitespace) else { return mention };
        let rest = rest.trim_start();
        if !is_title(first) || !rest.starts_with(char::is_uppercase) {
            return mention;
        }
        mention.span.start = mention.span.end - rest.len() as u32;
    }
}

/// Whether the word is a title and not also an initial or a forename. Two letters without
/// a full stop are initials: "VP Dorn".
fn is_title(word: &str) -> bool {
    let is_long = word.len() > 2 && word != "M.";
    is_long
        && is_title_or_rank(word)
        && !ALSO_FORENAMES.iter().any(|name| word.eq_ignore_ascii_case(name))
}

/// The two names in the mention of an organisation, if it holds two.
fn split_at(text: &str, mention: &Mention, mentions: &[Mention]) -> Option<[Mention; 2]> {
    let name = &text[mention.span.byte_range()];
    let before = &text[..mention.span.start as usize];
    let (label, first, second) =
        split_place(before, name).map(|(place, rest)| (Label::Loc, place, rest)).or_else(|| {
            let (nationality, rest) = split_nationality(text, name, mentions)?;
            Some((Label::Misc, nationality, rest))
        })?;
    let start = mention.span.start;
    let first = TextSpan::new(start, start + first.len() as u32);
    let second = TextSpan::new(mention.span.end - second.len() as u32, mention.span.end);
    Some([Mention { span: first, label, ..*mention }, Mention { span: second, ..*mention }])
}

/// A place behind "in" or "of", and an organisation behind the comma.
fn split_place<'a>(before: &str, name: &'a str) -> Option<(&'a str, &'a str)> {
    let (place, rest) = name.split_once(',')?;
    let rest = rest.trim_start();
    let head = rest.split(char::is_whitespace).next()?;
    let preposition = before.trim_end().rsplit(|c: char| !c.is_alphabetic()).next()?;
    let is_behind =
        ["in", "of", "from", "at"].iter().any(|word| preposition.eq_ignore_ascii_case(word));
    let is_head = LEADING_HEADS.iter().any(|word| head.eq_ignore_ascii_case(word));
    (is_behind && is_head && !place.is_empty()).then_some((place, rest))
}

/// Whether a name is that of a service before which a nationality stands apart.
pub(super) fn is_service(name: &str) -> bool {
    SERVICES.iter().any(|known| {
        let mut words = name.split_whitespace();
        known.split(' ').all(|word| words.next().is_some_and(|own| own.eq_ignore_ascii_case(word)))
            && words.next().is_none()
    })
}

/// A nationality that is a name by itself elsewhere in the document, and a service.
fn split_nationality<'a>(
    text: &str,
    name: &'a str,
    mentions: &[Mention],
) -> Option<(&'a str, &'a str)> {
    let (nationality, service) = name.split_once(char::is_whitespace)?;
    let service = service.trim_start();
    let is_alone = |mention: &Mention| {
        mention.label == Label::Misc
            && text[mention.span.byte_range()].eq_ignore_ascii_case(nationality)
    };
    (is_service(service) && mentions.iter().any(is_alone)).then_some((nationality, service))
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{mentions_of, show};
    use super::*;

    #[test]
    fn joined_names_are_parted() {
        let cases = [
            ("[PER Captain Abena Dorn] left", "Captain [PER Abena Dorn] left"),
            ("then [PER Acting Colonel Dorn]", "then Acting Colonel [PER Dorn]"),
            ("\"[PER Monsieur Emil].\"", "\"Monsieur [PER Emil].\""),
            ("[PER AMBASSADOR DORN]", "AMBASSADOR [PER DORN]"),
            ("[PER Mr. Dorn]", "Mr. [PER Dorn]"),
            ("[PER VP Dorn] and [PER M. Dorn]", "[PER VP Dorn] and [PER M. Dorn]"),
            ("[PER Sultan bin Dorn]", "[PER Sultan bin Dorn]"),
            ("[PER Major]", "[PER Major]"),
            ("[ORG General Dorn Works]", "[ORG General Dorn Works]"),
            (
                "a firm in [ORG Tobruk, Banque Dorn et Fils]",
                "a firm in [LOC Tobruk], [ORG Banque Dorn et Fils]",
            ),
            (
                "A FIRM IN [ORG PUERTO DORN, COMPANIA DORN]",
                "A FIRM IN [LOC PUERTO DORN], [ORG COMPANIA DORN]",
            ),
            ("by [ORG Tobruk, Banque Dorn]", "by [ORG Tobruk, Banque Dorn]"),
            ("in [ORG Dorn, Inc.]", "in [ORG Dorn, Inc.]"),
            (
                "[ORG Malian National Coast Guard] of [MISC Malian] men",
                "[MISC Malian] [ORG National Coast Guard] of [MISC Malian] men",
            ),
            (
                "[ORG MALIAN AIR FORCE] and [MISC Malian] men",
                "[MISC MALIAN] [ORG AIR FORCE] and [MISC Malian] men",
            ),
            ("[ORG Mahdi Army]", "[ORG Mahdi Army]"),
            (
                "[ORG Malian National Army], [MISC Malian]",
                "[ORG Malian National Army], [MISC Malian]",
            ),
        ];
        for (marked, expected) in cases {
            let (text, mut mentions) = mentions_of(marked);
            part_joined_names(&text, &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
