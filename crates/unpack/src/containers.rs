//! Reads the members of zip, tar and gzip files one by one.

use std::io::{self, Read, Seek, SeekFrom};

use flate2::read::MultiGzDecoder;
use tar::{EntryType, PaxExtensions};

use crate::{Kind, Limits, UnpackError};

/// Maximum length of a member name in a tar, in bytes. Operating systems allow
/// at most 4 KB.
const LONGEST_NAME: u64 = 64 << 10;

/// A file inside a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name as stored in the container. It is never used as a path.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Called with the name of each member and its content, or the error if it
/// cannot be read. Return false to stop reading.
type Visit<'a> = &'a mut dyn FnMut(&str, Result<Member, UnpackError>) -> bool;

/// Calls `visit` for each member of a container. Skips folders, links and
/// devices. Returns false if `visit` stopped the reading.
///
/// # Errors
/// If the rest of the container is damaged, or it exceeds `limits`.
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
        _ => Err(UnpackError("not a container".into())),
    }
}

fn broken(error: &dyn std::fmt::Display) -> UnpackError {
    UnpackError(format!("damaged container: {error}"))
}

/// The limits, and what has been read so far.
struct Budget {
    limits: Limits,
    bytes: u64,
    members: u64,
}

impl Budget {
    /// Reads one member. The inner result is an error of the member, the outer
    /// result an error of the whole container. The size in the member's header
    /// is not trusted.
    fn read(&mut self, source: impl Read) -> Result<Result<Vec<u8>, UnpackError>, UnpackError> {
        self.members += 1;
        if self.members > self.limits.members {
            let limit = self.limits.members;
            let what = format!("contains more than {limit} files; the rest was skipped");
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

    /// Counts the bytes of an entry that is not a file.
    fn pass_over(&mut self, bytes: u64) -> Result<(), UnpackError> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > self.limits.all { Err(UnpackError(self.exceeded())) } else { Ok(()) }
    }

    fn exceeded(&self) -> String {
        format!("unpacks to more than {} MB; the rest was skipped", self.limits.all >> 20)
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
    // Raw entries, because the crate would read a name of any length into
    // memory.
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
        // The reader would skip an oversized member byte by byte.
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

/// The name of the next member, from the entry that GNU tar writes for names
/// too long for the member's header.
fn gnu_name(entry: &mut impl Read) -> Result<Vec<u8>, UnpackError> {
    let mut name = short(entry)?;
    name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
    Ok(name)
}

/// The name of the next member, if a POSIX extended header contains one.
fn pax_name(entry: &mut impl Read) -> Result<Option<Vec<u8>>, UnpackError> {
    let header = short(entry)?;
    let mut records = PaxExtensions::new(&header).filter_map(Result::ok);
    let path = records.find(|record| record.key_bytes() == b"path");
    Ok(path.map(|record| record.value_bytes().to_vec()))
}

/// Reads an entry that describes the next member. Its size is limited.
fn short(entry: &mut impl Read) -> Result<Vec<u8>, UnpackError> {
    let mut bytes = Vec::new();
    entry.take(LONGEST_NAME + 1).read_to_end(&mut bytes).map_err(|error| broken(&error))?;
    if bytes.len() as u64 > LONGEST_NAME {
        let what = format!("a name is longer than {} KB; the rest was skipped", LONGEST_NAME >> 10);
        return Err(broken(&what));
    }
    Ok(bytes)
}
