//! Readers and writers of annotation formats.
//!
//! Each format is one module. Its writer writes to any [`std::io::Write`]. Its
//! reader, if the format has one, is in the same module. All functions depend
//! only on their arguments; threads, files and terminals are left to the
//! application.
//!
//! [`Format`] lists the formats; [`Exporter`] writes all of them.
//!
//! | module | format | reads | writes |
//! |---|---|---|---|
//! | [`brackets`] | `[PER Ama Osei  ] left . `, one sentence per line | yes | yes |
//! | [`conll`] | `Ama<TAB>B-PER`, one token per line | yes | yes |
//! | [`jsonl`] | one JSON object per document and line | yes | yes |
//! | [`standoff`] | a text, and its mentions as JSON | yes | yes |
//! | [`brat`] | a text, and its mentions for brat | yes | yes |
//! | [`w3c`] | Web Annotations in JSON-LD | yes | yes |
//! | [`tei`] | TEI P5 | yes | yes |
//! | [`spacy`] | JSON lines of spaCy and Prodigy | yes | yes |
//! | [`columns`] | Parquet and Arrow | yes | yes |
//! | [`csv`] | a table, one mention per row | | yes |
//! | [`ftm`] | FollowTheMoney entities | | yes |
//! | [`network`] | network of entities named together: GEXF, GraphML | | yes |
//! | [`geojson`] | the places on a map | | yes |
//! | [`finding_aid`] | a finding aid in EAD3, for archivists | | yes |
//! | [`name_index`] | the index of names at the back of a book | | yes |
//! | [`notes`] | highlights and notes on passages, as Web Annotations | | yes |
//! | [`quotations`] | passages with their sources, as RTF for Word | | yes |
//! | [`ansi`] | the text with names in colours or brackets | | yes |
//! | [`citation`] | how a document is cited: text, RIS, BibTeX, CSL-JSON | | yes |
//! | [`document_card`] | the structure of a document, for people | | yes |
//! | [`structure`] | the structure of a document, as JSON | | yes |
//!
//! Offsets in all formats count Unicode code points of the reading text. Raw
//! offsets count bytes of the file and have `raw` in their name.

pub mod ansi;
pub mod brackets;
pub mod brat;
mod byte_offsets;
mod chunks;
pub mod citation;
#[cfg(feature = "columns")]
pub mod columns;
#[cfg(not(feature = "columns"))]
#[path = "columns_absent.rs"]
pub mod columns;
pub mod conll;
pub mod csv;
pub mod document_card;
mod error;
mod export;
pub mod finding_aid;
mod footnotes;
mod format;
pub mod ftm;
pub mod geojson;
mod header;
pub mod jsonl;
mod mention_counts;
pub mod name_index;
pub mod network;
pub mod notes;
pub mod quotations;
mod record;
mod rounding;
pub mod spacy;
pub mod standoff;
mod statement_record;
pub mod statement_rows;
pub mod structure;
pub mod table;
pub mod tei;
pub mod terminal;
mod token_boundaries;
mod token_document;
pub mod w3c;
mod xml;

pub use error::{FormatError, FormatProblem};
pub use export::{ExportOptions, Exporter, SIDE_FILES};
pub use format::{FileLayout, Format};
pub use record::SourcedDocument;
pub use token_boundaries::split_tokens_at_mentions;
