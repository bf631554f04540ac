//! Archives of earlier versions open, with their decisions. Archives of later
//! versions are refused, and their decisions exported.
//!
//! `archive-0.1.0.tar.gz` was made by the last commit before version 0.2.0:
//! the demo's telegrams, twelve decisions of all kinds, a saved search.

use std::fs::{self, File};
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
    let converted = folder.chancery(["curate", "a", "log"]).assert().success();
    let log = json_lines(&converted.get_output().stdout);
    let notes = String::from_utf8_lossy(&converted.get_output().stderr).into_owned();
    assert!(notes.contains("a: converting the archive"), "{notes}");
    assert!(notes.contains("a: converted: 17 documents, 11 decisions"), "{notes}");
    assert_eq!(log.len(), 11);
    assert_eq!(log[0]["author"], "ana");
    assert_eq!(log[0]["reason"], "the same man");
    assert_eq!(log[1]["label"], "MISC");
    assert_eq!(log[6]["action"], "keyword");
    assert_eq!(log[10]["decision"], 4);
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

/// Sets the schema version in the header of a database.
/// <https://sqlite.org/fileformat2.html#user_version_number>
fn set_user_version(folder: &Folder, version: u32) {
    let path = folder.path("a/archive.sqlite");
    let mut bytes = fs::read(&path).expect("a database");
    bytes[60..64].copy_from_slice(&version.to_be_bytes());
    fs::write(path, bytes).expect("written");
}

#[test]
fn an_archive_of_a_later_version_still_exports_its_decisions() {
    let folder = Folder::of(&[]);
    unpack_archive(&folder);
    let log = folder.chancery(["curate", "a", "log"]).assert().success();
    let log = log.get_output().stdout.clone();
    set_user_version(&folder, 99);
    let commands: [&[&str]; 5] = [
        &["search", "a", "osei"],
        &["verify", "a"],
        &["curate", "a", "keyword", "09PORTLOUIS214", "read"],
        &["add", "a", "."],
        &["backup", "a", "b"],
    ];
    for command in commands {
        let refused = folder.chancery(command.iter().copied()).assert().code(1);
        let errors = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
        assert!(errors.contains("later version 99, this program has 8"), "{errors}");
        assert!(errors.contains("`chancery curate ARCHIVE export FILE`"), "{errors}");
    }
    let exported = folder.chancery(["curate", "a", "export", "log.jsonl"]).assert().success();
    let errors = String::from_utf8_lossy(&exported.get_output().stderr).into_owned();
    assert!(errors.contains("later version 99"), "{errors}");
    assert_eq!(folder.read("log.jsonl").as_bytes(), log);
}

#[test]
fn an_old_archive_waits_for_its_lock() {
    let folder = Folder::of(&[]);
    unpack_archive(&folder);
    let lock = File::options().create(true).append(true).open(folder.path("a/lock"));
    let lock = lock.expect("a file");
    lock.lock().expect("locked");
    let refused = folder.chancery(["stats", "a"]).assert().code(1);
    let errors = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(errors.contains("another program is writing to this archive"), "{errors}");
    drop(lock);
    folder.chancery(["stats", "a"]).assert().success();
}
