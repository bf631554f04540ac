//! The archive: storage, search and curation of documents.
//!
//! An archive is a folder. SQLite is the source of truth: it holds the raw
//! bytes by digest, the parsed documents, their mentions and the decisions of
//! users. A tantivy index is derived from it and can be rebuilt at any time.
//! No other crate uses SQLite or tantivy.
//!
//! [`ArchiveWriter`] adds files, one transaction per batch. [`Archive`] reads.
//! [`Searcher`] searches. The caller provides threads and reads files: it
//! passes in documents that are already parsed and annotated.

mod aggregations;
mod analyzer;
mod annotation_sets;
mod archive;
mod codec;
mod curate;
mod database_file;
mod entities;
mod entity_links;
mod error;
mod highlight;
mod index;
mod index_directory;
mod index_guard;
mod ingested_file;
mod merges;
mod near_duplicates;
mod open_waiting;
mod overlay;
mod queries;
mod query;
mod search;
mod snippet;
mod stats;
mod verify;
mod work_budget;
mod writer;

pub use aggregations::{Correspondence, EntityPair, QueryAggregation};
pub use archive::{Archive, DocumentRow, StoredDocument};
pub use codec::{StoredLink, StoredMention};
pub use curate::{
    CurationAction, CurationOutcome, CurationRequest, DecisionConflict, DocumentSpan,
    EntityReference, LogEntry, LoggedDecision, MentionRef, RemarkTarget, undone_entries,
};
pub use entity_links::links_to_store;
pub use error::StoreError;
pub use index_guard::is_catching_index_panics;
pub use ingested_file::{
    CompressedBytes, EncodedDocument, EntityLink, FileProblem, FileStamp, IngestedFile,
    ResolvedMention, TextLayer,
};
pub use overlay::CuratedMention;
pub use queries::{Neighbours, Remark, RemarkKind, Spellings, StoredEntity};
pub use query::{Query, QueryError, QueryField, QueryTerm, parse_query};
pub use search::{
    EntitiesOfLabel, Facet, RankedMatches, SearchHit, SearchRequest, SearchResults, Searcher,
    SortOrder, load_hits,
};
pub use snippet::Snippet;
pub use stats::{ArchiveStats, EntityFrequency, SerialGap};
pub use verify::ArchiveFault;
pub use work_budget::WorkBudget;
pub use writer::{AddedDocuments, ArchiveWriter};
