//! Annotates the documents of an archive again: with another engine, or with another
//! list of names of the user.
//!
//! Another list needs no other names in the text. So the mentions are kept, and only
//! their entities are resolved again.

use chancery_engine::{Engine, FileLists, LinkedDocument, NameLists, UserList};
use chancery_store::{Archive, ArchiveWriter, DocumentNumber, StoreError};

use crate::person_linking::{FormerEntities, from_json, link_persons, persons_to_json};

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
struct Reannotation {
    engine: Engine,
    user_list: UserList,
    /// The lists of the last document's file, as stored and as the resolver uses
    /// them.
    stored_lists: Option<String>,
    name_lists: NameLists,
}

impl Reannotation {
    fn new(archive: &Archive, engine: Engine) -> Result<Self, StoreError> {
        let user_list = stored_user_list(archive)?;
        let name_lists = NameLists::new(&FileLists::default(), &user_list);
        Ok(Self { engine, user_list, stored_lists: None, name_lists })
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
        self.read_lists(writer, number)?;
        let linked = self.engine.resolve_document(document, &self.name_lists);
        store_annotation(writer, number, &linked, fingerprint)
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
        store_annotation(writer, number, &linked, &fingerprint)
    }
}

fn store_annotation(
    writer: &mut ArchiveWriter,
    number: DocumentNumber,
    linked: &LinkedDocument,
    fingerprint: &str,
) -> Result<(), StoreError> {
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
    let mut former = FormerEntities::new();
    if !writer.documents().resolved_with_other_list()?.is_empty() {
        let mut reannotation = Reannotation::new(writer, engine.clone())?;
        former = resolve_by_other_list(writer, &mut reannotation)?;
    }
    if replaced || !former.is_empty() || !writer.are_persons_linked()? {
        link_persons(writer, &former)?;
    }
    Ok(former.len() as u64)
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
