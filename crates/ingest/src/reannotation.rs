//! Annotates the documents of an archive again: with another engine, or with another
//! list of names of the user.
//!
//! Another list needs no other names in the text. So the mentions are kept, and only
//! their entities are resolved again.

use chancery_engine::learned_lines::LearnedLines;
use chancery_engine::{Engine, FileLists, LinkedDocument, NameLists, UserList, stages};
use chancery_store::{Archive, ArchiveWriter, DocumentNumber, StoreError};

use crate::coordinates::store_coordinates;
use crate::person_linking::{
    FormerDocument, FormerEntities, from_json, link_persons, persons_to_json,
};
use crate::stored_lines::StoredLines;

/// Documents per transaction.
const DOCUMENTS_PER_COMMIT: usize = 500;

/// Reads the user's list of names that an archive keeps; an empty one if it has none.
///
/// # Errors
/// If the archive or its list cannot be read.
pub fn stored_user_list(archive: &Archive) -> Result<UserList, StoreError> {
    let Some(list) = archive.user_list()? else { return Ok(UserList::default()) };
    UserList::from_text(&list.text, &list.file)
        .map_err(|error| StoreError::Damaged(format!("its list of names: {error}")))
}

/// Annotates documents again. The lists of a file are read once for documents of the
/// file that follow each other.
pub(crate) struct Reannotation {
    engine: Engine,
    user_list: UserList,
    learned: StoredLines,
    /// The lists of the last document's file, as stored and as the resolver uses
    /// them.
    stored_lists: Option<String>,
    name_lists: NameLists,
}

impl Reannotation {
    pub(crate) fn new(archive: &Archive, engine: Engine) -> Result<Self, StoreError> {
        let user_list = stored_user_list(archive)?;
        let learned = StoredLines::load(archive)?;
        let name_lists = NameLists::new(&FileLists::default(), &user_list);
        Ok(Self { engine, user_list, learned, stored_lists: None, name_lists })
    }

    /// The learnt page lines of a document, and those of before.
    fn learned_lines(
        &self,
        archive: &Archive,
        number: DocumentNumber,
    ) -> Result<(LearnedLines, LearnedLines), StoreError> {
        if self.learned.is_empty() {
            return Ok(Default::default());
        }
        Ok(self.learned.lines_of_paths(&archive.documents().paths(number)?))
    }

    /// Reads the lists of the file of a document.
    fn read_lists(&mut self, archive: &Archive, number: DocumentNumber) -> Result<(), StoreError> {
        let stored_lists = archive.documents().file_lists(number)?;
        if stored_lists != self.stored_lists {
            let lists: Option<FileLists> = stored_lists.as_deref().map(from_json).transpose()?;
            self.name_lists = NameLists::new(&lists.unwrap_or_default(), &self.user_list);
            self.stored_lists = stored_lists;
        }
        Ok(())
    }

    /// Finds the names of a document again, and resolves them.
    fn annotate_document(
        &mut self,
        writer: &mut ArchiveWriter,
        number: DocumentNumber,
        fingerprint: &str,
    ) -> Result<(), StoreError> {
        let document = writer.documents().parsed(number)?;
        let (lines, _) = self.learned_lines(writer, number)?;
        self.read_lists(writer, number)?;
        let mut annotated = self.engine.annotate_document(document);
        lines.remove_mentions(&mut annotated);
        let linked = self.engine.resolve_mentions(annotated, &self.name_lists);
        store_annotation(writer, number, linked, fingerprint)
    }

    /// Removes the names in learnt page lines from a document, and finds its names again
    /// if it has lines that are no longer learnt. Returns its former entities, or `None`
    /// if nothing changes.
    pub(crate) fn change_names(
        &mut self,
        writer: &mut ArchiveWriter,
        number: DocumentNumber,
    ) -> Result<Option<FormerDocument>, StoreError> {
        let (lines, former_lines) = self.learned_lines(writer, number)?;
        let (mut annotated, fingerprint) = writer.documents().unresolved(number)?;
        if !former_lines.find_spans(&annotated.document).is_empty() {
            let fingerprint = writer.engine_name()?;
            self.annotate_document(writer, number, &fingerprint)?;
            // The mentions are others, so none can be compared.
            return Ok(Some((number, Vec::new())));
        }
        let Some(staying) = lines.remove_mentions(&mut annotated) else { return Ok(None) };
        let before = writer.documents().engine_entities(number)?;
        let former = staying.into_iter().map(|at| before.get(at).copied().flatten()).collect();
        self.read_lists(writer, number)?;
        let linked = self.engine.resolve_mentions(annotated, &self.name_lists);
        store_annotation(writer, number, linked, &fingerprint)?;
        Ok(Some((number, former)))
    }

    /// Resolves the mentions of a document again.
    fn resolve_document(
        &mut self,
        writer: &mut ArchiveWriter,
        number: DocumentNumber,
    ) -> Result<(), StoreError> {
        let (annotated, fingerprint) = writer.documents().unresolved(number)?;
        self.read_lists(writer, number)?;
        let linked = self.engine.resolve_mentions(annotated, &self.name_lists);
        store_annotation(writer, number, linked, &fingerprint)
    }
}

fn store_annotation(
    writer: &mut ArchiveWriter,
    number: DocumentNumber,
    mut linked: LinkedDocument,
    fingerprint: &str,
) -> Result<(), StoreError> {
    stages::add_attribution(&mut linked.annotated);
    let persons = persons_to_json(&linked.persons);
    writer.replace_annotation(number, fingerprint, &linked.annotated, &persons)
}

/// Finds the names of all documents again that another engine annotated than the one
/// that the archive records as `fingerprint`, and resolves those of another list of
/// names. `advance` gets the number of documents done since the last call. If it is
/// interrupted, the next call does the rest.
///
/// # Errors
/// If the archive cannot be read or written.
pub fn annotate_again(
    writer: &mut ArchiveWriter,
    engine: &Engine,
    fingerprint: &str,
    advance: &mut dyn FnMut(u64),
) -> Result<(), StoreError> {
    let mut reannotation = Reannotation::new(writer, engine.clone())?;
    writer.set_engine(fingerprint)?;
    let numbers = writer.documents().annotated_by_other_engine(fingerprint)?;
    for batch in numbers.chunks(DOCUMENTS_PER_COMMIT) {
        for &number in batch {
            reannotation.annotate_document(writer, number, fingerprint)?;
        }
        writer.commit_batch()?;
        advance(batch.len() as u64);
    }
    let former = resolve_by_other_list(writer, &mut reannotation)?;
    store_coordinates(writer)?;
    link_persons(writer, &former)
}

/// Resolves the documents again whose entities were resolved with another list of the
/// user than the archive has now, and links the persons of all documents if any
/// document is new, was `replaced` or was resolved again. Returns the number of those resolved again.
/// If it is interrupted, the next call does the rest.
///
/// # Errors
/// If the archive cannot be read or written.
pub fn resolve_again(
    writer: &mut ArchiveWriter,
    engine: &Engine,
    replaced: bool,
) -> Result<u64, StoreError> {
    let former = resolve_all_by_other_list(writer, engine)?;
    if replaced || !former.is_empty() || !writer.are_persons_linked()? {
        link_persons(writer, &former)?;
    }
    Ok(former.len() as u64)
}

/// Resolves the documents of another list again, if there are any.
pub(crate) fn resolve_all_by_other_list(
    writer: &mut ArchiveWriter,
    engine: &Engine,
) -> Result<FormerEntities, StoreError> {
    if writer.documents().resolved_with_other_list()?.is_empty() {
        return Ok(FormerEntities::new());
    }
    let mut reannotation = Reannotation::new(writer, engine.clone())?;
    resolve_by_other_list(writer, &mut reannotation)
}

/// Resolves the documents of another list again. Returns their entities of before.
fn resolve_by_other_list(
    writer: &mut ArchiveWriter,
    reannotation: &mut Reannotation,
) -> Result<FormerEntities, StoreError> {
    let mut former = FormerEntities::new();
    for batch in writer.documents().resolved_with_other_list()?.chunks(DOCUMENTS_PER_COMMIT) {
        for &number in batch {
            former.push((number, writer.documents().engine_entities(number)?));
            reannotation.resolve_document(writer, number)?;
        }
        writer.commit_batch()?;
    }
    Ok(former)
}
