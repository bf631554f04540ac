//! JSON lines: one document per line.
//!
//! ```json
//! {"id":"9f86…","source":"cables/09LOME1.txt","format":"telegram",
//!  "header":{"post":{"value":"LOME","start":3,"end":7}},
//!  "text":"Ama Osei left.",
//!  "mentions":[{"start":0,"end":8,"raw_start":412,"raw_end":420,
//!               "label":"PER","text":"Ama Osei","score":0.9981,
//!               "entity":"pocom:osei-ama","tie":"name"}],
//!  "entities":[{"id":"pocom:osei-ama","label":"PER","name":"Osei, Ama",
//!               "score":0.95,"reason":"full name; Ambassador, 1999 to 2003"}],
//!  "sentences":[[0,14]]}
//! ```
//!
//! `start` and `end` count code points of `text`; `raw_start` and `raw_end`
//! count bytes of the file. `text[start:end]` is the mention's `text`. An
//! entity from an authority list (of a volume or a user) has its id in the
//! knowledge base in `same_as`.

use std::io::{self, Write};

use chancery_model::Annotated;
use serde::Serialize;

use crate::error::FormatError;
use crate::record::{self, DocumentRecord, SourcedDocument};

/// Writes `annotated` as one line. `source` says where it came from. Scores
/// are rounded to four decimals.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_line(annotated: &Annotated, source: &str, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &DocumentRecord::from_annotated(annotated, source))?;
    out.write_all(b"\n")
}

/// Writes `annotated` as one line, with the fields of `more` behind its own.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_line_with(
    annotated: &Annotated,
    source: &str,
    more: &impl Serialize,
    out: &mut impl Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct ExtendedRecord<'a, D: Serialize, M: Serialize> {
        #[serde(flatten)]
        document: D,
        #[serde(flatten)]
        more: &'a M,
    }
    let document = DocumentRecord::from_annotated(annotated, source);
    serde_json::to_writer(&mut *out, &ExtendedRecord { document, more })?;
    out.write_all(b"\n")
}

/// Reads a file of JSON lines. Blank lines are skipped.
///
/// A line must have `text`, and a mention must have `start`, `end` and
/// `label`; all else is optional. Raw offsets are ignored, because the raw
/// file is not available.
///
/// # Errors
/// Fails if a line is not valid JSON for this format or if an offset is out of
/// range.
pub fn read_documents(bytes: &[u8]) -> Result<Vec<SourcedDocument>, FormatError> {
    record::read_json_lines(bytes, |line: DocumentRecord<'_>| line.into_document())
}
