//! What the words around the name of a place say of it.
//!
//! "The state of Para" is no town, "the capital city of Trinidad" is no country, and the
//! first word of "Trinidad Jimenez" is no place at all.

use std::collections::HashSet;

use chancery_model::{Label, Mention};

use crate::name::{PersonName, is_given_name};
use crate::normalise;

/// What a mention of a place can be, by the words around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlaceReading {
    /// A country, a state or a town.
    Any,
    /// A town.
    Town,
    /// A country: a town of this name is not meant.
    NoTown,
    /// A country or a capital: the document has a person of this name.
    MayBePerson,
    /// A country, a capital or a large city: the document calls a province by this name.
    MayBeProvince,
    /// A part of another name.
    None,
}

/// Words in front of a name that say a town.
const BEFORE_TOWNS: [&str; 5] =
    ["capital of ", "capital city of ", "capital, ", "city of ", "town of "];

/// Words in front of a name that say another thing than a town.
const BEFORE_OTHERS: [&str; 11] = [
    "state of ",
    "states of ",
    "province of ",
    "provinces of ",
    "department of ",
    "departments of ",
    "region of ",
    "favela ",
    "favela of ",
    "neighborhood of ",
    "neighbourhood of ",
];

/// Words behind a name that say another thing than a town, for the whole document.
const BEHIND_OTHERS: [&str; 8] =
    ["mine", "mines", "favela", "dam", "hydro", "neighborhood", "neighbourhood", "mountains"];

/// Names and the words behind them that make another name of both.
const PHRASES: [(&str, &str); 4] =
    [("hue", " and cry"), ("perm", " 5"), ("perm", " five"), ("david", "'s sling")];

/// Words in front of a place.
const BEFORE_PLACES: [&str; 8] =
    [" in ", " at ", " to ", " from ", " near ", " of ", " outside ", " visit "];

/// Words behind a name by which it means a province in the whole document: "Kunduz
/// Province" is written out once, and is "Kunduz" below.
const PROVINCES: [&str; 6] =
    ["province", "Province", "governorate", "Governorate", "oblast", "Oblast"];

/// Words behind a name that say a province, state or district.
const BEHIND_PROVINCES: [&str; 10] = [
    "state",
    "province",
    "provincial",
    "department",
    "governorate",
    "oblast",
    "region",
    "district",
    "county",
    "prefecture",
];

/// The names that the document shows to be no towns.
#[derive(Debug, Default)]
pub(crate) struct PlaceSurroundings {
    /// Normalised names of mines, dams and quarters.
    others: HashSet<String>,
    /// Normalised names of provinces.
    provinces: HashSet<String>,
    /// Normalised family names of the persons with full names.
    family_names: HashSet<String>,
}

impl PlaceSurroundings {
    /// Reads the words around all mentions of a document.
    pub(crate) fn from_mentions(text: &str, mentions: &[Mention]) -> Self {
        let mut found = Self::default();
        for mention in mentions {
            let surface = &text[mention.span.byte_range()];
            match mention.label {
                Label::Per => {
                    let name = PersonName::new(surface);
                    if name.has_full_given_name() {
                        found.family_names.insert(name.family_name().to_owned());
                    }
                }
                Label::Loc
                    if is_other_by_next_word(text, mention.span.end as usize)
                        || text[..mention.span.start as usize].ends_with("favela ") =>
                {
                    found.others.insert(normalise::normalise_words(surface));
                }
                Label::Loc
                    if PROVINCES.contains(&next_word(text, mention.span.end as usize))
                        || text[..mention.span.start as usize].ends_with("rovince of ") =>
                {
                    found.provinces.insert(normalise::normalise_words(surface));
                }
                _ => {}
            }
        }
        found
    }

    /// Returns what a mention of a place can be. `folded` is its normalised name.
    pub(crate) fn reading_of(
        &self,
        text: &str,
        mentions: &[Mention],
        number: usize,
        folded: &str,
    ) -> PlaceReading {
        let span = mentions[number].span;
        let (before, behind) = (&text[..span.start as usize], &text[span.end as usize..]);
        if begins_person(text, mentions, number, folded)
            || is_in_phrase(folded, behind)
            || before.ends_with(" v. ")
        {
            return PlaceReading::None;
        }
        if BEFORE_TOWNS.iter().any(|words| ends_with_words(before, words)) {
            return PlaceReading::Town;
        }
        let is_person = self.family_names.contains(folded)
            && !BEFORE_PLACES.iter().any(|words| ends_with_words(before, words));
        if is_half_of_name(mentions, number, behind)
            || self.others.contains(folded)
            || BEFORE_OTHERS.iter().any(|words| ends_with_words(before, words))
        {
            return PlaceReading::NoTown;
        }
        if is_person {
            return PlaceReading::MayBePerson;
        }
        if self.provinces.contains(folded) {
            return PlaceReading::MayBeProvince;
        }
        PlaceReading::Any
    }
}

/// Whether the next word says another thing than a town: "San Cristobal mine".
fn is_other_by_next_word(text: &str, end: usize) -> bool {
    BEHIND_OTHERS.contains(&next_word(text, end))
}

/// Whether a place is called a province, state or district: "Bolivar state".
pub(crate) fn is_called_province(text: &str, end: usize) -> bool {
    let word = next_word(text, end);
    BEHIND_PROVINCES.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// The word behind a blank at a position, or "".
fn next_word(text: &str, end: usize) -> &str {
    let rest = text[end..].strip_prefix(' ').unwrap_or_default();
    rest.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default()
}

/// Whether a mention is the given name of a person whose surname is the next mention.
fn begins_person(text: &str, mentions: &[Mention], number: usize, folded: &str) -> bool {
    let Some(next) = mentions.get(number + 1).filter(|next| next.label == Label::Per) else {
        return false;
    };
    let between = text.get(mentions[number].span.end as usize..next.span.start as usize);
    between == Some(" ") && is_given_name(folded)
}

fn is_in_phrase(folded: &str, behind: &str) -> bool {
    let begins = |words: &str| {
        behind.get(..words.len()).is_some_and(|next| next.eq_ignore_ascii_case(words))
    };
    PHRASES.iter().any(|(name, words)| *name == folded && begins(words))
}

/// Whether a hyphen joins a mention to a word with a capital that is no name by itself:
/// "Kita-Kyushu".
fn is_half_of_name(mentions: &[Mention], number: usize, behind: &str) -> bool {
    let joined = behind.strip_prefix('-').is_some_and(|rest| {
        let word = rest.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or("");
        if ["Based", "Bound", "Born", "Origin"].contains(&word) {
            return false;
        }
        let mut letters = rest.chars();
        letters.next().is_some_and(char::is_uppercase)
            && letters.next().is_some_and(char::is_lowercase)
    });
    let start = mentions[number].span.end + 1;
    joined && mentions.get(number + 1).is_none_or(|next| next.span.start != start)
}

/// Whether text ends with words, in any case of letters.
fn ends_with_words(text: &str, words: &str) -> bool {
    let at = text.len().checked_sub(words.len());
    let end = at.and_then(|at| text.get(at..));
    end.is_some_and(|end| end.eq_ignore_ascii_case(words))
}

#[cfg(test)]
mod tests {
    use chancery_model::{MentionSource, TextSpan};

    use super::*;

    /// The reading of the first place in a text with names in marks.
    fn reading(marked: &str) -> PlaceReading {
        let (mut text, mut mentions) = (String::new(), Vec::new());
        for (number, part) in marked.split('#').enumerate() {
            let (label, words) = match number % 2 {
                0 => (None, part),
                _ => part.split_once(':').map_or((None, part), |(label, words)| {
                    (Some(if label == "P" { Label::Per } else { Label::Loc }), words)
                }),
            };
            let span = TextSpan::from_range(text.len()..text.len() + words.len());
            text.push_str(words);
            mentions.extend(label.map(|label| Mention {
                span,
                label,
                score: 1.0,
                source: MentionSource::Imported,
            }));
        }
        let first = mentions.iter().position(|mention| mention.label == Label::Loc);
        let first = first.expect("a place");
        let folded = normalise::normalise_words(&text[mentions[first].span.byte_range()]);
        let around = PlaceSurroundings::from_mentions(&text, &mentions);
        around.reading_of(&text, &mentions, first, &folded)
    }

    #[test]
    fn words_around_a_name_say_what_it_is() {
        let cases = [
            ("The northern state of #L:Para# grew.", PlaceReading::NoTown),
            ("The town of #L:Para# grew.", PlaceReading::Town),
            ("They went to #L:Para# by road.", PlaceReading::Any),
            ("The Beni capital of #L:Trinidad# voted.", PlaceReading::Town),
            ("#L:Trinidad# #P:Quiroga# called.", PlaceReading::None),
            ("#L:Trinidad#, #P:Quiroga# said, is calm.", PlaceReading::Any),
            ("In #L:Paris# #P:Quiroga# called.", PlaceReading::Any),
            ("The #L:San Cristobal# mine is closed.", PlaceReading::NoTown),
            ("#L:San Cristobal# grew. The #L:San Cristobal# mine is closed.", PlaceReading::NoTown),
            ("the \"#L:Hue# and Cry\" over it", PlaceReading::None),
            ("between #L:Hue# and Danang", PlaceReading::Any),
            ("since Osei v. #L:Madison#", PlaceReading::None),
            ("the cable to #L:Kita#-Kyushu", PlaceReading::NoTown),
            ("They Were #L:Juba#-Bound", PlaceReading::Any),
            ("in the favela #L:Para#", PlaceReading::NoTown),
            ("the #L:Kabul#-based office", PlaceReading::Any),
            ("#L:Tamba# is poor. They left #L:Tamba# Province.", PlaceReading::MayBeProvince),
            ("#L:Tamba# is poor, as is the province of #L:Tamba#.", PlaceReading::MayBeProvince),
            ("the town of #L:Tamba# in #L:Tamba# Province", PlaceReading::Town),
            ("#L:Tamba# is poor. They left #L:Ondo# Province.", PlaceReading::Any),
            ("the #L:Moscow#-#L:Paris# line", PlaceReading::Any),
            (
                "#P:Ama Serra# won. The lead of #P:Osei# is small, #L:Serra# said.",
                PlaceReading::MayBePerson,
            ),
            ("#P:Ama Serra# won. She lives in #L:Serra# now.", PlaceReading::Any),
        ];
        for (marked, expected) in cases {
            assert_eq!(reading(marked), expected, "{marked}");
        }
    }
}
