//! Mentions of names in a text, and the annotated document.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Attribution, Document, DocumentEntities, TextSpan, Words};

/// The label of a mention or entity: the four labels of the CoNLL-2003 shared task
/// (Tjong Kim Sang and De Meulder, 2003).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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
    /// All labels, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Per, Self::Loc, Self::Org, Self::Misc];

    /// The short form that all annotation formats use.
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

/// What found a mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MentionSource {
    /// The linear-chain model, with the version of its file.
    Fast(u16),
    /// The encoder combined with the linear-chain model, with the version of
    /// the encoder's file.
    Accurate(u16),
    /// The input file, which was already annotated (brackets, columns, JSON).
    Imported,
}

/// A mention of a name: its span, label, probability and source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mention {
    /// Its span in the reading text. Both ends are token boundaries.
    pub span: TextSpan,
    /// Its label.
    pub label: Label,
    /// Probability that the mention is correct, 0 to 1. It is 1 for mentions
    /// from an annotated input file.
    pub score: f32,
    /// What found it.
    pub source: MentionSource,
}

/// A document with its words, mentions and entities, as all output formats
/// take it.
#[derive(Clone, Debug)]
pub struct Annotated {
    /// The parsed document.
    pub document: Document,
    /// Its sentences and tokens.
    pub words: Words,
    /// Its mentions, in ascending order and without overlap.
    pub mentions: Vec<Mention>,
    /// The entities of the mentions. Empty if they were not resolved.
    pub entities: DocumentEntities,
    /// The statements and acts. Empty if they were not asked for.
    pub attribution: Attribution,
}
