//! What an export of passages says: quotations with their sources for Word, and a table
//! with a row for each passage.

use std::io::{self, Write};

use chancery_formats::quotations::{Quotation, QuotationWriter};
use chancery_formats::table::{Cell, TableDialect, TableWriter};
use chancery_model::TextSpan;
use chancery_store::{QuotedDocument, Snippet};

use crate::citation::cite_document;
use crate::formatting::format_count;
use crate::passages::{PassageParagraph, cite_place};

/// The title of the quotations of a query: "kissinger cuba: 12 documents".
pub fn quotations_title(query: &str, documents: usize) -> String {
    let documents = format_count(documents as u64, "document");
    match query.trim() {
        "" => documents,
        query => format!("{query}: {documents}"),
    }
}

/// The passages of a document, each with its place in citations.
fn placed(quoted: &QuotedDocument) -> Vec<(&Snippet, Option<String>)> {
    let document = &quoted.stored.annotated.document;
    let place = |one: &Snippet| PassageParagraph::at(document, one.span.start).cited();
    quoted.passages.iter().map(|one| (one, place(one))).collect()
}

/// Adds the place of a passage to the citation of its document.
fn cited(citation: &str, place: Option<&str>) -> String {
    place.map_or_else(|| citation.to_owned(), |place| cite_place(citation, place))
}

/// Writes the passages of a document; those of a paragraph stand before their source.
///
/// # Errors
/// If the writer fails.
pub fn write_quoted<W: Write>(
    writer: &mut QuotationWriter<W>,
    quoted: &QuotedDocument,
) -> io::Result<()> {
    let citation = cite_document(&quoted.stored.annotated.document, &quoted.summary.path);
    for passages in placed(quoted).chunk_by(|one, next| one.1 == next.1) {
        let own = |passage: &Snippet| -> Vec<TextSpan> {
            let from = passage.span.start;
            let hits = passage.hits.iter();
            hits.map(|hit| TextSpan::new(hit.start - from, hit.end - from)).collect()
        };
        let hits: Vec<Vec<TextSpan>> = passages.iter().map(|(passage, _)| own(passage)).collect();
        let quotations: Vec<Quotation<'_>> = (passages.iter().zip(&hits))
            .map(|((passage, _), hits)| Quotation { text: &passage.text, hits })
            .collect();
        let place = passages.first().and_then(|(_, place)| place.as_deref());
        writer.write_source(&cited(&citation, place), &quotations)?;
    }
    Ok(())
}

/// Columns of a table of passages.
const COLUMNS: [&str; 7] =
    ["document", "date", "paragraph", "passage", "citation", "subject", "id"];

/// Writes passages as comma-separated values, one per line.
pub struct PassageTable<W: Write>(TableWriter<W>);

impl<W: Write> PassageTable<W> {
    /// Writes the names of the columns to `out`.
    ///
    /// # Errors
    /// This and the other methods return the errors of `out`.
    pub fn start(out: W, dialect: TableDialect) -> io::Result<Self> {
        Ok(Self(TableWriter::start(out, dialect, &COLUMNS)?))
    }

    /// Writes a row for each passage of a document.
    pub fn write_quoted(&mut self, quoted: &QuotedDocument) -> io::Result<()> {
        let row = &quoted.summary;
        let citation = cite_document(&quoted.stored.annotated.document, &row.path);
        let subject = row.subject.as_deref().unwrap_or_default();
        for (passage, place) in placed(quoted) {
            self.0.write_row([
                Cell::text(row.cable_id.as_deref().unwrap_or(subject)),
                Cell::text(row.date.as_deref().unwrap_or_default()),
                Cell::text(place.as_deref().unwrap_or_default()),
                Cell::text(passage.text.split_whitespace().collect::<Vec<_>>().join(" ")),
                Cell::text(cited(&citation, place.as_deref())),
                Cell::text(subject),
                Cell::text(row.id.to_string()),
            ])?;
        }
        Ok(())
    }

    /// Finishes the table and returns the output.
    pub fn finish(self) -> io::Result<W> {
        self.0.finish()
    }
}
