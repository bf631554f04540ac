//! The gazetteer: names from reference lists, as phrases of lowercased words.
//!
//! A match is only a feature: "Georgia" is on two lists and "Of" is a town. The
//! training learns how reliable each list is.

use crate::hash;
use crate::hash_table::HashTable;

/// Maximum length of a phrase, in words.
pub const MAX_PHRASE_WORDS: usize = 6;

/// A list of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameList {
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

impl NameList {
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
    pub const fn list_bit(self) -> u16 {
        1 << self as u16
    }
}

/// The bit that is set if a longer phrase starts with these words.
const STARTS_LONGER_PHRASE: u16 = 1 << 15;

/// A table that maps each phrase to the set of lists that contain it.
#[derive(Clone, Copy, Debug)]
pub struct NameGazetteer<'a> {
    table: HashTable<'a, 2>,
}

impl<'a> NameGazetteer<'a> {
    /// Creates a gazetteer over `table`.
    pub fn new(table: HashTable<'a, 2>) -> Self {
        Self { table }
    }

    /// Returns the lists that contain the one-word name with the hash `lower`, and
    /// whether a longer name starts with it.
    pub fn look_up_word(&self, lower: u64) -> (u16, bool) {
        self.look_up_phrase(start_phrase(lower))
    }

    /// Returns the same for a phrase built with [`start_phrase`] and
    /// [`extend_phrase`].
    pub fn look_up_phrase(&self, phrase: u64) -> (u16, bool) {
        let bits = self.table.find_row(phrase).map_or(0, |row| u16::from_le_bytes(*row));
        (bits & !STARTS_LONGER_PHRASE, bits & STARTS_LONGER_PHRASE != 0)
    }
}

/// Returns the hash of the one-word phrase.
pub fn start_phrase(lower: u64) -> u64 {
    hash::combine_hashes(0x6761_7A65, lower)
}

/// Returns the hash of `phrase` with one more word.
pub fn extend_phrase(phrase: u64, lower: u64) -> u64 {
    hash::combine_hashes(phrase, lower)
}

/// Collects names and writes the table.
#[derive(Default)]
pub struct GazetteerBuilder {
    phrases: std::collections::HashMap<u64, u16>,
}

impl GazetteerBuilder {
    /// Adds the name made of `words` to `list`. Names of more than
    /// [`MAX_PHRASE_WORDS`] words are ignored.
    pub fn add_name<'w>(&mut self, words: impl IntoIterator<Item = &'w str>, list: NameList) {
        let lower: Vec<u64> = words
            .into_iter()
            .map(|word| hash::hash_bytes(crate::word_type::normalise_word(word).as_bytes()))
            .collect();
        if lower.is_empty() || lower.len() > MAX_PHRASE_WORDS {
            return;
        }
        let mut phrase = start_phrase(lower[0]);
        for &word in &lower[1..] {
            *self.phrases.entry(phrase).or_default() |= STARTS_LONGER_PHRASE;
            phrase = extend_phrase(phrase, word);
        }
        *self.phrases.entry(phrase).or_default() |= list.list_bit();
    }

    /// Returns the bytes of the table.
    pub fn encode_table(self) -> Vec<u8> {
        crate::hash_table::encode_table(
            self.phrases.into_iter().map(|(hash, bits)| (hash, bits.to_le_bytes())).collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_by_their_words() {
        let mut builder = GazetteerBuilder::default();
        builder.add_name(["Burkina", "Faso"], NameList::Country);
        builder.add_name(["Georgia"], NameList::Country);
        builder.add_name(["GEORGIA"], NameList::Forename);
        let bytes = builder.encode_table();
        let gazetteer = NameGazetteer::new(HashTable::parse_prefix(&bytes).expect("as written").0);
        let word = |word: &str| hash::hash_bytes(word.as_bytes());
        let both = NameList::Country.list_bit() | NameList::Forename.list_bit();
        assert_eq!(gazetteer.look_up_word(word("georgia")), (both, false));
        assert_eq!(gazetteer.look_up_word(word("burkina")), (0, true));
        let phrase = extend_phrase(start_phrase(word("burkina")), word("faso"));
        assert_eq!(gazetteer.look_up_phrase(phrase), (NameList::Country.list_bit(), false));
    }
}
