//! What pages and API tell, found in the archive. Pages show these shapes,
//! the API sends them.

pub(crate) mod decisions;
pub(crate) mod document;
pub(crate) mod entity;
pub(crate) mod events;
mod layout;
pub(crate) mod map;
pub(crate) mod network;
pub(crate) mod search;
pub(crate) mod timeline;

/// How many letters of a document's id stand in addresses.
const SHORT: usize = 16;

/// The beginning of a document's id, as addresses have it.
pub(crate) fn short(id: &str) -> &str {
    id.get(..SHORT).unwrap_or(id)
}
