//! Entities by name, or those that most documents name.

use chancery_model::Label;
use chancery_store::{EntityFrequency, is_surname_group};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::ViewError;
use crate::limits::check_name_length;
use crate::session::ReadSession;

/// Maximum number of entities in a response.
pub const MAX_ENTITIES: usize = 100;

/// Query string of a list of entities.
#[derive(Clone, Debug, Deserialize, IntoParams, Default)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct EntityListParameters {
    /// Words of a name. If empty, the entities named in most documents are returned.
    #[param(max_length = 200)]
    pub name: String,
    /// Label: PER, LOC, ORG or MISC.
    #[param(value_type = Option<String>, pattern = "^(PER|LOC|ORG|MISC)$")]
    pub label: Option<Label>,
}

/// An entity in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EntityListItem {
    /// Id of the entity.
    pub id: String,
    /// Label: PER, LOC, ORG or MISC.
    pub label: Label,
    /// Name of the entity.
    pub name: String,
    /// Number of documents that name it.
    pub documents: i64,
    /// Number of its mentions.
    pub mentions: i64,
    /// Whether these are several entities of one surname, each of one document, that
    /// nothing decided.
    pub surname_only: bool,
}

impl From<EntityFrequency> for EntityListItem {
    fn from(row: EntityFrequency) -> Self {
        let EntityFrequency { id, label, name, documents, mentions } = row;
        let surname_only = is_surname_group(&id);
        Self { id, label, name, documents, mentions, surname_only }
    }
}

/// Lists at most `limit` entities, those named in most documents first.
///
/// # Errors
/// If the name is too long.
pub fn list_entities(
    session: &ReadSession<'_>,
    parameters: &EntityListParameters,
    limit: usize,
) -> Result<Vec<EntityListItem>, ViewError> {
    check_name_length(&parameters.name)?;
    let label = parameters.label;
    let entities = session.archive.entities();
    let mut rows = match parameters.name.trim() {
        "" => entities.most_frequent(label, limit)?,
        name => entities.named(name)?,
    };
    rows.retain(|row| label.is_none_or(|label| label == row.label));
    rows.truncate(limit);
    Ok(rows.into_iter().map(EntityListItem::from).collect())
}
