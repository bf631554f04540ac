//! Parses and compares names of persons.
//!
//! A text has a name in the order of its language ("U. Alexis Johnson", "Park
//! Chung-hee"): this is a [`PersonName`]. A list has "Johnson, U. Alexis" or
//! keeps that order: this is a [`ListedName`]. [`ListedName::compare_name`]
//! returns whether the two may be one person. Words are normalised
//! ([`crate::normalise`]), so accents, periods, hyphens and capitals do not
//! matter.
//!
//! ```
//! use chancery_resolve::name::{ListedName, NameFit, PersonName};
//!
//! let listed = ListedName::new("Johnson, U. Alexis");
//! let fit = |name: &str| listed.compare_name(&PersonName::new(name));
//! assert!(matches!(fit("Alexis Johnson"), NameFit::Full(_)));
//! assert_eq!(fit("JOHNSON"), NameFit::Family);
//! assert_eq!(fit("Lyndon Johnson"), NameFit::None);
//! ```

mod chinese;
mod compare;
mod family_first;
mod index_form;
mod listed_name;
mod name_words;
mod titles;
mod transliteration;

pub use compare::NameFit;
pub(crate) use compare::{are_nicknames, are_transliterations};
pub(crate) use family_first::{differ_in_given_name, is_same_korean_name, korean_family_names};
pub use index_form::index_form;
pub use listed_name::{ListedName, NameForm};
pub(crate) use titles::title_of_phrase;
pub use titles::{Title, TitleSet, split_leading_titles};
pub(crate) use transliteration::is_arabic_given_name;

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

pub(crate) use name_words::{is_female_given_name, is_male_given_name};

use crate::normalise;
use crate::word_list::read_word_list;

static IBERIAN_GIVEN_NAMES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| read_word_list(include_str!("../../data/iberian_given_names.txt")));

/// Words of months, which are given names too.
const MONTHS: [&str; 4] = ["april", "may", "june", "august"];

/// Whether a normalised word is a given name that is no other word, of Spanish,
/// Portuguese, Arabic or of women.
pub(crate) fn is_given_name(word: &str) -> bool {
    !MONTHS.contains(&word)
        && (IBERIAN_GIVEN_NAMES.contains(word)
            || is_arabic_given_name(word)
            || is_female_given_name(word))
}

/// Words between given and family name that lists and texts may omit.
const PARTICLES: &[&str] = &[
    "al", "el", "ul", "ibn", "bin", "bint", "bn", "ould", "de", "du", "di", "da", "do", "dos",
    "das", "del", "della", "la", "le", "van", "von", "der", "den", "ter", "y", "e", "zu", "d",
    "of", "the",
];

/// Suffixes of names: junior, the second.
const SUFFIXES: &[&str] =
    &["jr", "sr", "ii", "iii", "iv", "v", "esq", "junior", "senior", "2nd", "2d", "3rd", "3d"];

/// A name of a person in the order of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonName {
    /// The normalised words, without titles, particles and suffix.
    pub words: Vec<String>,
    /// The suffix: "jr", "iii".
    pub suffix: Option<String>,
    /// The titles in the name.
    pub titles: TitleSet,
}

impl PersonName {
    /// Parses `name`.
    pub fn new(name: &str) -> Self {
        let folded = normalise::normalise_words(name);
        let (titles, rest) = split_leading_titles(&folded);
        let mut words: Vec<&str> = rest.split(' ').filter(|word| !word.is_empty()).collect();
        let mut suffix = None;
        while words.len() > 1
            && let Some(last) = words.last().filter(|last| SUFFIXES.contains(last))
        {
            suffix = Some(plain_suffix(last).to_owned());
            words.pop();
        }
        if words.len() > 2 && words[words.len() - 1] == "s" && name.ends_with(['s', 'S']) {
            words.pop();
        }
        let mut words = identifying_words(&words);
        join_split_prefix(name, &mut words);
        Self { words, suffix, titles }
    }

    /// Whether the name has more words than a family name.
    pub fn has_several_words(&self) -> bool {
        self.words.len() > 1
    }

    /// Whether a given name is longer than an initial.
    pub fn has_full_given_name(&self) -> bool {
        self.has_several_words()
            && self.words[..self.words.len() - 1].iter().any(|word| word.len() > 1)
    }

    /// Whether two names are one Chinese name, in Wade-Giles and in pinyin.
    pub(crate) fn is_same_chinese_name(&self, other: &Self) -> bool {
        let code = chinese::code_of_name(&self.words);
        code.is_some() && code == chinese::code_of_name(&other.words)
    }

    /// Returns a string that is equal for names with equal first and last words, and
    /// for one Chinese, Russian or Arabic name in several systems.
    pub(crate) fn key_of_full_name(&self) -> String {
        let plain = || format!("{} {}", self.words[0], self.family_name());
        chinese::code_of_name(&self.words)
            .or_else(|| transliteration::code_of_name(&self.words))
            .unwrap_or_else(plain)
    }

    /// Whether a word usually stands for the person alone: the last word, the first of
    /// a Chinese or Korean name, or the father's name in a Spanish or Portuguese name
    /// ("Arias" of "Oscar Arias Sanchez").
    pub(crate) fn is_called(&self, word: &str) -> bool {
        let words = &self.words[..];
        if self.is_of_house() {
            return words[0] == word;
        }
        if self.is_iberian() {
            return words[words.len() - 2] == word;
        }
        self.family_name() == word
            || (words.first().is_some_and(|first| first == word)
                && family_first::is_family_first(words))
    }

    /// Whether a word is the Arabic given name that begins the name.
    pub(crate) fn is_called_by_first_name(&self, word: &str) -> bool {
        is_arabic_given_name(word) && self.words.first().is_some_and(|first| first == word)
    }

    /// Whether a word can stand for the person alone: also the mother's name.
    pub(crate) fn may_be_called(&self, word: &str) -> bool {
        self.is_called(word)
            || (self.family_name() == word && !self.is_of_house())
            || (self.is_iberian() && self.words[1..].iter().any(|own| own == word))
    }

    /// Whether the name of a ruling house follows those of the person and the father:
    /// such a person is called by the first name.
    pub(crate) fn is_of_house(&self) -> bool {
        self.words.len() > 2 && name_words::is_ruling_house(self.family_name())
    }

    /// Whether two words are the surnames of a Spanish or Portuguese name.
    pub(crate) fn has_both_surnames(&self, words: &[String]) -> bool {
        words.len() == 2 && self.words.ends_with(words) && self.is_iberian()
    }

    /// Whether the name has at least three words and a Spanish or Portuguese given
    /// name.
    pub fn is_iberian(&self) -> bool {
        self.words.len() > 2 && IBERIAN_GIVEN_NAMES.contains(self.words[0].as_str())
    }

    /// Whether the name is written with these initials: "KJI" for "Kim Jong-il".
    pub(crate) fn has_initials(&self, initials: &str) -> bool {
        self.words.len() > 2
            && self.words.iter().filter_map(|word| word.chars().next()).eq(initials.chars())
    }

    /// Whether the name, spelt so, is as people write it: no brackets, quotation marks
    /// or digits, and no word in capitals but initials and numerals.
    pub(crate) fn is_ordinary_spelling(surface: &str) -> bool {
        let is_plain = |c: char| c.is_alphabetic() || " .,-'’‘‐‑".contains(c) || c == '\u{301}';
        let is_numeral = |word: &str| word.chars().all(|c| matches!(c, 'I' | 'V' | 'X'));
        let in_capitals = |word: &str| {
            let letters: String = word.chars().filter(|c| c.is_alphabetic()).collect();
            letters.chars().count() > 2
                && letters.chars().all(char::is_uppercase)
                && !is_numeral(&letters)
        };
        let last = surface.split_whitespace().last().unwrap_or_default();
        surface.chars().all(is_plain)
            && !last.starts_with(char::is_lowercase)
            && !surface.split([' ', '-']).any(in_capitals)
    }

    /// Returns the last word, which is the family name in most languages.
    pub fn family_name(&self) -> &str {
        self.words.last().map_or("", String::as_str)
    }
}

/// Returns the usual form of a suffix.
fn plain_suffix(suffix: &str) -> &str {
    match suffix {
        "2nd" | "2d" => "ii",
        "3rd" | "3d" => "iii",
        "junior" => "jr",
        "senior" => "sr",
        other => other,
    }
}

/// Joins a Scottish prefix to its name where a telegram in capitals parts them:
/// "MAC ARTHUR". In small letters "Mac" may be a given name.
fn join_split_prefix(name: &str, words: &mut Vec<String>) {
    let is_parted = |prefix: &str| name.split_whitespace().any(|word| word == prefix);
    if words.len() < 2 || !(is_parted("MAC") || is_parted("MC") || is_parted("Mc")) {
        return;
    }
    if let Some(at) = words[..words.len() - 1].iter().position(|word| word == "mac" || word == "mc")
    {
        let rest = words.remove(at + 1);
        words[at].push_str(&rest);
    }
}

/// The word after "servant of" in an Arabic name that is written as one word: "aziz" of
/// "abdelaziz". "Abdullah" is a word by itself.
fn servant_of(word: &str) -> Option<&str> {
    let articles = ["abdel", "abdul", "abdal", "abdol"];
    let rest = articles.iter().find_map(|article| word.strip_prefix(article))?;
    (rest.len() > 2 && rest != "lah").then_some(rest)
}

/// Returns the words that identify a person: no particles, "abdul" as "abd".
/// If all words are particles, all are kept.
fn identifying_words(words: &[&str]) -> Vec<String> {
    let mut identifying: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        if let Some(rest) = servant_of(word) {
            identifying.extend(["abd".to_owned(), rest.to_owned()]);
            continue;
        }
        let word = match *word {
            "abdul" | "abdel" | "abdal" | "abdol" | "abdur" | "abdus" => "abd",
            "ben" if !identifying.is_empty() => continue,
            word => word,
        };
        if !PARTICLES.contains(&word) {
            identifying.push(word.to_owned());
        }
    }
    if identifying.is_empty() {
        identifying.extend(words.iter().map(|&word| word.to_owned()));
    }
    identifying
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_spellings_have_no_marks_and_no_capitals() {
        for name in
            ["Hugo Chavez", "Luiz da Silva", "O’Neill", "U Nu", "J.F. Osei, Jr.", "Otto III"]
        {
            assert!(PersonName::is_ordinary_spelling(name), "{name}");
        }
        for name in ["(Hugo) Chavez", "LULA", "Nelson MANDELA", "\"Lula\" Silva", "chavez", "Os3i"]
        {
            assert!(!PersonName::is_ordinary_spelling(name), "{name}");
        }
    }

    #[test]
    fn names_lose_titles_particles_and_suffix() {
        let cases = [
            ("General Ellis W. Williamson", "ellis w williamson", None),
            ("Louis de Guiringaud", "louis guiringaud", None),
            ("DE GAULLE", "gaulle", None),
            ("Abdul Munim al-Huni", "abd munim huni", None),
            ("Alfred L. Atherton, Jr.", "alfred l atherton", Some("jr")),
            ("Mohammed Ben Yahia", "mohammed yahia", None),
            ("Abdelaziz Osei", "abd aziz osei", None),
            ("Abd al-Aziz Osei", "abd aziz osei", None),
            ("Abdullah Osei", "abdullah osei", None),
            ("Abdelhak", "abd hak", None),
            ("Park Chung-hee", "park chung hee", None),
            ("Joseph Osei 2nd", "joseph osei", Some("ii")),
            ("Joseph Osei II", "joseph osei", Some("ii")),
            ("MAC ARTHUR", "macarthur", None),
            ("Mac Osei", "mac osei", None),
            ("Le", "le", None),
            ("", "", None),
        ];
        for (name, words, suffix) in cases {
            let parsed = PersonName::new(name);
            assert_eq!(parsed.words.join(" "), words, "{name}");
            assert_eq!(parsed.suffix.as_deref(), suffix, "{name}");
        }
    }
}
