//! How does a result look in each format?
//!
//! Every format is one module with a `write` to any [`std::io::Write`] and,
//! where the format can be read back, the `read` beside it, so that the two
//! can be compared line by line. All are pure functions of what they are
//! given; threads, files and terminals are the application's.
//!
//! [`Format`] is the list of them, [`Exporter`] writes any of them.
//!
//! | module | form | reads | writes |
//! |---|---|---|---|
//! | [`brackets`] | `[PER Ama Osei  ] left . `, a sentence a line | yes | yes |
//! | [`conll`] | `Ama<TAB>B-PER`, a token a line | yes | yes |
//! | [`jsonl`] | one JSON object a document, a document a line | yes | yes |
//! | [`standoff`] | a text and a JSON of its names | yes | yes |
//! | [`brat`] | a text and its names, for brat | yes | yes |
//! | [`w3c`] | Web Annotations in JSON-LD | yes | yes |
//! | [`tei`] | TEI P5 | yes | yes |
//! | [`spacy`] | JSON lines of spaCy and Prodigy | yes | yes |
//! | [`columns`] | Parquet and Arrow | yes | yes |
//! | [`csv`] | a table, a mention a row | | yes |
//! | [`ftm`] | FollowTheMoney entities | | yes |
//! | [`network`] | who is named with whom: GEXF, GraphML | | yes |
//! | [`geojson`] | the places on a map | | yes |
//! | [`ansi`] | the text in colours, or with brackets | | yes |
//! | [`card`] | the parts of a document, to be read | | yes |
//! | [`structure`] | the parts of a document, as JSON | | yes |
//!
//! Offsets in all of them are Unicode code points of the reading text; raw
//! offsets are bytes of the file and say so in their name.

pub mod ansi;
pub mod brackets;
pub mod brat;
pub mod card;
mod chunks;
pub mod columns;
pub mod conll;
pub mod csv;
mod error;
mod export;
mod format;
pub mod ftm;
pub mod geojson;
mod given;
mod header;
pub mod jsonl;
mod named;
pub mod network;
mod places;
mod record;
pub mod spacy;
pub mod standoff;
pub mod structure;
pub mod tei;
pub mod w3c;
mod xml;

pub use error::{FormatError, Problem};
pub use export::{Exporter, SIDE_FILES};
pub use format::{Format, Shape};
pub use record::Sourced;
