//! `chancery statements`, and statements in archives: kept, searched, exported.

use serde_json::Value;

use super::{Folder, printed};

const TELEGRAM: &str = "UNCLAS VALLETTA 000001\n\nSUBJECT: THE PORT\n\n\
    1. (U) Minister Karim Benhaddou met Ines Okafor in Valletta. Benhaddou told Okafor that the \
    port would open in May. Okafor replied that the fund had no money.\n";

fn folder_with_telegram() -> Folder {
    Folder::of(&[("in/09VALLETTA1.txt", TELEGRAM.as_bytes())])
}

fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn statements_of_files_and_of_an_archive_are_the_same() {
    let folder = folder_with_telegram();
    let run = |arguments: &[&'static str]| printed(folder.chancery(arguments.iter().copied()));
    let of_files =
        run(&["statements", "in/09VALLETTA1.txt", "--engine", "fast", "--json", "--quiet"]);
    let rows = json_lines(&of_files);
    let told: Vec<[&str; 4]> = rows
        .iter()
        .map(|row| ["speaker", "hearer", "cue", "content"].map(|key| row[key].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ["Karim Benhaddou", "Ines Okafor", "told", "the port would open in May"],
            ["Ines Okafor", "Karim Benhaddou", "replied", "the fund had no money"],
        ]
    );
    run(&["add", "archive", "in", "--engine", "fast", "--quiet"]);
    let key = |row: &Value| {
        ["speaker", "hearer", "content", "score", "raw_start"].map(|key| row[key].clone())
    };
    let of_archive = json_lines(&run(&["statements", "archive", "--json"]));
    assert_eq!(
        of_archive.iter().map(key).collect::<Vec<_>>(),
        rows.iter().map(key).collect::<Vec<_>>()
    );
    let some = ["statements", "archive", "--json", "--said", "okafor", "--about", "money"];
    assert_eq!(json_lines(&run(&some)).len(), 1);
    let none = ["statements", "archive", "--json", "--said", "okafor", "--about", "port"];
    assert_eq!(run(&none), "");
    let acts = json_lines(&run(&["statements", "archive", "--acts", "--json"]));
    let met = acts.iter().find(|act| act["type"] == "met").expect("a meeting");
    assert_eq!(met["speaker"], "Karim Benhaddou");
    assert_eq!(met["hearer"], "Ines Okafor");
    assert_eq!(met["place"], "Valletta");
}

#[test]
fn searches_find_who_said_what() {
    let folder = folder_with_telegram();
    let run = |arguments: &[&'static str]| printed(folder.chancery(arguments.iter().copied()));
    run(&["add", "archive", "in", "--engine", "fast", "--quiet"]);
    for (query, is_found) in [
        ("said:benhaddou", true),
        ("said:okafor about:money", true),
        ("told:\"karim benhaddou\"", true),
        ("about:\"the port would open\"", true),
        ("met:okafor in:valletta", true),
        ("about:valletta", false),
        ("said:valletta", false),
        ("met:money", false),
    ] {
        let found = printed(folder.chancery(["search", "archive", query, "--json"]));
        assert_eq!(found.contains("09VALLETTA1"), is_found, "{query}: {found}");
    }
    let lines = run(&["stats", "archive"]);
    assert!(lines.contains(" statements, "), "{lines}");
    let exported = run(&["export", "archive", "--statements"]);
    let document: Value = serde_json::from_str(&exported).expect("JSON");
    assert_eq!(document["statements"].as_array().map(Vec::len), Some(2));
    let refused = ["export", "archive", "--statements", "--format", "conll"];
    folder.chancery(refused).assert().failure();
    let tei = run(&["export", "archive", "--statements", "--format", "tei"]);
    assert_eq!(tei.matches("<said ").count(), 2, "{tei}");
    assert!(!run(&["export", "archive", "--format", "tei"]).contains("<said "));
    let ftm = run(&["export", "archive", "--statements", "--format", "ftm"]);
    assert_eq!(ftm.matches("\"UnknownLink\"").count(), 2, "{ftm}");
}

/// Speaker and content of each statement of the archive, and where its word of saying is.
fn speakers(folder: &Folder) -> Vec<(String, String, String, String)> {
    let rows = json_lines(&printed(folder.chancery(["statements", "archive", "--json"])));
    let text = |row: &Value, key: &str| row[key].as_str().expect("text").to_owned();
    rows.iter()
        .map(|row| {
            let (start, end) = (row["cue_start"].to_string(), row["cue_end"].to_string());
            (text(row, "speaker"), text(row, "speaker_id"), start, end)
        })
        .collect()
}

#[test]
fn corrections_of_statements_are_kept_when_files_are_read_again_and_can_be_undone() {
    let folder = folder_with_telegram();
    let run = |arguments: &[&str]| printed(folder.chancery(arguments.iter().copied()));
    run(&["add", "archive", "in", "--engine", "fast", "--quiet"]);
    let found = speakers(&folder);
    let names = |of: &[(String, String, String, String)]| {
        of.iter().map(|one| one.0.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&found), ["Karim Benhaddou", "Ines Okafor"]);
    let (told, replied) = (&found[0], &found[1]);
    let curate = |action: &str, at: &(String, String, String, String), entity: Option<&str>| {
        let mut arguments = vec!["curate", "archive", action, "09VALLETTA1", &at.2, &at.3];
        arguments.extend(entity);
        run(&arguments)
    };
    curate("speaker", told, Some(&replied.1));
    curate("no-statement", replied, None);
    assert_eq!(names(&speakers(&folder)), ["Ines Okafor"]);
    let hits = |query: &str| run(&["search", "archive", query, "--json"]);
    assert!(hits("said:okafor about:\"open in may\"").contains("09VALLETTA1"));
    assert!(!hits("said:benhaddou").contains("09VALLETTA1"));
    assert!(!hits("about:money").contains("09VALLETTA1"));
    // By the id of the entity.
    assert!(hits(&format!("said:\"{}\"", replied.1)).contains("09VALLETTA1"));
    assert!(!hits(&format!("said:\"{}\"", told.1)).contains("09VALLETTA1"));

    run(&["rebuild", "archive", "--mentions", "--engine", "accurate"]);
    assert_eq!(names(&speakers(&folder)), ["Ines Okafor"]);
    assert_eq!(run(&["curate", "archive", "conflicts"]), "");
    run(&["curate", "archive", "undo", "2"]);
    assert_eq!(names(&speakers(&folder)), ["Ines Okafor", "Ines Okafor"]);
    run(&["curate", "archive", "undo", "1"]);
    assert_eq!(names(&speakers(&folder)), ["Karim Benhaddou", "Ines Okafor"]);
    assert!(hits("said:benhaddou").contains("09VALLETTA1"));

    // Nothing is said at another word.
    let port = ["curate", "archive", "no-statement", "09VALLETTA1", "0", "6"];
    let refused = folder.chancery(port).assert().failure();
    let message = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(message.contains("not the cue of a statement"), "{message}");
}
