//! Keywords and notes on documents and entities.

use chancery_store::{DecisionNumber, Remark, RemarkKind};
use serde::Serialize;
use utoipa::ToSchema;

/// A keyword or note.
#[derive(Serialize, ToSchema)]
pub struct RemarkDetails {
    /// Number of the decision that added it.
    pub decision: DecisionNumber,
    /// "keyword", "note", or "apart" (not the entity with this id).
    pub kind: RemarkKind,
    /// Text of the keyword or note.
    pub words: String,
}

impl From<&Remark> for RemarkDetails {
    fn from(remark: &Remark) -> Self {
        let Remark { decision, kind, text } = remark.clone();
        Self { decision, kind, words: text }
    }
}
