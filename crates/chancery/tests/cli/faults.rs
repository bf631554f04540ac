//! The fault table of docs/FAULTS.md: what breaks outside of the program, how
//! it is reported, and that nothing is lost. Kills, a full disk while files are
//! added, and read-only folders are in `interrupted`.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime};

use snapbox::cmd::Command;

use crate::interrupted::telegrams;
use crate::{Folder, printed, root};
#[cfg(target_os = "linux")]
use crate::{TELEGRAM, chancery};

/// Runs a command that must fail without a panic. Returns its standard error.
fn failure_message(command: Command) -> String {
    let output = command.output().expect("the program runs");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.starts_with("chancery: "), "{errors}");
    errors
}

/// A folder with an archive "a" of 60 telegrams, in one of which a person
/// rejected a name.
fn archive() -> Folder {
    let folder = Folder::of(&[]);
    telegrams(&folder.path("in"), 60);
    folder.chancery(["add", "a", "in", "-q"]).assert().success();
    let decide = ["curate", "a", "keyword", "09OSLO3", "kept"];
    folder.chancery(decide).assert().success();
    folder
}

/// Writes `bytes` into a file at a place.
fn overwrite(path: &Path, at: usize, bytes: &[u8]) {
    let mut file = fs::read(path).expect("a file");
    let end = file.len().min(at + bytes.len());
    file[at..end].copy_from_slice(&bytes[..end - at]);
    fs::write(path, file).expect("written");
}

#[test]
fn a_deleted_or_damaged_index_is_rebuilt() {
    let folder = archive();
    let search = || folder.chancery(["search", "a", "Okonkwo", "--limit", "3"]);
    let before = printed(search());
    let index = folder.path("a/index");
    let files = |ending: &str| {
        let entries =
            fs::read_dir(&index).expect("a folder").map(|entry| entry.expect("it").path());
        entries.filter(|path| path.to_string_lossy().ends_with(ending)).collect::<Vec<_>>()
    };
    let deletes = || fs::remove_dir_all(&index).expect("removed");
    let loses = || files(".store").iter().for_each(|path| fs::remove_file(path).expect("removed"));
    let forgets = || overwrite(&index.join("meta.json"), 0, b"nothing");
    // Whether the next writer rebuilds the index, too: it sees what the list
    // of files tells, not each file.
    let cases: [(&str, &dyn Fn(), bool); 3] = [
        ("deleted", &deletes, true),
        ("a file is lost", &loses, false),
        ("its list is damaged", &forgets, true),
    ];
    for (name, damage, mended) in cases {
        damage();
        let errors = failure_message(search());
        assert!(errors.contains("`chancery rebuild ARCHIVE` rebuilds it"), "{name}: {errors}");
        folder.chancery(["verify", "a"]).assert().code(1);
        folder.chancery(["show", "a", "09OSLO3"]).assert().success();
        folder.chancery(["rebuild", "a"]).assert().success();
        assert_eq!(printed(search()), before, "{name}");
        folder.chancery(["verify", "a"]).assert().success();
        if !mended {
            continue;
        }
        damage();
        folder.chancery(["curate", "a", "keyword", "09OSLO3", "again"]).assert().success();
        assert_eq!(printed(search()), before, "{name}");
    }
}

#[test]
fn a_damaged_page_of_the_database_is_found_and_the_rest_is_read() {
    let folder = archive();
    let whole = fs::read(folder.path("a/archive.sqlite")).expect("a database");
    let decisions = printed(folder.chancery(["curate", "a", "log"]));
    let (mut found, mut saved) = (0, 0);
    let pages: Vec<usize> = (1..whole.len() / 4096).step_by(7).collect();
    for &page in &pages {
        fs::write(folder.path("a/archive.sqlite"), &whole).expect("written");
        overwrite(&folder.path("a/archive.sqlite"), page * 4096, &[0xA5; 4096]);
        let verified = folder.chancery(["verify", "a"]).output().expect("the program runs");
        found += usize::from(verified.status.code() == Some(1));
        for command in
            [&["search", "a", "Okonkwo"][..], &["export", "a"], &["add", "a", "in", "-q"]]
        {
            let output = folder.chancery(command.iter().copied()).output().expect("it runs");
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(matches!(output.status.code(), Some(0 | 1)), "page {page}: {errors}");
            assert!(!errors.contains("panicked"), "page {page}: {errors}");
        }
        let log = folder.chancery(["curate", "a", "log"]).output().expect("the program runs");
        saved += usize::from(log.stdout == decisions.as_bytes());
    }
    // Pages that nothing uses hold nothing that could be lost.
    assert!(found * 10 >= pages.len() * 8, "{found} of {} pages are found", pages.len());
    assert!(saved * 10 >= pages.len() * 8, "decisions are saved from {saved} of {}", pages.len());

    overwrite(&folder.path("a/archive.sqlite"), 0, &[0; 4096]);
    let errors = failure_message(folder.chancery(["verify", "a"]));
    assert!(errors.contains("the archive is damaged") && errors.contains("another folder"));
}

#[test]
fn a_damaged_model_is_refused() {
    let model =
        |name: &str| fs::read(root().join("crates/models/data").join(name)).expect("a model");
    let (fast, accurate) = (model("fast.model"), model("accurate.model"));
    let mut flipped = accurate.clone();
    flipped[accurate.len() / 2] ^= 1;
    let cases: [(&str, &[u8], &str); 8] = [
        ("fast", b"", "not a model file of the engine `fast`"),
        ("fast", &fast[..fast.len() / 2], "damaged in its"),
        ("fast", &fast[..fast.len() - 1], "damaged in its"),
        ("fast", &[&fast[..], b"more"].concat(), "damaged in its end"),
        ("fast", &[&fast[..8], &[9, 0, 0, 0], &fast[12..]].concat(), "version 9"),
        ("accurate", &fast, "accurate"),
        ("accurate", &accurate[..accurate.len() / 2], "damaged"),
        ("accurate", &flipped, "damaged"),
    ];
    for (engine, bytes, expected) in cases {
        let folder = Folder::of(&[("a.txt", b"It rains in Oslo.\n"), ("m.model", bytes)]);
        let command = ["annotate", "a.txt", "--engine", engine, "--model", "m.model"];
        let errors = failure_message(folder.chancery(command));
        assert!(errors.starts_with("chancery: m.model: ") && errors.contains(expected), "{errors}");
        let add = ["add", "x", "a.txt", "--engine", engine, "--model", "m.model"];
        failure_message(folder.chancery(add));
    }
}

#[test]
fn a_clock_that_goes_backwards_hides_no_change() {
    let folder = archive();
    let path = folder.path("in/00/00003.txt");
    let text = fs::read_to_string(&path).expect("a telegram").replace("Okonkwo", "Adebayo");
    fs::write(&path, text).expect("written");
    // The change is older than what it changed, and than the archive.
    let old = SystemTime::now() - Duration::from_hours(9600);
    File::options().write(true).open(&path).expect("a file").set_modified(old).expect("a time");
    folder.chancery(["add", "a", "in", "-q"]).assert().success();
    assert!(printed(folder.chancery(["search", "a", "Adebayo"])).contains("1 document"));

    // A decision of yesterday that comes after one of today holds after it.
    let line = |number: u32, when: &str, name: &str| {
        format!(
            "{{\"number\":{number},\"who\":\"ana\",\"when\":\"{when}\",\"action\":\"rename\",\
             \"entity\":{{\"id\":\"n-x\"}},\"name\":\"{name}\"}}\n"
        )
    };
    let made = "{\"number\":1,\"who\":\"ana\",\"when\":\"2026-01-03T00:00:00Z\",\
                \"action\":\"create\",\"id\":\"n-x\",\"name\":\"One\",\"class\":\"PER\"}\n";
    let log = made.to_owned()
        + &line(2, "2026-01-02T00:00:00Z", "Two")
        + &line(3, "2026-01-01T00:00:00Z", "Three");
    fs::write(folder.path("log.jsonl"), log).expect("written");
    folder.chancery(["curate", "a", "import", "log.jsonl"]).assert().success();
    let named = printed(folder.chancery(["stats", "a", "--named", "Three"]));
    assert!(named.contains("Three") && named.contains("n-x"), "{named}");
    folder.chancery(["verify", "a"]).assert().success();
}

#[test]
fn a_locked_archive_is_reported() {
    let folder = archive();
    let lock = File::options().append(true).open(folder.path("a/lock")).expect("a lock");
    lock.lock().expect("the lock is free");
    // Each of them waits for ten seconds.
    let commands = [&["add", "a", "in"][..], &["rebuild", "a"], &["curate", "a", "undo", "1"]];
    thread::scope(|scope| {
        for command in commands {
            let folder = &folder;
            scope.spawn(move || {
                let errors = failure_message(folder.chancery(command.iter().copied()));
                assert!(errors.contains("a: another program is writing"), "{errors}");
            });
        }
    });
    folder.chancery(["search", "a", "Okonkwo"]).assert().success();
    drop(lock);
    folder.chancery(["add", "a", "in"]).assert().success();

    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let errors = failure_message(folder.chancery(["serve", "a", "--port", &port.to_string()]));
    assert!(errors.contains(&format!("127.0.0.1:{port}")), "{errors}");
    assert!(errors.contains("try --port 0"), "{errors}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_output_is_reported() {
    let jsonl = ["annotate", TELEGRAM, "--format", "jsonl", "--quiet", "--output", "/dev/full"];
    let tei = ["export", TELEGRAM, "--format", "tei", "--engine", "fast", "--output", "/dev/full"];
    let parquet =
        ["export", TELEGRAM, "--format", "parquet", "--engine", "fast", "-o", "/dev/full"];
    for command in [&jsonl[..], &tei, &parquet] {
        let errors = failure_message(chancery(command.iter().copied()));
        assert!(errors.contains("/dev/full: the results cannot be written: "), "{errors}");
    }
    let folder = archive();
    let errors = failure_message(folder.chancery(["curate", "a", "export", "/dev/full"]));
    assert!(errors.contains("/dev/full: cannot be written: the disk is full"), "{errors}");
}

/// Runs as the user `nobody`, because root ignores permissions.
#[cfg(unix)]
#[test]
fn missing_permissions_are_reported() {
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    let folder = archive();
    let mode = |path: &str, mode: u32| {
        fs::set_permissions(folder.path(path), fs::Permissions::from_mode(mode)).expect("allowed");
    };
    fs::write(folder.path("secret.txt"), "It rains.\n").expect("written");
    fs::create_dir(folder.path("shut")).expect("a folder");
    for (path, bits) in [("", 0o755), ("secret.txt", 0o000), ("shut", 0o555)] {
        mode(path, bits);
    }
    let is_root = fs::read(folder.path("secret.txt")).is_ok();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(if is_root { "setpriv" } else { "env" });
        if is_root {
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        }
        command.arg(env!("CARGO_BIN_EXE_chancery")).args(arguments).current_dir(folder.path(""));
        let output = command.output().expect("the program runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    if run(&["--version"]).0 != Some(0) {
        return eprintln!("the user `nobody` cannot run the program here: skipped");
    }
    let cases: [(&[&str], &str); 4] = [
        (
            &["annotate", "secret.txt"],
            "secret.txt: permission denied (check the permissions of the file)",
        ),
        (
            &["annotate", "in/00/00001.txt", "--quiet", "-o", "shut/x"],
            "shut/x: cannot be written: permission denied (check the permissions of its folder)",
        ),
        (&["add", "shut/a", "in"], "shut/a: cannot be written (check its permissions)"),
        (
            &["export", "a", "--format", "tei", "-o", "shut/x"],
            "shut/x: cannot be written: permission denied",
        ),
    ];
    for (arguments, expected) in cases {
        let (code, errors) = run(arguments);
        assert_eq!(code, Some(1), "{errors}");
        assert!(errors.contains(expected), "{errors}");
    }
    mode("a/archive.sqlite", 0o000);
    let (code, errors) = run(&["search", "a", "Okonkwo"]);
    assert_eq!(code, Some(1), "{errors}");
    assert!(errors.contains("a/archive.sqlite: permission denied"), "{errors}");
}
