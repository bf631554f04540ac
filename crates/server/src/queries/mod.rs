//! Queries on the archive and the types of their results. Pages render these
//! types, and the API serializes them.

pub(crate) mod decisions;
pub(crate) mod document;
pub(crate) mod entity;
pub(crate) mod map;
pub(crate) mod mention_card;
pub(crate) mod mentioned_days;
pub(crate) mod merging;
pub(crate) mod network;
pub(crate) mod references;
pub(crate) mod remarks;
pub(crate) mod search;
pub(crate) mod timeline;

/// Serializes a query as the text that finds the same documents.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
pub(crate) fn as_text<S: serde::Serializer>(
    query: &chancery_store::Query,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(query)
}
