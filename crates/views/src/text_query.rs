//! Queries in answers of the API.

/// Serializes a query as the text that finds the same documents.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
pub(crate) fn as_text<S: serde::Serializer>(
    query: &chancery_store::Query,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(query)
}
