//! Compiles the reference lists of people and places for the tagger.
//!
//! Read from the JSON lines of `data/kb` (see docs/DATA.md for their sources
//! and terms).

use std::path::Path;

use chancery_ner::gazetteer::{GazetteerBuilder, NameList};
use chancery_ner::train::augment::ReplacementNames;
use serde_json::Value;

use crate::json_lines::read_json_lines;

/// Minimum number of inhabitants of a city; smaller places are towns.
const MIN_CITY_POPULATION: u64 = 100_000;

/// Compiles the gazetteer, in which the tagger looks phrases up.
pub(crate) fn compile_gazetteer(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let mut builder = GazetteerBuilder::default();
    let mut add =
        |name: &str, list| builder.add_name(name_words(name).iter().map(String::as_str), list);
    for row in read_rows(folder, "geonames_countries.jsonl")? {
        add(text_field(&row, "name"), NameList::Country);
        add(text_field(&row, "capital"), NameList::City);
    }
    for row in read_rows(folder, "territories.jsonl")? {
        add(text_field(&row, "name"), NameList::Country);
        add(text_field(&row, "long_name"), NameList::Country);
    }
    for row in read_rows(folder, "locales.jsonl")? {
        add(text_field(&row, "name"), NameList::City);
    }
    for row in read_rows(folder, "geonames_cities.jsonl")? {
        let large = row["population"].as_u64().is_some_and(|people| people >= MIN_CITY_POPULATION);
        add(text_field(&row, "name"), if large { NameList::City } else { NameList::Town });
        let others = row["other_names"].as_array().into_iter().flatten();
        for name in others.filter_map(Value::as_str) {
            // Transliterations in lower case are not English spellings.
            if name.starts_with(char::is_uppercase) {
                add(name, NameList::TownAlias);
            }
        }
    }
    for person in read_people(folder)? {
        for surname in name_words(&person.surname).iter().filter(|word| word.chars().count() > 1) {
            add(surname, NameList::Surname);
        }
        for forename in name_words(&person.forename).iter().filter(|word| word.chars().count() > 2)
        {
            add(forename, NameList::Forename);
        }
        if !person.forename.is_empty() {
            add(&format!("{} {}", person.forename, person.surname), NameList::Person);
        }
    }
    Ok(builder.encode_table())
}

/// The names that replace those of people in copies of the training text.
pub(crate) fn replacement_names(folder: &Path) -> anyhow::Result<ReplacementNames> {
    let people = read_people(folder)?;
    let first = |person: &NamedPerson| name_words(&person.forename).into_iter().next();
    let only =
        |person: &NamedPerson| Some(name_words(&person.surname)).filter(|words| words.len() == 1);
    Ok(ReplacementNames::new(
        people.iter().filter_map(first),
        people.iter().filter_map(only).flatten(),
    ))
}

/// A person of the lists.
struct NamedPerson {
    surname: String,
    forename: String,
}

fn read_people(folder: &Path) -> anyhow::Result<Vec<NamedPerson>> {
    let mut people = Vec::new();
    for row in read_rows(folder, "us_diplomats.jsonl")? {
        let (surname, forename) = (text_field(&row, "surname"), text_field(&row, "forename"));
        people.push(NamedPerson { surname: surname.into(), forename: forename.into() });
    }
    for row in read_rows(folder, "frus_people.jsonl")? {
        // "Aaron, David Laurence"; what follows a second comma is a suffix.
        let mut parts = text_field(&row, "name").splitn(3, ',').map(str::trim);
        let surname = parts.next().unwrap_or("").to_owned();
        people.push(NamedPerson { surname, forename: parts.next().unwrap_or("").to_owned() });
    }
    Ok(people)
}

fn read_rows(folder: &Path, name: &str) -> anyhow::Result<Vec<Value>> {
    read_json_lines(&folder.join(name))
}

fn text_field<'r>(row: &'r Value, key: &str) -> &'r str {
    row[key].as_str().unwrap_or("")
}

fn name_words(name: &str) -> Vec<String> {
    name.replace(['(', ')', ','], "").split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use chancery_ner::gazetteer::NameGazetteer;
    use chancery_ner::hash;
    use chancery_ner::hash_table::HashTable;

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
        let bytes = compile_gazetteer(&folder).expect("well-formed lists");
        fs::write(folder.join("locales.jsonl"), "{}\n{\"name\": \n").expect("a temporary file");
        let error = compile_gazetteer(&folder).expect_err("a broken row");
        fs::remove_dir_all(&folder).expect("the folder is ours");

        let gazetteer = NameGazetteer::new(HashTable::parse_prefix(&bytes).expect("as written").0);
        let lists = |word: &str| gazetteer.look_up_word(hash::hash_bytes(word.as_bytes())).0;
        let expected = [
            ("quaria", NameList::Country.list_bit()),
            ("zebulon", NameList::City.list_bit()),
            ("tinytown", NameList::Town.list_bit()),
            ("tiny", NameList::TownAlias.list_bit()),
            ("tayni", 0),
            ("tremont", NameList::Surname.list_bit()),
            ("corwin", NameList::Forename.list_bit()),
            ("osei", NameList::Surname.list_bit()),
            ("ama", NameList::Forename.list_bit()),
        ];
        for (word, list) in expected {
            assert_eq!(lists(word), list, "{word}");
        }
        assert!(format!("{error:#}").contains("locales.jsonl, line 2"), "{error:#}");
    }
}
