//! Names that the reference lists know, as phrases of words without case.
//!
//! A gazetteer is evidence, not a verdict: "Georgia" is on two lists and
//! "Of" is a town; how far each list is to be trusted is learnt.

use crate::hash;
use crate::table::Table;

/// Longest phrase that is looked up, in words.
pub const LONGEST: usize = 6;

/// A list of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Countries and territories, past ones too.
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
    /// Whole names of persons.
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

/// The bit that says that a longer phrase begins with these words.
const BEGINS: u16 = 1 << 15;

/// All lists in one table from phrase to set of lists.
#[derive(Clone, Copy, Debug)]
pub struct Gazetteer<'a> {
    table: Table<'a, 2>,
}

impl<'a> Gazetteer<'a> {
    /// A gazetteer over `table`.
    pub fn new(table: Table<'a, 2>) -> Self {
        Self { table }
    }

    /// The lists that hold the one-word name of hash `lower`, and whether a
    /// longer name begins with it.
    pub fn word(&self, lower: u64) -> (u16, bool) {
        self.phrase(start(lower))
    }

    /// The same for a phrase built by [`start`] and [`extend`].
    pub fn phrase(&self, phrase: u64) -> (u16, bool) {
        let bits = self.table.get(phrase).map_or(0, |row| u16::from_le_bytes(*row));
        (bits & !BEGINS, bits & BEGINS != 0)
    }
}

/// The phrase of one word.
pub fn start(lower: u64) -> u64 {
    hash::pair(0x6761_7A65, lower)
}

/// The phrase with one more word.
pub fn extend(phrase: u64, lower: u64) -> u64 {
    hash::pair(phrase, lower)
}

/// Collects names and writes the table.
#[derive(Default)]
pub struct Builder {
    phrases: std::collections::HashMap<u64, u16>,
}

impl Builder {
    /// Adds the name made of `words` to `list`; names of more than
    /// [`LONGEST`] words are left out.
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

    /// The table's bytes.
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
