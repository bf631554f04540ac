//! The files that a run reads: files, folders, standard input.
//!
//! A folder means all files below it, sorted by name, so that a run gives
//! the same output on every machine. Hidden files (whose names begin with a
//! dot) are left out, as `ls` does; a file that the user names is always read. The
//! folders of a mailbox (Maildir) are hidden, and are read. A link that leads out of a
//! folder is not followed: a folder from elsewhere must not bring in files of this
//! machine.

use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use chancery_model::path_to_text;
use walkdir::{DirEntry, WalkDir};

use crate::InputError;

/// Offsets are 32 bits wide.
const MAX_INPUT_BYTES: u64 = u32::MAX as u64;

/// One thing to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Standard input, written "-".
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Input {
    /// Interprets a path on the command line.
    pub fn from_argument(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::Stdin } else { Self::File(path) }
    }

    /// Reads all bytes.
    ///
    /// # Errors
    /// If it cannot be opened or read, or is too large for 32-bit offsets.
    pub fn read_bytes(&self) -> Result<Vec<u8>, InputError> {
        let too_large = || self.too_large_error("is larger than 4 GiB".into(), "split it");
        self.read_bytes_up_to(MAX_INPUT_BYTES)?.ok_or_else(too_large)
    }

    /// Reads all bytes; returns `None` if there are more than `largest`.
    ///
    /// # Errors
    /// If it cannot be opened or read.
    pub fn read_bytes_up_to(&self, largest: u64) -> Result<Option<Vec<u8>>, InputError> {
        let raw = match self {
            Self::Stdin => read_at_most(io::stdin().lock(), largest),
            Self::File(_) if self.size_in_bytes() > largest => return Ok(None),
            Self::File(path) => fs::File::open(path).and_then(|file| read_at_most(file, largest)),
        };
        let raw = raw.map_err(|error| InputError::from_io(self.to_string(), &error))?;
        Ok((raw.len() as u64 <= largest).then_some(raw))
    }

    /// The size in bytes; 0 for standard input.
    pub fn size_in_bytes(&self) -> u64 {
        match self {
            Self::Stdin => 0,
            Self::File(path) => fs::metadata(path).map_or(0, |metadata| metadata.len()),
        }
    }

    fn too_large_error(&self, what: String, remedy: &'static str) -> InputError {
        InputError { input: self.to_string(), at: None, what, remedy: Some(remedy) }
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("-"),
            Self::File(path) => f.write_str(&path_to_text(path)),
        }
    }
}

/// Reads a text file that must be UTF-8: a list, a table, a log.
///
/// # Errors
/// If it cannot be read or is not valid UTF-8.
pub fn read_utf8_file(path: &Path) -> Result<String, InputError> {
    let raw = Input::from_argument(path.to_owned()).read_bytes()?;
    String::from_utf8(raw).map_err(|error| InputError {
        input: path.display().to_string(),
        at: Some(error.utf8_error().valid_up_to() as u64),
        what: "not valid UTF-8".into(),
        remedy: Some("save the file as text in UTF-8"),
    })
}

fn read_at_most(from: impl Read, largest: u64) -> io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    from.take(largest.saturating_add(1)).read_to_end(&mut raw)?;
    Ok(raw)
}

/// Expands `paths` into inputs, in order: a folder becomes the files under it.
/// An entry that cannot be read becomes an error at its position.
pub fn collect_inputs(paths: &[PathBuf]) -> Vec<Result<Input, InputError>> {
    collect_and_count(paths).0
}

/// Expands `paths` as [`collect_inputs`], and counts the hidden files and folders that are
/// left out.
pub fn collect_and_count(paths: &[PathBuf]) -> (Vec<Result<Input, InputError>>, u64) {
    let mut inputs = Vec::new();
    let mut hidden = 0;
    for path in paths {
        if path.is_dir() {
            let walked = walk(path);
            inputs.extend(walked.0);
            hidden += walked.1;
        } else {
            inputs.push(Ok(Input::from_argument(path.clone())));
        }
    }
    (inputs, hidden)
}

/// Walks over the files under `folder`.
pub fn walk_folder(folder: &Path) -> impl Iterator<Item = Result<Input, InputError>> {
    walk(folder).0.into_iter()
}

/// Returns the files under `folder`, and the number of hidden ones. Links that lead out of
/// the folder are errors at the end.
fn walk(folder: &Path) -> (Vec<Result<Input, InputError>>, u64) {
    let (mut hidden, mut outside) = (0, Vec::new());
    let top = fs::canonicalize(folder);
    let entries = WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter();
    let entries = entries.filter_entry(|entry| {
        if entry.depth() > 0 && is_hidden(entry) && !is_mail_folder(entry) {
            hidden += 1;
            return false;
        }
        let leads_out = entry.depth() > 0 && entry.path_is_symlink() && leads_out_of(&top, entry);
        if leads_out {
            outside.push(link_outside(path_to_text(entry.path())));
        }
        !leads_out
    });
    let mut inputs: Vec<_> = entries
        .filter_map(|entry| match entry {
            Ok(entry) if entry.file_type().is_dir() => None,
            Ok(entry) if entry.file_type().is_file() => Some(Ok(Input::File(entry.into_path()))),
            Ok(entry) => Some(Err(special_file(path_to_text(entry.path())))),
            Err(error) => {
                let path = path_to_text(error.path().unwrap_or(Path::new("")));
                Some(Err(match error.into_io_error() {
                    Some(error) => InputError::from_io(path, &error),
                    None => InputError {
                        input: path,
                        at: None,
                        what: "is a link to a folder above it".into(),
                        remedy: Some("it was left out"),
                    },
                }))
            }
        })
        .collect();
    inputs.extend(outside.into_iter().map(Err));
    (inputs, hidden)
}

/// Whether a link leads to a place that is not below a folder.
fn leads_out_of(folder: &io::Result<PathBuf>, link: &DirEntry) -> bool {
    match (folder, fs::canonicalize(link.path())) {
        (Ok(folder), Ok(target)) => !target.starts_with(folder),
        _ => true,
    }
}

/// The error of a link that leads out of its folder.
fn link_outside(input: String) -> InputError {
    let what = "is a link to a place outside of the folder, and was not followed".to_owned();
    InputError { input, at: None, what, remedy: Some("name it on the command line to read it") }
}

/// The error of a file that has no content of its own. Reading a pipe would wait for a
/// writer.
pub fn special_file(input: String) -> InputError {
    let what = "is a pipe, a socket or a device, and was not read".to_owned();
    InputError { input, at: None, what, remedy: Some("add the file that was meant") }
}

/// Whether a hidden folder is a folder of a mailbox (Maildir): ".Sent" with "cur" in it.
fn is_mail_folder(entry: &DirEntry) -> bool {
    entry.file_type().is_dir() && entry.path().join("cur").is_dir()
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}
