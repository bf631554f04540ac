//! `chancery annotate`. Which names are found is the model's affair and is
//! measured by `chancery eval`; here stands what holds whatever it finds.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::{CAPITALS, Folder, TELEGRAM, chancery, printed, root};

/// Words of the examples that are data and never part of a name.
const DATA: [&str; 12] = [
    "SIPDIS",
    "NOFORN",
    "C/NF",
    "SBU",
    "PREL",
    "EFIS",
    "PFOR",
    "00000214",
    "RUEHC",
    "VZCZCXRO7712",
    "XXXXXXXXXXXX",
    "091352",
];

#[test]
fn brackets_hold_names_and_no_data() {
    for file in [TELEGRAM, CAPITALS] {
        let marked = printed(chancery(["annotate", file]));
        assert_eq!(marked, printed(chancery(["annotate", "--format", "brackets", file])));
        for name in marked.split('[').skip(1).filter_map(|rest| rest.split("  ]").next()) {
            assert!(!name.split(' ').any(|word| DATA.contains(&word)), "{file}: [{name}]");
        }
        assert!(!marked.contains("PAGE 02"), "{file}: a page line is in the text");
        assert!(marked.lines().all(|line| line.ends_with(' ')), "{file}: see the format");
    }
}

#[test]
fn columns_hold_valid_tags() {
    let columns = printed(chancery(["annotate", "--format", "conll", TELEGRAM]));
    let mut before = "O";
    for line in columns.lines() {
        let Some((token, tag)) = line.split_once('\t') else {
            assert_eq!(line, "");
            before = "O";
            continue;
        };
        assert!(!token.is_empty() && !token.contains(char::is_whitespace), "{line:?}");
        if let Some(label) = tag.strip_prefix("I-") {
            assert_eq!(before.get(2..), Some(label), "before {line:?}");
        }
        before = tag;
    }
}

#[test]
fn jsonl_offsets_select_the_names() {
    let raw = fs::read(root().join(TELEGRAM)).expect("the example");
    let line = printed(chancery(["annotate", "--format", "jsonl", TELEGRAM]));
    let document: Value = serde_json::from_str(&line).expect("one object");
    for key in ["id", "source", "format", "header", "text", "mentions", "sentences"] {
        assert!(document.get(key).is_some(), "{key} is missing");
    }
    assert_eq!(document["source"], TELEGRAM);
    assert_eq!(document["format"], "telegram");
    let text: Vec<char> = document["text"].as_str().expect("a text").chars().collect();
    for mention in document["mentions"].as_array().expect("a list") {
        let place = |key: &str| mention[key].as_u64().expect(key) as usize;
        let name = mention["text"].as_str().expect("a text");
        assert_eq!(text[place("start")..place("end")].iter().collect::<String>(), name);
        let in_file = String::from_utf8_lossy(&raw[place("raw_start")..place("raw_end")]);
        assert_eq!(in_file.split_whitespace().collect::<Vec<_>>().join(" "), name);
        let score = mention["score"].as_f64().expect("a number");
        assert!((0.0..=1.0).contains(&score), "{mention}");
        let label = mention["label"].as_str().expect("a label");
        assert!(["PER", "LOC", "ORG", "MISC"].contains(&label), "{mention}");
    }
}

#[test]
fn output_does_not_depend_on_the_number_of_jobs() {
    let files = [TELEGRAM, CAPITALS].repeat(12);
    let with = |jobs| {
        let options = ["annotate", "--quiet", "--format", "jsonl", "--jobs", jobs];
        printed(chancery(options.into_iter().chain(files.iter().copied())))
    };
    let alone = with("1");
    assert_eq!(alone.lines().count(), files.len());
    for jobs in ["1", "2", "4", "32"] {
        assert_eq!(with(jobs), alone, "{jobs} jobs");
    }
}

#[test]
fn folders_are_walked_in_the_order_of_names() {
    let folder = Folder::of(&[
        ("b.txt", b"Second.\n"),
        ("a.txt", b"First.\n"),
        (".hidden", b"Never.\n"),
        ("c.txt", b"Third.\n"),
    ]);
    let lines = printed(folder.chancery(["annotate", "--format", "jsonl", "."]));
    let documents = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let sources: Vec<Value> = documents.map(|mut document| document["source"].take()).collect();
    assert_eq!(sources, ["./a.txt", "./b.txt", "./c.txt"]);
}

#[test]
fn several_documents_are_separated() {
    let folder = Folder::of(&[("a.txt", b"It rains.\n"), ("b.txt", b"It snows.\n")]);
    let cases = [
        ("brackets", "It rains . \n\nIt snows . \n\n"),
        ("text", "--- a.txt\n\nIt rains.\n\n--- b.txt\n\nIt snows.\n\n"),
        (
            "conll",
            "-DOCSTART-\tO\n\nIt\tO\nrains\tO\n.\tO\n\n\
             -DOCSTART-\tO\n\nIt\tO\nsnows\tO\n.\tO\n\n",
        ),
    ];
    for (format, expected) in cases {
        let printed = printed(folder.chancery(["annotate", "-f", format, "a.txt", "b.txt"]));
        assert_eq!(printed, expected, "{format}");
    }
    assert_eq!(printed(folder.chancery(["annotate", "a.txt"])), "It rains . \n");
}

#[test]
fn standard_input_is_read_like_a_file() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_chancery"))
        .args(["annotate", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let raw = fs::read(root().join(TELEGRAM)).expect("the example");
    child.stdin.take().expect("a pipe").write_all(&raw).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let from_file = printed(chancery(["annotate", TELEGRAM]));
    assert_eq!(String::from_utf8_lossy(&output.stdout), from_file);
}

#[test]
fn output_goes_to_the_named_file() {
    let folder = Folder::of(&[("a.txt", b"It rains.\n")]);
    folder
        .chancery(["annotate", "--output", "out.marked", "a.txt"])
        .assert()
        .success()
        .stdout_eq("")
        .stderr_eq("");
    assert_eq!(folder.read("out.marked"), "It rains . \n");
}

#[test]
fn colours_are_for_terminals_or_on_demand() {
    let text = |color| {
        let arguments = ["annotate", "--format", "text", "--color", color, TELEGRAM];
        printed(chancery(arguments)).contains('\x1b')
    };
    assert!(text("always"));
    assert!(!text("never"));
    assert!(!text("auto"), "a pipe is no terminal");
}
