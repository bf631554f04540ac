//! Statistics of the archive, and uploads.

use axum::Json;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::{JsonResult, SharedState};
use crate::error::ApiError;
use crate::uploads::receive_upload;
use chancery_views::search_response::ValueCount;
use chancery_views::upload::Upload;

/// Statistics of an archive.
#[derive(Serialize, ToSchema)]
pub(super) struct ArchiveCounts {
    /// Number of documents.
    documents: i64,
    /// Number of words in the documents.
    words: i64,
    /// Number of files that contain them.
    files: i64,
    /// Number of documents that are near-duplicates of another.
    near_duplicates: i64,
    /// Number of problems with input files.
    problems: i64,
    /// Number of documents by year.
    years: Vec<ValueCount>,
    /// Number of documents by sending post.
    posts: Vec<ValueCount>,
    /// Number of documents by classification.
    classifications: Vec<ValueCount>,
}

/// Get statistics of the archive
#[utoipa::path(get, path = "/api/v1/archive", tag = "archive", responses(
    (status = 200, body = ArchiveCounts),
    (status = "default", body = ApiError),
))]
pub(super) async fn get_statistics(State(state): SharedState) -> JsonResult<ArchiveCounts> {
    let stats = state.with_session(|session| Ok(session.archive.archive_stats()?)).await?;
    let counts = |pairs: Vec<(String, i64)>| -> Vec<ValueCount> {
        let count = |(value, count)| ValueCount { value, count: u64::try_from(count).unwrap_or(0) };
        pairs.into_iter().map(count).collect()
    };
    Ok(Json(ArchiveCounts {
        documents: stats.documents,
        words: stats.words,
        files: stats.files,
        near_duplicates: stats.near_duplicates,
        problems: stats.problems,
        years: counts(stats.years),
        posts: counts(stats.posts),
        classifications: counts(stats.classifications),
    }))
}

/// A problem with an input file.
#[derive(Serialize, ToSchema)]
pub(super) struct InputProblem {
    /// Path of the file.
    path: String,
    /// Offset in the file, in bytes.
    offset: Option<u64>,
    /// What is wrong and how to fix it.
    message: String,
}

/// List the problems with input files
#[utoipa::path(get, path = "/api/v1/problems", tag = "archive", responses(
    (status = 200, body = Vec<InputProblem>),
    (status = "default", body = ApiError),
))]
pub(super) async fn list_problems(State(state): SharedState) -> JsonResult<Vec<InputProblem>> {
    let problems =
        state.with_session(|session| Ok(session.archive.files().problems()?)).await?.into_iter();
    Ok(Json(
        problems.map(|(path, offset, message)| InputProblem { path, offset, message }).collect(),
    ))
}

/// List the uploads since the server was started, latest first
#[utoipa::path(get, path = "/api/v1/uploads", tag = "archive", responses(
    (status = 200, body = Vec<Upload>),
    (status = "default", body = ApiError),
))]
pub(super) async fn list_uploads(State(state): SharedState) -> Json<Vec<Upload>> {
    Json(state.queue.recent_uploads())
}

/// Form of an upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form; never constructed")]
pub(super) struct UploadForm {
    /// One or several files.
    #[schema(content_media_type = "application/octet-stream")]
    files: Vec<String>,
}

/// An upload that was accepted.
#[derive(Serialize, ToSchema)]
pub(super) struct UploadAccepted {
    /// Number of the upload.
    upload: u64,
}

/// Add files to the archive
#[utoipa::path(post, path = "/api/v1/uploads", tag = "archive",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 202, body = UploadAccepted), (status = "default", body = ApiError)))]
pub(super) async fn upload_files(
    State(state): SharedState,
    parts: Multipart,
) -> Result<(StatusCode, Json<UploadAccepted>), ApiError> {
    let upload = receive_upload(&state, parts).await?;
    Ok((StatusCode::ACCEPTED, Json(UploadAccepted { upload })))
}
