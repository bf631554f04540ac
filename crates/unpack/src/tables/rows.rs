//! Makes documents of the rows of a table.
//!
//! The first rows of a table are kept until there are enough to see which column
//! is what. Then each row becomes a document: its text is the column of the header,
//! a blank line and the column of the text; its other columns are an envelope.
//!
//! A row of a side table has no text: it describes a document that lies elsewhere, which
//! its column of paths or of ids names.

use std::ops::ControlFlow;

use chancery_model::{Envelope, EnvelopeField, EnvelopeKind};

use super::TableEvent;
use super::columns::{ColumnRole, HeadingRole, NamedColumns, role_of_heading};
use super::guess::{guess_roles, guess_text_column, is_cable_id};
use super::heading::{ReadRow, decode, find_heading, lines_above};
use crate::UnpackError;

/// Number of rows that show what the columns are.
const SAMPLE_ROWS: usize = 50;

/// Size of the rows that show what the columns are, in bytes.
const SAMPLE_BYTES: usize = 1 << 20;

/// Number of columns that a message lists.
const LISTED_COLUMNS: usize = 20;

/// What the rows of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowPurpose {
    /// Documents.
    Documents,
    /// Descriptions of documents that lie elsewhere.
    Descriptions,
}

/// A row as a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowDocument {
    /// Its name in the table: its number, in a second table after the name of
    /// the table.
    pub name: String,
    /// Its number in its table, from 1.
    pub number: u32,
    /// Its text; empty in a side table.
    pub text: Vec<u8>,
    /// In a side table, the path of the document that it describes.
    pub path: Option<String>,
    /// In a side table, the id of that document.
    pub id: Option<String>,
    /// Its other columns.
    pub envelope: Envelope,
}

/// What a table contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableItem {
    /// A row.
    Row(RowDocument),
    /// The row of this name cannot be read.
    BadRow(String, UnpackError),
    /// The table of this name cannot be read, or some rows of it; the name of the
    /// first table is empty.
    Problem(String, UnpackError),
}

/// Makes documents of rows.
pub(crate) struct RowMaker<'a> {
    named: &'a NamedColumns,
    purpose: RowPurpose,
    visit: &'a mut dyn FnMut(TableItem) -> bool,
    table: Option<Table>,
    /// Number of tables so far that have rows.
    tables: usize,
}

/// The table that is read.
#[derive(Default)]
struct Table {
    name: String,
    /// Headings; empty if there are none.
    columns: Vec<String>,
    /// Whether the first row may be a heading.
    may_have_heading: bool,
    sample: Vec<ReadRow>,
    sample_bytes: usize,
    plan: Option<ColumnPlan>,
    /// Number of the last row.
    row: u64,
    /// Rows without text, or without path and id, and the first of them.
    empty: u64,
    first_empty: u64,
    /// Values that are no rows, and the first of them.
    strange: u64,
    first_strange: u64,
}

/// Which columns are used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct ColumnPlan {
    text: Option<usize>,
    header: Option<usize>,
    /// The columns that name the document of a row of a side table.
    path: Option<usize>,
    id: Option<usize>,
    /// The columns of the envelope, in the order of the table.
    fields: Vec<(usize, EnvelopeField)>,
    /// Number of headings that the plan considers.
    columns: usize,
}

impl<'a> RowMaker<'a> {
    pub(crate) fn new(
        named: &'a NamedColumns,
        purpose: RowPurpose,
        visit: &'a mut dyn FnMut(TableItem) -> bool,
    ) -> Self {
        Self { named, purpose, visit, table: None, tables: 0 }
    }

    /// Takes what a reader found.
    pub(crate) fn take_event(&mut self, event: TableEvent) -> ControlFlow<()> {
        let row = match event {
            TableEvent::Table { name, columns } => {
                self.finish_table()?;
                let may_have_heading = columns.is_none();
                let columns = columns.unwrap_or_default();
                self.table = Some(Table { name, columns, may_have_heading, ..Table::default() });
                return ControlFlow::Continue(());
            }
            TableEvent::Column(heading) => {
                self.table().columns.push(heading);
                return ControlFlow::Continue(());
            }
            TableEvent::Row(cells) => Ok(cells),
            TableEvent::BadRow(error) => Err(error),
            TableEvent::Remark(error) => {
                return self.send(TableItem::Problem(String::new(), error));
            }
        };
        let table = self.table();
        if table.plan.is_some() {
            return self.send_row(row);
        }
        table.sample_bytes += row.iter().flatten().map(Vec::len).sum::<usize>();
        table.sample.push(row);
        if table.sample.len() >= SAMPLE_ROWS || table.sample_bytes >= SAMPLE_BYTES {
            self.send_sample()
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Sends what is left of the table.
    pub(crate) fn finish_table(&mut self) -> ControlFlow<()> {
        if self.table.as_ref().is_some_and(|table| table.plan.is_none()) {
            self.send_sample()?;
        }
        let Some(table) = self.table.take() else { return ControlFlow::Continue(()) };
        let purpose = self.purpose;
        if table.strange > 0 {
            let (count, first) = (table.strange, table.first_strange);
            let name = if self.tables > 1 { table.name.clone() } else { String::new() };
            self.send(TableItem::Problem(name, UnpackError::NoObjects { count, first }))?;
        }
        if table.empty > 0 && table.plan.is_some_and(|plan| plan.is_complete(purpose)) {
            let (count, first) = (table.empty, table.first_empty);
            let error = match purpose {
                RowPurpose::Documents => UnpackError::RowsWithoutText { count, first },
                RowPurpose::Descriptions => UnpackError::RowsWithoutDocument { count, first },
            };
            let name = if self.tables > 1 { table.name } else { String::new() };
            return self.send(TableItem::Problem(name, error));
        }
        ControlFlow::Continue(())
    }

    fn table(&mut self) -> &mut Table {
        self.table.get_or_insert_default()
    }

    /// Decides which column is what, and sends the rows that showed it.
    fn send_sample(&mut self) -> ControlFlow<()> {
        let (named, purpose) = (self.named, self.purpose);
        let table = self.table();
        let mut sample = std::mem::take(&mut table.sample);
        let mut above = None;
        if table.may_have_heading
            && let Some(heading) = find_heading(&sample, named)
        {
            let mut lines: Vec<ReadRow> = sample.drain(..=heading).collect();
            let cells = lines.pop().and_then(Result::ok).unwrap_or_default();
            table.columns = cells.iter().map(|cell| decode(cell).trim().to_owned()).collect();
            above = lines_above(&lines);
        }
        let rows: Vec<Vec<Vec<u8>>> = sample.iter().flatten().cloned().collect();
        let plan = plan_columns(&table.columns, &rows, named, purpose);
        let missing =
            (!plan.is_complete(purpose)).then(|| missing_column(&table.columns, &rows, purpose));
        table.plan = Some(plan);
        let name = table.name.clone();
        if let Some(error) = above {
            let name = if self.tables > 0 { name.clone() } else { String::new() };
            self.send(TableItem::Problem(name, error))?;
        }
        if sample.is_empty() && self.table().may_have_heading && !self.table().columns.is_empty() {
            let error = UnpackError::OnlyHeading(self.table().columns.join(", "));
            let name = if self.tables > 0 { name } else { String::new() };
            return self.send(TableItem::Problem(name, error));
        }
        if !sample.is_empty() {
            self.tables += 1;
            if let Some(error) = missing.filter(|_| !rows.is_empty()) {
                let name = if self.tables > 1 { name } else { String::new() };
                self.send(TableItem::Problem(name, error))?;
            }
        }
        sample.into_iter().try_for_each(|row| self.send_row(row))
    }

    fn send_row(&mut self, row: Result<Vec<Vec<u8>>, UnpackError>) -> ControlFlow<()> {
        let is_first_table = self.tables <= 1;
        let (named, purpose) = (self.named, self.purpose);
        let table = self.table();
        table.row += 1;
        let number = table.row;
        let name = match is_first_table {
            true => number.to_string(),
            false => format!("{}/{number}", table.name),
        };
        if row == Err(UnpackError::NotAnObject) {
            table.strange += 1;
            if table.strange == 1 {
                table.first_strange = number;
            }
            return ControlFlow::Continue(());
        }
        let columns = table.columns.len();
        let plan = table.plan.as_mut().expect("it was decided before rows are sent");
        if columns > plan.columns {
            // JSON may have columns that its first rows lack.
            let later = plan_columns(&table.columns, &[], named, purpose);
            plan.text = plan.text.or(later.text);
            plan.header = plan.header.or(later.header);
            plan.path = plan.path.or(later.path);
            plan.id = plan.id.or(later.id);
            let is_new = |(column, field): &(usize, EnvelopeField)| {
                !plan.fields.iter().any(|known| known.0 == *column || known.1 == *field)
            };
            let new: Vec<_> = later.fields.into_iter().filter(is_new).collect();
            plan.fields.extend(new);
            plan.columns = columns;
        }
        if !plan.is_complete(purpose) {
            return match row {
                Ok(_) => ControlFlow::Continue(()),
                Err(error) => self.send(TableItem::BadRow(name, error)),
            };
        }
        let ends_early = |cells: &[Vec<u8>]| {
            let is_short = columns > cells.len() && cells.len() > 1;
            is_short && plan.text.is_some_and(|text_column| cells.len() <= text_column)
        };
        let item = match row {
            Err(error) => TableItem::BadRow(name, error),
            Ok(cells) if ends_early(&cells) => {
                let error = UnpackError::TooFewCells { found: cells.len(), expected: columns };
                TableItem::BadRow(name, error)
            }
            Ok(cells) => match plan.row_document(name, number, &cells, purpose) {
                Some(document) => TableItem::Row(document),
                None => {
                    table.empty += 1;
                    if table.empty == 1 {
                        table.first_empty = number;
                    }
                    return ControlFlow::Continue(());
                }
            },
        };
        self.send(item)
    }

    fn send(&mut self, item: TableItem) -> ControlFlow<()> {
        match (self.visit)(item) {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    }
}

impl ColumnPlan {
    /// Whether the columns are known without which rows are of no use.
    fn is_complete(&self, purpose: RowPurpose) -> bool {
        match purpose {
            RowPurpose::Documents => self.text.is_some(),
            RowPurpose::Descriptions => self.path.is_some() || self.id.is_some(),
        }
    }

    /// The document of a row; `None` if it has no text or, in a side table, names no
    /// document.
    fn row_document(
        &self,
        name: String,
        number: u64,
        cells: &[Vec<u8>],
        purpose: RowPurpose,
    ) -> Option<RowDocument> {
        let (text, path, id) = match purpose {
            RowPurpose::Documents => (self.document_text(cells)?, None, None),
            RowPurpose::Descriptions => {
                let cell = |column: Option<usize>| {
                    let value = decode(cells.get(column?)?);
                    (!value.trim().is_empty()).then(|| value.trim().to_owned())
                };
                let (path, id) = (cell(self.path), cell(self.id));
                (path.is_some() || id.is_some()).then_some((Vec::new(), path, id))?
            }
        };
        let fields = self.fields.iter().filter_map(|(column, field)| {
            let value = cells.get(*column).map(|cell| decode(cell))?;
            (!value.trim().is_empty()).then(|| (*field, value.trim().to_owned()))
        });
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let kind = match purpose {
            RowPurpose::Documents => EnvelopeKind::Row,
            RowPurpose::Descriptions => EnvelopeKind::SideTable(number),
        };
        let envelope = Envelope { kind, fields: fields.collect() };
        Some(RowDocument { name, number, text, path, id, envelope })
    }

    /// The text of a row; `None` if there is none.
    fn document_text(&self, cells: &[Vec<u8>]) -> Option<Vec<u8>> {
        let cell = |column: Option<usize>| {
            column
                .and_then(|column| cells.get(column))
                .map_or(&b""[..], |cell| cell.trim_ascii_end())
        };
        let (header, body) = (cell(self.header), cell(self.text));
        if body.trim_ascii().is_empty() {
            return None;
        }
        Some(match header.trim_ascii().is_empty() {
            true => body.to_vec(),
            false => [header, b"\n\n", body].concat(),
        })
    }
}

fn plan_columns(
    columns: &[String],
    rows: &[Vec<Vec<u8>>],
    named: &NamedColumns,
    purpose: RowPurpose,
) -> ColumnPlan {
    let mut roles = match columns.is_empty() {
        true => guess_roles(rows),
        false => roles_of_headings(columns, rows, purpose),
    };
    for (role, column) in named.pairs() {
        let Some(column) = NamedColumns::index_of(column, columns) else { continue };
        if column >= roles.len() {
            roles.resize(column + 1, None);
        }
        if !matches!(role, ColumnRole::Field(EnvelopeField::To | EnvelopeField::Info)) {
            roles.iter_mut().filter(|known| **known == Some(role)).for_each(|known| *known = None);
        }
        roles[column] = Some(role);
    }
    let find = |role| roles.iter().position(|known| *known == Some(role));
    let fields = roles.iter().enumerate().filter_map(|(column, role)| match role {
        Some(ColumnRole::Field(field)) => Some((column, *field)),
        _ => None,
    });
    // A number that is no id of a cable can still name a document.
    let number =
        || columns.iter().position(|heading| role_of_heading(heading) == Some(HeadingRole::Number));
    ColumnPlan {
        text: find(ColumnRole::Text),
        header: find(ColumnRole::Header),
        path: find(ColumnRole::FileName),
        id: find(ColumnRole::Field(EnvelopeField::CableId)).or_else(number),
        fields: fields.collect(),
        columns: columns.len(),
    }
}

/// The roles of columns by their headings. Of several columns of one role, the one
/// with the preferred heading has it; of several columns of text, the longest.
fn roles_of_headings(
    columns: &[String],
    rows: &[Vec<Vec<u8>>],
    purpose: RowPurpose,
) -> Vec<Option<ColumnRole>> {
    let known: Vec<Option<HeadingRole>> =
        columns.iter().map(|heading| role_of_heading(heading)).collect();
    let bytes = |column: usize| -> usize {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.trim_ascii().len()).sum()
    };
    // Rows may be wider than the heading.
    let width = rows.iter().map(Vec::len).max().unwrap_or(0).max(columns.len());
    let mut roles = vec![None; width];
    let mut give = |role: ColumnRole, column: Option<usize>| {
        if let Some(column) = column {
            roles[column] = Some(role);
        }
    };
    let of_role = |wanted: ColumnRole| {
        let ranked = known.iter().enumerate().filter_map(move |(column, role)| match role {
            Some(HeadingRole::Role(role, rank)) if *role == wanted => Some((column, *rank)),
            _ => None,
        });
        ranked.collect::<Vec<(usize, usize)>>()
    };
    for role in ColumnRole::names().filter_map(|name| name.parse().ok()) {
        let candidates = of_role(role);
        let filled = candidates.iter().filter(|(column, _)| rows.is_empty() || bytes(*column) > 0);
        let best = match role {
            ColumnRole::Text => {
                candidates.iter().max_by_key(|(column, rank)| (bytes(*column), usize::MAX - rank))
            }
            _ => filled.min_by_key(|(_, rank)| *rank),
        };
        give(role, best.map(|(column, _)| *column));
    }
    // An unknown heading above long texts, and a number that is a cable id.
    if purpose == RowPurpose::Documents && of_role(ColumnRole::Text).is_empty() {
        give(ColumnRole::Text, guess_text_column(rows));
    }
    if of_role(ColumnRole::Field(EnvelopeField::CableId)).is_empty() {
        let has_ids = |column: usize| {
            let cells =
                || rows.iter().filter_map(move |row| row.get(column)).map(|cell| decode(cell));
            let filled = cells().filter(|cell| !cell.trim().is_empty()).count();
            let ids = cells().filter(|cell| is_cable_id(cell.trim())).count();
            filled > 0 && ids * 2 >= filled
        };
        let numbers =
            known.iter().enumerate().filter(|(_, role)| **role == Some(HeadingRole::Number));
        let id = numbers.map(|(column, _)| column).find(|&column| has_ids(column));
        give(ColumnRole::Field(EnvelopeField::CableId), id);
    }
    roles
}

/// The problem of a table without a column of text, or of paths or ids.
fn missing_column(columns: &[String], rows: &[Vec<Vec<u8>>], purpose: RowPurpose) -> UnpackError {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut names: Vec<String> = match columns.is_empty() {
        true => (1..=width).map(|number| number.to_string()).collect(),
        false => columns.to_vec(),
    };
    let more = names.len().saturating_sub(LISTED_COLUMNS);
    names.truncate(LISTED_COLUMNS);
    match purpose {
        RowPurpose::Documents => UnpackError::NoTextColumn { columns: names, more },
        RowPurpose::Descriptions => UnpackError::NoDocumentColumn { columns: names, more },
    }
}
