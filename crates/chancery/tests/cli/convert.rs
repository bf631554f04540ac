//! `chancery convert`.

use std::fs;

use serde_json::{Value, json};
use snapbox::str;

use crate::shared_data::shared_data;
use crate::{CAPITALS, Folder, TELEGRAM, chancery, printed};

const MARKED: &str = "\
[PER Ama Osei  ] met [MISC Ghanaian  ] officials in [LOC Accra  ] . \n\
She works for the [ORG Ministry of Fisheries  ] . \n";

#[test]
fn brackets_to_each_format() {
    let folder = Folder::of(&[("a.marked", MARKED.as_bytes())]);
    let to = |format| {
        let arguments = ["convert", "--from", "brackets", "--to", format, "a.marked"];
        folder.chancery(arguments).assert().success()
    };
    to("brackets").stdout_eq(MARKED);
    to("conll").stdout_eq(str![[r#"
Ama	B-PER
Osei	I-PER
met	O
Ghanaian	B-MISC
officials	O
in	O
Accra	B-LOC
.	O

She	O
works	O
for	O
the	O
Ministry	B-ORG
of	I-ORG
Fisheries	I-ORG
.	O


"#]]);
    to("text").stdout_eq(str![[r#"
[PER Ama Osei] met [MISC Ghanaian] officials in [LOC Accra] .
She works for the [ORG Ministry of Fisheries] .

"#]]);

    let line =
        printed(folder.chancery(["convert", "--from", "brackets", "--to", "jsonl", "a.marked"]));
    let document: Value = serde_json::from_str(&line).expect("one object");
    assert_eq!(
        document["text"],
        "Ama Osei met Ghanaian officials in Accra .\nShe works for the Ministry of Fisheries ."
    );
    assert_eq!(
        document["mentions"][0],
        json!({
            "start": 0, "end": 8, "raw_start": 5, "raw_end": 13,
            "label": "PER", "text": "Ama Osei", "score": 1.0,
        })
    );
    assert_eq!(document["sentences"], json!([[0, 42], [43, 84]]));
}

/// There and back again by way of the formats that hold tokens.
#[test]
fn nothing_is_lost_on_the_way() {
    for example in [TELEGRAM, CAPITALS] {
        let start = printed(chancery(["annotate", "--format", "brackets", example]));
        let folder = Folder::of(&[("a", start.as_bytes())]);
        for format in ["brackets", "conll"] {
            printed(folder.chancery([
                "convert", "--from", "brackets", "--to", format, "a", "--output", "there",
            ]));
            let back = ["convert", "--from", format, "--to", "brackets", "there"];
            assert_eq!(printed(folder.chancery(back)), start, "by way of {format}");
        }
    }
}

/// The names in a file of one document, as jsonl has them.
fn names(folder: &Folder, from: &str, file: &str) -> Vec<Value> {
    let line = printed(folder.chancery(["convert", "--from", from, "--to", "jsonl", file]));
    let mut document: Value = serde_json::from_str(&line).expect("one object");
    let names = document["mentions"].as_array_mut().expect("a list");
    for name in names.iter_mut() {
        let name = name.as_object_mut().expect("an object");
        name.retain(|key, _| ["start", "end", "label", "text"].contains(&key.as_str()));
    }
    std::mem::take(names)
}

/// Formats without tokens keep the text and its names.
#[test]
fn names_keep_their_offsets_without_tokens() {
    let folder = Folder::of(&[("a", MARKED.as_bytes())]);
    let start = names(&folder, "brackets", "a");
    assert_eq!(start.len(), 4);
    for (format, file) in [("jsonl", "b.jsonl"), ("standoff", "c.json")] {
        printed(
            folder
                .chancery(["convert", "--from", "brackets", "--to", format, "a", "--output", file]),
        );
        assert_eq!(names(&folder, format, file), start, "{format}");
        let back = ["convert", "--from", format, "--to", "brackets", file];
        assert_eq!(printed(folder.chancery(back)), MARKED, "{format}");
    }
    assert_eq!(names(&folder, "standoff", "c.txt"), start, "either half names the pair");
}

#[test]
fn several_documents_become_several_pairs() {
    let columns = "-DOCSTART-\tO\n\nAma\tB-PER\n\n-DOCSTART-\tO\n\nLome\tB-LOC\n\n";
    let folder = Folder::of(&[("a.tsv", columns.as_bytes())]);
    let to_pairs = ["convert", "--from", "conll", "--to", "standoff", "a.tsv", "-o", "pair"];
    printed(folder.chancery(to_pairs));
    assert_eq!(folder.read("pair-1.txt"), "Ama");
    assert_eq!(folder.read("pair-2.txt"), "Lome");
    let back = ["convert", "--from", "standoff", "--to", "conll", "pair-2.json"];
    assert_eq!(printed(folder.chancery(back)), "Lome\tB-LOC\n\n");
}

#[test]
fn the_seed_round_trips_byte_for_byte() {
    let Some(seed) = shared_data("seed/000_8afbb85f51071bc5.txt") else { return };
    let marked = fs::read_to_string(&seed).expect("the seed");
    let path = seed.to_str().expect("the path is UTF-8");
    let same = printed(chancery(["convert", "--from", "brackets", "--to", "brackets", path]));
    assert!(same == marked);
}

#[test]
fn what_cannot_be_converted_is_refused() {
    let folder = Folder::of(&[("a.marked", b"All is well . \n[PER Ama Osei left . \n")]);
    folder
        .chancery(["convert", "--from", "brackets", "--to", "conll", "a.marked"])
        .assert()
        .code(1)
        .stdout_eq("")
        .stderr_eq(str![[r#"
chancery: a.marked: line 2, column 21: the line ends inside a name

"#]]);
    folder
        .chancery(["convert", "--from", "standoff", "--to", "conll", "none.json"])
        .assert()
        .code(1)
        .stdout_eq("")
        .stderr_eq(str![[r#"
chancery: none.txt: no such file (check the path)

"#]]);
    folder
        .chancery(["convert", "--from", "brackets", "--to", "standoff", "a.marked"])
        .assert()
        .code(1)
        .stdout_eq("")
        .stderr_eq(str![[r#"
chancery: a stand-off pair has two files: give their name with --output NAME

"#]]);
}
