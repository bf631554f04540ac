//! Header fields: what a header line or an envelope says.
//!
//! A finder searches the *line text* (lines separated by `\n`, no markup) and
//! returns the span and value of a field. Fields are found by their keys
//! (`TAGS:`, `REF:`, `Classified By:`) and end where the next key starts.
//! Finders accept the misspellings that occur in real telegrams. All spans are
//! relative to the whole text, lie inside the part that was searched, and are
//! on character boundaries. All finders are linear in their input and never
//! panic.
//!
//! [`find_header`] runs all finders, except [`named_date`], which searches prose.
//! [`StatedFields`] reads envelopes: what surrounds the text, such as the row of a
//! table. Module `keys` finds the keys of fields; `scan` has the basic text functions.
//!
//! ```
//! use chancery_fields::subject::find_subject;
//! use chancery_model::TextSpan;
//!
//! let text = "TAGS: PREL, MP\nSUBJECT: (C) TRAWLERS\n";
//! let found = find_subject(text, TextSpan::from_range(0..text.len())).unwrap();
//! assert_eq!(found.words.value, "TRAWLERS");
//! ```

mod british;
pub mod cable_id;
pub mod classification;
pub mod classified_by;
mod classifier_words;
mod damaged_date;
pub mod date_time;
mod envelope;
mod found_header;
pub mod frus_head;
mod frus_text;
mod header_search;
mod keys;
mod labelled_header;
mod labels;
mod layout;
mod letter;
pub mod named_date;
mod officers;
pub mod page_line;
pub mod portion;
pub mod recipients;
mod reference_tokens;
pub mod references;
mod scan;
pub mod signature;
pub mod source_note;
pub mod subject;
pub mod summary;
pub mod tags;
pub mod telegram_number;
pub mod text_references;
pub mod transmission_lines;

pub use envelope::{
    FieldValueError, StatedFields, UnreadableField, envelope_of_path, fill_header, is_volume_id,
    read_header_change, read_id, spaced_post_name,
};
pub use found_header::{EditorialTitle, FieldSpan, FoundHeader, year_of_cable};
pub use header_search::find_header;
pub use labels::is_header_label;
pub use layout::HeaderLayout;
pub use officers::is_inverted_name;
pub use scan::is_all_capitals;
