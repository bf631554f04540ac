//! An ingest that is killed, or runs out of disk, and is started again makes
//! the archive that one run makes.
//!
//! The short form is a part of the tests. The long form takes fifty kills and
//! the nine volumes, where they are at hand:
//!
//! ```text
//! CHANCERY_KILLS=50 cargo test --release -p chancery --test cli interrupted -- --nocapture
//! ```

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::Folder;
use crate::shared_data::shared_data;

/// Invented telegrams, each with names and a serial of its own.
pub(crate) fn telegrams(folder: &Path, count: usize) {
    let posts = ["PORT LOUIS", "ALGIERS", "LUSAKA", "OSLO"];
    let people = ["John Miller", "Karim Benhaddou", "Ingrid Solheim", "Peter Mwansa"];
    for number in 0..count {
        let (post, person) = (posts[number % 4], people[number / 4 % 4]);
        let text = format!(
            "VZCZCXRO{number:04}\nDE RUEHXX #{number:04}/01 {day:03}1200\nR {dd:02}1200Z MAR 09\n\
             FM AMEMBASSY {post}\nTO SECSTATE WASHDC\n\nCONFIDENTIAL {post} {number:06}\n\n\
             E.O. 12958: DECL: 03/01/2019\nTAGS: PREL, PGOV\nSUBJECT: VISIT NUMBER {number}\n\n\
             1. (C) Ambassador {person} met President Okonkwo in Berlin on {dd} March and \
             spoke of shipment {number}.\n\n2. (C/NF) The Ministry of Fisheries gave \
             Ambassador {person} {number} boats.\n",
            day = number % 365,
            dd = number % 28 + 1,
        );
        let sub = folder.join(format!("{:02}", number / 50));
        fs::create_dir_all(&sub).expect("a folder");
        fs::write(sub.join(format!("{number:05}.txt")), text).expect("a file");
    }
}

fn chancery(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command
}

fn run(arguments: &[&str], folder: &Path) -> Output {
    chancery(arguments, folder).output().expect("the program runs")
}

fn succeed(arguments: &[&str], folder: &Path) -> Vec<u8> {
    let output = run(arguments, folder);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}{:?}", output.status);
    output.stdout
}

/// Whether the archive is sound, and what it holds.
fn contents(archive: &str, folder: &Path) -> Vec<u8> {
    succeed(&["verify", archive], folder);
    succeed(&["export", archive], folder)
}

/// Returns the moment of an interruption.
pub(crate) fn random_moment(random: &mut Rng, longest: Duration) -> Duration {
    longest.mul_f64(random.f64())
}

#[test]
fn a_killed_and_resumed_run_equals_one_run() {
    let wanted = std::env::var("CHANCERY_KILLS").ok().and_then(|kills| kills.parse().ok());
    let folder = Folder::of(&[]);
    let at = folder.path("");
    telegrams(&at.join("in"), 240);
    let volumes = wanted.and_then(|_| shared_data("data/frus-volumes"));
    let source = volumes.unwrap_or_else(|| "in".into());
    let source = source.to_str().expect("a plain path");
    let kills: usize = wanted.unwrap_or(6);

    let begun = Instant::now();
    succeed(&["add", "whole", source, "--batch", "20", "--engine", "fast"], &at);
    let took = begun.elapsed();
    let expected = contents("whole", &at);

    let (mut killed, mut round, mut finished) = (0, 0, 0);
    let mut random = Rng::with_seed(7);
    while killed < kills {
        let archive = format!("part{round}");
        let mut child =
            chancery(&["add", &archive, source, "--batch", "20", "--engine", "fast"], &at)
                .stderr(Stdio::null())
                .spawn()
                .expect("the program runs");
        thread::sleep(random_moment(&mut random, took));
        if child.try_wait().expect("a child").is_some() {
            assert_eq!(contents(&archive, &at), expected, "round {round}");
            (round, finished) = (round + 1, finished + 1);
            continue;
        }
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        killed += 1;
    }
    let archive = format!("part{round}");
    succeed(&["add", &archive, source, "--batch", "20", "--engine", "fast"], &at);
    assert_eq!(contents(&archive, &at), expected, "the last round");
    eprintln!("{killed} kills over {} archives of {} bytes", finished + 1, expected.len());
}

/// Runs a script where file systems may be mounted; `None` where that is not
/// allowed.
pub(crate) fn with_mounts(script: &str, folder: &Path) -> Option<Output> {
    let probe = Command::new("unshare")
        .args(["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"])
        .stderr(Stdio::null())
        .status();
    if !probe.is_ok_and(|status| status.success()) {
        eprintln!("file systems cannot be mounted here: skipped");
        return None;
    }
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", script])
        .env("CHANCERY", env!("CARGO_BIN_EXE_chancery"))
        .current_dir(folder)
        .output();
    Some(output.expect("a shell"))
}

#[test]
fn a_full_disk_is_reported_and_nothing_breaks() {
    let folder = Folder::of(&[]);
    let at = folder.path("");
    telegrams(&at.join("in"), 240);
    // Neither archive lies beside the telegrams: both know them by the same paths.
    for folder in ["small", "large"] {
        fs::create_dir(at.join(folder)).expect("a folder");
    }
    succeed(&["add", "large/a", "in"], &at);
    let expected = contents("large/a", &at);
    // Of sizes between "not even the tables" and "nearly all" each must fail
    // well, and go on when there is space.
    for size in ["200k", "600k", "1m", "1400k", "1800k", "2200k"] {
        let script = format!(
            "mount -t tmpfs -o size={size} tmpfs small
             $CHANCERY add small/a in --batch 20 2>first; echo $? >code
             mount -o remount,size=100m small
             $CHANCERY add small/a in --batch 20 2>second || exit 7
             $CHANCERY verify small/a >checked || exit 8
             $CHANCERY export small/a >exported"
        );
        let Some(output) = with_mounts(&script, &at) else { return };
        let first = folder.read("first");
        let message = format!("{size}: {first}{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{message}{:?}", output.status);
        assert_eq!(folder.read("code").trim(), "1", "{message}");
        assert!(first.contains("the disk is full"), "{message}");
        assert_eq!(fs::read(at.join("exported")).expect("an export"), expected, "{size}");
    }
}

#[test]
fn a_read_only_archive_can_be_read() {
    let folder = Folder::of(&[]);
    let at = folder.path("");
    telegrams(&at.join("in"), 60);
    telegrams(&at.join("more"), 80);
    succeed(&["add", "a", "in"], &at);
    let before = contents("a", &at);
    let script = "mount --bind a a && mount -o remount,ro,bind a
        $CHANCERY add a more 2>told; echo $? >code
        $CHANCERY search a Okonkwo --limit 1 >found || exit 7
        $CHANCERY stats a >counted || exit 8
        $CHANCERY verify a >checked || exit 9
        $CHANCERY export a >exported";
    let Some(output) = with_mounts(script, &at) else { return };
    let message = folder.read("told");
    assert!(output.status.success(), "{message}{output:?}");
    assert_eq!(folder.read("code").trim(), "1");
    assert!(message.contains("cannot be written"), "{message}");
    assert!(folder.read("found").contains("60 documents"));
    assert_eq!(fs::read(at.join("exported")).expect("an export"), before);
    succeed(&["add", "a", "more"], &at);
    succeed(&["verify", "a"], &at);
}
