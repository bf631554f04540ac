//! What can be said of a word by its letters alone.
//!
//! A [`Form`] is computed once for each distinct word of a run and holds the
//! hashes from which features are made: the word without case, its shape,
//! its affixes, its word clusters, the reference lists that know it.

use crate::gazetteer::Gazetteer;
use crate::hash;
use crate::lexicon::{Clusters, Lexicon};

/// Longest affix, in characters.
pub const AFFIX: usize = 4;

/// Case and digits of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Letters {
    /// Has a letter.
    pub any: bool,
    /// Has letters, and all are capitals.
    pub upper: bool,
    /// Begins with a capital.
    pub initial: bool,
    /// Begins with a small letter.
    pub lower: bool,
    /// Has a digit.
    pub digit: bool,
    /// Has a hyphen.
    pub hyphen: bool,
    /// A capital with a point: "D.".
    pub initials: bool,
}

/// Hashes of everything a single word says.
#[derive(Clone, Debug)]
pub struct Form {
    /// The word without case; digits count as one another.
    pub lower: u64,
    /// The word as written.
    pub exact: u64,
    /// Its shape: capitals X, small letters x, digits d; ten characters.
    pub shape: u64,
    /// Its shape with repetitions taken out.
    pub brief: u64,
    /// First one to four characters, without case; zero where the word is
    /// not longer.
    pub prefixes: [u64; AFFIX],
    /// Last one to four characters.
    pub suffixes: [u64; AFFIX],
    /// Its word clusters; `None` for words without vector.
    pub clusters: Option<Clusters>,
    /// Case and digits.
    pub letters: Letters,
    /// The lists that have the word as a whole name.
    pub lists: u16,
    /// Whether some longer name of the lists begins with it.
    pub begins_longer: bool,
    /// Classes of the word: title, office, verb of speech…
    pub classes: u16,
}

/// What is known of a word beside its letters, as the encoder takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Knowledge {
    /// Its word clusters.
    pub clusters: Option<Clusters>,
    /// From bit 0 on: the reference lists that have it as a whole name, that
    /// a longer name begins with it (bit 7), its word classes.
    pub bits: u16,
}

/// Bits of [`Knowledge`] that are in use.
pub const KNOWLEDGE_BITS: usize = 15;

impl Form {
    /// What the encoder is told of the word.
    pub fn knowledge(&self) -> Knowledge {
        let lists = self.lists | u16::from(self.begins_longer) << 7;
        Knowledge { clusters: self.clusters, bits: lists | self.classes << 8 }
    }

    /// A coarse cluster, plus 1; 0 for words without vector.
    pub fn cluster(&self) -> u64 {
        self.clusters.map_or(0, |clusters| u64::from(clusters[1]) + 1)
    }

    /// Looks `word` up and takes it apart.
    pub fn new(word: &str, lexicon: &Lexicon, gazetteer: &Gazetteer) -> Self {
        let plain = normal(word);
        let lower = hash::bytes(plain.as_bytes());
        let chars: Vec<(usize, char)> = plain.char_indices().collect();
        let count = chars.len();
        let mut prefixes = [0; AFFIX];
        let mut suffixes = [0; AFFIX];
        for n in 1..=AFFIX {
            if count > n {
                prefixes[n - 1] = hash::bytes(&plain.as_bytes()[..chars[n].0]);
                suffixes[n - 1] = hash::bytes(&plain.as_bytes()[chars[count - n].0..]);
            }
        }
        let shape = shape(word);
        let brief = brief(&shape);
        let (lists, begins_longer) = gazetteer.word(lower);
        Self {
            lower,
            exact: hash::bytes(word.as_bytes()),
            shape: hash::bytes(prefix(&shape, 10).as_bytes()),
            brief: hash::bytes(prefix(&brief, 10).as_bytes()),
            prefixes,
            suffixes,
            clusters: lexicon.clusters(&plain),
            letters: letters(word),
            lists,
            begins_longer,
            classes: lexicon.classes(lower),
        }
    }
}

/// Lower case, straight apostrophes, digits as 0.
pub fn normal(word: &str) -> String {
    word.chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '’' | '‘' => '\'',
            '–' | '‐' | '‑' => '-',
            _ if c.is_ascii_digit() => '0',
            _ => c,
        })
        .collect()
}

/// Case, digits and hyphens of `word`.
fn letters(word: &str) -> Letters {
    let first = word.chars().next();
    let any = word.chars().any(char::is_alphabetic);
    let mut chars = word.chars();
    let initials = chars.next().is_some_and(char::is_uppercase)
        && chars.next() == Some('.')
        && chars.next().is_none();
    Letters {
        any,
        upper: any && !word.chars().any(char::is_lowercase),
        initial: first.is_some_and(char::is_uppercase),
        lower: first.is_some_and(char::is_lowercase),
        digit: word.bytes().any(|b| b.is_ascii_digit()),
        hyphen: word.contains('-'),
        initials,
    }
}

fn shape(word: &str) -> String {
    word.chars()
        .map(|c| match c {
            _ if c.is_uppercase() => 'X',
            _ if c.is_lowercase() => 'x',
            _ if c.is_ascii_digit() => 'd',
            '’' => '\'',
            _ => c,
        })
        .collect()
}

fn brief(shape: &str) -> String {
    let mut brief = String::new();
    for c in shape.chars() {
        if !brief.ends_with(c) {
            brief.push(c);
        }
    }
    brief
}

fn prefix(text: &str, chars: usize) -> &str {
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
            assert_eq!(normal(word), plain);
            assert_eq!(shape(word), full);
            assert_eq!(brief(full), short);
        }
        assert!(letters("D.").initials && !letters("Dr.").initials);
        assert!(letters("USA").upper && !letters("1970").upper);
    }
}
