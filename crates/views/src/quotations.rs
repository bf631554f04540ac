//! What an export of quotations says: its title, and the source of each document.

use std::io::{self, Write};

use chancery_formats::quotations::{Quotation, QuotationWriter};
use chancery_model::TextSpan;
use chancery_store::QuotedDocument;

use crate::citation::cite_document;
use crate::formatting::format_count;
use crate::search_response::snippet_place;

/// The title of the quotations of a query: "kissinger cuba: 12 documents".
pub fn quotations_title(query: &str, documents: usize) -> String {
    let documents = format_count(documents as u64, "document");
    match query.trim() {
        "" => documents,
        query => format!("{query}: {documents}"),
    }
}

/// Writes the passages of a document with its source.
///
/// # Errors
/// If the writer fails.
pub fn write_quoted<W: Write>(
    writer: &mut QuotationWriter<W>,
    quoted: &QuotedDocument,
) -> io::Result<()> {
    let hits: Vec<Vec<TextSpan>> = quoted
        .passages
        .iter()
        .map(|passage| {
            let from = passage.span.start;
            let own = |hit: &TextSpan| TextSpan::new(hit.start - from, hit.end - from);
            passage.hits.iter().map(own).collect()
        })
        .collect();
    let quotations: Vec<Quotation<'_>> = (quoted.passages.iter().zip(&hits))
        .map(|(passage, hits)| Quotation { text: &passage.text, hits })
        .collect();
    writer.write_source(&source_line(quoted), &quotations)
}

/// Where the passages are from: the citation of the document; the footnote if all of
/// them stand in one.
fn source_line(quoted: &QuotedDocument) -> String {
    let markers: Vec<&String> =
        quoted.passages.iter().filter_map(|one| one.footnote.as_ref()).collect();
    let place = match markers.first() {
        Some(marker) if markers.len() == quoted.passages.len() => snippet_place(marker),
        _ => String::new(),
    };
    let citation = cite_document(&quoted.stored.annotated.document, &quoted.summary.path);
    format!("{place}{citation}")
}
