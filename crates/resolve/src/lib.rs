//! Entity linking: resolves names to persons, places and organisations.
//!
//! [`Resolver`] finds the entities of one document. It groups the mentions of
//! one person, place or organisation, and links each group to an authority
//! list (a volume's or a user's [`AuthorityList`]) or to the knowledge base in
//! the program ([`knowledge_base`]). [`offices`] that stand for people become
//! references. [`CrossDocumentLinker`] links persons
//! across documents. Linking is cautious: where evidence is thin, a name stays
//! an entity by itself. Every link states its evidence.
//!
//! ```
//! use chancery_resolve::knowledge_base::KnowledgeBase;
//!
//! let count = KnowledgeBase::load_embedded().find_rows("huddleston").count();
//! assert!(count > 0);
//! ```

mod acronym_profile;
mod acronyms;
mod authority_list;
mod context;
mod coordinates;
pub mod countries;
mod cross_document;
mod governments;
mod historical_states;
mod institutions;
pub mod knowledge_base;
mod linking;
mod movements;
pub mod name;
pub mod normalise;
pub mod offices;
mod orgs_and_places;
mod person_profile;
mod persons;
mod persons_in_document;
mod place_surroundings;
pub mod places;
mod resolver;
pub mod same_person;
mod territories;
mod title;
mod word_list;

pub use acronym_profile::AcronymProfile;
pub use authority_list::{AuthorityList, ListedPerson};
pub use context::LinkContext;
pub use coordinates::{PlaceLocation, coordinates_of_place, location_of_place};
pub use cross_document::{CrossDocumentLinker, Identities, Identity, document_distinction};
pub use person_profile::PersonProfile;
pub use persons_in_document::PersonsInDocument;
pub use resolver::{ResolvedDocument, Resolver};
pub use territories::territory_names;
