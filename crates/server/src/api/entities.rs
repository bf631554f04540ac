//! Entities and their mentions.

use axum::Json;
use axum::extract::{Path, Query, State};
use chancery_model::Label;
use chancery_store::EntityRow;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::documents::{At, Offset};
use super::{Answer, Shared};
use crate::error::ApiError;
use crate::limits::check_name_length;
use crate::queries::entity::{self, Entity, Mentioned};

/// Maximum number of entities in a response.
const MOST: usize = 100;

/// Query string of a list of entities.
#[derive(Deserialize, IntoParams, Default)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Which {
    /// Words of a name. If empty, the entities named in most documents are returned.
    #[param(max_length = 200)]
    name: String,
    /// Label: PER, LOC, ORG or MISC.
    #[param(value_type = Option<String>, pattern = "^(PER|LOC|ORG|MISC)$")]
    class: Option<Label>,
}

/// An entity in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct Row {
    /// Id of the entity.
    id: String,
    /// Label: PER, LOC, ORG or MISC.
    #[schema(value_type = String)]
    class: Label,
    /// Name of the entity.
    name: String,
    /// Number of documents that name it.
    documents: i64,
    /// Number of its mentions.
    mentions: i64,
}

impl From<EntityRow> for Row {
    fn from(row: EntityRow) -> Self {
        let EntityRow { id, class, name, documents, mentions } = row;
        Self { id, class, name, documents, mentions }
    }
}

/// List entities by name, or those named in most documents
#[utoipa::path(get, path = "/api/v1/entities", tag = "entities", params(Which), responses(
    (status = 200, body = Vec<Row>),
    (status = "default", body = ApiError),
))]
pub(super) async fn named(State(room): Shared, Query(which): Query<Which>) -> Answer<Vec<Row>> {
    check_name_length(&which.name)?;
    let rows = room.read(move |desk| {
        let class = which.class;
        let mut rows = match which.name.trim() {
            "" => desk.archive.top_entities(class, MOST)?,
            name => desk.archive.entities_named(name)?,
        };
        rows.retain(|row| class.is_none_or(|class| class == row.class));
        rows.truncate(MOST);
        Ok(rows.into_iter().map(Row::from).collect())
    });
    Ok(Json(rows.await?))
}

/// Get an entity
#[utoipa::path(get, path = "/api/v1/entities/{id}", tag = "entities",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, body = Entity), (status = "default", body = ApiError)))]
pub(super) async fn entity(State(room): Shared, Path(id): Path<String>) -> Answer<Entity> {
    Ok(Json(room.read(move |desk| entity::entity(desk, &id)).await?))
}

/// A page of documents that name an entity.
#[derive(Serialize, ToSchema)]
pub(super) struct Mentions {
    /// Number of documents that name it.
    total: usize,
    /// Documents of this page.
    documents: Vec<Mentioned>,
}

/// List the documents that name an entity, oldest first
#[utoipa::path(get, path = "/api/v1/entities/{id}/mentions", tag = "entities",
    params(("id" = String, Path, description = "Its id"), Offset),
    responses((status = 200, body = Mentions), (status = "default", body = ApiError)))]
pub(super) async fn mentions(
    State(room): Shared,
    Path(id): Path<String>,
    Query(Offset { offset }): At,
) -> Answer<Mentions> {
    let found = room.read(move |desk| entity::mentions(desk, &id, offset)).await?;
    Ok(Json(Mentions { total: found.0, documents: found.1 }))
}
