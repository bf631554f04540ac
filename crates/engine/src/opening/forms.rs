//! The forms of documents, to say of a run what it read.

use chancery_model::{Document, SourceFormat};
use chancery_unpack::{FileKind, HEAD_BYTES, TableForm, detect_kind};

/// What a document is, as a person would say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentForm {
    /// A row of a table.
    Row,
    /// A letter.
    Letter,
    /// A page of a crawl.
    CrawledPage,
    /// A chapter of a book.
    Chapter,
    /// An office file.
    Office,
    /// A PDF.
    Pdf,
    /// An image.
    Image,
    /// A page of a collection of cables, with the table of its fields.
    CablePage,
    /// Another web page.
    WebPage,
    /// A document of a volume.
    VolumeDocument,
    /// A plain text.
    Text,
}

impl DocumentForm {
    /// All forms, in the order in which a summary has them.
    pub const ALL: [Self; 11] = [
        Self::CablePage,
        Self::WebPage,
        Self::CrawledPage,
        Self::Row,
        Self::Letter,
        Self::Text,
        Self::VolumeDocument,
        Self::Chapter,
        Self::Office,
        Self::Pdf,
        Self::Image,
    ];

    /// The word for one and the word for several.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Row => ("row", "rows"),
            Self::Letter => ("letter", "letters"),
            Self::CrawledPage => ("page of a crawl", "pages of a crawl"),
            Self::Chapter => ("chapter", "chapters"),
            Self::Office => ("office file", "office files"),
            Self::Pdf => ("PDF", "PDFs"),
            Self::Image => ("image", "images"),
            Self::CablePage => ("cable page", "cable pages"),
            Self::WebPage => ("web page", "web pages"),
            Self::VolumeDocument => ("document of a volume", "documents of volumes"),
            Self::Text => ("text", "texts"),
        }
    }

    /// The form of a document that was parsed from a file of this form. A web page is a
    /// page of cables if it has the id of one.
    #[must_use]
    pub fn of_document(self, document: &Document) -> Self {
        let is_cable = document.header.cable_id.is_some();
        match (self, document.format) {
            (Self::Text | Self::CrawledPage, SourceFormat::WebPage) if is_cable => Self::CablePage,
            (Self::Text, SourceFormat::WebPage | SourceFormat::Fragment) => Self::WebPage,
            (Self::Text, SourceFormat::Frus) => Self::VolumeDocument,
            (form, _) => form,
        }
    }
}

/// The form of a file that is a document.
pub(super) fn form_of_file(bytes: &[u8], name: &str) -> DocumentForm {
    match detect_kind(&bytes[..bytes.len().min(HEAD_BYTES)], name) {
        FileKind::Docx
        | FileKind::Pptx
        | FileKind::Odt
        | FileKind::Odp
        | FileKind::Rtf
        | FileKind::Table(TableForm::Spreadsheet) => DocumentForm::Office,
        FileKind::Unreadable(form) if form.is_word_document() => DocumentForm::Office,
        FileKind::Pdf => DocumentForm::Pdf,
        FileKind::Image => DocumentForm::Image,
        FileKind::Email => DocumentForm::Letter,
        _ => DocumentForm::Text,
    }
}

/// Numbers of documents by form, of the tables that they are rows of, and of scans
/// without text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FormCounts {
    documents: [u64; DocumentForm::ALL.len()],
    /// Files whose rows are documents.
    pub tables: u64,
    /// Scans that were not read, because this machine does not recognise text.
    pub scans: u64,
    /// Pages of other PDFs that were not read for this reason.
    pub scanned_pages: u64,
}

impl FormCounts {
    /// Counts documents of a form.
    pub fn count(&mut self, form: DocumentForm, documents: u64) {
        self.documents[form as usize] += documents;
    }

    /// Adds the numbers of another part of the run.
    pub fn add(&mut self, other: &Self) {
        for (count, more) in self.documents.iter_mut().zip(other.documents) {
            *count += more;
        }
        self.tables += other.tables;
        self.scans += other.scans;
        self.scanned_pages += other.scanned_pages;
    }

    /// Whether documents of a form were counted.
    pub fn has(&self, form: DocumentForm) -> bool {
        self.documents[form as usize] > 0
    }

    /// The forms that were counted, with their numbers.
    pub fn counted(&self) -> impl Iterator<Item = (DocumentForm, u64)> {
        let counted = DocumentForm::ALL.map(|form| (form, self.documents[form as usize]));
        counted.into_iter().filter(|(_, count)| *count > 0)
    }
}
