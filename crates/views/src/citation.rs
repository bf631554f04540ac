//! How documents are cited: one in plain text, one in any format, those of a query as a
//! bibliography. The reading room and the command line give the same words.

use std::io::Write;

use chancery_formats::citation::{Citation, CitationFormat, CitationWriter};
use chancery_model::Document;
use chancery_store::{Archive, DocumentNumber, DocumentRow, SearchRequest, StoreError};

use crate::error::ViewError;
use crate::session::ReadSession;

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

/// Returns what a citation says of a document.
///
/// # Errors
/// If the archive cannot be read.
pub fn document_citation(
    archive: &Archive,
    number: DocumentNumber,
) -> Result<Citation, StoreError> {
    let path = archive.documents().row(number)?.path;
    Ok(Citation::new(&archive.documents().parsed(number)?, &path))
}

/// Writes the citations of all documents of a request in its order, and returns their
/// number.
///
/// # Errors
/// If the archive cannot be read, or `out` fails.
pub fn write_citations<W: Write>(
    session: &ReadSession<'_>,
    request: &SearchRequest,
    format: CitationFormat,
    out: W,
) -> Result<usize, ViewError> {
    let all = SearchRequest { offset: 0, limit: usize::MAX, ..request.clone() };
    let found = session.current_searcher()?.rank_matches(session.archive, &all)?;
    let mut writer = CitationWriter::new(out, format);
    for (number, _) in &found.ranked {
        writer.write(document_citation(session.archive, *number)?)?;
    }
    writer.finish()?;
    Ok(found.total)
}
