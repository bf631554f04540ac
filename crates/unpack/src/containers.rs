//! Reads the members of zip, tar and gzip files one by one.

use std::io::{self, Read, Seek, SeekFrom};

use flate2::read::MultiGzDecoder;
use tar::{EntryType, PaxExtensions};

use crate::{FileKind, UnpackError, UnpackLimits};

/// Maximum length of a member name in a tar, in bytes. Operating systems allow
/// at most 4 KB.
const MAX_NAME_BYTES: u64 = 64 << 10;

/// A file inside a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerMember {
    /// Its name as stored in the container. It is never used as a path.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Called with the name of each member and its content, or the error if it
/// cannot be read. Return false to stop reading.
type MemberVisitor<'a> = &'a mut dyn FnMut(&str, Result<ContainerMember, UnpackError>) -> bool;

/// Calls `visit` for each member of a container. Skips folders, links and
/// devices. Returns false if `visit` stopped the reading.
///
/// # Errors
/// If the rest of the container is damaged, or it exceeds `limits`.
pub fn visit_members(
    kind: FileKind,
    mut file: impl Read + Seek,
    limits: &UnpackLimits,
    visit: MemberVisitor<'_>,
) -> Result<bool, UnpackError> {
    let mut budget = UnpackBudget { limits: *limits, bytes_read: 0, members_read: 0 };
    match kind {
        FileKind::Zip => visit_zip_members(file, &mut budget, visit),
        FileKind::Tar => visit_tar_members(file, &mut budget, visit),
        FileKind::Gzip => {
            let mut head = Vec::new();
            let result = MultiGzDecoder::new(&mut file).take(512).read_to_end(&mut head);
            result.map_err(|error| damaged_container(&error))?;
            file.seek(SeekFrom::Start(0)).map_err(|error| damaged_container(&error))?;
            let decoder = MultiGzDecoder::new(file);
            if head.get(257..262) == Some(b"ustar") {
                return visit_tar_members(decoder, &mut budget, visit);
            }
            let member = budget.read_member(decoder)?;
            Ok(visit("", member.map(|bytes| ContainerMember { name: String::new(), bytes })))
        }
        _ => Err(UnpackError::NotAContainer),
    }
}

fn damaged_container(error: &dyn std::fmt::Display) -> UnpackError {
    UnpackError::DamagedContainer(error.to_string())
}

/// The limits, and what has been read so far.
struct UnpackBudget {
    limits: UnpackLimits,
    bytes_read: u64,
    members_read: u64,
}

impl UnpackBudget {
    /// Reads one member. The inner result is an error of the member, the outer
    /// result an error of the whole container. The size in the member's header
    /// is not trusted.
    fn read_member(
        &mut self,
        source: impl Read,
    ) -> Result<Result<Vec<u8>, UnpackError>, UnpackError> {
        self.members_read += 1;
        if self.members_read > self.limits.member_count {
            return Err(UnpackError::TooManyMembers(self.limits.member_count));
        }
        let left = self.limits.total_bytes.saturating_sub(self.bytes_read);
        let most = self.limits.member_bytes.min(left);
        let mut bytes = Vec::new();
        let read = source.take(most + 1).read_to_end(&mut bytes);
        self.bytes_read += bytes.len() as u64;
        if bytes.len() as u64 > most {
            if most == left {
                return Err(self.container_too_large());
            }
            return Ok(Err(UnpackError::MemberTooLarge(self.limits.member_bytes)));
        }
        Ok(match read {
            Ok(_) => Ok(bytes),
            Err(error) => Err(damaged_container(&error)),
        })
    }

    /// Counts the bytes of an entry that is not a file.
    fn count_skipped_bytes(&mut self, bytes: u64) -> Result<(), UnpackError> {
        self.bytes_read = self.bytes_read.saturating_add(bytes);
        if self.bytes_read > self.limits.total_bytes {
            Err(self.container_too_large())
        } else {
            Ok(())
        }
    }

    fn container_too_large(&self) -> UnpackError {
        UnpackError::ContainerTooLarge(self.limits.total_bytes)
    }
}

fn visit_zip_members(
    file: impl Read + Seek,
    budget: &mut UnpackBudget,
    visit: MemberVisitor<'_>,
) -> Result<bool, UnpackError> {
    let mut archive = zip::ZipArchive::new(file).map_err(|error| damaged_container(&error))?;
    for number in 0..archive.len() {
        let name = archive.name_for_index(number).and_then(Result::ok);
        let name = name.map(std::borrow::Cow::into_owned).unwrap_or_default();
        let member = match archive.by_index(number) {
            Ok(member) if member.is_dir() || member.is_symlink() => continue,
            Ok(member) => member,
            Err(error) => {
                if !visit(&name, Err(damaged_container(&error))) {
                    return Ok(false);
                }
                continue;
            }
        };
        let read = budget.read_member(member)?;
        if !visit(&name, read.map(|bytes| ContainerMember { name: name.clone(), bytes })) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn visit_tar_members(
    source: impl Read,
    budget: &mut UnpackBudget,
    visit: MemberVisitor<'_>,
) -> Result<bool, UnpackError> {
    let mut archive = tar::Archive::new(source);
    // Raw entries, because the crate would read a name of any length into
    // memory.
    let entries = archive.entries().map_err(|error| damaged_container(&error))?.raw(true);
    let mut long_name = None;
    for entry in entries {
        let mut entry = entry.map_err(|error: io::Error| damaged_container(&error))?;
        let kind = entry.header().entry_type();
        if !kind.is_file() {
            budget.count_skipped_bytes(entry.size())?;
            match kind {
                EntryType::GNULongName => long_name = Some(gnu_member_name(&mut entry)?),
                EntryType::XHeader => long_name = pax_member_name(&mut entry)?.or(long_name),
                EntryType::GNULongLink | EntryType::XGlobalHeader => {}
                _ => long_name = None,
            }
            continue;
        }
        let name = long_name.take().unwrap_or_else(|| entry.path_bytes().into_owned());
        let name = String::from_utf8_lossy(&name).into_owned();
        // The reader would skip an oversized member byte by byte.
        if entry.size() > budget.limits.total_bytes {
            return Err(UnpackError::Member(name, Box::new(budget.container_too_large())));
        }
        let read = budget.read_member(entry)?;
        if !visit(&name, read.map(|bytes| ContainerMember { name: name.clone(), bytes })) {
            return Ok(false);
        }
    }
    Ok(true)
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
