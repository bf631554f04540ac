//! The members of a zip that have the name of another member.
//!
//! The crate `zip` keeps one member per name, the last one. This module reads the
//! central directory, to find the others. Zips of more than 4 GB or 65,534 members
//! (zip64) are left to the crate.

use std::collections::HashMap;
use std::io::{self, Read, Seek, SeekFrom};

/// Size of the record at the end of a zip, without its comment.
const END_BYTES: usize = 22;

/// Maximum distance of that record from the end: its size, and the longest comment.
const MAX_END_BYTES: u64 = END_BYTES as u64 + u16::MAX as u64;

/// Size of an entry of the directory, without name, extra fields and comment.
const ENTRY_BYTES: usize = 46;

/// A member that a later one of the same name hides.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct HiddenMember {
    /// Its name in bytes.
    pub(crate) name: Vec<u8>,
    /// Offset of its header from the start of the zip.
    pub(crate) header: u64,
    /// Its size in the zip.
    pub(crate) compressed_size: u64,
}

/// Returns the members that later ones of the same name hide, in their order. What is
/// damaged is left out: reading the zip reports it.
pub(crate) fn hidden_members(file: &mut (impl Read + Seek)) -> io::Result<Vec<HiddenMember>> {
    let Some(directory) = read_directory(file)? else { return Ok(Vec::new()) };
    let mut members: Vec<HiddenMember> = Vec::new();
    let mut last: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut rest = &directory[..];
    while let Some((member, length)) = read_entry(rest) {
        last.insert(member.name.clone(), members.len());
        members.push(member);
        rest = &rest[length..];
    }
    let is_hidden =
        |(number, member): &(usize, HiddenMember)| last.get(&member.name) != Some(number);
    let hidden: Vec<(usize, HiddenMember)> =
        members.into_iter().enumerate().filter(is_hidden).collect();
    Ok(hidden.into_iter().map(|(_, member)| member).collect())
}

/// Reads the central directory; `None` if there is none, or it is of zip64.
fn read_directory(file: &mut (impl Read + Seek)) -> io::Result<Option<Vec<u8>>> {
    let size = file.seek(SeekFrom::End(0))?;
    let start = size.saturating_sub(MAX_END_BYTES);
    file.seek(SeekFrom::Start(start))?;
    let mut tail = Vec::new();
    file.take(MAX_END_BYTES).read_to_end(&mut tail)?;
    let Some(at) = memchr::memmem::rfind(&tail, b"PK\x05\x06") else { return Ok(None) };
    let (Some(length), Some(offset)) = (number(&tail[at..], 12, 4), number(&tail[at..], 16, 4))
    else {
        return Ok(None);
    };
    let end = start + at as u64;
    if offset == u64::from(u32::MAX) || offset + length > end {
        return Ok(None);
    }
    // Something may stand before the zip. The directory ends where the record begins.
    file.seek(SeekFrom::Start(end - length))?;
    let mut directory = Vec::new();
    file.take(length).read_to_end(&mut directory)?;
    Ok(Some(directory))
}

/// Reads an entry, and returns its length.
fn read_entry(bytes: &[u8]) -> Option<(HiddenMember, usize)> {
    bytes.starts_with(b"PK\x01\x02").then_some(())?;
    let name_length = number(bytes, 28, 2)? as usize;
    let others = number(bytes, 30, 2)? + number(bytes, 32, 2)?;
    let name = bytes.get(ENTRY_BYTES..ENTRY_BYTES + name_length)?.to_vec();
    let compressed_size = number(bytes, 20, 4)?;
    let member = HiddenMember { name, header: number(bytes, 42, 4)?, compressed_size };
    let length = ENTRY_BYTES + name_length + others as usize;
    (length <= bytes.len()).then_some((member, length))
}

/// The number of `length` bytes at an offset, lowest byte first.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(at..at + length)?;
    Some(bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn damaged_directories_hide_nothing() {
        for bytes in
            [&b""[..], b"PK\x05\x06", b"PK\x05\x06\0\0\0\0\0\0\0\0\xFF\xFF\0\0\xFF\xFF\0\0"]
        {
            assert_eq!(hidden_members(&mut Cursor::new(bytes)).expect("readable"), []);
        }
    }
}
