//! Who signed or classified: the cable cases, with post and date.
//!
//! The cases are ends and heads of telegrams; post and date, which decide who
//! an officer is, stand in signers.tsv and are put in front. A case that the
//! table lacks has an officer whom the facts do not know.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::{Folder, printed};
use crate::shared_data::shared_data;

/// Post, date and officer of the cases.
const OFFICERS: &str = include_str!("signers.tsv");

/// A case with what the table says of it.
struct Case {
    id: String,
    text: String,
    /// The last word of the name.
    family: String,
    post: &'static str,
    date: &'static str,
    /// The officer's id, where the facts have one.
    officer: Option<String>,
    /// Whether the facts have the officer at this post on that day.
    is_here: bool,
}

/// How many names are linked rightly, wrongly or not at all, and how many
/// officers the facts have at the post on that day and how many of them are
/// linked.
#[derive(Debug, Default)]
struct Tally {
    right: u32,
    wrong: u32,
    abstained: u32,
    here: u32,
    linked_here: u32,
}

/// The signers and classifiers of the cable cases.
fn cases() -> Option<Vec<Case>> {
    let raw = fs::read_to_string(shared_data("data/cable-cases/cases.json")?).expect("the cases");
    let all: Vec<Value> = serde_json::from_str(&raw).expect("the cases are JSON");
    let rows = OFFICERS.lines().filter(|row| !row.starts_with('#'));
    let table: BTreeMap<&str, Vec<&str>> = rows
        .filter_map(|row| row.split_once('\t'))
        .map(|(id, rest)| (id, rest.split('\t').collect()))
        .collect();
    let is_signed = |case: &&Value| case["group"] == "signers" || case["group"] == "classified_by";
    let cases = all.iter().filter(is_signed).filter_map(|case| {
        let id = case["id"].as_str()?.to_owned();
        let name =
            case["expected"][0].as_str()?.trim_end_matches(", JR.").trim_end_matches(", Jr.");
        let text = case["input"].as_str()?.replace("##", "");
        let row = table.get(id.as_str());
        let cell = |at: usize| row.and_then(|row| row.get(at)).copied().unwrap_or("");
        Some(Case {
            text,
            family: name.rsplit(' ').next()?.to_owned(),
            post: cell(0),
            date: cell(1),
            officer: Some(cell(2)).filter(|id| id.len() > 1).map(|id| format!("pocom:{id}")),
            is_here: cell(3) == "here",
            id,
        })
    });
    let cases: Vec<Case> = cases.collect();
    assert!(table.keys().all(|id| cases.iter().any(|case| case.id == *id)), "the cases exist");
    Some(cases)
}

/// The case as a telegram of its post.
fn telegram(case: &Case) -> String {
    let Case { post, date, text, .. } = case;
    let from = match *post {
        "" => return text.clone(),
        "ALEXANDRIA" | "ADANA" => format!("AMCONSUL {post}"),
        _ if post.starts_with("SECSTATE") || post.contains("US") || post.starts_with("UNVIE") => {
            (*post).to_owned()
        }
        _ => format!("AMEMBASSY {post}"),
    };
    let to = if post.starts_with("SECSTATE") { "AMEMBASSY PARIS" } else { "SECSTATE WASHDC" };
    format!("R {date}\nFM {from}\nTO {to}\nBT\nSUBJECT: REPORT\n\n{text}")
}

/// The entity of a name: where the telegram has it last.
fn entity(document: &Value, family: &str) -> String {
    let mentions = document["mentions"].as_array().expect("mentions");
    let is_named = |mention: &&Value| {
        let text = mention["text"].as_str().unwrap_or("");
        text.replace(['\n', ' '], "").contains(family)
    };
    let last = mentions.iter().rfind(is_named);
    last.and_then(|mention| mention["entity"].as_str()).unwrap_or("").to_owned()
}

#[test]
fn cable_signers_are_officers_of_the_post_or_unlinked() {
    let Some(cases) = cases() else { return };
    let files: Vec<(String, String)> = cases
        .iter()
        .map(|case| (format!("{}.txt", case.id.replace('/', "-")), telegram(case)))
        .collect();
    let pairs: Vec<(&str, &[u8])> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let folder = Folder::of(&pairs);
    let lines =
        printed(folder.chancery(["annotate", "--engine", "fast", "--format", "jsonl", "."]));
    let documents: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("JSON lines")).collect();
    let mut tally = Tally::default();
    for (case, (file, _)) in cases.iter().zip(&files) {
        let of_case = |document: &&Value| {
            document["source"].as_str().is_some_and(|source| source.ends_with(file.as_str()))
        };
        let document = documents.iter().find(of_case).expect("every case is a document");
        let found = entity(document, &case.family);
        let source = found.split(':').next().unwrap_or("");
        let is_linked = ["pocom", "people", "visits", "travels"].contains(&source);
        let is_right = case.officer.as_deref() == Some(found.as_str());
        tally.right += u32::from(is_linked && is_right);
        tally.wrong += u32::from(is_linked && !is_right);
        tally.abstained += u32::from(!is_linked);
        tally.here += u32::from(case.is_here);
        tally.linked_here += u32::from(case.is_here && is_linked);
        if (is_linked || case.is_here) && !is_right {
            println!(
                "{} {} at {}: {found:?}, not {:?}",
                case.id, case.family, case.post, case.officer
            );
        }
    }
    println!("{tally:?}");
    assert!(tally.here >= 40, "{tally:?}");
    let linked = tally.right + tally.wrong;
    assert!(tally.right * 100 >= linked * 97, "{tally:?}");
    assert!(tally.linked_here * 10 >= tally.here * 6, "{tally:?}");
}
