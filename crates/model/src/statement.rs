//! Statements and acts: who says what to whom, and what people did.

use serde::{Deserialize, Serialize};

use crate::{Date, TextSpan};

/// The kind of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum StatementKind {
    /// The source asserts something.
    Say,
    /// The source denies something.
    Deny,
    /// The source asks a question or makes a request.
    Ask,
    /// The source promises or agrees to do something.
    Promise,
    /// The source refuses something.
    Refuse,
    /// The source suggests, offers or recommends something.
    Propose,
    /// The source warns or threatens.
    Warn,
    /// The source believes, expects or assesses something.
    Judge,
}

impl StatementKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Say,
        Self::Deny,
        Self::Ask,
        Self::Promise,
        Self::Refuse,
        Self::Propose,
        Self::Warn,
        Self::Judge,
    ];

    /// The word of all formats: "say".
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Say => "say",
            Self::Deny => "deny",
            Self::Ask => "ask",
            Self::Promise => "promise",
            Self::Refuse => "refuse",
            Self::Propose => "propose",
            Self::Warn => "warn",
            Self::Judge => "judge",
        }
    }
}

/// A party that speaks, hears or acts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// The telegram's own voice: "we", "Post", "the Embassy".
    Post,
    /// An entity: its index in the entities of the document.
    Entity(u32),
    /// Words that name no entity: "French colleagues", "Foreign Minister of Mali".
    Words(String),
}

/// A statement: a source says something, in the words of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Its kind.
    pub kind: StatementKind,
    /// The words that stand for the speaker. None if a sentence before names the speaker.
    pub source: Option<TextSpan>,
    /// The word of saying: "told", "according to".
    pub cue: TextSpan,
    /// The words that stand for the hearer.
    pub addressee: Option<TextSpan>,
    /// What is said.
    pub content: TextSpan,
    /// The speaker, if the source is understood.
    pub speaker: Option<Party>,
    /// The hearer, if the text makes plain who heard it.
    pub hearer: Option<Party>,
    /// Probability that this is a statement with this content, 0 to 1.
    pub score: f32,
}

/// The kind of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ActKind {
    /// A meeting, call or conversation.
    Met,
    /// Presence at an event.
    Attended,
    /// A journey, visit, arrival or departure.
    Travelled,
    /// A signature under a treaty or paper.
    Signed,
    /// An appointment, election, resignation or dismissal.
    Appointed,
    /// A standing role: leader of, wife of, ambassador to.
    Member,
}

impl ActKind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Met, Self::Attended, Self::Travelled, Self::Signed, Self::Appointed, Self::Member];

    /// The word of all formats: "met".
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Attended => "attended",
            Self::Travelled => "travelled",
            Self::Signed => "signed",
            Self::Appointed => "appointed",
            Self::Member => "member",
        }
    }
}

/// Whether an act took place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ActStatus {
    /// The text says that it took place.
    Did,
    /// It is planned or expected.
    Will,
    /// It was refused or cancelled, or did not take place.
    Refused,
}

impl ActStatus {
    /// The word of all formats: "did".
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Did => "did",
            Self::Will => "will",
            Self::Refused => "refused",
        }
    }
}

/// An act or a standing role, as the text states it.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// Its kind.
    pub kind: ActKind,
    /// Whether it took place.
    pub status: ActStatus,
    /// The words that say it: "met with", "Foreign Minister".
    pub cue: TextSpan,
    /// Those who act.
    pub who: Vec<Party>,
    /// Those whom they met, or whom the role relates to.
    pub whom: Vec<Party>,
    /// The office or role, the event, or the paper.
    pub what: Option<TextSpan>,
    /// The day, if the text and the telegram's day give it.
    pub date: Option<Date>,
    /// The index of the mention of the place.
    pub place: Option<u32>,
    /// Probability that the text states this act, 0 to 1.
    pub score: f32,
}

/// What a document says of speech and acts, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attribution {
    /// The statements, by cue.
    pub statements: Vec<Statement>,
    /// The acts, by cue.
    pub acts: Vec<Act>,
}
