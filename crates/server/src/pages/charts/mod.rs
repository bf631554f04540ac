//! Pictures of a search: time, places, network.

pub(crate) mod histogram;
pub(crate) mod map;
pub(crate) mod network;
pub(crate) mod plot;
pub(crate) mod timeline;
