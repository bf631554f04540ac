//! The schema of the database and its version.
//!
//! The version is in `PRAGMA user_version`. A new archive gets the tables of
//! schema.sql. [`migrations`](crate::migrations) converts archives of earlier
//! versions to the same tables.

use rusqlite::{Connection, OptionalExtension};

use crate::error::StoreError;

/// Version of the schema that this program reads and writes.
pub(crate) const SCHEMA_VERSION: i64 = 8;

const SCHEMA: &str = include_str!("schema.sql");

/// Returns the schema version of a database, or `None` if it has no tables.
pub(crate) fn stored_version(db: &Connection) -> Result<Option<i64>, StoreError> {
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > 0 {
        return Ok(Some(version));
    }
    // Version 0.1 of the program kept the version in a table.
    let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'facts'";
    if db.query_row(sql, [], |_| Ok(())).optional()?.is_none() {
        return Ok(None);
    }
    let sql = "SELECT value FROM facts WHERE name = 'version'";
    Ok(Some(db.query_row(sql, [], |row| row.get(0))?))
}

/// Checks that this program can read a database of this version.
pub(crate) fn check_version(found: i64) -> Result<(), StoreError> {
    match found {
        SCHEMA_VERSION => Ok(()),
        found if found < SCHEMA_VERSION => {
            Err(StoreError::OlderVersion { found, supported: SCHEMA_VERSION })
        }
        found => Err(StoreError::NewerVersion { found, supported: SCHEMA_VERSION }),
    }
}

/// Creates the tables in an empty database, in one transaction.
pub(crate) fn create_tables(db: &mut Connection) -> Result<(), StoreError> {
    let change = db.transaction()?;
    change.execute_batch(SCHEMA)?;
    change.execute_batch("INSERT INTO meta VALUES ('batch', 0), ('decisions', 0)")?;
    change.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    Ok(change.commit()?)
}
