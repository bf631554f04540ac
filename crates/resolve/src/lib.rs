//! Who or what is each name?
//!
//! [`Resolver`] gives the entities of a document: which of its mentions are
//! one person, place or organisation, and who that is on the lists at hand (a
//! volume's or a user's [`Roster`], the [`facts`] in the program). [`Archive`]
//! says who is the same in several documents. Everything is cautious: where
//! evidence is thin a name stays by itself, and every link says what it rests
//! on.
//!
//! ```
//! use chancery_resolve::facts::Facts;
//!
//! let found = Facts::shipped().find("huddleston").count();
//! assert!(found > 0);
//! ```

mod archive;
mod context;
pub mod countries;
pub mod facts;
pub mod fold;
mod linking;
pub mod name;
mod office;
mod persons;
pub mod places;
mod resolver;
mod roster;
mod things;

pub use archive::{Archive, Identities, Identity};
pub use context::Context;
pub use resolver::{Profile, Resolved, Resolver};
pub use roster::{Known, Roster};
