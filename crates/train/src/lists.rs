//! Compiles the reference lists of people and places for the tagger.
//!
//! Read from the JSON lines of `data/kb` (see docs/DATA.md for their sources
//! and terms).

use std::path::Path;

use chancery_ner::gazetteer::{Builder, List};
use chancery_ner::train::augment::Names;
use serde_json::Value;

use crate::json_lines::json_lines;

/// Minimum number of inhabitants of a city; smaller places are towns.
const CITY: u64 = 100_000;

/// Compiles the gazetteer, in which the tagger looks phrases up.
pub(crate) fn gazetteer(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let mut builder = Builder::default();
    let mut add = |name: &str, list| builder.add(words(name).iter().map(String::as_str), list);
    for row in rows(folder, "geonames_countries.jsonl")? {
        add(text(&row, "name"), List::Country);
        add(text(&row, "capital"), List::City);
    }
    for row in rows(folder, "territories.jsonl")? {
        add(text(&row, "name"), List::Country);
        add(text(&row, "long_name"), List::Country);
    }
    for row in rows(folder, "locales.jsonl")? {
        add(text(&row, "name"), List::City);
    }
    for row in rows(folder, "geonames_cities.jsonl")? {
        let large = row["population"].as_u64().is_some_and(|people| people >= CITY);
        add(text(&row, "name"), if large { List::City } else { List::Town });
        let others = row["other_names"].as_array().into_iter().flatten();
        for name in others.filter_map(Value::as_str) {
            // Transliterations in lower case are not English spellings.
            if name.starts_with(char::is_uppercase) {
                add(name, List::TownAlias);
            }
        }
    }
    for person in people(folder)? {
        for surname in words(&person.surname).iter().filter(|word| word.chars().count() > 1) {
            add(surname, List::Surname);
        }
        for forename in words(&person.forename).iter().filter(|word| word.chars().count() > 2) {
            add(forename, List::Forename);
        }
        if !person.forename.is_empty() {
            add(&format!("{} {}", person.forename, person.surname), List::Person);
        }
    }
    Ok(builder.write())
}

/// The names that replace those of people in copies of the training text.
pub(crate) fn names(folder: &Path) -> anyhow::Result<Names> {
    let people = people(folder)?;
    let first = |person: &Person| words(&person.forename).into_iter().next();
    let only = |person: &Person| Some(words(&person.surname)).filter(|words| words.len() == 1);
    Ok(Names::new(people.iter().filter_map(first), people.iter().filter_map(only).flatten()))
}

/// A person of the lists.
struct Person {
    surname: String,
    forename: String,
}

fn people(folder: &Path) -> anyhow::Result<Vec<Person>> {
    let mut people = Vec::new();
    for row in rows(folder, "us_diplomats.jsonl")? {
        let (surname, forename) = (text(&row, "surname"), text(&row, "forename"));
        people.push(Person { surname: surname.into(), forename: forename.into() });
    }
    for row in rows(folder, "frus_people.jsonl")? {
        // "Aaron, David Laurence"; what follows a second comma is a suffix.
        let mut parts = text(&row, "name").splitn(3, ',').map(str::trim);
        let surname = parts.next().unwrap_or("").to_owned();
        people.push(Person { surname, forename: parts.next().unwrap_or("").to_owned() });
    }
    Ok(people)
}

fn rows(folder: &Path, name: &str) -> anyhow::Result<Vec<Value>> {
    json_lines(&folder.join(name))
}

fn text<'r>(row: &'r Value, key: &str) -> &'r str {
    row[key].as_str().unwrap_or("")
}

fn words(name: &str) -> Vec<String> {
    name.replace(['(', ')', ','], "").split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use chancery_ner::gazetteer::Gazetteer;
    use chancery_ner::hash;
    use chancery_ner::table::Table;

    use super::*;

    /// A folder of lists with an invented row in each.
    fn folder() -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("chancery-lists-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder for temporary files");
        let files = [
            ("geonames_countries.jsonl", r#"{"name": "Quaria", "capital": "Zebulon"}"#),
            ("territories.jsonl", r#"{"name": "Old Quaria", "long_name": ""}"#),
            ("locales.jsonl", r#"{"name": "Port Quay"}"#),
            (
                "geonames_cities.jsonl",
                r#"{"name": "Tinytown", "population": 5001, "other_names": ["Tiny", "tayni"]}"#,
            ),
            ("us_diplomats.jsonl", r#"{"surname": "Tremont", "forename": "Corwin J."}"#),
            ("frus_people.jsonl", r#"{"name": "Osei, Ama, Jr."}"#),
        ];
        for (name, row) in files {
            fs::write(folder.join(name), format!("{row}\n")).expect("a temporary file");
        }
        folder
    }

    #[test]
    fn rows_become_lists() {
        let folder = folder();
        let bytes = gazetteer(&folder).expect("well-formed lists");
        fs::write(folder.join("locales.jsonl"), "{}\n{\"name\": \n").expect("a temporary file");
        let error = gazetteer(&folder).expect_err("a broken row");
        fs::remove_dir_all(&folder).expect("the folder is ours");

        let gazetteer = Gazetteer::new(Table::read(&bytes).expect("as written").0);
        let lists = |word: &str| gazetteer.word(hash::bytes(word.as_bytes())).0;
        let expected = [
            ("quaria", List::Country.bit()),
            ("zebulon", List::City.bit()),
            ("tinytown", List::Town.bit()),
            ("tiny", List::TownAlias.bit()),
            ("tayni", 0),
            ("tremont", List::Surname.bit()),
            ("corwin", List::Forename.bit()),
            ("osei", List::Surname.bit()),
            ("ama", List::Forename.bit()),
        ];
        for (word, list) in expected {
            assert_eq!(lists(word), list, "{word}");
        }
        assert!(format!("{error:#}").contains("locales.jsonl, line 2"), "{error:#}");
    }
}
