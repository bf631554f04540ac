//! Escape sequences in names of files and in texts: nothing of them reaches a terminal.

use std::fs;

use crate::Folder;

/// A telegram whose text and subject steer a terminal: colours, the title of the window,
/// C1 controls, and letters that turn the direction of writing.
const TELEGRAM: &str = "UNCLAS OSLO 000001\n\nSUBJECT: THE \u{1b}[31mPORT\u{1b}[0m \u{202e}gnp.exe\n\n\
    1. (U) Minister Ama \u{1b}]0;own\u{7}Osei told Ravi \u{9b}31m Menon that \u{2066}he\u{2069} \
    left Oslo\u{85} for Lusaka.\n";

/// Commands whose output people read.
const COMMANDS: [&str; 21] = [
    "read in",
    "entities in --quiet",
    "search a osei",
    "search a osei --color always",
    "show a 09OSLO1",
    "show a 09OSLO1 --color always",
    "annotate in --quiet --format text",
    "annotate in --quiet --format text --color always",
    "statements a",
    "people a",
    "places a",
    "orgs a",
    "stats a",
    "list a",
    "files a",
    "problems a",
    "related a 09OSLO1",
    "notes a",
    "holes a",
    "verify a",
    "curate a questions",
];

/// Whether text has what steers a terminal. Sequences that only colour text are the
/// program's; the one of the telegram is red, which the program does not use.
fn steers(text: &str) -> bool {
    let own = [
        "\u{1b}[0m",
        "\u{1b}[1m",
        "\u{1b}[2m",
        "\u{1b}[4m",
        "\u{1b}[32m",
        "\u{1b}[33m",
        "\u{1b}[34m",
        "\u{1b}[35m",
        "\u{1b}[36m",
    ];
    let rest = own.iter().fold(text.to_owned(), |text, own| text.replace(own, ""));
    let turns = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    rest.contains(|c: char| c.is_control() && c != '\n' && c != '\t' || turns(c))
}

#[test]
fn no_command_prints_what_steers_a_terminal() {
    let folder = Folder::of(&[("in/09OSLO1.txt", TELEGRAM.as_bytes())]);
    #[cfg(unix)]
    fs::write(folder.path("in/b\u{1b}[2J\u{202e}.bin"), [7; 500]).expect("a file");
    let added = folder.chancery(["add", "a", "in", "--engine", "fast"]).output().expect("it runs");
    let said = String::from_utf8(added.stderr).expect("UTF-8");
    assert!(said.contains("1 document") && !steers(&said), "{said:?}");
    let note = ["curate", "a", "note", "09OSLO1", "\u{1b}[31mred"];
    folder.chancery(note).assert().success();
    for line in COMMANDS {
        let run = folder.chancery(line.split(' ')).output().expect("it runs");
        for output in [run.stdout, run.stderr] {
            let output = String::from_utf8(output).expect("UTF-8");
            assert!(!steers(&output), "{line}: {output:?}");
            assert!(!output.contains("unexpected argument"), "{line}: {output}");
        }
    }
    // What a program reads is as it is.
    let json = folder.chancery(["search", "a", "osei", "--json"]).output().expect("it runs");
    let hits: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    let title = hits["hits"][0].to_string();
    assert!(title.contains(r"\u001b[31mPORT") && title.contains('\u{202e}'), "{title}");
}
