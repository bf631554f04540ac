//! Archives of earlier versions open, with their decisions.
//!
//! `archive-0.1.0.tar.gz` was made by the last commit before version 0.2.0:
//! the demo's telegrams, twelve decisions of all kinds, a saved search.

use std::fs::File;
use std::path::Path;

use flate2::read::GzDecoder;
use serde_json::Value;

use crate::Folder;

fn unpack_archive(folder: &Folder) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/archive-0.1.0.tar.gz");
    let packed = GzDecoder::new(File::open(path).expect("the fixture"));
    tar::Archive::new(packed).unpack(folder.path("")).expect("unpacked");
}

fn json_lines(output: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(output).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn an_archive_of_version_0_1_opens_with_its_decisions() {
    let folder = Folder::of(&[]);
    unpack_archive(&folder);
    let run = |arguments: &[&str]| {
        let output = folder.chancery(arguments.iter().copied()).assert().success();
        output.get_output().stdout.clone()
    };
    let log = json_lines(&run(&["curate", "a", "log"]));
    assert_eq!(log.len(), 11);
    assert_eq!(log[0]["author"], "ana");
    assert_eq!(log[0]["reason"], "the same man");
    assert_eq!(log[1]["label"], "MISC");
    assert_eq!(log[6]["action"], "keyword");
    assert_eq!(log[10]["decision"], 4);
    // The next writer rebuilds the index, whose fields have other names now.
    run(&["rebuild", "a"]);
    run(&["verify", "a"]);
    let found = |query: &str| {
        let output = run(&["search", "a", "--json", query]);
        json_lines(&output)[0]["total"].as_u64()
    };
    assert_eq!(found("keyword:\"to read\""), Some(1));
    assert_eq!(found("note:2009"), Some(8));
    // A new decision comes on top of the old ones.
    run(&["curate", "a", "--author", "bob", "keyword", "09PORTLOUIS214", "read"]);
    assert_eq!(json_lines(&run(&["curate", "a", "log"])).len(), 12);
    assert_eq!(found("keyword:read"), Some(1));
}
