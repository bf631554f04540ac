//! Names of Russian and Arabic in several systems of transliteration.
//!
//! "Fyodor Ryabchikhin" and "Fedor Riabtchikhine" are one name, in English and in French
//! letters. A code that is equal for all spellings of a letter says so
//! (`data/transliterations.tsv`). It is made only of names that are surely of the
//! language, so that names of others never meet by it.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::name_words::main_spelling;
use crate::word_list::read_word_list;

static ARABIC_GIVEN_NAMES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| read_word_list(include_str!("../../data/arabic_given_names.txt")));

/// Whether a normalised word is an Arabic given name.
pub(crate) fn is_arabic_given_name(word: &str) -> bool {
    ARABIC_GIVEN_NAMES.contains(word)
}

/// Ends of Russian family names.
const RUSSIAN_ENDS: [&str; 20] = [
    "ov", "ova", "off", "ev", "eva", "eff", "yov", "in", "ina", "ine", "yn", "sky", "ski", "skiy",
    "skii", "skij", "skaya", "enko", "chuk", "ich",
];

/// The spellings of letters of a system, longest first, with the letter of the code.
struct LetterTable(Vec<(&'static str, &'static str)>);

impl LetterTable {
    fn new(system: &str) -> Self {
        let lines = include_str!("../../data/transliterations.tsv").lines();
        let mut spellings: Vec<(&str, &str)> = Vec::new();
        for line in lines.filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            if columns.next() != Some(system) {
                continue;
            }
            let (written, code) = (columns.next().unwrap_or(""), columns.next().unwrap_or(""));
            spellings.extend(written.split('|').map(|written| (written, code)));
        }
        spellings.sort_by_key(|(written, _)| std::cmp::Reverse(written.len()));
        Self(spellings)
    }

    /// Returns the code of a normalised word. Letters that are written twice count once.
    fn code_of_word(&self, word: &str) -> String {
        let mut code = String::with_capacity(word.len());
        let mut rest = word;
        while let Some(letter) = rest.chars().next() {
            let known = self.0.iter().find(|(written, _)| rest.starts_with(written));
            let (length, next) = match known {
                Some((written, code)) => (written.len(), *code),
                None => (letter.len_utf8(), &rest[..letter.len_utf8()]),
            };
            if !code.ends_with(next) {
                code.push_str(next);
            }
            rest = &rest[length..];
        }
        code
    }
}

/// Returns a string that is equal for a Russian or an Arabic full name in all systems:
/// of first given name and family name. `None` for other names.
pub(super) fn code_of_name(words: &[String]) -> Option<String> {
    static RUSSIAN: LazyLock<LetterTable> = LazyLock::new(|| LetterTable::new("ru"));
    static ARABIC: LazyLock<LetterTable> = LazyLock::new(|| LetterTable::new("ar"));
    let [first, .., family] = words else { return None };
    if first.len() < 2 || family.len() < 4 || !words.concat().is_ascii() {
        return None;
    }
    let is_arabic = is_arabic_given_name(first);
    // "Hussein" ends as Russian names do.
    if !is_arabic && RUSSIAN_ENDS.iter().any(|end| family.ends_with(end)) {
        let family = family.strip_suffix("ine").map_or(family.clone(), |stem| format!("{stem}in"));
        // At the end of a word "j" is the short i: "Andrej", "Malinovskij".
        let code = |word: &str| match word.strip_suffix('j') {
            Some(stem) => RUSSIAN.code_of_word(&format!("{stem}i")),
            None => RUSSIAN.code_of_word(word),
        };
        return Some(format!("ru {} {}", code(first), code(&family)));
    }
    if !is_arabic {
        return None;
    }
    let code = |word: &String| match main_spelling(word) {
        Some(spelling) => spelling.to_owned(),
        None => ARABIC.code_of_word(word),
    };
    // "Abd" is a name only with the next word.
    let given = if first == "abd" && words.len() > 2 { &words[..2] } else { &words[..1] };
    let given: Vec<String> = given.iter().map(code).collect();
    Some(format!("ar {} {}", given.join(" "), code(family)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::PersonName;

    fn code(name: &str) -> Option<String> {
        code_of_name(&PersonName::new(name).words)
    }

    #[test]
    fn spellings_of_one_name_have_one_code() {
        let same = [
            ("Fyodor Ryabchikhin", "Fedor Riabtchikhine"),
            ("Andrei Gromov", "Andrej Gromoff"),
            ("Yuri Zhdanov", "Iuri Jdanov"),
            ("Vasiliy Malinovskiy", "Vasili Malinovsky"),
            ("Abd al-Aziz Butafliqah", "Abdelaziz Bouteflika"),
            ("Muhammad Qadhafi", "Mohamed Kadhafi"),
            ("Ahmad Husayn", "Ahmed Hussein"),
            ("Khalid Abbud", "Khalid Abboud"),
        ];
        for (one, other) in same {
            assert!(code(one).is_some(), "{one}");
            assert_eq!(code(one), code(other), "{one} / {other}");
        }
    }

    #[test]
    fn other_names_have_other_codes_or_none() {
        let others = [
            ("Fyodor Ryabchikhin", "Ivan Ryabchikov"),
            ("Abd al-Aziz Butafliqah", "Abdelaziz Boutaleb"),
            ("Abd al-Aziz Hasan", "Abd al-Karim Hasan"),
            ("Ahmad Kamal", "Ahmad Kamil"),
            ("Ahmad Salim", "Ahmad Salem"),
            ("Anatoly Kuznetsov", "Vasily Kuznetsov"),
        ];
        for (one, other) in others {
            assert_ne!(code(one), code(other), "{one} / {other}");
        }
        for name in ["Henry Kissinger", "Brown", "Ali", "Ole Lind", "Carl Braun"] {
            assert_eq!(code(name), None, "{name}");
        }
    }
}
