//! What a document says of a person.

use crate::name::{PersonName, TitleSet};

/// What a document says of a person.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonProfile {
    /// The number of the entity.
    pub entity: u32,
    /// The fullest name.
    pub name: PersonName,
    /// The titles of the person.
    pub titles: TitleSet,
    /// Whether the ID comes from a list or the knowledge base.
    pub is_linked: bool,
    /// Whether several persons were possible and none was chosen.
    pub is_ambiguous: bool,
    /// The ISO code of the country of a king or queen.
    pub realm: Option<&'static str>,
}
