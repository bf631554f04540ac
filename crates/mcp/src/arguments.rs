//! The arguments of the tools. Their schemas and descriptions, which assistants read,
//! are made from these types.

use chancery_model::Label;
use chancery_views::search_response::ResultOrder;
use chancery_views::statements::StatementRole;
use schemars::JsonSchema;
use serde::Deserialize;

/// No arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoArguments {}

/// Order of documents.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// Best first.
    #[default]
    Relevance,
    /// Latest first.
    Newest,
    /// Earliest first.
    Oldest,
}

impl From<Order> for ResultOrder {
    fn from(order: Order) -> Self {
        match order {
            Order::Relevance => Self::Relevance,
            Order::Newest => Self::Newest,
            Order::Oldest => Self::Oldest,
        }
    }
}

/// What an entity is.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
pub(crate) enum EntityLabel {
    /// Person.
    #[serde(rename = "PER")]
    Per,
    /// Place.
    #[serde(rename = "LOC")]
    Loc,
    /// Organisation.
    #[serde(rename = "ORG")]
    Org,
    /// Other.
    #[serde(rename = "MISC")]
    Misc,
}

impl From<EntityLabel> for Label {
    fn from(label: EntityLabel) -> Self {
        match label {
            EntityLabel::Per => Self::Per,
            EntityLabel::Loc => Self::Loc,
            EntityLabel::Org => Self::Org,
            EntityLabel::Misc => Self::Misc,
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchArguments {
    /// The query: words (all must occur), "a phrase", OR, NOT, ( ), word*, and fields such
    /// as person:"henry kissinger" place:cairo org: post: from: to: subject: tag:
    /// classification: entity:ID date:1973-10..1973-12, and who says what: said: told:
    /// about:"words of what is said". Empty for all documents.
    pub(crate) query: String,
    /// Order of the documents.
    #[serde(default)]
    pub(crate) sort: Order,
    /// Number of documents to skip.
    #[serde(default)]
    pub(crate) offset: u32,
    /// Maximum number of documents: 10 unless given, at most 50.
    #[schemars(range(min = 1, max = 50))]
    pub(crate) limit: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListArguments {
    /// A query as for `search`. Empty for all documents.
    #[serde(default)]
    pub(crate) query: String,
    /// Order of the documents: the oldest first unless given.
    pub(crate) sort: Option<Order>,
    /// Number of documents to skip.
    #[serde(default)]
    pub(crate) offset: u32,
    /// Maximum number of documents: 50 unless given, at most 200.
    #[schemars(range(min = 1, max = 200))]
    pub(crate) limit: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadArguments {
    /// Id of the document, the first eight or more digits of it, or its cable id.
    pub(crate) document: String,
    /// First character to read, counted from 0: `next_start` of the last answer.
    #[serde(default)]
    pub(crate) start: u32,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentArguments {
    /// Id of the document, the first eight or more digits of it, or its cable id.
    pub(crate) document: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CiteArguments {
    /// Id of the document, the first eight or more digits of it, or its cable id.
    pub(crate) document: String,
    /// First character of a passage; needs `end`. Without them the document is cited.
    pub(crate) start: Option<u32>,
    /// One past its last character.
    pub(crate) end: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuotationArguments {
    /// The words to look for, as they will be quoted.
    pub(crate) quotation: String,
    /// Document to look in: an id or cable id. Without it all documents are searched.
    pub(crate) document: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NameArguments {
    /// A name or words of it. Empty for the entities that most documents name.
    #[serde(default)]
    pub(crate) name: String,
    /// What the entity is: PER, LOC, ORG or MISC; all unless given.
    pub(crate) label: Option<EntityLabel>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntityArguments {
    /// Id of the entity, as `find_entity` returns it.
    pub(crate) entity: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PassageArguments {
    /// Id of the entity, as `find_entity` returns it.
    pub(crate) entity: String,
    /// A query as for `search` that narrows the documents down. Empty for all.
    #[serde(default)]
    pub(crate) query: String,
    /// Number of documents to skip.
    #[serde(default)]
    pub(crate) offset: u32,
    /// Maximum number of documents: 10 unless given, at most 50.
    #[schemars(range(min = 1, max = 50))]
    pub(crate) limit: Option<u32>,
}

/// The part of an entity in a statement.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    /// It says something, or hears it.
    #[default]
    Any,
    /// It says something.
    Said,
    /// It hears something.
    Told,
    /// It is named in what is said.
    About,
}

impl From<Role> for StatementRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Any => Self::Any,
            Role::Said => Self::Said,
            Role::Told => Self::Told,
            Role::About => Self::About,
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatementArguments {
    /// Id of the entity that speaks, hears or is spoken of, as `find_entity` returns it. Without it all
    /// statements of the documents are returned.
    pub(crate) entity: Option<String>,
    /// Document whose statements are wanted: an id or cable id; alone, without `entity` and
    /// `query`.
    pub(crate) document: Option<String>,
    /// What the entity does: "said", "told", "about", or "any" (unless given): says or hears.
    #[serde(default)]
    pub(crate) role: Role,
    /// A query as for `search` that narrows the documents down, such as about:"the port".
    /// Empty for all.
    #[serde(default)]
    pub(crate) query: String,
    /// Number of documents to skip.
    #[serde(default)]
    pub(crate) offset: u32,
    /// Maximum number of documents: 10 unless given, at most 50.
    #[schemars(range(min = 1, max = 50))]
    pub(crate) limit: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QueryArguments {
    /// A query as for `search`. Empty for all documents.
    #[serde(default)]
    pub(crate) query: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoteArguments {
    /// Id of the document or entity.
    pub(crate) on: String,
    /// The text of the note.
    pub(crate) words: String,
    /// Why the note is made.
    #[serde(default)]
    pub(crate) reason: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionArguments {
    /// The decision, with its kind as `action`: {"action": "merge", "from": ID, "into": ID},
    /// {"action": "apart", "entity": ID, "from": ID}, {"action": "rename", "entity": ID,
    /// "name": TEXT}, {"action": "keyword", "on": ID, "words": TEXT}, {"action": "undo",
    /// "decision": NUMBER} and the others of the archive's JSON API.
    pub(crate) decision: rmcp::model::JsonObject,
    /// Why: it stands in the log beside the author.
    #[serde(default)]
    pub(crate) reason: String,
}
