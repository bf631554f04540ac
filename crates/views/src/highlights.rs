//! Highlights of passages: those of a document, and the list of all.

use chancery_formats::notes::{PassageNote, write_notes};
use chancery_model::CodePoints;
use chancery_store::{DecisionNumber, Highlight, HighlightColor};
use serde::Deserialize;

use crate::error::ViewError;
use crate::limits::check_offset;
use crate::search_response::DocumentSummary;
use crate::session::ReadSession;

/// Highlights on a page of the list.
pub const HIGHLIGHTS_PER_PAGE: usize = 50;

/// Maximum number of highlights in an export.
const MAX_EXPORTED: usize = 100_000;

/// Maximum number of code points of a passage in a list.
const MAX_LISTED_POINTS: usize = 400;

/// Which highlights are listed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct HighlightParameters {
    /// Words of the keyword or note; empty for all.
    pub q: String,
    /// Number of highlights to skip.
    pub offset: usize,
}

/// A highlight in the list of all.
pub struct ListedHighlight {
    /// The decision that made it.
    pub decision: DecisionNumber,
    /// Its document.
    pub document: DocumentSummary,
    /// The words of the passage, cut if they are many.
    pub passage: String,
    /// The colour.
    pub color: HighlightColor,
    /// The keyword.
    pub keyword: Option<String>,
    /// The note.
    pub note: String,
}

/// Returns the number of highlights, and a page of them, the newest first.
pub fn list_highlights(
    session: &ReadSession<'_>,
    parameters: &HighlightParameters,
) -> Result<(usize, Vec<ListedHighlight>), ViewError> {
    check_offset(parameters.offset)?;
    let decisions = session.archive.decisions();
    let (total, page) =
        decisions.highlights(parameters.q.trim(), parameters.offset, HIGHLIGHTS_PER_PAGE)?;
    let documents = session.archive.documents();
    let mut listed = Vec::new();
    for highlight in page {
        let number = documents.find(&highlight.document.to_string())?;
        let document = documents.parsed(number)?;
        let words = &document.text[highlight.span];
        let end = words.char_indices().nth(MAX_LISTED_POINTS).map_or(words.len(), |(at, _)| at);
        let passage = words[..end].split_whitespace().collect::<Vec<_>>().join(" ");
        listed.push(ListedHighlight {
            decision: highlight.decision,
            document: (&documents.row(number)?).into(),
            passage: if end < words.len() { passage + "…" } else { passage },
            color: highlight.color,
            keyword: highlight.keyword,
            note: highlight.note,
        });
    }
    Ok((total, listed))
}

/// Returns all highlights whose keyword or note has these words as W3C Web Annotations.
pub fn export_highlights(session: &ReadSession<'_>, words: &str) -> Result<String, ViewError> {
    let (_, all) = session.archive.decisions().highlights(words.trim(), 0, MAX_EXPORTED)?;
    let documents = session.archive.documents();
    let mut notes = Vec::new();
    for highlight in all {
        let Highlight { decision, document, span, color, keyword, note } = highlight;
        let parsed = documents.parsed(documents.find(&document.to_string())?)?;
        let text = parsed.text.as_str();
        let points = CodePoints::new(text);
        notes.push(
            PassageNote::new(
                &format!("{document}#note{decision}"),
                &document.to_string(),
                text,
                span,
                (points.code_point_offset(span.start), points.code_point_offset(span.end)),
            )
            .with_body(color.as_str(), keyword.as_deref(), &note),
        );
    }
    Ok(write_notes(&notes))
}
