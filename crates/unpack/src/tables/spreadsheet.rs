//! Sheets of workbooks: .xlsx, .xlsb and .xls with the crate `calamine`, .ods here.
//!
//! `calamine` makes a rectangle of all cells of a sheet, which two cells can make
//! larger than memory. So the cells of .xlsx and .xlsb are read one by one, and
//! [`open_document`] reads .ods.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use calamine::{Data, DataRef, ExcelDateTime, Reader, Xls, Xlsb, Xlsx};

use super::{EventSink, MAX_UNPACK_RATIO, TableEvent, open_document};
use crate::UnpackError;

/// The strings of a workbook are held in memory. They may be this many times the
/// size of a row.
const STRINGS_IN_ROWS: u64 = 16;

/// Reads the sheets of a workbook.
pub(super) fn read_spreadsheet(
    mut file: impl Read + Seek,
    largest: u64,
    sink: EventSink<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    let mut magic = [0; 4];
    let read = file.read_exact(&mut magic).and_then(|()| file.seek(SeekFrom::Start(0)));
    read.map_err(|error| damaged(&error))?;
    if magic != *b"PK\x03\x04" {
        return read_xls(file, sink);
    }
    let names = check_unpacked_size(&mut file, largest)?;
    file.seek(SeekFrom::Start(0)).map_err(|error| damaged(&error))?;
    let has = |name: &str| names.iter().any(|known| known == name);
    match () {
        () if has("content.xml") => open_document::read_sheets(file, sink),
        () if has("xl/workbook.bin") => read_xlsb(file, sink),
        () => read_xlsx(file, sink),
    }
}

fn damaged(error: &dyn std::fmt::Display) -> UnpackError {
    UnpackError::DamagedOfficeFile(error.to_string())
}

/// Unpacks the members of a workbook to see that they are not too large, because
/// the sizes that a zip declares are not to be trusted. Returns their names.
fn check_unpacked_size(
    file: &mut (impl Read + Seek),
    largest: u64,
) -> Result<Vec<String>, UnpackError> {
    let size = file.seek(SeekFrom::End(0)).map_err(|error| damaged(&error))?;
    let mut left = largest.saturating_add(size.saturating_mul(MAX_UNPACK_RATIO));
    let most = left;
    let mut archive = zip::ZipArchive::new(file).map_err(|error| damaged(&error))?;
    let mut names = Vec::new();
    for number in 0..archive.len() {
        let member = archive.by_index(number).map_err(|error| damaged(&error))?;
        let name = member.name().map_err(|error| damaged(&error))?.into_owned();
        let limit = match name.to_ascii_lowercase().as_str() {
            "xl/sharedstrings.xml" | "xl/sharedstrings.bin" => {
                left.min(largest.saturating_mul(STRINGS_IN_ROWS))
            }
            _ => left,
        };
        let mut member = member.take(limit + 1);
        let unpacked = io::copy(&mut member, &mut io::sink()).map_err(|error| damaged(&error))?;
        if unpacked > limit {
            return Err(UnpackError::ContainerTooLarge(limit.min(most)));
        }
        left -= unpacked;
        names.push(name);
    }
    Ok(names)
}

/// Collects cells to rows.
struct SheetRows<'a> {
    row: Option<u32>,
    cells: Vec<Vec<u8>>,
    sink: EventSink<'a>,
}

impl<'a> SheetRows<'a> {
    fn start(name: &str, sink: EventSink<'a>) -> ControlFlow<(), Self> {
        sink(TableEvent::Table { name: name.to_owned(), columns: None })?;
        ControlFlow::Continue(Self { row: None, cells: Vec::new(), sink })
    }

    fn put(&mut self, (row, column): (u32, u32), cell: Vec<u8>) -> ControlFlow<()> {
        if self.row != Some(row) {
            self.finish()?;
            self.row = Some(row);
        }
        let column = column as usize;
        if !cell.is_empty() && column < 1 << 14 {
            if self.cells.len() <= column {
                self.cells.resize(column + 1, Vec::new());
            }
            self.cells[column] = cell;
        }
        ControlFlow::Continue(())
    }

    fn finish(&mut self) -> ControlFlow<()> {
        match std::mem::take(&mut self.cells) {
            cells if cells.is_empty() => ControlFlow::Continue(()),
            cells => (self.sink)(TableEvent::Row(cells)),
        }
    }
}

/// Reads the sheets of a workbook whose cells can be read one by one.
macro_rules! read_cells {
    ($book:expr, $sink:expr) => {{
        for name in $book.sheet_names() {
            // Charts are sheets without cells.
            let Ok(mut cells) = $book.worksheet_cells_reader(&name) else { continue };
            let mut rows = match SheetRows::start(&name, $sink) {
                ControlFlow::Continue(rows) => rows,
                ControlFlow::Break(()) => return Ok(ControlFlow::Break(())),
            };
            loop {
                let cell = cells.next_cell().map_err(|error| damaged(&error))?;
                let Some(cell) = cell else { break };
                if rows.put(cell.get_position(), cell_text(cell.get_value())).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            if rows.finish().is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }};
}

fn read_xlsx(file: impl Read + Seek, sink: EventSink<'_>) -> Result<ControlFlow<()>, UnpackError> {
    let mut book = Xlsx::new(file).map_err(|error| damaged(&error))?;
    read_cells!(book, sink)
}

fn read_xlsb(file: impl Read + Seek, sink: EventSink<'_>) -> Result<ControlFlow<()>, UnpackError> {
    let mut book = Xlsb::new(file).map_err(|error| damaged(&error))?;
    read_cells!(book, sink)
}

/// Reads the sheets of a workbook of Excel before 2007, which have at most 65,536
/// rows of 256 cells.
fn read_xls(
    mut file: impl Read + Seek,
    sink: EventSink<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    check_streams(&mut file)?;
    let mut book = Xls::new(file).map_err(|error| damaged(&error))?;
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).map_err(|error| damaged(&error))?;
        let mut rows = match SheetRows::start(&name, sink) {
            ControlFlow::Continue(rows) => rows,
            ControlFlow::Break(()) => return Ok(ControlFlow::Break(())),
        };
        for (row, column, value) in range.used_cells() {
            let position = (row as u32, column as u32);
            if rows.put(position, cell_text(&as_ref(value))).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        if rows.finish().is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Checks that the streams of a compound file end, and are no longer than the file:
/// `calamine` follows a circle of sectors until memory is full.
fn check_streams(file: &mut (impl Read + Seek)) -> Result<(), UnpackError> {
    let size = file.seek(SeekFrom::End(0)).map_err(|error| damaged(&error))?;
    let mut compound = cfb::CompoundFile::open(file).map_err(|error| damaged(&error))?;
    let streams: Vec<_> = compound.walk().filter(cfb::Entry::is_stream).collect();
    for stream in streams {
        if stream.len() > size {
            return Err(damaged(&"a stream is longer than the file"));
        }
        // Opening a stream follows all of its sectors.
        compound.open_stream(stream.path()).map_err(|error| damaged(&error))?;
    }
    Ok(())
}

fn as_ref(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            DataRef::SharedString(text)
        }
        Data::Bool(yes) => DataRef::Bool(*yes),
        Data::DateTime(time) => DataRef::DateTime(*time),
        Data::Error(_) | Data::Empty => DataRef::Empty,
    }
}

/// A cell as text. A date is written as ISO 8601 has it.
fn cell_text(value: &DataRef<'_>) -> Vec<u8> {
    let text = match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(time) => date_text(time),
        _ => String::new(),
    };
    text.into_bytes()
}

fn date_text(time: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second) {
        (0, 0, 0) => date,
        (hour, minute, 0) => format!("{date} {hour:02}:{minute:02}"),
        _ => format!("{date} {hour:02}:{minute:02}:{second:02}"),
    }
}
