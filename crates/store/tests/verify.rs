//! `verify` reports damaged tables.

use std::path::PathBuf;

use chancery_model::{
    Annotated, Document, DocumentEntities, DocumentId, Label, Mention, MentionSource, RawSpan,
    Text, TextSpan,
};
use chancery_segment::segment_document;
use chancery_store::{
    ArchiveWriter, CompressedBytes, EncodedDocument, EntityLink, FileStamp, IngestedFile,
};
use rusqlite::Connection;

/// Returns a file with one document that mentions Ama Osei and a place.
fn make_file(number: usize) -> IngestedFile {
    let other = ["Lusaka", "Oslo"][number % 2];
    let words = format!("Ama Osei saw {other} for day {number}.");
    let id = DocumentId(*blake3::hash(words.as_bytes()).as_bytes());
    let text = Text::from_verbatim(&words);
    let span = text.whole_span();
    let document = Document::from_paragraphs(id, RawSpan::from_range(0..words.len()), text, [span]);
    let mention = |name: &str, label| {
        let start = words.find(name).expect("a name");
        let span = TextSpan::from_range(start..start + name.len());
        Mention { span, label, score: 0.5, source: MentionSource::Fast(1) }
    };
    let mentions = vec![mention("Ama Osei", Label::Per), mention(other, Label::Loc)];
    let link = |name: &str, class: Label| {
        let (id, name) = (format!("e-{name}"), name.to_owned());
        Some(EntityLink { id, label: class, name, score: 1.0, reason: "spelt alike".into() })
    };
    let links = vec![link("Ama Osei", Label::Per), link(other, Label::Loc)];
    let tokens = segment_document(&document);
    let annotated =
        Annotated { document, words: tokens, mentions, entities: DocumentEntities::default() };
    IngestedFile {
        path: format!("{number}.txt"),
        stamp: FileStamp { size: words.len() as u64, modified: 1 },
        digest: id.0,
        bytes: Some(CompressedBytes::new(words.as_bytes())),
        text_layer: None,
        documents: vec![EncodedDocument::new(&annotated, links)],
        problems: Vec::new(),
    }
}

/// Creates an archive of four documents.
fn ingest(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    let mut writer = ArchiveWriter::open(&folder).expect("an archive");
    writer.set_engine("first").expect("an engine");
    for number in 0..4 {
        writer.add(&make_file(number)).expect("added");
    }
    writer.finish().expect("finished");
    folder
}

#[test]
fn damaged_tables_are_reported() {
    let cases = [
        ("UPDATE files SET digest = zeroblob(32) WHERE number = 2", "do not match its digest"),
        ("UPDATE files SET size = 7 WHERE number = 2", "of 7 bytes are stored"),
        ("UPDATE raw SET bytes = (SELECT bytes FROM raw WHERE file = 1) WHERE file = 2", "digest"),
        ("UPDATE documents SET id = zeroblob(32) WHERE number = 3", "do not match its id"),
        ("DELETE FROM bodies WHERE document = 3", "documents without text: 1"),
        ("DELETE FROM places WHERE document = 3", "no location in any file"),
        ("UPDATE appearances SET mentions = 2 WHERE document = 3", "mention count of entity"),
        ("DELETE FROM appearances WHERE document = 3", "mention count of entity"),
        ("UPDATE annotations SET counted = x'' WHERE document = 3", "does not match its mentions"),
        (
            "INSERT INTO appearances SELECT entities.number, documents.number, 1
             FROM entities, documents WHERE true ON CONFLICT DO NOTHING",
            "lists 12 entity appearances, documents have 8",
        ),
        ("DELETE FROM documents WHERE number = 3", "refers to a missing row"),
        ("DELETE FROM entities WHERE id = 'e-Oslo'", "which does not exist"),
        // A block that ends after the text, and a text of four gigabytes.
        (
            "UPDATE bodies SET parts = (SELECT parts FROM bodies WHERE document = 1),
          text = (SELECT text FROM bodies WHERE document = 2) WHERE document = 3",
            "does not fit",
        ),
        ("UPDATE bodies SET text = x'ffffffff00' WHERE document = 3", "an impossible size"),
        ("INSERT INTO facts VALUES ('batch', 9) ON CONFLICT DO UPDATE SET value = 9", "of 9"),
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
    let damage = "UPDATE entities SET absorbed_by = 3 - number WHERE number < 3;
        UPDATE facts SET value = 1 WHERE name = 'logged'";
    db.execute_batch(damage).expect("damaged");
    drop(db);
    let mut writer = ArchiveWriter::open(&folder).expect("an archive");
    let error = writer.stored_document(1).map(drop).expect_err("a cycle").to_string();
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
    let error = archive.stored_document(3).map(drop).expect_err("a damaged row").to_string();
    assert!(error.contains("span 99..103 is out of range"), "{error}");
    assert!(archive.stored_document(2).is_ok());
    let faults = archive.verify_archive(|| ()).expect("verified");
    assert!(faults.iter().any(|fault| fault.what.contains("mention 99..103")), "{faults:?}");
}
