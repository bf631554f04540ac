//! The recipe: raw bytes → contents → words → mentions → entities → annotated
//! documents.
//!
//! The one place where the stages are put together, for every program that
//! runs them: the command line and the Python module get the same names for
//! the same bytes because both come here.
//!
//! ```
//! use chancery_ner::Tagger;
//! use chancery_pipeline::identify;
//! use chancery_resolve::{Resolver, Roster};
//!
//! let (mut tagger, mut resolver) = (Tagger::shipped(), Resolver::shipped());
//! let raw = b"The Ambassador met Nelson Mandela in Pretoria.";
//! let (mut documents, problems) =
//!     identify(raw, "telegram.txt", &mut tagger, &mut resolver, &Roster::default()).unwrap();
//! let annotated = documents.next().unwrap().annotated;
//! let names: Vec<&str> =
//!     annotated.mentions.iter().map(|name| &annotated.document.text[name.span]).collect();
//! assert_eq!(names, ["Nelson Mandela", "Pretoria"]);
//! assert!(problems.is_empty());
//! ```

use std::path::Path;

use chancery_model::{Annotated, Document, Entities};
use chancery_ner::Tagger;
pub use chancery_parse::Problem;
use chancery_parse::{Contents, Lists, read};
use chancery_resolve::{Known, Resolved, Resolver, Roster};
use chancery_segment::segment;

/// Reads a file and marks the names of its documents. Each is marked when it
/// is asked for, so that a volume need not be held twice.
///
/// # Errors
/// When nothing of the file can be read. What of it could not be read, where
/// the rest could, comes as the second part of the result.
pub fn annotate<'a, 'm>(
    raw: &[u8],
    tagger: &'a mut Tagger<'m>,
) -> Result<(impl ExactSizeIterator<Item = Annotated> + use<'a, 'm>, Vec<Problem>), Problem> {
    let Contents { documents, lists: _, problems } = read(raw)?;
    Ok((documents.into_iter().map(move |document| mark(document, tagger)), problems))
}

/// Reads a file, marks the names of its documents and says who they are, with
/// the help of the file's own lists and of `own`, the user's.
///
/// # Errors
/// As those of [`annotate`].
pub fn identify<'a, 'm>(
    raw: &[u8],
    source: &str,
    tagger: &'a mut Tagger<'m>,
    resolver: &'a mut Resolver,
    own: &Roster,
) -> Result<(impl ExactSizeIterator<Item = Identified> + use<'a, 'm>, Vec<Problem>), Problem> {
    let Contents { documents, lists, problems } = read(raw)?;
    let roster = roster(&lists, &scope(source), own);
    let documents = documents.into_iter().map(move |document| {
        let mut annotated = mark(document, tagger);
        let mut resolved = resolver.resolve(&annotated, &roster);
        annotated.entities = std::mem::take(&mut resolved.entities);
        Identified { annotated, resolved }
    });
    Ok((documents, problems))
}

/// A document with its entities, and what other documents may know them by.
pub struct Identified {
    /// The document.
    pub annotated: Annotated,
    /// The rest of what the resolver found.
    pub resolved: Resolved,
}

/// Cuts a document into words and finds the names among them.
pub fn mark(document: Document, tagger: &mut Tagger<'_>) -> Annotated {
    let words = segment(&document);
    let mentions = tagger.mentions(document.text.as_str(), &words);
    Annotated { document, words, mentions, entities: Entities::default() }
}

/// The name that a file's lists go by: its own, without folder and ending.
pub fn scope(source: &str) -> String {
    Path::new(source)
        .file_stem()
        .map_or_else(|| source.to_owned(), |stem| stem.to_string_lossy().into_owned())
}

/// The persons and terms of a volume, on top of the user's. Ids are
/// "VOLUME:ID".
pub fn roster(lists: &Lists, scope: &str, own: &Roster) -> Roster {
    let mut roster = own.clone();
    for person in &lists.persons {
        roster.add(Known::new(format!("{scope}:{}", person.id), &person.name, &person.remark));
    }
    for term in &lists.terms {
        roster.add_term(&term.name, &term.remark);
    }
    roster
}

/// The examples of the page for programmers are tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/CRATES.md")]
struct Page;
