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

mod addresses;
mod aggregations;
mod analyzer;
mod annotation_sets;
mod archive;
mod backup;
mod best_matches;
mod codec;
mod coordinates;
mod curate;
mod database_file;
mod document_entities;
mod documents;
mod entities;
mod entity_counts;
mod entity_list;
mod erasure;
mod error;
mod facet_counts;
mod files;
mod grouped_matches;
mod header_edits;
mod highlight;
mod highlights;
mod holes;
mod index;
mod index_directory;
mod index_guard;
mod ingested_file;
mod learned_lines;
mod match_collector;
mod mention_classes;
mod merges;
mod migrations;
mod near_duplicates;
mod numbers;
mod offices;
mod open_waiting;
mod overlay;
mod partial_documents;
mod person_links;
mod pieces;
mod queries;
mod query;
mod related;
mod removal;
mod replacing;
mod saved_searches;
mod schema;
mod search;
mod settled;
mod side_tables;
mod snippet;
mod sources;
mod stale_files;
mod statement_edits;
mod statements;
mod stats;
mod stored_mention;
mod suggestions;
mod surname_ids;
mod surnames;
mod text_references;
mod user_list;
mod verify;
mod views;
mod work_budget;
mod writer;
mod writer_lock;

pub use aggregations::{Correspondence, EntityPair, QueryAggregation};
pub use archive::{Archive, DocumentRow, StoredDocument};
pub use curate::{
    CurationAction, CurationOutcome, CurationRequest, DecisionConflict, DecisionKind, DocumentSpan,
    EntityReference, LogEntry, LoggedDecision, MentionRef, MentionScope, MergePreview, MergeSide,
    OpenQuestion, RemarkTarget, RenamedMentions, undone_entries,
};
pub use database_file::DATABASE_FILE;
pub use entity_list::{EntityList, ListedEntity};
pub use error::StoreError;
pub use facet_counts::Facet;
pub use files::{FileOnDisk, ProblemInFile};
pub use highlights::{Highlight, HighlightColor};
pub use holes::{AbsentTelegram, DatedSerial, WithheldMonth};
pub use index_guard::is_catching_index_panics;
pub use ingested_file::{
    CompressedBytes, EncodedDocument, FileProblem, FileStamp, IngestedFile, TextLayer,
};
pub use match_collector::SortOrder;
pub use numbers::{BatchNumber, DecisionNumber, DocumentNumber, EntityNumber, FileNumber};
pub use person_links::{Assignment, PersonMoves, entity_id_from_name};
pub use queries::{Neighbours, Remark, RemarkKind, Spellings, StoredEntity};
pub use query::{Query, QueryError, QueryField, QueryTerm, parse_query};
pub use removal::DocumentSelection;
pub use saved_searches::StoredSearch;
pub use search::{
    EntitiesOfLabel, QuerySuggestion, QuotedDocument, RankedMatches, SearchHit, SearchRequest,
    SearchResults, Searcher, load_hits, load_quotations,
};
pub use settled::SettledPairs;
pub use side_tables::StoredSideTable;
pub use snippet::Snippet;
pub use sources::KnownFile;
pub use statement_edits::StatementDecision;
pub use statements::{ActParty, EntityAct, LEAST_SCORE as LEAST_STATEMENT_SCORE};
pub use stats::{ArchiveStats, EntityFrequency};
pub use stored_mention::{StoredLink, StoredMention};
pub use surname_ids::{
    group_id, id_without_document, is_bare_surname, is_surname_group, name_with_doubt, shown_name,
};
pub use surnames::{SurnameCandidate, SurnameGroup};
pub use text_references::ReferenceOutcome;
pub use user_list::StoredUserList;
pub use verify::ArchiveFault;
pub use views::{Decisions, Documents, Entities, Files};
pub use work_budget::WorkBudget;
pub use writer::{AddedDocuments, ArchiveWriter};
