//! Documents and their mentions.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{JsonResult, SharedState};
use crate::error::ApiError;
use chancery_views::document::{self, DocumentDetails, DocumentView, HighlightSelection};
use chancery_views::mention_card::{self, MentionCard};

/// Get a document with its text, mentions and related documents
#[utoipa::path(get, path = "/api/v1/documents/{id}", tag = "documents",
    params(("id" = String, Path, description = "Its id, a prefix of it, or its cable id")),
    responses((status = 200, body = DocumentDetails), (status = "default", body = ApiError)))]
pub(super) async fn get_document(
    State(state): SharedState,
    Path(id): Path<String>,
) -> JsonResult<DocumentDetails> {
    let read = state.with_session(move |session| {
        Ok((&DocumentView::read_document(session, &id, &HighlightSelection::default())?).into())
    });
    Ok(Json(read.await?))
}

/// Get the part of the source file that contains a document, as text
#[utoipa::path(get, path = "/api/v1/documents/{id}/raw", tag = "documents",
    params(("id" = String, Path, description = "Its id, a prefix of it, or its cable id")),
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        (status = "default", body = ApiError),
    ))]
pub(super) async fn get_raw_text(
    State(state): SharedState,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let raw = state.with_session(move |session| {
        let view = DocumentView::read_document(session, &id, &HighlightSelection::default())?;
        let bytes = document::raw_bytes(session, &view)?;
        bytes.ok_or_else(|| ApiError::not_found("the archive does not store this file"))
    });
    let text = chancery_parse::decode_characters(&raw.await?);
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// Path of a mention.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct MentionPath {
    /// Id of the document, a prefix of it, or its cable id.
    id: String,
    /// First code point of the mention.
    start: u32,
}

/// Get a mention with its entity and the evidence for it
#[utoipa::path(get, path = "/api/v1/documents/{id}/mentions/{start}", tag = "documents",
    params(MentionPath),
    responses((status = 200, body = MentionCard), (status = "default", body = ApiError)))]
pub(super) async fn get_mention(
    State(state): SharedState,
    Path(MentionPath { id, start }): Path<MentionPath>,
) -> JsonResult<MentionCard> {
    Ok(Json(
        state
            .with_session(move |session| Ok(mention_card::mention_card(session, &id, start)?))
            .await?,
    ))
}

/// Offset into a list.
#[derive(Deserialize, IntoParams, Default)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct OffsetParameter {
    /// Number of items to skip.
    pub(super) offset: usize,
}

/// Extractor, so that handlers can destructure `Query(Offset { offset })`.
pub(super) type OffsetQuery = Query<OffsetParameter>;
