//! Opens files: finds the documents in them, in whatever form they come.
//!
//! A file may be a document, a container of files, or a table of documents. An
//! [`Opener`] visits each document in it. Each has a path: `a.zip!/b.txt` is a
//! member, `cables.csv!/12` a row. [`Opener::extract_text`] then gives the text of a
//! member that is no text. Command line, archive and Python all open files here, so
//! they find the same documents.
//!
//! Nothing is left out in silence: what cannot be read is an
//! [`Opened::Problem`] that says what it is and what helps.

mod forms;
mod members;
mod process;
mod text_extractor;

use std::path::{Path, PathBuf};

use chancery_model::Envelope;
pub use chancery_unpack::NamedColumns;
use chancery_unpack::email_envelope;

use crate::InputError;
use crate::inputs::Input;

pub use forms::{DocumentForm, FormCounts};
use text_extractor::TextExtractor;

/// Remedies that depend on the calling program: how its user sets an option.
#[derive(Clone, Copy, Debug)]
pub struct Remedies {
    /// How to allow larger files.
    pub raise_limit: &'static str,
    /// How to read files with problems again.
    pub retry: &'static str,
    /// How to say which columns of a table are what.
    pub name_columns: &'static str,
}

/// How files are opened.
#[derive(Clone, Debug)]
pub struct OpeningSettings {
    /// Maximum size of a member of a container or a row of a table, in bytes.
    pub largest: u64,
    /// Columns of tables that the user names.
    pub named_columns: NamedColumns,
    /// The command that prints the text of the PDF on its standard input, for
    /// machines without poppler. It is a process because a process can be
    /// stopped.
    pub pdf_reader: Option<(PathBuf, &'static str)>,
    /// How to fix a problem, phrased for the user of the program.
    pub remedies: Remedies,
}

/// A file or a document inside of an opened file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedMember {
    /// Its path: that of the container, "!/", and its name.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// What surrounds its text and states fields of its header.
    pub envelopes: Vec<Envelope>,
    /// What it is in its container.
    pub form: DocumentForm,
}

/// A file or a document and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedText {
    /// The file.
    pub member: OpenedMember,
    /// Its text, if it is no plain text.
    pub text: Option<String>,
}

impl OpenedText {
    /// The bytes of the text.
    pub fn text_bytes(&self) -> &[u8] {
        self.text.as_deref().map_or(&*self.member.bytes, str::as_bytes)
    }
}

/// What is in an opened file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The file itself is a document, and is still to be read.
    Itself,
    /// A file or a document inside of it.
    Member(OpenedMember),
    /// A part that cannot be read.
    Problem {
        /// Its path.
        path: String,
        /// What is wrong, and what helps.
        message: String,
    },
}

/// Called with what is in a file; returns false to stop.
pub type OpenedVisitor<'a> = &'a mut dyn FnMut(Opened) -> bool;

/// Opens files, with the programs that this machine has.
pub struct Opener {
    settings: OpeningSettings,
    extractor: TextExtractor,
}

impl Opener {
    /// Checks which programs are installed.
    pub fn new(settings: OpeningSettings) -> Self {
        let pdf_reader = settings.pdf_reader.clone();
        let extractor = TextExtractor::new(settings.largest, pdf_reader, settings.remedies);
        Self { settings, extractor }
    }

    /// The text of a file that is no plain text: of an office file, a letter, a PDF
    /// or an image. `None` if the file is plain text.
    ///
    /// # Errors
    /// The reason why there is no text, and the remedy.
    pub fn extract_text(&self, member: &OpenedMember) -> Result<Option<String>, String> {
        self.extractor.extract_text(member)
    }

    /// Visits what is in a file on disk. `name` is its path as the user knows it.
    /// Returns false if `visit` stopped. A panic in an unpacker is a problem of the
    /// file.
    pub fn visit_file(&self, path: &Path, name: &str, visit: OpenedVisitor<'_>) -> bool {
        members::visit_file(&self.settings, path, name, visit)
    }

    /// Visits what is in a file in memory; the file itself is a member if it is a
    /// document. Returns false if `visit` stopped.
    pub fn visit_bytes(&self, name: &str, bytes: Vec<u8>, visit: OpenedVisitor<'_>) -> bool {
        members::visit_bytes(&self.settings, name, bytes, visit)
    }

    /// Visits the documents of an input with their texts: the file itself, or what
    /// is in it. `read` reads the bytes of the whole input.
    ///
    /// # Errors
    /// If the input cannot be read. Parts that cannot be read are given to `visit`.
    pub fn visit_documents(
        &self,
        input: &Input,
        read: impl Fn(&Input) -> Result<Vec<u8>, InputError>,
        visit: &mut dyn FnMut(Result<OpenedText, InputError>),
    ) -> Result<(), InputError> {
        let name = input.to_string();
        let mut failed = None;
        let problem = |input, what| Err(InputError { input, at: None, what, remedy: None });
        let with_text = |member: OpenedMember| match self.extract_text(&member) {
            Ok(text) => Ok(OpenedText { member, text }),
            Err(message) => problem(member.path, message),
        };
        let mut give = |opened| {
            match opened {
                Opened::Member(member) => visit(with_text(member)),
                Opened::Problem { path, message } => visit(problem(path, message)),
                Opened::Itself => match read(input) {
                    Ok(bytes) => visit(with_text(OpenedMember::whole(name.clone(), bytes))),
                    Err(error) => failed = Some(error),
                },
            }
            true
        };
        match input {
            Input::Stdin => {
                self.visit_bytes(&name, read(input)?, &mut give);
            }
            Input::File(path) => {
                self.visit_file(path, &name, &mut give);
            }
        }
        failed.map_or(Ok(()), Err)
    }
}

impl OpenedMember {
    /// A file that is a document.
    pub fn whole(path: String, bytes: Vec<u8>) -> Self {
        let form = forms::form_of_file(&bytes, &path);
        let envelopes = match form {
            DocumentForm::Letter => email_envelope(&bytes).into_iter().collect(),
            _ => Vec::new(),
        };
        Self { path, bytes, envelopes, form }
    }
}
