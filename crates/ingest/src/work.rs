//! What a worker does with one file: read, find its text, take apart, mark,
//! pack.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use chancery_engine::{Engine, InputError, Lists};
use chancery_store::{Arrived, Bytes, Layer, Packed, Problem, Stamp, links_to_store};

use crate::Hints;
use crate::layers::Layers;
use crate::names::Names;

/// Something to read.
pub(crate) enum Item {
    /// A file of the disk.
    File(PathBuf, Stamp),
    /// A file whose bytes are at hand: one in a container, or a letter.
    Bytes(String, Stamp, Vec<u8>),
    /// A container, all of whose members were sent before.
    Container(String, Stamp, [u8; 32], Option<Problem>),
    /// What could not even be named.
    Failed(String, Problem),
}

/// What became of it.
pub(crate) enum Done {
    /// It was read.
    File(Box<Arrived>, u64),
    /// It was not.
    Failed(String, Problem),
}

/// How files are read.
pub(crate) struct Reading<'a> {
    /// Digests of the files that need not be taken apart again.
    pub(crate) known: &'a (dyn Fn(&[u8; 32]) -> bool + Sync),
    /// Whether bytes are kept.
    pub(crate) keep: bool,
    /// Larger files are refused.
    pub(crate) largest: u64,
    /// How the text of office files is found.
    pub(crate) layers: &'a Layers,
    /// What files are called.
    pub(crate) names: &'a Names,
    /// Engine without a memory.
    pub(crate) fresh: &'a Engine,
    /// What helps, in the words of the program.
    pub(crate) hints: Hints,
}

impl Reading<'_> {
    /// Reads one item; whatever fails is told in the result.
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

/// A error as an archive keeps it: beside the path that it concerns.
pub(crate) fn told(error: &InputError) -> Problem {
    Problem { at: error.at, what: error.message() }
}

/// What is said of a file that did not lie still.
pub(crate) const CHANGED: &str = "changed while it was read (add it again when it is at rest)";

/// What tells whether a file changed.
pub(crate) fn stamp(facts: &fs::Metadata) -> Stamp {
    let modified = facts.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified = modified.map_or(0, |time| time.as_nanos() as i64);
    Stamp { size: facts.len(), modified }
}

/// All bytes of a file that is still what it was when the run began.
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
