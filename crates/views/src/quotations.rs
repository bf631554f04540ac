//! What an export of quotations says: its title, and the source of each document.

use std::io::{self, Write};

use chancery_formats::quotations::{Quotation, QuotationWriter};
use chancery_model::TextSpan;
use chancery_store::QuotedDocument;

use crate::formatting::format_count;
use crate::search_response::{DocumentSummary, snippet_place};

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

/// Where the passages are from: title, id, post, date, classification; the footnote if
/// all of them stand in one.
fn source_line(quoted: &QuotedDocument) -> String {
    let summary = DocumentSummary::from(&quoted.summary);
    let level = summary.classification.map(str::to_owned);
    let file = summary.cable_id.is_none() && summary.date.is_none();
    let facts = [
        summary.cable_id.clone(),
        summary.post.clone(),
        summary.date.clone(),
        level,
        file.then(|| summary.file_name().to_owned()),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let markers: Vec<&String> =
        quoted.passages.iter().filter_map(|one| one.footnote.as_ref()).collect();
    let place = match markers.first() {
        Some(marker) if markers.len() == quoted.passages.len() => snippet_place(marker),
        _ => String::new(),
    };
    format!("{place}{} ({}).", summary.title().trim(), facts.join(", "))
}
