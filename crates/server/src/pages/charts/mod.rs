//! Charts of a search: timeline, map and network.

pub(crate) mod histogram;
pub(crate) mod map;
pub(crate) mod network;
pub(crate) mod plot;
pub(crate) mod timeline;
