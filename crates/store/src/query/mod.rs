//! What is looked for: the query language and its meaning.
//!
//! ```text
//! words "a phrase" prefix* fuzzy~1 AND OR NOT ( )
//! from: to: post: date: tag: class: marking: subject: ref:
//! person: place: org: entity: path: note:
//! ```
//!
//! Words that stand beside each other must all occur; OR binds weaker than
//! that, NOT (or "-" before a word) binds strongest. A field takes a word, a
//! phrase or a group: `tag:(PTER OR PREL)`. Dates are years, months, days or
//! ranges of them: `date:2009`, `date:2009-01..2009-06-30`, `date:..1975`.

mod meaning;
mod parse;

use std::fmt;

pub(crate) use meaning::{lower, named};
pub use parse::parse;

/// A field of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The words of the document.
    Text,
    /// The sender.
    From,
    /// An addressee.
    To,
    /// The sending post.
    Post,
    /// The day.
    Date,
    /// TAGS, and tags that people gave.
    Tag,
    /// The classification.
    Class,
    /// A caption or a portion marking.
    Marking,
    /// The subject line or title.
    Subject,
    /// The document's own cable id, or one that it refers to.
    Ref,
    /// A person's name, in every spelling known.
    Person,
    /// A place.
    Place,
    /// An organisation.
    Org,
    /// An entity, by id.
    Entity,
    /// Where the file lay.
    Path,
    /// A note that somebody made.
    Note,
}

impl Field {
    /// All fields by name.
    pub const ALL: [(&'static str, Self); 16] = [
        ("text", Self::Text),
        ("from", Self::From),
        ("to", Self::To),
        ("post", Self::Post),
        ("date", Self::Date),
        ("tag", Self::Tag),
        ("class", Self::Class),
        ("marking", Self::Marking),
        ("subject", Self::Subject),
        ("ref", Self::Ref),
        ("person", Self::Person),
        ("place", Self::Place),
        ("org", Self::Org),
        ("entity", Self::Entity),
        ("path", Self::Path),
        ("note", Self::Note),
    ];
}

/// A query, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// Every document.
    All,
    /// A word or value in a field.
    Leaf(Field, Leaf),
    /// All of these.
    And(Vec<Self>),
    /// Any of these.
    Or(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
}

/// What is looked for in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// Words, one after the other.
    Words(String),
    /// A word that begins so.
    Prefix(String),
    /// A word like this one, up to so many letters.
    Fuzzy(String, u8),
    /// Days from and to, as 20091022, both included.
    Days(u32, u32),
}

/// A query that has no meaning, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "query, column {}: {}", self.column, self.what)
    }
}

impl std::error::Error for QueryError {}

impl From<QueryError> for crate::StoreError {
    fn from(error: QueryError) -> Self {
        Self::Request(error.to_string())
    }
}
