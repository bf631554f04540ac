//! The stages put together over one file.

use std::path::Path;

use chancery_model::{Annotated, Document, DocumentEntities};
use chancery_ner::Tagger;
use chancery_parse::{ParseProblem, ParsedFile, parse_file};
use chancery_resolve::{AuthorityList, ListedPerson, ResolvedDocument, Resolver};
use chancery_segment::segment_document;

use crate::signatures;

/// Which lists of names the resolver consults beside the knowledge base.
#[derive(Clone, Copy, Debug, Default)]
pub enum ListChoice<'a> {
    /// None. An archive resolves this way, so that a document has the same
    /// entities whichever file contains it.
    KnowledgeBaseOnly,
    /// The lists of the file itself (a volume's persons and terms).
    #[default]
    File,
    /// The lists of the file and the user's list.
    FileAndUser(&'a AuthorityList),
}

/// A document with its entities, and what the resolver needs to link them
/// across documents.
pub struct LinkedDocument {
    /// The document.
    pub annotated: Annotated,
    /// The rest of the resolver's result.
    pub resolved: ResolvedDocument,
}

/// Reads a file and finds the mentions of its documents. Each document is
/// processed when the iterator reaches it, so a volume is not held twice.
///
/// # Errors
/// If nothing of the file can be read. If only a part cannot be read, the
/// second part of the result says why.
pub fn annotate_file<'a, 'm>(
    raw: &[u8],
    tagger: &'a mut Tagger<'m>,
) -> Result<(impl ExactSizeIterator<Item = Annotated> + use<'a, 'm>, Vec<ParseProblem>), ParseProblem>
{
    let ParsedFile { documents, lists: _, problems } = parse_file(raw)?;
    Ok((documents.into_iter().map(move |document| annotate_document(document, tagger)), problems))
}

/// Reads a file, finds the mentions of its documents and resolves them to
/// entities with the help of `lists`. `source` is the name of the file, the
/// prefix of the ids of its lists.
///
/// # Errors
/// The same as [`annotate_file`].
pub fn resolve_file<'a, 'm>(
    raw: &[u8],
    source: &str,
    tagger: &'a mut Tagger<'m>,
    resolver: &'a mut Resolver,
    lists: ListChoice<'_>,
) -> Result<
    (impl ExactSizeIterator<Item = LinkedDocument> + use<'a, 'm>, Vec<ParseProblem>),
    ParseProblem,
> {
    let ParsedFile { documents, lists: volume_lists, problems } = parse_file(raw)?;
    let authority_list = match lists {
        ListChoice::KnowledgeBaseOnly => AuthorityList::default(),
        ListChoice::File => {
            merge_authority_lists(&volume_lists, &id_scope(source), &AuthorityList::default())
        }
        ListChoice::FileAndUser(user_list) => {
            merge_authority_lists(&volume_lists, &id_scope(source), user_list)
        }
    };
    let documents = documents
        .into_iter()
        .map(move |document| resolve_document(document, tagger, resolver, &authority_list));
    Ok((documents, problems))
}

/// Finds the mentions of one document and resolves them.
pub fn resolve_document(
    document: Document,
    tagger: &mut Tagger<'_>,
    resolver: &mut Resolver,
    authority_list: &AuthorityList,
) -> LinkedDocument {
    let mut annotated = annotate_document(document, tagger);
    let mut resolved = resolver.resolve_document(&annotated, authority_list);
    annotated.entities = std::mem::take(&mut resolved.entities);
    LinkedDocument { annotated, resolved }
}

/// Splits a document into words and finds its mentions.
pub fn annotate_document(document: Document, tagger: &mut Tagger<'_>) -> Annotated {
    let words = segment_document(&document);
    let mut mentions = tagger.find_mentions(document.text.as_str(), &words);
    signatures::mark_signatures(&document, &mut mentions);
    Annotated { document, words, mentions, entities: DocumentEntities::default() }
}

/// The prefix of ids from a file's lists: the file's name without folder and
/// extension.
pub fn id_scope(source: &str) -> String {
    Path::new(source)
        .file_stem()
        .map_or_else(|| source.to_owned(), |stem| stem.to_string_lossy().into_owned())
}

/// Adds the persons and terms of a volume to the user's list. Their ids are
/// "VOLUME:ID".
pub fn merge_authority_lists(
    lists: &chancery_parse::VolumeLists,
    scope: &str,
    user_list: &AuthorityList,
) -> AuthorityList {
    let mut authority_list = user_list.clone();
    for person in &lists.persons {
        authority_list.add_person(ListedPerson::new(
            format!("{scope}:{}", person.id),
            &person.name,
            &person.description,
        ));
    }
    for term in &lists.terms {
        authority_list.add_abbreviation(&term.name, &term.description);
    }
    authority_list
}
