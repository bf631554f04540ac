//! Error messages and exit codes: 1 if an input failed, 2 if the command line is
//! wrong.

use std::process::{Command, Stdio};

use snapbox::str;

use crate::{Folder, TELEGRAM, chancery, root};

#[test]
fn missing_file() {
    chancery(["annotate", "no/such/file.txt"]).assert().code(1).stdout_eq("").stderr_eq(str![[
        r#"
chancery: no/such/file.txt: no such file (check the path)

"#
    ]]);
}

#[test]
fn binary_file() {
    let folder = Folder::of(&[("image.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0")]);
    // Without programs on the path, so that tesseract is not installed.
    let command = folder.chancery(["annotate", "image.png"]).env("PATH", "nowhere");
    command.assert().code(1).stdout_eq("").stderr_eq(str![[r#"
chancery: image.png: needs OCR (install tesseract, then run it again)

"#]]);
}

#[test]
fn large_files_are_refused() {
    let line = "It rains. ".repeat(110_000);
    let folder = Folder::of(&[("a.txt", line.as_bytes()), ("b.txt", b"It snows.\n")]);
    for command in ["annotate", "entities", "export"] {
        let run = folder.chancery([command, "a.txt", "b.txt", "--largest", "1"]);
        let output = run.assert().code(1).get_output().clone();
        let stderr = String::from_utf8(output.stderr).expect("UTF-8");
        let expected = "a.txt: is larger than 1 MB (split it, or raise --largest)";
        assert!(stderr.contains(expected), "{command}: {stderr}");
    }
    let piped = folder.chancery(["annotate", "-", "--largest", "1"]).stdin(line);
    piped.assert().code(1).stdout_eq("").stderr_eq(str![[r#"
chancery: -: is larger than 1 MB (split it, or raise --largest)

"#]]);
    let read =
        folder.chancery(["annotate", "a.txt", "--quiet", "--engine", "fast", "--largest", "2"]);
    read.assert().success();
}

#[test]
fn a_bad_file_does_not_stop_the_run() {
    let folder = Folder::of(&[
        ("a.txt", b"It rains.\n"),
        ("b.bin", b"\x01\x02\x03\x04\x05\x06"),
        ("c.txt", b"It snows.\n"),
    ]);
    folder
        .chancery(["annotate", "."])
        .assert()
        .code(1)
        .stdout_eq("It rains . \n\nIt snows . \n\n")
        .stderr_eq(str![[r#"
chancery: ./b.bin: byte 0: a binary file: too many control characters to be text
2 files, 2 documents, 4 words, 0 names in [..] s; 1 file could not be read

"#]]);
}

#[test]
fn wrong_arguments() {
    let cases: [&[&str]; 8] = [
        &[],
        &["annotate", "--format", "pdf", TELEGRAM],
        &["annotate", "--format", "standoff", TELEGRAM],
        &["annotate", "--jobs", "0", TELEGRAM],
        &["convert", "--from", "text", "--to", "conll", TELEGRAM],
        &["read"],
        &["eval"],
        &["eval", "--ignore", "DATE", "gold.tsv"],
    ];
    for arguments in cases {
        let output = chancery(arguments.iter().copied()).output().expect("the program runs");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn an_input_is_never_overwritten() {
    let folder = Folder::of(&[("a.txt", b"It rains.\n")]);
    folder.chancery(["annotate", "a.txt", "--output", "./a.txt"]).assert().code(1).stderr_eq(str![
        [r"
chancery: a.txt: is an input and cannot also be the output

"]
    ]);
    assert_eq!(folder.read("a.txt"), "It rains.\n");
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_chancery"))
        .args(["annotate", "--quiet", "--format", "jsonl"])
        .args(std::iter::repeat_n(TELEGRAM, 200))
        .current_dir(root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

/// Each line: what is run in a folder with the files below, and what standard
/// error must say: what, where, and what to do.
const ERRORS: [(&str, &str); 39] = [
    ("annotate gone.txt", "gone.txt: no such file (check the path)"),
    ("annotate a.txt -o gone/x", "gone/x: cannot be written: its folder does not exist (create"),
    ("annotate a.txt -o folder", "folder: cannot be written: it is a folder (name a file in it)"),
    ("annotate a.txt --model gone", "gone: no such file (check the path)"),
    ("annotate a.txt --model a.txt", "a.txt: "),
    ("entities --names gone a.txt", "gone: no such file (check the path)"),
    ("entities --names folder a.txt", "folder: is a folder (name a file in it)"),
    ("entities --names latin.csv a.txt", "latin.csv: byte 11: not valid UTF-8 (save the file as"),
    ("entities --names other.csv a.txt", "other.csv: line 1: no column \"id\" (columns: a, b)"),
    ("entities --names blank.csv a.txt", "blank.csv: line 3: a name needs \"name\" and \"id\""),
    (
        "entities --names label.jsonl a.txt",
        "line 1: \"DATE\" is not a label: PER, LOC, ORG or MISC",
    ),
    ("entities --names a.jsonl a.txt", "a.jsonl: line 1: not a name in JSON (with"),
    (
        "convert --from jsonl --to conll a.txt",
        "a.txt: line 1, column 1: not valid JSON for this format",
    ),
    (
        "convert --from spacy --to conll a.txt",
        "a.txt: line 1, column 1: not valid JSON for this format",
    ),
    (
        "convert --from w3c --to conll a.txt",
        "a.txt: line 1, column 1: not valid JSON for this format",
    ),
    ("convert --from tei --to conll a.txt", "a.txt: line 1, column 1: not a TEI file"),
    ("convert --from tei --to conll cut.xml", "the XML is not well formed: the file ends inside"),
    (
        "convert --from parquet --to conll a.txt",
        "a.txt: line 1, column 1: not a valid Parquet file:",
    ),
    ("convert --from arrow --to conll a.txt", "a.txt: line 1, column 1: not a valid Arrow file:"),
    ("convert --from conll --to jsonl a.txt", "a.txt: line 1, column 1: \"Oslo.\" is not a tag of"),
    ("convert --from brat --to jsonl a.txt", "a.ann: no such file (check the path)"),
    ("eval gone.csv", "gone.csv: no such file (check the path)"),
    (
        "eval a.txt",
        "a.txt: its name does not show the format (`chancery eval --help` lists the formats)",
    ),
    ("search gone x", "gone: not an archive (`chancery add gone PATH…` creates one)"),
    ("rebuild gone", "gone: not an archive (`chancery add gone PATH…` creates one)"),
    ("add a.txt folder", "a.txt: is a file, but an archive is a folder (choose another path)"),
    ("search x foo:bar", "query, column 1: there is no field \"foo\" (fields: text, from,"),
    (
        "search x class:PER",
        "query, column 1: there is no field \"class\" (write person:, place:, org: or entity: for",
    ),
    ("search x \"open", "query, column 1: the quote is not closed"),
    ("search x date:2009-99", "query, column 6: \"2009-99\" is not a date: use 2009, 2009-10,"),
    ("search x entity:nobody", "entity nobody: not found in the archive (`chancery search`"),
    ("search x --batch gone", "gone: no such file (check the path)"),
    ("show x gone", "gone: not found in the archive (`chancery search` and"),
    ("curate x undo 9", "no earlier decision 9; see the log of decisions"),
    ("curate x import a.txt", "a.txt: line 1: not a log entry (`chancery curate ARCHIVE"),
    ("curate x export gone/x", "gone/x: cannot be written: its folder does not exist (create"),
    ("export x --format standoff", "name a folder with --output FOLDER"),
    ("export x --format tei -o gone/x", "gone/x: cannot be written: its folder does not exist"),
    ("import x a.txt", "a.txt: its name does not show the format (use --format)"),
];

#[test]
fn errors_have_a_location_and_a_remedy() {
    let folder = Folder::of(&[
        ("a.txt", b"It rains in Oslo.\n"),
        ("a.jsonl", b"{]\n"),
        ("cut.xml", b"<TEI><text>It rains"),
        ("latin.csv", b"id,name\n1,K\xF6ln\n"),
        ("other.csv", b"a,b\n1,2\n"),
        ("blank.csv", b"id,name\n1,Osei\n,Nobody\n"),
        ("label.jsonl", b"{\"id\":\"1\",\"name\":\"x\",\"label\":\"DATE\"}\n"),
        ("folder/b.txt", b"It snows.\n"),
    ]);
    folder.chancery(["add", "x", "folder", "-q"]).assert().success();
    for (line, expected) in ERRORS {
        let output = folder.chancery(line.split(' ')).output().expect("the program runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{line}: {errors}");
        assert!(errors.contains(expected), "{line}: {errors}");
        assert!(!errors.contains("os error"), "{line}: {errors}");
    }
}
