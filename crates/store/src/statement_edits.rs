//! Decisions about statements: another speaker, or no statement.
//! [`statements`](crate::statements) applies them whenever the statements of a document are
//! read, as [`overlay`](crate::overlay) does with mentions.
//!
//! A decision is a row of the table of remarks, of the kind "statement". A statement is
//! known by its word of saying, so a decision outlives another content or score. The last
//! decision about a statement holds.

use chancery_model::{DocumentId, TextSpan};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::codec::damaged_error;
use crate::error::StoreError;
use crate::numbers::DecisionNumber;
use crate::views::Documents;

/// A decision about a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementDecision {
    /// The number of the decision.
    pub decision: DecisionNumber,
    /// The word of saying.
    pub cue: TextSpan,
    /// Whether it says that there is no statement; else the speaker is another.
    pub is_rejected: bool,
}

/// A decision as its row has it.
#[derive(Serialize, Deserialize)]
pub(crate) struct StatementEdit {
    /// The word of saying, in bytes of the reading text.
    pub(crate) cue: TextSpan,
    /// The speaker; none if there is no statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) speaker: Option<DecidedSpeaker>,
}

/// The entity that speaks, and its name when it was chosen.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct DecidedSpeaker {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// Keeps a decision about the statement with this word of saying. Without a speaker there
/// is no statement.
pub(crate) fn insert_decision(
    db: &Connection,
    decision: DecisionNumber,
    id: &DocumentId,
    cue: TextSpan,
    speaker: Option<DecidedSpeaker>,
) -> Result<(), StoreError> {
    let json = serde_json::to_string(&StatementEdit { cue, speaker }).expect("plain data");
    let sql = "INSERT INTO remarks VALUES (?1, ?2, NULL, 'statement', ?3)";
    db.prepare_cached(sql)?.execute(params![decision, id.0, json])?;
    Ok(())
}

/// Returns the decisions about the statements of a document, in the order of the log.
pub(crate) fn load_edits(
    db: &Connection,
    id: &DocumentId,
) -> Result<Vec<(DecisionNumber, StatementEdit)>, StoreError> {
    let sql = "SELECT decision, text FROM remarks WHERE document = ?1 AND kind = 'statement'
         ORDER BY decision";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([id.0])?;
    let mut edits = Vec::new();
    while let Some(row) = rows.next()? {
        let text = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        edits.push((row.get(0)?, serde_json::from_str(text).map_err(damaged_error)?));
    }
    Ok(edits)
}

impl Documents<'_> {
    /// Returns the decisions about the statements of a document that hold, in the order of
    /// the text.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn statement_decisions(
        self,
        id: &DocumentId,
    ) -> Result<Vec<StatementDecision>, StoreError> {
        let mut decisions: Vec<StatementDecision> = Vec::new();
        for (decision, edit) in load_edits(&self.archive.db, id)?.into_iter().rev() {
            if !decisions.iter().any(|later| later.cue == edit.cue) {
                let is_rejected = edit.speaker.is_none();
                decisions.push(StatementDecision { decision, cue: edit.cue, is_rejected });
            }
        }
        decisions.sort_by_key(|one| one.cue);
        Ok(decisions)
    }
}
