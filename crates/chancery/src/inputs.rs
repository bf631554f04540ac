//! What a command is told to read: files, folders, standard input.
//!
//! A folder stands for every file under it, in the order of their names, so
//! that a run over an archive is the same run on every machine. Files whose
//! names begin with a dot are left out, as `ls` leaves them out; a file that
//! is named itself is always read.

use std::fmt;
use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::report::Failure;

/// Offsets are 32 bits wide.
const LARGEST: u64 = u32::MAX as u64;

/// One thing to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// Standard input, written "-".
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Input {
    /// What a path on the command line means.
    pub(crate) fn new(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::Stdin } else { Self::File(path) }
    }

    /// All its bytes.
    ///
    /// # Errors
    /// When it cannot be opened or read, or is too large for our offsets.
    pub(crate) fn read(&self) -> Result<Vec<u8>, Failure> {
        let raw = match self {
            Self::Stdin => read_stdin(),
            Self::File(path) if self.size() > LARGEST => return Err(self.too_large(path)),
            Self::File(path) => fs::read(path),
        };
        match raw {
            Ok(raw) if raw.len() as u64 > LARGEST => Err(self.too_large(Path::new("-"))),
            raw => raw.map_err(|error| Failure::from_io(self.to_string(), &error)),
        }
    }

    /// Its number of bytes as far as known: 0 for standard input.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Stdin => 0,
            Self::File(path) => fs::metadata(path).map_or(0, |facts| facts.len()),
        }
    }

    fn too_large(&self, path: &Path) -> Failure {
        Failure {
            input: path.display().to_string(),
            at: None,
            what: "is larger than 4 GiB".into(),
            remedy: Some("split it and read the parts"),
        }
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("-"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// The text of a file that must be UTF-8: a list, a table, a log.
///
/// # Errors
/// When it cannot be read, or is something else.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let raw = Input::new(path.to_owned()).read()?;
    String::from_utf8(raw).map_err(|error| Failure {
        input: path.display().to_string(),
        at: Some(error.utf8_error().valid_up_to() as u64),
        what: "this is no UTF-8".into(),
        remedy: Some("save the file as text in UTF-8"),
    })
}

/// Everything on standard input, up to the first byte that is too much. A
/// person who gave no file is told what the program waits for.
fn read_stdin() -> io::Result<Vec<u8>> {
    if io::stdin().is_terminal() {
        eprintln!("chancery: reading from the keyboard: end with Ctrl-D, or see --help");
    }
    let mut raw = Vec::new();
    io::stdin().lock().take(LARGEST + 1).read_to_end(&mut raw)?;
    Ok(raw)
}

/// The inputs behind `paths`, in order: folders are replaced by the files
/// under them. What cannot be walked stands in its place as a failure.
pub(crate) fn collect(paths: &[PathBuf]) -> Vec<Result<Input, Failure>> {
    let mut inputs = Vec::new();
    for path in paths {
        if path.is_dir() {
            inputs.extend(walk(path));
        } else {
            inputs.push(Ok(Input::new(path.clone())));
        }
    }
    inputs
}

/// The files under `folder`.
pub(crate) fn walk(folder: &Path) -> impl Iterator<Item = Result<Input, Failure>> {
    WalkDir::new(folder)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !hidden(entry))
        .filter_map(move |entry| match entry {
            Ok(entry) => entry.file_type().is_file().then(|| Ok(Input::File(entry.into_path()))),
            Err(error) => {
                let path = error.path().unwrap_or(Path::new("")).display().to_string();
                Some(Err(match error.into_io_error() {
                    Some(error) => Failure::from_io(path, &error),
                    None => Failure {
                        input: path,
                        at: None,
                        what: "is a link to a folder above it".into(),
                        remedy: Some("it was left out"),
                    },
                }))
            }
        })
}

fn hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}
