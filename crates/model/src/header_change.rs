//! Header fields that a person sets by hand.

use serde::{Deserialize, Serialize};

use crate::{CableId, Classification, Date, EnvelopeField, Reference, TagsEntry};

/// Fields of a header as a person sets them. Each replaces what the text and the
/// envelopes state. The log of decisions keeps it as JSON; fields that are not set are
/// left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HeaderChange {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<CableId>,
    /// The serial that the id of a cable contains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// The date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// The hour and minute of the date in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<(u8, u8)>,
    /// The sending post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post: Option<String>,
    /// The classification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classification: Option<Classification>,
    /// The captions after the classification. They are set with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub captions: Vec<String>,
    /// The name of the sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The names of the action addressees.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    /// The names of the information addressees.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub info: Vec<String>,
    /// The TAGS.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<TagsEntry>,
    /// The subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The references.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// The names below the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<String>,
    /// The fields that have no value, whatever the text states.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cleared: Vec<EnvelopeField>,
}

impl HeaderChange {
    /// The fields that are set or cleared, in the order of a header.
    pub fn fields(&self) -> Vec<EnvelopeField> {
        let is_set = |field: &EnvelopeField| {
            self.cleared.contains(field)
                || match field {
                    EnvelopeField::CableId => self.id.is_some(),
                    EnvelopeField::Date => self.date.is_some(),
                    EnvelopeField::Post => self.post.is_some(),
                    EnvelopeField::Classification => self.classification.is_some(),
                    EnvelopeField::From => self.from.is_some(),
                    EnvelopeField::To => !self.to.is_empty(),
                    EnvelopeField::Info => !self.info.is_empty(),
                    EnvelopeField::Tags => !self.tags.is_empty(),
                    EnvelopeField::Subject => self.subject.is_some(),
                    EnvelopeField::References => !self.references.is_empty(),
                    EnvelopeField::Signature => !self.signatures.is_empty(),
                }
        };
        EnvelopeField::ALL.into_iter().filter(is_set).collect()
    }
}
