//! Files that a browser or program sends, kept in a temporary folder until
//! they are in the archive.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::Multipart;
use axum::http::StatusCode;
use tempfile::TempDir;

use crate::error::ApiError;
use crate::state::AppState;

/// Files of one upload.
const MAX_FILES: u64 = 10_000;

/// Takes the files of a form and hands them to the scribe; returns the number
/// of the upload.
pub(crate) async fn receive(room: &Arc<AppState>, mut parts: Multipart) -> Result<u64, ApiError> {
    let failed = |error: std::io::Error| {
        let what = format!("an upload: {error}");
        match error.kind() {
            ErrorKind::StorageFull => ApiError::full(what),
            _ => ApiError::internal(what),
        }
    };
    let folder = TempDir::with_prefix("chancery-").map_err(failed)?;
    let (mut files, mut bytes) = (0, 0);
    while let Some(mut part) = parts.next_field().await.map_err(refused)? {
        let Some(name) = part.file_name().map(plain_name) else { continue };
        if name.is_empty() {
            continue;
        }
        if files == MAX_FILES {
            return Err(ApiError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("more than {MAX_FILES} files"),
                "put them into a zip file",
            ));
        }
        let path = free_place(&folder, &name, files).map_err(failed)?;
        let mut file = std::fs::File::create(&path).map_err(failed)?;
        while let Some(piece) = part.chunk().await.map_err(refused)? {
            bytes += piece.len() as u64;
            std::io::Write::write_all(&mut file, &piece).map_err(failed)?;
        }
        files += 1;
    }
    if files == 0 {
        return Err(ApiError::bad("no file was sent"));
    }
    Ok(room.queue.add(folder, files, bytes))
}

/// Where a file goes: into `folder`, or where one of its name lies there, into
/// a folder of its own with a number that is free; names may be numbers, too.
fn free_place(folder: &TempDir, name: &str, files: u64) -> std::io::Result<PathBuf> {
    let path = folder.path().join(name);
    if !path.exists() {
        return Ok(path);
    }
    let numbered = |number: u64| folder.path().join(number.to_string());
    let mut free = (files..=files + MAX_FILES).map(numbered).filter(|path| !path.exists());
    let apart = free.next().ok_or(ErrorKind::AlreadyExists)?;
    std::fs::create_dir(&apart)?;
    Ok(apart.join(name))
}

/// The last part of a name that a browser sends, as a file can be called.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = last.chars().filter(|c| !c.is_control()).collect::<String>();
    // File systems take 255 bytes.
    let kept = kept[..kept.floor_char_boundary(200)].trim().trim_matches('.');
    match kept {
        "" if last.is_empty() => String::new(),
        "" => "unnamed".into(),
        kept => kept.to_owned(),
    }
}

#[allow(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
pub(crate) fn refused(error: axum::extract::multipart::MultipartError) -> ApiError {
    ApiError::new(error.status(), error.body_text(), "send less at a time")
}
