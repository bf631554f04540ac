//! Archives learn the page lines of their documents. All people, posts and archives are
//! invented.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{Folder, printed};

/// A stamp, a banner and an attribute tail, each with names.
const STAMP: &str = "Released in 2014 by Margaret Ashworth, National Library of Norway, sheet";
const BANNER: &str = "COLLECTION OF JOHN HARTWELL, LIBRARY OF OSLO";
const ATTRIBUTES: [&str; 5] = [
    "Custodian: National Library of Norway, Oslo",
    "Film Number: R12-",
    "Retention: permanent",
    "Review History: Margaret Ashworth, Oslo",
    "Sheet: ",
];

/// What the texts say truly: a post, a signer, a drafter.
const BODY: &str = "Minister Anna Weidlich left Lisbon and saw Pedro Almeida of the Bank of \
    Portugal about ";

#[derive(Clone, Copy)]
enum Furniture {
    All,
    None,
}

/// Document `n` in one of three layouts, with page lines or without.
fn document(n: usize, furniture: Furniture) -> String {
    let (banner, stamp, tail) = match furniture {
        Furniture::None => (String::new(), String::new(), String::new()),
        Furniture::All => {
            let lines = ATTRIBUTES.map(|line| {
                let is_number = line.ends_with(['-', ' ']);
                if is_number { format!("{line}{n}") } else { line.to_owned() }
            });
            (format!("{BANNER}\n\n"), format!("{STAMP} {n}\n\n"), lines.join("\n"))
        }
    };
    match n % 3 {
        0 => format!(
            "{banner}{stamp}R 161305Z JUN 09\nFM AMEMBASSY MASERU\nTO SECSTATE WASHDC {n}\n\
             C O N F I D E N T I A L MASERU {n:06}\n\nE.O. 12958: N/A\nTAGS: PREL, LT\n\
             SUBJECT: TALKS {n}\n\n1. (C) {BODY}{n} ships.\n\nTREVELYAN\n\n{tail}\n"
        ),
        1 => format!(
            "{banner}MEMORANDUM FOR: The Director\nFROM: Helen Mott\nSUBJECT: Trawlers, part {n}\n\
             DATE: 12 May 1974\n\n{BODY}{n} trawlers.\n\n{stamp}{tail}\n"
        ),
        _ => format!(
            "{banner}{stamp}Dear Sir,\n\n{BODY}{n} crowns.\n\nYours truly,\n\nJohn Trevelyan\n\n{tail}\n"
        ),
    }
}

fn folder(count: usize, furniture: Furniture) -> Folder {
    let files: Vec<(String, String)> =
        (0..count).map(|n| (format!("papers/{n:03}.txt"), document(n, furniture))).collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    Folder::of(&files)
}

fn run(folder: &Folder, command: &[&str]) -> String {
    let output = folder.chancery(command.iter().copied()).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{command:?}: {said}");
    said
}

/// The names of each document, by its path.
fn names(folder: &Folder, archive: &str) -> BTreeMap<String, Vec<String>> {
    let lines = printed(folder.chancery(["export", archive, "--format", "jsonl"]));
    let documents = lines.lines().map(|line| {
        let document: Value = serde_json::from_str(line).expect("JSON lines");
        let mentions = document["mentions"].as_array().expect("mentions").iter();
        let names = mentions.map(|mention| mention["text"].as_str().unwrap_or("").to_owned());
        (document["source"].to_string(), names.collect())
    });
    documents.collect()
}

/// The names that only page lines have.
fn false_names<'a>(names: impl IntoIterator<Item = &'a Vec<String>>) -> usize {
    let words = ["Ashworth", "Norway", "HARTWELL", "OSLO", "Oslo"];
    names.into_iter().flatten().filter(|name| words.iter().any(|word| name.contains(word))).count()
}

const ADD: [&str; 5] = ["add", "a", "--engine", "fast", "papers"];

#[test]
fn no_name_comes_from_a_stamp_a_banner_or_attributes() {
    let folder = folder(500, Furniture::All);
    let said = run(&folder, &ADD);
    assert!(said.contains("500 documents without the names in learnt page lines"), "{said}");
    let learned = names(&folder, "a");
    assert_eq!((learned.len(), false_names(learned.values())), (500, 0));
    let truly = ["Anna Weidlich", "Pedro Almeida", "Lisbon", "Bank of Portugal"];
    for (path, names) in &learned {
        for name in truly {
            assert!(names.iter().any(|found| found == name), "{path} lacks {name}: {names:?}");
        }
    }
    let stats = printed(folder.chancery(["stats", "a"]));
    let title = "page lines of all documents, without names: documents, of those compared\n";
    assert!(stats.contains(title) && stats.contains(BANNER), "{stats}");
    let stats = printed(folder.chancery(["stats", "a", "--json"]));
    let stats: Value = serde_json::from_str(&stats).expect("JSON");
    assert_eq!(stats["learned_lines"][0]["compared"], 400);
    let entities = stats["entities"].to_string();
    assert!(!entities.contains("Ashworth") && !entities.contains("Oslo"), "{entities}");
    // The words are still found.
    let found = printed(folder.chancery(["search", "a", "--json", "ashworth"]));
    assert_eq!(serde_json::from_str::<Value>(&found).expect("JSON")["total"], 500);
    run(&folder, &["verify", "a"]);
    let said = run(&folder, &ADD);
    assert!(!said.contains("page lines"), "nothing is new: {said}");
}

#[test]
fn a_collection_without_page_lines_loses_no_name() {
    let folder = folder(500, Furniture::None);
    run(&folder, &ADD);
    run(&folder, &["add", "b", "--engine", "fast", "papers", "--no-learned-lines"]);
    assert_eq!(names(&folder, "a"), names(&folder, "b"));
    let stats = printed(folder.chancery(["stats", "a", "--json"]));
    let stats: Value = serde_json::from_str(&stats).expect("JSON");
    assert_eq!(stats["learned_lines"], Value::Array(Vec::new()));
}

#[test]
fn learning_is_undone_and_depends_on_no_order() {
    let folder = folder(72, Furniture::All);
    run(&folder, &["add", "plain", "--engine", "fast", "papers", "--no-learned-lines"]);
    let plain = names(&folder, "plain");
    assert!(false_names(plain.values()) > 200, "the page lines have names");
    run(&folder, &ADD);
    let whole = names(&folder, "a");
    assert_eq!(false_names(whole.values()), 0);

    // In parts: the first are too few to learn from.
    let files: Vec<String> = (0..72).rev().map(|n| format!("papers/{n:03}.txt")).collect();
    for part in files.chunks(30) {
        let add = ["add", "parts", "--engine", "fast", "-q"];
        folder.chancery(add.into_iter().chain(part.iter().map(String::as_str))).assert().success();
        let is_learned = false_names(names(&folder, "parts").values()) == 0;
        let count = names(&folder, "parts").len();
        assert_eq!(is_learned, count >= 50, "{count} documents");
    }
    assert_eq!(names(&folder, "parts"), whole);

    // Another engine finds none there either, and the first restores all names.
    run(&folder, &["rebuild", "parts", "--mentions", "--engine", "fast"]);
    assert_eq!(names(&folder, "parts"), whole);
    let said = run(&folder, &["rebuild", "parts", "--no-learned-lines", "--engine", "fast"]);
    assert_eq!(said, "page lines changed the names of 72 documents\n");
    assert_eq!(names(&folder, "parts"), plain);
    let stats = printed(folder.chancery(["stats", "parts"]));
    assert!(stats.contains("\npage lines are not learnt"), "{stats}");
    run(&folder, &["rebuild", "parts", "--learned-lines", "--engine", "fast"]);
    assert_eq!(names(&folder, "parts"), whole);
    run(&folder, &["verify", "parts"]);
    let counted: BTreeSet<String> =
        ["a", "parts"].iter().map(|a| printed(folder.chancery(["stats", a, "--json"]))).collect();
    assert_eq!(counted.len(), 1, "{counted:?}");
}
