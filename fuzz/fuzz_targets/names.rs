//! Any text as a user's authority list, CSV or JSON lines. It is read, or the
//! error names the line.

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
