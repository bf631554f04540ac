//! Which words are names, and of what class?
//!
//! [`Tagger`] finds the names in a text that was cut into words.
//!
//! The engine `fast` is a conditional random field over hashed word features;
//! its modules follow the way from letters to names: [`form`] takes a word
//! apart, [`lexicon`] and [`gazetteer`] look it up, [`evidence`] sees what the
//! rest of the document says, [`features`] puts all that into features,
//! [`model`] has their weights, [`lattice`] finds the best tags, and [`chain`]
//! is the whole. [`train`] learns the weights.
//!
//! The engine `accurate` mixes the chain's probabilities with those of a small
//! transformer: [`pieces`] and [`mod@shape`] are what it takes of a word,
//! [`encoder`] is its forward pass, [`consistency`] what a word is elsewhere,
//! [`neural`] the whole.

pub mod agreement;
pub mod chain;
mod consistency;
pub mod encoder;
pub mod evidence;
pub mod features;
pub mod form;
pub mod gazetteer;
pub mod hash;
pub mod lattice;
pub mod lexicon;
pub mod model;
pub mod neural;
pub mod page;
pub mod pieces;
pub mod shape;
pub mod table;
mod tagger;
pub mod tags;
pub mod train;
mod windows;

pub use features::TextKind;
pub use lattice::Name;
pub use tagger::Tagger;
