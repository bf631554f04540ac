//! Tables in JSON: an array of objects, an object per line, or an array in an
//! object (`{"count": 2, "cables": [{…}]}`).
//!
//! The crate `serde_json` parses one object at a time. What separates the objects is
//! read here, so that an object that is malformed or too large is reported and the
//! others are read.

use std::collections::HashMap;
use std::ops::ControlFlow;

use serde_json::Value;

use super::byte_source::{ByteSource, Line};
use super::{EventSink, TableEvent, columns};
use crate::UnpackError;

/// Reads the objects of a table.
pub(crate) fn read_json(
    source: &mut ByteSource<'_>,
    largest: u64,
    sink: EventSink<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    let mut rows = ObjectRows { columns: HashMap::new(), sink };
    let columns = Some(Vec::new());
    if (rows.sink)(TableEvent::Table { name: String::new(), columns }).is_break() {
        return Ok(ControlFlow::Break(()));
    }
    let (sample, is_whole) = source.sample();
    if has_object_per_line(sample, is_whole) {
        return read_lines(source, largest, &mut rows);
    }
    // Skip what is before the first object of the array.
    for _ in 0..array_start(sample) {
        source.next_byte()?;
    }
    loop {
        let mut object = Vec::new();
        let row = match read_object(source, largest, &mut object)? {
            ObjectEnd::NoMore => return Ok(ControlFlow::Continue(())),
            ObjectEnd::Complete => rows.push_object(&object),
            ObjectEnd::TooLarge => rows.push_bad(UnpackError::RowTooLarge(largest)),
            ObjectEnd::NotAnObject => rows.push_bad(UnpackError::NotAnObject),
            ObjectEnd::Cut => rows.push_bad(UnpackError::MalformedRow("it is cut off".into())),
        };
        if row.is_break() {
            return Ok(row);
        }
    }
}

/// Whether the first line is a whole object, and no pretty-printed one.
fn has_object_per_line(sample: &[u8], is_whole: bool) -> bool {
    let sample = sample.trim_ascii_start();
    let end = match sample.iter().position(|&byte| byte == b'\n') {
        Some(end) => end,
        // A first line that is longer than the sample.
        None if !is_whole => return sample.starts_with(b"{\"") && wrapped_array(sample).is_none(),
        None => sample.len(),
    };
    let line = sample[..end].trim_ascii();
    let is_object = matches!(serde_json::from_slice(line), Ok(Value::Object(_)));
    let is_only_line = sample[end..].trim_ascii().is_empty() && is_whole;
    is_object && !(is_only_line && wrapped_array(sample).is_some())
}

fn read_lines(
    source: &mut ByteSource<'_>,
    largest: u64,
    rows: &mut ObjectRows<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    while let Some(line) = source.read_line(largest)? {
        let row = match line {
            Line::Whole(line) if line.trim_ascii().is_empty() => continue,
            Line::Whole(line) => rows.push_object(&line),
            Line::TooLarge => rows.push_bad(UnpackError::RowTooLarge(largest)),
        };
        if row.is_break() {
            return Ok(row);
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// The number of bytes before the first object of the array: the array may be the
/// whole file or a value in an object. 0 if the file is one object after another.
fn array_start(sample: &[u8]) -> usize {
    let blank = sample.len() - sample.trim_ascii_start().len();
    match sample.get(blank) {
        Some(b'[') => blank + 1,
        _ => wrapped_array(sample).unwrap_or(blank),
    }
}

/// The offset after the bracket of an array of objects that is a value of the
/// outermost object. `None` if a column of text precedes it: then the object is a
/// document.
fn wrapped_array(sample: &[u8]) -> Option<usize> {
    let mut depth = 0_u32;
    let mut at = 0;
    while let Some(&byte) = sample.get(at) {
        match byte {
            b'"' => {
                let end = string_end(sample, at)?;
                let is_key = sample[end..].trim_ascii_start().starts_with(b":");
                let name = String::from_utf8_lossy(&sample[at + 1..end - 1]);
                if depth == 1 && is_key && columns::is_text_heading(&name) {
                    return None;
                }
                at = end;
                continue;
            }
            b'[' if depth == 1 && sample[at + 1..].trim_ascii_start().starts_with(b"{") => {
                return Some(at + 1);
            }
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The offset after the string that begins at `start`.
fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// How the reading of an object ended.
enum ObjectEnd {
    Complete,
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
            Some(b'{') => break,
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
        if depth == 0 {
            return Ok(if is_too_large { ObjectEnd::TooLarge } else { ObjectEnd::Complete });
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
    fn push_object(&mut self, object: &[u8]) -> ControlFlow<()> {
        // Old exports are in Windows-1252; JSON is not.
        let text = decode_text(object);
        let object = match serde_json::from_str(&text) {
            Ok(Value::Object(object)) => object,
            Ok(_) => return self.push_bad(UnpackError::NotAnObject),
            Err(error) => return self.push_bad(UnpackError::MalformedRow(error.to_string())),
        };
        let mut cells = Vec::new();
        for (key, value) in object {
            match value {
                Value::Object(inner) => {
                    for (name, value) in inner {
                        self.put_cell(format!("{key}.{name}"), &value, &mut cells)?;
                    }
                }
                value => self.put_cell(key, &value, &mut cells)?,
            }
        }
        (self.sink)(TableEvent::Row(cells))
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
