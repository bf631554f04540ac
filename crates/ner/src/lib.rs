//! Named-entity recognition: finds the names in a tokenized text and labels
//! each as PER, LOC, ORG or MISC.
//!
//! [`Tagger`] is the entry point. It has two engines.
//!
//! The engine `fast` is a conditional random field (CRF) over hashed word
//! features. Its modules, from letters to names:
//!
//! - [`word_type`]: the features of a single word type;
//! - [`lexicon`] and [`gazetteer`]: look-up of word clusters and name lists;
//! - [`document_context`]: how a word is used in the rest of its document;
//! - [`features`]: the features made from all of these;
//! - [`model`]: the model file with the feature weights;
//! - [`lattice`]: the best tags and their probabilities;
//! - [`second_pass`]: features of the second pass, made from the first pass's tags;
//! - [`crf`]: the whole engine;
//! - [`train`]: training of the weights.
//!
//! The engine `accurate` mixes the probabilities of the CRF with those of a
//! small transformer:
//!
//! - [`wordpiece`] and [`word_shape`]: the encoder's input for a word;
//! - [`encoder`]: the forward pass;
//! - [`consistency`]: smoothing over all occurrences of a word in the document;
//! - [`neural`]: the whole engine.
//!
//! The module `rules` corrects the mentions of both engines by what the whole
//! document says.

pub mod bio_tags;
mod consistency;
pub mod crf;
pub mod document;
pub mod document_context;
pub mod encoder;
pub mod features;
pub mod gazetteer;
pub mod hash;
pub mod hash_table;
pub mod lattice;
pub mod lexicon;
pub mod model;
pub mod neural;
mod rules;
pub mod second_pass;
mod tagger;
pub mod train;
mod windows;
pub mod word_shape;
pub mod word_type;
pub mod wordpiece;

pub use features::TextKind;
pub use lattice::MentionSpan;
pub use tagger::Tagger;
