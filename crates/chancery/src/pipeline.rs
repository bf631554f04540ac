//! The recipe: raw bytes → contents → words → mentions → annotated documents.

use std::path::Path;

use anyhow::Context;
use chancery_model::{Annotated, Document};
use chancery_ner::Tagger;
use chancery_ner::model::Model;
use chancery_parse::{Contents, Problem, read};
use chancery_segment::segment;
use clap::ValueEnum;

use crate::inputs::Input;

/// The engines that find names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// A linear model on word features: small, and fast on any machine.
    Fast,
}

impl Engine {
    /// A tagger of the shipped model, or of the one in the file `model`.
    pub(crate) fn load(self, model: Option<&Path>) -> anyhow::Result<Tagger<'static>> {
        let Self::Fast = self;
        let Some(path) = model else { return Ok(Tagger::shipped()) };
        let bytes = Input::File(path.to_owned()).read()?;
        // Taggers live as long as the program, and so does what they read.
        let model = Model::read(bytes.leak()).with_context(|| path.display().to_string())?;
        Ok(Tagger::new(model))
    }
}

/// Reads a file and marks the names of its documents. Each is marked when it
/// is asked for, so that a volume need not be held twice.
///
/// # Errors
/// When nothing of the file can be read. What of it could not be read, where
/// the rest could, comes as the second part of the result.
pub(crate) fn annotate<'a, 'm>(
    raw: &[u8],
    tagger: &'a mut Tagger<'m>,
) -> Result<(impl ExactSizeIterator<Item = Annotated> + use<'a, 'm>, Vec<Problem>), Problem> {
    let Contents { documents, lists: _, problems } = read(raw)?;
    Ok((documents.into_iter().map(move |document| mark(document, tagger)), problems))
}

/// Cuts a document into words and finds the names among them.
fn mark(document: Document, tagger: &mut Tagger<'_>) -> Annotated {
    let words = segment(&document);
    let mentions = tagger.mentions(document.text.as_str(), &words);
    Annotated { document, words, mentions }
}
