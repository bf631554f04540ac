//! What is said on standard error: what failed and why, and how much was done.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;
use std::time::Duration;

use chancery_model::Annotated;
use chancery_parse::Problem;

/// An input that could not be read, whole or in part: which, where, why and
/// what helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Its name.
    pub(crate) input: String,
    /// The byte at which reading stopped.
    pub(crate) at: Option<u64>,
    /// What is wrong.
    pub(crate) what: String,
    /// What the user can do.
    pub(crate) remedy: Option<&'static str>,
}

impl Failure {
    /// A file or pipe that the system would not read.
    pub(crate) fn from_io(input: String, error: &io::Error) -> Self {
        let (what, remedy) = match error.kind() {
            io::ErrorKind::NotFound => ("there is no such file", "check the path"),
            io::ErrorKind::PermissionDenied => ("may not be read", "check its permissions"),
            io::ErrorKind::IsADirectory => ("is a folder", "name a file in it"),
            _ => {
                return Self {
                    input,
                    at: None,
                    what: format!("cannot be read: {error}"),
                    remedy: None,
                };
            }
        };
        Self { input, at: None, what: what.into(), remedy: Some(remedy) }
    }

    /// A file or folder that the system would not write.
    pub(crate) fn unwritten(path: &Path, error: &io::Error) -> Self {
        use io::ErrorKind::{
            AlreadyExists, IsADirectory, NotADirectory, NotFound, PermissionDenied,
            ReadOnlyFilesystem, StorageFull,
        };
        let (what, remedy) = match error.kind() {
            NotFound => ("cannot be written: its folder does not exist", Some("make it first")),
            PermissionDenied | ReadOnlyFilesystem => {
                ("may not be written", Some("check the permissions of its folder"))
            }
            IsADirectory => ("cannot be written: it is a folder", Some("name a file in it")),
            AlreadyExists | NotADirectory => {
                ("cannot be written: a file is where a folder must be", Some("name another"))
            }
            StorageFull => {
                ("cannot be written: the disk is full", Some("run it again when there is room"))
            }
            _ => (&*format!("cannot be written: {error}"), None),
        };
        Self { input: path.display().to_string(), at: None, what: what.to_owned(), remedy }
    }

    /// A file at which the program broke off.
    pub(crate) fn fault(input: String) -> Self {
        let remedy = Some("please report it, with the file if you may");
        Self { input, at: None, what: "a fault in the program".into(), remedy }
    }

    /// What the reader found wrong with a file, or with a part of it. It says
    /// itself what helps.
    pub(crate) fn from_problem(input: String, problem: Problem) -> Self {
        Self { input, at: Some(problem.at), what: problem.what, remedy: None }
    }

    /// What is wrong and what the user can do, without the place.
    pub(crate) fn told(&self) -> String {
        let remedy = self.remedy.map(|remedy| format!(" ({remedy})")).unwrap_or_default();
        self.what.clone() + &remedy
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.input)?;
        if let Some(at) = self.at {
            write!(f, "byte {at}: ")?;
        }
        f.write_str(&self.told())
    }
}

impl Error for Failure {}

/// How much was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Inputs that were read.
    pub(crate) files: u64,
    /// Inputs that were not.
    pub(crate) failed: u64,
    /// Documents in them.
    pub(crate) documents: u64,
    /// Words and numbers in these.
    pub(crate) words: u64,
    /// Names in these.
    pub(crate) names: u64,
}

impl Tally {
    /// Counts a document.
    pub(crate) fn count(&mut self, annotated: &Annotated) {
        self.documents += 1;
        self.words += annotated.words.count();
        self.names += annotated.mentions.len() as u64;
    }

    /// Adds what another part of the run did.
    pub(crate) fn add(&mut self, other: Self) {
        self.files += other.files;
        self.failed += other.failed;
        self.documents += other.documents;
        self.words += other.words;
        self.names += other.names;
    }

    /// One line for the end of a run.
    pub(crate) fn summary(&self, took: Duration) -> String {
        let Self { files, failed, documents, words, names } = *self;
        let mut line = format!(
            "{}, {}, {}, {} in {:.1} s",
            counted(files, "file"),
            counted(documents, "document"),
            counted(words, "word"),
            counted(names, "name"),
            took.as_secs_f64(),
        );
        if failed > 0 {
            line += &format!("; {} could not be read", counted(failed, "file"));
        }
        line
    }
}

/// "1 file", "1,234 files".
pub(crate) fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// Digits in groups of three: "1,234,567".
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")];
        for (number, expected) in cases {
            assert_eq!(grouped(number), expected);
        }
    }

    #[test]
    fn failures_name_file_place_and_remedy() {
        let missing = io::Error::from(io::ErrorKind::NotFound);
        assert_eq!(
            Failure::from_io("a.txt".into(), &missing).to_string(),
            "a.txt: there is no such file (check the path)"
        );
        let unwritten = Failure::unwritten("x/a".as_ref(), &missing).to_string();
        assert_eq!(unwritten, "x/a: cannot be written: its folder does not exist (make it first)");
        let failure =
            Failure { input: "b".into(), at: Some(7), what: "no text".into(), remedy: None };
        assert_eq!(failure.to_string(), "b: byte 7: no text");
    }
}
