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

/// The other commands. Some print nothing, or only what they did, on standard error.
const OTHER_COMMANDS: [&str; 26] = [
    "annotate in --quiet --engine fast",
    "entities in --quiet --engine fast",
    "eval b.jsonl --engine fast",
    "forms",
    "add a in",
    "refresh a",
    "list a",
    "saved a",
    "holes a",
    "people a",
    "places a",
    "orgs a",
    "related a 09OSLO3",
    "cite a 09OSLO3",
    "notes a",
    "statements a",
    "set a 09OSLO3 date=2009-10-20",
    "import a b.jsonl --set other",
    "remove a in/00/00003.txt",
    "files a",
    "problems a",
    "rebuild a",
    "backup a b.backup",
    "restore b.backup c",
    "completions bash",
    "man --output pages",
];

/// Commands that do not end by themselves.
const SERVERS: [&str; 3] = ["serve", "mcp", "demo"];

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
    for line in OTHER_COMMANDS {
        let mut run = command(&folder, line, Stdio::piped());
        let mut child = run.stderr(Stdio::piped()).spawn().expect("it runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!errors.contains("panicked") && !errors.contains("pipe"), "{line}: {errors}");
        assert_eq!(output.status.code(), Some(0), "{line}: {errors}");
    }
}

#[test]
fn every_command_is_tried() {
    let help = printed(Folder::of(&[]).chancery(["--help"]));
    let commands = help.split("Options:\n").next().expect("commands");
    let commands: Vec<&str> = commands.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    assert!(commands.len() > 30, "{help}");
    for name in commands.iter().filter_map(|line| line.split_whitespace().next()) {
        let tried =
            COMMANDS.iter().chain(&OTHER_COMMANDS).any(|line| line.split(' ').next() == Some(name));
        assert!(tried || SERVERS.contains(&name) || name == "help", "{name} is not tried");
    }
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
