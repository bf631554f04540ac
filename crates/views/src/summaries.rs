//! Rows of documents for short lists.

use chancery_store::{DocumentNumber, DocumentRow};

use crate::error::ViewError;
use crate::session::ReadSession;

/// Maximum number of documents in a list.
pub(crate) const MAX_LISTED: usize = 50;

/// Reads the rows of documents.
pub(crate) fn read_summaries(
    session: &ReadSession<'_>,
    mut numbers: Vec<DocumentNumber>,
) -> Result<Vec<DocumentRow>, ViewError> {
    numbers.truncate(MAX_LISTED);
    Ok(session.archive.documents().rows(&numbers)?)
}
