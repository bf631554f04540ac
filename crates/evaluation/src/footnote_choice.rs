//! Whether an evaluation counts the names in footnotes.
//!
//! The engine always reads the whole document. The choice concerns only which marks of
//! the editors count. Figures of earlier versions are those of the body.

use std::str::FromStr;

use chancery_model::{Document, TextSpan};

/// Which names count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FootnoteChoice {
    /// Those of the body.
    #[default]
    Without,
    /// Those of the body and of the footnotes.
    With,
    /// Those of the footnotes.
    Only,
}

impl FootnoteChoice {
    /// All choices.
    pub const ALL: [Self; 3] = [Self::Without, Self::With, Self::Only];

    /// The word for the choice.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Without => "without",
            Self::With => "with",
            Self::Only => "only",
        }
    }

    /// What is counted, as a line under a table.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Without => "names in footnotes are not counted",
            Self::With => "names in footnotes are counted",
            Self::Only => "only names in footnotes are counted",
        }
    }

    /// Whether a name counts.
    pub fn counts(self, document: &Document, name: TextSpan) -> bool {
        let in_footnote = || document.footnote_at(name.start).is_some();
        match self {
            Self::Without => !in_footnote(),
            Self::With => true,
            Self::Only => in_footnote(),
        }
    }
}

impl FromStr for FootnoteChoice {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|choice| choice.as_str() == word);
        found.ok_or_else(|| format!("{word:?} is not one of without, with, only"))
    }
}
