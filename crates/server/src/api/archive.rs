//! The archive as a whole, and what is added to it.

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

/// Counts of an archive.
#[derive(Serialize, ToSchema)]
pub(super) struct Counts {
    /// Documents.
    documents: i64,
    /// Their words.
    words: i64,
    /// Files that they stand in.
    files: i64,
    /// Documents that are like another.
    near_duplicates: i64,
    /// What could not be read.
    problems: i64,
    /// Documents by year.
    years: Vec<Count>,
    /// By sending post.
    posts: Vec<Count>,
    /// By classification.
    classes: Vec<Count>,
}

/// Counts the archive
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

/// Something that could not be read.
#[derive(Serialize, ToSchema)]
pub(super) struct Problem {
    /// The file.
    path: String,
    /// Byte of the file.
    at: Option<u64>,
    /// What is wrong, and what helps.
    what: String,
}

/// What could not be read
#[utoipa::path(get, path = "/api/v1/problems", tag = "archive", responses(
    (status = 200, body = Vec<Problem>),
    (status = "default", body = ApiError),
))]
pub(super) async fn problems(State(room): Shared) -> Answer<Vec<Problem>> {
    let problems = room.read(|desk| Ok(desk.archive.problems()?)).await?.into_iter();
    Ok(Json(problems.map(|(path, at, what)| Problem { path, at, what }).collect()))
}

/// Uploads since the server was started, latest first
#[utoipa::path(get, path = "/api/v1/uploads", tag = "archive", responses(
    (status = 200, body = Vec<Upload>),
    (status = "default", body = ApiError),
))]
pub(super) async fn uploads(State(room): Shared) -> Json<Vec<Upload>> {
    Json(room.queue.uploads())
}

/// Files to be added.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the form and is never made")]
pub(super) struct Files {
    /// One or several files.
    #[schema(content_media_type = "application/octet-stream")]
    files: Vec<String>,
}

/// An upload that was taken.
#[derive(Serialize, ToSchema)]
pub(super) struct Taken {
    /// Its number.
    upload: u64,
}

/// Adds files to the archive
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
