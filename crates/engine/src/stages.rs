//! The stages put together over one file.

use std::vec;

use chancery_attribution::{Weights, attribute};
use chancery_model::{Annotated, Document, DocumentEntities, Envelope};
use chancery_ner::Tagger;
use chancery_parse::{ParseProblem, ParsedFile, envelope_of_path, parse_file_in};
use chancery_resolve::{PersonsInDocument, Resolver};
use chancery_segment::segment_document;

use crate::file_lists::{FileLists, NameLists};
use crate::name_list::UserList;
use crate::signatures;

/// Which lists of names the resolver consults beside the knowledge base.
#[derive(Clone, Copy, Debug, Default)]
pub enum ListChoice<'a> {
    /// The lists of the file itself (a volume's persons and terms).
    #[default]
    File,
    /// The lists of the file and the user's list.
    FileAndUser(&'a UserList),
}

/// A document with its entities, and what is needed to link its persons to those
/// of other documents.
pub struct LinkedDocument {
    /// The document.
    pub annotated: Annotated,
    /// Its persons.
    pub persons: PersonsInDocument,
}

/// The documents of a file, each resolved when the iterator reaches it, so that a
/// volume is not held twice.
pub struct FileDocuments<'a, 'm> {
    documents: vec::IntoIter<Document>,
    tagger: &'a mut Tagger<'m>,
    resolver: &'a mut Resolver,
    file_lists: FileLists,
    name_lists: NameLists,
    words_outside: u64,
}

impl FileDocuments<'_, '_> {
    /// The lists of the file.
    pub fn file_lists(&self) -> &FileLists {
        &self.file_lists
    }

    /// Number of words of a volume that are in none of its documents and lists.
    pub fn words_outside(&self) -> u64 {
        self.words_outside
    }
}

impl Iterator for FileDocuments<'_, '_> {
    type Item = LinkedDocument;

    fn next(&mut self) -> Option<LinkedDocument> {
        let document = self.documents.next()?;
        Some(resolve_document(document, self.tagger, self.resolver, &self.name_lists))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.documents.size_hint()
    }
}

impl ExactSizeIterator for FileDocuments<'_, '_> {}

/// Parses a file of text. `source` is its path: a name of the form of a cable id is the
/// id of a text that states none.
///
/// # Errors
/// If nothing of the file can be read. If only a part cannot be read, the result says
/// why.
pub fn parse_text_file(raw: &[u8], source: &str) -> Result<ParsedFile, ParseProblem> {
    let envelopes: Vec<Envelope> = envelope_of_path(source).into_iter().collect();
    parse_file_in(raw, &envelopes)
}

/// Finds the mentions of the documents of a file. Each document is processed when the
/// iterator reaches it, so a volume is not held twice.
pub fn annotate_file<'a, 'm>(
    file: ParsedFile,
    tagger: &'a mut Tagger<'m>,
) -> impl ExactSizeIterator<Item = Annotated> + use<'a, 'm> {
    file.documents.into_iter().map(move |document| annotate_document(document, tagger))
}

/// Finds the mentions of the documents of a file and resolves them to entities with the
/// help of `lists`. `source` is the path of the file, the prefix of the ids of its lists.
pub fn resolve_file<'a, 'm>(
    file: ParsedFile,
    source: &str,
    tagger: &'a mut Tagger<'m>,
    resolver: &'a mut Resolver,
    lists: ListChoice<'_>,
) -> FileDocuments<'a, 'm> {
    let file_lists = FileLists::new(file.lists, source);
    let name_lists = match lists {
        ListChoice::File => NameLists::new(&file_lists, &UserList::default()),
        ListChoice::FileAndUser(user_list) => NameLists::new(&file_lists, user_list),
    };
    let words_outside = file.words_outside;
    let documents = file.documents.into_iter();
    FileDocuments { documents, tagger, resolver, file_lists, name_lists, words_outside }
}

/// Finds the statements and acts of a document whose mentions are resolved.
pub fn add_attribution(annotated: &mut Annotated) {
    annotated.attribution = attribute(annotated, Weights::shipped());
}

/// Finds the mentions of one document and resolves them.
pub fn resolve_document(
    document: Document,
    tagger: &mut Tagger<'_>,
    resolver: &mut Resolver,
    lists: &NameLists,
) -> LinkedDocument {
    resolve_mentions(annotate_document(document, tagger), resolver, lists)
}

/// Resolves the mentions of a document, and replaces its entities.
pub fn resolve_mentions(
    mut annotated: Annotated,
    resolver: &mut Resolver,
    lists: &NameLists,
) -> LinkedDocument {
    let mut resolved = resolver.resolve_document(&annotated, lists.authority_list());
    annotated.entities = std::mem::take(&mut resolved.entities);
    let persons = PersonsInDocument::new(&annotated.entities, &resolved, lists.volume());
    LinkedDocument { annotated, persons }
}

/// Splits a document into words and finds its mentions. A document in another language
/// than English has none.
pub fn annotate_document(document: Document, tagger: &mut Tagger<'_>) -> Annotated {
    let words = segment_document(&document);
    let mut mentions = Vec::new();
    if words.language.has_names_marked() {
        mentions = tagger.find_mentions(document.text.as_str(), &words);
        signatures::mark_persons_of_header(&document, &mut mentions);
    }
    Annotated {
        document,
        words,
        mentions,
        entities: DocumentEntities::default(),
        attribution: chancery_model::Attribution::default(),
    }
}
