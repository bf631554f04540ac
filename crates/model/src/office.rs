//! Offices in a text that stand for people.

use crate::{Evidence, TextSpan};

/// An office in the text, beside the mentions: "the Foreign Minister", "PM", or the
/// title of a person whom the text names. It refers to its holder, if that is known.
#[derive(Clone, Debug, PartialEq)]
pub struct OfficeReference {
    /// The words of the office, without an article.
    pub span: TextSpan,
    /// The office with its country, if it is known: "Foreign Minister of Mali".
    pub office: String,
    /// The ISO 3166 code of the country.
    pub country: Option<String>,
    /// The holder: the index of the entity in the document's entities.
    pub entity: Option<u32>,
    /// The index of the mention that names the holder in this document.
    pub antecedent: Option<u32>,
    /// Probability that the holder is right, 0 to 1; 0 without a holder.
    pub score: f32,
    /// Why it is the holder.
    pub evidence: Vec<Evidence>,
}
