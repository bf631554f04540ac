//! Unpacks containers and e-mails into their members.
//!
//! The path of a member is `ARCHIVE.zip!/its/name`. Member names are only
//! names: nothing is written to disk.

use std::fs::File;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use chancery_engine::InputError;
use chancery_store::{FileProblem, FileStamp};
use chancery_unpack::{
    ContainerMember, FileKind, UnpackError, UnpackLimits, detect_kind, email_attachments,
    visit_members,
};

use crate::Remedies;
use crate::archive_paths::ArchivePaths;
use crate::file_worker::{self, WorkItem};

/// Maximum depth of containers in containers.
const MAX_CONTAINER_DEPTH: u32 = 3;

/// Maximum number of files in one container.
const MAX_MEMBERS: u64 = 1_000_000;

/// Maximum ratio of the unpacked size to the size of a container.
const MAX_UNPACK_RATIO: u64 = 100;

/// Sends an item, or its members; returns false when the run ends. A panic in
/// an unpacker fails only that container.
pub(crate) fn send_unpacked(
    item: WorkItem,
    archive_paths: &ArchivePaths,
    largest: u64,
    remedies: Remedies,
    send: &mut dyn FnMut(WorkItem) -> bool,
) -> bool {
    let WorkItem::File(path, stamp) = item else { return send(item) };
    let name = archive_paths.recorded_path(&path);
    let open = || open_and_send(path, name.clone(), stamp, largest, remedies, send);
    match catch_unwind(AssertUnwindSafe(open)) {
        Ok(goes_on) => goes_on,
        Err(_) => send(WorkItem::Failed(
            name,
            file_worker::problem_from_error(&InputError::from_panic(String::new())),
        )),
    }
}

fn open_and_send(
    path: PathBuf,
    name: String,
    stamp: FileStamp,
    largest: u64,
    remedies: Remedies,
    send: &mut dyn FnMut(WorkItem) -> bool,
) -> bool {
    match read_file_head(&path).map(|head| detect_kind(&head, &name)) {
        Some(kind @ (FileKind::Zip | FileKind::Tar | FileKind::Gzip)) => {
            send_container(&path, name, stamp, kind, largest, send)
        }
        Some(FileKind::Email) => {
            match file_worker::read_unchanged_file(&path, stamp, largest, remedies) {
                Ok(bytes) => {
                    let mut unfolding = MemberUnpacker { largest, send };
                    unfolding.send_email(&name, stamp, bytes, 0)
                }
                Err(problem) => send(WorkItem::Failed(name, problem)),
            }
        }
        _ => send(WorkItem::File(path, stamp)),
    }
}

/// The first bytes of a file; `None` if it cannot be read. Its worker will
/// report the error.
fn read_file_head(path: &Path) -> Option<Vec<u8>> {
    let mut head = Vec::with_capacity(512);
    File::open(path).ok()?.take(512).read_to_end(&mut head).ok()?;
    Some(head)
}

fn send_container(
    path: &Path,
    name: String,
    stamp: FileStamp,
    kind: FileKind,
    largest: u64,
    send: &mut dyn FnMut(WorkItem) -> bool,
) -> bool {
    let mut digest = blake3::Hasher::new();
    let failed = |error: std::io::Error| {
        WorkItem::Failed(
            name.clone(),
            file_worker::problem_from_error(&InputError::from_io(String::new(), &error)),
        )
    };
    let file = match File::open(path).and_then(|file| {
        digest.update_reader(&file)?;
        File::open(path)
    }) {
        Ok(file) => file,
        Err(error) => return send(failed(error)),
    };
    let limits = container_limits(largest, stamp.size);
    let mut unfolding = MemberUnpacker { largest, send };
    let reader = std::io::BufReader::new(&file);
    let outcome = visit_members(kind, reader, &limits, &mut |member, read| {
        unfolding.send_member(&name, member, read, 1)
    });
    let problem = match outcome {
        Ok(true) => match file.metadata().map(|metadata| file_worker::file_stamp(&metadata)) {
            Ok(after) if after == stamp => None,
            _ => Some(file_worker::CHANGED_WHILE_READING.to_owned()),
        },
        Ok(false) => return false,
        Err(error) => Some(error.to_string()),
    };
    let problem = problem.map(|message| FileProblem { at: None, message });
    send(WorkItem::Container(name, stamp, digest.finalize().into(), problem))
}

fn container_limits(largest: u64, size: u64) -> UnpackLimits {
    let all = largest.saturating_add(size.saturating_mul(MAX_UNPACK_RATIO));
    UnpackLimits { member_bytes: largest, total_bytes: all, member_count: MAX_MEMBERS }
}

struct MemberUnpacker<'a> {
    largest: u64,
    send: &'a mut dyn FnMut(WorkItem) -> bool,
}

impl MemberUnpacker<'_> {
    /// Sends a member of the container `outer`.
    fn send_member(
        &mut self,
        outer: &str,
        name: &str,
        read: Result<ContainerMember, UnpackError>,
        depth: u32,
    ) -> bool {
        let path = if name.is_empty() {
            outer.trim_end_matches(".gz").to_owned()
        } else {
            format!("{outer}!/{name}")
        };
        match read {
            Ok(member) => self.send_member_bytes(path, member.bytes, depth),
            Err(error) => {
                let message = error.to_string();
                (self.send)(WorkItem::Failed(path, FileProblem { at: None, message }))
            }
        }
    }

    fn send_member_bytes(&mut self, path: String, bytes: Vec<u8>, depth: u32) -> bool {
        let stamp = FileStamp { size: bytes.len() as u64, modified: 0 };
        match detect_kind(&bytes[..bytes.len().min(512)], &path) {
            FileKind::Zip | FileKind::Tar | FileKind::Gzip if depth > MAX_CONTAINER_DEPTH => {
                let message = "too many containers in containers (skipped)".to_owned();
                (self.send)(WorkItem::Failed(path, FileProblem { at: None, message }))
            }
            kind @ (FileKind::Zip | FileKind::Tar | FileKind::Gzip) => {
                let limits = container_limits(self.largest, stamp.size);
                let inner = Cursor::new(&bytes);
                let outcome = visit_members(kind, inner, &limits, &mut |name, read| {
                    self.send_member(&path, name, read, depth + 1)
                });
                match outcome {
                    Ok(goes_on) => goes_on,
                    Err(error) => {
                        let message = error.to_string();
                        (self.send)(WorkItem::Failed(path, FileProblem { at: None, message }))
                    }
                }
            }
            FileKind::Email => self.send_email(&path, stamp, bytes, depth),
            _ => (self.send)(WorkItem::Bytes(path, stamp, bytes)),
        }
    }

    /// Sends an e-mail, then its attachments as members of it.
    fn send_email(&mut self, path: &str, stamp: FileStamp, bytes: Vec<u8>, depth: u32) -> bool {
        let attached = email_attachments(&bytes);
        if !(self.send)(WorkItem::Bytes(path.to_owned(), stamp, bytes)) {
            return false;
        }
        attached.into_iter().all(|member| {
            let name = member.name.clone();
            self.send_member(path, &name, Ok(member), depth + 1)
        })
    }
}
