//! What a decision changed, for the page to which its author returns.

use std::collections::BTreeSet;

use chancery_model::{Document, TextSpan, span_of_code_points};
use chancery_store::{CurationAction, DecisionNumber, DocumentSpan, LoggedDecision};

use crate::decisions::message_of;
use crate::error::ViewError;
use crate::formatting::{format_count, group_digits};
use crate::session::ReadSession;

/// A decision that was just made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The decision that a click takes back: the one that was made.
    pub decision: DecisionNumber,
    /// Whether it took back another decision.
    pub is_undo: bool,
    /// What was decided, in a sentence.
    pub message: String,
    /// The spans that it is about; of an undo, those of the other decision.
    spans: Vec<DocumentSpan>,
}

/// Where a decision changed a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedPlace {
    /// The decision.
    pub change: Change,
    /// The words that it is about; none if it is about no words of the document.
    pub span: Option<TextSpan>,
    /// In few words: "changed", "12 changed here", "37 changed in 12 documents".
    pub words: String,
}

/// Returns what the decision with this number changed. None if there is no such
/// decision, or it was taken back since.
pub fn read_change(
    session: &ReadSession<'_>,
    number: DecisionNumber,
) -> Result<Option<Change>, ViewError> {
    let decisions = session.archive.decisions();
    let Some(logged) = decisions.entry(number)?.filter(|logged| !logged.undone) else {
        return Ok(None);
    };
    let subject = match logged.entry.action {
        CurationAction::Undo { decision } => decisions.entry(decision)?,
        _ => None,
    };
    let is_undo = subject.is_some();
    let about: &LoggedDecision = subject.as_ref().unwrap_or(&logged);
    Ok(Some(Change {
        decision: number,
        is_undo,
        message: message_of(session.archive, &about.entry),
        spans: about.entry.action.spans().into_iter().cloned().collect(),
    }))
}

impl Change {
    /// Says where it changed a document.
    pub fn in_document(self, document: &Document) -> ChangedPlace {
        let id = document.id.to_string();
        let here: Vec<&DocumentSpan> = self.spans.iter().filter(|at| at.document == id).collect();
        let text = document.text.as_str();
        let span = here.first().and_then(|at| span_of_code_points(text, at.start, at.end));
        let documents: BTreeSet<&str> = self.spans.iter().map(|at| at.document.as_str()).collect();
        let verb = if self.is_undo { "undone" } else { "changed" };
        let count = |spans: usize| group_digits(spans as u64);
        let words = match (here.len(), documents.len()) {
            (0 | 1, 0 | 1) => verb.to_owned(),
            (here, 1) => format!("{} {verb} here", count(here)),
            (_, others) => {
                let documents = format_count(others as u64, "document");
                format!("{} {verb} in {documents}", count(self.spans.len()))
            }
        };
        ChangedPlace { span, words, change: self }
    }
}
