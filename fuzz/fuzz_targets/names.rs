//! Any text as a user's list of names, CSV or JSON lines: it is read, or the
//! line is told that is wrong.

#![no_main]

#[path = "../../crates/chancery/src/own_names.rs"]
mod own_names;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Err(problem) = own_names::read(text) else { return };
    let told = format!("{problem:#}");
    let line = told.strip_prefix("line ").and_then(|rest| rest.split_once(':'));
    let line: Option<usize> = line.and_then(|(line, _)| line.parse().ok());
    assert!(line.is_some_and(|line| line <= text.lines().count()), "{told}: {text:?}");
});
