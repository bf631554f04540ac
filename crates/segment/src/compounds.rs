//! Decides whether a hyphen or slash separates two words or joins one.
//!
//! Treebanks keep hyphenated words whole, but their parts can be separate
//! mentions: "US-Soviet" is a place and a nationality, "Pune-based" contains
//! one name. A compound is therefore split if its parts can stand alone, and
//! kept whole if it is one name, a code or an ordinary word.

use chancery_model::joins_compound;

use crate::char_classes::char_at;
use crate::word_lists::{BUREAUS, COMBINING, ORDINARY, PARTICLES, SECOND_PARTS};

/// Whether the hyphen between `token` and `right` is a token boundary. `token`
/// is the part of the token before the hyphen, `right` the letters after it.
pub(crate) fn hyphen_separates(token: &str, right: &str) -> bool {
    let left = last_compound_part(token);
    if PARTICLES.contains_word(left)
        || PARTICLES.contains_word(right)
        || COMBINING.contains_word(left)
    {
        return false;
    }
    match (starts_with_capital(left), starts_with_capital(right)) {
        (true, true) => {
            can_stand_alone(left)
                && can_stand_alone(right)
                && !(ORDINARY.contains_word(left) || ORDINARY.contains_word(right))
        }
        (false, true) => is_all_lowercase(left) && can_stand_alone(right),
        _ => {
            let named = (starts_with_capital(token) || starts_with_capital(left))
                && token.len() > 1
                && is_all_lowercase(right);
            named && (right.ends_with("ed") || SECOND_PARTS.contains_word(right))
        }
    }
}

/// Whether the slash between `token` and `right` is a token boundary.
pub(crate) fn slash_separates(token: &str, right: &str) -> bool {
    let left = last_compound_part(token);
    can_stand_alone(left)
        && can_stand_alone(right)
        && (starts_with_capital(left) || starts_with_capital(right))
        && !(ORDINARY.contains_word(left) && ORDINARY.contains_word(right))
        && !BUREAUS.contains_word(token.split('/').next().unwrap_or(token))
}

/// The part of `token` after its last hyphen or slash.
fn last_compound_part(token: &str) -> &str {
    token.rsplit(|c| c == '/' || joins_compound(c)).next().unwrap_or(token)
}

/// Whether `part` has at least two letters and no digit, so that it is neither
/// an initial nor a code.
fn can_stand_alone(part: &str) -> bool {
    let letters = part.chars().filter(|c| c.is_alphabetic()).nth(1).is_some();
    letters && !part.bytes().any(|b| b.is_ascii_digit())
}

fn starts_with_capital(part: &str) -> bool {
    char_at(part, 0).is_some_and(char::is_uppercase)
}

fn is_all_lowercase(part: &str) -> bool {
    !part.is_empty() && part.chars().all(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hyphens_split_or_join() {
        let cut = ["US-Soviet", "India-Pakistan", "anti-American", "Pune-based", "end-March"];
        let cut_too = ["U.S.-UK", "Guenaizia-Huddleston", "counter-IED", "al-Qa'ida-linked"];
        let whole = ["al-Qa'ida", "Al-Qaida", "Zia-ul", "ul-Haq", "F-16", "C-130", "Sino-Soviet"];
        let whole_too = ["long-term", "F-5E", "G-77", "England-wards", "X-Ray"];
        for (compounds, border) in
            [(&cut[..], true), (&cut_too, true), (&whole, false), (&whole_too, false)]
        {
            for compound in compounds {
                let (left, right) = compound.rsplit_once('-').expect("a compound");
                assert_eq!(hyphen_separates(left, right), border, "{compound}");
            }
        }
    }

    #[test]
    fn slashes_split_or_join() {
        for (compound, border) in [
            ("Afghanistan/Central", true),
            ("BJP/NDA", true),
            ("S/NF", false),
            ("NEA/ARN", false),
            ("a/s", false),
            ("and/or", false),
            ("1/2", false),
        ] {
            let (left, right) = compound.rsplit_once('/').expect("a compound");
            assert_eq!(slash_separates(left, right), border, "{compound}");
        }
    }
}
