//! Entity linking: resolves names to persons, places and organisations.
//!
//! [`Resolver`] finds the entities of one document. It groups the mentions of
//! one person, place or organisation, and links each group to an authority
//! list (a volume's or a user's [`Roster`]) or to the knowledge base in the
//! program ([`facts`]). [`Archive`] links persons across documents. Linking is
//! cautious: where evidence is thin, a name stays an entity by itself. Every
//! link states its evidence.
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
