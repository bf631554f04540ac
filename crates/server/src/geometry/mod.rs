//! Geometry of charts: the outline of the world and the layout of networks.

pub(crate) mod layout;
pub(crate) mod world;
