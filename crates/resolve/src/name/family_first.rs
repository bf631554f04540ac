//! Names whose first word is the family name: Chinese and Korean.
//!
//! "Kim Jong-il" and "Kim Il-sung" share words and are two persons: in this order
//! all syllables of the given name count.

use super::{chinese, name_words};

/// Whether the first word of a name is its family name.
pub(crate) fn is_family_first(words: &[String]) -> bool {
    is_korean(words) || chinese::code_of_name(words).is_some()
}

/// Whether two names in this order are of two persons.
pub(crate) fn differ_in_given_name(a: &[String], b: &[String]) -> bool {
    if let (Some(of_a), Some(of_b)) = (chinese::code_of_name(a), chinese::code_of_name(b)) {
        return of_a != of_b;
    }
    is_korean(a) && is_korean(b) && code_of_given_name(a) != code_of_given_name(b)
}

/// Whether two names are one Korean name in two romanizations.
pub(crate) fn is_same_korean_name(a: &[String], b: &[String]) -> bool {
    is_korean(a)
        && is_korean(b)
        && code_of_given_name(a) == code_of_given_name(b)
        && families().any(|mut line| {
            let has = |name: &String| line.clone().any(|known| known == name);
            has(&a[0]) && { line.any(|known| known == b[0]) }
        })
}

/// Returns the other romanizations of the family name of a Korean name.
pub(crate) fn korean_family_names(words: &[String]) -> Vec<&'static str> {
    let has = |line: &std::str::Split<'static, char>| line.clone().any(|name| name == words[0]);
    if !is_korean(words) {
        return Vec::new();
    }
    families().filter(has).flatten().filter(|name| *name != words[0]).collect()
}

/// Whether a name is Korean: a family name of the table and two syllables.
fn is_korean(words: &[String]) -> bool {
    let [family, first, second] = words else { return false };
    is_syllable(first) && is_syllable(second) && families().flatten().any(|name| name == family)
}

/// The romanizations of each family name.
fn families() -> impl Iterator<Item = std::str::Split<'static, char>> {
    let lines = include_str!("../../data/korean_family_names.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).map(|line| line.split('\t'))
}

/// Returns a string that is equal for the romanizations of a given name. The systems
/// write the vowels differently (McCune-Reischauer without its signs, the Revised
/// Romanization, and that of newspapers), and the first consonants with or without
/// voice.
fn code_of_given_name(words: &[String]) -> String {
    let syllable = |word: &String| {
        let (first, rest) = match word.strip_prefix("ch") {
            Some(rest) => ("j", rest),
            None => word.split_at(1),
        };
        let first = match first {
            "p" => "b",
            "k" => "g",
            "t" => "d",
            other => other,
        };
        let mut code = first.to_owned();
        for (written, plain) in [
            ("eo", "o"),
            ("oo", "o"),
            ("ou", "o"),
            ("eu", "o"),
            ("ee", "i"),
            ("ui", "i"),
            ("u", "o"),
        ] {
            if let Some(at) = rest.find(written) {
                code.push_str(&rest[..at]);
                code.push_str(plain);
                code.push_str(&rest[at + written.len()..]);
                return code;
            }
        }
        code + rest
    };
    words[1..].iter().map(syllable).collect()
}

/// Whether a word is one syllable of at most six letters.
fn is_syllable(word: &str) -> bool {
    (2..=6).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_lowercase())
        && name_words::count_vowel_groups(word) == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::PersonName;
    use crate::name::compare::is_korean_name_of;

    fn words(name: &str) -> Vec<String> {
        PersonName::new(name).words
    }

    #[test]
    fn the_family_name_comes_first_in_some_names() {
        for name in ["Kim Jong-il", "Park Chung Hee", "Roh Tae-woo", "Mao Zedong", "Chou En-lai"] {
            assert!(is_family_first(&words(name)), "{name}");
        }
        for name in ["Lee Harvey Oswald", "Kim Philby", "Oh", "Henry Kissinger", "Ban Johnson"] {
            assert!(!is_family_first(&words(name)), "{name}");
        }
    }

    #[test]
    fn all_syllables_count() {
        let others = [
            ("Kim Il-sung", "Kim Sung-hwan"),
            ("Kim Jong-il", "Kim Jong-un"),
            ("Chiang Ching", "Chiang Ching-kuo"),
        ];
        for (a, b) in others {
            assert!(differ_in_given_name(&words(a), &words(b)), "{a} {b}");
        }
        for (a, b) in [("Yi Ki-pung", "Lee Ki-poong"), ("Pak Chong-hui", "Park Chung-hee")] {
            assert!(is_same_korean_name(&words(a), &words(b)), "{a} {b}");
        }
        assert!(!is_same_korean_name(&words("Kim Jong-il"), &words("Kim Jong-un")));
        let western = |name: &str| {
            let western = words("Syngman Rhee");
            is_korean_name_of(&words(name), &western[1..], &western[..1])
        };
        assert!(western("Yi Sung-man"));
        for name in ["Yi Song-u", "Kim Sung-man", "Sung-man Yi"] {
            assert!(!western(name), "{name}");
        }
        let same = [("Kim Jong-il", "Kim Jong Il"), ("Mao Tse-tung", "Mao Zedong"), ("Kim", "Lee")];
        for (a, b) in same {
            assert!(!differ_in_given_name(&words(a), &words(b)), "{a} {b}");
        }
    }
}
