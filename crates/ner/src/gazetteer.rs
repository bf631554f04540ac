//! The gazetteer: names from reference lists, as phrases of lowercased words.
//!
//! A match is only a feature: "Georgia" is on two lists and "Of" is a town. The
//! training learns how reliable each list is.

use crate::hash;
use crate::table::Table;

/// Maximum length of a phrase, in words.
pub const LONGEST: usize = 6;

/// A list of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Countries and territories, including former ones.
    Country,
    /// Towns over 100,000 inhabitants, capitals and diplomatic posts.
    City,
    /// Smaller towns.
    Town,
    /// Other names of towns.
    TownAlias,
    /// Given names.
    Forename,
    /// Family names.
    Surname,
    /// Complete names of persons.
    Person,
}

impl List {
    /// All lists.
    pub const ALL: [Self; 7] = [
        Self::Country,
        Self::City,
        Self::Town,
        Self::TownAlias,
        Self::Forename,
        Self::Surname,
        Self::Person,
    ];

    /// The list's bit in a set of lists.
    pub const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// The bit that is set if a longer phrase starts with these words.
const BEGINS: u16 = 1 << 15;

/// A table that maps each phrase to the set of lists that contain it.
#[derive(Clone, Copy, Debug)]
pub struct Gazetteer<'a> {
    table: Table<'a, 2>,
}

impl<'a> Gazetteer<'a> {
    /// Creates a gazetteer over `table`.
    pub fn new(table: Table<'a, 2>) -> Self {
        Self { table }
    }

    /// Returns the lists that contain the one-word name with the hash `lower`, and
    /// whether a longer name starts with it.
    pub fn word(&self, lower: u64) -> (u16, bool) {
        self.phrase(start(lower))
    }

    /// Returns the same for a phrase built with [`start`] and [`extend`].
    pub fn phrase(&self, phrase: u64) -> (u16, bool) {
        let bits = self.table.get(phrase).map_or(0, |row| u16::from_le_bytes(*row));
        (bits & !BEGINS, bits & BEGINS != 0)
    }
}

/// Returns the hash of the one-word phrase.
pub fn start(lower: u64) -> u64 {
    hash::pair(0x6761_7A65, lower)
}

/// Returns the hash of `phrase` with one more word.
pub fn extend(phrase: u64, lower: u64) -> u64 {
    hash::pair(phrase, lower)
}

/// Collects names and writes the table.
#[derive(Default)]
pub struct Builder {
    phrases: std::collections::HashMap<u64, u16>,
}

impl Builder {
    /// Adds the name made of `words` to `list`. Names of more than [`LONGEST`]
    /// words are ignored.
    pub fn add<'w>(&mut self, words: impl IntoIterator<Item = &'w str>, list: List) {
        let lower: Vec<u64> = words
            .into_iter()
            .map(|word| hash::bytes(crate::form::normal(word).as_bytes()))
            .collect();
        if lower.is_empty() || lower.len() > LONGEST {
            return;
        }
        let mut phrase = start(lower[0]);
        for &word in &lower[1..] {
            *self.phrases.entry(phrase).or_default() |= BEGINS;
            phrase = extend(phrase, word);
        }
        *self.phrases.entry(phrase).or_default() |= list.bit();
    }

    /// Returns the bytes of the table.
    pub fn write(self) -> Vec<u8> {
        crate::table::write(
            self.phrases.into_iter().map(|(hash, bits)| (hash, bits.to_le_bytes())).collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_by_their_words() {
        let mut builder = Builder::default();
        builder.add(["Burkina", "Faso"], List::Country);
        builder.add(["Georgia"], List::Country);
        builder.add(["GEORGIA"], List::Forename);
        let bytes = builder.write();
        let gazetteer = Gazetteer::new(Table::read(&bytes).expect("as written").0);
        let word = |word: &str| hash::bytes(word.as_bytes());
        let both = List::Country.bit() | List::Forename.bit();
        assert_eq!(gazetteer.word(word("georgia")), (both, false));
        assert_eq!(gazetteer.word(word("burkina")), (0, true));
        let phrase = extend(start(word("burkina")), word("faso"));
        assert_eq!(gazetteer.phrase(phrase), (List::Country.bit(), false));
    }
}
