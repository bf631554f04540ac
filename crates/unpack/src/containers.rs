//! Zip and tar, plain or in gzip: their members, one after the other.

use std::io::{self, Read, Seek, SeekFrom};

use flate2::read::MultiGzDecoder;
use tar::{EntryType, PaxExtensions};

use crate::{Kind, Limits, UnpackError};

/// Bytes of a name in a tar; systems allow 4 KB at most.
const LONGEST_NAME: u64 = 64 << 10;

/// A file in a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name there, as it stands: never used as a path.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What is done with each member, or with the reason why it cannot be had;
/// false ends the reading.
type Visit<'a> = &'a mut dyn FnMut(&str, Result<Member, UnpackError>) -> bool;

/// Hands out the members of a container. Folders, links and devices are no
/// members. Returns false when the visitor ended the reading.
///
/// # Errors
/// When the container is broken from there on, or holds too much.
pub fn members(
    kind: Kind,
    mut file: impl Read + Seek,
    limits: &Limits,
    visit: Visit<'_>,
) -> Result<bool, UnpackError> {
    let mut budget = Budget { limits: *limits, bytes: 0, members: 0 };
    match kind {
        Kind::Zip => zip_members(file, &mut budget, visit),
        Kind::Tar => tar_members(file, &mut budget, visit),
        Kind::Gzip => {
            let mut head = Vec::new();
            let reading = MultiGzDecoder::new(&mut file).take(512).read_to_end(&mut head);
            reading.map_err(|error| broken(&error))?;
            file.seek(SeekFrom::Start(0)).map_err(|error| broken(&error))?;
            let decoder = MultiGzDecoder::new(file);
            if head.get(257..262) == Some(b"ustar") {
                return tar_members(decoder, &mut budget, visit);
            }
            let member = budget.read(decoder)?;
            Ok(visit("", member.map(|bytes| Member { name: String::new(), bytes })))
        }
        _ => Err(UnpackError("is no container".into())),
    }
}

fn broken(error: &dyn std::fmt::Display) -> UnpackError {
    UnpackError(format!("a broken container: {error}"))
}

/// What has come out so far.
struct Budget {
    limits: Limits,
    bytes: u64,
    members: u64,
}

impl Budget {
    /// Reads one member; an error inside is of the member, one outside of the
    /// whole container. What its header says of its size is not believed.
    fn read(&mut self, source: impl Read) -> Result<Result<Vec<u8>, UnpackError>, UnpackError> {
        self.members += 1;
        if self.members > self.limits.members {
            let what = format!("holds more than {} files: the rest was left", self.limits.members);
            return Err(UnpackError(what));
        }
        let left = self.limits.all.saturating_sub(self.bytes);
        let most = self.limits.member.min(left);
        let mut bytes = Vec::new();
        let read = source.take(most + 1).read_to_end(&mut bytes);
        self.bytes += bytes.len() as u64;
        if bytes.len() as u64 > most {
            if most == left {
                return Err(UnpackError(self.exceeded()));
            }
            let what =
                format!("unpacks to more than {} MB and was not read", self.limits.member >> 20);
            return Ok(Err(UnpackError(what)));
        }
        Ok(match read {
            Ok(_) => Ok(bytes),
            Err(error) => Err(broken(&error)),
        })
    }

    /// Counts the bytes of something that is no member.
    fn pass_over(&mut self, bytes: u64) -> Result<(), UnpackError> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > self.limits.all { Err(UnpackError(self.exceeded())) } else { Ok(()) }
    }

    fn exceeded(&self) -> String {
        format!("unpacks to more than {} MB: the rest was left", self.limits.all >> 20)
    }
}

fn zip_members(
    file: impl Read + Seek,
    budget: &mut Budget,
    visit: Visit<'_>,
) -> Result<bool, UnpackError> {
    let mut archive = zip::ZipArchive::new(file).map_err(|error| broken(&error))?;
    for number in 0..archive.len() {
        let name = archive.name_for_index(number).and_then(Result::ok);
        let name = name.map(std::borrow::Cow::into_owned).unwrap_or_default();
        let member = match archive.by_index(number) {
            Ok(member) if member.is_dir() || member.is_symlink() => continue,
            Ok(member) => member,
            Err(error) => {
                if !visit(&name, Err(broken(&error))) {
                    return Ok(false);
                }
                continue;
            }
        };
        let read = budget.read(member)?;
        if !visit(&name, read.map(|bytes| Member { name: name.clone(), bytes })) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn tar_members(
    source: impl Read,
    budget: &mut Budget,
    visit: Visit<'_>,
) -> Result<bool, UnpackError> {
    let mut archive = tar::Archive::new(source);
    // Raw, as the crate would read a name of any length into memory.
    let entries = archive.entries().map_err(|error| broken(&error))?.raw(true);
    let mut long_name = None;
    for entry in entries {
        let mut entry = entry.map_err(|error: io::Error| broken(&error))?;
        let kind = entry.header().entry_type();
        if !kind.is_file() {
            budget.pass_over(entry.size())?;
            match kind {
                EntryType::GNULongName => long_name = Some(gnu_name(&mut entry)?),
                EntryType::XHeader => long_name = pax_name(&mut entry)?.or(long_name),
                EntryType::GNULongLink | EntryType::XGlobalHeader => {}
                _ => long_name = None,
            }
            continue;
        }
        let name = long_name.take().unwrap_or_else(|| entry.path_bytes().into_owned());
        let name = String::from_utf8_lossy(&name).into_owned();
        // A member that is too long is still passed over byte by byte.
        if entry.size() > budget.limits.all {
            return Err(UnpackError(format!("{name}: {}", budget.exceeded())));
        }
        let read = budget.read(entry)?;
        if !visit(&name, read.map(|bytes| Member { name: name.clone(), bytes })) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The name of the next member: what GNU tar writes where it is too long for
/// the member's header.
fn gnu_name(entry: &mut impl Read) -> Result<Vec<u8>, UnpackError> {
    let mut name = short(entry)?;
    name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
    Ok(name)
}

/// The name of the next member, where a header by POSIX has one.
fn pax_name(entry: &mut impl Read) -> Result<Option<Vec<u8>>, UnpackError> {
    let header = short(entry)?;
    let mut records = PaxExtensions::new(&header).filter_map(Result::ok);
    let path = records.find(|record| record.key_bytes() == b"path");
    Ok(path.map(|record| record.value_bytes().to_vec()))
}

/// All bytes of a member that says something of the next one.
fn short(entry: &mut impl Read) -> Result<Vec<u8>, UnpackError> {
    let mut bytes = Vec::new();
    entry.take(LONGEST_NAME + 1).read_to_end(&mut bytes).map_err(|error| broken(&error))?;
    if bytes.len() as u64 > LONGEST_NAME {
        let what = format!("a name of more than {} KB: the rest was left", LONGEST_NAME >> 10);
        return Err(broken(&what));
    }
    Ok(bytes)
}
