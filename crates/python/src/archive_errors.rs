//! Errors of an archive as exceptions of Python, each in one line with what helps.

use chancery_store::StoreError;
use chancery_views::error::ViewError;
use pyo3::PyErr;
use pyo3::exceptions::{
    PyFileExistsError, PyFileNotFoundError, PyLookupError, PyOSError, PyPermissionError,
    PyTimeoutError, PyValueError,
};

/// Converts an error.
pub(crate) fn to_python(error: &ViewError) -> PyErr {
    let hint = match error {
        ViewError::Store(StoreError::NotAnArchive(_)) => {
            Some("chancery.Archive(path, create=True) creates one")
        }
        ViewError::Store(error) => error.hint(),
        _ => None,
    };
    let message = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    let message = hint.map_or(message.clone(), |hint| format!("{message} ({hint})"));
    match error {
        ViewError::NotFound(_)
        | ViewError::Store(StoreError::NotFound(_) | StoreError::Removed { .. }) => {
            PyLookupError::new_err(message)
        }
        ViewError::Store(StoreError::NotAnArchive(_)) => PyFileNotFoundError::new_err(message),
        ViewError::Store(StoreError::NotAFolder(_) | StoreError::AlreadyExists(_)) => {
            PyFileExistsError::new_err(message)
        }
        ViewError::Store(StoreError::ReadOnly(_) | StoreError::Unreadable(_)) => {
            PyPermissionError::new_err(message)
        }
        ViewError::Store(StoreError::Busy(_)) => PyTimeoutError::new_err(message),
        ViewError::Store(
            StoreError::InvalidRequest(_)
            | StoreError::OlderVersion { .. }
            | StoreError::NewerVersion { .. },
        )
        | ViewError::Invalid(_)
        | ViewError::LongQuery(_)
        | ViewError::LimitExceeded(_)
        | ViewError::Query(_) => PyValueError::new_err(message),
        ViewError::Store(_) | ViewError::Io(_) => PyOSError::new_err(message),
    }
}
