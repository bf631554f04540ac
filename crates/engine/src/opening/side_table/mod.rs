//! A side table: a table of metadata whose rows describe documents that lie elsewhere.
//!
//! Archives and libraries hand out texts in one folder and dates, senders and titles in
//! a table beside them. [`SideTable::read`] reads the table, in any form that
//! [`chancery_unpack`] reads. [`SideTables::join`] says which row describes which
//! document, by path or by id. The row then is an envelope of the document: it fills the
//! header fields that the text does not state.

mod join;
mod paths;

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use chancery_model::{Envelope, EnvelopeField, EnvelopeKind};
use chancery_unpack::{
    FileKind, HEAD_BYTES, NamedColumns, RowDocument, RowPurpose, TableItem, TableSource,
    UnpackError, detect_kind, visit_rows,
};
use serde::{Deserialize, Serialize};

use crate::InputError;

pub use join::{DocumentPath, SideTables};

/// The rows of a side table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideTable {
    /// The path of the table, as messages show it.
    pub name: String,
    rows: Vec<SideRow>,
    /// What is wrong with rows that cannot be read.
    problems: Vec<String>,
}

/// A row of a side table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SideRow {
    number: u32,
    /// The path of the document that it describes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// The id of that document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    fields: Vec<(EnvelopeField, String)>,
}

impl SideRow {
    fn envelope(&self) -> Envelope {
        Envelope { kind: EnvelopeKind::SideTable(self.number), fields: self.fields.clone() }
    }
}

impl SideTable {
    /// Reads a table from a file. `named` names its columns where their headings do not;
    /// `largest` limits a row, in bytes.
    ///
    /// # Errors
    /// If the file is no table, has no column of paths or ids, or cannot be read.
    pub fn read(path: &Path, named: &NamedColumns, largest: u64) -> Result<Self, InputError> {
        let name = path.display().to_string();
        let failed = |what, remedy| InputError { input: name.clone(), at: None, what, remedy };
        let io = |error: std::io::Error| InputError::from_io(name.clone(), &error);
        let mut file = File::open(path).map_err(io)?;
        let mut head = Vec::new();
        (&mut file).take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(io)?;
        file.rewind().map_err(io)?;
        let kind = detect_kind(&head, &name);
        let FileKind::Table(form) = kind else {
            let what = "is not a table of metadata".to_owned();
            return Err(failed(what, Some("save it as CSV, with the extension .csv")));
        };
        let source = match kind.is_streamed() {
            true => TableSource::Stream(Box::new(BufReader::new(file))),
            false => TableSource::File(path),
        };
        let mut table = Self { name: name.clone(), ..Self::default() };
        let mut fatal = None;
        let read =
            visit_rows(RowPurpose::Descriptions, form, source, largest, named, &mut |item| {
                match item {
                    TableItem::Row(row) => {
                        table.rows.push(to_side_row(row));
                        true
                    }
                    TableItem::Problem(_, error @ UnpackError::NoDocumentColumn { .. }) => {
                        fatal.get_or_insert(error);
                        true
                    }
                    TableItem::BadRow(row, error) => {
                        table.problems.push(format!("row {row}: {error}"));
                        true
                    }
                    TableItem::Problem(sheet, error) => {
                        let sheet = if sheet.is_empty() { sheet } else { format!("{sheet}: ") };
                        table.problems.push(format!("{sheet}{error}"));
                        true
                    }
                }
            });
        if let Err(error) = read {
            // A part of a table would leave documents without their row.
            return Err(failed(error.to_string(), None));
        }
        match fatal.filter(|_| table.rows.is_empty()) {
            Some(error) => Err(failed(
                error.to_string(),
                Some("name the column: --columns path=COLUMN or --columns id=COLUMN"),
            )),
            None => Ok(table),
        }
    }

    /// The same table under another name.
    #[must_use]
    pub fn with_name(self, name: String) -> Self {
        Self { name, ..self }
    }
}

fn to_side_row(row: RowDocument) -> SideRow {
    let RowDocument { number, path, id, envelope, .. } = row;
    SideRow { number, path, id, fields: envelope.fields }
}
