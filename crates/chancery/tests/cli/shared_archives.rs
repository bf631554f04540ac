//! One archive used by several programs and users, and on a full disk.

use std::fs::{self, File};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::interrupted::{telegrams, with_mounts};
use crate::{Folder, printed};

/// An archive "a" of 60 telegrams.
fn archive() -> Folder {
    let folder = Folder::of(&[]);
    telegrams(&folder.path("in"), 60);
    folder.chancery(["add", "a", "in", "-q"]).assert().success();
    folder
}

#[test]
fn forty_decisions_at_once_wait_for_each_other() {
    let folder = archive();
    let start = |number: u32| {
        Command::new(env!("CARGO_BIN_EXE_chancery"))
            .args(["curate", "a", "keyword", "09OSLO3", &format!("word {number}")])
            .current_dir(folder.path(""))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs")
    };
    let children: Vec<Child> = (0..40).map(start).collect();
    for child in children {
        let output = child.wait_with_output().expect("it ends");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{errors}");
    }
    let log = printed(folder.chancery(["curate", "a", "log"]));
    assert_eq!(log.lines().count(), 40);
    folder.chancery(["verify", "a"]).assert().success();
}

#[test]
fn a_decision_waits_for_another_writer() {
    let folder = archive();
    let lock = File::options().append(true).open(folder.path("a/lock")).expect("a lock");
    lock.lock().expect("the lock is free");
    thread::scope(|scope| {
        let decide = || {
            folder.chancery(["curate", "a", "keyword", "09OSLO3", "seen"]).assert().success();
            folder.chancery(["search", "a", "--save", "s", "oslo"]).assert().success();
        };
        let decided = scope.spawn(decide);
        thread::sleep(Duration::from_secs(1));
        assert!(!decided.is_finished());
        drop(lock);
    });
    assert!(printed(folder.chancery(["saved", "a"])).contains("oslo"));
}

/// The permissions of everything in a folder, by path.
#[cfg(unix)]
fn permissions(folder: &std::path::Path) -> Vec<(std::path::PathBuf, u32)> {
    use std::os::unix::fs::PermissionsExt;
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let metadata = fs::metadata(&path).expect("a file");
        if metadata.is_dir() {
            all.extend(permissions(&path));
        }
        all.push((path, metadata.permissions().mode() & 0o777));
    }
    all
}

/// The first writer decides who can read an archive, whatever umask the later
/// ones have. Uploads are private until they are ingested.
#[cfg(unix)]
#[test]
fn all_files_of_an_archive_have_one_rule_of_permissions() {
    use crate::test_server::TestServer;

    for (first, later, file_mode, folder_mode) in
        [("022", "077", 0o644, 0o755), ("077", "022", 0o600, 0o700)]
    {
        let folder = Folder::of(&[]);
        telegrams(&folder.path("in"), 8);
        telegrams(&folder.path("more"), 12);
        let run = |umask: &str, arguments: &str| {
            let script = format!("umask {umask} && exec \"$CHANCERY\" {arguments}");
            let status = Command::new("sh")
                .args(["-c", &script])
                .env("CHANCERY", env!("CARGO_BIN_EXE_chancery"))
                .current_dir(folder.path(""))
                .stdout(Stdio::null())
                .status();
            assert!(status.expect("a shell").success(), "{arguments}");
        };
        run(first, "add a in -q");
        run(later, "add a more -q");
        run(later, "curate a keyword 09OSLO3 seen");
        run(later, "rebuild a");
        let server = TestServer::open(&folder, "a", &[]);
        let search = server.get("/api/v1/search?q=okonkwo");
        assert_eq!(search.status, 200, "{}", search.body);
        for (path, mode) in permissions(&folder.path("a")) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // Locks need no reader: a user who only reads takes none.
            if name.ends_with("lock") {
                continue;
            }
            let expected = if path.is_dir() { folder_mode } else { file_mode };
            assert_eq!(mode, expected, "{first}, then {later}: {path:?} has {mode:o}");
        }
    }
}

#[test]
fn an_archive_on_a_full_disk_can_be_read() {
    let folder = archive();
    let before = printed(folder.chancery(["export", "a"]));
    fs::create_dir(folder.path("small")).expect("a folder");
    let script = "mount -t tmpfs -o size=4m tmpfs small && cp -r a small/a && cp -r in small/in
        dd if=/dev/zero of=small/fill bs=4k 2>/dev/null
        dd if=/dev/zero of=small/rest bs=1 2>/dev/null
        $CHANCERY search small/a okonkwo --limit 1 >found || exit 7
        $CHANCERY show small/a 09OSLO3 >shown || exit 8
        $CHANCERY verify small/a >checked || exit 9
        $CHANCERY export small/a >exported || exit 10
        $CHANCERY curate small/a keyword 09OSLO3 seen 2>refused && exit 11
        $CHANCERY rebuild small/a 2>>refused && exit 12
        $CHANCERY search small/a okonkwo --limit 1 >found || exit 13
        rm small/fill small/rest
        $CHANCERY curate small/a keyword 09OSLO3 seen || exit 14
        $CHANCERY verify small/a >checked || exit 15";
    let Some(output) = with_mounts(script, &folder.path("")) else { return };
    assert!(output.status.success(), "{output:?}");
    assert!(folder.read("found").contains("60 documents"));
    assert_eq!(folder.read("exported"), before);
    let refused = folder.read("refused");
    for line in refused.lines() {
        assert!(line.contains("the disk is full"), "{refused}");
    }
    assert_eq!(refused.lines().count(), 2, "{refused}");
}
