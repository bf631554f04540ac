//! What a worker does with one file: read, find its text, take apart, mark,
//! pack.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use chancery_store::{Arrived, Bytes, Layer, Packed, Problem, Stamp};

use super::layers::Layers;
use super::names::Names;
use crate::identify;
use crate::pipeline::{self, Engines};
use crate::report::Failure;

/// Something to read.
pub(super) enum Item {
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
pub(super) enum Done {
    /// It was read.
    File(Box<Arrived>, u64),
    /// It was not.
    Failed(String, Problem),
}

/// How files are read.
pub(super) struct Reading<'a> {
    /// Digests of the files that need not be taken apart again.
    pub(super) known: &'a (dyn Fn(&[u8; 32]) -> bool + Sync),
    /// Whether bytes are kept.
    pub(super) keep: bool,
    /// Larger files are refused.
    pub(super) largest: u64,
    /// How the text of office files is found.
    pub(super) layers: &'a Layers,
    /// What files are called.
    pub(super) names: &'a Names,
    /// Engines without a memory.
    pub(super) fresh: &'a Engines,
}

impl Reading<'_> {
    /// Reads one item; whatever fails is told in the result.
    pub(super) fn work(&self, engines: &mut Engines, item: Item) -> Done {
        match item {
            Item::Failed(path, problem) => Done::Failed(path, problem),
            Item::Bytes(path, stamp, bytes) => self.guarded(path, stamp, &bytes, engines),
            Item::Container(path, stamp, digest, problem) => {
                let mut arrived = empty(path, stamp, digest);
                arrived.problems.extend(problem);
                Done::File(Box::new(arrived), 0)
            }
            Item::File(path, stamp) => {
                let name = self.names.of(&path);
                match read(&path, stamp, self.largest) {
                    Ok(bytes) => self.guarded(name, stamp, &bytes, engines),
                    Err(problem) => Done::Failed(name, problem),
                }
            }
        }
    }

    fn guarded(&self, path: String, stamp: Stamp, bytes: &[u8], engines: &mut Engines) -> Done {
        let name = path.clone();
        let work = |engines: &mut _| Ok(self.arrive(path, stamp, bytes, engines));
        let done = engines.guarded(self.fresh, &name, work);
        done.unwrap_or_else(|failure| Done::Failed(name, told(&failure)))
    }

    fn arrive(&self, path: String, stamp: Stamp, bytes: &[u8], engines: &mut Engines) -> Done {
        let digest = *blake3::hash(bytes).as_bytes();
        let mut arrived = empty(path, stamp, digest);
        if (self.known)(&digest) {
            return Done::File(Box::new(arrived), 0);
        }
        let mut words = 0;
        match self.layers.text(&arrived.path, bytes) {
            Ok(layer) => {
                let source = layer.as_ref().map_or(bytes, |text| text.as_bytes());
                match pipeline::annotate(source, &mut engines.tagger) {
                    Ok((documents, problems)) => {
                        arrived.problems.extend(problems.into_iter().map(problem));
                        for annotated in documents {
                            words += annotated.words.count();
                            let links = identify::links(&annotated, &mut engines.resolver);
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

fn problem(found: chancery_parse::Problem) -> Problem {
    Problem { at: Some(found.at), what: found.what }
}

/// A failure as an archive keeps it: beside the path that it concerns.
pub(super) fn told(failure: &Failure) -> Problem {
    Problem { at: failure.at, what: failure.told() }
}

/// What is said of a file that did not lie still.
pub(super) const CHANGED: &str = "changed while it was read (add it again when it is at rest)";

/// What tells whether a file changed.
pub(super) fn stamp(facts: &fs::Metadata) -> Stamp {
    let modified = facts.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified = modified.map_or(0, |time| time.as_nanos() as i64);
    Stamp { size: facts.len(), modified }
}

/// All bytes of a file that is still what it was when the run began.
pub(super) fn read(path: &Path, before: Stamp, largest: u64) -> Result<Vec<u8>, Problem> {
    let problem = |what: String| Problem { at: None, what };
    let failed = |error: std::io::Error| told(&Failure::from_io(String::new(), &error));
    if before.size > largest {
        let what = format!(
            "larger than {} MB and not read (split it, or raise --largest of `chancery add`)",
            largest >> 20
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

    #[test]
    fn files_that_change_or_are_too_large_are_not_read() {
        let path = std::env::temp_dir().join(format!("chancery-work-{}", std::process::id()));
        fs::write(&path, "as it was").expect("a file");
        let before = stamp(&fs::metadata(&path).expect("a file"));
        assert_eq!(read(&path, before, 100).expect("readable"), b"as it was");
        let what = |stamp, largest| read(&path, stamp, largest).expect_err("a problem").what;
        let larger =
            "larger than 0 MB and not read (split it, or raise --largest of `chancery add`)";
        assert_eq!(what(before, 5), larger);
        let touched = Stamp { modified: before.modified - 1, ..before };
        assert_eq!(what(touched, 100), CHANGED);
        fs::write(&path, "as it was, and more").expect("a file");
        assert_eq!(what(before, 100), CHANGED);
        fs::remove_file(&path).expect("removed");
        assert_eq!(what(before, 100), "there is no such file (check the path)");
    }
}
