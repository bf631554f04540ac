//! The knowledge base: persons, their appointments, and places.
//!
//! It is one file, embedded in the binary and read in place: the program
//! unpacks nothing at start, and rows that are not used cost nothing.
//! [`KnowledgeBase`] reads it, [`build`] writes it.
//!
//! ```text
//! "CHFACTS2", 7 × u32: where each table starts, and the end
//! index         (hash of a normalised key: u32, kind and row: u32), ascending
//! persons       11 × u32: id, name, other names, remark, born|died,
//!               from|until, first appointment, their number|source, other ids,
//!               first term, number of terms
//! appointments  4 × u32: role, country, from, until (days as yyyymmdd)
//! terms         4 × u32: office, ISO code of the country, from, until
//! places        6 × u32: id, name, more, country, latitude|longitude, number
//! strings       u16 length, then UTF-8; references count from their start
//! ```
//!
//! All numbers are little-endian; a reference of 0 is the empty string.

pub mod build;
mod records;

use std::fmt;

use crate::normalise;

pub use records::{
    Appointment, KnowledgeSource, OfficeTerm, PersonRecord, PlaceKind, PlaceRecord, RecordRow,
};

pub(crate) const MAGIC: &[u8; 8] = b"CHFACTS2";
pub(crate) const TABLE_COUNT: usize = 6;
pub(crate) const HEADER_BYTES: usize = MAGIC.len() + 4 * (TABLE_COUNT + 1);
pub(crate) const INDEX_ROW_BYTES: usize = 8;
pub(crate) const PERSON_ROW_BYTES: usize = 44;
pub(crate) const APPOINTMENT_ROW_BYTES: usize = 16;
pub(crate) const TERM_ROW_BYTES: usize = 16;
pub(crate) const PLACE_ROW_BYTES: usize = 24;

/// The file is not a knowledge base, or it is truncated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidKnowledgeBase;

impl fmt::Display for InvalidKnowledgeBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a knowledge base, or truncated")
    }
}

impl std::error::Error for InvalidKnowledgeBase {}

/// The knowledge base, read in place.
#[derive(Clone, Copy, Debug)]
pub struct KnowledgeBase<'a> {
    index: &'a [u8],
    persons: &'a [u8],
    appointments: &'a [u8],
    terms: &'a [u8],
    places: &'a [u8],
    strings: &'a [u8],
}

impl KnowledgeBase<'static> {
    /// Returns the knowledge base that is part of the program.
    pub fn load_embedded() -> Self {
        Self::from_bytes(chancery_models::KNOWLEDGE_BASE).expect("the embedded file is valid")
    }
}

impl<'a> KnowledgeBase<'a> {
    /// Opens a file. Only the header is read and checked.
    ///
    /// # Errors
    /// If the header is wrong or a table is not inside the file.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, InvalidKnowledgeBase> {
        if !bytes.starts_with(MAGIC) || bytes.len() < HEADER_BYTES {
            return Err(InvalidKnowledgeBase);
        }
        let table = |number: usize, width: usize| {
            let at = |n: usize| read_u32_at(bytes, MAGIC.len() + 4 * n) as usize;
            let table = bytes.get(at(number)..at(number + 1)).ok_or(InvalidKnowledgeBase)?;
            if table.len().is_multiple_of(width) { Ok(table) } else { Err(InvalidKnowledgeBase) }
        };
        Ok(Self {
            index: table(0, INDEX_ROW_BYTES)?,
            persons: table(1, PERSON_ROW_BYTES)?,
            appointments: table(2, APPOINTMENT_ROW_BYTES)?,
            terms: table(3, TERM_ROW_BYTES)?,
            places: table(4, PLACE_ROW_BYTES)?,
            strings: table(5, 1)?,
        })
    }

    /// Returns the rows indexed by a normalised key, in `O(log n)`. Keys of the
    /// same hash share their rows, so the caller must compare names.
    pub fn find_rows(self, key: &str) -> impl Iterator<Item = RecordRow> + use<'a> {
        let hash = normalise::hash_normalised_key(key);
        let row = |n: usize| read_u32_at(self.index, n * INDEX_ROW_BYTES);
        let (mut low, mut high) = (0, self.index.len() / INDEX_ROW_BYTES);
        while low < high {
            let middle = low + (high - low) / 2;
            if row(middle) < hash { low = middle + 1 } else { high = middle }
        }
        let index = self.index;
        (low..index.len() / INDEX_ROW_BYTES)
            .take_while(move |n| read_u32_at(index, n * INDEX_ROW_BYTES) == hash)
            .map(move |n| RecordRow::from_packed(read_u32_at(index, n * INDEX_ROW_BYTES + 4)))
    }

    /// Returns the number of persons.
    pub fn person_count(self) -> u32 {
        (self.persons.len() / PERSON_ROW_BYTES) as u32
    }

    /// Returns the person of a row from [`Self::find_rows`].
    pub fn person_record(self, row: u32) -> PersonRecord<'a> {
        let field = |n: usize| read_u32_at(self.persons, row as usize * PERSON_ROW_BYTES + 4 * n);
        let halves = |n: usize| (field(n) as u16, (field(n) >> 16) as u16);
        let source = KnowledgeSource::ALL.get(field(7) as usize & 0xff).copied();
        PersonRecord {
            id: self.string_at(field(0)),
            name: self.string_at(field(1)),
            other_names: self.string_at(field(2)),
            remark: self.string_at(field(3)),
            born: halves(4).0,
            died: halves(4).1,
            from: halves(5).0,
            until: halves(5).1,
            source: source.unwrap_or(KnowledgeSource::People),
            first_appointment: field(6),
            appointment_count: field(7) >> 8,
            other_ids: self.string_at(field(8)),
            first_term: field(9),
            term_count: field(10),
        }
    }

    /// Iterates over the appointments of a person.
    pub fn appointments_of(
        self,
        person: &PersonRecord<'a>,
    ) -> impl ExactSizeIterator<Item = Appointment<'a>> + use<'a> {
        let first = person.first_appointment;
        (first..first.saturating_add(person.appointment_count)).map(move |row| {
            let field = |n: usize| {
                read_u32_at(self.appointments, row as usize * APPOINTMENT_ROW_BYTES + 4 * n)
            };
            Appointment {
                role: self.string_at(field(0)),
                held_at: self.string_at(field(1)),
                from: field(2),
                until: field(3),
            }
        })
    }

    /// Iterates over the terms of a person in offices of countries.
    pub fn terms_of(
        self,
        person: &PersonRecord<'a>,
    ) -> impl ExactSizeIterator<Item = OfficeTerm<'a>> + use<'a> {
        let first = person.first_term;
        (first..first.saturating_add(person.term_count)).map(move |row| {
            let field = |n: usize| read_u32_at(self.terms, row as usize * TERM_ROW_BYTES + 4 * n);
            OfficeTerm {
                office: self.string_at(field(0)),
                country: self.string_at(field(1)),
                from: field(2),
                until: field(3),
            }
        })
    }

    /// Iterates over the persons who held an office of a country at any time, with
    /// their rows and terms.
    pub fn holders_of(
        self,
        office: &str,
        country: &str,
    ) -> impl Iterator<Item = (u32, OfficeTerm<'a>)> {
        let rows = self.find_rows(&key_of_office(office, country));
        let persons = rows.filter_map(move |row| match row {
            RecordRow::Person(row) => Some((row, self.person_record(row))),
            RecordRow::Place(..) => None,
        });
        let terms = persons
            .flat_map(move |(row, person)| self.terms_of(&person).map(move |term| (row, term)));
        terms.filter(move |(_, term)| term.office == office && term.country == country)
    }

    /// Returns the place of a row from [`Self::find_rows`].
    pub fn place_record(self, kind: PlaceKind, row: u32) -> PlaceRecord<'a> {
        let field = |n: usize| read_u32_at(self.places, row as usize * PLACE_ROW_BYTES + 4 * n);
        let degrees = |half: u16| f32::from(half as i16) / 100.0;
        let counts = matches!(kind, PlaceKind::Country | PlaceKind::City);
        let number = field(5);
        PlaceRecord {
            kind,
            id: self.string_at(field(0)),
            name: self.string_at(field(1)),
            details: self.string_at(field(2)),
            country: self.string_at(field(3)),
            latitude: degrees(field(4) as u16),
            longitude: degrees((field(4) >> 16) as u16),
            population: if counts { number } else { 0 },
            since: if counts { 0 } else { number as u16 },
            until: if counts { 0 } else { (number >> 16) as u16 },
        }
    }

    /// Returns the number of places.
    pub fn place_count(self) -> u32 {
        (self.places.len() / PLACE_ROW_BYTES) as u32
    }

    /// Iterates over the rows of countries, which are the first rows of the
    /// table of places.
    pub fn country_rows(self) -> impl Iterator<Item = u32> + use<'a> {
        (0..self.place_count()).take_while(move |&row| {
            let place = self.place_record(PlaceKind::Country, row);
            place.details.split('\n').next().is_some_and(|codes| codes.split(' ').count() == 3)
        })
    }

    /// Returns the string at a reference, or an empty one if the file is damaged.
    fn string_at(self, at: u32) -> &'a str {
        let at = at as usize;
        let Some(&[low, high]) = self.strings.get(at..at + 2).and_then(|two| two.first_chunk())
        else {
            return "";
        };
        let bytes = self.strings.get(at + 2..at + 2 + usize::from(u16::from_le_bytes([low, high])));
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("")
    }
}

/// The key under which the holders of an office of a country are indexed. No name
/// begins with "@".
pub(crate) fn key_of_office(office: &str, country: &str) -> String {
    format!("@{office} {country}")
}

/// Returns the number at offset `at`, or 0 beyond the end.
fn read_u32_at(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..at + 4).and_then(|four| four.first_chunk().copied());
    four.map_or(0, u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::build::{KnowledgeBaseBuilder, NewPerson, NewPlace};
    use super::*;

    fn sample_file() -> Vec<u8> {
        let mut builder = KnowledgeBaseBuilder::default();
        builder.add_person(NewPerson {
            id: "osei-ama".into(),
            name: "Osei, Ama".into(),
            from: 1999,
            until: 2003,
            appointments: vec![("Ambassador".into(), "togo".into(), 19_990_501, 20_030_000)],
            other_ids: vec!["people:7".into()],
            terms: vec![("premier".into(), "TG".into(), 20_050_101, 20_060_101)],
            ..NewPerson::new(KnowledgeSource::Pocom)
        });
        builder.add_place(NewPlace {
            id: "7".into(),
            name: "Port Louis".into(),
            country: "MU".into(),
            latitude: -20.16,
            longitude: 57.5,
            population_or_years: 155_226,
            ..NewPlace::new(PlaceKind::City)
        });
        builder.into_bytes()
    }

    #[test]
    fn written_records_are_found() {
        let bytes = sample_file();
        let knowledge_base = KnowledgeBase::from_bytes(&bytes).expect("the written file is valid");
        let rows: Vec<RecordRow> = knowledge_base.find_rows("osei").collect();
        assert_eq!(rows, [RecordRow::Person(0)]);
        let person = knowledge_base.person_record(0);
        assert_eq!((person.id, person.name, person.from), ("osei-ama", "Osei, Ama", 1999));
        let appointments: Vec<_> = knowledge_base.appointments_of(&person).collect();
        assert_eq!((appointments[0].held_at, appointments[0].until), ("togo", 20_030_000));
        assert_eq!(person.all_ids().collect::<Vec<_>>(), ["pocom:osei-ama", "people:7"]);
        assert!(person.is_in_source(KnowledgeSource::People));
        assert!(!person.is_in_source(KnowledgeSource::Visits));
        let holders: Vec<_> = knowledge_base.holders_of("premier", "TG").collect();
        assert!(matches!(holders[..], [(0, term)] if term.covers_day(20_050_601)));
        assert_eq!(knowledge_base.holders_of("premier", "BJ").count(), 0);
        let row = knowledge_base.find_rows("port louis").next();
        let Some(RecordRow::Place(PlaceKind::City, row)) = row else { panic!("not a city") };
        let place = knowledge_base.place_record(PlaceKind::City, row);
        assert_eq!((place.name, place.latitude, place.longitude), ("Port Louis", -20.16, 57.5));
        assert_eq!(place.population, 155_226);
        assert_eq!(knowledge_base.find_rows("nobody").count(), 0);
    }

    #[test]
    fn appointments_out_of_range_are_empty() {
        let mut bytes = sample_file();
        let first = read_u32_at(&bytes, MAGIC.len() + 4) as usize + 6 * 4;
        bytes[first..first + 4].fill(0xFF);
        let knowledge_base = KnowledgeBase::from_bytes(&bytes).expect("the header is intact");
        assert_eq!(knowledge_base.appointments_of(&knowledge_base.person_record(0)).count(), 0);
    }

    proptest! {
        #[test]
        fn damaged_files_do_not_panic(
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut bytes = sample_file();
            for (at, byte) in damage {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes.truncate(cut.index(bytes.len() + 1));
            if let Ok(knowledge_base) = KnowledgeBase::from_bytes(&bytes) {
                for key in ["osei", "port louis"] {
                    for row in knowledge_base.find_rows(key) {
                        match row {
                            RecordRow::Person(row) => {
                                let person = knowledge_base.person_record(row);
                                knowledge_base.appointments_of(&person).take(9).for_each(drop);
                                knowledge_base.terms_of(&person).take(9).for_each(drop);
                            }
                            RecordRow::Place(kind, row) => {
                                let _ = knowledge_base.place_record(kind, row).name.len();
                            }
                        }
                    }
                }
            }
        }
    }
}
