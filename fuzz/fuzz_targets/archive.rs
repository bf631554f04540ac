//! A small archive with changed bytes in its database. Every reader returns an
//! error or a result, and does not panic.

#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use chancery_store::{Archive, Request, Searcher, StoreError, Writer, parse_query};
use libfuzzer_sys::fuzz_target;

static WHOLE: LazyLock<(PathBuf, Vec<u8>)> = LazyLock::new(|| {
    let folder = chancery_fuzz::archive("damaged");
    let database = fs::read(folder.join("archive.sqlite")).expect("a database");
    (folder, database)
});

fuzz_target!(|input: &[u8]| {
    let (folder, database) = &*WHOLE;
    for file in ["archive.sqlite-wal", "archive.sqlite-shm"] {
        let _ = fs::remove_file(folder.join(file));
    }
    let damaged = chancery_fuzz::damaged(database, input);
    fs::write(folder.join("archive.sqlite"), damaged).expect("disk space");
    let _ = read(folder);
    let _ = Writer::open(folder).and_then(|mut writer| writer.replay());
});

fn read(folder: &std::path::Path) -> Result<(), StoreError> {
    let archive = Archive::open(folder)?;
    let _ = archive.verify(|| {});
    let _ = (archive.stats(), archive.top_entities(None, 9), archive.log(), archive.conflicts());
    for number in archive.by_id()? {
        let _ = (archive.held(number), archive.neighbours(number), archive.unit(number));
        let _ = (archive.summary(number), archive.copies(number));
    }
    let request = Request { facets: true, ..Request::new(parse_query("osei OR place:lusaka")?) };
    Searcher::open(&archive)?.search(&archive, &request).map(drop)
}
