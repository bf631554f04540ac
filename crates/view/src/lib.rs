//! How does a result look in each format?
//!
//! Every format is one module with a `write` to any [`std::io::Write`] and,
//! where the format can be read back, the `read` beside it, so that the two
//! can be compared line by line. All are pure functions of what they are
//! given; threads, files and terminals are the application's.
//!
//! | module | form | reads | writes |
//! |---|---|---|---|
//! | [`brackets`] | `[PER Ama Osei  ] left . `, a sentence a line | yes | yes |
//! | [`conll`] | `Ama<TAB>B-PER`, a token a line | yes | yes |
//! | [`jsonl`] | one JSON object a document, a document a line | yes | yes |
//! | [`standoff`] | a text and a JSON of its names | yes | yes |
//! | [`ansi`] | the text in colours, or with brackets | | yes |
//! | [`card`] | the parts of a document, to be read | | yes |
//! | [`structure`] | the parts of a document, as JSON | | yes |
//!
//! Offsets in all of them are Unicode code points of the reading text; raw
//! offsets are bytes of the file and say so in their name.

pub mod ansi;
pub mod brackets;
pub mod card;
mod chunks;
pub mod conll;
mod error;
mod given;
mod header;
pub mod jsonl;
mod places;
pub mod standoff;
pub mod structure;

pub use error::{FormatError, Problem};
