//! How the failure of a command is reported.

use std::error::Error;
use std::io::{self, ErrorKind};

use chancery_store::StoreError;

/// Returns what standard error says about a failure: what, where and what to do.
/// Returns `None` if there is nothing to say, because the reader of the output
/// has closed the pipe (`chancery … | head`).
pub(crate) fn report(error: &anyhow::Error) -> Option<String> {
    let output = error.chain().find_map(io_error_kind);
    let text = format!("{error:#}");
    match output {
        Some(ErrorKind::BrokenPipe) => None,
        Some(ErrorKind::StorageFull) => {
            let full = io::Error::from_raw_os_error(NO_SPACE).to_string();
            let text = text.replace(&full, "the disk is full");
            // Only standard output is written to without a name.
            let place = if text == "the disk is full" { "standard output: " } else { "" };
            Some(format!("{place}{text} (free some space, or write elsewhere)"))
        }
        _ => {
            let advice = error.chain().find_map(|cause| advice(cause.downcast_ref()?));
            Some(text + &advice.map(|advice| format!(" ({advice})")).unwrap_or_default())
        }
    }
}

/// The number of the error "no space left on device" on Unix.
const NO_SPACE: i32 = 28;

/// Returns the kind of the I/O error that is the cause. The errors of formats
/// wrap it in different ways.
fn io_error_kind(cause: &(dyn Error + 'static)) -> Option<ErrorKind> {
    if let Some(error) = cause.downcast_ref::<io::Error>() {
        let inner = error.get_ref().and_then(|inner| io_error_kind(inner));
        return inner.or(Some(error.kind()));
    }
    if let Some(error) = cause.downcast_ref::<serde_json::Error>() {
        return error.io_error_kind();
    }
    cause.source().and_then(io_error_kind)
}

/// Returns the commands that help after an error of the archive.
fn advice(error: &StoreError) -> Option<String> {
    match error {
        StoreError::NotAnArchive(path) => {
            Some(format!("`chancery add {} PATH…` creates one", path.display()))
        }
        StoreError::Database(_) => Some("`chancery verify ARCHIVE` checks the archive".into()),
        StoreError::Index(_) | StoreError::OtherIndexVersion => {
            Some("`chancery rebuild ARCHIVE` rebuilds it".into())
        }
        StoreError::NewerVersion { .. } => Some(
            "use a later version of this program; `chancery curate ARCHIVE export FILE` saves the \
             decisions"
                .into(),
        ),
        StoreError::Damaged(_) => Some(
            "`chancery verify ARCHIVE` shows where; `chancery curate ARCHIVE export FILE` saves \
             the decisions, and `chancery add` creates the archive again in another folder"
                .into(),
        ),
        StoreError::NotFound(_) => {
            Some("`chancery search` and `chancery people ARCHIVE` find ids".into())
        }
        other => other.hint().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn a_closed_pipe_is_not_reported_however_it_is_wrapped() {
        let pipe = || io::Error::from(ErrorKind::BrokenPipe);
        let json = serde_json::Error::io(pipe());
        assert_eq!(report(&pipe().into()), None);
        assert_eq!(report(&anyhow::Error::from(pipe()).context("not written")), None);
        assert_eq!(report(&json.into()), None);
        let json = serde_json::Error::io(pipe());
        assert_eq!(report(&io::Error::other(json).into()), None);
        assert!(report(&io::Error::from(ErrorKind::NotFound).into()).is_some());
    }

    #[cfg(unix)]
    #[test]
    fn a_full_disk_has_a_place_and_a_remedy() {
        let full = || Err::<(), _>(io::Error::from_raw_os_error(NO_SPACE));
        let remedy = "the disk is full (free some space, or write elsewhere)";
        let bare = anyhow::Error::from(full().expect_err("an error"));
        assert_eq!(report(&bare), Some(format!("standard output: {remedy}")));
        let named = full().context("a.csv").expect_err("an error");
        assert_eq!(report(&named), Some(format!("a.csv: {remedy}")));
    }
}
