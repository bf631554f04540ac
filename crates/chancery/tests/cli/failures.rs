//! What goes wrong, how it is told, and the exit code: 1 where some input
//! failed, 2 where the command line is wrong.

use std::process::{Command, Stdio};

use snapbox::str;

use crate::{Folder, TELEGRAM, chancery, root};

#[test]
fn missing_file() {
    chancery(["annotate", "no/such/file.txt"]).assert().code(1).stdout_eq("").stderr_eq(str![[
        r#"
chancery: no/such/file.txt: there is no such file (check the path)

"#
    ]]);
}

#[test]
fn binary_file() {
    let folder = Folder::of(&[("image.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0")]);
    folder.chancery(["annotate", "image.png"]).assert().code(1).stdout_eq("").stderr_eq(str![[
        r#"
chancery: image.png: byte 8: a binary file: too many control characters to be text

"#
    ]]);
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
        [r#"
chancery: a.txt: is an input and cannot be the output too

"#]
    ]);
    assert_eq!(folder.read("a.txt"), "It rains.\n");
}

#[test]
fn the_reader_may_stop_early() {
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
