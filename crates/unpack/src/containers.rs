//! Reads the members of zip and tar files one by one, and decompresses files.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use flate2::bufread::MultiGzDecoder;
use tar::{EntryType, PaxExtensions};
use zip::read::read_zipfile_from_stream_with_compressed_size;
use zip::result::ZipError;

use crate::budget::{UnpackBudget, damaged_container};
use crate::member_names::MemberNames;
use crate::zip_directory::{HiddenMember, hidden_members};
use crate::{Compression, UnpackError};

/// Maximum length of a member name in a tar, in bytes. Operating systems allow
/// at most 4 KB.
const MAX_NAME_BYTES: u64 = 64 << 10;

/// Called with the name of each member and a reader of its content, or the error
/// if it cannot be read. The name is empty if the error is one of the whole container.
/// Returns false to stop.
pub type MemberVisitor<'a> = &'a mut dyn FnMut(&str, Result<&mut dyn Read, UnpackError>) -> bool;

/// Called with the name of each document and its content, or the error if it cannot
/// be read. Returns false to stop.
pub type ContentVisitor<'a> = &'a mut dyn FnMut(&str, Result<Vec<u8>, UnpackError>) -> bool;

/// Calls `visit` for each member of a zip. Skips folders and links. Returns false
/// if `visit` stopped the reading.
///
/// # Errors
/// If the rest of the zip is damaged, or the budget is spent.
pub fn visit_zip_members(
    mut file: impl Read + Seek,
    budget: &UnpackBudget,
    visit: MemberVisitor<'_>,
) -> Result<bool, UnpackError> {
    let hidden = hidden_members(&mut file).map_err(|error| damaged_container(&error))?;
    file.rewind().map_err(|error| damaged_container(&error))?;
    let mut archive = match zip::ZipArchive::new(&mut file) {
        Ok(archive) => archive,
        Err(error) => {
            let starts = file.rewind().is_ok();
            return if starts {
                visit_cut_zip(file, budget, visit)
            } else {
                Err(zip_error(&error))
            };
        }
    };
    let mut names = MemberNames::default();
    for number in 0..archive.len() {
        let name = match archive.name_for_index(number) {
            Some(Ok(name)) => names.unique_name(&name),
            // It is said to be UTF-8, and is not.
            _ => names.unique_name(&format!("member {}", number + 1)),
        };
        let member = match archive.by_index(number) {
            Ok(member) if member.is_dir() || member.is_symlink() => continue,
            Ok(member) => member,
            Err(error) => {
                if !visit(&name, Err(zip_error(&error))) {
                    return Ok(false);
                }
                continue;
            }
        };
        budget.count_member()?;
        let goes_on = visit(&name, Ok(&mut budget.counted(member)));
        budget.check()?;
        if !goes_on {
            return Ok(false);
        }
    }
    let offset = archive.offset();
    drop(archive);
    for member in &hidden {
        let name = names.unique_name(&member_name(&member.name));
        if !visit_hidden_member(&mut file, offset, member, &name, budget, visit)? {
            return Ok(false);
        }
    }
    Ok(names.repeated().is_none_or(|error| visit("", Err(error))))
}

/// Visits a member that a later one of the same name hides.
fn visit_hidden_member(
    file: &mut (impl Read + Seek),
    offset: u64,
    member: &HiddenMember,
    name: &str,
    budget: &UnpackBudget,
    visit: MemberVisitor<'_>,
) -> Result<bool, UnpackError> {
    budget.count_member()?;
    let size = member.compressed_size;
    let opened = file
        .seek(SeekFrom::Start(offset + member.header))
        .map_err(ZipError::Io)
        .and_then(|_| read_zipfile_from_stream_with_compressed_size(file, size));
    let goes_on = match opened {
        Ok(Some(member)) if member.is_dir() || member.is_symlink() => return Ok(true),
        Ok(Some(member)) => visit(name, Ok(&mut budget.counted(member))),
        Ok(None) => visit(name, Err(damaged_container(&"it has no header"))),
        Err(error) => visit(name, Err(zip_error(&error))),
    };
    budget.check()?;
    Ok(goes_on)
}

/// Visits the members of a zip whose end, which lists them, is missing. They are read one
/// after another from the start.
fn visit_cut_zip(
    mut file: impl Read,
    budget: &UnpackBudget,
    visit: MemberVisitor<'_>,
) -> Result<bool, UnpackError> {
    let mut names = MemberNames::default();
    let mut whole = 0;
    loop {
        let Ok(Some(member)) = zip::read::read_zipfile_from_stream(&mut file) else {
            return Err(UnpackError::CutContainer { whole });
        };
        if member.is_dir() || member.is_symlink() {
            continue;
        }
        let name = match member.name() {
            Ok(name) => names.unique_name(&name),
            Err(_) => names.unique_name(&format!("member {}", whole + 1)),
        };
        budget.count_member()?;
        let mut member = WatchedReader { inner: budget.counted(member), has_failed: false };
        let goes_on = visit(&name, Ok(&mut member));
        budget.check()?;
        if !goes_on {
            return Ok(false);
        }
        if member.has_failed {
            return Err(UnpackError::CutContainer { whole });
        }
        whole += 1;
    }
}

/// A reader that knows whether it has failed.
struct WatchedReader<R> {
    inner: R,
    has_failed: bool,
}

impl<R: Read> Read for WatchedReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out);
        self.has_failed |= read.is_err();
        read
    }
}

/// Why a member of a zip cannot be read.
fn zip_error(error: &ZipError) -> UnpackError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => UnpackError::HasPassword,
        ZipError::CompressionMethodNotSupported(method) => UnpackError::UnknownMethod(*method),
        error => damaged_container(error),
    }
}

/// Calls `visit` for each file in a tar. Skips folders, links and devices. Returns
/// false if `visit` stopped the reading.
///
/// # Errors
/// If the rest of the tar is damaged, or the budget is spent.
pub fn visit_tar_members(
    source: impl Read,
    budget: &UnpackBudget,
    visit: MemberVisitor<'_>,
) -> Result<bool, UnpackError> {
    let mut archive = tar::Archive::new(source);
    // Raw entries, because the crate would read a name of any length into
    // memory.
    let entries = archive.entries().map_err(|error| damaged_container(&error))?.raw(true);
    let mut names = MemberNames::default();
    let mut long_name = None;
    for entry in entries {
        budget.check()?;
        let mut entry = entry.map_err(|error: io::Error| damaged_container(&error))?;
        let kind = entry.header().entry_type();
        if !kind.is_file() {
            budget.count_bytes(entry.size())?;
            match kind {
                EntryType::GNULongName => long_name = Some(gnu_member_name(&mut entry)?),
                EntryType::XHeader => long_name = pax_member_name(&mut entry)?.or(long_name),
                EntryType::GNULongLink | EntryType::XGlobalHeader => {}
                _ => long_name = None,
            }
            continue;
        }
        let name = long_name.take().unwrap_or_else(|| entry.path_bytes().into_owned());
        let name = names.unique_name(&member_name(&name));
        // The reader would skip an oversized member byte by byte.
        if entry.size() > budget.limits().total_bytes {
            let spent = UnpackError::ContainerTooLarge(budget.limits().total_bytes);
            return Err(UnpackError::Member(name, Box::new(spent)));
        }
        budget.count_member()?;
        let goes_on = visit(&name, Ok(&mut budget.counted(entry)));
        budget.check()?;
        if !goes_on {
            return Ok(false);
        }
    }
    Ok(names.repeated().is_none_or(|error| visit("", Err(error))))
}

/// A name that a container gives in bytes. Bytes that are not UTF-8 are decoded
/// as Windows-1252, so that two names never become one.
fn member_name(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(name) => name.to_owned(),
        Err(_) => bytes.iter().map(|&byte| chancery_model::decode_windows_1252(byte)).collect(),
    }
}

/// Decompresses a file. The reader fails when the budget is spent.
pub fn decompress<'a>(
    compression: Compression,
    source: impl BufRead + 'a,
    budget: &'a UnpackBudget,
) -> Box<dyn Read + 'a> {
    match compression {
        Compression::Gzip => Box::new(budget.counted(MultiGzDecoder::new(source))),
        Compression::Bzip2 => Box::new(budget.counted(bzip2::bufread::MultiBzDecoder::new(source))),
        Compression::Xz => Box::new(budget.counted(lzma_rust2::XzReader::new(source, true))),
        Compression::Zstandard => {
            Box::new(budget.counted(crate::zstandard::ZstandardReader::new(source)))
        }
    }
}

/// The name of the next member, from the entry that GNU tar writes for names
/// too long for the member's header.
fn gnu_member_name(entry: &mut impl Read) -> Result<Vec<u8>, UnpackError> {
    let mut name = read_name_entry(entry)?;
    name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
    Ok(name)
}

/// The name of the next member, if a POSIX extended header contains one.
fn pax_member_name(entry: &mut impl Read) -> Result<Option<Vec<u8>>, UnpackError> {
    let header = read_name_entry(entry)?;
    let mut records = PaxExtensions::new(&header).filter_map(Result::ok);
    let path = records.find(|record| record.key_bytes() == b"path");
    Ok(path.map(|record| record.value_bytes().to_vec()))
}

/// Reads an entry that describes the next member. Its size is limited.
fn read_name_entry(entry: &mut impl Read) -> Result<Vec<u8>, UnpackError> {
    let mut bytes = Vec::new();
    entry
        .take(MAX_NAME_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| damaged_container(&error))?;
    if bytes.len() as u64 > MAX_NAME_BYTES {
        return Err(UnpackError::NameTooLong(MAX_NAME_BYTES));
    }
    Ok(bytes)
}
