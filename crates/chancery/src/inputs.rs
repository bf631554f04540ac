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

use anyhow::Context;
use clap::Args;
use serde_json::Value;
use walkdir::{DirEntry, WalkDir};

use crate::report::Failure;

/// Offsets are 32 bits wide.
const LARGEST: u64 = u32::MAX as u64;

/// How large a file may be. Reading one and marking its names takes some ten
/// times its size in memory.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Limit {
    /// Refuse larger files (what a container holds counts each by itself)
    #[arg(long, value_name = "MB", default_value_t = 16,
        value_parser = clap::value_parser!(u16).range(1..=4000))]
    largest: u16,
}

impl Limit {
    /// In bytes.
    pub(crate) fn bytes(self) -> u64 {
        u64::from(self.largest) << 20
    }
}

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
        let too_large = || self.too_large("is larger than 4 GiB".into(), "split it");
        self.read_up_to(LARGEST)?.ok_or_else(too_large)
    }

    /// All its bytes.
    ///
    /// # Errors
    /// When it cannot be opened or read, or is larger than `limit` allows.
    pub(crate) fn read_within(&self, limit: Limit) -> Result<Vec<u8>, Failure> {
        let what = || format!("is larger than {} MB", limit.largest);
        let too_large = || self.too_large(what(), "split it, or raise --largest");
        self.read_up_to(limit.bytes())?.ok_or_else(too_large)
    }

    /// All its bytes, if they are no more than `largest`.
    fn read_up_to(&self, largest: u64) -> Result<Option<Vec<u8>>, Failure> {
        let raw = match self {
            Self::Stdin => read_stdin(largest),
            Self::File(_) if self.size() > largest => return Ok(None),
            Self::File(path) => fs::File::open(path).and_then(|file| read_most(file, largest)),
        };
        let raw = raw.map_err(|error| Failure::from_io(self.to_string(), &error))?;
        Ok((raw.len() as u64 <= largest).then_some(raw))
    }

    /// Its number of bytes as far as known: 0 for standard input.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Stdin => 0,
            Self::File(path) => fs::metadata(path).map_or(0, |facts| facts.len()),
        }
    }

    fn too_large(&self, what: String, remedy: &'static str) -> Failure {
        Failure { input: self.to_string(), at: None, what, remedy: Some(remedy) }
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

/// The objects of a file of JSON lines; blank lines are passed over.
///
/// # Errors
/// When it cannot be read, or a line is no JSON.
pub(crate) fn json_lines(path: &Path) -> anyhow::Result<Vec<Value>> {
    let text = read_text(path)?;
    let parse = |(number, line): (usize, &str)| {
        serde_json::from_str(line)
            .with_context(|| format!("{}, line {}", path.display(), number + 1))
    };
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(parse).collect()
}

/// Everything on standard input, up to the first byte that is too much. A
/// person who gave no file is told what the program waits for.
fn read_stdin(largest: u64) -> io::Result<Vec<u8>> {
    if io::stdin().is_terminal() {
        eprintln!("chancery: reading from the keyboard: end with Ctrl-D, or see --help");
    }
    read_most(io::stdin().lock(), largest)
}

/// The bytes of `from`, but one more than `largest` at most: what it said of
/// its size need not be so.
fn read_most(from: impl Read, largest: u64) -> io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    from.take(largest.saturating_add(1)).read_to_end(&mut raw)?;
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
