//! Checks the schema of a Parquet file before the crate `parquet` reads it.
//!
//! The crate descends into the schema without a limit, and makes room for as many
//! children as an element says that it has. Either ends the whole program, which
//! nothing can catch. So this module walks over the list of elements first.

use std::io::Read;

use ::parquet::file::reader::ChunkReader;

use super::damaged;
use crate::UnpackError;

/// Maximum size of a footer, in bytes.
const MAX_FOOTER_BYTES: u64 = 64 << 20;

/// Maximum depth of the schema, and of what is skipped.
const MAX_DEPTH: usize = 64;

/// Number of the field of a footer that has the schema, and of the field of an element
/// that has the number of its children.
const SCHEMA: i32 = 2;
const CHILDREN: i32 = 5;

/// Checks that the schema has at most `most` elements and is not nested too deeply.
pub(super) fn check_schema(file: &impl ChunkReader, most: usize) -> Result<(), UnpackError> {
    let size = file.len();
    let tail = read_bytes(file, size.checked_sub(8), 8)?;
    let length = u64::from(u32::from_le_bytes([tail[0], tail[1], tail[2], tail[3]]));
    if length > MAX_FOOTER_BYTES {
        return Err(damaged(&"its footer is too large"));
    }
    let footer = read_bytes(file, size.checked_sub(8 + length), length as usize)?;
    let children = Walker { rest: &footer }.children_of_elements().ok_or_else(cut_error)?;
    if children.len() > most {
        return Err(damaged(&format!("it has more than {most} columns")));
    }
    check_tree(&children)
}

fn cut_error() -> UnpackError {
    damaged(&"its footer is damaged")
}

fn read_bytes(
    file: &impl ChunkReader,
    start: Option<u64>,
    length: usize,
) -> Result<Vec<u8>, UnpackError> {
    let start = start.ok_or_else(cut_error)?;
    let mut bytes = Vec::new();
    let reader = file.get_read(start).map_err(|error| damaged(&error))?;
    reader.take(length as u64).read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
    if bytes.len() == length { Ok(bytes) } else { Err(cut_error()) }
}

/// Checks that the elements, in the order of a walk through the tree, are one tree.
fn check_tree(children: &[i64]) -> Result<(), UnpackError> {
    // The children that are still to come, at each depth.
    let mut open: Vec<i64> = Vec::new();
    for (number, &count) in children.iter().enumerate() {
        if count < 0 || count > children.len() as i64 {
            return Err(cut_error());
        }
        while open.last() == Some(&0) {
            open.pop();
        }
        match open.last_mut() {
            Some(left) => *left -= 1,
            None if number == 0 => {}
            None => return Err(cut_error()),
        }
        open.push(count);
        if open.len() > MAX_DEPTH {
            return Err(damaged(&"its columns are nested too deeply"));
        }
    }
    if open.iter().all(|&left| left == 0) { Ok(()) } else { Err(cut_error()) }
}

/// Types of the compact protocol of Thrift.
const STOP: u8 = 0;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;

/// Walks over bytes of the compact protocol of Thrift.
/// <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>
struct Walker<'a> {
    rest: &'a [u8],
}

impl Walker<'_> {
    /// The numbers of children of all elements of the schema; `None` if the bytes end
    /// or make no sense.
    fn children_of_elements(&mut self) -> Option<Vec<i64>> {
        let mut field = 0;
        loop {
            let kind = self.next_field(&mut field)?;
            match kind {
                STOP => return None,
                LIST if field == SCHEMA => break,
                _ => self.skip(kind, MAX_DEPTH)?,
            }
        }
        let (count, kind) = self.list_head()?;
        (kind == STRUCT).then_some(())?;
        (0..count).map(|_| self.children_of_element()).collect()
    }

    fn children_of_element(&mut self) -> Option<i64> {
        let (mut field, mut children) = (0, 0);
        loop {
            match self.next_field(&mut field)? {
                STOP => return Some(children),
                3..=6 if field == CHILDREN => {
                    let number = self.varint()?;
                    children = (number >> 1) as i64 ^ -((number & 1) as i64);
                }
                kind => self.skip(kind, MAX_DEPTH)?,
            }
        }
    }

    /// The type of the next field of a struct; `field` becomes its number.
    fn next_field(&mut self, field: &mut i32) -> Option<u8> {
        let head = self.byte()?;
        match head >> 4 {
            _ if head & 0xF == STOP => {}
            0 => *field = i32::try_from(self.varint()? >> 1).ok()?,
            step => *field += i32::from(step),
        }
        Some(head & 0xF)
    }

    fn list_head(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
        // An element has at least a byte.
        (count <= self.rest.len() as u64).then_some((count, head & 0xF))
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            1 | 2 => {}
            3 => drop(self.byte()?),
            4..=6 => drop(self.varint()?),
            7 => self.pass(8)?,
            BINARY => {
                let length = self.varint()?;
                self.pass(length)?;
            }
            LIST | SET => {
                let (count, kind) = self.list_head()?;
                for _ in 0..count {
                    self.skip_element(kind, depth)?;
                }
            }
            MAP => {
                let count = self.varint()?;
                if count > 0 {
                    let kinds = self.byte()?;
                    for _ in 0..count.min(self.rest.len() as u64) {
                        self.skip_element(kinds >> 4, depth)?;
                        self.skip_element(kinds & 0xF, depth)?;
                    }
                }
            }
            STRUCT => {
                let mut field = 0;
                loop {
                    match self.next_field(&mut field)? {
                        STOP => break,
                        kind => self.skip(kind, depth)?,
                    }
                }
            }
            13 => self.pass(16)?,
            _ => return None,
        }
        Some(())
    }

    /// Skips an element of a list: there, a boolean is a byte.
    fn skip_element(&mut self, kind: u8, depth: usize) -> Option<()> {
        if matches!(kind, 1 | 2) { self.pass(1) } else { self.skip(kind, depth) }
    }

    fn pass(&mut self, length: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(length).ok()?..)?;
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_one_tree_that_is_not_too_deep() {
        let deep: Vec<i64> = [vec![1; 80], vec![0]].concat();
        let cases: [(&[i64], bool); 9] = [
            (&[2, 0, 0], true),
            (&[2, 1, 0, 0], true),
            (&[0], true),
            (&[], true),
            (&[2, 0], false),
            (&[1, 0, 0], false),
            (&[i64::from(i32::MAX), 0], false),
            (&[1, -1], false),
            (&deep, false),
        ];
        for (children, expected) in cases {
            assert_eq!(check_tree(children).is_ok(), expected, "{children:?}");
        }
    }

    #[test]
    fn any_bytes_are_walked_over() {
        let mut random = 1_u32;
        for length in 0..2000 {
            let bytes: Vec<u8> = (0..length % 97)
                .map(|_| {
                    random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (random >> 24) as u8
                })
                .collect();
            let _ = Walker { rest: &bytes }.children_of_elements();
        }
    }
}
