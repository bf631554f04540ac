//! A small archive with changed bytes in its database. Every reader returns an
//! error or a result, and does not panic.

#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use chancery_store::{Archive, ArchiveWriter, SearchRequest, Searcher, StoreError, parse_query};
use libfuzzer_sys::fuzz_target;

static WHOLE: LazyLock<(PathBuf, Vec<u8>)> = LazyLock::new(|| {
    let folder = chancery_fuzz::create_archive("damaged");
    let database = fs::read(folder.join("archive.sqlite")).expect("a database");
    (folder, database)
});

fuzz_target!(|input: &[u8]| {
    let (folder, database) = &*WHOLE;
    for file in ["archive.sqlite-wal", "archive.sqlite-shm"] {
        let _ = fs::remove_file(folder.join(file));
    }
    let damaged = chancery_fuzz::damage_file(database, input);
    fs::write(folder.join("archive.sqlite"), damaged).expect("disk space");
    let _ = read_archive(folder);
    let _ = ArchiveWriter::open(folder).and_then(|mut writer| writer.replay_log());
});

fn read_archive(folder: &std::path::Path) -> Result<(), StoreError> {
    let archive = Archive::open(folder)?;
    let _ = archive.verify_archive(|| {});
    let _ = (archive.archive_stats(), archive.entities().most_frequent(None, 9));
    let _ = (archive.decisions().log(), archive.decisions().conflicts());
    for number in archive.documents().numbers_by_id()? {
        let _ = (archive.documents().stored(number), archive.documents().neighbours(number));
        let _ = (archive.documents().telegram_sections(number), archive.documents().row(number));
        let _ = archive.documents().near_duplicates(number);
    }
    let query = parse_query("osei OR place:lusaka")?;
    let request = SearchRequest { facets: true, ..SearchRequest::new(query) };
    Searcher::open(&archive)?.search(&archive, &request).map(drop)
}
