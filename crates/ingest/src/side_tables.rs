//! Side tables of an archive: those that a run gets, and those that it has.
//!
//! A table stays with the archive, so that files which are added later get their rows
//! too. A table that is new or has changed also speaks of documents that are there: their
//! files are read again if they are among the files of the run.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use chancery_engine::InputError;
use chancery_engine::opening::Opener;
use chancery_engine::opening::side_table::{DocumentPath, SideTable, SideTables};
use chancery_store::{Archive, ArchiveWriter, FileProblem, IngestedFile, StoreError, TextLayer};

use crate::archive_paths::{ArchivePaths, resolve_typed_path};
use crate::file_worker::{self, WorkItem};
use crate::person_linking::{from_json, to_json};

/// The side tables of a run.
#[derive(Default)]
pub(crate) struct RunTables {
    /// The tables, newest first.
    tables: Vec<SideTable>,
    /// Files that have to be read again: tables that came later describe them.
    stale: HashSet<[u8; 32]>,
    /// The paths of these files on disk.
    stale_paths: HashSet<String>,
}

impl RunTables {
    /// Stores the tables that a run gets, and loads those that the archive has.
    ///
    /// # Errors
    /// If the archive or the file of a table cannot be read or written.
    pub(crate) fn load(
        writer: &mut ArchiveWriter,
        new: &[(PathBuf, SideTable)],
        archive_paths: &ArchivePaths,
        keep_bytes: bool,
    ) -> Result<Self, StoreError> {
        let mut stored = BTreeMap::new();
        for table in writer.files().side_tables()? {
            stored.insert(table.path, table.rows);
        }
        let mut changed = Vec::new();
        for (path, table) in new {
            let located = resolve_typed_path(path);
            let table = table.clone().with_name(archive_paths.recorded_path(&located));
            let rows = to_json(&table);
            let earlier = stored.insert(table.name.clone(), rows.clone());
            if earlier.as_ref() == Some(&rows) {
                continue;
            }
            let earlier: Option<SideTable> = earlier.as_deref().map(from_json).transpose()?;
            changed.extend(earlier);
            store_table(writer, &located, &table, &rows, keep_bytes)?;
            changed.push(table);
        }
        if !changed.is_empty() {
            // In the transaction of the tables, so that an interrupted run goes on.
            let described = described_files(writer, changed, archive_paths)?;
            writer.mark_stale(&described)?;
            writer.commit_batch()?;
        }
        let tables = writer.files().side_tables()?;
        let tables: Vec<SideTable> =
            tables.iter().map(|table| from_json(&table.rows)).collect::<Result<_, _>>()?;
        for table in &tables {
            // Recorded again at the end of the run.
            writer.clear_problems(&table.name)?;
        }
        writer.commit_batch()?;
        let stale: HashSet<[u8; 32]> = writer.files().stale_digests()?.into_iter().collect();
        let mut stale_paths = HashSet::new();
        for digest in &stale {
            for path in writer.files().paths_of_digest(digest)? {
                let on_disk = path.split("!/").next().unwrap_or(&path);
                stale_paths.insert(on_disk.to_owned());
            }
        }
        Ok(Self { tables, stale, stale_paths })
    }

    /// Whether a path is that of a side table.
    pub(crate) fn is_table(&self, path: &str) -> bool {
        self.tables.iter().any(|table| table.name == path)
    }

    /// Whether a file on disk has to be read again.
    pub(crate) fn is_stale_path(&self, path: &str) -> bool {
        self.stale_paths.contains(path)
    }

    /// Whether a file is read although the archive has it.
    pub(crate) fn is_stale(&self, digest: &[u8; 32]) -> bool {
        self.stale.contains(digest)
    }

    /// Joins the tables with the documents of the archive and those in `items`.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub(crate) fn join(
        &self,
        opener: Opener,
        archive: &Archive,
        items: &[WorkItem],
        archive_paths: &ArchivePaths,
    ) -> Result<Opener, StoreError> {
        if self.tables.is_empty() {
            return Ok(opener);
        }
        let mut paths: BTreeMap<String, DocumentPath> = BTreeMap::new();
        let mut insert = |path: DocumentPath| paths.insert(path.shown.clone(), path);
        for path in known_paths(archive, archive_paths)? {
            insert(path);
        }
        for item in items {
            if let WorkItem::File { path, .. } = item {
                let name = archive_paths.recorded_path(path);
                opener.document_paths(path, &name).into_iter().for_each(|path| {
                    insert(path);
                });
            }
        }
        let paths: Vec<DocumentPath> = paths.into_values().collect();
        Ok(opener.with_side_tables(SideTables::join(self.tables.clone(), &paths)))
    }
}

/// Records what is wrong with the tables, and replaces what earlier runs recorded.
/// Returns the number of messages.
///
/// # Errors
/// If the archive cannot be read or written.
pub(crate) fn record_problems(
    writer: &mut ArchiveWriter,
    joined: &SideTables,
) -> Result<u64, StoreError> {
    let mut count = 0;
    let mut left = writer.files().stale_digests()?.len();
    let problems = joined.problems(|id| writer.documents().find(id).is_ok());
    for (name, mut messages) in problems {
        if let number @ 1.. = std::mem::take(&mut left) {
            messages.push(format!(
                "{number} files of the archive were not read again, and may lack its fields \
                 (add these files again)"
            ));
        }
        for message in messages {
            writer.add_problem(name, &FileProblem { at: None, message })?;
            count += 1;
        }
    }
    writer.commit_batch()?;
    Ok(count)
}

/// The files of an archive that tables describe, each table by itself: a row of an
/// earlier table may have spoken of the document of a row of a later one.
fn described_files(
    archive: &Archive,
    tables: Vec<SideTable>,
    archive_paths: &ArchivePaths,
) -> Result<BTreeSet<[u8; 32]>, StoreError> {
    let paths = known_paths(archive, archive_paths)?;
    let mut files = BTreeSet::new();
    for table in tables {
        let joined = SideTables::join(vec![table], &paths);
        for path in joined.joined_paths() {
            files.extend(archive.files().digests_at_path(path)?);
        }
        for id in joined.ids() {
            files.extend(archive.files().digests_of_id(id)?);
        }
    }
    Ok(files)
}

/// The paths of the documents of an archive.
fn known_paths(
    archive: &Archive,
    archive_paths: &ArchivePaths,
) -> Result<Vec<DocumentPath>, StoreError> {
    let paths = archive.files().paths_of_documents()?.into_iter().map(|shown| {
        let absolute = archive_paths.absolute_path(&shown);
        DocumentPath { shown, absolute: Some(absolute) }
    });
    Ok(paths.collect())
}

fn store_table(
    writer: &mut ArchiveWriter,
    located: &Path,
    table: &SideTable,
    rows: &str,
    keep_bytes: bool,
) -> Result<(), StoreError> {
    let unreadable = |error: std::io::Error| {
        let error = InputError::from_io(table.name.clone(), &error);
        StoreError::InvalidRequest(error.to_string())
    };
    let stamp = std::fs::metadata(located).map(|metadata| file_worker::file_stamp(&metadata));
    let bytes = std::fs::read(located).map_err(unreadable)?;
    let file = IngestedFile {
        bytes: keep_bytes.then(|| chancery_store::CompressedBytes::new(&bytes)),
        text_layer: Some(TextLayer::new(rows.as_bytes())),
        ..file_worker::empty_ingested_file(
            table.name.clone(),
            stamp.map_err(unreadable)?,
            blake3::hash(&bytes).into(),
        )
    };
    writer.add_side_table(&file)
}
