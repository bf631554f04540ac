//! Entities and their mentions.

use axum::Json;
use axum::extract::{Path, Query, State};
use chancery_model::Label;
use chancery_store::{EntityFrequency, is_surname_group};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::documents::{OffsetParameter, OffsetQuery};
use super::{JsonResult, SharedState};
use crate::error::ApiError;
use chancery_views::dossier::{DossierParameters, read_dossier};
use chancery_views::entity::{self, EntityDetails, MentioningDocument};
use chancery_views::limits::check_name_length;

/// Maximum number of entities in a response.
const MAX_ENTITIES: usize = 100;

/// Query string of a list of entities.
#[derive(Deserialize, IntoParams, Default)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct EntityListParameters {
    /// Words of a name. If empty, the entities named in most documents are returned.
    #[param(max_length = 200)]
    name: String,
    /// Label: PER, LOC, ORG or MISC.
    #[param(value_type = Option<String>, pattern = "^(PER|LOC|ORG|MISC)$")]
    label: Option<Label>,
}

/// An entity in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct EntityListItem {
    /// Id of the entity.
    id: String,
    /// Label: PER, LOC, ORG or MISC.
    label: Label,
    /// Name of the entity.
    name: String,
    /// Number of documents that name it.
    documents: i64,
    /// Number of its mentions.
    mentions: i64,
    /// Whether these are several entities of one surname, each of one document, that
    /// nothing decided.
    surname_only: bool,
}

impl From<EntityFrequency> for EntityListItem {
    fn from(row: EntityFrequency) -> Self {
        let EntityFrequency { id, label, name, documents, mentions } = row;
        let surname_only = is_surname_group(&id);
        Self { id, label, name, documents, mentions, surname_only }
    }
}

/// List entities by name, or those named in most documents
#[utoipa::path(get, path = "/api/v1/entities", tag = "entities", params(EntityListParameters), responses(
    (status = 200, body = Vec<EntityListItem>),
    (status = "default", body = ApiError),
))]
pub(super) async fn list_entities(
    State(state): SharedState,
    Query(parameters): Query<EntityListParameters>,
) -> JsonResult<Vec<EntityListItem>> {
    check_name_length(&parameters.name)?;
    let rows = state.with_session(move |session| {
        let label = parameters.label;
        let mut rows = match parameters.name.trim() {
            "" => session.archive.entities().most_frequent(label, MAX_ENTITIES)?,
            name => session.archive.entities().named(name)?,
        };
        rows.retain(|row| label.is_none_or(|label| label == row.label));
        rows.truncate(MAX_ENTITIES);
        Ok(rows.into_iter().map(EntityListItem::from).collect())
    });
    Ok(Json(rows.await?))
}

/// Get an entity
#[utoipa::path(get, path = "/api/v1/entities/{id}", tag = "entities",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, body = EntityDetails), (status = "default", body = ApiError)))]
pub(super) async fn get_entity(
    State(state): SharedState,
    Path(id): Path<String>,
) -> JsonResult<EntityDetails> {
    Ok(Json(state.with_session(move |session| Ok(entity::entity_details(session, &id)?)).await?))
}

/// A page of documents that name an entity.
#[derive(Serialize, ToSchema)]
pub(super) struct EntityMentions {
    /// Number of documents that name it.
    total: usize,
    /// Documents of this page.
    documents: Vec<MentioningDocument>,
}

/// List the documents that name an entity, oldest first
#[utoipa::path(get, path = "/api/v1/entities/{id}/mentions", tag = "entities",
    params(("id" = String, Path, description = "Its id"), OffsetParameter),
    responses((status = 200, body = EntityMentions), (status = "default", body = ApiError)))]
pub(super) async fn list_entity_mentions(
    State(state): SharedState,
    Path(id): Path<String>,
    Query(OffsetParameter { offset }): OffsetQuery,
) -> JsonResult<EntityMentions> {
    let found = state
        .with_session(move |session| {
            let parameters = DossierParameters { offset, ..DossierParameters::default() };
            let dossier = read_dossier(session, &id, &parameters)?;
            let documents = dossier.documents.iter().map(MentioningDocument::from).collect();
            Ok(EntityMentions { total: dossier.total, documents })
        })
        .await?;
    Ok(Json(found))
}
