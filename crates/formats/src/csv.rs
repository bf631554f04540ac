//! A table of mentions as comma-separated values (RFC 4180), one row per mention.
//!
//! ```text
//! document,source,cable_id,date,start,end,label,text,score,entity,name,entity_score,reason,certainty
//! 9f86…,cables/09LOME1.txt,09LOME1,2009-06-16,0,8,PER,Ama Osei,0.9981,pocom:osei-ama,"Osei, Ama",0.95,full name
//! ```
//!
//! `start` and `end` count code points of the reading text, which is not in
//! the table. A cell that a spreadsheet could interpret as a formula is escaped:
//! see [`crate::table`].

use std::io::{self, Write};

use chancery_model::{Annotated, Certainty, Entity};

use crate::record::DocumentRecord;
use crate::rounding::round_score;
use crate::table::{Cell, TableDialect, TableWriter};

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

/// Writes a table, one document at a time.
pub struct CsvWriter<W: Write> {
    table: TableWriter<W>,
}

impl<W: Write> CsvWriter<W> {
    /// Creates a writer to `out` and writes the header row.
    ///
    /// # Errors
    /// This and the other methods return the errors of `out`.
    pub fn start_table(out: W, dialect: TableDialect) -> io::Result<Self> {
        Ok(Self { table: TableWriter::start(out, dialect, &COLUMNS)? })
    }

    /// Writes the rows of a document. `source` says where it came from.
    pub fn write_document(&mut self, annotated: &Annotated, source: &str) -> io::Result<()> {
        let record = DocumentRecord::from_annotated(annotated, source);
        let header = &annotated.document.header;
        let cable_id = header.cable_id.as_ref().map_or("", |field| &field.value.0);
        let date = header.document_date().map(|day| day.to_string()).unwrap_or_default();
        for (number, name) in record.mentions.iter().enumerate() {
            let entity = annotated.entities.entity_of_mention(number);
            self.table.write_row([
                Cell::text(&*record.id),
                Cell::text(source),
                Cell::text(cable_id),
                Cell::text(&date),
                Cell::number(name.start),
                Cell::number(name.end),
                Cell::text(name.label.as_str()),
                Cell::text(&*name.text),
                Cell::number(name.score),
                Cell::text(entity.map_or("", |entity| &entity.id)),
                Cell::text(entity.map_or("", |entity| &entity.name)),
                Cell::optional_number(entity.map(|entity| round_score(entity.score))),
                Cell::text(entity.map(Entity::reason).unwrap_or_default()),
                Cell::text(entity.and_then(Entity::certainty).map_or("", Certainty::as_str)),
                Cell::text(name.footnote.as_deref().unwrap_or_default()),
            ])?;
        }
        Ok(())
    }

    /// Finishes the table and returns the output.
    pub fn finish_table(self) -> io::Result<W> {
        self.table.finish()
    }
}
