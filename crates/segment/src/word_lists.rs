//! The word lists in `data/`. They are sorted once and looked up without
//! regard to case.

use std::sync::LazyLock;

/// A set of short ASCII words.
pub(crate) struct WordList(Vec<&'static str>);

impl WordList {
    const MAX_WORD_BYTES: usize = 16;

    /// Parses a list with one word per line. Lines with `#` are comments.
    fn from_lines(file: &'static str) -> Self {
        let mut words: Vec<_> =
            file.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
        words.sort_unstable();
        Self(words)
    }

    /// Whether the list contains `word`, ignoring ASCII case.
    pub(crate) fn contains_word(&self, word: &str) -> bool {
        let mut buffer = [0; Self::MAX_WORD_BYTES];
        let Some(lower) = buffer.get_mut(..word.len()) else {
            return false;
        };
        lower.copy_from_slice(word.as_bytes());
        lower.make_ascii_lowercase();
        self.0.binary_search_by(|listed| listed.as_bytes().cmp(&*lower)).is_ok()
    }
}

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident = $file:literal;)*) => {$(
        $(#[$doc])*
        pub(crate) static $name: LazyLock<WordList> =
            LazyLock::new(|| WordList::from_lines(include_str!(concat!("../data/", $file))));
    )*};
}

lists! {
    /// Titles and similar words, "Gen.": their period never ends a sentence.
    TITLES = "titles.txt";
    /// "etc.": their period ends a sentence before any capital.
    SENTENCE_ENDERS = "enders.txt";
    /// "No.", "para.": they keep their period before a number.
    BEFORE_NUMBERS = "numbered.txt";
    /// "Nov.", "Corp.": they keep their period and may end a sentence.
    OTHER_ABBREVIATIONS = "others.txt";
    /// Words that often start a sentence.
    SENTENCE_STARTERS = "starters.txt";
    /// Words that often start a sentence in text in capitals.
    STARTERS_IN_CAPITALS = "starters_in_capitals.txt";
    /// Parts that a hyphen joins to a name: "al", "ul".
    PARTICLES = "particles.txt";
    /// First parts that cannot stand alone: "Sino".
    COMBINING = "combining.txt";
    /// Parts of ordinary compounds: "long", "term".
    ORDINARY = "ordinary.txt";
    /// Office codes that continue after a slash: "NEA".
    BUREAUS = "bureaus.txt";
    /// Second parts that are not part of the name: "based".
    SECOND_PARTS = "seconds.txt";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case() {
        for (list, word, found) in [
            (&TITLES, "Gen", true),
            (&TITLES, "AMB", true),
            (&OTHER_ABBREVIATIONS, "nov", true),
            (&OTHER_ABBREVIATIONS, "november", false),
            (&OTHER_ABBREVIATIONS, "", false),
            (&OTHER_ABBREVIATIONS, "#", false),
            (&SENTENCE_STARTERS, "a word longer than any listed", false),
        ] {
            assert_eq!(list.contains_word(word), found, "{word}");
        }
    }
}
