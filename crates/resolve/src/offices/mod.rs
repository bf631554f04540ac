//! Offices stand for people: "the Foreign Minister", "PM", "the Shah".
//!
//! An office in the text is a reference beside the mentions. [Reading](reading) finds
//! offices with the country and the person that stand beside them. [Holders](holders)
//! says who is meant: a person whom the document names with the office, or else the one
//! whom the knowledge base knows in it on that day. If several persons are possible, the
//! office stays an office with its country.

mod holders;
mod known_persons;
mod reading;
mod stated;
mod table;

use chancery_model::{Document, Mention, OfficeReference};

use crate::context::LinkContext;
use crate::knowledge_base::KnowledgeBase;
use crate::places::PlaceLinker;
use crate::title::SurroundingTitles;
use holders::HolderFinder;
pub(crate) use known_persons::KnownPersons;
pub use stated::office_in_words;
pub use table::{OfficeName, office_by_name};

/// What the resolver knows of a document when it comes to the offices.
#[derive(Clone, Copy)]
pub(crate) struct OfficeSources<'a> {
    pub(crate) document: &'a Document,
    pub(crate) mentions: &'a [Mention],
    /// The titles around each mention of a person.
    pub(crate) around: &'a [(u32, SurroundingTitles)],
    pub(crate) context: &'a LinkContext,
    pub(crate) place_linker: PlaceLinker,
    pub(crate) knowledge_base: KnowledgeBase<'static>,
}

/// Finds the offices of a document and who is meant by them. Holders whom the document
/// does not name are added to `persons`.
pub(crate) fn resolve_offices(
    sources: OfficeSources<'_>,
    persons: &mut KnownPersons<'_>,
) -> Vec<OfficeReference> {
    let offices = reading::find_offices(sources);
    HolderFinder::new(sources, persons).resolve_all(&offices)
}
