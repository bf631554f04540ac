//! Integrity check of an archive.

use std::collections::HashMap;
use std::fs::{self, File};

use chancery_model::{Document, RunKind, path_from_text};
use rusqlite::params;

use crate::archive::Archive;
use crate::error::StoreError;
use crate::index::{self, IndexSnapshot};
use crate::index_guard::run_guarded;
use crate::numbers::{DocumentNumber, EntityNumber, FileNumber};
use crate::overlay;
use crate::stored_mention::StoredMention;

/// A fault found by the integrity check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveFault {
    /// Where it is: a file, a document, the database or the index.
    pub location: String,
    /// What is wrong.
    pub what: String,
}

impl Archive {
    /// Checks the whole archive: tables, digests, offsets, mentions, counts, files
    /// stored outside the archive, and the index against the tables. Calls `done`
    /// after every document.
    ///
    /// # Errors
    /// If the archive cannot be read at all. Faults are returned as a list.
    pub fn verify_archive(&self, mut done: impl FnMut()) -> Result<Vec<ArchiveFault>, StoreError> {
        let mut faults = Vec::new();
        let mut fault =
            |of: &str, what: String| faults.push(ArchiveFault { location: of.to_owned(), what });
        for line in self.query_strings("PRAGMA integrity_check(20)", [])? {
            if line != "ok" {
                fault("the database", line);
            }
        }
        if self.db.prepare("PRAGMA foreign_key_check")?.exists([])? {
            fault("the database", "a row refers to a missing row".into());
        }
        let mut appearances = 0;
        for file in
            self.query_numbers::<FileNumber>("SELECT number FROM files ORDER BY number", [])?
        {
            let raw = self.check_file(file, &mut fault)?;
            let sql = "SELECT number FROM stored_documents WHERE file = ?1 ORDER BY number";
            for number in self.query_numbers::<DocumentNumber>(sql, [file])? {
                let id = format!("document {number}");
                match self.check_document(number, raw.as_deref()) {
                    Ok((found, entities)) => {
                        for what in found {
                            fault(&id, what);
                        }
                        appearances += entities;
                    }
                    Err(error) => fault(&id, error.to_string()),
                }
                done();
            }
        }
        self.check_counts(appearances, &mut fault)?;
        match run_guarded(self.work_budget(), || IndexSnapshot::open(&self.folder, None)) {
            Ok(reader) => self.check_index(&reader, &mut fault)?,
            Err(error) => fault("the index", format!("cannot be opened: {error} (rebuild it)")),
        }
        Ok(faults)
    }

    /// Checks the bytes of a file, and returns them if the archive stores them.
    fn check_file(
        &self,
        file: FileNumber,
        fault: &mut impl FnMut(&str, String),
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT digest, size FROM files WHERE number = ?1";
        let (digest, size): ([u8; 32], i64) =
            self.db.prepare_cached(sql)?.query_row([file], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let name = format!("file {}", blake3::Hash::from(digest).to_hex());
        let raw = match self.files().stored_bytes(file) {
            Ok(raw) => raw,
            Err(error) => {
                fault(&name, error.to_string());
                return Ok(None);
            }
        };
        match &raw {
            Some(raw) => {
                if *blake3::hash(raw).as_bytes() != digest {
                    fault(&name, "its bytes do not match its digest".into());
                }
                if raw.len() as i64 != size && self.has_recorded_size(file)? {
                    fault(&name, format!("{} of {size} bytes are stored", raw.len()));
                }
            }
            None => {
                if let Some(path) = self.missing_path(file, digest)? {
                    let what = format!("not stored, and missing or changed at {path} (restore it)");
                    fault(&name, what);
                }
            }
        }
        Ok(raw)
    }

    /// Returns a path of a file that has documents and is stored outside the
    /// archive, if none of its paths has its bytes any more. Files inside
    /// containers are not checked.
    fn missing_path(
        &self,
        file: FileNumber,
        digest: [u8; 32],
    ) -> Result<Option<String>, StoreError> {
        let sql = "SELECT path FROM paths WHERE file = ?1 AND modified <> 0
             AND EXISTS (SELECT 1 FROM locations WHERE locations.file = ?1) ORDER BY path";
        let paths = self.query_strings(sql, [file])?;
        let folder =
            fs::canonicalize(&self.folder).map_err(StoreError::io_error_at(&self.folder))?;
        let beside = folder.parent().unwrap_or(&folder);
        let has_bytes = |path: &String| {
            let mut hasher = blake3::Hasher::new();
            let read = File::open(beside.join(path_from_text(path))).and_then(|file| {
                hasher.update_reader(file)?;
                Ok(())
            });
            read.is_ok() && *hasher.finalize().as_bytes() == digest
        };
        Ok(if paths.iter().any(has_bytes) { None } else { paths.into_iter().next() })
    }

    /// Checks that every document has all its rows, and that the table of
    /// appearances has no row too many.
    fn check_counts(
        &self,
        appearances: usize,
        fault: &mut impl FnMut(&str, String),
    ) -> Result<(), StoreError> {
        for (table, what) in [("annotations", "mentions"), ("bodies", "text")] {
            let sql = format!(
                "SELECT count(*) FROM stored_documents WHERE number NOT IN (SELECT document FROM {table})"
            );
            let missing = self.query_single_number(&sql)?;
            if missing > 0 {
                fault("the database", format!("documents without {what}: {missing}"));
            }
        }
        let sql = "SELECT count(*) FROM stored_documents
             WHERE number NOT IN (SELECT document FROM locations)";
        if self.query_single_number(sql)? > 0 {
            fault("the database", "a document has no location in any file".into());
        }
        let counted = self.query_single_number("SELECT count(*) FROM appearances")?;
        if counted > appearances as i64 {
            let what = format!("lists {counted} entity appearances, documents have {appearances}");
            fault("the database", what);
        }
        Ok(())
    }

    /// Returns whether a file came from outside. Its size was recorded when it was
    /// read; a text layer has no such size.
    fn has_recorded_size(&self, file: FileNumber) -> Result<bool, StoreError> {
        let sql = "SELECT text_layer_of IS NULL FROM files WHERE number = ?1";
        Ok(self.db.prepare_cached(sql)?.query_row([file], |row| row.get(0))?)
    }

    /// Returns the faults of a document, and its number of distinct entities.
    fn check_document(
        &self,
        number: DocumentNumber,
        raw: Option<&[u8]>,
    ) -> Result<(Vec<String>, usize), StoreError> {
        let mut faults = Vec::new();
        let (document, linked) = self.documents().engine_annotation(number)?;
        let text = document.text.as_str();
        if let Some(raw) = raw {
            faults.extend(check_document_bytes(&document, raw));
        }
        let mut end = 0;
        for linked in &linked {
            let span = linked.mention.span;
            if text.get(span.byte_range()).is_none_or(str::is_empty) {
                faults.push(format!("mention {}..{} is out of range", span.start, span.end));
            }
            if span.start < end {
                faults.push(format!("mentions overlap at {}", span.start));
            }
            end = span.end;
        }
        let mut of_links: Vec<EntityNumber> =
            linked.iter().filter_map(StoredMention::entity).collect();
        of_links.sort_unstable();
        of_links.dedup();
        let mut find_entity = self.db.prepare_cached("SELECT 1 FROM entities WHERE number = ?1")?;
        for entity in of_links {
            if !find_entity.exists([entity])? {
                faults.push(format!("refers to entity {entity}, which does not exist"));
            }
        }
        let mentions = match self.documents().is_removed(number)? {
            true => Vec::new(),
            false => overlay::curated_mentions(&self.db, &document.id, linked)?,
        };
        let mut counts: HashMap<EntityNumber, i64> = HashMap::new();
        for entity in mentions.iter().filter_map(StoredMention::entity) {
            *counts.entry(entity).or_default() += 1;
        }
        let sql = "SELECT mentions FROM appearances WHERE entity = ?1 AND document = ?2";
        let mut statement = self.db.prepare_cached(sql)?;
        for (entity, count) in &counts {
            let found = statement.query_map(params![entity, number], |row| row.get::<_, i64>(0))?;
            if found.collect::<Result<Vec<_>, _>>()? != [*count] {
                faults.push(format!("the mention count of entity {entity} is wrong"));
            }
        }
        let sql = "SELECT entities FROM annotations WHERE document = ?1";
        let counted: Vec<u8> =
            self.db.prepare_cached(sql)?.query_row([number], |row| row.get(0))?;
        let mut distinct: Vec<EntityNumber> = counts.into_keys().collect();
        distinct.sort_unstable();
        if crate::codec::decode_entities(&counted) != distinct {
            faults.push("its entity list does not match its mentions".into());
        }
        Ok((faults, distinct.len()))
    }

    fn check_index(
        &self,
        reader: &IndexSnapshot,
        fault: &mut impl FnMut(&str, String),
    ) -> Result<(), StoreError> {
        let budget = self.work_budget();
        match run_guarded(budget, || index::damaged_files(&self.folder)) {
            Ok(files) => {
                for file in files {
                    fault("the index", format!("{file} is damaged: rebuild it"));
                }
            }
            Err(error) => fault("the index", format!("cannot be read: {error} (rebuild it)")),
        }
        let batch = self.last_batch()?;
        // An index that is behind is caught up by the next write.
        if reader.indexed_batch > batch {
            let what = format!("is at batch {} of {batch}: rebuild it", reader.indexed_batch);
            fault("the index", what);
        }
        let numbers: Vec<DocumentNumber> =
            self.query_numbers("SELECT number FROM documents ORDER BY number", [])?;
        let shown = match run_guarded(budget, || index::indexed_numbers(reader)) {
            Ok(shown) => shown,
            Err(error) => {
                fault("the index", format!("cannot be read: {error} (rebuild it)"));
                return Ok(());
            }
        };
        if numbers != shown && reader.indexed_batch == batch {
            let what = format!("has {} of {} documents: rebuild it", shown.len(), numbers.len());
            fault("the index", what);
        }
        Ok(())
    }
}

/// Checks that a document's bytes match its id, and that its text matches them.
fn check_document_bytes(document: &Document, raw: &[u8]) -> Option<String> {
    let Some(own) = raw.get(document.raw.byte_range()) else {
        return Some("its span is outside its file".into());
    };
    if *blake3::hash(own).as_bytes() != document.id.0 {
        return Some("its bytes do not match its id".into());
    }
    for run in document.text.offset_map().runs() {
        let Some(bytes) = raw.get(run.raw.byte_range()) else {
            return Some(format!("text at {} maps outside its file", run.text.start));
        };
        let text = document.text[run.text].as_bytes();
        // A line break from wrapping becomes a space of the same length.
        let same = |(text, raw): (&u8, &u8)| text == raw || (*text == b' ' && *raw == b'\n');
        if run.kind == RunKind::Copied && !text.iter().zip(bytes).all(same) {
            return Some(format!("text at {} differs from its file", run.text.start));
        }
    }
    None
}
