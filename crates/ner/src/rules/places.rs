//! Places, by the words around them.
//!
//! The engines take small towns and islands for persons or organisations. What one
//! studies in is a town (`data/residence_words.txt`), and what lies between two things of
//! which one is a shoal or an island is a place. A sea is no person's first name: "for the
//! Indian Ocean Emil Dorn".

use std::collections::HashSet;
use std::sync::LazyLock;

use chancery_model::{Label, Mention, TextSpan};

static RESIDENCE_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let lines = include_str!("../../data/residence_words.txt").lines();
    lines.filter(|line| !line.starts_with('#')).collect()
});

/// Nouns behind the name of a place that lies in the sea or on the map.
const GEOGRAPHIC_NOUNS: [&str; 16] = [
    "archipelago",
    "atoll",
    "atolls",
    "bank",
    "bay",
    "cape",
    "coast",
    "island",
    "islands",
    "lagoon",
    "peninsula",
    "reef",
    "reefs",
    "shoal",
    "shoals",
    "strait",
];

/// Nouns that end the name of a sea or land behind an adjective.
const SEAS: [&str; 5] = ["Desert", "Gulf", "Ocean", "Peninsula", "Sea"];

/// Gives names the label of places where the words around them tell it.
pub(super) fn label_places(text: &str, mentions: &mut [Mention]) {
    for at in 0..mentions.len() {
        let next = mentions.get(at + 1).copied();
        let mention = &mut mentions[at];
        if matches!(mention.label, Label::Per | Label::Org)
            && is_one_word(&text[mention.span.byte_range()])
            && (is_in_town(text, mention)
                || next.is_some_and(|next| is_between_places(text, mention, &next)))
        {
            mention.label = Label::Loc;
        }
        let Some(next) = next else { continue };
        if let Some(length) = length_of_sea(text, mention, &next) {
            mention.span.end = next.span.start + length;
            mention.label = Label::Loc;
            let rest = text[mention.span.end as usize..next.span.end as usize].trim_start();
            mentions[at + 1].span.start = next.span.end - rest.len() as u32;
        }
    }
}

/// Whether a name is one word that is not in capitals.
fn is_one_word(name: &str) -> bool {
    name.contains(char::is_lowercase) && !name.contains(char::is_whitespace)
}

/// Whether the words before a name say that someone lives or studies in it.
fn is_in_town(text: &str, mention: &Mention) -> bool {
    let mut before = text[..mention.span.start as usize].split_whitespace().rev();
    before.next() == Some("in") && before.next().is_some_and(|word| RESIDENCE_WORDS.contains(word))
}

/// Whether a name stands in "between … and the … shoals".
fn is_between_places(text: &str, mention: &Mention, next: &Mention) -> bool {
    let behind = text[next.span.end as usize..].trim_start();
    let noun = behind.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let before = text[..mention.span.start as usize].trim_end();
    let link = &text[mention.span.end as usize..next.span.start as usize];
    next.label != Label::Misc
        && GEOGRAPHIC_NOUNS.contains(&noun)
        && before.ends_with("between")
        && matches!(link.split_whitespace().collect::<Vec<_>>()[..], ["and"] | ["and", "the"])
}

/// The length of the noun of a sea with which the name of a person behind an adjective
/// begins.
fn length_of_sea(text: &str, adjective: &Mention, person: &Mention) -> Option<u32> {
    let TextSpan { start, end, .. } = person.span;
    let joined = &text[adjective.span.end as usize..start as usize];
    let is_pair = adjective.label == Label::Misc && person.label == Label::Per;
    let (noun, rest) = text[start as usize..end as usize].split_once(char::is_whitespace)?;
    let is_sea = SEAS.contains(&noun) && rest.starts_with(char::is_uppercase);
    (is_pair && is_sea && matches!(joined, " " | "\n")).then_some(noun.len() as u32)
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{mentions_of, show};
    use super::*;

    #[test]
    fn words_around_a_name_show_a_place() {
        let cases = [
            ("with whom she studied in [ORG Dorn].", "with whom she studied in [LOC Dorn]."),
            ("the guard's school in [PER Dorn]", "the guard's school in [LOC Dorn]"),
            ("she studied in [MISC Greek] towns", "she studied in [MISC Greek] towns"),
            ("he believes in [PER Dorn]", "he believes in [PER Dorn]"),
            ("he studied at [ORG Dorn]", "he studied at [ORG Dorn]"),
            ("he studied in [ORG Dorn Institute]", "he studied in [ORG Dorn Institute]"),
            (
                "ships between [PER Abadie] and the [LOC Dorn Bella] shoals",
                "ships between [LOC Abadie] and the [LOC Dorn Bella] shoals",
            ),
            (
                "between [ORG Abadie] and [ORG Dorn] island",
                "between [LOC Abadie] and [ORG Dorn] island",
            ),
            ("between [PER Abadie] and [LOC Mali]", "between [PER Abadie] and [LOC Mali]"),
            (
                "between [PER Ana Abadie] and the [LOC Dorn] reef",
                "between [PER Ana Abadie] and the [LOC Dorn] reef",
            ),
            (
                "Director for the [MISC Arabian] [PER Sea Ana Dorn] said",
                "Director for the [LOC Arabian Sea] [PER Ana Dorn] said",
            ),
            ("the [MISC Arabian] [PER Sean Dorn]", "the [MISC Arabian] [PER Sean Dorn]"),
        ];
        for (marked, expected) in cases {
            let (text, mut mentions) = mentions_of(marked);
            label_places(&text, &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
