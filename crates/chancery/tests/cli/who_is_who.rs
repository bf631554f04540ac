//! Who is who in an archive: as `entities` says, in whatever order and in however
//! many runs the files were added. All people are invented.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use crate::{Folder, printed, root};

/// A telegram of Maseru.
fn telegram(serial: u32, body: &str) -> String {
    format!(
        "R 161305Z JUN 09\nFM AMEMBASSY MASERU\nTO SECSTATE WASHDC {serial}\n\
         C O N F I D E N T I A L MASERU {serial:06}\n\nE.O. 12958: N/A\nTAGS: PREL, LT\n\
         SUBJECT: TALKS {serial}\n\n1. (C) {body}\n"
    )
}

/// Telegrams, and two volumes that list the same Edith Rassendyll.
fn documents() -> Vec<(String, String)> {
    let volume = fs::read_to_string(root().join("crates/parse/tests/fixtures/volume.xml"));
    let volume = volume.expect("the fixture");
    // The second volume is of other documents, and lists her under another number.
    let second = volume
        .replace("p_RE1", "p_ER9")
        .replace("CALLED.", "CALLED TWICE.")
        .replace("For <gloss", "About <gloss")
        .replace("&lt;sic&gt;", "twice");
    let bodies = [
        "Minister Tumelo Rakotsoane left Lesotho. Rakotsoane met Anna Weidlich.",
        "Mr. Tumelo Rakotsoane came back to Lesotho.",
        "A trader called Weidlich sold cars in Lesotho.",
        "Minister Rakotsoane resigned in Lesotho.",
    ];
    let mut files = vec![("one.xml".to_owned(), volume), ("two.xml".to_owned(), second)];
    let telegrams = bodies.iter().zip(1..);
    files.extend(telegrams.map(|(body, serial)| (format!("{serial}.txt"), telegram(serial, body))));
    files
}

fn folder() -> Folder {
    let files = documents();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    Folder::of(&files)
}

/// The id of the entity of each person, by document and place.
fn persons(folder: &Folder, archive: &str) -> BTreeMap<(String, u64), (String, String)> {
    let exported = printed(folder.chancery(["export", archive, "--format", "jsonl"]));
    let mut persons = BTreeMap::new();
    for line in exported.lines() {
        let document: Value = serde_json::from_str(line).expect("JSON lines");
        for mention in document["mentions"].as_array().into_iter().flatten() {
            let place = (document["id"].to_string(), mention["start"].as_u64().expect("a place"));
            let entity = mention["entity"].as_str().unwrap_or("").to_owned();
            let text = mention["text"].as_str().unwrap_or("").to_owned();
            if mention["label"] == "PER" {
                persons.insert(place, (entity, text));
            }
        }
    }
    persons
}

/// The forms of each person, whatever the ids.
fn forms(persons: &BTreeMap<(String, u64), (String, String)>) -> BTreeSet<BTreeMap<String, u64>> {
    let mut by_entity: BTreeMap<&str, BTreeMap<String, u64>> = BTreeMap::new();
    for (entity, text) in persons.values() {
        let form = text.split_whitespace().collect::<Vec<_>>().join(" ");
        *by_entity.entry(entity).or_default().entry(form).or_default() += 1;
    }
    by_entity.into_values().collect()
}

#[test]
fn archives_agree_with_entities_in_every_order() {
    let folder = folder();
    let names: Vec<String> = documents().into_iter().map(|(name, _)| name).collect();
    let add = |archive: &str, names: &[&String]| {
        let paths = names.iter().map(|name| name.as_str());
        let options = ["add", archive, "--engine", "fast", "-q"];
        folder.chancery(options.into_iter().chain(paths)).assert().success();
    };
    add("forward", &names.iter().collect::<Vec<_>>());
    add("backward", &names.iter().rev().collect::<Vec<_>>());
    for name in [4, 0, 5, 2, 1, 3].map(|at| &names[at]) {
        add("one-by-one", &[name]);
    }
    let expected = persons(&folder, "forward");
    assert_eq!(persons(&folder, "backward"), expected);
    assert_eq!(persons(&folder, "one-by-one"), expected);
    // In two runs, of which the second has the volumes.
    let (volumes, telegrams): (Vec<&String>, Vec<&String>) =
        names.iter().partition(|name| ["one.xml", "two.xml"].contains(&name.as_str()));
    add("two-runs", &telegrams);
    add("two-runs", &volumes);
    assert_eq!(persons(&folder, "two-runs"), expected);
    folder
        .chancery(["rebuild", "forward", "--mentions", "--engine", "accurate"])
        .assert()
        .success();
    folder.chancery(["rebuild", "forward", "--mentions", "--engine", "fast"]).assert().success();
    assert_eq!(persons(&folder, "forward"), expected);

    let listed = printed(
        folder.chancery(
            ["entities", "--json", "--engine", "fast", "--label", "PER", "-q"]
                .into_iter()
                .chain(names.iter().map(String::as_str)),
        ),
    );
    let of_entities: BTreeSet<BTreeMap<String, u64>> = listed
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON lines"))
        .map(|entity| serde_json::from_value(entity["forms"].clone()).expect("counts"))
        .collect();
    assert_eq!(forms(&expected), of_entities);
}

#[test]
fn persons_are_joined_by_evidence_only() {
    let folder = folder();
    let names: Vec<String> = documents().into_iter().map(|(name, _)| name).collect();
    let paths = names.iter().map(String::as_str);
    folder
        .chancery(["add", "a", "--engine", "fast", "-q"].into_iter().chain(paths))
        .assert()
        .success();
    let persons = persons(&folder, "a");
    let entities = |form: &str| -> BTreeSet<&str> {
        let of_form = persons.values().filter(|(_, text)| text == form);
        of_form.map(|(entity, _)| entity.as_str()).collect()
    };
    // Both volumes list her.
    assert_eq!(entities("Edith Rassendyll"), BTreeSet::from(["one:p_RE1"]));
    assert!(entities("RASSENDYLL").iter().all(|id| *id == "one:p_RE1"), "{persons:?}");
    // The minister is one man in four telegrams, by name, title and country.
    let minister = entities("Tumelo Rakotsoane");
    assert_eq!((minister.len(), entities("Rakotsoane")), (1, minister));
    // Nothing says that the trader is Anna.
    assert!(entities("Anna Weidlich").is_disjoint(&entities("Weidlich")), "{persons:?}");

    let found = printed(folder.chancery(["search", "a", "--json", "person:\"Tumelo Rakotsoane\""]));
    let found: Value = serde_json::from_str(&found).expect("JSON");
    assert_eq!(found["total"], 3);
}

#[test]
fn decisions_follow_the_persons_that_later_documents_tell_apart() {
    let folder = Folder::of(&[]);
    let add = |serial: u32, post: &str, body: &str| {
        let text = telegram(serial, body).replace("MASERU", post).replace(", LT", "");
        let name = format!("{serial}.txt");
        fs::write(folder.path(&name), text).expect("a telegram");
        folder.chancery(["add", "a", &name, "--engine", "fast", "-q"]).assert().success();
    };
    let person = |form: &str| -> BTreeSet<String> {
        let persons = persons(&folder, "a").into_values();
        persons.filter(|(_, text)| text == form).map(|(entity, _)| entity).collect()
    };
    let first = |form: &str| person(form).into_iter().next().expect("a person");
    let count = |query: &str| -> Value {
        let found = printed(folder.chancery(["search", "a", "--json", query]));
        serde_json::from_str::<Value>(&found).expect("JSON")["total"].clone()
    };
    add(1, "MASERU", "Mr. Karl Weidlich sold cars.");
    let alone = first("Karl Weidlich");
    folder.chancery(["curate", "a", "rename", &alone, "Weidlich the trader"]).assert().success();
    // Another man of this name, in another country.
    add(2, "OSLO", "Mr. Karl Weidlich bought boats.");
    assert_eq!(person("Karl Weidlich").len(), 2);
    assert_eq!((count(&format!("entity:{alone}")), count("person:trader")), (1.into(), 1.into()));
    // A surname that later turns out to be a known man.
    add(3, "MASERU", "Minister Rakotsoane resigned in Lesotho.");
    let surname = first("Rakotsoane");
    folder.chancery(["curate", "a", "note", &surname, "resigned twice"]).assert().success();
    add(4, "MASERU", "Minister Tumelo Rakotsoane left Lesotho.");
    assert_eq!(person("Rakotsoane"), person("Tumelo Rakotsoane"));
    assert_eq!((count(&format!("entity:{surname}")), count("note:twice")), (2.into(), 2.into()));
    let conflicts = printed(folder.chancery(["curate", "a", "conflicts"]));
    assert_eq!(conflicts, "");
    folder.chancery(["verify", "a"]).assert().success();
}
