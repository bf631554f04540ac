//! The user's list of names, which an archive keeps. All people are invented.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use crate::{Folder, printed};

/// A minister whom no list of the program has, and a guild.
const LIST: &str = "id,name,aliases,label,remark\n\
    7,\"Rakotsoane, Tumelo\",,PER,Minister of Water\n\
    8,Highlands Water Guild,HWG|Water Guild,ORG,\n";

/// The same people under other ids.
const OTHER_LIST: &str = "{\"id\": \"w7\", \"name\": \"Tumelo Rakotsoane\"}\n\
    {\"id\": \"w8\", \"name\": \"Water Guild\", \"label\": \"ORG\"}\n";

const BODIES: [&str; 4] = [
    "Minister Tumelo Rakotsoane left Lesotho. Rakotsoane thanked the Highlands Water Guild.",
    "Mr. Tumelo Rakotsoane came back to Lesotho. He wrote to the Water Guild.",
    "Mrs. Palesa Rakotsoane came to Lesotho.",
    "The Highlands Water Guild met Anna Weidlich in Lesotho.",
];

fn folder() -> Folder {
    let telegrams = BODIES.iter().zip(1..).map(|(body, serial)| {
        let text = format!(
            "R 161305Z JUN 09\nFM AMEMBASSY MASERU\nTO SECSTATE WASHDC {serial}\n\
             C O N F I D E N T I A L MASERU {serial:06}\n\nE.O. 12958: N/A\nTAGS: PREL, LT\n\
             SUBJECT: TALKS {serial}\n\n1. (C) {body}\n"
        );
        (format!("{serial}.txt"), text)
    });
    let mut files: Vec<(String, String)> = telegrams.collect();
    files.push(("ours.csv".into(), LIST.into()));
    files.push(("other.jsonl".into(), OTHER_LIST.into()));
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    Folder::of(&files)
}

/// The own ids of names, by document and text.
fn own_names(lines: &str) -> BTreeMap<(String, String), BTreeSet<String>> {
    let mut found: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for line in lines.lines() {
        let document: Value = serde_json::from_str(line).expect("JSON lines");
        for mention in document["mentions"].as_array().into_iter().flatten() {
            let entity = mention["entity"].as_str().unwrap_or("");
            if entity.starts_with("own:") {
                let text = mention["text"].as_str().unwrap_or("").to_owned();
                let key = (document["id"].to_string(), text);
                found.entry(key).or_default().insert(entity.to_owned());
            }
        }
    }
    found
}

fn export(folder: &Folder, archive: &str) -> BTreeMap<(String, String), BTreeSet<String>> {
    own_names(&printed(folder.chancery(["export", archive, "--format", "jsonl"])))
}

fn add(folder: &Folder, archive: &str, more: &[&str]) {
    let options = ["add", archive, "--engine", "fast", "-q"];
    folder.chancery(options.into_iter().chain(more.iter().copied())).assert().success();
}

fn ids(names: &BTreeMap<(String, String), BTreeSet<String>>) -> BTreeSet<&str> {
    names.values().flatten().map(String::as_str).collect()
}

const FILES: [&str; 4] = ["1.txt", "2.txt", "3.txt", "4.txt"];

#[test]
fn an_archive_keeps_the_users_list() {
    let folder = folder();
    let whole = ["export", "--names", "ours.csv", "--format", "jsonl", "--engine", "fast", "-q"];
    let expected = own_names(&printed(folder.chancery(whole.into_iter().chain(FILES))));
    assert_eq!(ids(&expected), BTreeSet::from(["own:7", "own:8"]));

    // With the first files, later for files that are there, and to files that come later.
    add(&folder, "first", &["1.txt", "2.txt", "3.txt", "4.txt", "--names", "ours.csv"]);
    add(&folder, "later", &FILES);
    assert!(export(&folder, "later").is_empty());
    add(&folder, "later", &["1.txt", "--names", "ours.csv"]);
    add(&folder, "between", &["1.txt", "3.txt"]);
    folder.chancery(["rebuild", "between", "--names", "ours.csv"]).assert().success();
    add(&folder, "between", &["2.txt", "4.txt"]);
    for archive in ["first", "later", "between"] {
        assert_eq!(export(&folder, archive), expected, "{archive}");
        folder.chancery(["verify", archive]).assert().success();
    }
    // Another engine uses the list too.
    let again = ["rebuild", "first", "--mentions", "--engine", "accurate"];
    folder.chancery(again).assert().success();
    assert!(ids(&export(&folder, "first")).contains("own:7"));

    let stats = printed(folder.chancery(["stats", "later"]));
    assert!(stats.contains("\nyour names: ours.csv, 1 person, 1 other; 2 mentioned\n"), "{stats}");
    let stats = printed(folder.chancery(["stats", "later", "--json"]));
    let stats: Value = serde_json::from_str(&stats).expect("JSON");
    assert_eq!(stats["names"]["mentioned"], 2);
}

#[test]
fn a_list_is_replaced_and_removed_and_decisions_follow() {
    let folder = folder();
    add(&folder, "a", &FILES);
    let before = printed(folder.chancery(["export", "a", "--format", "jsonl"]));
    add(&folder, "a", &["1.txt", "--names", "ours.csv"]);
    folder.chancery(["curate", "a", "note", "own:7", "resigned twice"]).assert().success();
    let rebuilt = folder.chancery(["rebuild", "a", "--names", "other.jsonl"]).output();
    let rebuilt = rebuilt.expect("it runs");
    assert_eq!(String::from_utf8_lossy(&rebuilt.stderr), "linked the names of 4 documents again\n");
    let names = export(&folder, "a");
    assert_eq!(ids(&names), BTreeSet::from(["own:w7", "own:w8"]));
    let found = printed(folder.chancery(["search", "a", "--json", "entity:own:7"]));
    let found: Value = serde_json::from_str(&found).expect("JSON");
    assert_eq!(found["total"], 2, "the old id leads to the new one");
    assert_eq!(printed(folder.chancery(["curate", "a", "conflicts"])), "");

    folder.chancery(["rebuild", "a", "--no-names"]).assert().success();
    assert!(!printed(folder.chancery(["stats", "a"])).contains("your names"));
    // All but the note is as if there had never been a list.
    let after = printed(folder.chancery(["export", "a", "--format", "jsonl"]));
    assert_eq!(after, before);
    folder.chancery(["verify", "a"]).assert().success();
}

#[test]
fn a_damaged_list_changes_nothing() {
    let folder = folder();
    fs::write(folder.path("bad.csv"), "id,name,label\n1,Ama Osei,PER\n1,Ports,LOC\n").unwrap();
    let failed = |arguments: &[&str]| {
        let output = folder.chancery(arguments.iter().copied()).output().expect("it runs");
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let message = failed(&["add", "a", "1.txt", "--names", "bad.csv", "-q"]);
    assert!(message.contains("bad.csv: line 3: \"1\" is LOC here and PER in line 2"), "{message}");
    assert!(!folder.path("a").exists());
    let message = failed(&["add", "a", "1.txt", "--names", "none.csv", "-q"]);
    assert!(message.contains("none.csv"), "{message}");
    add(&folder, "a", &["1.txt", "--names", "ours.csv"]);
    failed(&["rebuild", "a", "--names", "bad.csv"]);
    assert_eq!(ids(&export(&folder, "a")), BTreeSet::from(["own:7", "own:8"]));
    let message = failed(&["export", "a", "--names", "ours.csv", "--format", "jsonl"]);
    assert!(message.contains("an archive has its own list of names"), "{message}");
}
