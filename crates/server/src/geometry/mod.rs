//! Where things are drawn: the outline of the world and the layout of a
//! network.

pub(crate) mod layout;
pub(crate) mod world;
