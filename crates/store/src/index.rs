//! The full-text index, derived from the tables.
//!
//! The index stores the number of the last batch that it includes. Newer
//! documents are added after the next batch, or when the writer finishes, so a
//! crash in between loses no data. Commits are rare, because each commit
//! creates a segment and segments must be merged. An interrupted run leaves the
//! index out of date, but never wrong.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chancery_model::{BlockKind, Document, Label};
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{IndexSettings, IndexWriter, TantivyDocument, Term};

use crate::archive::{Archive, may_write};
use crate::effective::Named;
use crate::error::StoreError;
use crate::fold;
use crate::reading::RemarkKind;

/// Name of the text analyzer in the index. Increase its number with every
/// change of the analyzer, so that older indexes are rebuilt.
const WORDS: &str = "words 1";

/// Memory of the indexing thread, in bytes.
const ARENA: usize = 64 << 20;

/// Number of documents after which a long run commits the index.
const COMMIT_AFTER: usize = 20_000;

/// The fields of the index.
#[derive(Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) number: Field,
    pub(crate) text: Field,
    pub(crate) subject: Field,
    pub(crate) from: Field,
    pub(crate) to: Field,
    /// Full name of the sender, for counts.
    pub(crate) sender: Field,
    /// Full names of the action addressees, without info addressees.
    pub(crate) addressee: Field,
    pub(crate) person: Field,
    pub(crate) place: Field,
    pub(crate) org: Field,
    pub(crate) path: Field,
    pub(crate) note: Field,
    pub(crate) post: Field,
    pub(crate) tag: Field,
    pub(crate) class: Field,
    pub(crate) marking: Field,
    pub(crate) reference: Field,
    pub(crate) entity: Field,
    /// 20091022 for 2009-10-22.
    pub(crate) date: Field,
    pub(crate) year: Field,
}

impl Fields {
    fn new() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let words = TextFieldIndexing::default()
            .set_tokenizer(WORDS)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let words = TextOptions::default().set_indexing_options(words);
        let fields = Self {
            number: schema.add_u64_field("number", INDEXED | FAST),
            text: schema.add_text_field("text", words.clone()),
            subject: schema.add_text_field("subject", words.clone()),
            from: schema.add_text_field("from", words.clone()),
            to: schema.add_text_field("to", words.clone()),
            sender: schema.add_text_field("sender", FAST),
            addressee: schema.add_text_field("addressee", FAST),
            person: schema.add_text_field("person", words.clone()),
            place: schema.add_text_field("place", words.clone()),
            org: schema.add_text_field("org", words.clone()),
            path: schema.add_text_field("path", words.clone()),
            note: schema.add_text_field("note", words),
            post: schema.add_text_field("post", STRING | FAST),
            tag: schema.add_text_field("tag", STRING | FAST),
            class: schema.add_text_field("class", STRING | FAST),
            marking: schema.add_text_field("marking", STRING),
            reference: schema.add_text_field("ref", STRING),
            entity: schema.add_u64_field("entity", INDEXED | FAST),
            date: schema.add_u64_field("date", INDEXED | FAST),
            year: schema.add_text_field("year", STRING | FAST),
        };
        (schema.build(), fields)
    }
}

/// Opens the index in the folder of an archive. With `make`, creates an index
/// that is missing, cannot be opened, or has other fields.
fn open(folder: &Path, make: bool) -> Result<(tantivy::Index, Fields), StoreError> {
    let path = folder.join("index");
    let (schema, fields) = Fields::new();
    if make {
        fs::create_dir_all(&path).map_err(StoreError::io(&path))?;
    }
    let directory = || MmapDirectory::open(&path).map_err(|error| StoreError::Index(error.into()));
    let opened = match may_write(folder) {
        true => tantivy::Index::open(directory()?),
        false => tantivy::Index::open(Unlocked(directory()?)),
    };
    let index = match opened {
        Ok(index) if index.schema() == schema => index,
        Ok(_) | Err(_) if make => {
            fs::remove_dir_all(&path).map_err(StoreError::io(&path))?;
            fs::create_dir_all(&path).map_err(StoreError::io(&path))?;
            tantivy::Index::create(directory()?, schema, IndexSettings::default())?
        }
        Ok(_) => {
            return Err(StoreError::Request(
                "the index has another version: `chancery rebuild ARCHIVE` rebuilds it".into(),
            ));
        }
        Err(error) => return Err(error.into()),
    };
    index.tokenizers().register(WORDS, fold::analyzer());
    Ok((index, fields))
}

/// Index directory in a read-only folder. Readers normally take a lock against
/// the writer's garbage collection. Here there is no writer, and no lock file
/// can be created.
#[derive(Clone, Debug)]
struct Unlocked(MmapDirectory);

impl Directory for Unlocked {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.0.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.0.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.0.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.0.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.0.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.0.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.0.sync_directory()
    }

    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.0.watch(callback)
    }
}

/// Returns the last batch that an index includes.
fn shown(index: &tantivy::Index) -> Result<i64, StoreError> {
    let payload = index.load_metas()?.payload;
    Ok(payload.and_then(|batch| batch.parse().ok()).unwrap_or(0))
}

/// Returns the files of the index whose checksums do not match.
pub(crate) fn damaged(folder: &Path) -> Result<Vec<String>, StoreError> {
    let (index, _) = open(folder, false)?;
    let damaged = index.validate_checksum()?;
    let mut names: Vec<String> = damaged.iter().map(|path| path.display().to_string()).collect();
    names.sort_unstable();
    Ok(names)
}

/// The index, opened for searching.
pub(crate) struct Reader {
    pub(crate) searcher: tantivy::Searcher,
    pub(crate) fields: Fields,
    pub(crate) shown: i64,
}

impl Reader {
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        let (index, fields) = open(folder, false)?;
        let shown = shown(&index)?;
        let reader =
            index.reader_builder().reload_policy(tantivy::ReloadPolicy::Manual).try_into()?;
        Ok(Self { searcher: reader.searcher(), fields, shown })
    }
}

/// The index, opened for its single writer. tantivy's writer starts only at the
/// first write, so that a run without new documents is fast.
pub(crate) struct Index {
    path: PathBuf,
    index: tantivy::Index,
    fields: Fields,
    writer: Option<IndexWriter>,
    /// Last batch that was added, committed or not.
    put: i64,
    /// Documents added since the last commit.
    fresh: usize,
}

impl Index {
    pub(crate) fn open_to_write(folder: &Path) -> Result<Self, StoreError> {
        let (index, fields) = open(folder, true)?;
        let put = shown(&index)?;
        Ok(Self { path: folder.to_owned(), index, fields, writer: None, put, fresh: 0 })
    }

    fn writer(&mut self) -> Result<&mut IndexWriter, StoreError> {
        if self.writer.is_none() {
            self.writer = Some(self.index.writer_with_num_threads(1, ARENA)?);
        }
        Ok(self.writer.as_mut().expect("it was just opened"))
    }

    /// Adds every document that changed since the last batch.
    pub(crate) fn catch_up(&mut self, archive: &Archive) -> Result<(), StoreError> {
        let batch = archive.batch()?;
        // An index that is ahead of the tables belongs to another database.
        if self.put > batch {
            self.clear()?;
        }
        if self.put == batch {
            return Ok(());
        }
        let sql = "SELECT number FROM documents WHERE batch > ?1 ORDER BY number";
        let fields = self.fields;
        for number in archive.numbers(sql, [self.put])? {
            let document = contents(archive, number, fields)?;
            let writer = self.writer()?;
            writer.delete_term(Term::from_field_u64(fields.number, number as u64));
            writer.add_document(document)?;
            self.fresh += 1;
        }
        self.put = batch;
        if self.fresh >= COMMIT_AFTER { self.commit(batch) } else { Ok(()) }
    }

    /// Commits the added documents and records `batch` as the last one.
    pub(crate) fn commit(&mut self, batch: i64) -> Result<(), StoreError> {
        if shown(&self.index)? == batch {
            return Ok(());
        }
        let writer = self.writer()?;
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&batch.to_string());
        commit.commit()?;
        self.fresh = 0;
        Ok(())
    }

    /// Waits until the segments are merged, and closes the index writer.
    pub(crate) fn settle(&mut self) -> Result<(), StoreError> {
        match self.writer.take() {
            Some(writer) => Ok(writer.wait_merging_threads()?),
            None => Ok(()),
        }
    }

    /// Deletes all documents from the index.
    pub(crate) fn clear(&mut self) -> Result<(), StoreError> {
        self.settle()?;
        let path = self.path.join("index");
        fs::remove_dir_all(&path).map_err(StoreError::io(&path))?;
        (self.index, self.fields) = open(&self.path, true)?;
        (self.put, self.fresh) = (0, 0);
        Ok(())
    }
}

/// Builds the index document of a document.
fn contents(archive: &Archive, number: i64, fields: Fields) -> Result<TantivyDocument, StoreError> {
    let (document, names) = archive.named(number)?;
    let row = archive.summary(number)?;
    let mut out = TantivyDocument::new();
    out.add_u64(fields.number, number as u64);
    out.add_text(fields.text, document.text.as_str());
    if let Some(subject) = &row.subject {
        out.add_text(fields.subject, subject);
    }
    for path in archive.paths(number)? {
        out.add_text(fields.path, fold::path(&path));
    }
    put_names(&mut out, &document, &names, fields);
    put_header(&mut out, &document, fields);
    if let Some(post) = &row.post {
        out.add_text(fields.post, fold::whole(post));
    }
    if let Some(date) = &row.date {
        let digits: String = date.chars().filter(char::is_ascii_digit).collect();
        out.add_u64(fields.date, digits.parse().unwrap_or(0));
        out.add_text(fields.year, date.get(..4).unwrap_or(date));
    }
    if archive.fact("logged")? > 0 {
        put_remarks(&mut out, archive, &document, &names, fields)?;
    }
    Ok(out)
}

fn put_names(out: &mut TantivyDocument, document: &Document, names: &[Named], fields: Fields) {
    for name in names {
        let field = match name.mention.label {
            Label::Per => fields.person,
            Label::Loc => fields.place,
            Label::Org => fields.org,
            Label::Misc => continue,
        };
        out.add_text(field, &document.text[name.mention.span]);
    }
    for entity in entities(names) {
        out.add_u64(fields.entity, entity as u64);
    }
}

/// Returns the entities of mentions, without duplicates.
fn entities(names: &[Named]) -> BTreeSet<i64> {
    names.iter().filter_map(|name| name.entity).collect()
}

/// Adds the keywords and notes on the document and on its entities.
fn put_remarks(
    out: &mut TantivyDocument,
    archive: &Archive,
    document: &Document,
    names: &[Named],
    fields: Fields,
) -> Result<(), StoreError> {
    for remark in archive.remarks_for(&document.id, &entities(names))? {
        match remark.kind {
            RemarkKind::Tag => out.add_text(fields.tag, fold::whole(&remark.words)),
            RemarkKind::Note => out.add_text(fields.note, remark.words),
            RemarkKind::Apart => {}
        }
    }
    Ok(())
}

fn put_header(out: &mut TantivyDocument, document: &Document, fields: Fields) {
    let header = &document.header;
    if let Some(from) = &header.from {
        out.add_text(fields.from, &from.value.name);
        out.add_text(fields.sender, &from.value.name);
    }
    for to in &header.to {
        out.add_text(fields.addressee, &to.value.name);
    }
    for to in header.to.iter().chain(&header.info) {
        out.add_text(fields.to, &to.value.name);
    }
    for tag in &header.tags {
        out.add_text(fields.tag, fold::whole(&tag.value.name));
    }
    if let Some(class) = &header.classification {
        out.add_text(fields.class, class.value.as_str());
    }
    for caption in &header.captions {
        out.add_text(fields.marking, fold::whole(&caption.value));
    }
    let mut portions: Vec<String> = document
        .blocks
        .iter()
        .filter_map(|block| match &block.kind {
            BlockKind::Paragraph(paragraph) => paragraph.portion.as_ref(),
            _ => None,
        })
        .map(|portion| fold::whole(&portion.value.marking))
        .collect();
    portions.sort_unstable();
    portions.dedup();
    for portion in portions {
        out.add_text(fields.marking, portion);
    }
    let own = header.reference_id.iter().map(|field| field.value.0.as_str());
    let others = header.references.iter().map(|field| field.value.value.as_str());
    for reference in own.chain(others) {
        out.add_text(fields.reference, fold::whole(reference));
    }
}

/// Returns the numbers of the indexed documents, sorted.
pub(crate) fn numbers(reader: &Reader) -> Result<Vec<i64>, StoreError> {
    let mut numbers = Vec::new();
    for segment in reader.searcher.segment_readers() {
        let column = segment.fast_fields().u64("number")?;
        let alive = segment.doc_ids_alive();
        numbers.extend(alive.filter_map(|doc| column.first(doc)).map(|number| number as i64));
    }
    numbers.sort_unstable();
    Ok(numbers)
}
