//! How a document is cited in plain text.

use chancery_formats::citation::{Citation, CitationFormat};
use chancery_model::Document;
use chancery_store::{Archive, DocumentRow, StoreError};

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
