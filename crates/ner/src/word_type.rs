//! Features of a word that depend on its letters alone.
//!
//! A [`WordType`] is computed once per distinct word. It holds the hashes from
//! which features are made: the lowercased word, its shape, its affixes, its
//! word clusters, and the name lists that contain it.

use chancery_model::{is_apostrophe, is_hyphen, is_invisible};

use crate::gazetteer::NameGazetteer;
use crate::hash;
use crate::lexicon::{ClusterNumbers, Lexicon};

/// Length of the longest prefix and suffix, in characters.
pub const MAX_AFFIX_CHARS: usize = 4;

/// Case, digits and hyphens of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Orthography {
    /// Has a letter.
    pub any: bool,
    /// Has letters, none of them lowercase.
    pub upper: bool,
    /// Starts with a capital.
    pub initial: bool,
    /// Starts with a lowercase letter.
    pub lower: bool,
    /// Has a digit.
    pub digit: bool,
    /// Has a hyphen.
    pub hyphen: bool,
    /// Is a capital with a full stop, as in "D.".
    pub initials: bool,
}

/// The features of a word type, as hashes.
#[derive(Clone, Debug)]
pub struct WordType {
    /// The lowercased word, with every digit replaced by 0.
    pub lower: u64,
    /// The word as written.
    pub exact: u64,
    /// Its shape: X for capitals, x for lowercase letters, d for digits; the
    /// first ten characters.
    pub shape: u64,
    /// Its shape with repeated characters collapsed.
    pub collapsed_shape: u64,
    /// The first one to four characters, lowercased; zero where the word is
    /// not longer than the affix.
    pub prefixes: [u64; MAX_AFFIX_CHARS],
    /// The last one to four characters, likewise.
    pub suffixes: [u64; MAX_AFFIX_CHARS],
    /// Its word clusters; `None` if the word has no vector.
    pub clusters: Option<ClusterNumbers>,
    /// Case, digits and hyphens.
    pub orthography: Orthography,
    /// The lists that contain the word as a complete name, as a bit set.
    pub lists: u16,
    /// Whether a longer name on the lists starts with it.
    pub starts_longer_name: bool,
    /// Its word classes (title, rank, verb of speech…), as a bit set.
    pub word_classes: u16,
    /// Whether it is a small word that long names contain: "of", "for", "de".
    pub joins_long_name: bool,
}

/// Knowledge about a word beyond its letters, in the form that the encoder
/// takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordKnowledge {
    /// Its word clusters.
    pub clusters: Option<ClusterNumbers>,
    /// Bits 0 to 6: the lists that contain it as a complete name. Bit 7: a
    /// longer name starts with it. From bit 8: its word classes.
    pub bits: u16,
}

/// Number of bits in use in [`WordKnowledge::bits`].
pub const KNOWLEDGE_BITS: usize = 15;

/// Word classes that the encoder takes: it was trained with the first seven.
const ENCODER_CLASSES: u16 = 0x7F;

/// Small words inside long names.
pub(crate) const INNER_WORDS: [&str; 14] =
    ["of", "for", "the", "and", "on", "to", "in", "de", "du", "des", "del", "la", "&", "-"];

impl WordType {
    /// Returns the knowledge about the word that the encoder takes as input.
    pub fn encoder_knowledge(&self) -> WordKnowledge {
        let lists = self.lists | u16::from(self.starts_longer_name) << 7;
        WordKnowledge {
            clusters: self.clusters,
            bits: lists | (self.word_classes & ENCODER_CLASSES) << 8,
        }
    }

    /// The number of a coarse cluster plus 1; 0 for words without a vector.
    pub fn coarse_cluster(&self) -> u64 {
        self.clusters.map_or(0, |clusters| u64::from(clusters[1]) + 1)
    }

    /// Computes the features of `word`.
    pub fn new(word: &str, lexicon: &Lexicon, gazetteer: &NameGazetteer) -> Self {
        let plain = normalise_word(word);
        let lower = hash::hash_bytes(plain.as_bytes());
        let chars: Vec<(usize, char)> = plain.char_indices().collect();
        let count = chars.len();
        let mut prefixes = [0; MAX_AFFIX_CHARS];
        let mut suffixes = [0; MAX_AFFIX_CHARS];
        for n in 1..=MAX_AFFIX_CHARS {
            if count > n {
                prefixes[n - 1] = hash::hash_bytes(&plain.as_bytes()[..chars[n].0]);
                suffixes[n - 1] = hash::hash_bytes(&plain.as_bytes()[chars[count - n].0..]);
            }
        }
        let shape = character_shape(word);
        let brief = collapse_repeats(&shape);
        let (lists, starts_longer_name) = gazetteer.look_up_word(lower);
        Self {
            lower,
            exact: hash::hash_bytes(word.as_bytes()),
            shape: hash::hash_bytes(truncate_chars(&shape, 10).as_bytes()),
            collapsed_shape: hash::hash_bytes(truncate_chars(&brief, 10).as_bytes()),
            prefixes,
            suffixes,
            clusters: lexicon.clusters_of_word(&plain),
            orthography: describe_orthography(word),
            lists,
            starts_longer_name,
            word_classes: lexicon.classes_of_word(lower),
            joins_long_name: INNER_WORDS.contains(&plain.as_str()),
        }
    }
}

/// Returns `word` in normal form: lowercase, straight apostrophes, plain
/// hyphens, every digit replaced by 0.
pub fn normalise_word(word: &str) -> String {
    word.chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            _ if is_invisible(c) => None,
            _ if is_apostrophe(c) => Some('\''),
            _ if is_hyphen(c) => Some('-'),
            _ if c.is_ascii_digit() => Some('0'),
            _ => Some(c),
        })
        .collect()
}

/// Case, digits and hyphens of `word`.
fn describe_orthography(word: &str) -> Orthography {
    let first = word.chars().next();
    let any = word.chars().any(char::is_alphabetic);
    let mut chars = word.chars();
    let initials = chars.next().is_some_and(char::is_uppercase)
        && chars.next() == Some('.')
        && chars.next().is_none();
    Orthography {
        any,
        upper: any && !word.chars().any(char::is_lowercase),
        initial: first.is_some_and(char::is_uppercase),
        lower: first.is_some_and(char::is_lowercase),
        digit: word.bytes().any(|b| b.is_ascii_digit()),
        hyphen: word.contains(is_hyphen),
        initials,
    }
}

fn character_shape(word: &str) -> String {
    word.chars()
        .filter(|&c| !is_invisible(c))
        .map(|c| match c {
            _ if c.is_uppercase() => 'X',
            _ if c.is_lowercase() => 'x',
            _ if c.is_ascii_digit() => 'd',
            _ if is_apostrophe(c) => '\'',
            _ if is_hyphen(c) => '-',
            _ => c,
        })
        .collect()
}

fn collapse_repeats(shape: &str) -> String {
    let mut brief = String::new();
    for c in shape.chars() {
        if !brief.ends_with(c) {
            brief.push(c);
        }
    }
    brief
}

fn truncate_chars(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_and_normal_forms() {
        let cases = [
            ("Algeria’s", "algeria's", "Xxxxxxx'x", "Xx'x"),
            ("F-16", "f-00", "X-dd", "X-d"),
            ("USA", "usa", "XXX", "X"),
            ("été", "été", "xxx", "x"),
        ];
        for (word, plain, full, short) in cases {
            assert_eq!(normalise_word(word), plain);
            assert_eq!(character_shape(word), full);
            assert_eq!(collapse_repeats(full), short);
        }
        assert!(describe_orthography("D.").initials && !describe_orthography("Dr.").initials);
        assert!(describe_orthography("USA").upper && !describe_orthography("1970").upper);
    }
}
