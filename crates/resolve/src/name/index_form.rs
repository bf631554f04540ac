//! The form of a name in an index: "Osei, Ama".
//!
//! Names that the program found stand in the order of the text. An index needs the
//! family name first. A name whose first word is the family name ("Park Chung-hee"), and
//! one whose bearer is called by the first name ("Ali bin Ahmad"), stay as they are.

use super::{PARTICLES, PersonName, SUFFIXES, family_first, split_leading_titles};
use crate::normalise::normalise_words;

/// Words between the names of a person and of the father.
const SON_OF: [&str; 7] = ["bin", "ibn", "bint", "bn", "ben", "ould", "abu"];

/// Returns the form of a person's name in an index.
pub fn index_form(name: &str) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let (main, suffix) = split_suffix(&name);
    let words: Vec<&str> = main.split(' ').collect();
    let Some(family) = family_name_start(main, &words) else { return name };
    let given = words[..family].join(" ");
    let suffix = suffix.map(|suffix| format!(", {suffix}")).unwrap_or_default();
    format!("{}, {given}{suffix}", words[family..].join(" "))
}

/// Returns the word with which the family name begins, if it is not the first.
fn family_name_start(name: &str, words: &[&str]) -> Option<usize> {
    let is_word = |word: &&str| word.chars().any(char::is_alphabetic);
    if words.len() < 2 || name.contains([',', '(', '[', '"', '“']) || !words.iter().all(is_word) {
        return None;
    }
    let folded: Vec<String> = words.iter().map(|word| normalise_words(word)).collect();
    let untitled = first_after_titles(words);
    if untitled + 1 == words.len() {
        return Some(untitled);
    }
    let parsed = PersonName::new(&words[untitled..].join(" "));
    let is_son_of = |at: usize| SON_OF.contains(&folded[at].as_str());
    let is_laden = parsed.family_name().starts_with("lad");
    let has_father = (untitled + 1..words.len() - 1).any(is_son_of);
    if family_first::is_family_first(&parsed.words)
        || parsed.is_of_house()
        || (has_father && !is_laden)
    {
        return None;
    }
    let mut start = words.len() - 1;
    if is_initial(words[start]) || is_ordinal(words[start]) {
        return None;
    }
    if parsed.is_iberian() && start > untitled + 1 && !is_initial(words[start - 1]) {
        start -= 1;
    }
    let is_particle = |at: usize| {
        PARTICLES.contains(&folded[at].as_str())
            && words[at].chars().next().is_some_and(char::is_lowercase)
    };
    while start > untitled + 1 && (is_particle(start - 1) || is_son_of(start - 1)) {
        start -= 1;
    }
    Some(start)
}

/// Returns the number of words of titles at the beginning: "Field Marshal".
fn first_after_titles(words: &[&str]) -> usize {
    let folded = normalise_words(&words.join(" "));
    let (_, rest) = split_leading_titles(&folded);
    let is_rest = |at: &usize| normalise_words(&words[*at..].join(" ")) == rest;
    (0..words.len()).find(is_rest).unwrap_or(0)
}

/// Whether a word is the number of a king: "II".
fn is_ordinal(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|letter| matches!(letter, 'I' | 'V' | 'X'))
}

fn is_initial(word: &str) -> bool {
    word.chars().filter(|c| c.is_alphabetic()).count() == 1
}

/// Splits "Jr." or "III" from the end of a name.
fn split_suffix(name: &str) -> (&str, Option<&str>) {
    let Some((main, last)) = name.rsplit_once(' ') else { return (name, None) };
    let main = main.trim_end_matches(',');
    match SUFFIXES.contains(&normalise_words(last).as_str()) && main.contains(' ') {
        true => (main, Some(last)),
        false => (name, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_family_name_comes_first() {
        for (name, expected) in [
            ("Kenneth M. Carr", "Carr, Kenneth M."),
            ("Ama  Osei", "Osei, Ama"),
            ("Laurent Zafimahova-Brandt", "Zafimahova-Brandt, Laurent"),
            ("Louis de Guiringaud", "de Guiringaud, Louis"),
            ("Wernher von Braun", "von Braun, Wernher"),
            ("Alfred L. Atherton, Jr.", "Atherton, Alfred L., Jr."),
            ("R.W. Apple Jr.", "Apple, R.W., Jr."),
            ("Joseph Osei III", "Osei, Joseph, III"),
            ("General Ellis W. Williamson", "Williamson, General Ellis W."),
            ("Ambassador Osei", "Osei, Ambassador"),
            ("Oscar Arias Sanchez", "Arias Sanchez, Oscar"),
            ("Usama bin Laden", "bin Laden, Usama"),
            ("U. Alexis Johnson", "Johnson, U. Alexis"),
        ] {
            assert_eq!(index_form(name), expected, "{name}");
            assert_eq!(index_form(expected), expected, "it is not turned twice");
        }
    }

    #[test]
    fn other_names_stay_as_they_are() {
        for name in [
            "",
            "Osei",
            "Osei, Ama",
            "Park Chung-hee",
            "Mao Zedong",
            "Chou En-lai",
            "Hassan II",
            "Ali bin Ahmad",
            "Kissinger, Henry A. (Heinz Alfred)",
            "DE",
            "17 November",
            "Raymond A.",
        ] {
            assert_eq!(index_form(name), name);
        }
    }
}
