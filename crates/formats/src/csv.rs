//! A table of mentions as comma-separated values (RFC 4180), one row per mention.
//!
//! ```text
//! document,source,cable_id,date,start,end,label,text,score,entity,name,entity_score,reason,certainty
//! 9f86…,cables/09LOME1.txt,09LOME1,2009-06-16,0,8,PER,Ama Osei,0.9981,pocom:osei-ama,"Osei, Ama",0.95,full name
//! ```
//!
//! `start` and `end` count code points of the reading text, which is not in
//! the table. A cell that a spreadsheet could interpret as a formula is escaped:
//! see [`escape_formula`].

use std::borrow::Cow;
use std::io::{self, Write};

use chancery_model::{Annotated, Certainty, Entity};

use crate::record::DocumentRecord;
use crate::rounding::round_score;

const COLUMNS: [&str; 15] = [
    "document",
    "source",
    "cable_id",
    "date",
    "start",
    "end",
    "label",
    "text",
    "score",
    "entity",
    "name",
    "entity_score",
    "reason",
    "certainty",
    "footnote",
];

/// Escapes a cell that a spreadsheet could interpret as a formula.
///
/// A cell that starts with `=`, `+`, `-`, `@`, a tab or a line end gets an
/// apostrophe in front. So does one that starts with an apostrophe, so that
/// removing one apostrophe restores the original.
pub fn escape_formula(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// Returns the I/O error behind an error of the CSV writer. The writer wraps it
/// without a source, so a caller could not see that a pipe is closed or a disk
/// is full.
pub fn unwrap_io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Writes a table, one document at a time.
pub struct CsvWriter<W: Write> {
    table: csv::Writer<W>,
}

impl<W: Write> CsvWriter<W> {
    /// Creates a writer to `out` and writes the header row.
    ///
    /// # Errors
    /// This and the other methods return the errors of `out`.
    pub fn start_table(out: W) -> io::Result<Self> {
        let terminator = csv::Terminator::CRLF;
        let mut table = csv::WriterBuilder::new().terminator(terminator).from_writer(out);
        table.write_record(COLUMNS).map_err(unwrap_io_error)?;
        Ok(Self { table })
    }

    /// Writes the rows of a document. `source` says where it came from.
    pub fn write_document(&mut self, annotated: &Annotated, source: &str) -> io::Result<()> {
        let record = DocumentRecord::from_annotated(annotated, source);
        let header = &annotated.document.header;
        let cable_id = header.cable_id.as_ref().map_or("", |field| &field.value.0);
        let date = header.document_date().map(|day| day.to_string()).unwrap_or_default();
        for (number, name) in record.mentions.iter().enumerate() {
            let entity = annotated.entities.entity_of_mention(number);
            let (start, end) = (name.start.to_string(), name.end.to_string());
            let score = name.score.to_string();
            let entity_score =
                entity.map(|entity| round_score(entity.score).to_string()).unwrap_or_default();
            let cells = [
                &*record.id,
                source,
                cable_id,
                &date,
                &start,
                &end,
                name.label.as_str(),
                &name.text,
                &score,
                entity.map_or("", |entity| &entity.id),
                entity.map_or("", |entity| &entity.name),
                &entity_score,
                &entity.map(Entity::reason).unwrap_or_default(),
                entity.and_then(Entity::certainty).map_or("", Certainty::as_str),
                name.footnote.as_deref().unwrap_or_default(),
            ];
            self.table
                .write_record(cells.map(escape_formula).iter().map(|cell| cell.as_bytes()))
                .map_err(unwrap_io_error)?;
        }
        Ok(())
    }

    /// Finishes the table and returns the output.
    pub fn finish_table(self) -> io::Result<W> {
        self.table.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_escaped() {
        for (cell, shown) in [
            ("=1+1", "'=1+1"),
            ("-", "'-"),
            ("@sum", "'@sum"),
            ("+44", "'+44"),
            ("'s", "''s"),
            ("Ama", "Ama"),
            ("", ""),
        ] {
            assert_eq!(escape_formula(cell), shown);
        }
    }
}
