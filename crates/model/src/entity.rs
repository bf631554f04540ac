//! Entities: who or what the names of a document are.

use serde::{Deserialize, Serialize};

use crate::{Label, TextSpan};

/// Somebody or something that a document names, once or often.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// Its id. With a prefix that names the list it stands in
    /// (`people:106681`, `geonames:2507480`, `list:p_NRM1`), or, where it
    /// stands in none that we know, one made from its name.
    pub id: String,
    /// Its id in the reference facts, where `id` is that of another list.
    pub same_as: Option<String>,
    /// Its class.
    pub label: Label,
    /// Its name: the list's, or else the fullest in the text.
    pub name: String,
    /// Probability that the id is right, 0 to 1; 1 for ids made from names.
    pub score: f32,
    /// What the id rests on, for a person to check; empty where the id is
    /// made from the name.
    pub reason: String,
}

/// How a mention is tied to its entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tie {
    /// It says the whole name.
    Name,
    /// It is another form of the name.
    Variant,
    /// It is the family name alone.
    Surname,
    /// It is the given name alone.
    GivenName,
    /// It is the short form of letters.
    Acronym,
    /// It is the adjective of a country, or a word for its people.
    Adjective,
    /// It is shorthand for a government.
    Government,
    /// It is the name under a telegram.
    Signature,
    /// A person says so.
    Decision,
}

impl Tie {
    /// All ties.
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

    /// The tie in words.
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

/// The entity of a mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Number of the mention in the document.
    pub mention: u32,
    /// Number of the entity in the document's entities.
    pub entity: u32,
    /// How the one says the other.
    pub tie: Tie,
    /// The mention that says more, on which this link rests.
    pub by: Option<u32>,
    /// The words of title, rank or office before the name.
    pub office: Option<TextSpan>,
    /// The mention of the country or organisation of that office.
    pub of: Option<u32>,
}

/// The entities of a document and which mention is which.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entities {
    /// The entities, in the order of their first mentions.
    pub entities: Vec<Entity>,
    /// At most one link a mention, in the order of the mentions.
    pub links: Vec<Link>,
}

impl Entities {
    /// The link of a mention. `O(log n)`.
    pub fn of(&self, mention: usize) -> Option<&Link> {
        let at = self.links.binary_search_by_key(&mention, |link| link.mention as usize).ok()?;
        self.links.get(at)
    }

    /// The entity of a mention. `O(log n)`.
    pub fn entity_of(&self, mention: usize) -> Option<&Entity> {
        self.linked(self.of(mention)?)
    }

    /// The entity that a link leads to.
    pub fn linked(&self, link: &Link) -> Option<&Entity> {
        self.entities.get(link.entity as usize)
    }
}
