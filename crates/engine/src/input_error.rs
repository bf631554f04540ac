//! An input that cannot be read, or an output that cannot be written.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;

use chancery_parse::ParseProblem;

/// An input that could not be read completely: which, where, why, and the
/// remedy. Also a file or folder that could not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputError {
    /// The name of the file, as the user typed it.
    pub input: String,
    /// The byte at which reading stopped.
    pub at: Option<u64>,
    /// What is wrong.
    pub what: String,
    /// What the user can do.
    pub remedy: Option<&'static str>,
}

impl InputError {
    /// The system could not read a file or pipe.
    pub fn from_io(input: String, error: &io::Error) -> Self {
        let (what, remedy) = match error.kind() {
            io::ErrorKind::NotFound => ("no such file", Some("check the path")),
            io::ErrorKind::PermissionDenied => {
                ("permission denied", Some("check the permissions of the file"))
            }
            io::ErrorKind::IsADirectory => ("is a folder", Some("name a file in it")),
            _ => (&*format!("cannot be read: {error}"), None),
        };
        Self { input, at: None, what: what.to_owned(), remedy }
    }

    /// The system could not write a file or folder.
    pub fn from_write(path: &Path, error: &io::Error) -> Self {
        use io::ErrorKind::{
            AlreadyExists, IsADirectory, NotADirectory, NotFound, PermissionDenied,
            ReadOnlyFilesystem, StorageFull,
        };
        let (what, remedy) = match error.kind() {
            NotFound => ("cannot be written: its folder does not exist", Some("create it first")),
            PermissionDenied | ReadOnlyFilesystem => (
                "cannot be written: permission denied",
                Some("check the permissions of its folder"),
            ),
            IsADirectory => ("cannot be written: it is a folder", Some("name a file in it")),
            AlreadyExists | NotADirectory => {
                ("cannot be written: a folder of its path is a file", Some("name another"))
            }
            StorageFull => {
                ("cannot be written: the disk is full", Some("free some space and run it again"))
            }
            _ => (&*format!("cannot be written: {error}"), None),
        };
        Self { input: path.display().to_string(), at: None, what: what.to_owned(), remedy }
    }

    /// The program panicked on the input.
    pub fn from_panic(input: String) -> Self {
        let remedy = Some("please report it, with the file if possible");
        Self { input, at: None, what: "a fault in the program".into(), remedy }
    }

    /// A problem that the parser found in the input.
    pub fn from_problem(input: String, ParseProblem { offset, fault }: ParseProblem) -> Self {
        Self { input, at: Some(offset), what: fault.to_string(), remedy: fault.hint() }
    }

    /// The fault and its remedy, without the name of the input.
    pub fn message(&self) -> String {
        let remedy = self.remedy.map(|remedy| format!(" ({remedy})")).unwrap_or_default();
        self.what.clone() + &remedy
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.input)?;
        if let Some(at) = self.at {
            write!(f, "byte {at}: ")?;
        }
        f.write_str(&self.message())
    }
}

impl Error for InputError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_file_offset_and_remedy() {
        let missing = io::Error::from(io::ErrorKind::NotFound);
        assert_eq!(
            InputError::from_io("a.txt".into(), &missing).to_string(),
            "a.txt: no such file (check the path)"
        );
        let unwritten = InputError::from_write("x/a".as_ref(), &missing).to_string();
        let expected = "x/a: cannot be written: its folder does not exist (create it first)";
        assert_eq!(unwritten, expected);
        let error =
            InputError { input: "b".into(), at: Some(7), what: "no text".into(), remedy: None };
        assert_eq!(error.to_string(), "b: byte 7: no text");
    }
}
