//! Backups of an archive that a server writes to, and the way back.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::serve::archive;
use crate::test_server::TestServer;

#[test]
fn a_backup_has_every_decision_acknowledged_before_it() {
    let folder = archive();
    let server = TestServer::open(&folder, "a", &[]);
    let stop = AtomicBool::new(false);
    let make = |number: usize| {
        let request = json!({"action": "keyword", "on": "09OSLO77", "words": format!("k{number}")});
        assert_eq!(server.post("/api/v1/decisions", &request).status, 201);
    };
    let decisions_in = |archive: &str| {
        let log = folder.chancery(["curate", archive, "log"]).assert().success();
        let log = String::from_utf8(log.get_output().stdout.clone()).expect("UTF-8");
        let count = log.lines().count();
        for line in log.lines() {
            let _: Value = serde_json::from_str(line).expect("JSON");
        }
        count
    };
    (0..5).for_each(make);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 5..100_000 {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                make(number);
            }
        });
        for round in 0..3 {
            let (file, again) = (format!("{round}.backup"), format!("again-{round}"));
            let before = decisions_in("a");
            folder.chancery(["backup", "a", &file]).assert().success();
            folder.chancery(["restore", &file, &again]).assert().success();
            folder.chancery(["verify", &again]).assert().success();
            assert!(decisions_in(&again) >= before, "round {round}");
            let found = folder.chancery(["search", &again, "--json", "keyword:k0"]);
            let found = found.assert().success().get_output().stdout.clone();
            let found: Value = serde_json::from_slice(&found).expect("JSON");
            assert_eq!(found["total"], 1, "round {round}");
        }
        stop.store(true, Ordering::Relaxed);
    });
    folder.chancery(["verify", "a"]).assert().success();
}

#[test]
fn backups_replace_nothing() {
    let folder = archive();
    folder.chancery(["backup", "a", "b"]).assert().success();
    let cases: [(&[&str], &str); 4] = [
        (&["backup", "a", "b"], "b: exists already (choose another path)"),
        (&["restore", "b", "a"], "archive.sqlite: exists already"),
        (&["restore", "<i>evil<script>.txt", "c"], "not a backup of an archive"),
        (&["restore", "nowhere", "c"], "nowhere: "),
    ];
    for (command, words) in cases {
        let refused = folder.chancery(command.iter().copied()).assert().code(1);
        let errors = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
        assert!(errors.contains(words), "{errors}");
    }
    assert!(!folder.path("c").exists());
}
