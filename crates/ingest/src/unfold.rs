//! Unpacks containers and e-mails into their members.
//!
//! The path of a member is `ARCHIVE.zip!/its/name`. Member names are only
//! names: nothing is written to disk.

use std::fs::File;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use chancery_engine::InputError;
use chancery_store::{Problem, Stamp};
use chancery_unpack::{Kind, Limits, Member, UnpackError, attachments, kind, members};

use crate::Hints;
use crate::names::Names;
use crate::work::{self, Item};

/// Maximum depth of containers in containers.
const DEEPEST: u32 = 3;

/// Maximum number of files in one container.
const MOST_MEMBERS: u64 = 1_000_000;

/// Maximum ratio of the unpacked size to the size of a container.
const GROWTH: u64 = 100;

/// Sends an item, or its members; returns false when the run ends. A panic in
/// an unpacker fails only that container.
pub(crate) fn unfold(
    item: Item,
    names: &Names,
    largest: u64,
    hints: Hints,
    send: &mut dyn FnMut(Item) -> bool,
) -> bool {
    let Item::File(path, stamp) = item else { return send(item) };
    let name = names.of(&path);
    let open = || opened(path, name.clone(), stamp, largest, hints, send);
    match catch_unwind(AssertUnwindSafe(open)) {
        Ok(goes_on) => goes_on,
        Err(_) => send(Item::Failed(name, work::told(&InputError::from_panic(String::new())))),
    }
}

fn opened(
    path: PathBuf,
    name: String,
    stamp: Stamp,
    largest: u64,
    hints: Hints,
    send: &mut dyn FnMut(Item) -> bool,
) -> bool {
    match head(&path).map(|head| kind(&head, &name)) {
        Some(kind @ (Kind::Zip | Kind::Tar | Kind::Gzip)) => {
            container(&path, name, stamp, kind, largest, send)
        }
        Some(Kind::Mail) => match work::read(&path, stamp, largest, hints) {
            Ok(bytes) => {
                let mut unfolding = Unfolding { largest, send };
                unfolding.letter(&name, stamp, bytes, 0)
            }
            Err(problem) => send(Item::Failed(name, problem)),
        },
        _ => send(Item::File(path, stamp)),
    }
}

/// The first bytes of a file; `None` if it cannot be read. Its worker will
/// report the error.
fn head(path: &Path) -> Option<Vec<u8>> {
    let mut head = Vec::with_capacity(512);
    File::open(path).ok()?.take(512).read_to_end(&mut head).ok()?;
    Some(head)
}

fn container(
    path: &Path,
    name: String,
    stamp: Stamp,
    kind: Kind,
    largest: u64,
    send: &mut dyn FnMut(Item) -> bool,
) -> bool {
    let mut digest = blake3::Hasher::new();
    let failed = |error: std::io::Error| {
        Item::Failed(name.clone(), work::told(&InputError::from_io(String::new(), &error)))
    };
    let file = match File::open(path).and_then(|file| {
        digest.update_reader(&file)?;
        File::open(path)
    }) {
        Ok(file) => file,
        Err(error) => return send(failed(error)),
    };
    let limits = limits(largest, stamp.size);
    let mut unfolding = Unfolding { largest, send };
    let reading = std::io::BufReader::new(&file);
    let outcome = members(kind, reading, &limits, &mut |member, read| {
        unfolding.member(&name, member, read, 1)
    });
    let problem = match outcome {
        Ok(true) => match file.metadata().map(|facts| work::stamp(&facts)) {
            Ok(after) if after == stamp => None,
            _ => Some(work::CHANGED.to_owned()),
        },
        Ok(false) => return false,
        Err(error) => Some(error.to_string()),
    };
    let problem = problem.map(|what| Problem { at: None, what });
    send(Item::Container(name, stamp, digest.finalize().into(), problem))
}

fn limits(largest: u64, size: u64) -> Limits {
    let all = largest.saturating_add(size.saturating_mul(GROWTH));
    Limits { member: largest, all, members: MOST_MEMBERS }
}

struct Unfolding<'a> {
    largest: u64,
    send: &'a mut dyn FnMut(Item) -> bool,
}

impl Unfolding<'_> {
    /// Sends a member of the container `outer`.
    fn member(
        &mut self,
        outer: &str,
        name: &str,
        read: Result<Member, UnpackError>,
        depth: u32,
    ) -> bool {
        let path = if name.is_empty() {
            outer.trim_end_matches(".gz").to_owned()
        } else {
            format!("{outer}!/{name}")
        };
        match read {
            Ok(member) => self.bytes(path, member.bytes, depth),
            Err(UnpackError(what)) => (self.send)(Item::Failed(path, Problem { at: None, what })),
        }
    }

    fn bytes(&mut self, path: String, bytes: Vec<u8>, depth: u32) -> bool {
        let stamp = Stamp { size: bytes.len() as u64, modified: 0 };
        match kind(&bytes[..bytes.len().min(512)], &path) {
            Kind::Zip | Kind::Tar | Kind::Gzip if depth > DEEPEST => {
                let what = "too many containers in containers (skipped)".to_owned();
                (self.send)(Item::Failed(path, Problem { at: None, what }))
            }
            kind @ (Kind::Zip | Kind::Tar | Kind::Gzip) => {
                let limits = limits(self.largest, stamp.size);
                let inner = Cursor::new(&bytes);
                let outcome = members(kind, inner, &limits, &mut |name, read| {
                    self.member(&path, name, read, depth + 1)
                });
                match outcome {
                    Ok(goes_on) => goes_on,
                    Err(UnpackError(what)) => {
                        (self.send)(Item::Failed(path, Problem { at: None, what }))
                    }
                }
            }
            Kind::Mail => self.letter(&path, stamp, bytes, depth),
            _ => (self.send)(Item::Bytes(path, stamp, bytes)),
        }
    }

    /// Sends an e-mail, then its attachments as members of it.
    fn letter(&mut self, path: &str, stamp: Stamp, bytes: Vec<u8>, depth: u32) -> bool {
        let attached = attachments(&bytes);
        if !(self.send)(Item::Bytes(path.to_owned(), stamp, bytes)) {
            return false;
        }
        attached.into_iter().all(|member| {
            let name = member.name.clone();
            self.member(path, &name, Ok(member), depth + 1)
        })
    }
}
