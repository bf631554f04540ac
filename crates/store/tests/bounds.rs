//! Decisions of earlier versions about a surname of the whole archive are limited to
//! the documents that are there.

mod fixture;

use chancery_store::{Archive, ArchiveWriter, CurationAction, LogEntry};
use fixture::{make_document, make_file};

/// The surname, as one entity of the whole archive.
const SURNAME: &str = "n-05e105e105e1";

/// A merge of the surname, as earlier versions logged it.
const MERGE: &str = r#"{"number":1,"author":"ana","time":"2026-11-23T12:00:00Z","action":"merge",
    "from":{"id":"n-05e105e105e1"},"into":{"id":"e-Ama-Osei"}}"#;

/// Another decision: a full name is one in all documents.
const OTHER_MERGE: &str = r#"{"number":2,"author":"ana","time":"2026-11-23T12:00:00Z",
    "action":"merge","from":{"id":"e-Oslo"},"into":{"id":"e-Lusaka"}}"#;

/// Adds documents in which "Osei" is the surname.
fn add_documents(writer: &mut ArchiveWriter, numbers: std::ops::Range<usize>) {
    writer.set_engine("first").expect("an engine");
    for number in numbers {
        let mut annotated = make_document(number);
        let entities = annotated.entities.entities.iter_mut();
        entities.filter(|one| one.name == "Osei").for_each(|one| SURNAME.clone_into(&mut one.id));
        writer.add(&make_file(&annotated, &format!("{number}.txt"))).expect("added");
    }
    writer.replay_log().expect("replayed");
    writer.finish().expect("finished");
}

fn documents_of(archive: &Archive, id: &str) -> u64 {
    let entity = archive.entities().find(id).expect("an entity");
    archive.entities().appearance_counts(entity).expect("counts").0
}

/// Checks that three documents are decided, and that a fourth raises a question.
fn check_bounds(writer: &mut ArchiveWriter) {
    let log = writer.decisions().log().expect("a log");
    let CurationAction::Merge { mentions: Some(mentions), .. } = &log[0].action else {
        panic!("{:?}", log[0]);
    };
    assert_eq!(mentions.len(), 3);
    assert!(mentions.iter().all(|mention| mention.text == "Osei"), "{mentions:?}");
    assert!(matches!(&log[1].action, CurationAction::Merge { mentions: None, .. }));
    assert_eq!(writer.entities().find(SURNAME).ok(), writer.entities().find("e-Ama-Osei").ok());
    assert_eq!(writer.decisions().questions().expect("questions"), []);
    add_documents(writer, 3..4);
    assert_ne!(writer.entities().find(SURNAME).ok(), writer.entities().find("e-Ama-Osei").ok());
    assert_eq!((documents_of(writer, SURNAME), documents_of(writer, "e-Lusaka")), (1, 4));
    let questions = writer.decisions().questions().expect("questions");
    assert_eq!(questions.len(), 1);
    assert_eq!((questions[0].documents.len(), &*questions[0].name), (1, "Osei"));
    assert_eq!(questions[0].target.id, "e-Ama-Osei");
    assert_eq!(writer.verify_archive(|| ()).expect("verified"), []);
}

#[test]
fn a_converted_archive_limits_merges_of_surnames() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("bounds-converted");
    let _ = std::fs::remove_dir_all(&folder);
    let mut writer = ArchiveWriter::open(&folder).expect("an archive");
    add_documents(&mut writer, 0..3);
    drop(writer);
    let db = rusqlite::Connection::open(folder.join("archive.sqlite")).expect("a database");
    let merged = "UPDATE entities SET merged_into = (SELECT number FROM entities WHERE id";
    db.execute_batch(include_str!("data/back_to_version_6.sql")).expect("version 6");
    db.execute_batch(&format!(
        "DROP TABLE decision_horizons; DROP TABLE decided_names; DROP TABLE refused_names;
         ALTER TABLE annotations DROP COLUMN offices; DROP TABLE user_list;
         ALTER TABLE annotations DROP COLUMN user_list;
         DROP INDEX documents_by_telegram_id; ALTER TABLE documents DROP COLUMN telegram_id;
         INSERT INTO decisions VALUES (1, '{MERGE}'), (2, '{OTHER_MERGE}');
         UPDATE meta SET value = 2 WHERE name = 'decisions';
         {merged} = 'e-Ama-Osei') WHERE id = '{SURNAME}';
         {merged} = 'e-Lusaka') WHERE id = 'e-Oslo';
         PRAGMA user_version = 3"
    ))
    .expect("an archive of version 3");
    drop(db);
    ArchiveWriter::upgrade(&folder).expect("converted");
    let mut writer = ArchiveWriter::open(&folder).expect("an archive");
    check_bounds(&mut writer);
}

#[test]
fn an_imported_log_limits_merges_of_surnames() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("bounds-imported");
    let _ = std::fs::remove_dir_all(&folder);
    let mut writer = ArchiveWriter::open(&folder).expect("an archive");
    add_documents(&mut writer, 0..3);
    let log = || -> Vec<LogEntry> {
        [MERGE, OTHER_MERGE].map(|entry| serde_json::from_str(entry).expect("an entry")).into()
    };
    assert_eq!(writer.import_log(log()).expect("imported"), 2);
    writer.finish().expect("finished");
    check_bounds(&mut writer);
    assert_eq!(writer.import_log(log()).expect("imported"), 0, "the same decisions");
}
