//! Outputs whose reader has gone away, and outputs on a full disk.

use std::process::{Command, Stdio};

use crate::interrupted::telegrams;
use crate::{Folder, printed};

/// An archive "a" of 60 telegrams, and the file "b.jsonl".
fn archive() -> Folder {
    let folder = Folder::of(&[]);
    telegrams(&folder.path("in"), 60);
    folder.chancery(["add", "a", "in", "-q"]).assert().success();
    let annotate = ["annotate", "in", "--format", "jsonl", "--quiet", "-o", "b.jsonl"];
    folder.chancery(annotate).assert().success();
    folder
}

/// Commands that print something. Most print more than a pipe holds.
const COMMANDS: [&str; 15] = [
    "verify a",
    "curate a keyword 09OSLO3 seen",
    "curate a log",
    "export a --format csv",
    "export a --format jsonl",
    "export a --format w3c",
    "convert --from jsonl --to csv b.jsonl",
    "convert --from jsonl --to tei b.jsonl",
    "search a --csv --limit 1000 okonkwo",
    "search a --json --limit 1000 okonkwo",
    "search a --limit 1000 okonkwo",
    "show a 09OSLO3",
    "stats a",
    "stats a --json",
    "read in/00/00003.txt",
];

fn command(folder: &Folder, line: &str, output: Stdio) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
    command.args(line.split(' ')).current_dir(folder.path("")).stdout(output);
    command
}

#[test]
fn a_reader_that_goes_away_is_not_an_error() {
    let folder = archive();
    for line in COMMANDS {
        let mut run = command(&folder, line, Stdio::piped());
        let mut child = run.stderr(Stdio::piped()).spawn().expect("it runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{line}");
        assert_eq!(output.status.code(), Some(0), "{line}");
    }
    let log = printed(folder.chancery(["curate", "a", "log"]));
    assert_eq!(log.lines().count(), 1, "{log}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let folder = archive();
    for line in COMMANDS {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("a device");
        let output = command(&folder, line, full.into()).output().expect("it runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        // The only empty output is that of an empty log.
        let code = output.status.code();
        assert_eq!(code, Some(1), "{line}: {errors}");
        assert!(errors.starts_with("chancery: ") && errors.lines().count() == 1, "{errors}");
        assert!(errors.contains("the disk is full"), "{line}: {errors}");
        if line.contains("keyword") {
            assert!(errors.contains("decision 1 is written, but not printed"), "{errors}");
        }
    }
}
