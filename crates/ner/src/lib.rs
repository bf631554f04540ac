//! Which words are names, and of what class?
//!
//! [`Tagger`] finds the names in a text that was cut into words.

use chancery_model::{Mention, Words};

/// The engine `fast`: a linear-chain model over word features.
pub struct Tagger;

impl Tagger {
    /// The model that is built into the program.
    pub fn shipped() -> Self {
        Self
    }

    /// The names of one document, in order and without overlap. `text` is
    /// what the spans of `words` point into; tokens of kind
    /// `TokenKind::Marking` never belong to a name.
    pub fn mentions(&self, text: &str, words: &Words) -> Vec<Mention> {
        let _ = (text, words);
        Vec::new()
    }
}
