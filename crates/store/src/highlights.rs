//! Highlights: passages that users marked, with a colour, a keyword and a note.
//!
//! A highlight is a decision. It names the document and the span in the reading text, with
//! its words. If the words are no longer there, the decision is a conflict.

use chancery_model::{DocumentId, TextSpan};
use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::numbers::DecisionNumber;
use crate::views::{Decisions, Documents};

/// The colour of a highlight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the colours are their names")]
pub enum HighlightColor {
    #[default]
    Yellow,
    Green,
    Blue,
    Pink,
}

impl HighlightColor {
    /// All colours, in the order of choices.
    pub const ALL: [Self; 4] = [Self::Yellow, Self::Green, Self::Blue, Self::Pink];

    /// The name in JSON, forms and styles.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Pink => "pink",
        }
    }

    fn from_name(name: &str) -> Result<Self, StoreError> {
        let known = Self::ALL.into_iter().find(|color| color.as_str() == name);
        known.ok_or_else(|| StoreError::Damaged(format!("{name:?} is not a colour")))
    }
}

/// A passage that a user marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// The decision that made it.
    pub decision: DecisionNumber,
    /// The document.
    pub document: DocumentId,
    /// The passage in the reading text.
    pub span: TextSpan,
    /// The colour.
    pub color: HighlightColor,
    /// The keyword, if it has one.
    pub keyword: Option<String>,
    /// The note; may be empty.
    pub note: String,
}

const COLUMNS: &str = "decision, document, start, \"end\", color, keyword, note";

impl Documents<'_> {
    /// Returns the highlights of a document, in the order of its text.
    pub fn highlights(self, id: &DocumentId) -> Result<Vec<Highlight>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM highlights WHERE document = ?1 ORDER BY start, \"end\", decision"
        );
        let mut statement = self.archive.db.prepare_cached(&sql)?;
        let mut rows = statement.query([id.0])?;
        let mut highlights = Vec::new();
        while let Some(row) = rows.next()? {
            highlights.push(read_highlight(row)?);
        }
        Ok(highlights)
    }

    /// Returns the keywords of documents, entities and passages, each once, sorted.
    pub fn keywords(self) -> Result<Vec<String>, StoreError> {
        self.archive.query_strings(
            "SELECT text FROM remarks WHERE kind = 'keyword'
                 AND (document IS NULL OR document IN (SELECT id FROM documents))
             UNION SELECT keyword FROM highlights WHERE keyword IS NOT NULL
                 AND document IN (SELECT id FROM documents) ORDER BY 1",
            [],
        )
    }
}

impl Decisions<'_> {
    /// Returns the number of highlights whose keyword or note contains `words` (all if it
    /// is empty), and `limit` of them after the newest `offset`, newest first.
    pub fn highlights(
        self,
        words: &str,
        offset: usize,
        limit: usize,
    ) -> Result<(usize, Vec<Highlight>), StoreError> {
        let condition = "document IN (SELECT id FROM documents)
             AND (?1 = '' OR instr(lower(note), lower(?1)) OR instr(lower(keyword), lower(?1)))";
        let db = &self.archive.db;
        let sql = format!("SELECT count(*) FROM highlights WHERE {condition}");
        let total: i64 = db.prepare_cached(&sql)?.query_row([words], |row| row.get(0))?;
        let sql = format!(
            "SELECT {COLUMNS} FROM highlights WHERE {condition}
             ORDER BY decision DESC LIMIT ?2 OFFSET ?3"
        );
        let mut statement = db.prepare_cached(&sql)?;
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![words, count(limit), count(offset)])?;
        let mut highlights = Vec::new();
        while let Some(row) = rows.next()? {
            highlights.push(read_highlight(row)?);
        }
        Ok((usize::try_from(total).unwrap_or(0), highlights))
    }
}

fn read_highlight(row: &Row<'_>) -> Result<Highlight, StoreError> {
    Ok(Highlight {
        decision: row.get(0)?,
        document: DocumentId(row.get(1)?),
        span: TextSpan::new(row.get(2)?, row.get(3)?),
        color: HighlightColor::from_name(&row.get::<_, String>(4)?)?,
        keyword: row.get(5)?,
        note: row.get(6)?,
    })
}
