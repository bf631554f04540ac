//! How is the archive kept and found again?
//!
//! An archive is a folder. SQLite holds the truth: the raw bytes by digest,
//! every document taken apart, its names, what people decided. A tantivy
//! index is derived from it and can be made anew at any time. This is the
//! only crate that names either.
//!
//! [`Writer`] puts files in, a batch a transaction; [`Archive`] reads;
//! [`Searcher`] finds. Threads, clocks and the reading of files are the
//! program's affair: it hands over what it has read and annotated.

mod archive;
mod arrived;
mod curate;
mod effective;
mod entities;
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
pub use curate::{Action, Conflict, EntityRef, Place, Record, Subject, undone};
pub use effective::Named;
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
