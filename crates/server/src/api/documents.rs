//! Documents and their mentions.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Answer, Shared};
use crate::error::ApiError;
use crate::queries::document::{self, Card, Document, Reading, Within};

/// Get a document with its text, mentions and related documents
#[utoipa::path(get, path = "/api/v1/documents/{id}", tag = "documents",
    params(("id" = String, Path, description = "Its id, a prefix of it, or its cable id")),
    responses((status = 200, body = Document), (status = "default", body = ApiError)))]
pub(super) async fn document(State(room): Shared, Path(id): Path<String>) -> Answer<Document> {
    let read = room.read(move |desk| Ok((&Reading::of(desk, &id, &Within::default())?).into()));
    Ok(Json(read.await?))
}

/// Get the part of the source file that contains a document, as text
#[utoipa::path(get, path = "/api/v1/documents/{id}/raw", tag = "documents",
    params(("id" = String, Path, description = "Its id, a prefix of it, or its cable id")),
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        (status = "default", body = ApiError),
    ))]
pub(super) async fn raw(State(room): Shared, Path(id): Path<String>) -> Result<Response, ApiError> {
    let raw = room.read(move |desk| {
        let reading = Reading::of(desk, &id, &Within::default())?;
        let bytes = document::raw(desk, &reading)?;
        bytes.ok_or_else(|| ApiError::not_found("the archive does not store this file"))
    });
    let text = chancery_parse::characters(&raw.await?);
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// Path of a mention.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Named {
    /// Id of the document, a prefix of it, or its cable id.
    id: String,
    /// First code point of the mention.
    start: u32,
}

/// Get a mention with its entity and the evidence for it
#[utoipa::path(get, path = "/api/v1/documents/{id}/mentions/{start}", tag = "documents",
    params(Named),
    responses((status = 200, body = Card), (status = "default", body = ApiError)))]
pub(super) async fn card(
    State(room): Shared,
    Path(Named { id, start }): Path<Named>,
) -> Answer<Card> {
    Ok(Json(room.read(move |desk| document::card(desk, &id, start)).await?))
}

/// Offset into a list.
#[derive(Deserialize, IntoParams, Default)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Offset {
    /// Number of items to skip.
    pub(super) offset: usize,
}

/// Extractor, so that handlers can destructure `Query(Offset { offset })`.
pub(super) type At = Query<Offset>;
