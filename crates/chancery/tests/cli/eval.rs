//! `chancery eval`: every figure here was counted by hand.

use serde_json::Value;
use snapbox::dir::DirRoot;
use snapbox::str;

use crate::{at, chancery, folder, printed};

const GOLD: &str = "\
-DOCSTART-\tO\n\n\
Ama\tB-PER\nOsei\tI-PER\nmet\tO\nGhanaian\tB-MISC\nofficials\tO\nin\tO\nAccra\tB-LOC\n.\tO\n\n\
-DOCSTART-\tO\n\n\
The\tO\nMinistry\tB-ORG\nof\tI-ORG\nFisheries\tI-ORG\nthanked\tO\nOsei\tB-PER\n.\tO\n\n";

/// Border of "Ama Osei" wrong, "Ghanaian" missed, "Accra" of another class,
/// "thanked" invented; the ministry and the second Osei right.
const FOUND: &str = "\
-DOCSTART-\tO\n\n\
Ama\tO\nOsei\tB-PER\nmet\tO\nGhanaian\tO\nofficials\tO\nin\tO\nAccra\tB-ORG\n.\tO\n\n\
-DOCSTART-\tO\n\n\
The\tO\nMinistry\tB-ORG\nof\tI-ORG\nFisheries\tI-ORG\nthanked\tB-MISC\nOsei\tB-PER\n.\tO\n\n";

fn files() -> DirRoot {
    folder(&[("gold.tsv", GOLD.as_bytes()), ("found.tsv", FOUND.as_bytes())])
}

#[test]
fn table() {
    let folder = files();
    chancery(["eval", &at(&folder, "gold.tsv"), "--pred", &at(&folder, "found.tsv")])
        .assert()
        .success()
        .stdout_eq(str![[r#""#]]);
}

#[test]
fn json() {
    let folder = files();
    let arguments =
        ["eval", "--json", &at(&folder, "gold.tsv"), "--pred", &at(&folder, "found.tsv")];
    chancery(arguments).assert().success().stdout_eq(str![[r#""#]]);
}

#[test]
fn mistakes_are_listed_by_kind() {
    let folder = files();
    let gold = at(&folder, "gold.tsv");
    let found = at(&folder, "found.tsv");
    let listing = printed(["eval", "--errors", &gold, "--pred", &found]);
    snapbox::assert_data_eq!(listing.replace(&gold, "gold.tsv"), str![[r#""#]]);
}

#[test]
fn a_class_can_be_left_out() {
    let folder = files();
    let gold = at(&folder, "gold.tsv");
    let pred = at(&folder, "found.tsv");
    let printed = printed(["eval", "--json", "--ignore", "MISC", &gold, "--pred", &pred]);
    let score: Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(score.get("MISC"), None);
    assert_eq!(score["counts"]["overall"]["gold"], 4);
    assert_eq!(score["counts"]["overall"]["found"], 4);
}

#[test]
fn tags_out_of_sequence_are_no_names() {
    let folder = folder(&[
        ("gold.tsv", b"Ama\tB-PER\nOsei\tI-PER\n.\tO\n"),
        ("found.tsv", b"Ama\tO\nOsei\tI-PER\n.\tI-LOC\n"),
    ]);
    chancery(["eval", &at(&folder, "gold.tsv"), "--pred", &at(&folder, "found.tsv")])
        .assert()
        .success()
        .stdout_eq(str![[r#""#]])
        .stderr_eq(str![[r#""#]]);
}

#[test]
fn gold_against_itself_is_perfect() {
    let text = "Ama Osei’s boat left Tema.\n\nLater Osei came to Lomé.\n";
    let mentions = r#"{"mentions": [[0, 8, "PER"], [21, 25, "LOC"], [34, 38, "PER"], [47, 51, "LOC"]],
        "optional": [[11, 15]]}"#;
    let folder = folder(&[
        ("gold.tsv", GOLD.as_bytes()),
        ("pair.txt", text.as_bytes()),
        ("pair.json", mentions.as_bytes()),
    ]);
    for gold in ["gold.tsv", "pair.txt", "pair.json", ""] {
        let gold = at(&folder, gold);
        let printed = printed(["eval", "--json", &gold, "--pred", &gold]);
        let score: Value = serde_json::from_str(&printed).expect("JSON");
        assert_eq!(score["overall"]["f1"], 100.0, "{gold}");
    }
}

#[test]
fn the_engine_runs_on_tokens_and_on_text() {
    let folder = folder(&[
        ("gold.tsv", GOLD.as_bytes()),
        ("pair.txt", b"Ama Osei left Tema.\n"),
        ("pair.json", br#"{"mentions": [[0, 8, "PER"], [14, 18, "LOC"]], "optional": []}"#),
    ]);
    let all = at(&folder, "");
    for edit in [None, Some("--capitals")] {
        let arguments = ["eval", "--json", "--engine", "fast", &all];
        let printed = printed(arguments.into_iter().chain(edit));
        let score: Value = serde_json::from_str(&printed).expect("JSON");
        assert_eq!(score["counts"]["overall"]["gold"], 7);
    }
}

#[test]
fn predictions_for_another_text_are_refused() {
    let folder = folder(&[("gold.tsv", GOLD.as_bytes()), ("other.tsv", b"Kofi\tB-PER\n")]);
    let (gold, other) = (at(&folder, "gold.tsv"), at(&folder, "other.tsv"));
    let output = chancery(["eval", &gold, "--pred", &other]).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr).replace(&other, "other.tsv");
    snapbox::assert_data_eq!(told, str![[r#""#]]);
}
