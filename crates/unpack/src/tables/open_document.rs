//! Sheets of `OpenDocument` workbooks (.ods).

use std::io::{BufReader, Read, Seek};
use std::ops::ControlFlow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{EventSink, TableEvent};
use crate::UnpackError;

/// Maximum number of times that a row or a cell with content is repeated. Styles
/// repeat empty ones a million times.
const MAX_REPEATS: usize = 1000;

/// Maximum number of columns.
const MAX_COLUMNS: usize = 1 << 14;

fn damaged(error: &dyn std::fmt::Display) -> UnpackError {
    UnpackError::DamagedOfficeFile(error.to_string())
}

/// Reads the sheets of a workbook.
pub(super) fn read_sheets(
    file: impl Read + Seek,
    sink: EventSink<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    let mut archive = zip::ZipArchive::new(file).map_err(|error| damaged(&error))?;
    let content = archive.by_name("content.xml").map_err(|error| damaged(&error))?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    let config = reader.config_mut();
    (config.check_end_names, config.allow_unmatched_ends) = (false, true);
    let mut sheet = SheetParser::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|error| damaged(&error))?;
        if matches!(event, Event::Eof) {
            return Ok(ControlFlow::Continue(()));
        }
        if sheet.take_event(&event, sink).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
}

/// The row that is read.
#[derive(Default)]
struct SheetParser {
    cells: Vec<Vec<u8>>,
    cell: Option<CellContent>,
    row_repeats: usize,
    /// Depth of comments of cells, which are no content.
    annotations: u32,
}

#[derive(Default)]
struct CellContent {
    repeats: usize,
    /// The value of a date or a number.
    value: Option<String>,
    text: String,
    paragraphs: u32,
}

impl SheetParser {
    fn take_event(&mut self, event: &Event<'_>, sink: EventSink<'_>) -> ControlFlow<()> {
        match event {
            Event::Start(tag) | Event::Empty(tag) => {
                let is_empty = matches!(event, Event::Empty(_));
                match tag.name().as_ref() {
                    "table:table" => {
                        let name = attribute(tag, "table:name").unwrap_or_default();
                        sink(TableEvent::Table { name, columns: None })?;
                    }
                    "table:table-row" => {
                        self.cells.clear();
                        self.row_repeats = repeats(tag, "table:number-rows-repeated");
                    }
                    "table:table-cell" | "table:covered-table-cell" => {
                        self.start_cell(tag);
                        if is_empty {
                            self.end_cell();
                        }
                    }
                    "office:annotation" if !is_empty => self.annotations += 1,
                    "text:p" if self.annotations == 0 => self.start_paragraph(),
                    "text:line-break" => self.push_text("\n"),
                    "text:tab" | "text:s" => self.push_text(" "),
                    _ => {}
                }
            }
            Event::End(tag) => match tag.name().as_ref() {
                "table:table-cell" | "table:covered-table-cell" => self.end_cell(),
                "table:table-row" => return self.end_row(sink),
                "office:annotation" => self.annotations = self.annotations.saturating_sub(1),
                _ => {}
            },
            Event::Text(words) => self.push_text(words),
            Event::CData(words) => self.push_text(words),
            Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                Ok(Some(c)) => self.push_text(c.encode_utf8(&mut [0; 4])),
                _ => self
                    .push_text(quick_xml::escape::resolve_predefined_entity(entity).unwrap_or("")),
            },
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn start_cell(&mut self, tag: &BytesStart<'_>) {
        let is_text = attribute(tag, "office:value-type").is_none_or(|kind| kind == "string");
        let value = ["office:date-value", "office:value", "office:boolean-value"];
        let value = value.into_iter().find_map(|name| attribute(tag, name));
        self.cell = Some(CellContent {
            repeats: repeats(tag, "table:number-columns-repeated"),
            value: value.filter(|_| !is_text),
            ..CellContent::default()
        });
    }

    fn start_paragraph(&mut self) {
        if let Some(cell) = &mut self.cell {
            if cell.paragraphs > 0 {
                cell.text.push('\n');
            }
            cell.paragraphs += 1;
        }
    }

    fn push_text(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell
            && cell.paragraphs > 0
            && self.annotations == 0
        {
            cell.text += text;
        }
    }

    fn end_cell(&mut self) {
        let Some(CellContent { repeats, value, text, .. }) = self.cell.take() else { return };
        let content = value.unwrap_or(text).into_bytes();
        let repeats = if content.is_empty() { repeats } else { repeats.min(MAX_REPEATS) };
        for _ in 0..repeats.min(MAX_COLUMNS - self.cells.len().min(MAX_COLUMNS)) {
            self.cells.push(content.clone());
        }
    }

    fn end_row(&mut self, sink: EventSink<'_>) -> ControlFlow<()> {
        let mut cells = std::mem::take(&mut self.cells);
        let filled = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        cells.truncate(filled);
        if cells.is_empty() {
            return ControlFlow::Continue(());
        }
        for _ in 1..self.row_repeats.min(MAX_REPEATS) {
            sink(TableEvent::Row(cells.clone()))?;
        }
        sink(TableEvent::Row(cells))
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.try_get_attribute(name).ok().flatten()?;
    Some(attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0).ok()?.into_owned())
}

fn repeats(tag: &BytesStart<'_>, name: &str) -> usize {
    attribute(tag, name).and_then(|count| count.parse().ok()).unwrap_or(1)
}
