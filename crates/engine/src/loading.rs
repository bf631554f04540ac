//! The engines, loaded once and cloned for each worker.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use chancery_model::{Annotated, Document};
use chancery_ner::Tagger;
use chancery_ner::crf::{self, Crf};
use chancery_ner::encoder::{Encoder, Kernel};
use chancery_ner::model::CrfModel;
use chancery_ner::neural::{self, NeuralTagger};
use chancery_parse::ParsedFile;
use chancery_resolve::Resolver;
use thiserror::Error;

use crate::ParseProblem;
use crate::file_lists::NameLists;
use crate::input_error::InputError;
use crate::inputs::Input;
use crate::opening::OpenedText;
use crate::stages::{self, FileDocuments, LinkedDocument, ListChoice};

/// The engines that find names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EngineKind {
    /// A linear model on word features: small, and fast on any machine.
    Fast,
    /// A small transformer mixed with the linear model: more accurate, slower.
    /// What is used everywhere unless the user chooses.
    #[default]
    Accurate,
}

/// Which model an engine is loaded from.
#[derive(Clone, Copy, Debug, Default)]
pub struct ModelChoice<'a> {
    /// A model file in place of the shipped one.
    pub file: Option<&'a Path>,
    /// The encoder's kernel by name, for measurements. By default the best
    /// kernel of the machine.
    pub kernel: Option<&'a str>,
}

/// An engine that cannot be loaded.
#[derive(Debug, Error)]
pub enum EngineError {
    /// The model file cannot be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The model file is not a model of this engine.
    #[error("{file}")]
    Model {
        /// The file.
        file: String,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// There is no kernel of this name on this machine.
    #[error("{0}: this machine does not support it")]
    Kernel(String),
}

impl EngineKind {
    /// Both engines.
    pub const ALL: [Self; 2] = [Self::Fast, Self::Accurate];

    /// The engine's name on command lines and in Python.
    pub const fn engine_name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Accurate => "accurate",
        }
    }

    /// A one-line description for help texts.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Fast => "A linear model on word features: small, and fast on any machine",
            Self::Accurate => "A small transformer with the linear model: better names, slower",
        }
    }

    /// The engine with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.engine_name() == name)
    }

    /// Loads a tagger with the shipped model or with the one in `model`.
    ///
    /// # Errors
    /// If the model file or the kernel cannot be used.
    pub fn load_tagger(self, model: ModelChoice<'_>) -> Result<Tagger<'static>, EngineError> {
        // A model lives as long as the program, because taggers borrow it.
        let leak = |path: &Path| Ok(&*Input::File(path.to_owned()).read_bytes()?.leak());
        let file = || model.file.map(|path| path.display().to_string()).unwrap_or_default();
        match self {
            Self::Fast => {
                let Some(path) = model.file else { return Ok(Tagger::with_shipped_model()) };
                let model = CrfModel::from_bytes(leak(path)?)
                    .map_err(|error| EngineError::Model { file: file(), source: error.into() })?;
                Ok(Tagger::fast_engine(Crf::new(model)))
            }
            Self::Accurate => {
                let bytes = model.file.map_or(Ok::<_, EngineError>(neural::SHIPPED), leak)?;
                let kernel = find_kernel(model.kernel)?;
                let encoder = Encoder::from_bytes(bytes, kernel)
                    .map_err(|error| EngineError::Model { file: file(), source: error.into() })?;
                Ok(Tagger::accurate_engine(Crf::with_shipped_model(), NeuralTagger::new(encoder)))
            }
        }
    }

    /// What an archive records about the engine that found its names: the engine,
    /// the version of the program and the digest of the models. Documents with
    /// another record are annotated again by `rebuild --mentions`.
    ///
    /// # Errors
    /// If the model file cannot be read.
    pub fn model_fingerprint(self, model: Option<&Path>) -> Result<String, InputError> {
        let mut digest = blake3::Hasher::new();
        match (self, model) {
            (_, Some(path)) => digest.update(&Input::File(path.to_owned()).read_bytes()?),
            (Self::Fast, None) => digest.update(crf::SHIPPED),
            (Self::Accurate, None) => digest.update(crf::SHIPPED).update(neural::SHIPPED),
        };
        let digest = &digest.finalize().to_hex()[..16];
        Ok(format!("{} {} {digest}", self.engine_name(), env!("CARGO_PKG_VERSION")))
    }
}

fn find_kernel(name: Option<&str>) -> Result<Kernel, EngineError> {
    let Some(name) = name else { return Ok(Kernel::fastest_available()) };
    Kernel::from_name(name).ok_or_else(|| EngineError::Kernel(name.to_owned()))
}

/// A tagger and a resolver, for one thread. A clone shares the models and
/// starts with empty caches.
#[derive(Clone)]
pub struct Engine {
    tagger: Tagger<'static>,
    resolver: Resolver,
}

impl Engine {
    /// Loads the engine with the model of `model`, and the shipped knowledge
    /// base.
    ///
    /// # Errors
    /// When the model file or the kernel cannot be used.
    pub fn load_engine(kind: EngineKind, model: ModelChoice<'_>) -> Result<Self, EngineError> {
        Ok(Self { tagger: kind.load_tagger(model)?, resolver: Resolver::with_embedded_knowledge() })
    }

    /// The engine with its shipped model.
    pub fn load_shipped(kind: EngineKind) -> Self {
        Self::load_engine(kind, ModelChoice::default()).expect("tests read the shipped models")
    }

    /// Reads a file of text and finds the mentions of its documents.
    ///
    /// # Errors
    /// When nothing of the file can be read.
    pub fn annotate_file(
        &mut self,
        raw: &[u8],
        source: &str,
    ) -> Result<(impl ExactSizeIterator<Item = Annotated> + use<'_>, Vec<ParseProblem>), ParseProblem>
    {
        Ok(self.annotate_parsed(stages::parse_text_file(raw, source)?))
    }

    /// The same for a document that was opened.
    ///
    /// # Errors
    /// When nothing of it can be read.
    pub fn annotate_opened(
        &mut self,
        opened: &OpenedText,
    ) -> Result<(impl ExactSizeIterator<Item = Annotated> + use<'_>, Vec<ParseProblem>), ParseProblem>
    {
        Ok(self.annotate_parsed(opened.parse()?))
    }

    fn annotate_parsed(
        &mut self,
        mut file: ParsedFile,
    ) -> (impl ExactSizeIterator<Item = Annotated> + use<'_>, Vec<ParseProblem>) {
        let problems = std::mem::take(&mut file.problems);
        (stages::annotate_file(file, &mut self.tagger), problems)
    }

    /// Reads a file of text, finds the mentions of its documents and resolves them.
    ///
    /// # Errors
    /// When nothing of the file can be read.
    pub fn resolve_file(
        &mut self,
        raw: &[u8],
        source: &str,
        lists: ListChoice<'_>,
    ) -> Result<(FileDocuments<'_, 'static>, Vec<ParseProblem>), ParseProblem> {
        Ok(self.resolve_parsed(stages::parse_text_file(raw, source)?, source, lists))
    }

    /// The same for a document that was opened.
    ///
    /// # Errors
    /// When nothing of it can be read.
    pub fn resolve_opened(
        &mut self,
        opened: &OpenedText,
        lists: ListChoice<'_>,
    ) -> Result<(FileDocuments<'_, 'static>, Vec<ParseProblem>), ParseProblem> {
        Ok(self.resolve_parsed(opened.parse()?, &opened.member.path, lists))
    }

    fn resolve_parsed(
        &mut self,
        mut file: ParsedFile,
        source: &str,
        lists: ListChoice<'_>,
    ) -> (FileDocuments<'_, 'static>, Vec<ParseProblem>) {
        let problems = std::mem::take(&mut file.problems);
        let Self { tagger, resolver } = self;
        (stages::resolve_file(file, source, tagger, resolver, lists), problems)
    }

    /// Finds the mentions of a document that is already parsed.
    pub fn annotate_document(&mut self, document: Document) -> Annotated {
        stages::annotate_document(document, &mut self.tagger)
    }

    /// Finds the mentions of a document that is already parsed and resolves
    /// them.
    pub fn resolve_document(&mut self, document: Document, lists: &NameLists) -> LinkedDocument {
        stages::resolve_document(document, &mut self.tagger, &mut self.resolver, lists)
    }

    /// Resolves the mentions of a document again, as [`stages::resolve_mentions`].
    pub fn resolve_mentions(&mut self, annotated: Annotated, lists: &NameLists) -> LinkedDocument {
        stages::resolve_mentions(annotated, &mut self.resolver, lists)
    }

    /// Runs `work` on one input and turns a panic into an error, so that one
    /// input does not end a run over a whole archive. After a panic the
    /// engine's caches may be inconsistent, so it is replaced by `fresh`.
    ///
    /// # Errors
    /// The error of `work`, or [`InputError::from_panic`].
    pub fn run_catching_panics<T>(
        &mut self,
        fresh: &Self,
        input: &str,
        work: impl FnOnce(&mut Self) -> Result<T, InputError>,
    ) -> Result<T, InputError> {
        catch_unwind(AssertUnwindSafe(|| work(self))).unwrap_or_else(|_| {
            *self = fresh.clone();
            Err(InputError::from_panic(input.to_owned()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_fails_one_input_only() {
        let fresh = Engine::load_shipped(EngineKind::Fast);
        let mut engine = fresh.clone();
        for name in ["a.txt", "panics.txt", "b.txt"] {
            let done = engine.run_catching_panics(&fresh, name, |_| {
                assert_ne!(name, "panics.txt", "a panic on purpose");
                Ok(name)
            });
            match done {
                Ok(done) => assert_eq!(done, name),
                Err(error) => assert_eq!((&*error.input, name), ("panics.txt", "panics.txt")),
            }
        }
    }

    #[test]
    fn engines_are_found_by_name() {
        for kind in EngineKind::ALL {
            assert_eq!(EngineKind::from_name(kind.engine_name()), Some(kind));
        }
        assert_eq!(EngineKind::from_name("best"), None);
    }
}
