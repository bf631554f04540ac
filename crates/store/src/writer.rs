//! The single writer: adds files in batches, one transaction per batch.
//!
//! Workers prepare [`IngestedFile`] files, which includes all expensive work. The
//! writer stores them in the order in which it receives them, so that a run
//! that was interrupted and resumed gives the same archive as one that was not.
//! A file is never stored in part: its bytes, documents, mentions and problems
//! are written in one transaction.

use std::collections::HashMap;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;

use chancery_model::{Annotated, DocumentEntities, DocumentId, Entity, Link, Mention};
use rusqlite::{Connection, OptionalExtension, params};

use crate::addresses;
use crate::archive::Archive;
use crate::codec::{EncodedBody, encode_persons};
use crate::document_entities::with_archive_ids;
use crate::entities::{EntityOrigin, NewEntity, count_appearances, upsert_entity};
use crate::error::StoreError;
use crate::index::IndexUpdater;
use crate::index_guard::run_guarded;
use crate::ingested_file::{
    CompressedBytes, DocumentColumns, EncodedDocument, FileProblem, FileStamp, IngestedFile,
};
use crate::near_duplicates;
use crate::numbers::{BatchNumber, DocumentNumber, EntityNumber, FileNumber};
use crate::offices::encode_offices;
use crate::partial_documents;
use crate::replacing::{self, DocumentsWithRows};
use crate::stale_files::clear_stale;
use crate::statements::{EncodedAttribution, encode_attribution};
use crate::stored_mention::{StoredLink, StoredMention, encode_mentions};

/// Maximum number of cached entities; a full cache is cleared.
const MAX_CACHED_ENTITIES: usize = 100_000;

/// Numbers of documents that were added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddedDocuments {
    /// New documents.
    pub documents: u64,
    /// Documents that the archive already had, found at another location or again.
    pub repeated: u64,
    /// Those of them whose header has changed by rows of side tables.
    pub replaced: u64,
    /// Documents of which more pages were recognised.
    pub completed: u64,
}

/// An archive, opened for its single writer.
pub struct ArchiveWriter {
    archive: Archive,
    index: IndexUpdater,
    batch: BatchNumber,
    in_batch: bool,
    entities: HashMap<String, (EntityNumber, String)>,
    with_rows: DocumentsWithRows,
    /// Why the index does not follow the tables. Their batches are written.
    index_fault: Option<StoreError>,
    _lock: File,
}

/// What a path was to a file before it was read again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PathBefore {
    /// The file lay there.
    Current,
    /// Another file lay there, and this one before.
    Earlier,
}

/// What the engine found in a document.
#[derive(Clone, Copy)]
struct EngineAnnotation<'a> {
    mentions: &'a [Mention],
    entities: &'a DocumentEntities,
    persons: &'a [u8],
    attribution: &'a EncodedAttribution,
}

impl<'a> EngineAnnotation<'a> {
    fn of_document(new: &'a EncodedDocument) -> Self {
        let EncodedDocument { mentions, entities, persons, attribution, .. } = new;
        Self { mentions, entities, persons, attribution }
    }
}

impl std::ops::Deref for ArchiveWriter {
    type Target = Archive;

    fn deref(&self) -> &Archive {
        &self.archive
    }
}

impl ArchiveWriter {
    /// Opens the archive in `folder`, or creates one.
    ///
    /// # Errors
    /// If the folder is not writable, or if another program is writing to it.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let open_index = || IndexUpdater::open_for_writing(folder);
        let (archive, lock) = Archive::open_for_writing(folder, || open_index().map(drop))?;
        let index = run_guarded(archive.work_budget(), open_index)?;
        let (batch, entities) = (archive.last_batch()?, HashMap::new());
        let (in_batch, index_fault) = (false, None);
        let with_rows = DocumentsWithRows::default();
        Ok(Self { archive, index, batch, in_batch, entities, with_rows, index_fault, _lock: lock })
    }

    /// The connection to the database.
    pub(crate) fn db(&self) -> &Connection {
        &self.archive.db
    }

    /// Starts a batch if none is open, and returns its number.
    pub(crate) fn start_batch(&mut self) -> Result<BatchNumber, StoreError> {
        if !self.in_batch {
            self.archive.db.execute_batch("BEGIN IMMEDIATE")?;
            self.in_batch = true;
        }
        Ok(self.batch.next())
    }

    /// Commits the open batch. A fault of the index is no error here, since the
    /// batch is written: [`ArchiveWriter::finish`] returns it.
    ///
    /// # Errors
    /// If the disk is full, for example. The batch is then rolled back.
    pub fn commit_batch(&mut self) -> Result<(), StoreError> {
        if !self.in_batch {
            return Ok(());
        }
        let sql = "UPDATE meta SET value = ?1 WHERE name = 'batch'";
        let db = &self.archive.db;
        let done = db.execute(sql, [self.batch.next()]).and_then(|_| db.execute_batch("COMMIT"));
        if let Err(error) = done {
            self.roll_back();
            return Err(error.into());
        }
        self.batch = self.batch.next();
        self.in_batch = false;
        if self.index_fault.is_none() {
            let (archive, index) = (&self.archive, &mut self.index);
            let updated = run_guarded(archive.work_budget(), || index.add_new_batches(archive));
            self.index_fault = updated.err();
        }
        Ok(())
    }

    /// Rolls back the open batch.
    fn roll_back(&mut self) {
        // After some errors SQLite has already rolled back.
        let _ = self.archive.db.execute_batch("ROLLBACK");
        self.in_batch = false;
        self.entities.clear();
    }

    /// Commits the open batch and gives back the memory in which documents are indexed
    /// and pages of the tables are kept. Both are taken again when they are needed.
    ///
    /// # Errors
    /// [`StoreError::IndexNotUpdated`] if everything is written except the index.
    pub fn release_memory(&mut self) -> Result<(), StoreError> {
        self.finish()?;
        Ok(self.archive.db.execute_batch("PRAGMA shrink_memory")?)
    }

    /// Commits the open batch and brings the index up to date.
    ///
    /// # Errors
    /// [`StoreError::IndexNotUpdated`] if everything is written except the index.
    pub fn finish(&mut self) -> Result<(), StoreError> {
        self.commit_batch()?;
        let (archive, index, batch) = (&self.archive, &mut self.index, self.batch);
        let update = || {
            index.add_new_batches(archive)?;
            index.commit_batch(batch)?;
            // Searching a few large segments is faster than many small ones.
            index.close_writer()
        };
        let indexed = match self.index_fault.take() {
            Some(fault) => Err(fault),
            None => run_guarded(archive.work_budget(), update),
        };
        self.archive.db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA optimize")?;
        indexed.map_err(|fault| StoreError::IndexNotUpdated(Box::new(fault)))
    }

    /// Rebuilds the index.
    pub fn rebuild_index(&mut self) -> Result<(), StoreError> {
        self.commit_batch()?;
        self.index.clear_index()?;
        self.index_fault = None;
        self.finish()
    }

    /// Adds a file to the open batch, or to a new one.
    pub fn add(&mut self, file: &IngestedFile) -> Result<AddedDocuments, StoreError> {
        let batch = self.start_batch()?;
        let added = self.insert_file(file, batch);
        if added.is_err() {
            self.roll_back();
        }
        added
    }

    fn insert_file(
        &mut self,
        file: &IngestedFile,
        batch: BatchNumber,
    ) -> Result<AddedDocuments, StoreError> {
        let mut added = AddedDocuments::default();
        let is_erased = self.archive.documents().is_file_of_erased(&file.digest)?;
        let bytes = file.bytes.as_ref().filter(|_| !is_erased);
        let file_number = self.upsert_file(&file.digest, file.stamp.size, bytes, None)?;
        let path_before = self.insert_path(&file.path, file_number, file.stamp)?;
        let mut partial = partial_documents::of_file(&self.archive, &file.path, file_number)?;
        if file.reread {
            clear_stale(&self.archive, file_number)?;
        }
        self.clear_problems(&file.path)?;
        for problem in &file.problems {
            self.insert_problem(&file.path, problem)?;
        }
        if let Some(lists) = &file.lists {
            let sql = "INSERT INTO file_lists VALUES (?1, ?2)
                 ON CONFLICT DO UPDATE SET lists = excluded.lists";
            self.archive.db.prepare_cached(sql)?.execute(params![file_number, lists])?;
        }
        let text_file = match &file.text_layer {
            Some(layer) => {
                let bytes = Some(&layer.bytes).filter(|_| !is_erased);
                self.upsert_file(&layer.digest, layer.size, bytes, Some(file_number))?
            }
            None => file_number,
        };
        for (place, document) in file.documents.iter().enumerate() {
            if let Some(number) = partial.take_for(&self.archive, document.id)? {
                self.complete_document(number, document, (file_number, text_file), batch)?;
                added.completed += 1;
                continue;
            }
            match self.insert_document(document, file_number, text_file, batch)? {
                (number, true) => {
                    added.documents += 1;
                    let db = &self.archive.db;
                    if let Some(id) = &document.id_in_volume {
                        addresses::assign(db, number, id)?;
                    } else if document.columns.cable_id.is_none() {
                        addresses::assign_address(db, number, &file.path, place)?;
                    }
                }
                (number, false) => {
                    added.repeated += 1;
                    added.replaced +=
                        u64::from(self.replace_document(number, document, file, batch)?);
                }
            }
        }
        if path_before != Some(PathBefore::Current) {
            // Reindex its documents, so that the new path finds them too.
            let sql = "UPDATE stored_documents SET batch = ?1 WHERE number IN
                 (SELECT document FROM locations WHERE file = ?2) AND batch <> ?1";
            let changed =
                self.archive.db.prepare_cached(sql)?.execute(params![batch, file_number])?;
            if file.documents.is_empty() && path_before.is_none() {
                added.repeated += changed as u64;
            }
        }
        Ok(added)
    }

    /// Stores a path of a file, and returns what the path was to the file before.
    fn insert_path(
        &self,
        path: &str,
        file: FileNumber,
        stamp: FileStamp,
    ) -> Result<Option<PathBefore>, StoreError> {
        let db = &self.archive.db;
        let before = db
            .prepare_cached("SELECT earlier FROM paths WHERE path = ?1 AND file = ?2")?
            .query_row(params![path, file], |row| row.get(0))
            .optional()?;
        let sql = "INSERT INTO paths VALUES (?1, ?2, ?3, ?4, 0)
             ON CONFLICT DO UPDATE SET size = excluded.size, modified = excluded.modified,
                 earlier = 0";
        let row = params![path, file, stamp.size as i64, stamp.modified];
        db.prepare_cached(sql)?.execute(row)?;
        Ok(before.map(|is_earlier| match is_earlier {
            true => PathBefore::Earlier,
            false => PathBefore::Current,
        }))
    }

    /// Stores a problem with a path.
    pub fn add_problem(&mut self, path: &str, problem: &FileProblem) -> Result<(), StoreError> {
        self.start_batch()?;
        self.insert_problem(path, problem)
    }

    fn insert_problem(&self, path: &str, problem: &FileProblem) -> Result<(), StoreError> {
        let sql = "INSERT INTO problems VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        let at = problem.at.map(|at| at as i64);
        self.archive.db.prepare_cached(sql)?.execute(params![path, at, problem.message])?;
        Ok(())
    }

    /// Deletes the problems of a path.
    pub fn clear_problems(&mut self, path: &str) -> Result<(), StoreError> {
        self.start_batch()?;
        let sql = "DELETE FROM problems WHERE path = ?1";
        self.archive.db.prepare_cached(sql)?.execute([path])?;
        Ok(())
    }

    /// Returns the number of a file, and inserts the file if it is new.
    fn upsert_file(
        &self,
        digest: &[u8; 32],
        size: u64,
        bytes: Option<&CompressedBytes>,
        text_layer_of: Option<FileNumber>,
    ) -> Result<FileNumber, StoreError> {
        let db = &self.archive.db;
        let sql = "SELECT number FROM files WHERE digest = ?1";
        let existing = db.prepare_cached(sql)?.query_row([digest], |row| row.get(0)).optional()?;
        let number = match existing {
            Some(number) => number,
            None => {
                let sql = "INSERT INTO files (digest, size, stored, text_layer_of) VALUES (?1, ?2, 0, ?3)";
                db.prepare_cached(sql)?.execute(params![digest, size as i64, text_layer_of])?;
                FileNumber(db.last_insert_rowid())
            }
        };
        let sql = "UPDATE files SET stored = 1 WHERE number = ?1 AND stored = 0";
        if bytes.is_none() || db.prepare_cached(sql)?.execute([number])? == 0 {
            return Ok(number);
        }
        let mut put = db.prepare_cached("INSERT INTO file_pieces VALUES (?1, ?2, ?3)")?;
        for (piece, bytes) in bytes.iter().flat_map(|bytes| bytes.0.iter().enumerate()) {
            put.execute(params![number, piece as i64, bytes])?;
        }
        Ok(number)
    }

    /// Stores a document that was found in `file` and whose offsets point into
    /// `layer`. Returns its number, and false if the archive already had the document;
    /// its location is then stored if it is new.
    fn insert_document(
        &mut self,
        new: &EncodedDocument,
        file: FileNumber,
        layer: FileNumber,
        batch: BatchNumber,
    ) -> Result<(DocumentNumber, bool), StoreError> {
        let db = &self.archive.db;
        let sql = "SELECT number FROM stored_documents WHERE id = ?1";
        let existing: Option<DocumentNumber> =
            db.prepare_cached(sql)?.query_row([new.id.0], |row| row.get(0)).optional()?;
        let number = match existing {
            Some(number) => number,
            None => self.insert_new_document(new, layer, batch)?,
        };
        let db = &self.archive.db;
        let sql = "INSERT INTO locations VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
        let location = params![number, file, new.raw.0, new.raw.1];
        let placed = db.prepare_cached(sql)?.execute(location)? > 0;
        if placed && existing.is_some() {
            let sql = "UPDATE stored_documents SET batch = ?1 WHERE number = ?2";
            db.prepare_cached(sql)?.execute(params![batch, number])?;
        }
        if existing.is_none() && new.has_side_row {
            self.with_rows.insert(number);
        }
        Ok((number, existing.is_none()))
    }

    /// Replaces a stored document by the same one, read again. Returns false if it stays.
    fn replace_document(
        &mut self,
        number: DocumentNumber,
        new: &EncodedDocument,
        file: &IngestedFile,
        batch: BatchNumber,
    ) -> Result<bool, StoreError> {
        let known = &self.with_rows;
        if !replacing::is_replaced(&self.archive, number, new, file.reread, known)? {
            return Ok(false);
        }
        replacing::replace_body(&self.archive, number, new)?;
        let found = EngineAnnotation::of_document(new);
        self.insert_annotation(number, &new.id, found, None)?;
        if new.has_side_row {
            self.with_rows.insert(number);
        }
        let (document, _) = self.archive.documents().engine_annotation(number)?;
        replacing::update_columns(&self.archive, number, &DocumentColumns::new(&document), batch)?;
        Ok(true)
    }

    /// Puts a document in the place of one of which not all pages had been recognised.
    fn complete_document(
        &mut self,
        number: DocumentNumber,
        new: &EncodedDocument,
        (file, layer): (FileNumber, FileNumber),
        batch: BatchNumber,
    ) -> Result<(), StoreError> {
        partial_documents::replace_text(&self.archive, number, new, file, layer)?;
        replacing::replace_body(&self.archive, number, new)?;
        let found = EngineAnnotation::of_document(new);
        self.insert_annotation(number, &new.id, found, None)?;
        replacing::update_columns(&self.archive, number, &new.columns, batch)
    }

    fn insert_new_document(
        &mut self,
        new: &EncodedDocument,
        file: FileNumber,
        batch: BatchNumber,
    ) -> Result<DocumentNumber, StoreError> {
        let db = &self.archive.db;
        let row = &new.columns;
        let duplicate_of =
            near_duplicates::find_leader(db, &new.sketch, row.cable_id.as_deref(), row.section)?;
        let sql =
            "INSERT INTO stored_documents (id, file, batch, cable_id, post, serial, date, classification,
             subject, section, sections, words, duplicate_of, similarity, telegram_id, added)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
                 strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))";
        db.prepare_cached(sql)?.execute(params![
            new.id.0,
            file,
            batch,
            row.cable_id,
            row.post,
            row.serial,
            row.date,
            row.classification,
            row.subject,
            row.section.map(|section| section.0),
            row.section.map(|section| section.1),
            new.words,
            duplicate_of.map(|(leader, _)| leader),
            duplicate_of.map(|(_, similarity)| similarity),
            row.telegram_id,
        ])?;
        let number = DocumentNumber(db.last_insert_rowid());
        if duplicate_of.is_none() {
            near_duplicates::insert_leader(db, &new.sketch, number)?;
        }
        let EncodedBody { text, runs, parts } = &new.body;
        let sql = "INSERT INTO bodies VALUES (?1, ?2, ?3, ?4)";
        db.prepare_cached(sql)?.execute(params![number, text, runs, parts])?;
        let found = EngineAnnotation::of_document(new);
        self.insert_annotation(number, &new.id, found, None)?;
        Ok(number)
    }

    /// Replaces the engine's annotation of a document. Decisions of users are kept
    /// and apply to the new mentions. `persons` as for [`EncodedDocument::new`].
    pub fn replace_annotation(
        &mut self,
        number: DocumentNumber,
        engine: &str,
        annotated: &Annotated,
        persons: &str,
    ) -> Result<(), StoreError> {
        let batch = self.start_batch()?;
        let found = EngineAnnotation {
            mentions: &annotated.mentions,
            entities: &with_archive_ids(&annotated.entities),
            persons: &encode_persons(persons),
            attribution: &encode_attribution(annotated),
        };
        self.insert_annotation(number, &annotated.document.id, found, Some(engine))?;
        let sql = "UPDATE stored_documents SET batch = ?1 WHERE number = ?2";
        self.archive.db.prepare_cached(sql)?.execute(params![batch, number])?;
        Ok(())
    }

    fn insert_annotation(
        &mut self,
        number: DocumentNumber,
        id: &DocumentId,
        found: EngineAnnotation<'_>,
        engine: Option<&str>,
    ) -> Result<(), StoreError> {
        let EngineAnnotation { mentions, entities, persons, attribution } = found;
        let mut stored = Vec::with_capacity(mentions.len());
        for (at, mention) in mentions.iter().enumerate() {
            let link = match entities.link_of_mention(at) {
                Some(link) => Some(self.store_link(link, entities)?),
                None => None,
            };
            stored.push(StoredMention::from_engine(*mention, link));
        }
        let (encoded, interned) = encode_mentions(&stored);
        let offices = encode_offices(mentions, entities);
        let engine = self.engine_number(engine)?;
        let db = &self.archive.db;
        let sql = "INSERT INTO annotations
             (document, engine, mentions, interned, persons, offices, attribution, statements,
              acts, user_list)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,
                 coalesce((SELECT digest FROM user_list), 0))
             ON CONFLICT DO UPDATE
             SET engine = excluded.engine, mentions = excluded.mentions,
                 interned = excluded.interned, persons = excluded.persons,
                 offices = excluded.offices, attribution = excluded.attribution,
                 statements = excluded.statements, acts = excluded.acts,
                 user_list = excluded.user_list";
        let EncodedAttribution { packed, statements, acts } = attribution;
        let row =
            params![number, engine, encoded, interned, persons, offices, packed, statements, acts];
        db.prepare_cached(sql)?.execute(row)?;
        count_appearances(&self.archive, number, id, stored)
    }

    /// Returns the number of an engine, by default of the archive's engine.
    fn engine_number(&self, name: Option<&str>) -> Result<i64, StoreError> {
        let db = &self.archive.db;
        let Some(name) = name else {
            let usual = "SELECT value FROM meta WHERE name = 'engine'";
            let usual = db.prepare_cached(usual)?.query_row([], |row| row.get(0)).optional()?;
            return usual.ok_or_else(|| StoreError::InvalidRequest("no engine is set".into()));
        };
        db.prepare_cached("INSERT INTO engines (name) VALUES (?1) ON CONFLICT DO NOTHING")?
            .execute([name])?;
        let sql = "SELECT number FROM engines WHERE name = ?1";
        Ok(db.prepare_cached(sql)?.query_row([name], |row| row.get(0))?)
    }

    /// Sets the engine that annotates the documents added from now on.
    pub fn set_engine(&mut self, name: &str) -> Result<(), StoreError> {
        let number = self.engine_number(Some(name))?;
        let sql = "INSERT INTO meta VALUES ('engine', ?1)
             ON CONFLICT DO UPDATE SET value = excluded.value";
        self.archive.db.execute(sql, [number])?;
        Ok(())
    }

    /// Stores the entity of a link, and returns the link.
    fn store_link(
        &mut self,
        link: &Link,
        entities: &DocumentEntities,
    ) -> Result<StoredLink, StoreError> {
        let Some(entity) = entities.entity_of_link(link) else {
            let what = format!("mention {} is linked to no entity", link.mention);
            return Err(StoreError::InvalidRequest(what));
        };
        let Entity { id, label, name, score, evidence, same_as: _ } = entity;
        let new = NewEntity { id, label: *label, name, origin: EntityOrigin::Engine };
        let entity = self.entity_number(&new)?;
        Ok(StoredLink { entity, score: *score, kind: link.kind, evidence: evidence.clone() })
    }

    /// Returns the number of an entity, and inserts the entity if it is new.
    pub(crate) fn entity_number(
        &mut self,
        entity: &NewEntity<'_>,
    ) -> Result<EntityNumber, StoreError> {
        if self.entities.len() > MAX_CACHED_ENTITIES {
            self.entities.clear();
        }
        match self.entities.get(entity.id) {
            Some((number, known_name)) if known_name.as_str() >= entity.name => Ok(*number),
            _ => {
                // Creating an entity needs a transaction.
                self.start_batch()?;
                let number = upsert_entity(&self.archive, entity)?;
                self.entities.insert(entity.id.to_owned(), (number, entity.name.to_owned()));
                Ok(number)
            }
        }
    }

    /// Deletes the engine's entities that no mention uses any more, even if
    /// decisions were undone.
    pub fn prune_entities(&mut self) -> Result<(), StoreError> {
        self.run_in_batch(|archive, _| {
            let db = &archive.db;
            // An undo may restore the engine's mentions under a decision, so
            // their entities must stay.
            db.execute_batch("CREATE TEMP TABLE covered (entity INTEGER PRIMARY KEY)")?;
            let sql = "INSERT INTO covered VALUES (?1) ON CONFLICT DO NOTHING";
            let mut cover = db.prepare(sql)?;
            let edited = "SELECT number FROM stored_documents WHERE removed IS NOT NULL
                     OR id IN (SELECT document FROM mention_edits)";
            for document in archive.query_numbers(edited, [])? {
                let (_, stored) = archive.documents().engine_annotation(document)?;
                for entity in stored.iter().filter_map(StoredMention::entity) {
                    cover.execute([entity])?;
                }
            }
            Ok(db.execute_batch(include_str!("prune.sql"))?)
        })?;
        self.entities.clear();
        Ok(())
    }

    /// Runs `change` inside the open batch, or a new one. If it fails or panics,
    /// the batch is rolled back.
    pub(crate) fn run_in_batch<T>(
        &mut self,
        change: impl FnOnce(&Archive, BatchNumber) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let batch = self.start_batch()?;
        let done = catch_unwind(AssertUnwindSafe(|| change(&self.archive, batch)));
        if !matches!(done, Ok(Ok(_))) {
            self.roll_back();
        }
        done.unwrap_or_else(|panic| resume_unwind(panic))
    }
}
