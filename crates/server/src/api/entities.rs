//! Entities and their mentions.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::documents::{OffsetParameter, OffsetQuery};
use super::{JsonResult, SharedState};
use crate::error::ApiError;
use chancery_views::dossier::{DossierParameters, read_dossier};
use chancery_views::entity::{self, EntityDetails, MentioningDocument};
use chancery_views::entity_list::{self, EntityListItem, EntityListParameters, MAX_ENTITIES};

/// List entities by name, or those named in most documents
#[utoipa::path(get, path = "/api/v1/entities", tag = "entities", params(EntityListParameters), responses(
    (status = 200, body = Vec<EntityListItem>),
    (status = "default", body = ApiError),
))]
pub(super) async fn list_entities(
    State(state): SharedState,
    Query(parameters): Query<EntityListParameters>,
) -> JsonResult<Vec<EntityListItem>> {
    let read = state.with_session(move |session| {
        Ok(entity_list::list_entities(session, &parameters, MAX_ENTITIES)?)
    });
    Ok(Json(read.await?))
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
            let documents =
                dossier.documents.iter().map(|one| MentioningDocument::from(&one.quoted)).collect();
            Ok(EntityMentions { total: dossier.total, documents })
        })
        .await?;
    Ok(Json(found))
}
