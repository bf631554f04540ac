//! Charts of a search: timeline, map and network.

pub mod histogram;
pub mod map;
pub mod network;
pub mod plot;
pub mod timeline;
