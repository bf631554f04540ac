//! Keywords and notes on documents and entities.

use chancery_store::{DecisionNumber, Remark, RemarkKind};
use serde::Serialize;
use utoipa::ToSchema;

/// A keyword or note.
#[derive(Serialize, ToSchema)]
pub(crate) struct RemarkDetails {
    /// Number of the decision that added it.
    pub(crate) decision: DecisionNumber,
    /// "keyword", "note", or "apart" (not the entity with this id).
    pub(crate) kind: RemarkKind,
    /// Text of the keyword or note.
    pub(crate) words: String,
}

impl From<&Remark> for RemarkDetails {
    fn from(remark: &Remark) -> Self {
        let Remark { decision, kind, text } = remark.clone();
        Self { decision, kind, words: text }
    }
}
