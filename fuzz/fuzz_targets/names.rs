//! Any text as a user's authority list, CSV or JSON lines. It is read, or the
//! error names the line.

#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use chancery_engine::name_list::{NameListError, UserList};
use libfuzzer_sys::fuzz_target;

static FILE: LazyLock<PathBuf> = LazyLock::new(|| {
    std::env::temp_dir().join(format!("chancery-fuzz-{}-names", std::process::id()))
});

fuzz_target!(|text: &str| {
    fs::write(&*FILE, text).expect("disk space");
    match UserList::read(&FILE) {
        Ok(_) => {}
        Err(NameListError::Row { line, what, .. }) => {
            assert!(line <= text.lines().count() as u64, "line {line}: {what}: {text:?}");
        }
        Err(error) => panic!("{error}: {text:?}"),
    }
});
