//! `verify` reports damaged tables.

mod fixture;

use std::path::PathBuf;

use chancery_store::{ArchiveWriter, DocumentNumber};
use fixture::{annotate_text, make_file};
use rusqlite::Connection;

/// Creates an archive of four documents.
fn ingest(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    let mut writer = ArchiveWriter::open(&folder).expect("an archive");
    writer.set_engine("first").expect("an engine");
    for number in 0..4 {
        let other = ["Lusaka", "Oslo"][number % 2];
        let annotated = annotate_text(&format!("Ama Osei saw {other} for day {number}."));
        writer.add(&make_file(&annotated, &format!("{number}.txt"))).expect("added");
    }
    writer.finish().expect("finished");
    folder
}

#[test]
fn damaged_tables_are_reported() {
    let cases = [
        ("UPDATE files SET digest = zeroblob(32) WHERE number = 2", "do not match its digest"),
        ("UPDATE files SET size = 7 WHERE number = 2", "of 7 bytes are stored"),
        (
            "UPDATE file_pieces SET bytes = (SELECT bytes FROM file_pieces WHERE file = 1) WHERE file = 2",
            "digest",
        ),
        ("UPDATE stored_documents SET id = zeroblob(32) WHERE number = 3", "do not match its id"),
        ("DELETE FROM bodies WHERE document = 3", "documents without text: 1"),
        ("DELETE FROM locations WHERE document = 3", "no location in any file"),
        ("UPDATE appearances SET mentions = 2 WHERE document = 3", "mention count of entity"),
        ("DELETE FROM appearances WHERE document = 3", "mention count of entity"),
        ("UPDATE annotations SET entities = x'' WHERE document = 3", "does not match its mentions"),
        (
            "INSERT INTO appearances SELECT entities.number, documents.number, 1
             FROM entities, documents WHERE true ON CONFLICT DO NOTHING",
            "lists 12 entity appearances, documents have 8",
        ),
        ("DELETE FROM stored_documents WHERE number = 3", "refers to a missing row"),
        ("DELETE FROM entities WHERE id = 'e-Oslo'", "which does not exist"),
        // A block that ends after the text, and a text of four gigabytes.
        (
            "UPDATE bodies SET parts = (SELECT parts FROM bodies WHERE document = 1),
          text = (SELECT text FROM bodies WHERE document = 2) WHERE document = 3",
            "does not fit",
        ),
        ("UPDATE bodies SET text = x'ffffffff00' WHERE document = 3", "an impossible size"),
        ("UPDATE meta SET value = 0 WHERE name = 'batch'", "is at batch 1 of 0"),
    ];
    for (number, (damage, expected)) in cases.into_iter().enumerate() {
        let folder = ingest(&format!("damaged-{number}"));
        let faults = || {
            let archive = chancery_store::Archive::open(&folder).expect("an archive");
            let faults = archive.verify_archive(|| ()).expect("verified").into_iter();
            faults.map(|fault| format!("{}: {}", fault.location, fault.what)).collect::<Vec<_>>()
        };
        assert_eq!(faults(), [""; 0], "before");
        let db = Connection::open(folder.join("archive.sqlite")).expect("a database");
        db.execute_batch("PRAGMA foreign_keys = off").expect("turned off");
        assert!(db.execute(damage, []).expect(damage) > 0, "{damage}");
        drop(db);
        let found = faults();
        assert!(found.iter().any(|fault| fault.contains(expected)), "{damage}: {found:?}");
    }
}

#[test]
fn a_merge_cycle_is_an_error() {
    let folder = ingest("circle");
    let db = Connection::open(folder.join("archive.sqlite")).expect("a database");
    let damage = "UPDATE entities SET merged_into = 3 - number WHERE number < 3;
        UPDATE meta SET value = 1 WHERE name = 'decisions'";
    db.execute_batch(damage).expect("damaged");
    drop(db);
    let mut writer = ArchiveWriter::open(&folder).expect("an archive");
    let error =
        writer.documents().stored(DocumentNumber(1)).map(drop).expect_err("a cycle").to_string();
    assert!(error.contains("form a cycle"), "{error}");
    assert!(!writer.verify_archive(|| ()).expect("verified").is_empty());
    let _ = writer.replay_log();
}

/// Regression test from fuzzing: a mention far outside its text.
#[test]
fn a_mention_outside_its_text_is_an_error() {
    let folder = ingest("outside");
    let db = Connection::open(folder.join("archive.sqlite")).expect("a database");
    let damage = "UPDATE annotations SET mentions = x'6304000000003f0000' WHERE document = 3";
    assert_eq!(db.execute(damage, []).expect(damage), 1);
    drop(db);
    let archive = chancery_store::Archive::open(&folder).expect("an archive");
    let error = archive
        .documents()
        .stored(DocumentNumber(3))
        .map(drop)
        .expect_err("a damaged row")
        .to_string();
    assert!(error.contains("span 99..103 is out of range"), "{error}");
    assert!(archive.documents().stored(DocumentNumber(2)).is_ok());
    let faults = archive.verify_archive(|| ()).expect("verified");
    assert!(faults.iter().any(|fault| fault.what.contains("mention 99..103")), "{faults:?}");
}
