//! A value of an envelope that cannot be read.

use chancery_model::{EnvelopeField, EnvelopeKind};
use thiserror::Error;

/// A field that an envelope states with a value that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the {} of the {envelope} cannot be read: {value:?}", field.name())]
pub struct UnreadableField {
    /// The envelope.
    pub envelope: EnvelopeKind,
    /// The field.
    pub field: EnvelopeField,
    /// The start of the value.
    pub value: String,
}
