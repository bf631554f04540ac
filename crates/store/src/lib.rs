//! The archive: storage, search and curation of documents.
//!
//! An archive is a folder. SQLite is the source of truth: it holds the raw
//! bytes by digest, the parsed documents, their mentions and the decisions of
//! users. A tantivy index is derived from it and can be rebuilt at any time.
//! No other crate uses SQLite or tantivy.
//!
//! [`Writer`] adds files, one transaction per batch. [`Archive`] reads.
//! [`Searcher`] searches. The caller provides threads and reads files: it
//! passes in documents that are already parsed and annotated.

mod archive;
mod arrived;
mod curate;
mod effective;
mod entities;
mod entity_links;
mod error;
mod fold;
mod given;
mod index;
mod matches;
mod pack;
mod query;
mod reading;
mod search;
mod sketch;
mod snippet;
mod stats;
mod tally;
mod verify;
mod write;

pub use archive::{Archive, Held, Summary};
pub use arrived::{Arrived, Bytes, Layer, Marked, NewLink, Packed, Problem, Stamp};
pub use curate::{
    Action, Conflict, CurationOutcome, CurationRequest, EntityRef, MentionRef, Place, Record,
    Subject, undone,
};
pub use effective::Named;
pub use entity_links::links_to_store;
pub use error::StoreError;
pub use pack::{Link, Linked};
pub use query::{Field, Leaf, Query, QueryError, parse as parse_query};
pub use reading::{Known, Neighbours, Remark, RemarkKind, Spellings};
pub use search::{Entities, Facet, Hit, Matches, Request, Results, Searcher, Sort, hits};
pub use snippet::Snippet;
pub use stats::{EntityRow, Gap, Stats};
pub use tally::{Letters, Pair, Tally};
pub use verify::Fault;
pub use write::{Added, Writer};
