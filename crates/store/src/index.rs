//! The full-text index, derived from the tables.
//!
//! The index stores the number of the last batch that it includes. Newer
//! documents are added after the next batch, or when the writer finishes, so a
//! crash in between loses no data. Commits are rare, because each commit
//! creates a segment and segments must be merged. An interrupted run leaves the
//! index out of date, but never wrong.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use chancery_model::{ActKind, ActStatus, BlockKind, Date, Document, Label, TextSpan};
use tantivy::columnar::Column;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{IndexSettings, IndexWriter, SegmentReader, TantivyDocument, Term};

use crate::analyzer;
use crate::archive::Archive;
use crate::error::StoreError;
use crate::grouped_matches::IndexedGroups;
use crate::index_directory::{IndexDirectory, OpenFiles, ReaderLocks, copy_mode};
use crate::index_guard::run_guarded;
use crate::mention_classes::{class_tokens, classed_mentions};
use crate::near_duplicates::NearDuplicateGroups;
use crate::numbers::{BatchNumber, DocumentNumber, EntityNumber};
use crate::queries::RemarkKind;
use crate::statements::{LEAST_SCORE, StoredAttribution, StoredParty};
use crate::stored_mention::StoredMention;
use crate::writer_lock::is_writable;

/// Name of the text analyzer in the index. Increase its number with every
/// change of the analyzer, so that older indexes are rebuilt.
const ANALYZER_NAME: &str = "words 2";

/// Name of the column of surnames that only sign.
pub(crate) const SIGNER_SURNAMES: &str = "signer_surname";

/// Memory of the indexing thread, in bytes.
const WRITER_MEMORY_BYTES: usize = 64 << 20;

/// Number of documents after which a long run commits the index.
const COMMIT_AFTER_DOCUMENTS: usize = 20_000;

/// The fields of the index.
#[derive(Clone, Copy)]
pub(crate) struct IndexFields {
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
    /// Classes of mentions at the positions of the text.
    pub(crate) mention_class: Field,
    /// Offices that stand for people: "Foreign Minister Mali".
    pub(crate) office: Field,
    pub(crate) path: Field,
    /// The words of footnotes, which the text has too.
    pub(crate) footnote: Field,
    pub(crate) note: Field,
    pub(crate) post: Field,
    pub(crate) tag: Field,
    pub(crate) keyword: Field,
    pub(crate) classification: Field,
    pub(crate) marking: Field,
    pub(crate) reference: Field,
    pub(crate) entity: Field,
    /// Entities that a document names only where it is signed, drafted or classified.
    pub(crate) signer: Field,
    /// Ids, without the document, of their surnames that nothing decided.
    pub(crate) signer_surname: Field,
    /// Ids, without the document, of the surnames that nothing decided.
    pub(crate) surname: Field,
    /// 20091022 for 2009-10-22.
    pub(crate) date: Field,
    pub(crate) year: Field,
    /// Speakers as written.
    pub(crate) said: Field,
    pub(crate) speaker: Field,
    /// Hearers as written.
    pub(crate) told: Field,
    pub(crate) hearer: Field,
    /// What is said.
    pub(crate) about: Field,
    /// Entities that are named in what is said.
    pub(crate) about_entity: Field,
    /// Those who met, as written.
    pub(crate) met: Field,
    pub(crate) met_entity: Field,
    /// Where acts took place, as written.
    pub(crate) act_place: Field,
    pub(crate) act_place_entity: Field,
}

impl IndexFields {
    fn new() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let words = TextFieldIndexing::default()
            .set_tokenizer(ANALYZER_NAME)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let classes = words.clone().set_fieldnorms(false);
        let classes = TextOptions::default().set_indexing_options(classes);
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
            mention_class: schema.add_text_field("mention_class", classes),
            office: schema.add_text_field("office", words.clone()),
            path: schema.add_text_field("path", words.clone()),
            footnote: schema.add_text_field("footnote", words.clone()),
            note: schema.add_text_field("note", words.clone()),
            post: schema.add_text_field("post", STRING | FAST),
            tag: schema.add_text_field("tag", STRING | FAST),
            keyword: schema.add_text_field("keyword", STRING | FAST),
            classification: schema.add_text_field("classification", STRING | FAST),
            marking: schema.add_text_field("marking", STRING),
            reference: schema.add_text_field("references", STRING),
            entity: schema.add_u64_field("entity", INDEXED | FAST),
            signer: schema.add_u64_field("signer", FAST),
            signer_surname: schema.add_text_field(SIGNER_SURNAMES, STRING | FAST),
            surname: schema.add_text_field("surname", STRING | FAST),
            date: schema.add_u64_field("date", INDEXED | FAST),
            year: schema.add_text_field("year", STRING | FAST),
            said: schema.add_text_field("said", words.clone()),
            speaker: schema.add_u64_field("speaker", INDEXED),
            told: schema.add_text_field("told", words.clone()),
            hearer: schema.add_u64_field("hearer", INDEXED),
            about: schema.add_text_field("about", words.clone()),
            about_entity: schema.add_u64_field("about_entity", INDEXED),
            met: schema.add_text_field("met", words.clone()),
            met_entity: schema.add_u64_field("met_entity", INDEXED),
            act_place: schema.add_text_field("act_place", words),
            act_place_entity: schema.add_u64_field("act_place_entity", INDEXED),
        };
        (schema.build(), fields)
    }
}

/// Opens the index in the folder of an archive. With `make`, creates an index
/// that is missing, cannot be opened, or has other fields.
fn open_or_create(
    folder: &Path,
    make: bool,
    open_files: &OpenFiles,
) -> Result<(tantivy::Index, IndexFields), StoreError> {
    let path = folder.join("index");
    let (schema, fields) = IndexFields::new();
    let make_folder = || {
        let made = fs::create_dir_all(&path).and_then(|()| copy_mode(folder, &path));
        made.map_err(StoreError::io_error_at(&path))
    };
    if make {
        make_folder()?;
    }
    let locks = match is_writable(folder) {
        true => ReaderLocks::Taken,
        false => ReaderLocks::NotPossible,
    };
    let directory = || IndexDirectory::open(&path, locks, open_files.clone());
    let index = match tantivy::Index::open(directory()?) {
        Ok(index) if index.schema() == schema => index,
        Ok(_) | Err(_) if make => {
            fs::remove_dir_all(&path).map_err(StoreError::io_error_at(&path))?;
            make_folder()?;
            tantivy::Index::create(directory()?, schema, IndexSettings::default())?
        }
        Ok(_) => {
            return Err(StoreError::OtherIndexVersion);
        }
        Err(error) => return Err(error.into()),
    };
    index.tokenizers().register(ANALYZER_NAME, analyzer::text_analyzer());
    Ok((index, fields))
}

/// Returns the last batch that an index includes.
fn indexed_batch(index: &tantivy::Index) -> Result<BatchNumber, StoreError> {
    let payload = index.load_metas()?.payload;
    Ok(BatchNumber(payload.and_then(|batch| batch.parse().ok()).unwrap_or(0)))
}

/// Returns the files of the index whose checksums do not match.
pub(crate) fn damaged_files(folder: &Path) -> Result<Vec<String>, StoreError> {
    let (index, _) = open_or_create(folder, false, &OpenFiles::default())?;
    let damaged = index.validate_checksum()?;
    let mut names: Vec<String> = damaged.iter().map(|path| path.display().to_string()).collect();
    names.sort_unstable();
    Ok(names)
}

/// The columns of a segment that every search reads.
#[derive(Clone, Debug)]
pub(crate) struct SegmentColumns {
    /// Numbers of the documents.
    pub(crate) numbers: Column<u64>,
    /// Dates, as 19750503; 0 if unknown.
    pub(crate) dates: Column<u64>,
}

/// The index, opened for searching.
pub(crate) struct IndexSnapshot {
    pub(crate) searcher: tantivy::Searcher,
    pub(crate) fields: IndexFields,
    pub(crate) indexed_batch: BatchNumber,
    /// Shared with the snapshots that follow.
    open_files: OpenFiles,
    /// Cached groups of near-duplicates.
    near_duplicates: OnceLock<Arc<IndexedGroups>>,
    /// Cached columns of the segments: to open them takes longer than to find a rare word.
    columns: OnceLock<Arc<[SegmentColumns]>>,
}

impl IndexSnapshot {
    /// Opens the index as it is now. An earlier snapshot shares its files.
    pub(crate) fn open(folder: &Path, earlier: Option<&Self>) -> Result<Self, StoreError> {
        let open_files = earlier.map(|earlier| earlier.open_files.clone()).unwrap_or_default();
        let (index, fields) = open_or_create(folder, false, &open_files)?;
        let indexed_batch = indexed_batch(&index)?;
        let reader =
            index.reader_builder().reload_policy(tantivy::ReloadPolicy::Manual).try_into()?;
        Ok(Self {
            searcher: reader.searcher(),
            fields,
            indexed_batch,
            open_files,
            near_duplicates: OnceLock::new(),
            columns: OnceLock::new(),
        })
    }

    /// The columns of the segments, in the order of the segments.
    pub(crate) fn columns(&self, archive: &Archive) -> Result<Arc<[SegmentColumns]>, StoreError> {
        if let Some(columns) = self.columns.get() {
            return Ok(Arc::clone(columns));
        }
        let open = |segment: &SegmentReader| {
            let fast = segment.fast_fields();
            Ok(SegmentColumns { numbers: fast.u64("number")?, dates: fast.u64("date")? })
        };
        let open_all = || self.searcher.segment_readers().iter().map(open).collect();
        let columns = run_guarded(&archive.budget, open_all)?;
        Ok(Arc::clone(self.columns.get_or_init(|| columns)))
    }

    /// The groups of near-duplicates in the archive of this index.
    pub(crate) fn near_duplicates(
        &self,
        archive: &Archive,
    ) -> Result<&Arc<IndexedGroups>, StoreError> {
        match self.near_duplicates.get() {
            Some(groups) => Ok(groups),
            None => {
                let groups = NearDuplicateGroups::load(&archive.db)?;
                let lay_out = || IndexedGroups::new(&groups, &self.searcher);
                let groups = Arc::new(run_guarded(&archive.budget, lay_out)?);
                Ok(self.near_duplicates.get_or_init(|| groups))
            }
        }
    }
}

/// The index, opened for its single writer. tantivy's writer starts only at the
/// first write, so that a run without new documents is fast.
pub(crate) struct IndexUpdater {
    path: PathBuf,
    index: tantivy::Index,
    fields: IndexFields,
    writer: Option<IndexWriter>,
    /// Last batch that was added, committed or not.
    added_batch: BatchNumber,
    /// Documents added since the last commit.
    uncommitted: usize,
}

impl IndexUpdater {
    pub(crate) fn open_for_writing(folder: &Path) -> Result<Self, StoreError> {
        let (index, fields) = open_or_create(folder, true, &OpenFiles::default())?;
        let indexed_batch = indexed_batch(&index)?;
        Ok(Self {
            path: folder.to_owned(),
            index,
            fields,
            writer: None,
            added_batch: indexed_batch,
            uncommitted: 0,
        })
    }

    fn index_writer(&mut self) -> Result<&mut IndexWriter, StoreError> {
        if self.writer.is_none() {
            self.writer = Some(self.index.writer_with_num_threads(1, WRITER_MEMORY_BYTES)?);
        }
        Ok(self.writer.as_mut().expect("it was just opened"))
    }

    /// Adds every document that changed since the last batch.
    pub(crate) fn add_new_batches(&mut self, archive: &Archive) -> Result<(), StoreError> {
        let batch = archive.last_batch()?;
        // An index that is ahead of the tables belongs to another database.
        if self.added_batch > batch {
            self.clear_index()?;
        }
        if self.added_batch == batch {
            return Ok(());
        }
        let sql = "SELECT number FROM stored_documents WHERE batch > ?1 ORDER BY number";
        let fields = self.fields;
        for number in archive.query_numbers::<DocumentNumber>(sql, [self.added_batch])? {
            let document = match archive.documents().is_removed(number)? {
                true => None,
                false => Some(index_document(archive, number, fields)?),
            };
            let writer = self.index_writer()?;
            writer.delete_term(Term::from_field_u64(fields.number, number.0 as u64));
            if let Some(document) = document {
                writer.add_document(document)?;
            }
            self.uncommitted += 1;
        }
        self.added_batch = batch;
        if self.uncommitted >= COMMIT_AFTER_DOCUMENTS { self.commit_batch(batch) } else { Ok(()) }
    }

    /// Commits the added documents and records `batch` as the last one.
    pub(crate) fn commit_batch(&mut self, batch: BatchNumber) -> Result<(), StoreError> {
        if indexed_batch(&self.index)? == batch {
            return Ok(());
        }
        let writer = self.index_writer()?;
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&batch.to_string());
        commit.commit()?;
        self.uncommitted = 0;
        Ok(())
    }

    /// Waits until the segments are merged, and closes the index writer.
    pub(crate) fn close_writer(&mut self) -> Result<(), StoreError> {
        match self.writer.take() {
            Some(writer) => Ok(writer.wait_merging_threads()?),
            None => Ok(()),
        }
    }

    /// Deletes all documents from the index.
    pub(crate) fn clear_index(&mut self) -> Result<(), StoreError> {
        self.close_writer()?;
        let path = self.path.join("index");
        fs::remove_dir_all(&path).map_err(StoreError::io_error_at(&path))?;
        (self.index, self.fields) = open_or_create(&self.path, true, &OpenFiles::default())?;
        (self.added_batch, self.uncommitted) = (BatchNumber::default(), 0);
        Ok(())
    }
}

/// Builds the index document of a document.
fn index_document(
    archive: &Archive,
    number: DocumentNumber,
    fields: IndexFields,
) -> Result<TantivyDocument, StoreError> {
    let (document, mentions) = archive.documents().with_mentions(number)?;
    let row = archive.documents().row(number)?;
    let mut out = TantivyDocument::new();
    out.add_u64(fields.number, number.0 as u64);
    out.add_text(fields.text, document.text.as_str());
    for (span, _) in document.footnotes() {
        out.add_text(fields.footnote, &document.text[span]);
    }
    if let Some(subject) = &row.subject {
        out.add_text(fields.subject, subject);
    }
    for path in archive.documents().paths(number)? {
        out.add_text(fields.path, analyzer::path_to_words(&path));
    }
    add_mentions(&mut out, &document, &mentions, fields);
    for office in archive.documents().office_names(number)? {
        out.add_text(fields.office, office);
    }
    let offices = archive.documents().office_spans(number)?;
    let classed = classed_mentions(document.text.as_str(), &mentions, &offices);
    out.add_pre_tokenized_text(fields.mention_class, class_tokens(&classed));
    let signers = entities_that_only_sign(&document, &mentions);
    for signer in &signers {
        out.add_u64(fields.signer, signer.0 as u64);
    }
    for entity in distinct_entities(&mentions, Some(Label::Per)) {
        if let Some(surname) = archive.entities().undecided_surname(entity)? {
            if signers.contains(&entity) {
                out.add_text(fields.signer_surname, &surname);
            }
            out.add_text(fields.surname, surname);
        }
    }
    add_attribution(&mut out, archive, number, &document, &mentions, fields)?;
    add_header(&mut out, &document, fields);
    if let Some(post) = &row.post {
        out.add_text(fields.post, analyzer::fold_whole(post));
    }
    if let Some(date) = &row.date {
        let number = Date::try_from(date.clone()).map_or(0, Date::to_yyyymmdd);
        out.add_u64(fields.date, number.into());
        out.add_text(fields.year, date.get(..4).unwrap_or(date));
    }
    if archive.decisions().count()? > 0 {
        add_remarks(&mut out, archive, &document, &mentions, fields)?;
    }
    Ok(out)
}

fn add_mentions(
    out: &mut TantivyDocument,
    document: &Document,
    mentions: &[StoredMention],
    fields: IndexFields,
) {
    for mention in mentions {
        let field = match mention.mention.label {
            Label::Per => fields.person,
            Label::Loc => fields.place,
            Label::Org => fields.org,
            Label::Misc => continue,
        };
        out.add_text(field, &document.text[mention.mention.span]);
    }
    for entity in distinct_entities(mentions, None) {
        out.add_u64(fields.entity, entity.0 as u64);
    }
}

/// Adds who says what to whom, and who met where.
fn add_attribution(
    out: &mut TantivyDocument,
    archive: &Archive,
    number: DocumentNumber,
    document: &Document,
    mentions: &[StoredMention],
    fields: IndexFields,
) -> Result<(), StoreError> {
    let StoredAttribution { statements, acts } = archive.documents().stored_attribution(number)?;
    let text = document.text.as_str();
    let mut add = |party: &StoredParty, words: Field, linked: Field| -> Result<(), StoreError> {
        out.add_text(words, party.words(text));
        if let Some(entity) = party.entity(archive.entities(), mentions)? {
            out.add_u64(linked, entity.0 as u64);
        }
        Ok(())
    };
    for one in statements.iter().filter(|one| one.score >= LEAST_SCORE) {
        if let Some(speaker) = &one.speaker {
            add(speaker, fields.said, fields.speaker)?;
        }
        if let Some(hearer) = &one.hearer {
            add(hearer, fields.told, fields.hearer)?;
        }
    }
    for act in acts.iter().filter(|act| act.score >= LEAST_SCORE) {
        if act.kind == ActKind::Met && act.status == ActStatus::Did {
            for party in act.who.iter().chain(&act.whom) {
                add(party, fields.met, fields.met_entity)?;
            }
        }
        if let Some(place) = act.place {
            add(&StoredParty::Mention(place), fields.act_place, fields.act_place_entity)?;
        }
    }
    for one in statements.iter().filter(|one| one.score >= LEAST_SCORE) {
        out.add_text(fields.about, text.get(one.content.byte_range()).unwrap_or(""));
        let inside = mentions.iter().filter(|mention| one.content.contains(&mention.mention.span));
        for entity in inside.filter_map(StoredMention::entity) {
            out.add_u64(fields.about_entity, entity.0 as u64);
        }
    }
    Ok(())
}

/// Returns the entities all of whose mentions are signatures, or names of the officers who
/// drafted, cleared or classified the document.
fn entities_that_only_sign(
    document: &Document,
    mentions: &[StoredMention],
) -> BTreeSet<EntityNumber> {
    let header = &document.header;
    let signed = document.blocks.iter().filter(|block| block.kind == BlockKind::Signature);
    let spans: Vec<TextSpan> = (header.signatures.iter().map(|name| name.span))
        .chain(header.officers.iter().map(|officer| officer.span))
        .chain(signed.map(|block| block.span))
        .collect();
    let signs = |one: &&StoredMention| spans.iter().any(|span| span.overlaps(&one.mention.span));
    let in_text = mentions.iter().filter(|one| !signs(one)).filter_map(StoredMention::entity);
    let in_text: BTreeSet<EntityNumber> = in_text.collect();
    &distinct_entities(mentions, None) - &in_text
}

/// Returns the entities of mentions, of all or those of a label, without duplicates.
fn distinct_entities(mentions: &[StoredMention], label: Option<Label>) -> BTreeSet<EntityNumber> {
    let of_label = |one: &&StoredMention| label.is_none_or(|label| one.mention.label == label);
    mentions.iter().filter(of_label).filter_map(StoredMention::entity).collect()
}

/// Adds the keywords and notes on the document and on its entities.
fn add_remarks(
    out: &mut TantivyDocument,
    archive: &Archive,
    document: &Document,
    mentions: &[StoredMention],
    fields: IndexFields,
) -> Result<(), StoreError> {
    for remark in
        archive.documents().remarks_for_index(&document.id, &distinct_entities(mentions, None))?
    {
        match remark.kind {
            RemarkKind::Keyword => out.add_text(fields.keyword, analyzer::fold_whole(&remark.text)),
            RemarkKind::Note => out.add_text(fields.note, remark.text),
            RemarkKind::Apart => {}
        }
    }
    for highlight in archive.documents().highlights(&document.id)? {
        if let Some(keyword) = highlight.keyword {
            out.add_text(fields.keyword, analyzer::fold_whole(&keyword));
        }
        if !highlight.note.is_empty() {
            out.add_text(fields.note, highlight.note);
        }
    }
    Ok(())
}

fn add_header(out: &mut TantivyDocument, document: &Document, fields: IndexFields) {
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
        out.add_text(fields.tag, analyzer::fold_whole(&tag.value.name));
    }
    if let Some(classification) = &header.classification {
        out.add_text(fields.classification, classification.value.as_str());
    }
    for caption in &header.captions {
        out.add_text(fields.marking, analyzer::fold_whole(&caption.value));
    }
    let mut portions: Vec<String> = document
        .blocks
        .iter()
        .filter_map(|block| match &block.kind {
            BlockKind::Paragraph(paragraph) => paragraph.portion.as_ref(),
            _ => None,
        })
        .map(|portion| analyzer::fold_whole(&portion.value.marking))
        .collect();
    portions.sort_unstable();
    portions.dedup();
    for portion in portions {
        out.add_text(fields.marking, portion);
    }
    let own = header.cable_id.iter().map(|field| field.value.0.as_str());
    let own = own.chain(document.telegram.iter().map(|telegram| telegram.id.0.as_str()));
    let others = header.references.iter().map(|field| field.value.value.as_str());
    let others = others.chain(document.references.iter().map(|one| one.value.as_str()));
    let distinct: BTreeSet<&str> = own.chain(others).collect();
    for reference in distinct {
        out.add_text(fields.reference, analyzer::fold_whole(reference));
    }
}

/// Returns the numbers of the indexed documents, sorted.
pub(crate) fn indexed_numbers(reader: &IndexSnapshot) -> Result<Vec<DocumentNumber>, StoreError> {
    let mut numbers = Vec::new();
    for segment in reader.searcher.segment_readers() {
        let column = segment.fast_fields().u64("number")?;
        let alive = segment.doc_ids_alive();
        numbers.extend(
            alive.filter_map(|doc| column.first(doc)).map(|number| DocumentNumber(number as i64)),
        );
    }
    numbers.sort_unstable();
    Ok(numbers)
}
