//! Where are things drawn? The outline of the world with its projection, and
//! the layout of networks. Pure functions of numbers.

pub mod layout;
pub mod projection;
pub mod world;
