//! An archive that is being created.

use std::path::Path;
use std::{fs, thread};

use chancery_store::{Archive, ArchiveWriter, Searcher, StoreError};

#[test]
fn readers_of_a_new_archive_find_an_index() {
    let path = &Path::new(env!("CARGO_TARGET_TMPDIR")).join("creation");
    for _ in 0..20 {
        let _ = fs::remove_dir_all(path);
        thread::scope(|scope| {
            scope.spawn(|| drop(ArchiveWriter::open(path).expect("a new archive")));
            let archive = loop {
                match Archive::open(path) {
                    Ok(archive) => break archive,
                    Err(StoreError::NotAnArchive(_)) => thread::yield_now(),
                    Err(error) => panic!("{error}"),
                }
            };
            Searcher::open(&archive).expect("an index");
        });
    }
}
