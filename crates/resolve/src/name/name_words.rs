//! Words that are parts of names: given names of women and men, ruling houses, the words
//! between a name and the father's, and spellings of one name.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::word_list::read_word_list;

static WOMEN: LazyLock<HashSet<&str>> =
    LazyLock::new(|| read_word_list(chancery_models::WOMENS_NAMES));

/// Whether a normalised given name is a woman's.
pub(crate) fn is_female_given_name(given: &str) -> bool {
    given.len() > 2 && WOMEN.contains(given)
}

static MEN: LazyLock<HashSet<&str>> = LazyLock::new(|| read_word_list(chancery_models::MENS_NAMES));

/// Whether a normalised given name is a man's: "Mrs. John Osei" is the wife of John Osei.
pub(crate) fn is_male_given_name(given: &str) -> bool {
    MEN.contains(given)
}

/// Words between a name and that of the father. "Ben" is part of family names too.
pub(super) const SON_OF: [&str; 5] = ["bin", "ibn", "bn", "bint", "ould"];

/// Whether a normalised word is the name of a ruling house, which all its members bear.
pub(super) fn is_ruling_house(word: &str) -> bool {
    RULING_HOUSES.contains(word)
}

pub(super) static RULING_HOUSES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| read_word_list(include_str!("../../data/ruling_houses.txt")));

/// Whether two normalised words are the names of two American families: "Patterson" is not
/// a spelling of "Peterson".
pub(super) fn are_american_families(a: &str, b: &str) -> bool {
    static FAMILIES: LazyLock<HashSet<&str>> =
        LazyLock::new(|| read_word_list(include_str!("../../data/american_family_names.txt")));
    FAMILIES.contains(a) && FAMILIES.contains(b)
}

/// Returns the first of the spellings of a name in `data/names_apart.tsv`.
pub(super) fn main_spelling(name: &str) -> Option<&'static str> {
    static NAMES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
        let lines = include_str!("../../data/names_apart.tsv").lines();
        let lines = lines.filter(|line| !line.starts_with('#'));
        let spellings = |line: &'static str| {
            let main = line.split('\t').next().unwrap_or("");
            line.split('\t').map(move |name| (name, main))
        };
        lines.flat_map(spellings).collect()
    });
    NAMES.get(name).copied()
}

/// Counts the groups of vowels. A final `e` is silent and does not count.
pub(super) fn count_vowel_groups(word: &str) -> usize {
    let word = word.strip_suffix('e').unwrap_or(word).as_bytes();
    let is_vowel = |byte: u8| matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'w');
    let begins = |at: usize| is_vowel(word[at]) && (at == 0 || !is_vowel(word[at - 1]));
    (0..word.len()).filter(|&at| begins(at)).count()
}
