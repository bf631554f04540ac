//! Tables in JSON: an array of objects or of texts, an object per line, arrays in an
//! object (`{"count": 2, "cables": [{…}], "memos": [{…}]}`), or an object of objects
//! (`{"09LISBON1": {…}, "09LISBON2": {…}}`). [`json_layout`] says which.
//!
//! The crate `serde_json` parses one object at a time. What separates the objects is
//! read here, so that an object that is malformed or too large is reported and the
//! others are read.

use std::collections::HashMap;
use std::ops::ControlFlow;

use serde_json::Value;

use super::byte_source::{ByteSource, Line};
use super::json_layout::{self, ArrayFinder, JsonLayout, find_layout};
use super::{EventSink, TableEvent};
use crate::UnpackError;

/// Number of objects in objects whose values are columns.
const MAX_GROUPS: u32 = 4;

/// Reads the objects of a table.
pub(crate) fn read_json(
    source: &mut ByteSource<'_>,
    largest: u64,
    sink: EventSink<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    let mut rows = ObjectRows { columns: HashMap::new(), sink };
    if rows.start_table(String::new()).is_break() {
        return Ok(ControlFlow::Break(()));
    }
    let (sample, is_whole) = source.sample();
    match find_layout(sample, is_whole) {
        JsonLayout::Lines => read_lines(source, largest, &mut rows),
        JsonLayout::Values { start } => {
            for _ in 0..start {
                source.next_byte()?;
            }
            read_values(source, largest, &mut rows)
        }
        JsonLayout::Arrays => read_arrays(source, largest, &mut rows),
        JsonLayout::Keyed => read_keyed(source, largest, &mut rows),
    }
}

/// Reads values until the end of their array or of the file.
fn read_values(
    source: &mut ByteSource<'_>,
    largest: u64,
    rows: &mut ObjectRows<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    loop {
        let mut object = Vec::new();
        let end = read_object(source, largest, &mut object)?;
        if matches!(end, ObjectEnd::NoMore) {
            return Ok(ControlFlow::Continue(()));
        }
        let row = rows.push_read(&end, &object, None, largest);
        if row.is_break() {
            return Ok(row);
        }
    }
}

/// Reads the arrays of objects that are values of objects: each is a table.
fn read_arrays(
    source: &mut ByteSource<'_>,
    largest: u64,
    rows: &mut ObjectRows<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    let mut finder = ArrayFinder::default();
    let mut first_depth = None;
    while let Some(array) = finder.find_next(source, first_depth)? {
        if first_depth.is_some() && rows.start_table(array.key).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        first_depth = first_depth.or(Some(array.depth));
        let done = read_values(source, largest, rows)?;
        if done.is_break() {
            return Ok(done);
        }
        // The bracket that ends the array.
        source.next_byte()?;
    }
    Ok(ControlFlow::Continue(()))
}

/// Reads the objects that are the values of an object. Their keys are a column.
fn read_keyed(
    source: &mut ByteSource<'_>,
    largest: u64,
    rows: &mut ObjectRows<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    while let Some(byte) = source.next_byte()? {
        if byte == b'{' {
            break;
        }
    }
    loop {
        let key = match source.peek_byte()? {
            None | Some(b'}') => return Ok(ControlFlow::Continue(())),
            Some(b'"') => json_layout::read_string(source)?,
            Some(_) => {
                source.next_byte()?;
                continue;
            }
        };
        while source.peek_byte()?.is_some_and(|byte| byte == b':' || byte.is_ascii_whitespace()) {
            source.next_byte()?;
        }
        let mut object = Vec::new();
        let end = read_object(source, largest, &mut object)?;
        let row = rows.push_read(&end, &object, Some(&key), largest);
        if row.is_break() {
            return Ok(row);
        }
    }
}

fn read_lines(
    source: &mut ByteSource<'_>,
    largest: u64,
    rows: &mut ObjectRows<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    while let Some(line) = source.read_line(largest)? {
        let row = match line {
            Line::Whole(line) if line.trim_ascii().is_empty() => continue,
            Line::Whole(line) => rows.push_object(&line, None),
            Line::TooLarge => rows.push_bad(UnpackError::RowTooLarge(largest)),
        };
        if row.is_break() {
            return Ok(row);
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// How the reading of an object ended.
enum ObjectEnd {
    Complete,
    /// It is a string and no object.
    Text,
    TooLarge,
    NotAnObject,
    Cut,
    NoMore,
}

/// Reads the bytes of the next object. Reads past the end of a too large one.
fn read_object(
    source: &mut ByteSource<'_>,
    largest: u64,
    object: &mut Vec<u8>,
) -> Result<ObjectEnd, UnpackError> {
    loop {
        match source.peek_byte()? {
            None | Some(b']' | b'}') => return Ok(ObjectEnd::NoMore),
            Some(b',') => {}
            Some(byte) if byte.is_ascii_whitespace() => {}
            Some(b'{' | b'"') => break,
            Some(_) => return skip_value(source),
        }
        source.next_byte()?;
    }
    let (mut depth, mut in_string, mut is_escaped, mut is_too_large) = (0_u32, false, false, false);
    while let Some(byte) = source.next_byte()? {
        is_too_large |= object.len() as u64 >= largest;
        if !is_too_large {
            object.push(byte);
        }
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth -= 1,
            _ => {}
        }
        if depth == 0 && !in_string {
            return Ok(match object.first() {
                _ if is_too_large => ObjectEnd::TooLarge,
                Some(b'"') => ObjectEnd::Text,
                _ => ObjectEnd::Complete,
            });
        }
    }
    Ok(ObjectEnd::Cut)
}

/// Reads past a value of an array that is no object.
fn skip_value(source: &mut ByteSource<'_>) -> Result<ObjectEnd, UnpackError> {
    let (mut depth, mut in_string, mut is_escaped) = (0_u32, false, false);
    while let Some(byte) = source.peek_byte()? {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b',' | b']' | b'}' if !in_string && depth == 0 => break,
            b'}' | b']' if !in_string => depth -= 1,
            _ => {}
        }
        source.next_byte()?;
    }
    Ok(ObjectEnd::NotAnObject)
}

/// Turns objects into rows: each key is a column.
struct ObjectRows<'a> {
    columns: HashMap<String, usize>,
    sink: EventSink<'a>,
}

impl ObjectRows<'_> {
    fn start_table(&mut self, name: String) -> ControlFlow<()> {
        self.columns.clear();
        (self.sink)(TableEvent::Table { name, columns: Some(Vec::new()) })
    }

    /// Takes what was read: a row, or why there is none.
    fn push_read(
        &mut self,
        end: &ObjectEnd,
        object: &[u8],
        key: Option<&str>,
        largest: u64,
    ) -> ControlFlow<()> {
        match end {
            ObjectEnd::NoMore => ControlFlow::Continue(()),
            ObjectEnd::Complete => self.push_object(object, key),
            ObjectEnd::Text => self.push_text(object),
            ObjectEnd::TooLarge => self.push_bad(UnpackError::RowTooLarge(largest)),
            ObjectEnd::NotAnObject => self.push_bad(UnpackError::NotAnObject),
            ObjectEnd::Cut => self.push_bad(UnpackError::MalformedRow("it is cut off".into())),
        }
    }

    /// A string in an array is a text.
    fn push_text(&mut self, string: &[u8]) -> ControlFlow<()> {
        match serde_json::from_str::<Value>(&decode_text(string)) {
            Ok(text) => {
                let mut cells = Vec::new();
                self.put_cell("text".to_owned(), &text, &mut cells)?;
                (self.sink)(TableEvent::Row(cells))
            }
            Err(error) => self.push_bad(UnpackError::MalformedRow(error.to_string())),
        }
    }

    fn push_object(&mut self, object: &[u8], row_key: Option<&str>) -> ControlFlow<()> {
        // Old exports are in Windows-1252; JSON is not.
        let text = decode_text(object);
        let object = match serde_json::from_str(&text) {
            Ok(Value::Object(object)) => object,
            Ok(_) => return self.push_bad(UnpackError::NotAnObject),
            Err(error) => return self.push_bad(UnpackError::MalformedRow(error.to_string())),
        };
        let mut cells = Vec::new();
        if let Some(row_key) = row_key.filter(|_| !object.contains_key("key")) {
            self.put_cell("key".to_owned(), &Value::from(row_key), &mut cells)?;
        }
        for (key, value) in object {
            self.put_value(key, value, 1, &mut cells)?;
        }
        (self.sink)(TableEvent::Row(cells))
    }

    /// Puts a value into its column, and the values of an object into `key.name` each.
    fn put_value(
        &mut self,
        key: String,
        value: Value,
        depth: u32,
        cells: &mut Vec<Vec<u8>>,
    ) -> ControlFlow<()> {
        match value {
            Value::Object(inner) if depth <= MAX_GROUPS => {
                for (name, value) in inner {
                    self.put_value(format!("{key}.{name}"), value, depth + 1, cells)?;
                }
                ControlFlow::Continue(())
            }
            value => self.put_cell(key, &value, cells),
        }
    }

    fn put_cell(
        &mut self,
        key: String,
        value: &Value,
        cells: &mut Vec<Vec<u8>>,
    ) -> ControlFlow<()> {
        let column = match self.columns.get(&key) {
            Some(&column) => column,
            None => {
                let column = self.columns.len();
                self.columns.insert(key.clone(), column);
                (self.sink)(TableEvent::Column(key))?;
                column
            }
        };
        if cells.len() <= column {
            cells.resize(column + 1, Vec::new());
        }
        cells[column] = value_text(value).into_bytes();
        ControlFlow::Continue(())
    }

    fn push_bad(&mut self, error: UnpackError) -> ControlFlow<()> {
        (self.sink)(TableEvent::BadRow(error))
    }
}

/// A value as text; the values of an array are joined.
fn value_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values
            .iter()
            .map(value_text)
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("; "),
        value => value.to_string(),
    }
}

/// Bytes as text: UTF-8, or Windows-1252 for bytes that are not.
fn decode_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text += chunk.valid();
        text.extend(chunk.invalid().iter().map(|&byte| chancery_model::decode_windows_1252(byte)));
    }
    text
}
