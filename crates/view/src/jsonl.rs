//! One document a line, as JSON.
//!
//! ```json
//! {"id":"9f86…","source":"cables/09LOME1.txt","format":"telegram",
//!  "header":{"station":{"value":"LOME","start":3,"end":7}},
//!  "text":"Ama Osei left.",
//!  "mentions":[{"start":0,"end":8,"raw_start":412,"raw_end":420,
//!               "label":"PER","text":"Ama Osei","score":0.9981,
//!               "entity":"pocom:osei-ama","tie":"name"}],
//!  "entities":[{"id":"pocom:osei-ama","label":"PER","name":"Osei, Ama",
//!               "score":0.95,"reason":"full name; Ambassador, 1999 to 2003"}],
//!  "sentences":[[0,14]]}
//! ```
//!
//! `start` and `end` count code points of `text`, `raw_start` and `raw_end`
//! bytes of the file. `text[start:end]` is the mention's own `text`. An entity
//! of a volume's or user's list has in `same_as` its id in the reference facts.

use std::io::{self, Write};

use chancery_model::Annotated;

use crate::error::FormatError;
use crate::record::{self, Record, Sourced};

/// Writes `annotated`, which came from `source`, as one line. Scores are
/// rounded to four decimals.
///
/// # Errors
/// Those of `out`.
pub fn write(annotated: &Annotated, source: &str, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Record::of(annotated, source))?;
    out.write_all(b"\n")
}

/// Reads a file of such lines; blank lines are passed over. Of a line only
/// `text` must be there, and of a mention `start`, `end` and `label`; places
/// in the raw file are not read, as the raw file is not at hand.
///
/// # Errors
/// Where a line is no such JSON, or a place is none of its text.
pub fn read(bytes: &[u8]) -> Result<Vec<Sourced>, FormatError> {
    record::json_lines(bytes, |line: Record<'_>| line.document())
}
