//! What pages and API tell, found in the archive. Pages show these shapes,
//! the API sends them.

pub(crate) mod decisions;
pub(crate) mod document;
pub(crate) mod entity;
pub(crate) mod events;
pub(crate) mod map;
pub(crate) mod network;
pub(crate) mod search;
pub(crate) mod timeline;
