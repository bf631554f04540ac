//! Uploads: receives the files of a form and queues them.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::Multipart;
use axum::http::StatusCode;
use tempfile::TempDir;

use crate::error::ApiError;
use crate::state::AppState;

/// Maximum number of files per upload.
const MAX_FILES: u64 = 10_000;

/// Receives the files of a form and queues them for the writer thread. Returns
/// the number of the upload.
pub(crate) async fn receive_upload(
    state: &Arc<AppState>,
    mut parts: Multipart,
) -> Result<u64, ApiError> {
    let failed = |error: std::io::Error| {
        let what = format!("the upload failed: {error}");
        match error.kind() {
            ErrorKind::StorageFull => ApiError::disk_full(what),
            _ => ApiError::server_fault("the upload could not be kept", what),
        }
    };
    let folder = state.queue.start_upload().map_err(failed)?;
    let (mut files, mut bytes) = (0, 0);
    while let Some(mut part) = parts.next_field().await.map_err(multipart_error)? {
        let Some(name) = part.file_name().map(safe_file_name) else { continue };
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
        let path = unused_path(&folder, &name, files).map_err(failed)?;
        let mut file = std::fs::File::create(&path).map_err(failed)?;
        while let Some(piece) = part.chunk().await.map_err(multipart_error)? {
            bytes += piece.len() as u64;
            std::io::Write::write_all(&mut file, &piece).map_err(failed)?;
        }
        files += 1;
    }
    if files == 0 {
        return Err(ApiError::bad_request("no file was sent"));
    }
    state.queue.enqueue_upload(folder, files, bytes).map_err(failed)
}

/// Returns the path for a file: in `folder`, or if that name is taken, in a new
/// numbered subfolder. File names can be numbers too, so a free number is
/// searched for.
fn unused_path(folder: &TempDir, name: &str, files: u64) -> std::io::Result<PathBuf> {
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

/// Returns the last component of a name sent by a browser, made safe as a file
/// name.
fn safe_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = last.chars().filter(|c| !c.is_control()).collect::<String>();
    // File systems allow 255 bytes.
    let kept = kept[..kept.floor_char_boundary(200)].trim().trim_matches('.');
    match kept {
        "" if last.is_empty() => String::new(),
        "" => "unnamed".into(),
        kept => kept.to_owned(),
    }
}

#[allow(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
pub(crate) fn multipart_error(error: axum::extract::multipart::MultipartError) -> ApiError {
    let remedy = match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => "send less at a time",
        _ => "send the form again",
    };
    ApiError::new(error.status(), error.body_text(), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_made_safe() {
        let cases = [
            ("a.txt", "a.txt"),
            ("../../etc/passwd", "passwd"),
            ("C:\\x\\b.txt", "b.txt"),
            ("..", "unnamed"),
            ("", ""),
            ("a\0\nb", "ab"),
        ];
        for (sent, kept) in cases {
            assert_eq!(safe_file_name(sent), kept, "{sent:?}");
        }
    }
}
