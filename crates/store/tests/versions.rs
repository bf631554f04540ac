//! An archive with a schema version that this program does not support.

use std::fs;
use std::path::Path;

use chancery_store::{Archive, ArchiveWriter, StoreError};

#[test]
fn an_archive_of_another_version_is_not_changed() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("versions");
    let _ = fs::remove_dir_all(&folder);
    ArchiveWriter::open(&folder).and_then(|mut writer| writer.finish()).expect("an archive");
    let database = folder.join("archive.sqlite");
    let connection = rusqlite::Connection::open(&database).expect("a database");
    let sql = "UPDATE facts SET value = 99 WHERE name = 'version'";
    connection.execute(sql, []).expect("it is changed");
    drop(connection);
    let before = fs::read(&database).expect("a database");
    let refused = [Archive::open(&folder).err(), ArchiveWriter::open(&folder).err()];
    for error in refused {
        let error = error.expect("it is refused");
        assert!(matches!(error, StoreError::OtherVersion { found: 99, .. }), "{error}");
        assert!(error.to_string().contains("add its files to a new archive"), "{error}");
    }
    assert!(fs::read(&database).expect("a database") == before, "it was changed");
}
