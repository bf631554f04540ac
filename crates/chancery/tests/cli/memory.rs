//! The memory that `add` takes for a file, in proportion to the file.
//!
//! The short form is a part of the tests. The long form, with files of 11 and 16 MB:
//!
//! ```text
//! CHANCERY_MEMORY=long cargo test --release -p chancery --test cli memory -- --nocapture
//! ```

#![cfg(target_os = "linux")]

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::Folder;

/// Times the size of a file that may be in memory at once. A program without a file has
/// its models; they do not count.
const MOST: f64 = 30.0;

/// Makes the piece with a number.
type Piece = fn(usize) -> String;

/// A shape: its name, the pieces of the short and of the long form, what makes a piece.
const SHAPES: [(&str, usize, usize, Piece); 3] = [
    ("short paragraphs", 120_000, 1_000_000, |n| format!("{n}. It rained.\n\n")),
    ("prose", 14_000, 80_000, |n| {
        format!(
            "Prices rose again in the {n} markets of the north, where most of the grain that \
             came by sea before the rains is sold, and the Ministry sent lorries.\n\n"
        )
    }),
    ("table", 30_000, 300_000, |n| format!("09OSLO{n},2009-05-01,\"1. The port is open.\"\n")),
];

/// The highest memory of a process that adds a file, in bytes.
fn peak_of_adding(folder: &Folder, name: &str) -> f64 {
    let mut child = Command::new(env!("CARGO_BIN_EXE_chancery"))
        .args(["add", &format!("{name}.archive"), name, "--quiet", "--engine", "fast"])
        .args(["--jobs", "1"])
        .current_dir(folder.path(""))
        .stdout(Stdio::null())
        .spawn()
        .expect("it runs");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0;
    while child.try_wait().expect("a child").is_none() {
        let read = fs::read_to_string(&status).unwrap_or_default();
        let line = read.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = f64::max(peak, kilobytes.unwrap_or(0.0));
        thread::sleep(Duration::from_millis(5));
    }
    assert!(child.wait().expect("it ends").success(), "{name}");
    peak * 1024.0
}

#[test]
fn memory_is_in_proportion_to_the_file() {
    let is_long = std::env::var("CHANCERY_MEMORY").is_ok_and(|value| value == "long");
    let folder = Folder::of(&[]);
    for (shape, short, long, piece) in SHAPES {
        let count = if is_long { long } else { short };
        let (suffix, head) = match shape {
            "table" => ("csv", "id,date,text\n"),
            _ => ("txt", "UNCLAS OSLO 000001\n\nSUBJECT: THE PORT\n\n"),
        };
        let of_size = |count: usize| {
            let mut text = head.to_owned();
            for number in 0..count {
                write!(text, "{}", piece(number)).expect("memory");
            }
            let name = format!("{}-{count}.{suffix}", shape.replace(' ', "-"));
            fs::write(folder.path(&name), &text).expect("a file");
            (peak_of_adding(&folder, &name), text.len() as f64)
        };
        // A much smaller file would count what grows only at first: the room of the threads.
        let (small, small_size) = of_size(count / 4);
        let (large, size) = of_size(count);
        let times = (large - small) / (size - small_size);
        eprintln!("{shape}: {size} bytes, {large} at most, {times:.1} times the file");
        assert!(times < MOST, "{shape}: {times:.1} times the file");
    }
}
