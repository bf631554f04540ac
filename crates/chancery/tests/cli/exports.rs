//! Exports in every format, and imports of what can be read back.
//!
//! Other programs' view of the exports is `scripts/check_exports.py`.

use std::collections::BTreeMap;

use serde_json::Value;
use snapbox::str;

use crate::interrupted::telegrams;
use crate::{CAPITALS, Folder, TELEGRAM, chancery, printed};

/// Every format that can be read back.
const READABLE: [&str; 10] =
    ["brackets", "conll", "jsonl", "standoff", "brat", "w3c", "tei", "spacy", "parquet", "arrow"];

/// A folder with an archive `a` of the examples and ten telegrams.
fn archive() -> Folder {
    let folder = Folder::of(&[]);
    telegrams(&folder.path("in"), 10);
    for example in [TELEGRAM, CAPITALS] {
        let name = example.rsplit('/').next().expect("a name");
        std::fs::copy(crate::root().join(example), folder.path("in").join(name)).expect("a copy");
    }
    folder.chancery(["add", "a", "in", "--quiet"]).assert().success();
    folder
}

/// The names of a jsonl export by document: start, end, label.
fn names(jsonl: &str) -> BTreeMap<String, Vec<(u64, u64, String)>> {
    let mut all = BTreeMap::new();
    for line in jsonl.lines() {
        let document: Value = serde_json::from_str(line).expect("JSON");
        let name = |mention: &Value| {
            let at = |key: &str| mention[key].as_u64().expect("a number");
            (at("start"), at("end"), mention["label"].as_str().expect("a label").to_owned())
        };
        let mentions = document["mentions"].as_array().expect("mentions");
        let id = document["id"].as_str().expect("an id").to_owned();
        all.insert(id, mentions.iter().map(name).collect());
    }
    all
}

fn remove(folder: &Folder, name: &str) {
    let path = folder.path(name);
    let _ = std::fs::remove_file(&path).or_else(|_| std::fs::remove_dir_all(&path));
}

#[test]
fn what_is_exported_is_imported_again() {
    let folder = archive();
    let own = names(&printed(folder.chancery(["export", "a"])));
    let count: usize = own.values().map(Vec::len).sum();
    assert!(own.len() > 10 && count > 100, "{count} names in {} documents", own.len());
    for format in READABLE {
        remove(&folder, "out");
        folder.chancery(["export", "a", "--format", format, "-o", "out"]).assert().success();
        folder
            .chancery(["import", "a", "out", "--format", format, "--set", format])
            .assert()
            .success();
        let exported = names(&printed(folder.chancery(["export", "a", "--set", format])));
        assert_eq!(exported, own, "{format}");
    }
    let score =
        printed(folder.chancery(["eval", "a", "--set", "tei", "--pred-set", "conll", "--json"]));
    let score: Value = serde_json::from_str(&score).expect("JSON");
    assert_eq!(score["overall"]["f1"], 100.0);
    folder.chancery(["verify", "a"]).assert().success();
}

#[test]
fn new_documents_keep_the_imported_names() {
    let folder = archive();
    folder.chancery(["export", "a", "--format", "parquet", "-o", "out"]).assert().success();
    let exported = printed(folder.chancery(["export", "a"]));
    folder
        .chancery(["import", "b", "out", "--format", "parquet", "--set", "run"])
        .assert()
        .success();
    let imported = printed(folder.chancery(["export", "b"]));
    assert_eq!(names(&imported), names(&exported));
    let entities = |jsonl: &str| -> Vec<Value> {
        let line =
            |line: &str| serde_json::from_str::<Value>(line).expect("JSON")["entities"].clone();
        jsonl.lines().map(line).collect()
    };
    assert_eq!(entities(&imported), entities(&exported));
    folder.chancery(["verify", "b"]).assert().success();
    // Again: the same set, nothing new.
    folder
        .chancery(["import", "b", "out", "--format", "parquet", "--set", "run"])
        .assert()
        .success()
        .stderr_eq(str![[r#"
[..] names imported into the set "run": [..] documents of the archive, 0 documents added

"#]]);
}

#[test]
fn a_query_selects_the_exported_documents() {
    let folder = archive();
    let part = printed(folder.chancery(["export", "a", "--query", "\"shipment 7\""]));
    assert_eq!(names(&part).len(), 1, "{part}");
    let other = folder.chancery(["export", "in", "--query", "fisheries"]);
    other.assert().failure().stderr_eq(str![[r#"
chancery: in: not an archive; --query and --set need one

"#]]);
}

#[test]
fn files_are_annotated_before_export() {
    let annotate = ["annotate", TELEGRAM, CAPITALS, "-q", "--engine", "fast", "--format", "jsonl"];
    let export = ["export", TELEGRAM, CAPITALS, "--engine", "fast"];
    assert_eq!(printed(chancery(export)), printed(chancery(annotate)));
}

#[test]
fn several_files_need_a_folder() {
    let folder = archive();
    for format in ["brat", "standoff"] {
        let output = folder.chancery(["export", "a", "--format", format]);
        let output = output.output().expect("the program runs");
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains("name a folder with --output"));
    }
    let columns = printed(folder.chancery(["export", "a", "--format", "conll"]));
    assert!(columns.starts_with("-DOCSTART-\tO\n"));
}

#[test]
fn unknown_sets_are_errors_that_list_the_sets() {
    let folder = archive();
    folder.chancery(["export", "a", "--set", "ana"]).assert().failure().stderr_eq(str![[r#"
chancery: ana: the archive has no annotation sets (`chancery import` adds one)

"#]]);
    folder.chancery(["export", "a", "-o", "out.jsonl"]).assert().success();
    folder.chancery(["import", "a", "out.jsonl", "--set", "bob"]).assert().success();
    folder.chancery(["eval", "a", "--set", "ana"]).assert().failure().stderr_eq(str![[r#"
chancery: ana: no such annotation set; the archive has bob

"#]]);
}

#[test]
fn completions_and_manuals_have_every_command() {
    let help = printed(chancery(["--help"]));
    let listed = help.lines().take_while(|line| *line != "Options:");
    let listed = listed.filter(|line| line.starts_with("  "));
    let commands: Vec<&str> = listed.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.len() > 18, "{commands:?}");
    for shell in ["bash", "zsh", "fish"] {
        let script = printed(chancery(["completions", shell]));
        let missing: Vec<_> =
            commands.iter().filter(|command| !script.contains(**command)).collect();
        assert!(missing.is_empty(), "{shell}: {missing:?}");
    }
    let folder = Folder::of(&[]);
    folder.chancery(["man", "--output", "man"]).assert().success();
    for command in commands {
        let page = folder.read(&format!("man/chancery-{command}.1"));
        assert!(page.contains(".SH SYNOPSIS"), "{command}: {page}");
    }
    let script = printed(chancery(["completions", "bash"]));
    assert!(script.contains("--pred-set") && script.contains("graphml"));
    let page = folder.read("man/chancery-export.1");
    assert!(page.contains("ARCHIVE|PATH") && page.contains("geojson"), "{page}");
}

/// The crates that read columns panic on some of these files; the user gets only
/// the error.
#[test]
fn damaged_columns_are_errors_without_panic_messages() {
    let folder = archive();
    folder.chancery(["export", "a", "--format", "arrow", "-o", "whole"]).assert().success();
    let whole = std::fs::read(folder.path("whole")).expect("the export");
    let mut refused = 0;
    for at in (0..whole.len()).step_by(whole.len() / 50) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xA5;
        std::fs::write(folder.path("torn"), bytes).expect("disk space");
        let run = folder.chancery(["convert", "--from", "arrow", "--to", "jsonl", "torn"]);
        let output = run.output().expect("the program runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!stderr.contains("panicked"), "byte {at}: {stderr}");
        refused += usize::from(output.status.code() == Some(1));
    }
    assert!(refused > 0);
}
