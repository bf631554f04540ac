//! How a document and a passage of it are cited in plain text.

use chancery_formats::citation::{Citation, CitationFormat};
use chancery_model::Document;
use chancery_store::{Archive, DocumentRow, StoreError};

use crate::passages::PassageParagraph;

/// Returns the words by which a document at `path` is cited.
pub fn cite_document(document: &Document, path: &str) -> String {
    Citation::new(document, path).write(CitationFormat::Text)
}

/// Returns the words by which a document of a list is cited.
///
/// # Errors
/// If the archive cannot be read.
pub fn cite_row(archive: &Archive, row: &DocumentRow) -> Result<String, StoreError> {
    Ok(cite_document(&archive.documents().parsed(row.number)?, &row.path))
}

/// Returns the words by which a passage of a document is cited: `citation` is that of the
/// document.
pub fn cite_passage(citation: &str, paragraph: &PassageParagraph) -> String {
    let place = match (&paragraph.footnote, &paragraph.number) {
        (Some(marker), _) => format!("footnote {}", marker.trim()),
        (None, Some(number)) => format!("paragraph {number}"),
        (None, None) => format!("{} (block {})", paragraph.kind, paragraph.position),
    };
    format!("{}, {place}.", citation.trim_end_matches('.'))
}
