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
mod listing;
mod members;
mod parsing;
mod pdf;
mod process;
mod programs;
mod recognition;
pub mod side_table;
mod tesseract_lines;
mod text_extractor;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chancery_model::Envelope;
use chancery_unpack::email_envelope;
pub use chancery_unpack::{ExtractedText, NamedColumns};

use crate::InputError;
use crate::inputs::Input;

pub use forms::{DocumentForm, FormCounts};
use side_table::SideTables;
use text_extractor::TextExtractor;
pub use text_extractor::{FileText, NoTextError, ReadPage};

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
    /// The folder where recognised pages are kept until the run ends, so that a run that
    /// was interrupted goes on with the next page. It is created when it is needed.
    pub kept_pages: Option<PathBuf>,
    /// Whether a file without text is an empty document. Otherwise it is a problem.
    pub keep_empty: bool,
    /// How to fix a problem, phrased for the user of the program.
    pub remedies: Remedies,
}

/// A file or a document inside of an opened file.
#[derive(Clone, Debug)]
pub struct OpenedMember {
    /// Its path: that of the container, "!/", and its name.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// What surrounds its text and states fields of its header.
    pub envelopes: Vec<Envelope>,
    /// What it is in its container.
    pub form: DocumentForm,
    /// Side tables whose rows may describe its documents by their ids.
    pub side_tables: Option<Arc<SideTables>>,
}

/// A file or a document and its text.
#[derive(Clone, Debug)]
pub struct OpenedText {
    /// The file.
    pub member: OpenedMember,
    /// Its text, if it is no plain text in UTF-8 or Windows-1252.
    pub text: Option<ExtractedText>,
    /// What read each of its pages, if it is a PDF or an image.
    pub pages: Vec<ReadPage>,
    /// Whether a file without text is an empty document. Otherwise it is a problem.
    pub keep_empty: bool,
}

/// What is in an opened file.
#[derive(Clone, Debug)]
pub enum Opened {
    /// The file itself is a document.
    Itself {
        /// Its bytes, if they had to be read. Otherwise it is still to be read.
        bytes: Option<Vec<u8>>,
    },
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
    side_tables: Option<Arc<SideTables>>,
}

impl Opener {
    /// Checks which programs are installed.
    pub fn new(settings: OpeningSettings) -> Self {
        let extractor = TextExtractor::new(&settings);
        Self { settings, extractor, side_tables: None }
    }

    /// Uses the rows of side tables as envelopes of the documents that it opens.
    #[must_use]
    pub fn with_side_tables(self, tables: SideTables) -> Self {
        let side_tables = (!tables.is_empty()).then(|| Arc::new(tables));
        Self { side_tables, ..self }
    }

    /// The side tables that it uses.
    pub fn side_tables(&self) -> Option<&SideTables> {
        self.side_tables.as_deref()
    }

    /// The text of a file that is no plain text: of an office file, a letter, a PDF
    /// or an image.
    ///
    /// # Errors
    /// The reason why there is no text, and the remedy.
    pub fn extract_text(&self, member: &OpenedMember) -> Result<FileText, NoTextError> {
        self.extractor.extract_text(member)
    }

    /// Whether scans can be recognised.
    pub fn recognises_scans(&self) -> bool {
        self.extractor.recogniser.is_some()
    }

    /// Whether pages were left for another run, because recognising their file took too long.
    pub fn has_pages_left(&self) -> bool {
        self.extractor.has_pages_left()
    }

    /// The programs of others that gave texts so far, with their versions.
    pub fn used_programs(&self) -> Vec<String> {
        self.extractor.used_programs()
    }

    /// A file that is itself a document, with what surrounds it.
    pub fn whole_file(&self, path: String, bytes: Vec<u8>) -> OpenedMember {
        self.with_side_rows(OpenedMember::whole(path, bytes))
    }

    /// Visits what is in a file on disk. `name` is its path as the user knows it.
    /// Returns false if `visit` stopped. A panic in an unpacker is a problem of the
    /// file.
    pub fn visit_file(&self, path: &Path, name: &str, visit: OpenedVisitor<'_>) -> bool {
        members::visit_file(&self.settings, path, name, &mut |opened| {
            visit(self.surrounded(opened))
        })
    }

    /// Visits what is in a file in memory; the file itself is a member if it is a
    /// document. Returns false if `visit` stopped.
    pub fn visit_bytes(&self, name: &str, bytes: Vec<u8>, visit: OpenedVisitor<'_>) -> bool {
        members::visit_bytes(&self.settings, name, bytes, &mut |opened| {
            visit(self.surrounded(opened))
        })
    }

    /// Visits the documents of a file in memory with their texts, and the problems of
    /// the parts that cannot be read.
    pub fn visit_texts(
        &self,
        name: &str,
        bytes: Vec<u8>,
        visit: &mut dyn FnMut(Result<OpenedText, InputError>),
    ) {
        self.visit_bytes(name, bytes, &mut |opened| {
            self.open_text(opened, visit);
            true
        });
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
        let Input::File(path) = input else {
            self.visit_texts(&name, read(input)?, visit);
            return Ok(());
        };
        let mut failed = None;
        self.visit_file(path, &name, &mut |opened| {
            let opened = match opened {
                Opened::Itself { bytes } => match bytes.map_or_else(|| read(input), Ok) {
                    Ok(bytes) => Opened::Member(self.whole_file(name.clone(), bytes)),
                    Err(error) => {
                        failed = Some(error);
                        return true;
                    }
                },
                opened => opened,
            };
            self.open_text(opened, visit);
            true
        });
        failed.map_or(Ok(()), Err)
    }

    /// Visits the text of what was found in a file, and the problems of its pages.
    fn open_text(&self, opened: Opened, visit: &mut dyn FnMut(Result<OpenedText, InputError>)) {
        let problem = |input, what| Err(InputError { input, at: None, what, remedy: None });
        match opened {
            Opened::Itself { .. } => {}
            Opened::Problem { path, message } => visit(problem(path, message)),
            Opened::Member(member) => match self.extract_text(&member) {
                Ok(FileText { text, pages, problems }) => {
                    let path = member.path.clone();
                    let keep_empty = self.settings.keep_empty;
                    visit(Ok(OpenedText { member, text, pages, keep_empty }));
                    for error in problems {
                        visit(problem(path.clone(), error.message));
                    }
                }
                Err(error) => visit(problem(member.path, error.message)),
            },
        }
    }

    fn surrounded(&self, opened: Opened) -> Opened {
        match opened {
            Opened::Member(member) => Opened::Member(self.with_side_rows(member)),
            opened => opened,
        }
    }

    /// Adds the rows that describe a document by its path; those that describe it by
    /// its id are added when it is parsed.
    fn with_side_rows(&self, mut member: OpenedMember) -> OpenedMember {
        if let Some(tables) = &self.side_tables {
            member.envelopes.extend(tables.envelopes_of_path(&member.path));
            member.side_tables = Some(Arc::clone(tables));
        }
        member
    }
}

impl OpenedMember {
    /// A file that is a document.
    pub(crate) fn whole(path: String, bytes: Vec<u8>) -> Self {
        let form = forms::form_of_file(&bytes, &path);
        let envelopes = match form {
            DocumentForm::Letter => email_envelope(&bytes).into_iter().collect(),
            _ => Vec::new(),
        };
        Self { path, bytes, envelopes, form, side_tables: None }
    }

    /// A document in a container.
    pub(crate) fn inside(path: String, bytes: Vec<u8>, form: DocumentForm) -> Self {
        Self { path, bytes, envelopes: Vec::new(), form, side_tables: None }
    }
}
