//! What goes wrong, how it is told, and the exit code: 1 where some input
//! failed, 2 where the command line is wrong.

use std::process::{Command, Stdio};

use snapbox::str;

use crate::{TELEGRAM, at, chancery, folder, root};

#[test]
fn missing_file() {
    chancery(["annotate", "no/such/file.txt"])
        .assert()
        .code(1)
        .stdout_eq("")
        .stderr_eq(str![[r#""#]]);
}

#[test]
fn binary_file() {
    let folder = folder(&[("image.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0")]);
    chancery(["annotate", &at(&folder, "image.png")])
        .assert()
        .code(1)
        .stdout_eq("")
        .stderr_eq(str![[r#""#]]);
}

#[test]
fn a_bad_file_does_not_stop_the_run() {
    let folder = folder(&[
        ("a.txt", b"Ama Osei left Lome on Monday.\n"),
        ("b.bin", b"\0\0\0\0\x01\x02\0\0"),
        ("c.txt", b"Kofi Badu stayed.\n"),
    ]);
    let output = chancery(["annotate", "--format", "conll", &at(&folder, "")]).output();
    let output = output.expect("the program runs");
    assert_eq!(output.status.code(), Some(1));
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("Osei\t") && printed.contains("Badu\t"), "{printed}");
    snapbox::assert_data_eq!(String::from_utf8_lossy(&output.stderr).into_owned(), str![[r#""#]]);
}

#[test]
fn wrong_arguments() {
    let cases: [&[&str]; 6] = [
        &[],
        &["annotate", "--format", "pdf", TELEGRAM],
        &["annotate", "--jobs", "0", TELEGRAM],
        &["convert", "--from", "text", "--to", "conll", TELEGRAM],
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
    let folder = folder(&[("a.txt", b"Ama Osei left.\n")]);
    let file = at(&folder, "a.txt");
    chancery(["annotate", &file, "--output", &file]).assert().code(1).stderr_eq(str![[r#""#]]);
    assert_eq!(std::fs::read(&file).expect("it is still there"), b"Ama Osei left.\n");
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
