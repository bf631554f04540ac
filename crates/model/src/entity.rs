//! Entities: the persons, places and organisations that a document mentions.

use serde::{Deserialize, Serialize};

use crate::certainty::Certainty;
use crate::evidence::{Evidence, evidence_sentence};
use crate::{Label, OfficeReference, TextSpan};

/// A person, place, organisation or other thing that a document mentions.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// Its id. An entity of a known list has the list as prefix
    /// (`people:106681`, `geonames:2507480`, `list:p_NRM1`). Any other id is
    /// derived from the name.
    pub id: String,
    /// Its id in the knowledge base, if `id` is the id of another list.
    pub same_as: Option<String>,
    /// Its label.
    pub label: Label,
    /// Its name in the list, otherwise its fullest name in the text.
    pub name: String,
    /// Probability that the id is correct, 0 to 1. It is 1 for ids derived from
    /// names.
    pub score: f32,
    /// The evidence for the id, for a user to check. Empty if the id is derived
    /// from the name.
    pub evidence: Vec<Evidence>,
}

impl Entity {
    /// Returns how certain the id is, or `None` if it is derived from the name, so
    /// that nothing is claimed.
    pub fn certainty(&self) -> Option<Certainty> {
        (!self.evidence.is_empty()).then(|| Certainty::from_score(self.score))
    }

    /// Returns the evidence as a sentence for users.
    pub fn reason(&self) -> String {
        evidence_sentence(&self.evidence)
    }
}

/// How a mention refers to its entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// The whole name.
    Name,
    /// Another form of the name.
    Variant,
    /// The family name alone.
    Surname,
    /// The given name alone.
    GivenName,
    /// An acronym of the name.
    Acronym,
    /// The adjective of a country, or a word for its people.
    Adjective,
    /// Shorthand for a government.
    Government,
    /// The name below a telegram.
    Signature,
    /// A user's decision.
    Decision,
}

impl LinkKind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Name,
        Self::Variant,
        Self::Surname,
        Self::GivenName,
        Self::Acronym,
        Self::Adjective,
        Self::Government,
        Self::Signature,
        Self::Decision,
    ];

    /// A description for users, for example "whole name".
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "whole name",
            Self::Variant => "form of the name",
            Self::Surname => "surname",
            Self::GivenName => "given name",
            Self::Acronym => "acronym",
            Self::Adjective => "adjective",
            Self::Government => "shorthand for the government",
            Self::Signature => "signature",
            Self::Decision => "decided by a person",
        }
    }
}

/// The link of a mention to its entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The index of the mention in the document.
    pub mention: u32,
    /// The index of the entity in the document's entities.
    pub entity: u32,
    /// How the mention refers to the entity.
    pub kind: LinkKind,
    /// The index of the fuller mention that this link was derived from.
    pub antecedent: Option<u32>,
    /// The title, rank or office before the name.
    pub title: Option<TextSpan>,
    /// The index of the mention of the country or organisation in that title.
    pub affiliation: Option<u32>,
}

/// The entities of a document and the links of its mentions to them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DocumentEntities {
    /// The entities. Last are holders of offices whom no mention names.
    pub entities: Vec<Entity>,
    /// At most one link per mention, in the order of the mentions.
    pub links: Vec<Link>,
    /// The offices that stand for people, in the order of the text.
    pub offices: Vec<OfficeReference>,
}

impl DocumentEntities {
    /// The link of a mention, in `O(log n)`.
    pub fn link_of_mention(&self, mention: usize) -> Option<&Link> {
        let at = self.links.binary_search_by_key(&mention, |link| link.mention as usize).ok()?;
        self.links.get(at)
    }

    /// The entity of a mention, in `O(log n)`.
    pub fn entity_of_mention(&self, mention: usize) -> Option<&Entity> {
        self.entity_of_link(self.link_of_mention(mention)?)
    }

    /// The entity that a link refers to.
    pub fn entity_of_link(&self, link: &Link) -> Option<&Entity> {
        self.entities.get(link.entity as usize)
    }
}
