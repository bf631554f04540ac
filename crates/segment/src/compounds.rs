//! Decides whether a hyphen or slash separates two words or joins one.
//!
//! Treebanks keep hyphenated words whole, but their parts can be separate
//! mentions: "US-Soviet" is a place and a nationality, "Pune-based" contains
//! one name. A compound is therefore split if its parts can stand alone, and
//! kept whole if it is one name, a code or an ordinary word.

use crate::chars::char_at;
use crate::lists::{BUREAUS, COMBINING, ORDINARY, PARTICLES, SECONDS};

/// Whether the hyphen between `token` and `right` is a token boundary. `token`
/// is the part of the token before the hyphen, `right` the letters after it.
pub(crate) fn hyphen_parts(token: &str, right: &str) -> bool {
    let left = last_part(token);
    if PARTICLES.has(left) || PARTICLES.has(right) || COMBINING.has(left) {
        return false;
    }
    match (is_capital(left), is_capital(right)) {
        (true, true) => {
            stands_alone(left)
                && stands_alone(right)
                && !(ORDINARY.has(left) || ORDINARY.has(right))
        }
        (false, true) => is_lower(left) && stands_alone(right),
        _ => {
            let named =
                (is_capital(token) || is_capital(left)) && token.len() > 1 && is_lower(right);
            named && (right.ends_with("ed") || SECONDS.has(right))
        }
    }
}

/// Whether the slash between `token` and `right` is a token boundary.
pub(crate) fn slash_parts(token: &str, right: &str) -> bool {
    let left = last_part(token);
    stands_alone(left)
        && stands_alone(right)
        && (is_capital(left) || is_capital(right))
        && !(ORDINARY.has(left) && ORDINARY.has(right))
        && !BUREAUS.has(token.split('/').next().unwrap_or(token))
}

/// The part of `token` after its last hyphen or slash.
fn last_part(token: &str) -> &str {
    token.rsplit(['-', '‐', '‑', '–', '/']).next().unwrap_or(token)
}

/// Whether `part` has at least two letters and no digit, so that it is neither
/// an initial nor a code.
fn stands_alone(part: &str) -> bool {
    let letters = part.chars().filter(|c| c.is_alphabetic()).nth(1).is_some();
    letters && !part.bytes().any(|b| b.is_ascii_digit())
}

fn is_capital(part: &str) -> bool {
    char_at(part, 0).is_some_and(char::is_uppercase)
}

fn is_lower(part: &str) -> bool {
    !part.is_empty() && part.chars().all(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hyphens() {
        let cut = ["US-Soviet", "India-Pakistan", "anti-American", "Pune-based", "end-March"];
        let cut_too = ["U.S.-UK", "Guenaizia-Huddleston", "counter-IED", "al-Qa'ida-linked"];
        let whole = ["al-Qa'ida", "Al-Qaida", "Zia-ul", "ul-Haq", "F-16", "C-130", "Sino-Soviet"];
        let whole_too = ["long-term", "F-5E", "G-77", "England-wards", "X-Ray"];
        for (compounds, border) in
            [(&cut[..], true), (&cut_too, true), (&whole, false), (&whole_too, false)]
        {
            for compound in compounds {
                let (left, right) = compound.rsplit_once('-').expect("a compound");
                assert_eq!(hyphen_parts(left, right), border, "{compound}");
            }
        }
    }

    #[test]
    fn slashes() {
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
            assert_eq!(slash_parts(left, right), border, "{compound}");
        }
    }
}
