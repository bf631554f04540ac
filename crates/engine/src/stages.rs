//! The stages put together over one file.

use std::path::Path;

use chancery_model::{Annotated, Document, Entities};
use chancery_ner::Tagger;
use chancery_parse::{Contents, Problem, read};
use chancery_resolve::{Known, Resolved, Resolver, Roster};
use chancery_segment::segment;

/// Which lists of names the resolver consults beside the knowledge base.
#[derive(Clone, Copy, Debug, Default)]
pub enum Lists<'a> {
    /// None. An archive resolves this way, so that a document has the same
    /// entities whichever file contains it.
    KnowledgeBaseOnly,
    /// The lists of the file itself (a volume's persons and terms).
    #[default]
    File,
    /// The lists of the file and the user's own.
    FileAndOwn(&'a Roster),
}

/// A document with its entities, and what the resolver needs to link them
/// across documents.
pub struct Identified {
    /// The document.
    pub annotated: Annotated,
    /// The rest of the resolver's result.
    pub resolved: Resolved,
}

/// Reads a file and finds the mentions of its documents. Each document is
/// processed when the iterator reaches it, so a volume is not held twice.
///
/// # Errors
/// If nothing of the file can be read. If only a part cannot be read, the
/// second part of the result says why.
pub fn annotate<'a, 'm>(
    raw: &[u8],
    tagger: &'a mut Tagger<'m>,
) -> Result<(impl ExactSizeIterator<Item = Annotated> + use<'a, 'm>, Vec<Problem>), Problem> {
    let Contents { documents, lists: _, problems } = read(raw)?;
    Ok((documents.into_iter().map(move |document| mark(document, tagger)), problems))
}

/// Reads a file, finds the mentions of its documents and resolves them to
/// entities with the help of `lists`. `source` is the name of the file, the
/// prefix of the ids of its own list.
///
/// # Errors
/// The same as [`annotate`].
pub fn identify<'a, 'm>(
    raw: &[u8],
    source: &str,
    tagger: &'a mut Tagger<'m>,
    resolver: &'a mut Resolver,
    lists: Lists<'_>,
) -> Result<(impl ExactSizeIterator<Item = Identified> + use<'a, 'm>, Vec<Problem>), Problem> {
    let Contents { documents, lists: own_lists, problems } = read(raw)?;
    let roster = match lists {
        Lists::KnowledgeBaseOnly => Roster::default(),
        Lists::File => roster(&own_lists, &scope(source), &Roster::default()),
        Lists::FileAndOwn(own) => roster(&own_lists, &scope(source), own),
    };
    let documents = documents
        .into_iter()
        .map(move |document| identify_document(document, tagger, resolver, &roster));
    Ok((documents, problems))
}

/// Finds the mentions of one document and resolves them.
pub fn identify_document(
    document: Document,
    tagger: &mut Tagger<'_>,
    resolver: &mut Resolver,
    roster: &Roster,
) -> Identified {
    let mut annotated = mark(document, tagger);
    let mut resolved = resolver.resolve(&annotated, roster);
    annotated.entities = std::mem::take(&mut resolved.entities);
    Identified { annotated, resolved }
}

/// Splits a document into words and finds its mentions.
pub fn mark(document: Document, tagger: &mut Tagger<'_>) -> Annotated {
    let words = segment(&document);
    let mentions = tagger.mentions(document.text.as_str(), &words);
    Annotated { document, words, mentions, entities: Entities::default() }
}

/// The prefix of ids from a file's own lists: the file's name without folder
/// and extension.
pub fn scope(source: &str) -> String {
    Path::new(source)
        .file_stem()
        .map_or_else(|| source.to_owned(), |stem| stem.to_string_lossy().into_owned())
}

/// Adds the persons and terms of a volume to the user's own list. Their ids are
/// "VOLUME:ID".
pub fn roster(lists: &chancery_parse::Lists, scope: &str, own: &Roster) -> Roster {
    let mut roster = own.clone();
    for person in &lists.persons {
        roster.add(Known::new(format!("{scope}:{}", person.id), &person.name, &person.remark));
    }
    for term in &lists.terms {
        roster.add_term(&term.name, &term.remark);
    }
    roster
}
