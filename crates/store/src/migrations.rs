//! Conversion of archives of earlier versions.
//!
//! A migration runs in one transaction: it is done whole or not at all. The files,
//! documents, mentions and decisions stay. The crate `rusqlite_migration` would do
//! the same, but follows an older version of rusqlite and would hold it back.

use std::path::Path;

use chancery_model::{DocumentId, LinkKind, MentionSource, evidence_from_sentence};
use rusqlite::{Connection, params};
use serde::Deserialize;

use crate::addresses;
use crate::analyzer;
use crate::archive::Archive;
use crate::codec::{self, EncodedBody};
use crate::curate::{bind_surnames_of_log, entry_from_json, entry_to_json};
use crate::database_file;
use crate::error::StoreError;
use crate::schema::{self, SCHEMA_VERSION};
use crate::stored_mention::{InternedLink, InternedValues};
use crate::writer::ArchiveWriter;
use crate::writer_lock::lock_folder;

/// The version of an archive in which version 0.1 of the program kept its data.
const VERSION_OF_PROGRAM_0_1: i64 = 1;

/// The last version that did not keep what links persons across documents.
const VERSION_WITHOUT_LINKS: i64 = 2;

/// The last version whose decisions were not limited to documents.
const VERSION_WITHOUT_BOUNDS: i64 = 3;

/// The last version that did not keep the offices of documents.
const VERSION_WITHOUT_OFFICES: i64 = 4;

/// The last version that kept footnotes apart from the text of their document.
const VERSION_WITHOUT_FOOTNOTES: i64 = 5;

/// The last version without highlights, readable addresses, statements and acts.
const VERSION_WITHOUT_HIGHLIGHTS: i64 = 6;

/// The last version in which documents could not be removed.
const VERSION_WITHOUT_REMOVAL: i64 = 7;

impl Archive {
    /// Returns the schema version of the archive in `folder` if this program has to
    /// convert it before it can open it.
    ///
    /// # Errors
    /// If there is no archive, or it cannot be read.
    pub fn needs_upgrade(folder: &Path) -> Result<Option<i64>, StoreError> {
        match Self::open(folder) {
            Ok(_) | Err(StoreError::NewerVersion { .. }) => Ok(None),
            Err(StoreError::OlderVersion { found, .. }) => Ok(Some(found)),
            Err(error) => Err(error),
        }
    }
}

impl ArchiveWriter {
    /// Converts the archive in `folder` to the current version and builds its index
    /// again. Does nothing if the archive has the current version.
    ///
    /// # Errors
    /// If another program is writing to the archive, the folder is read-only, or the
    /// archive has a later version. The archive is then unchanged.
    pub fn upgrade(folder: &Path) -> Result<(), StoreError> {
        if !Archive::exists_in(folder) {
            return Err(StoreError::NotAnArchive(folder.to_owned()));
        }
        let lock = lock_folder(folder)?;
        let mut db = database_file::connect_for_writing(folder)?;
        let Some(found) = schema::stored_version(&db)? else {
            return Err(StoreError::NotAnArchive(folder.to_owned()));
        };
        if found > SCHEMA_VERSION {
            return schema::check_version(found);
        }
        let is_bound = migrate(&mut db, found)?;
        drop(db);
        drop(lock);
        // Opening the writer creates an index with the current fields; finishing
        // adds all documents to it.
        let mut writer = ArchiveWriter::open(folder)?;
        if is_bound {
            writer.replay_log()?;
        }
        writer.finish()
    }
}

/// Converts the tables from version `found`. Returns whether decisions are limited to
/// documents that were not: they have to be applied again.
fn migrate(db: &mut Connection, found: i64) -> Result<bool, StoreError> {
    let mut is_bound = false;
    let change = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    if found == VERSION_OF_PROGRAM_0_1 {
        change.execute_batch(include_str!("migrations/from_1_to_2.sql"))?;
        rewrite_decisions(&change)?;
        rewrite_interned_reasons(&change, "annotations")?;
        rewrite_interned_reasons(&change, "annotation_sets")?;
        refold_entity_names(&change)?;
    }
    if found <= VERSION_WITHOUT_LINKS {
        change.execute_batch(include_str!("migrations/from_2_to_3.sql"))?;
    }
    if found <= VERSION_WITHOUT_BOUNDS {
        change.execute_batch(include_str!("migrations/from_3_to_4.sql"))?;
        is_bound = bind_surnames_of_log(&change)?;
    }
    if found <= VERSION_WITHOUT_OFFICES {
        change.execute_batch(include_str!("migrations/from_4_to_5.sql"))?;
    }
    if found <= VERSION_WITHOUT_FOOTNOTES {
        change.execute_batch(include_str!("migrations/from_5_to_6.sql"))?;
        append_footnotes(&change)?;
    }
    if found <= VERSION_WITHOUT_HIGHLIGHTS {
        change.execute_batch(include_str!("migrations/from_6_to_7.sql"))?;
        addresses::assign_all(&change)?;
    }
    if found <= VERSION_WITHOUT_REMOVAL {
        change.execute_batch(include_str!("migrations/from_7_to_8.sql"))?;
    }
    change.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    change.commit()?;
    Ok(is_bound)
}

/// Rewrites the entries of the log with the current names of their fields.
fn rewrite_decisions(db: &Connection) -> Result<(), StoreError> {
    let mut read = db.prepare("SELECT number, entry FROM decisions")?;
    let mut write = db.prepare("UPDATE decisions SET entry = ?2 WHERE number = ?1")?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let (number, json): (i64, String) = (row.get(0)?, row.get(1)?);
        write.execute(params![number, entry_to_json(&entry_from_json(&json)?)])?;
    }
    Ok(())
}

/// Splits the words of entities' names again, as queries are split now.
fn refold_entity_names(db: &Connection) -> Result<(), StoreError> {
    let rows = db
        .prepare("SELECT word, entity FROM name_words")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(String, i64)>, _>>()?;
    db.execute("DELETE FROM name_words", [])?;
    let mut write = db.prepare("INSERT INTO name_words VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    for (word, entity) in rows {
        for form in analyzer::split_words(&word) {
            write.execute(params![form.form, entity])?;
        }
    }
    Ok(())
}

/// Makes footnotes part of the text of their document. `rebuild --mentions` then marks
/// the names in them.
fn append_footnotes(db: &Connection) -> Result<(), StoreError> {
    let sql = "SELECT documents.number, id, text, runs, parts FROM documents
         JOIN bodies ON document = documents.number";
    let mut read = db.prepare(sql)?;
    let mut write =
        db.prepare("UPDATE bodies SET text = ?2, runs = ?3, parts = ?4 WHERE document = ?1")?;
    let mut annotate = db.prepare(
        "UPDATE annotations SET engine =
         (SELECT number FROM engines WHERE name = 'before footnotes') WHERE document = ?1",
    )?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let (number, id): (i64, [u8; 32]) = (row.get(0)?, row.get(1)?);
        let body = EncodedBody { text: row.get(2)?, runs: row.get(3)?, parts: row.get(4)? };
        if codec::has_separate_notes(&body)? {
            let document = codec::decode_document(DocumentId(id), &body)?;
            let EncodedBody { text, runs, parts } = codec::encode_body(&document);
            write.execute(params![number, text, runs, parts])?;
            annotate.execute([number])?;
        }
    }
    Ok(())
}

/// The sources and reasons of a document's mentions, as version 0.1 stored them.
/// A reason was the kind of the link in words, and after "; " the evidence.
#[derive(Deserialize)]
struct InternedReasons {
    sources: Vec<MentionSource>,
    #[serde(default)]
    reasons: Vec<String>,
}

/// Converts the reasons in a table to kinds and evidence.
fn rewrite_interned_reasons(db: &Connection, table: &str) -> Result<(), StoreError> {
    let mut read = db.prepare(&format!("SELECT DISTINCT interned FROM {table}"))?;
    let rows = read.query_map([], |row| row.get::<_, String>(0))?;
    let distinct: Vec<String> = rows.collect::<Result<_, _>>()?;
    db.execute_batch(&format!("CREATE INDEX temp_interned ON {table} (interned)"))?;
    let mut write = db.prepare(&format!("UPDATE {table} SET interned = ?2 WHERE interned = ?1"))?;
    for json in distinct {
        write.execute([&json, &convert_reasons(&json)?])?;
    }
    Ok(db.execute_batch("DROP INDEX temp_interned")?)
}

fn convert_reasons(json: &str) -> Result<String, StoreError> {
    let InternedReasons { sources, reasons } =
        serde_json::from_str(json).map_err(crate::codec::damaged_error)?;
    let links = reasons.iter().map(|reason| {
        let (kind, sentence) = reason.split_once("; ").unwrap_or((reason, ""));
        let known = LinkKind::ALL.into_iter().find(|known| known.as_str() == kind);
        let evidence = evidence_from_sentence(sentence);
        InternedLink { kind: known.unwrap_or(LinkKind::Variant), evidence }
    });
    let interned = InternedValues { sources, links: links.collect() };
    Ok(serde_json::to_string(&interned).expect("plain data"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_become_kinds_and_evidence() {
        let old =
            r#"{"sources":[{"fast":1}],"reasons":["surname; the only one; of Oslo","acronym"]}"#;
        let new = convert_reasons(old).expect("converted");
        let links = r#""links":[{"kind":"surname","evidence":[{"kind":"sentence","text":"the only one; of Oslo"}]},{"kind":"acronym"}]"#;
        assert!(new.contains(links), "{new}");
    }
}
