//! Backups are complete, are checked, and overwrite nothing.

mod fixture;

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use chancery_store::{Archive, ArchiveWriter, CurationRequest, StoreError};
use fixture::{ingest_documents, make_document, make_file};

/// Returns a path that does not exist.
fn free_path(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_file(&path);
    let _ = fs::remove_dir_all(&path);
    path
}

fn keyword(words: &str) -> CurationRequest {
    CurationRequest::Keyword { on: "e-Lusaka".into(), words: words.into() }
}

#[test]
fn a_backup_is_written_while_others_read_and_write() {
    let (folder, mut writer) = ingest_documents("backup-load", 200);
    let stop = AtomicBool::new(false);
    let mut acknowledged = 0;
    std::thread::scope(|scope| {
        let write = scope.spawn(|| {
            let mut count = 0;
            while !stop.load(Ordering::Relaxed) {
                writer.decide_request("ana", "", &keyword(&format!("k{count}"))).expect("decided");
                let document = make_document(1_000 + count);
                writer.add(&make_file(&document, &format!("more-{count}.txt"))).expect("added");
                writer.commit_batch().expect("committed");
                count += 1;
            }
            count
        });
        for round in 0..5 {
            let mut archive = Archive::open(&folder).expect("an archive");
            let before = archive.decisions().count().expect("a count");
            let documents = archive.documents().count().expect("a count");
            let file = free_path(&format!("load-{round}.backup"));
            archive.write_backup(&file, |_| ()).expect("a backup");
            let restored = free_path(&format!("load-{round}.restored"));
            ArchiveWriter::restore(&file, &restored, |_| ()).expect("restored");
            let restored = Archive::open(&restored).expect("an archive");
            assert!(restored.decisions().count().expect("a count") >= before);
            assert!(restored.documents().count().expect("a count") >= documents);
            assert_eq!(restored.verify_archive(|| ()).expect("verified"), []);
        }
        stop.store(true, Ordering::Relaxed);
        acknowledged = write.join().expect("the writer ends");
    });
    assert!(acknowledged > 0);
    let archive = Archive::open(&folder).expect("an archive");
    assert_eq!(archive.decisions().count().expect("a count"), acknowledged);
}

#[test]
fn nothing_is_overwritten_and_nothing_is_left_behind() {
    let (folder, writer) = ingest_documents("backup-refused", 3);
    drop(writer);
    let mut archive = Archive::open(&folder).expect("an archive");
    let file = free_path("refused.backup");
    fs::write(&file, "letters").expect("a file");
    let error = archive.write_backup(&file, |_| ()).expect_err("the file exists");
    assert!(matches!(error, StoreError::AlreadyExists(_)), "{error}");
    assert_eq!(fs::read_to_string(&file).expect("a file"), "letters");

    let restored = free_path("refused.restored");
    let error = ArchiveWriter::restore(&file, &restored, |_| ()).expect_err("not a backup");
    assert!(matches!(error, StoreError::NotABackup(_)), "{error}");
    assert!(!restored.exists());

    let missing = free_path("no-folder").join("a.backup");
    assert!(archive.write_backup(&missing, |_| ()).is_err());

    fs::remove_file(&file).expect("removed");
    archive.write_backup(&file, |_| ()).expect("a backup");
    let error = ArchiveWriter::restore(&file, &folder, |_| ()).expect_err("an archive exists");
    assert!(matches!(error, StoreError::AlreadyExists(_)), "{error}");
    let left = fs::read_dir(file.parent().expect("a folder")).expect("a folder");
    let partial = left.filter_map(Result::ok).find(|entry| {
        let name = entry.file_name();
        name.to_string_lossy().starts_with("refused") && name.to_string_lossy().ends_with("partial")
    });
    assert!(partial.is_none());
    assert_eq!(archive.verify_archive(|| ()).expect("verified"), []);
}
