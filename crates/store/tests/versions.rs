//! Archives with another schema version.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chancery_store::{Archive, ArchiveWriter, CurationAction, DecisionNumber, StoreError};

/// Creates an empty archive, and runs `sql` on its database.
fn archive_after(name: &str, sql: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    ArchiveWriter::open(&folder).and_then(|mut writer| writer.finish()).expect("an archive");
    let connection = rusqlite::Connection::open(folder.join("archive.sqlite")).expect("a database");
    connection.execute_batch(sql).expect("it is changed");
    folder
}

/// Creates an archive with the tables of release 0.1.0.
fn archive_of_0_1_0(name: &str) -> (PathBuf, rusqlite::Connection) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let db = rusqlite::Connection::open(folder.join("archive.sqlite")).expect("a database");
    db.execute_batch(include_str!("data/archive-0.1.0.sql")).expect("the tables of 0.1.0");
    (folder, db)
}

#[test]
fn an_archive_of_a_later_version_is_not_changed() {
    let folder = archive_after("later", "PRAGMA user_version = 99");
    let database = folder.join("archive.sqlite");
    let before = fs::read(&database).expect("a database");
    let refused = [
        Archive::open(&folder).err(),
        ArchiveWriter::open(&folder).err(),
        ArchiveWriter::upgrade(&folder).err(),
    ];
    for error in refused {
        let error = error.expect("it is refused");
        assert!(matches!(error, StoreError::NewerVersion { found: 99, .. }), "{error}");
        assert!(error.hint().expect("a hint").contains("a later version of this program"));
    }
    assert_eq!(Archive::needs_upgrade(&folder).expect("readable"), None);
    assert!(fs::read(&database).expect("a database") == before, "it was changed");
}

#[test]
fn decisions_of_a_later_version_are_exported() {
    let entry = r#"{"number":1,"author":"ana","action":"from the future"}"#;
    let sql = format!(
        "INSERT INTO decisions VALUES (1, '{entry}'); DROP TABLE appearances;
         PRAGMA user_version = 99"
    );
    let folder = archive_after("later-decisions", &sql);
    assert_eq!(Archive::exported_decisions(&folder).expect("readable"), [entry]);
}

#[test]
fn an_archive_of_an_earlier_version_is_refused_until_it_is_converted() {
    let folder = archive_after("earlier", "PRAGMA user_version = 1");
    for error in [Archive::open(&folder).err(), ArchiveWriter::open(&folder).err()] {
        let error = error.expect("it is refused");
        assert!(matches!(error, StoreError::OlderVersion { found: 1, .. }), "{error}");
    }
    assert_eq!(Archive::needs_upgrade(&folder).expect("readable"), Some(1));
}

/// Returns each table, view and index with its columns, in a canonical order.
fn schema_of(folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let db = rusqlite::Connection::open(folder.join("archive.sqlite")).expect("a database");
    let sql = "SELECT type || ' ' || name || ' of ' || tbl_name,
             (SELECT group_concat(line, '; ') FROM (
                 SELECT name || ' ' || type || ' ' || \"notnull\" || ' ' || pk AS line
                 FROM pragma_table_info(main.name) ORDER BY line)),
             (SELECT group_concat(coalesce(name, 'expression')) FROM pragma_index_info(main.name)),
             (SELECT group_concat(\"from\" || ' in ' || \"table\") FROM
                 (SELECT * FROM pragma_foreign_key_list(main.name) ORDER BY \"from\"))
         FROM sqlite_schema AS main";
    let mut statement = db.prepare(sql).expect("a statement");
    let rows = statement.query_map([], |row| {
        let parts = [row.get(1)?, row.get(2)?, row.get::<_, Option<String>>(3)?];
        Ok((row.get(0)?, parts.into_iter().flatten().collect()))
    });
    rows.expect("rows").map(|row| row.expect("a row")).collect()
}

#[test]
fn a_converted_archive_has_the_current_tables_and_its_decisions() {
    let (folder, db) = archive_of_0_1_0("converted");
    drop(db);
    assert_eq!(Archive::needs_upgrade(&folder).expect("readable"), Some(1));
    ArchiveWriter::upgrade(&folder).expect("converted");
    assert_eq!(Archive::needs_upgrade(&folder).expect("readable"), None);

    let fresh = archive_after("fresh", "");
    assert_eq!(schema_of(&folder), schema_of(&fresh));

    let mut writer = ArchiveWriter::open(&folder).expect("an archive");
    let log = writer.decisions().log().expect("a log");
    assert_eq!(log[0].author, "ana");
    assert_eq!(log[0].reason, "same man");
    assert_eq!(log[2].action, CurationAction::Undo { decision: DecisionNumber(2) });
    assert_eq!(writer.decisions().count().expect("a count"), 3);
    let listed = writer.decisions().page(0, 9).expect("a page");
    assert_eq!(listed.iter().map(|logged| logged.undone).collect::<Vec<_>>(), [false, true, false]);
    let number = |id: &str| writer.entities().find(id).map(|number| number.0).ok();
    assert_eq!((number("n-2"), number("p-3"), number("p-4")), (Some(1), Some(3), None));
    writer.replay_log().expect("replayed");
    writer.finish().expect("finished");
    assert_eq!(writer.verify_archive(|| ()).expect("verified"), []);
}

#[test]
fn a_conversion_that_fails_changes_nothing() {
    let (folder, db) = archive_of_0_1_0("not-converted");
    db.execute("INSERT INTO log VALUES (4, '{\"number\":4,\"action\":\"what\"}')", [])
        .expect("a row");
    let dump = |db: &rusqlite::Connection| -> String {
        let sql = "SELECT group_concat(sql || (SELECT count(*) FROM log)) FROM sqlite_schema";
        db.query_row(sql, [], |row| row.get(0)).expect("tables")
    };
    let before = dump(&db);
    let error = ArchiveWriter::upgrade(&folder).expect_err("an unknown decision");
    assert!(matches!(error, StoreError::Damaged(_)), "{error}");
    assert_eq!(dump(&db), before);
}

#[test]
fn an_archive_of_version_6_gets_addresses_and_highlights() {
    let sql = concat!(
        include_str!("data/back_to_version_6.sql"),
        "PRAGMA user_version = 6;
         INSERT INTO files (number, digest, size, stored) VALUES (1, x'01', 1, 0);
         INSERT INTO paths VALUES ('in/old letter.txt', 1, 1, 0);
         INSERT INTO documents (number, id, file, batch, words)
             VALUES (1, zeroblob(32), 1, 1, 1);
         INSERT INTO locations VALUES (1, 1, 0, 1)"
    );
    let folder = archive_after("version-6", sql);
    assert_eq!(Archive::needs_upgrade(&folder).expect("readable"), Some(6));
    // The document has no body, so its index cannot be built; the tables are converted.
    let _ = ArchiveWriter::upgrade(&folder);
    let archive = Archive::open(&folder).expect("an archive");
    let number = archive.documents().find("old-letter.txt").expect("its address");
    assert_eq!(
        archive.documents().address(number).expect("read").as_deref(),
        Some("old-letter.txt")
    );
    assert_eq!(archive.decisions().highlights("", 0, 9).expect("read").0, 0);
    assert_eq!(schema_of(&folder), schema_of(&archive_after("version-8", "")));
}
