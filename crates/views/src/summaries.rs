//! Rows of documents for short lists.

use chancery_store::{DocumentNumber, DocumentRow};

use crate::error::ViewError;
use crate::session::ReadSession;

/// Maximum number of documents in a list.
pub(crate) const MAX_LISTED: usize = 50;

/// Reads the rows of documents.
pub(crate) fn read_summaries(
    session: &ReadSession<'_>,
    numbers: Vec<DocumentNumber>,
) -> Result<Vec<DocumentRow>, ViewError> {
    let one = |number| Ok(session.archive.documents().row(number)?);
    numbers.into_iter().take(MAX_LISTED).map(one).collect()
}
