//! `chancery annotate`. Which names are found is the model's affair and is
//! measured by `chancery eval`; here stands what holds whatever it finds.

use std::process::{Command, Stdio};
use std::{fs, io::Write};

use serde_json::Value;

use crate::{CAPITALS, TELEGRAM, at, chancery, folder, printed, root};

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
        let marked = printed(["annotate", file]);
        assert_eq!(marked, printed(["annotate", "--format", "brackets", file]));
        for name in marked.split('[').skip(1).filter_map(|rest| rest.split("  ]").next()) {
            let words: Vec<&str> = name.split(' ').collect();
            assert!(!words.iter().any(|word| DATA.contains(word)), "{file}: [{name}]");
        }
        assert!(!marked.contains("PAGE 02"), "{file}: a page line is in the text");
        assert!(marked.lines().all(|line| line.ends_with(' ')), "{file}: see the format");
    }
}

#[test]
fn columns_hold_valid_tags() {
    let columns = printed(["annotate", "--format", "conll", TELEGRAM]);
    let mut before = "O";
    for line in columns.lines() {
        let Some((token, tag)) = line.split_once('\t') else {
            assert_eq!(line, "");
            before = "O";
            continue;
        };
        assert!(!token.is_empty() && !token.contains(char::is_whitespace), "{line:?}");
        let class = tag.strip_prefix("I-");
        assert!(class.is_none_or(|class| before[2..] == *class), "{before} before {line:?}");
        before = tag;
    }
}

#[test]
fn jsonl_places_give_the_names_back() {
    let raw = fs::read(root().join(TELEGRAM)).expect("the example");
    let line = printed(["annotate", "--format", "jsonl", TELEGRAM]);
    let document: Value = serde_json::from_str(&line).expect("one object");
    for key in ["id", "source", "format", "header", "text", "mentions", "sentences"] {
        assert!(document.get(key).is_some(), "{key} is missing");
    }
    assert_eq!(document["source"], TELEGRAM);
    assert_eq!(document["format"], "telegram");
    let text: Vec<char> = document["text"].as_str().expect("a text").chars().collect();
    let mentions = document["mentions"].as_array().expect("a list");
    for mention in mentions {
        let place = |key: &str| mention[key].as_u64().expect(key) as usize;
        let name = mention["text"].as_str().expect("a text");
        assert_eq!(text[place("start")..place("end")].iter().collect::<String>(), name);
        let in_file = &raw[place("raw_start")..place("raw_end")];
        let in_file = String::from_utf8_lossy(in_file);
        assert_eq!(in_file.split_whitespace().collect::<Vec<_>>().join(" "), name);
        let score = mention["score"].as_f64().expect("a number");
        assert!((0.0..=1.0).contains(&score));
        assert!(["PER", "LOC", "ORG", "MISC"].contains(&mention["label"].as_str().unwrap()));
    }
}

#[test]
fn output_does_not_depend_on_the_number_of_jobs() {
    let once = ["annotate", "--quiet", "--format", "jsonl", "--jobs", "1"];
    let files: Vec<&str> = [TELEGRAM, CAPITALS].repeat(12);
    let alone = printed(once.into_iter().chain(files.iter().copied()));
    assert_eq!(alone.lines().count(), files.len());
    for jobs in ["2", "4", "32"] {
        let many = ["annotate", "--quiet", "--format", "jsonl", "--jobs", jobs];
        assert_eq!(printed(many.into_iter().chain(files.iter().copied())), alone, "{jobs} jobs");
    }
}

#[test]
fn folders_are_walked_in_the_order_of_names() {
    let folder = folder(&[
        ("b.txt", b"Second.\n"),
        ("a.txt", b"First.\n"),
        (".hidden", b"Never.\n"),
        ("c.txt", b"Third.\n"),
    ]);
    let marked = printed(["annotate", "--format", "conll", &at(&folder, "")]);
    let words: Vec<&str> = marked.lines().filter_map(|line| line.split('\t').next()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| word.len() > 1).collect();
    assert_eq!(words, ["First", "Second", "Third"]);
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
    assert_eq!(String::from_utf8_lossy(&output.stdout), printed(["annotate", TELEGRAM]));
}

#[test]
fn results_go_to_the_file_named() {
    let folder = folder(&[]);
    let file = at(&folder, "out.jsonl");
    chancery(["annotate", "--format", "jsonl", "--output", &file, TELEGRAM])
        .assert()
        .success()
        .stdout_eq("")
        .stderr_eq("");
    let written = fs::read_to_string(&file).expect("it was written");
    assert_eq!(written, printed(["annotate", "--format", "jsonl", TELEGRAM]));
}
