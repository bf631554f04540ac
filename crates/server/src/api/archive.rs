//! Statistics of the archive, and uploads.

use axum::Json;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, Shared};
use crate::error::ApiError;
use crate::search_response::Count;
use crate::uploads::receive;
use crate::writer::Upload;

/// Statistics of an archive.
#[derive(Serialize, ToSchema)]
pub(super) struct Counts {
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
    years: Vec<Count>,
    /// Number of documents by sending post.
    posts: Vec<Count>,
    /// Number of documents by classification.
    classes: Vec<Count>,
}

/// Get statistics of the archive
#[utoipa::path(get, path = "/api/v1/archive", tag = "archive", responses(
    (status = 200, body = Counts),
    (status = "default", body = ApiError),
))]
pub(super) async fn counts(State(room): Shared) -> Answer<Counts> {
    let stats = room.read(|desk| Ok(desk.archive.stats()?)).await?;
    let counts = |pairs: Vec<(String, i64)>| -> Vec<Count> {
        let count = |(value, count)| Count { value, count: u64::try_from(count).unwrap_or(0) };
        pairs.into_iter().map(count).collect()
    };
    Ok(Json(Counts {
        documents: stats.documents,
        words: stats.words,
        files: stats.files,
        near_duplicates: stats.copies,
        problems: stats.problems,
        years: counts(stats.years),
        posts: counts(stats.posts),
        classes: counts(stats.classes),
    }))
}

/// A problem with an input file.
#[derive(Serialize, ToSchema)]
pub(super) struct Problem {
    /// Path of the file.
    path: String,
    /// Offset in the file, in bytes.
    at: Option<u64>,
    /// What is wrong and how to fix it.
    what: String,
}

/// List the problems with input files
#[utoipa::path(get, path = "/api/v1/problems", tag = "archive", responses(
    (status = 200, body = Vec<Problem>),
    (status = "default", body = ApiError),
))]
pub(super) async fn problems(State(room): Shared) -> Answer<Vec<Problem>> {
    let problems = room.read(|desk| Ok(desk.archive.problems()?)).await?.into_iter();
    Ok(Json(problems.map(|(path, at, what)| Problem { path, at, what }).collect()))
}

/// List the uploads since the server was started, latest first
#[utoipa::path(get, path = "/api/v1/uploads", tag = "archive", responses(
    (status = 200, body = Vec<Upload>),
    (status = "default", body = ApiError),
))]
pub(super) async fn uploads(State(room): Shared) -> Json<Vec<Upload>> {
    Json(room.queue.uploads())
}

/// Form of an upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form; never constructed")]
pub(super) struct Files {
    /// One or several files.
    #[schema(content_media_type = "application/octet-stream")]
    files: Vec<String>,
}

/// An upload that was accepted.
#[derive(Serialize, ToSchema)]
pub(super) struct Taken {
    /// Number of the upload.
    upload: u64,
}

/// Add files to the archive
#[utoipa::path(post, path = "/api/v1/uploads", tag = "archive",
    request_body(content = Files, content_type = "multipart/form-data"),
    responses((status = 202, body = Taken), (status = "default", body = ApiError)))]
pub(super) async fn upload(
    State(room): Shared,
    parts: Multipart,
) -> Result<(StatusCode, Json<Taken>), ApiError> {
    let upload = receive(&room, parts).await?;
    Ok((StatusCode::ACCEPTED, Json(Taken { upload })))
}
