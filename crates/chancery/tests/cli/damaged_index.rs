//! A damaged index: what is written stays written, and a server lives on.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::interrupted::telegrams;
use crate::test_server::TestServer;
use crate::{Folder, printed};

/// An archive "a" of 60 telegrams.
fn archive() -> Folder {
    let folder = Folder::of(&[]);
    telegrams(&folder.path("in"), 60);
    folder.chancery(["add", "a", "in", "-q"]).assert().success();
    folder
}

/// The files of the index with content.
fn index_files(folder: &Folder) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.path("a/index")).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| fs::metadata(path).is_ok_and(|file| file.len() > 0)).collect();
    paths.sort();
    paths
}

fn truncate(path: &Path, length: u64) {
    let file = File::options().write(true).open(path).expect("a file");
    file.set_len(length).expect("truncated");
}

#[test]
fn a_decision_is_written_though_the_index_is_damaged() {
    let folder = archive();
    let whole: Vec<(PathBuf, Vec<u8>)> = index_files(&folder)
        .into_iter()
        .map(|path| (path.clone(), fs::read(&path).expect("a file")))
        .collect();
    let mut warned = 0;
    for (number, (path, content)) in whole.iter().enumerate() {
        fs::remove_dir_all(folder.path("a/index")).expect("removed");
        fs::create_dir(folder.path("a/index")).expect("a folder");
        for (path, content) in &whole {
            fs::write(path, content).expect("written");
        }
        truncate(path, content.len() as u64 / 2);
        let words = format!("word {number}");
        let decided = folder.chancery(["curate", "a", "keyword", "09OSLO3", &words]);
        let output = decided.output().expect("it runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{path:?}: {errors}");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(printed.starts_with(&format!("decision {}: ", number + 1)), "{printed}");
        if !errors.is_empty() {
            warned += 1;
            let expected = format!("chancery: decision {} is written, but searches", number + 1);
            assert!(errors.starts_with(&expected), "{path:?}: {errors}");
            assert!(errors.contains("`chancery rebuild ARCHIVE` rebuilds it"), "{errors}");
            assert_eq!(errors.lines().count(), 1, "{path:?}: {errors}");
        }
    }
    assert!(warned > 0, "no damage was noticed");
    let log = printed(folder.chancery(["curate", "a", "log"]));
    assert_eq!(log.lines().count(), whole.len());
    folder.chancery(["rebuild", "a"]).assert().success();
    folder.chancery(["verify", "a"]).assert().success();
    let found = printed(folder.chancery(["search", "a", "keyword:\"word 0\""]));
    assert!(found.contains("1 document"), "{found}");
}

/// Mapped files would end the server with SIGBUS.
#[test]
fn a_server_lives_on_when_index_files_are_truncated() {
    let folder = archive();
    let search = "/api/v1/search?q=%22president+okonkwo%22+AND+berl*&facets=true";
    for share in [0, 2] {
        for ending in ["idx", "pos", "term", "fast", "fieldnorm", "store", "json"] {
            let server = TestServer::open(&folder, "a", &["--log", "off"]);
            let before = server.get(search);
            assert_eq!(before.status, 200, "{}", before.body);
            let files = index_files(&folder);
            for path in files.iter().filter(|path| path.to_string_lossy().ends_with(ending)) {
                let length = fs::metadata(path).expect("a file").len();
                truncate(path, length * share / 3);
            }
            for path in [search, "/api/v1/network", "/api/v1/timeline", "/api/v1/search?q=boats"] {
                let answer = server.get(path);
                assert!(matches!(answer.status, 200 | 500), "{ending}: {}", answer.body);
                if answer.status == 500 {
                    assert_eq!(answer.json()["error"], "the index cannot be used", "{ending}");
                }
            }
            let keyword = json!({"action": "keyword", "on": "09OSLO3", "words": "seen"});
            assert_eq!(server.post("/api/v1/decisions", &keyword).status, 201, "{ending}");
            assert_eq!(server.get("/api/v1/archive").status, 200, "{ending}");
            folder.chancery(["rebuild", "a"]).assert().success();
            let after = server.get(search);
            assert_eq!(after.status, 200, "{ending}: {}", after.body);
            assert_eq!(after.json()["total"], before.json()["total"], "{ending}");
        }
    }
}

#[test]
fn damaged_columns_are_no_panic() {
    let folder = archive();
    let files = index_files(&folder);
    let columns = files.iter().find(|path| path.extension().is_some_and(|end| end == "fast"));
    let columns = columns.expect("a file of columns");
    let whole = fs::read(columns).expect("a file");
    let mut refused = 0;
    for step in 0..60 {
        let mut damaged = whole.clone();
        let at = step * whole.len() / 60;
        let end = (at + 8).min(whole.len());
        damaged[at..end].fill(if step % 2 == 0 { 0xFF } else { 0xA5 });
        fs::write(columns, &damaged).expect("written");
        let search = folder.chancery(["search", "a", "--facets", "--limit", "2", "okonkwo"]);
        let output = search.output().expect("it runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 1)), "byte {at}: {errors}");
        assert!(!errors.contains("panicked"), "byte {at}: {errors}");
        refused += usize::from(output.status.code() == Some(1));
        let verified = folder.chancery(["verify", "a"]).output().expect("it runs");
        let told = String::from_utf8_lossy(&verified.stdout);
        assert_eq!(verified.status.code(), Some(1), "byte {at}: {told}");
        assert!(told.contains("rebuild it"), "byte {at}: {told}");
    }
    assert!(refused > 0, "no damage was noticed");
}
