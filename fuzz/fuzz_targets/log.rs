//! Any text as an exported log of decisions. Its entries are written as they
//! were read. An archive that imports them stays valid, has all of them, and
//! has none twice.

#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use chancery_store::{Archive, ArchiveWriter, LogEntry};
use libfuzzer_sys::fuzz_target;

static ARCHIVE: LazyLock<PathBuf> = LazyLock::new(|| chancery_fuzz::create_archive("log"));

fuzz_target!(|text: &str| {
    let read = |line: &str| serde_json::from_str::<LogEntry>(line);
    let Ok(entries) = text.lines().map(read).collect::<Result<Vec<_>, _>>() else { return };
    for entry in &entries {
        let line = serde_json::to_string(entry).expect("plain data");
        assert_eq!(read(&line).expect("our own line"), *entry);
    }
    if entries.is_empty() {
        return;
    }
    let folder = chancery_fuzz::copy_archive(&ARCHIVE, "decided");
    let mut writer = ArchiveWriter::open(&folder).expect("an archive");
    writer.import_log(entries.clone()).expect("entries without a target are conflicts");
    assert_eq!(writer.import_log(entries).expect("as before"), 0, "{text}");
    writer.finish().expect("finished");
    let archive = Archive::open(&folder).expect("an archive");
    assert_eq!(archive.verify_archive(|| {}).expect("readable"), [], "{text}");
});
