//! A document as exports write it.

use chancery_formats::split_tokens_at_mentions;
use chancery_model::Annotated;
use chancery_store::{Archive, DocumentNumber, StoreError};

/// Reads a document with its entities, its statements and acts if they are wanted, and
/// with tokens that end where mentions do. Returns the first of its paths too.
///
/// # Errors
/// If the archive cannot be read.
pub fn exported_document(
    archive: &Archive,
    number: DocumentNumber,
    statements: bool,
) -> Result<(Annotated, String), StoreError> {
    let mut stored = archive.documents().stored(number)?;
    let mut entities = archive.entities().of_document(&stored)?;
    if statements {
        stored.annotated.attribution = archive.entities().attribution_of(&stored, &mut entities)?;
    }
    stored.annotated.entities = entities;
    split_tokens_at_mentions(&mut stored.annotated);
    let path = stored.paths.into_iter().next().unwrap_or_default();
    Ok((stored.annotated, path))
}
