//! What an archive knows of a document beside its text: address, citation, keywords,
//! notes, highlights, decisions, copies. [`document_knowledge`] reads it, and
//! [`write_card`] writes it for people, below the header fields.

use std::io::{self, Write};

use chancery_formats::document_card::write_row;
use chancery_store::{DocumentNumber, Highlight, RemarkKind, StoredDocument};
use serde::Serialize;

use crate::citation::cite_document;
use crate::decisions::{DecisionEntry, decisions_about};
use crate::document::NearDuplicate;
use crate::error::ViewError;
use crate::remarks::RemarkDetails;
use crate::session::ReadSession;

/// Letters of a passage that a card shows.
const SHOWN_LETTERS: usize = 200;

/// What an archive knows of a document.
#[derive(Serialize)]
pub struct DocumentKnowledge {
    /// The readable address; the id if it has none.
    pub address: String,
    /// How to cite it.
    pub citation: String,
    /// Keywords and notes.
    pub remarks: Vec<RemarkDetails>,
    /// Highlights, in the order of the text.
    pub highlights: Vec<HighlightDetails>,
    /// Decisions about it, oldest first.
    pub decisions: Vec<DecisionEntry>,
    /// Copies with nearly the same words.
    pub near_duplicates: Vec<NearDuplicate>,
}

/// A highlight of a document.
#[derive(Serialize)]
pub struct HighlightDetails {
    /// Number of the decision that made it.
    pub decision: i64,
    /// The passage.
    pub text: String,
    /// The colour.
    pub color: &'static str,
    /// The keyword.
    pub keyword: Option<String>,
    /// The note; may be empty.
    pub note: String,
}

/// Reads what the archive knows of a document.
///
/// # Errors
/// If the archive cannot be read.
pub fn document_knowledge(
    session: &ReadSession<'_>,
    stored: &StoredDocument,
) -> Result<DocumentKnowledge, ViewError> {
    let documents = session.archive.documents();
    let document = &stored.annotated.document;
    let id = document.id.to_string();
    let path = stored.paths.first().map_or("", String::as_str);
    let highlight = |one: Highlight| HighlightDetails {
        decision: one.decision.0,
        text: document.text[one.span].to_owned(),
        color: one.color.as_str(),
        keyword: one.keyword,
        note: one.note,
    };
    Ok(DocumentKnowledge {
        address: documents.address(stored.number)?.unwrap_or_else(|| id.clone()),
        citation: cite_document(document, path),
        remarks: documents.remarks(&document.id)?.iter().map(RemarkDetails::from).collect(),
        highlights: documents.highlights(&document.id)?.into_iter().map(highlight).collect(),
        decisions: decisions_about(session, &id)?,
        near_duplicates: read_copies(session, stored.number)?,
    })
}

fn read_copies(
    session: &ReadSession<'_>,
    number: DocumentNumber,
) -> Result<Vec<NearDuplicate>, ViewError> {
    let documents = session.archive.documents();
    let copies = documents.near_duplicates(number)?.into_iter().map(|(other, similarity)| {
        Ok(NearDuplicate { document: (&documents.row(other)?).into(), similarity })
    });
    copies.collect()
}

/// Writes what the archive knows for people: a name and a value per line.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_card(known: &DocumentKnowledge, out: &mut impl Write) -> io::Result<()> {
    write_row("Cite", &known.citation, out)?;
    for copy in &known.near_duplicates {
        let percent = (copy.similarity * 100.0).round();
        let words = format!("{:.12} ({percent} %), {}", copy.document.id, copy.document.path);
        write_row("Near-duplicate", &words, out)?;
    }
    write_remarks(&known.remarks, &known.decisions, out)?;
    for one in &known.highlights {
        let mut words = format!("“{}”", shortened(&one.text));
        if let Some(keyword) = &one.keyword {
            words += &format!(" [{keyword}]");
        }
        if !one.note.is_empty() {
            words += &format!(" {}", one.note);
        }
        words += &said_by(one.decision, &known.decisions);
        write_row("Highlight", &words, out)?;
    }
    write_decisions(&known.decisions, out)
}

/// Writes keywords and notes; each note with its author and day.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_remarks(
    remarks: &[RemarkDetails],
    decisions: &[DecisionEntry],
    out: &mut impl Write,
) -> io::Result<()> {
    let of_kind = |kind| remarks.iter().filter(move |remark| remark.kind == kind);
    let keywords: Vec<&str> =
        of_kind(RemarkKind::Keyword).map(|remark| remark.words.as_str()).collect();
    if !keywords.is_empty() {
        write_row("Keywords", &keywords.join(", "), out)?;
    }
    for note in of_kind(RemarkKind::Note) {
        let words = format!("{}{}", note.words, said_by(note.decision.0, decisions));
        write_row("Note", &words, out)?;
    }
    Ok(())
}

/// Writes the decisions that are no keyword, note or highlight, each on a line.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_decisions(decisions: &[DecisionEntry], out: &mut impl Write) -> io::Result<()> {
    for one in decisions.iter().filter(|one| !one.action.is_remark()) {
        let undone = if one.undone { "undone: " } else { "" };
        let reason =
            if one.reason.is_empty() { String::new() } else { format!(": {}", one.reason) };
        let words = format!("{undone}{}{reason}{}", one.message, said_by(one.number.0, decisions));
        write_row("Decision", &words, out)?;
    }
    Ok(())
}

/// Who decided, and when: " (ana, 2026-11-30, decision 1)".
fn said_by(decision: i64, decisions: &[DecisionEntry]) -> String {
    let made = decisions.iter().find(|one| one.number.0 == decision);
    let parts = made.map(|one| [one.author.as_str(), one.time.get(..10).unwrap_or(&one.time)]);
    let parts = parts.into_iter().flatten().filter(|part| !part.is_empty());
    let parts: Vec<String> =
        parts.map(str::to_owned).chain([format!("decision {decision}")]).collect();
    format!(" ({})", parts.join(", "))
}

/// The beginning of a passage on one line.
pub(crate) fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut letters = line.chars();
    let shown: String = letters.by_ref().take(SHOWN_LETTERS).collect();
    if letters.next().is_some() { shown + "…" } else { shown }
}
