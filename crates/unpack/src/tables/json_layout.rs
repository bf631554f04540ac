//! How the objects of a JSON file are laid out, seen from the start of the file.

use serde_json::{Map, Value};

use super::byte_source::ByteSource;
use super::columns;
use crate::UnpackError;

/// Maximum depth of an array of rows: `{"results": {"hits": [{…}]}}` has 2.
const MAX_ARRAY_DEPTH: u32 = 4;

/// Maximum size of a key that is kept, in bytes.
const MAX_KEY_BYTES: usize = 200;

/// How the objects are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JsonLayout {
    /// One object per line.
    Lines,
    /// An array from this offset on, or one object after another.
    Values { start: usize },
    /// Arrays of objects in an object.
    Arrays,
    /// The values of an object.
    Keyed,
}

/// The layout of a file that begins with `sample`.
pub(super) fn find_layout(sample: &[u8], is_whole: bool) -> JsonLayout {
    let blank = sample.len() - sample.trim_ascii_start().len();
    let rest = &sample[blank..];
    if has_object_per_line(rest, is_whole) {
        return JsonLayout::Lines;
    }
    match rest.first() {
        Some(b'[') => JsonLayout::Values { start: blank + 1 },
        _ if has_wrapped_array(rest) => JsonLayout::Arrays,
        _ if is_object_of_objects(rest) => JsonLayout::Keyed,
        _ => JsonLayout::Values { start: blank },
    }
}

/// Whether the first line is a whole object, and no pretty-printed one.
fn has_object_per_line(sample: &[u8], is_whole: bool) -> bool {
    let is_other = || has_wrapped_array(sample) || is_object_of_objects(sample);
    let end = match sample.iter().position(|&byte| byte == b'\n') {
        Some(end) => end,
        // A first line that is longer than the sample.
        None if !is_whole => return sample.starts_with(b"{\"") && !is_other(),
        None => sample.len(),
    };
    let line = sample[..end].trim_ascii();
    let is_object = matches!(serde_json::from_slice(line), Ok(Value::Object(_)));
    let is_only_line = sample[end..].trim_ascii().is_empty() && is_whole;
    is_object && !(is_only_line && is_other())
}

/// Whether an array of objects is a value of the outermost object, or of an object in
/// it. If the outermost object has a text beside it, the object is a document.
fn has_wrapped_array(sample: &[u8]) -> bool {
    if !sample.starts_with(b"{") || has_own_text(sample) {
        return false;
    }
    let copy = Box::new(std::io::Cursor::new(sample.to_vec()));
    let found = ByteSource::new(copy)
        .and_then(|mut source| ArrayFinder::default().find_next(&mut source, None));
    matches!(found, Ok(Some(_)))
}

/// Whether the outermost object has a key of a text, with a string.
fn has_own_text(sample: &[u8]) -> bool {
    let (mut depth, mut at) = (0_u32, 0);
    while let Some(&byte) = sample.get(at) {
        match byte {
            b'"' => {
                let Some(end) = string_end(sample, at) else { return false };
                let value = sample[end..].trim_ascii_start().strip_prefix(b":");
                let is_text =
                    value.is_some_and(|value| value.trim_ascii_start().starts_with(b"\""));
                let name = String::from_utf8_lossy(&sample[at + 1..end - 1]);
                if depth == 1 && is_text && columns::is_text_heading(&name) {
                    return true;
                }
                at = end;
                continue;
            }
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    false
}

/// Whether a file is an object whose values are alike: objects with mostly the same
/// keys. Of a long first object it is enough that it has a text.
fn is_object_of_objects(sample: &[u8]) -> bool {
    let Some(mut rest) = sample.strip_prefix(b"{") else { return false };
    let mut objects: Vec<Map<String, Value>> = Vec::new();
    let mut values = 0;
    loop {
        rest = rest.trim_ascii_start();
        rest = rest.strip_prefix(b",").unwrap_or(rest).trim_ascii_start();
        if !rest.starts_with(b"\"") {
            break;
        }
        let Some(end) = string_end(rest, 0) else { break };
        let Some(value) = rest[end..].trim_ascii_start().strip_prefix(b":") else { break };
        let value = value.trim_ascii_start();
        if !value.starts_with(b"{") {
            return false;
        }
        values += 1;
        let mut parsed = serde_json::Deserializer::from_slice(value).into_iter::<Value>();
        let Some(Ok(Value::Object(object))) = parsed.next() else { break };
        objects.push(object);
        rest = &value[parsed.byte_offset()..];
    }
    match &objects[..] {
        [first, second, ..] => {
            let shared = first.keys().filter(|key| second.contains_key(*key)).count();
            shared * 2 >= first.len().max(second.len())
        }
        [first] => values > 1 && first.keys().any(|key| columns::is_text_heading(key)),
        [] => false,
    }
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

/// An array of objects that was found.
pub(super) struct FoundArray {
    /// Its key.
    pub(super) key: String,
    /// The number of objects that it lies in.
    pub(super) depth: u32,
}

/// Finds the arrays of objects that are values of objects.
#[derive(Default)]
pub(super) struct ArrayFinder {
    depth: u32,
    key: String,
}

impl ArrayFinder {
    /// Reads to the next array of objects, past its bracket. `wanted` is the depth that
    /// it must have. Arrays of other values are passed over.
    pub(super) fn find_next(
        &mut self,
        source: &mut ByteSource<'_>,
        wanted: Option<u32>,
    ) -> Result<Option<FoundArray>, UnpackError> {
        while let Some(byte) = source.peek_byte()? {
            if byte == b'"' {
                self.key = read_string(source)?;
                continue;
            }
            source.next_byte()?;
            match byte {
                b'{' => self.depth += 1,
                b'}' => self.depth = self.depth.saturating_sub(1),
                b'[' => {
                    while source.peek_byte()?.is_some_and(|byte| byte.is_ascii_whitespace()) {
                        source.next_byte()?;
                    }
                    let depth = self.depth;
                    let is_wanted = match wanted {
                        Some(wanted) => depth == wanted,
                        None => (1..=MAX_ARRAY_DEPTH).contains(&depth),
                    };
                    if is_wanted && source.peek_byte()? == Some(b'{') {
                        return Ok(Some(FoundArray { key: self.key.clone(), depth }));
                    }
                    skip_array(source)?;
                }
                _ => {}
            }
        }
        Ok(None)
    }
}

/// Reads past the end of an array, after its opening bracket.
fn skip_array(source: &mut ByteSource<'_>) -> Result<(), UnpackError> {
    let mut depth = 1_u32;
    while let Some(byte) = source.peek_byte()? {
        if byte == b'"' {
            read_string(source)?;
            continue;
        }
        source.next_byte()?;
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    Ok(())
}

/// Reads a string, and returns its first bytes as they are written.
pub(super) fn read_string(source: &mut ByteSource<'_>) -> Result<String, UnpackError> {
    let mut bytes = Vec::new();
    let mut is_escaped = false;
    source.next_byte()?;
    while let Some(byte) = source.next_byte()? {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => break,
            _ => {}
        }
        if bytes.len() < MAX_KEY_BYTES {
            bytes.push(byte);
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_found() {
        let cases = [
            ("[{\"a\": 1}]", JsonLayout::Values { start: 1 }),
            (" [\"one\", \"two\"]", JsonLayout::Values { start: 2 }),
            ("{\"a\": 1}\n{\"a\": 2}\n", JsonLayout::Lines),
            ("{\"a\": 1}", JsonLayout::Lines),
            ("{\n \"a\": 1\n}", JsonLayout::Values { start: 0 }),
            ("{\"count\": 1, \"cables\": [{\"a\": 1}]}", JsonLayout::Arrays),
            ("{\"x\": {\"hits\": [{\"a\": 1}]}}", JsonLayout::Arrays),
            // A document with a list is no table, wherever the list stands.
            ("{\"text\": \"The envoy.\", \"tags\": [{\"a\": 1}]}", JsonLayout::Lines),
            ("{\"tags\": [{\"a\": 1}], \"text\": \"The envoy.\"}", JsonLayout::Lines),
            ("{\"numbers\": [1, 2]}", JsonLayout::Lines),
            ("{\"x1\": {\"a\": 1, \"b\": 2}, \"x2\": {\"a\": 3, \"b\": 4}}", JsonLayout::Keyed),
            ("{\"x1\": {\"a\": 1}}", JsonLayout::Lines),
            // A document of two parts.
            ("{\"meta\": {\"id\": 1}, \"cable\": {\"text\": \"x\"}}", JsonLayout::Lines),
            ("{\"x1\": {\"a\": 1}, \"x2\": 3}", JsonLayout::Lines),
        ];
        for (sample, expected) in cases {
            assert_eq!(find_layout(sample.as_bytes(), true), expected, "{sample}");
        }
    }
}
