//! Who signed: the signers of the cable cases, with post and date.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{Folder, printed, root};

/// Cases whose post and date are known, and the officer.
const SIGNERS: &str = include_str!("signers.tsv");

/// Names of posts in message lines: those of the Department and of consulates.
fn origin(post: &str) -> String {
    match post {
        "SECSTATE WASHDC" => post.to_owned(),
        "ALEXANDRIA" => format!("AMCONSUL {post}"),
        _ => format!("AMEMBASSY {post}"),
    }
}

/// The texts of the cable cases, by id.
fn cases(shared: &Path) -> Option<Vec<Value>> {
    let raw = fs::read_to_string(shared.join("data/cable-cases/cases.json")).ok()?;
    Some(serde_json::from_str(&raw).expect("the cases are JSON"))
}

/// The entity of the name that stands last, as the program has it.
fn signer(folder: &Folder, name: &str) -> String {
    let arguments = ["annotate", "--engine", "fast", "--format", "jsonl", "signed.txt"];
    let line = printed(folder.chancery(arguments));
    let document: Value = serde_json::from_str(&line).expect("one document");
    let mentions = document["mentions"].as_array().expect("mentions");
    let named = |mention: &&Value| mention["text"].as_str().is_some_and(|text| text.contains(name));
    let last = mentions.iter().rfind(named);
    last.and_then(|mention| mention["entity"].as_str()).unwrap_or("").to_owned()
}

#[test]
fn signers_of_the_cable_cases_are_the_officers_of_the_post_or_nobody() {
    let Some(cases) = cases(&root().join("../shared")) else {
        eprintln!("no cable cases, skipped");
        return;
    };
    let (mut right, mut wrong, mut abstained, mut known) = (0, 0, 0, 0);
    for row in SIGNERS.lines().filter(|row| !row.starts_with('#')) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [number, post, date, officer] = cells[..4] else { panic!("{row}") };
        let id = format!("signers/{number}");
        let case = cases.iter().find(|case| case["id"] == *id).expect("the table's cases exist");
        let (text, name) = (&case["input"], &case["expected"][0]);
        let text = text.as_str().expect("a text").replace("##", "");
        let to = if post == "SECSTATE WASHDC" { "AMEMBASSY PARIS" } else { "SECSTATE WASHDC" };
        let telegram =
            format!("R {date}\nFM {}\nTO {to}\nBT\nSUBJECT: REPORT\n\n{text}", origin(post));
        let folder = Folder::of(&[("signed.txt", telegram.as_bytes())]);
        let found = signer(&folder, name.as_str().expect("a name"));
        let source = found.split(':').next().unwrap_or("");
        let linked = ["pocom", "people", "visits", "travels"].contains(&source);
        known += u32::from(officer != "?");
        match linked {
            true if found == officer => right += 1,
            true => wrong += 1,
            false => abstained += 1,
        }
        if found != officer && (linked || officer != "?") {
            println!("{number} {name} at {post}: {found:?}, not {officer}");
        }
    }
    println!("{right} right, {wrong} wrong, {abstained} abstained; {known} officers in the facts");
    assert!(known >= 19 && wrong == 0, "{wrong} of {}", right + wrong);
    assert!(right * 10 >= known * 6, "{right} of {known}");
}
