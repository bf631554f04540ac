//! Exports of results, batches of queries, and added files.

use axum::extract::{Multipart, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chancery_pages as pages;
use maud::Markup;

use super::{HtmlResult, PageState, redirect_to};
use crate::error::ApiError;
use crate::export::{self, ExportParameters};
use crate::uploads::{multipart_error, receive_upload};

pub(super) async fn export_result(
    State(state): PageState,
    Query(parameters): Query<ExportParameters>,
) -> Result<Response, ApiError> {
    export::export_response(state, parameters).await
}

pub(super) async fn run_batch(
    State(state): PageState,
    mut parts: Multipart,
) -> Result<Response, ApiError> {
    let mut queries = String::new();
    while let Some(part) = parts.next_field().await.map_err(multipart_error)? {
        queries = part.text().await.map_err(multipart_error)?;
    }
    let table =
        state.with_session(move |session| export::run_batch_queries(session, &queries)).await?;
    let head = [
        (CONTENT_TYPE, "text/tab-separated-values; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"hits.tsv\""),
    ];
    Ok((head, table).into_response())
}

pub(super) async fn add_page(State(state): PageState) -> HtmlResult {
    let found = state
        .with_session_if_exists(|session| {
            Ok((session.archive.documents().count()?, session.archive.files().problems()?))
        })
        .await?;
    let (documents, problems) = found.unwrap_or_default();
    Ok(pages::add::render_page(documents == 0, &state.queue.recent_uploads(), &problems))
}

pub(super) async fn upload_progress(State(state): PageState) -> Markup {
    pages::add::upload_progress(&state.queue.recent_uploads())
}

pub(super) async fn upload_files(
    State(state): PageState,
    parts: Multipart,
) -> Result<Response, ApiError> {
    receive_upload(&state, parts).await?;
    Ok(redirect_to("/add"))
}
