//! Any text as an exported log of decisions. Its entries are written as they
//! were read. An archive that imports them stays valid, has all of them, and
//! has none twice.

#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use chancery_store::{Archive, Record, Writer};
use libfuzzer_sys::fuzz_target;

static ARCHIVE: LazyLock<PathBuf> = LazyLock::new(|| chancery_fuzz::archive("log"));

fuzz_target!(|text: &str| {
    let read = |line: &str| serde_json::from_str::<Record>(line);
    let Ok(records) = text.lines().map(read).collect::<Result<Vec<_>, _>>() else { return };
    for record in &records {
        let line = serde_json::to_string(record).expect("plain data");
        assert_eq!(read(&line).expect("our own line"), *record);
    }
    if records.is_empty() {
        return;
    }
    let folder = chancery_fuzz::copied(&ARCHIVE, "decided");
    let mut writer = Writer::open(&folder).expect("an archive");
    writer.import(records.clone()).expect("what finds nothing is a conflict");
    assert_eq!(writer.import(records).expect("as before"), 0, "{text}");
    writer.finish().expect("finished");
    let archive = Archive::open(&folder).expect("an archive");
    assert_eq!(archive.verify(|| {}).expect("readable"), [], "{text}");
});
