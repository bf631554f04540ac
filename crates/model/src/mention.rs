//! Mentions: the names found in a text, and the annotated document.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Document, TextSpan, Words};

/// The class of a name: the four classes of the CoNLL-2003 shared task
/// (Tjong Kim Sang and De Meulder, 2003).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Label {
    /// A person.
    Per,
    /// A place.
    Loc,
    /// An organisation.
    Org,
    /// Any other name: nationalities, events, treaties, products.
    Misc,
}

impl Label {
    /// All classes, in the order in which reports list them.
    pub const ALL: [Self; 4] = [Self::Per, Self::Loc, Self::Org, Self::Misc];

    /// The short form used in every annotation format.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Per => "PER",
            Self::Loc => "LOC",
            Self::Org => "ORG",
            Self::Misc => "MISC",
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Label {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|label| label.as_str() == name).ok_or(())
    }
}

/// Who says that a span is a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The linear-chain model, with the version of its file.
    Fast(u16),
    /// The encoder mixed with the linear chain, with the version of the
    /// encoder's file.
    Accurate(u16),
    /// It stood in the file that was read (brackets, columns, JSON).
    Given,
}

/// A name: where it stands, of which class, how sure and who says so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mention {
    /// Its place in the reading text; both ends are ends of tokens.
    pub span: TextSpan,
    /// Its class.
    pub label: Label,
    /// Probability of being right, 0 to 1; 1 for given mentions.
    pub score: f32,
    /// Who found it.
    pub source: Source,
}

/// A document with its words and names: what every view shows.
#[derive(Clone, Debug)]
pub struct Annotated {
    /// The document as it was read.
    pub document: Document,
    /// Its sentences and tokens.
    pub words: Words,
    /// Its names, in ascending order, without overlap.
    pub mentions: Vec<Mention>,
}
