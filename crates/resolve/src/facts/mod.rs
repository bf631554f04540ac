//! The knowledge base: persons, their appointments, and places.
//!
//! It is one file, embedded in the binary and read in place: the program
//! unpacks nothing at start, and rows that are not used cost nothing.
//! [`Facts`] reads it, [`build`] writes it.
//!
//! ```text
//! "CHFACTS1", 6 × u32: where each table starts, and the end
//! index         (hash of a normalised key: u32, kind and row: u32), ascending
//! persons       8 × u32: id, name, other names, remark, born|died,
//!               from|until, first appointment, their number|source
//! appointments  4 × u32: office, country, from, until (days as yyyymmdd)
//! places        6 × u32: id, name, more, country, latitude|longitude, number
//! strings       u16 length, then UTF-8; references count from their start
//! ```
//!
//! All numbers are little-endian; a reference of 0 is the empty string.

pub mod build;
mod rows;

use std::collections::HashMap;
use std::fmt;

use crate::fold;

pub use rows::{Appointment, Person, Place, PlaceKind, Row, Source};

pub(crate) const MAGIC: &[u8; 8] = b"CHFACTS1";
pub(crate) const TABLES: usize = 5;
pub(crate) const HEAD: usize = MAGIC.len() + 4 * (TABLES + 1);
pub(crate) const INDEX_ROW: usize = 8;
pub(crate) const PERSON_ROW: usize = 32;
pub(crate) const APPOINTMENT_ROW: usize = 16;
pub(crate) const PLACE_ROW: usize = 24;

/// The file is not a knowledge base, or it is truncated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a knowledge base, or truncated")
    }
}

impl std::error::Error for Damaged {}

/// The knowledge base, read in place.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    index: &'a [u8],
    persons: &'a [u8],
    appointments: &'a [u8],
    places: &'a [u8],
    strings: &'a [u8],
}

impl Facts<'static> {
    /// Returns the knowledge base that is part of the program.
    pub fn shipped() -> Self {
        Self::read(chancery_models::KNOWLEDGE_BASE).expect("the embedded file is valid")
    }
}

impl<'a> Facts<'a> {
    /// Opens a file. Only the header is read and checked.
    ///
    /// # Errors
    /// If the header is wrong or a table is not inside the file.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Damaged> {
        if !bytes.starts_with(MAGIC) || bytes.len() < HEAD {
            return Err(Damaged);
        }
        let table = |number: usize, width: usize| {
            let at = |n: usize| number_at(bytes, MAGIC.len() + 4 * n) as usize;
            let table = bytes.get(at(number)..at(number + 1)).ok_or(Damaged)?;
            if table.len().is_multiple_of(width) { Ok(table) } else { Err(Damaged) }
        };
        Ok(Self {
            index: table(0, INDEX_ROW)?,
            persons: table(1, PERSON_ROW)?,
            appointments: table(2, APPOINTMENT_ROW)?,
            places: table(3, PLACE_ROW)?,
            strings: table(4, 1)?,
        })
    }

    /// Returns the rows indexed by a normalised key, in `O(log n)`. Keys of the
    /// same hash share their rows, so the caller must compare names.
    pub fn find(self, key: &str) -> impl Iterator<Item = Row> + use<'a> {
        let hash = fold::hash(key);
        let row = |n: usize| number_at(self.index, n * INDEX_ROW);
        let (mut low, mut high) = (0, self.index.len() / INDEX_ROW);
        while low < high {
            let middle = low + (high - low) / 2;
            if row(middle) < hash { low = middle + 1 } else { high = middle }
        }
        let index = self.index;
        (low..index.len() / INDEX_ROW)
            .take_while(move |n| number_at(index, n * INDEX_ROW) == hash)
            .map(move |n| Row::unpack(number_at(index, n * INDEX_ROW + 4)))
    }

    /// Returns the number of persons.
    pub fn persons(self) -> u32 {
        (self.persons.len() / PERSON_ROW) as u32
    }

    /// Returns the person of a row from [`Self::find`].
    pub fn person(self, row: u32) -> Person<'a> {
        let field = |n: usize| number_at(self.persons, row as usize * PERSON_ROW + 4 * n);
        let halves = |n: usize| (field(n) as u16, (field(n) >> 16) as u16);
        let source = Source::ALL.get(field(7) as usize & 0xff).copied();
        Person {
            id: self.string(field(0)),
            name: self.string(field(1)),
            others: self.string(field(2)),
            remark: self.string(field(3)),
            born: halves(4).0,
            died: halves(4).1,
            from: halves(5).0,
            until: halves(5).1,
            source: source.unwrap_or(Source::People),
            first_appointment: field(6),
            appointments: field(7) >> 8,
        }
    }

    /// Iterates over the appointments of a person.
    pub fn appointments(
        self,
        person: &Person<'a>,
    ) -> impl ExactSizeIterator<Item = Appointment<'a>> + use<'a> {
        let first = person.first_appointment;
        (first..first.saturating_add(person.appointments)).map(move |row| {
            let field =
                |n: usize| number_at(self.appointments, row as usize * APPOINTMENT_ROW + 4 * n);
            Appointment {
                role: self.string(field(0)),
                at: self.string(field(1)),
                from: field(2),
                until: field(3),
            }
        })
    }

    /// Returns the place of a row from [`Self::find`].
    pub fn place(self, kind: PlaceKind, row: u32) -> Place<'a> {
        let field = |n: usize| number_at(self.places, row as usize * PLACE_ROW + 4 * n);
        let degrees = |half: u16| f32::from(half as i16) / 100.0;
        let counts = matches!(kind, PlaceKind::Country | PlaceKind::City);
        let number = field(5);
        Place {
            kind,
            id: self.string(field(0)),
            name: self.string(field(1)),
            more: self.string(field(2)),
            country: self.string(field(3)),
            latitude: degrees(field(4) as u16),
            longitude: degrees((field(4) >> 16) as u16),
            population: if counts { number } else { 0 },
            since: if counts { 0 } else { number as u16 },
            until: if counts { 0 } else { (number >> 16) as u16 },
        }
    }

    /// Iterates over the rows of countries, which are the first rows of the
    /// table of places.
    pub fn countries(self) -> impl Iterator<Item = u32> + use<'a> {
        let rows = (self.places.len() / PLACE_ROW) as u32;
        (0..rows).take_while(move |&row| {
            let place = self.place(PlaceKind::Country, row);
            place.more.split('\n').next().is_some_and(|codes| codes.split(' ').count() == 3)
        })
    }

    /// Returns the coordinates of places by ID, in degrees north and east. A
    /// place without coordinates, such as a country, gets those of the present
    /// capital of its country.
    pub fn coordinates(self) -> HashMap<&'a str, (f32, f32)> {
        let rows = (self.places.len() / PLACE_ROW) as u32;
        let places = || (0..rows).map(move |row| self.place(PlaceKind::City, row));
        let point = |place: &Place<'_>| (place.latitude, place.longitude);
        let is_located = |place: &Place<'_>| point(place) != (0.0, 0.0);
        let capitals: HashMap<&str, (f32, f32)> = places()
            .filter(|place| is_located(place) && place.more.lines().next() == Some("capital"))
            .map(|place| (place.country, point(&place)))
            .collect();
        let located = places().filter_map(|place| {
            let own = is_located(&place).then(|| point(&place));
            Some((place.id, own.or_else(|| capitals.get(place.country).copied())?))
        });
        located.collect()
    }

    /// Returns the string at a reference, or an empty one if the file is damaged.
    fn string(self, at: u32) -> &'a str {
        let at = at as usize;
        let Some(&[low, high]) = self.strings.get(at..at + 2).and_then(|two| two.first_chunk())
        else {
            return "";
        };
        let bytes = self.strings.get(at + 2..at + 2 + usize::from(u16::from_le_bytes([low, high])));
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("")
    }
}

/// Returns the number at offset `at`, or 0 beyond the end.
fn number_at(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..at + 4).and_then(|four| four.first_chunk().copied());
    four.map_or(0, u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::build::{Builder, NewPerson, NewPlace};
    use super::*;

    fn small() -> Vec<u8> {
        let mut builder = Builder::default();
        builder.person(NewPerson {
            id: "osei-ama".into(),
            name: "Osei, Ama".into(),
            from: 1999,
            until: 2003,
            appointments: vec![("Ambassador".into(), "togo".into(), 19_990_501, 20_030_000)],
            ..NewPerson::new(Source::Pocom)
        });
        builder.place(NewPlace {
            id: "7".into(),
            name: "Port Louis".into(),
            country: "MU".into(),
            latitude: -20.16,
            longitude: 57.5,
            number: 155_226,
            ..NewPlace::new(PlaceKind::City)
        });
        builder.write()
    }

    #[test]
    fn what_is_written_is_found() {
        let bytes = small();
        let facts = Facts::read(&bytes).expect("the written file is valid");
        let rows: Vec<Row> = facts.find("osei").collect();
        assert_eq!(rows, [Row::Person(0)]);
        let person = facts.person(0);
        assert_eq!((person.id, person.name, person.from), ("osei-ama", "Osei, Ama", 1999));
        let offices: Vec<_> = facts.appointments(&person).collect();
        assert_eq!((offices[0].at, offices[0].until), ("togo", 20_030_000));
        let Some(Row::Place(PlaceKind::City, row)) = facts.find("port louis").next() else {
            panic!("not a city")
        };
        let place = facts.place(PlaceKind::City, row);
        assert_eq!((place.name, place.latitude, place.longitude), ("Port Louis", -20.16, 57.5));
        assert_eq!(place.population, 155_226);
        assert_eq!(facts.find("nobody").count(), 0);
    }

    #[test]
    fn appointments_beyond_the_last_number_are_none() {
        let mut bytes = small();
        let first = number_at(&bytes, MAGIC.len() + 4) as usize + 6 * 4;
        bytes[first..first + 4].fill(0xFF);
        let facts = Facts::read(&bytes).expect("the header is intact");
        assert_eq!(facts.appointments(&facts.person(0)).count(), 0);
    }

    proptest! {
        #[test]
        fn damage_is_refused_or_read_without_harm(
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut bytes = small();
            for (at, byte) in damage {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes.truncate(cut.index(bytes.len() + 1));
            if let Ok(facts) = Facts::read(&bytes) {
                for key in ["osei", "port louis"] {
                    for row in facts.find(key) {
                        match row {
                            Row::Person(row) => {
                                let person = facts.person(row);
                                facts.appointments(&person).take(9).for_each(drop);
                            }
                            Row::Place(kind, row) => drop(facts.place(kind, row).name.len()),
                        }
                    }
                }
            }
        }
    }
}
