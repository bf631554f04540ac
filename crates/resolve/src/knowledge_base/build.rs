//! Writes a knowledge base. Equal input gives equal bytes.

use std::collections::{BTreeSet, HashMap};

use super::{
    HEADER_BYTES, KnowledgeSource, MAGIC, PlaceKind, RecordRow, TABLE_COUNT, key_of_office,
};
use crate::name::ListedName;
use crate::normalise;

/// A person to write.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the fields are those of the person record")]
pub struct NewPerson {
    pub id: String,
    pub name: String,
    pub other_names: Vec<String>,
    pub remark: String,
    pub born: u16,
    pub died: u16,
    pub from: u16,
    pub until: u16,
    pub source: KnowledgeSource,
    /// Role, country, first and last day.
    pub appointments: Vec<(String, String, u32, u32)>,
    /// IDs of the same person in other sources, with their sources.
    pub other_ids: Vec<String>,
    /// Kind of office, ISO code of the country, first and last day.
    pub terms: Vec<(String, String, u32, u32)>,
}

impl NewPerson {
    /// Creates a person with empty fields.
    pub fn new(source: KnowledgeSource) -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            other_names: Vec::new(),
            remark: String::new(),
            born: 0,
            died: 0,
            from: 0,
            until: 0,
            source,
            appointments: Vec::new(),
            other_ids: Vec::new(),
            terms: Vec::new(),
        }
    }
}

/// A place to write.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the fields are those of the place record")]
pub struct NewPlace {
    pub kind: PlaceKind,
    pub id: String,
    pub name: String,
    /// Other names of the place.
    pub aliases: Vec<String>,
    pub details: String,
    pub country: String,
    pub latitude: f32,
    pub longitude: f32,
    /// The population, or the years `since | until << 16`.
    pub population_or_years: u32,
}

impl NewPlace {
    /// Creates a place with empty fields.
    pub fn new(kind: PlaceKind) -> Self {
        Self {
            kind,
            id: String::new(),
            name: String::new(),
            aliases: Vec::new(),
            details: String::new(),
            country: String::new(),
            latitude: 0.0,
            longitude: 0.0,
            population_or_years: 0,
        }
    }
}

/// Collects persons and places and writes the file.
#[derive(Default)]
pub struct KnowledgeBaseBuilder {
    persons: Vec<NewPerson>,
    places: Vec<NewPlace>,
}

impl KnowledgeBaseBuilder {
    /// Adds a person.
    pub fn add_person(&mut self, person: NewPerson) {
        self.persons.push(person);
    }

    /// Adds a place.
    pub fn add_place(&mut self, place: NewPlace) {
        self.places.push(place);
    }

    /// Returns the bytes of the file. A person is indexed by each word of the
    /// family name, or each word of a name whose family name is unknown, and by "~"
    /// plus the skeleton of the word, and by each office of a term. A place is indexed by its whole names.
    pub fn into_bytes(self) -> Vec<u8> {
        let mut strings = StringTable::new();
        let mut index = BTreeSet::new();
        let (mut persons, mut appointments) = (Vec::new(), Vec::new());
        let (mut terms, mut places) = (Vec::new(), Vec::new());
        let put = |table: &mut Vec<u8>, fields: &[u32]| {
            for field in fields {
                table.extend(field.to_le_bytes());
            }
        };
        let (mut number, mut term_number) = (0, 0);
        for (row, person) in self.persons.iter().enumerate() {
            for key in index_keys_of_person(person) {
                index.insert((
                    normalise::hash_normalised_key(&key),
                    RecordRow::Person(row as u32).to_packed(),
                ));
            }
            for (role, at, from, until) in &person.appointments {
                let fields =
                    [strings.intern_string(role), strings.intern_string(at), *from, *until];
                put(&mut appointments, &fields);
            }
            for (office, country, from, until) in &person.terms {
                let fields =
                    [strings.intern_string(office), strings.intern_string(country), *from, *until];
                put(&mut terms, &fields);
            }
            let count = person.appointments.len() as u32;
            let term_count = person.terms.len() as u32;
            let halves = |low: u16, high: u16| u32::from(low) | u32::from(high) << 16;
            let source = KnowledgeSource::ALL.iter().position(|&source| source == person.source);
            let fields = [
                strings.intern_string(&person.id),
                strings.intern_string(&person.name),
                strings.intern_string(&person.other_names.join("\n")),
                strings.intern_string(&person.remark),
                halves(person.born, person.died),
                halves(person.from, person.until),
                number,
                count << 8 | source.expect("ALL has every source") as u32,
                strings.intern_string(&person.other_ids.join("\n")),
                term_number,
                term_count,
            ];
            put(&mut persons, &fields);
            number += count;
            term_number += term_count;
        }
        for (row, place) in self.places.iter().enumerate() {
            for name in std::iter::once(&place.name).chain(&place.aliases) {
                let key = normalise::normalise_words(name);
                index.insert((
                    normalise::hash_normalised_key(&key),
                    RecordRow::Place(place.kind, row as u32).to_packed(),
                ));
            }
            let half = |degrees: f32| u32::from((degrees * 100.0).round() as i16 as u16);
            let fields = [
                strings.intern_string(&place.id),
                strings.intern_string(&place.name),
                strings.intern_string(&place.details),
                strings.intern_string(&place.country),
                half(place.latitude) | half(place.longitude) << 16,
                place.population_or_years,
            ];
            put(&mut places, &fields);
        }
        let index: Vec<u8> = index
            .iter()
            .flat_map(|(hash, row)| [hash.to_le_bytes(), row.to_le_bytes()])
            .flatten()
            .collect();
        assemble_file(&[index, persons, appointments, terms, places, strings.bytes])
    }
}

/// Joins the header and the tables.
fn assemble_file(tables: &[Vec<u8>; TABLE_COUNT]) -> Vec<u8> {
    let mut file = MAGIC.to_vec();
    let mut at = HEADER_BYTES;
    file.extend((at as u32).to_le_bytes());
    for table in tables {
        at += table.len();
        file.extend((at as u32).to_le_bytes());
    }
    for table in tables {
        file.extend(table);
    }
    file
}

fn index_keys_of_person(person: &NewPerson) -> BTreeSet<String> {
    let names = std::iter::once(&person.name).chain(&person.other_names);
    let mut keys = BTreeSet::new();
    for name in names {
        for word in ListedName::new(name).family_name_words() {
            let skeleton = normalise::consonant_skeleton(word);
            if skeleton.len() > 2 {
                keys.insert(format!("~{skeleton}"));
            }
            keys.insert(word.to_owned());
        }
    }
    keys.extend(person.terms.iter().map(|(office, country, ..)| key_of_office(office, country)));
    keys
}

/// Table that stores each string once.
struct StringTable {
    bytes: Vec<u8>,
    known: HashMap<String, u32>,
}

impl StringTable {
    fn new() -> Self {
        Self { bytes: vec![0, 0], known: HashMap::from([(String::new(), 0)]) }
    }

    /// Returns the reference of a string. Strings longer than 65,535 bytes are
    /// truncated.
    fn intern_string(&mut self, string: &str) -> u32 {
        if let Some(&at) = self.known.get(string) {
            return at;
        }
        let mut end = string.len().min(usize::from(u16::MAX));
        while !string.is_char_boundary(end) {
            end -= 1;
        }
        let at = self.bytes.len() as u32;
        self.bytes.extend((end as u16).to_le_bytes());
        self.bytes.extend(&string.as_bytes()[..end]);
        self.known.insert(string.to_owned(), at);
        at
    }
}
