//! What lists know of an entity: the office of a person, the country and coordinates of
//! a place, and which list says so.
//!
//! The lists are the knowledge base and the lists of persons in the volumes of an
//! archive. [`VolumePersons::read`] reads the latter once; [`VolumePersons::facts`] then
//! answers for each entity.

use std::collections::HashMap;

use chancery_engine::FileLists;
use chancery_model::Label;
use chancery_resolve::countries::name_of_country;
use chancery_resolve::knowledge_base::{KnowledgeBase, PlaceKind, PlaceRecord, RecordRow};
use chancery_resolve::normalise;
use chancery_store::{Archive, StoreError, shown_name};
use serde::Serialize;
use utoipa::ToSchema;

use crate::coordinates::coordinates_of_entity;

/// An entry of the knowledge base.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct KnowledgeBaseEntry {
    /// Source of the entry.
    pub source: String,
    /// Description, as in the source.
    pub description: String,
    /// Years of birth and death, or of the start and end of a country.
    pub years: String,
    /// Other names.
    pub other_names: Vec<String>,
    /// Offices that a person held.
    pub offices: Vec<HeldOffice>,
    /// Country of a town or post; empty if unknown.
    pub country: String,
    /// Degrees north and east of a place.
    pub coordinates: Option<[f32; 2]>,
}

impl KnowledgeBaseEntry {
    /// Returns the other names of an entity in the order of a text, each once, and
    /// without the name that it has itself.
    pub fn other_names_of(&self, id: &str, label: Label, name: &str) -> Vec<String> {
        let own = shown_name(id, label, name);
        let mut others: Vec<String> = Vec::new();
        for other in &self.other_names {
            let other = shown_name(id, label, other);
            if other != own && !others.contains(&other) {
                others.push(other);
            }
        }
        others
    }
}

/// An office that a person held.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HeldOffice {
    /// Title of the office.
    pub title: String,
    /// Country or organisation.
    pub at: String,
    /// First day, month or year; empty if unknown.
    pub from: String,
    /// Last day, month or year; empty if unknown.
    pub until: String,
}

/// What lists know of an entity. Everything may be empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EntityFacts {
    /// Office or description of a person.
    pub description: String,
    /// The country of a place or organisation.
    pub country: String,
    /// Degrees north and east of a place.
    pub coordinates: Option<[f32; 2]>,
    /// The list that says so.
    pub source: String,
}

/// The persons of the lists in the volumes of an archive, by id.
#[derive(Debug, Default)]
pub struct VolumePersons {
    described: HashMap<String, KnowledgeBaseEntry>,
}

impl VolumePersons {
    /// Reads the lists.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn read(archive: &Archive) -> Result<Self, StoreError> {
        let mut described = HashMap::new();
        for json in archive.documents().all_file_lists()? {
            let lists: FileLists = serde_json::from_str(&json)
                .map_err(|error| StoreError::Damaged(error.to_string()))?;
            for (id, _, description) in lists.persons() {
                let entry = KnowledgeBaseEntry {
                    source: format!("List of persons in {}", lists.source()),
                    description: description.trim().to_owned(),
                    ..KnowledgeBaseEntry::default()
                };
                described.insert(format!("{}:{id}", lists.source()), entry);
            }
        }
        Ok(Self { described })
    }

    /// Returns the entry of an entity in the knowledge base, or in the list of a volume.
    pub fn entry(&self, id: &str, name: &str) -> Option<KnowledgeBaseEntry> {
        knowledge_base_entry(id, name).or_else(|| self.described.get(id).cloned())
    }

    /// Returns what the lists know of an entity.
    pub fn facts(&self, id: &str, label: Label, name: &str) -> EntityFacts {
        let mut facts = EntityFacts::default();
        if let Some(entry) = self.entry(id, name) {
            facts.description = match entry.description.is_empty() {
                false => without_repetition(&entry.description),
                true => entry.offices.last().map(office_in_words).unwrap_or_default(),
            };
            facts.country = entry.country;
            facts.source = entry.source;
        }
        if label == Label::Loc {
            let point = coordinates_of_entity(id);
            facts.coordinates = point.map(|point| [point.latitude, point.longitude]);
        }
        if let Some(country) = country_in_id(id) {
            country.clone_into(&mut facts.country);
        }
        facts
    }
}

/// Returns the entry of the knowledge base with this id. The knowledge base is
/// indexed by name, so the name of the entity is needed too.
pub fn knowledge_base_entry(id: &str, name: &str) -> Option<KnowledgeBaseEntry> {
    let (source, record_id) = id.split_once(':')?;
    let knowledge_base = KnowledgeBase::load_embedded();
    let years = |from: u16, until: u16| match (from, until) {
        (0, 0) => String::new(),
        (from, 0 | 9999) => format!("{from}–"),
        (0, until) => format!("–{until}"),
        (from, until) => format!("{from}–{until}"),
    };
    let lines = |words: &str| words.lines().map(str::to_owned).collect::<Vec<_>>();
    let family = name.split(',').next().unwrap_or(name);
    for row in knowledge_base
        .find_rows(&normalise::normalise_words(name))
        .chain(knowledge_base.find_rows(&normalise::normalise_words(family)))
    {
        match row {
            RecordRow::Person(row) => {
                let person = knowledge_base.person_record(row);
                if person.id == record_id && person.source.as_str() == source {
                    return Some(KnowledgeBaseEntry {
                        source: source_title(source).to_owned(),
                        description: person
                            .remark
                            .split(" [")
                            .next()
                            .unwrap_or_default()
                            .to_owned(),
                        years: years(person.born, person.died),
                        other_names: lines(person.other_names),
                        offices: knowledge_base.appointments_of(&person).map(held_office).collect(),
                        country: String::new(),
                        coordinates: None,
                    });
                }
            }
            RecordRow::Place(kind, row) => {
                let place = knowledge_base.place_record(kind, row);
                if place.id == record_id {
                    let located = place.latitude != 0.0 || place.longitude != 0.0;
                    return Some(KnowledgeBaseEntry {
                        source: source_title(source).to_owned(),
                        years: years(place.since, place.until),
                        country: country_of_place(&place),
                        coordinates: located.then_some([place.latitude, place.longitude]),
                        ..KnowledgeBaseEntry::default()
                    });
                }
            }
        }
    }
    None
}

/// The country of a town or post.
fn country_of_place(place: &PlaceRecord<'_>) -> String {
    let iso = match place.kind {
        PlaceKind::City => place.country,
        // The first line of a post has the code; its column has another id.
        PlaceKind::Post => place.details.lines().next().unwrap_or_default(),
        PlaceKind::Country | PlaceKind::Territory => return String::new(),
    };
    name_of_country(iso).unwrap_or_default().to_owned()
}

fn source_title(source: &str) -> &'static str {
    match source {
        "pocom" => "Principal Officers and Chiefs of Mission",
        "people" => "Persons named in Foreign Relations of the United States",
        "visits" => "Visits by foreign leaders",
        "travels" => "Travels of the President and the Secretary of State",
        "gsh" => "Historical countries and posts",
        "geonames" => "GeoNames",
        _ => "a list",
    }
}

fn held_office(appointment: chancery_resolve::knowledge_base::Appointment<'_>) -> HeldOffice {
    let day = |day: u32| match (day / 10_000, day / 100 % 100, day % 100) {
        (0 | 9999, ..) => String::new(),
        (year, 0, _) => year.to_string(),
        (year, month, 0) => format!("{year}-{month:02}"),
        (year, month, day) => format!("{year}-{month:02}-{day:02}"),
    };
    HeldOffice {
        title: appointment.role.to_owned(),
        at: appointment.held_at.replace('-', " "),
        from: day(appointment.from),
        until: day(appointment.until),
    }
}

/// The country in the id of an organisation or territory: "org:department-of-state.US",
/// "loc:guantanamo-bay.CU".
fn country_in_id(id: &str) -> Option<&'static str> {
    let rest = id.strip_prefix("org:").or_else(|| id.strip_prefix("loc:"))?;
    let (_, iso) = rest.rsplit_once('.')?;
    name_of_country(iso)
}

/// "Ambassador, Mali, 1961–1963".
pub fn office_in_words(office: &HeldOffice) -> String {
    let parts = [office.title.clone(), office.at.clone(), term_in_words(office)];
    let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    said.join(", ")
}

/// "1961-03-07 to 1963", "from 1961", "until 1963".
pub fn term_in_words(office: &HeldOffice) -> String {
    match (office.from.as_str(), office.until.as_str()) {
        ("", "") => String::new(),
        (from, "") => format!("from {from}"),
        ("", until) => format!("until {until}"),
        (from, until) if from == until => from.to_owned(),
        (from, until) => format!("{from} to {until}"),
    }
}

/// A description without the parts that say less than another: a list of persons may
/// repeat an office without its dates.
pub fn without_repetition(description: &str) -> String {
    let parts: Vec<&str> = description.split("; ").collect();
    let says_less = |(at, part): (usize, &&str)| {
        parts.iter().enumerate().any(|(other, longer)| {
            other != at && longer.starts_with(*part) && (longer.len() > part.len() || other < at)
        })
    };
    let kept = parts.iter().enumerate().filter(|(at, part)| !says_less((*at, part)));
    kept.map(|(_, part)| *part).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_country_of_organisations_and_territories_is_in_their_ids() {
        for (id, expected) in [
            ("org:department-of-state.US", Some("United States")),
            ("loc:guantanamo-bay.CU", Some("Cuba")),
            ("org:soviet-navy.XX", None),
            ("n-12", None),
            ("people:1.US", None),
        ] {
            assert_eq!(country_in_id(id), expected, "{id}");
        }
    }

    #[test]
    fn terms_are_said_in_words() {
        for (from, until, expected) in [
            ("1961-03-07", "1963", "1961-03-07 to 1963"),
            ("1961", "", "from 1961"),
            ("", "1963", "until 1963"),
            ("1963", "1963", "1963"),
            ("", "", ""),
        ] {
            let office = HeldOffice {
                title: "Ambassador".into(),
                at: "mali".into(),
                from: from.into(),
                until: until.into(),
            };
            assert_eq!(term_in_words(&office), expected);
        }
    }

    #[test]
    fn parts_that_say_less_are_left_out() {
        for (said, shown) in [
            ("", ""),
            ("President of Ruritania", "President of Ruritania"),
            ("Consul, from 1950; Consul", "Consul, from 1950"),
            ("Consul; Consul", "Consul"),
            ("Consul; Minister", "Consul; Minister"),
        ] {
            assert_eq!(without_repetition(said), shown, "{said}");
        }
    }
}
