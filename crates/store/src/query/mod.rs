//! The query language: syntax tree, parser and translation to index queries.
//!
//! ```text
//! words "a phrase" prefix* fuzzy~1 pat*ern "near each other"~5 AND OR NOT ( )
//! from: to: post: date: tag: keyword: classification: marking: subject: references:
//! person: place: org: office: entity: path: footnote: note:
//! said: told: about: met: in: stem: near: like: copies:
//! ```
//!
//! Adjacent words must all occur, as with AND. OR binds less tightly than AND.
//! NOT (or "-" before a word) binds most tightly. A field takes a word, a phrase
//! or a group: `tag:(PTER OR PREL)`. Dates are years, months, days or ranges:
//! `date:2009`, `date:2009-01..2009-06-30`, `date:..1975`.
//! In words near each other PERSON, PLACE, ORG, OFFICE and DATE stand for any mention.

mod any_term;
mod budgeted_phrase;
mod copies;
mod embassies;
mod field_names;
mod found_documents;
mod names;
mod nearby_places;
mod parse;
mod print;
mod proximity;
mod translate;
mod word_forms;

use std::fmt;

pub(crate) use names::entities_with_name;
pub(crate) use nearby_places::places_near;
pub use parse::parse_query;
pub(crate) use proximity::{Slot, filled_windows, slots_of_phrase, window_width};
pub(crate) use translate::{entities_with_id, translate_query};
pub(crate) use word_forms::{fits_pattern, parts_of_pattern, stem};

/// A field of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QueryField {
    /// Text of the document.
    Text,
    /// Sender.
    From,
    /// Addressee.
    To,
    /// Sending post.
    Post,
    /// Date.
    Date,
    /// TAGS of the header.
    Tag,
    /// Keyword that a user added.
    Keyword,
    /// Classification.
    Classification,
    /// Caption or portion marking.
    Marking,
    /// Subject line or title.
    Subject,
    /// Cable id of the document, or one of its references.
    Reference,
    /// Name of a person, in every known spelling.
    Person,
    /// Name of a place, in every known spelling.
    Place,
    /// Name of an organisation, in every known spelling.
    Org,
    /// Office, with its country: `office:"foreign minister of mali"`.
    Office,
    /// Entity, by its id.
    Entity,
    /// Path of the file.
    Path,
    /// Text of the footnotes alone.
    Footnote,
    /// Note of a user.
    Note,
    /// Who says something: the speaker of a statement, by name or by the id of the entity.
    Said,
    /// Who hears it.
    Told,
    /// Words of what is said.
    About,
    /// Who takes part in a meeting.
    Met,
    /// Where an act takes place.
    In,
    /// Words of the text in all their forms.
    Stem,
    /// A place within a distance of a place.
    Near,
    /// Documents like the one with this id.
    Like,
    /// `copies:once`: near-duplicates count once. Stands beside all other terms.
    Copies,
}

impl QueryField {
    /// All fields with their names in queries.
    pub const ALL: [(&'static str, Self); 28] = [
        ("text", Self::Text),
        ("from", Self::From),
        ("to", Self::To),
        ("post", Self::Post),
        ("date", Self::Date),
        ("tag", Self::Tag),
        ("keyword", Self::Keyword),
        ("classification", Self::Classification),
        ("marking", Self::Marking),
        ("subject", Self::Subject),
        ("references", Self::Reference),
        ("person", Self::Person),
        ("place", Self::Place),
        ("org", Self::Org),
        ("office", Self::Office),
        ("entity", Self::Entity),
        ("path", Self::Path),
        ("footnote", Self::Footnote),
        ("note", Self::Note),
        ("said", Self::Said),
        ("told", Self::Told),
        ("about", Self::About),
        ("met", Self::Met),
        ("in", Self::In),
        ("stem", Self::Stem),
        ("near", Self::Near),
        ("like", Self::Like),
        ("copies", Self::Copies),
    ];

    /// The name of the field in queries.
    pub fn name(self) -> &'static str {
        let named = Self::ALL.iter().find(|(_, field)| *field == self);
        named.map_or("text", |(name, _)| name)
    }
}

/// Syntax tree of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// Every document.
    All,
    /// A word or value in a field.
    Leaf(QueryField, QueryTerm),
    /// All of these.
    And(Vec<Self>),
    /// Any of these.
    Or(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
}

/// Term to find in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryTerm {
    /// Consecutive words.
    Words(String),
    /// Words that start with this prefix.
    Prefix(String),
    /// Words that differ from this one by at most this number of letters.
    Fuzzy(String, u8),
    /// Words that fit a pattern with gaps: "mis*le".
    Pattern(String),
    /// Words and mentions near each other, with at most this number of other words between
    /// them.
    Together(String, u32),
    /// Places at most this number of kilometres from the place of this name.
    Within(String, u32),
    /// First and last day, as 20091022, both included.
    Days(u32, u32),
}

/// Syntax error of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// Column in characters, counted from 1.
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
        Self::InvalidRequest(error.to_string())
    }
}
