//! The work on one file: read it, extract its text, parse, annotate, encode.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use chancery_engine::{Engine, InputError, Lists};
use chancery_store::{Arrived, Bytes, Layer, Packed, Problem, Stamp, links_to_store};

use crate::Hints;
use crate::layers::Layers;
use crate::names::Names;

/// Something to process.
pub(crate) enum Item {
    /// A file on disk.
    File(PathBuf, Stamp),
    /// A file in memory: a member of a container, or an e-mail.
    Bytes(String, Stamp, Vec<u8>),
    /// A container, sent after all of its members.
    Container(String, Stamp, [u8; 32], Option<Problem>),
    /// A path that could not be read.
    Failed(String, Problem),
}

/// The result for one item.
pub(crate) enum Done {
    /// It was read; the file and its number of words.
    File(Box<Arrived>, u64),
    /// It could not be read.
    Failed(String, Problem),
}

/// What all workers of a run share.
pub(crate) struct Reading<'a> {
    /// Whether the archive has the file with this digest.
    pub(crate) known: &'a (dyn Fn(&[u8; 32]) -> bool + Sync),
    /// Whether the archive keeps the raw bytes.
    pub(crate) keep: bool,
    /// Maximum size of a file, in bytes.
    pub(crate) largest: u64,
    /// Extracts the text of office files, PDFs and images.
    pub(crate) layers: &'a Layers,
    /// The paths to record.
    pub(crate) names: &'a Names,
    /// An engine with empty caches, to replace one that panicked.
    pub(crate) fresh: &'a Engine,
    /// Remedies, in the words of the calling program.
    pub(crate) hints: Hints,
}

impl Reading<'_> {
    /// Processes one item; failures are part of the result.
    pub(crate) fn work(&self, engine: &mut Engine, item: Item) -> Done {
        match item {
            Item::Failed(path, problem) => Done::Failed(path, problem),
            Item::Bytes(path, stamp, bytes) => self.guarded(path, stamp, &bytes, engine),
            Item::Container(path, stamp, digest, problem) => {
                let mut arrived = empty(path, stamp, digest);
                arrived.problems.extend(problem);
                Done::File(Box::new(arrived), 0)
            }
            Item::File(path, stamp) => {
                let name = self.names.of(&path);
                match read(&path, stamp, self.largest, self.hints) {
                    Ok(bytes) => self.guarded(name, stamp, &bytes, engine),
                    Err(problem) => Done::Failed(name, problem),
                }
            }
        }
    }

    fn guarded(&self, path: String, stamp: Stamp, bytes: &[u8], engine: &mut Engine) -> Done {
        let name = path.clone();
        let work = |engine: &mut _| Ok(self.arrive(path, stamp, bytes, engine));
        let done = engine.run_guarded(self.fresh, &name, work);
        done.unwrap_or_else(|error| Done::Failed(name, told(&error)))
    }

    fn arrive(&self, path: String, stamp: Stamp, bytes: &[u8], engine: &mut Engine) -> Done {
        let digest = *blake3::hash(bytes).as_bytes();
        let mut arrived = empty(path, stamp, digest);
        if (self.known)(&digest) {
            return Done::File(Box::new(arrived), 0);
        }
        let mut words = 0;
        match self.layers.text(&arrived.path, bytes) {
            Ok(layer) => {
                let source = layer.as_ref().map_or(bytes, |text| text.as_bytes());
                let lists = Lists::KnowledgeBaseOnly;
                match engine.identify(source, &arrived.path, lists) {
                    Ok((documents, problems)) => {
                        arrived.problems.extend(problems.into_iter().map(problem));
                        for identified in documents {
                            let annotated = identified.annotated;
                            words += annotated.words.count();
                            let links =
                                links_to_store(&annotated.entities, annotated.mentions.len());
                            arrived.documents.push(Packed::new(&annotated, links));
                        }
                        arrived.bytes = self.keep.then(|| Bytes::new(bytes));
                        arrived.layer = layer.map(|text| Layer::new(text.as_bytes()));
                    }
                    Err(found) => arrived.problems.push(problem(found)),
                }
            }
            Err(what) => arrived.problems.push(Problem { at: None, what }),
        }
        Done::File(Box::new(arrived), words)
    }
}

fn empty(path: String, stamp: Stamp, digest: [u8; 32]) -> Arrived {
    let (documents, problems) = (Vec::new(), Vec::new());
    Arrived { path, stamp, digest, bytes: None, layer: None, documents, problems }
}

fn problem(found: chancery_engine::Problem) -> Problem {
    Problem { at: Some(found.at), what: found.what }
}

/// An error in the form that an archive stores: without the path.
pub(crate) fn told(error: &InputError) -> Problem {
    Problem { at: error.at, what: error.message() }
}

/// The problem of a file that changed while it was read.
pub(crate) const CHANGED: &str = "changed while it was read (add it again later)";

/// The size and modification time of a file.
pub(crate) fn stamp(facts: &fs::Metadata) -> Stamp {
    let modified = facts.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified = modified.map_or(0, |time| time.as_nanos() as i64);
    Stamp { size: facts.len(), modified }
}

/// Reads a file, if it has not changed since the run started.
pub(crate) fn read(
    path: &Path,
    before: Stamp,
    largest: u64,
    hints: Hints,
) -> Result<Vec<u8>, Problem> {
    let problem = |what: String| Problem { at: None, what };
    let failed = |error: std::io::Error| told(&InputError::from_io(String::new(), &error));
    if before.size > largest {
        let what = format!(
            "larger than {} MB and not read (split it, or {})",
            largest >> 20,
            hints.raise_limit
        );
        return Err(problem(what));
    }
    let mut file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::with_capacity(before.size as usize);
    // A file that grows while it is read must not fill the memory.
    (&mut file).take(largest + 1).read_to_end(&mut bytes).map_err(failed)?;
    let after = stamp(&file.metadata().map_err(failed)?);
    if after != before || bytes.len() as u64 != before.size {
        return Err(problem(CHANGED.into()));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HINTS: Hints = Hints { raise_limit: "raise the limit", retry: "try again" };

    #[test]
    fn files_that_change_or_are_too_large_are_not_read() {
        let path = std::env::temp_dir().join(format!("chancery-work-{}", std::process::id()));
        fs::write(&path, "as it was").expect("a file");
        let before = stamp(&fs::metadata(&path).expect("a file"));
        assert_eq!(read(&path, before, 100, HINTS).expect("readable"), b"as it was");
        let what = |stamp, largest| read(&path, stamp, largest, HINTS).expect_err("a problem").what;
        let larger = "larger than 0 MB and not read (split it, or raise the limit)";
        assert_eq!(what(before, 5), larger);
        let touched = Stamp { modified: before.modified - 1, ..before };
        assert_eq!(what(touched, 100), CHANGED);
        fs::write(&path, "as it was, and more").expect("a file");
        assert_eq!(what(before, 100), CHANGED);
        fs::remove_file(&path).expect("removed");
        assert_eq!(what(before, 100), "no such file (check the path)");
    }
}
